/* buf.c - a growing text: see <lstm/buf.h>. */
#include <lstm/buf.h>
#include <lstm/number.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_release(struct buf *b)
{
    free(b->data);
    buf_init(b, b->max);
}

/* Passes the text to the drain, so that the buffer need not grow. */
static bool buf_drain(struct buf *b)
{
    b->st = b->drain(b->drain_ctx, b->data, b->len);
    if (b->st)
        return false;
    b->drained += b->len;
    b->len = 0;
    b->data[0] = '\0';
    return true;
}

/* Makes room for n more bytes and the NUL after them. */
static bool buf_reserve(struct buf *b, size_t n)
{
    size_t cap = b->cap ? b->cap : 256;
    char *p;

    if (b->st)
        return false;
    if (n > b->max || b->len + b->drained > b->max - n) {
        b->st = ST_TOO_LARGE;
        return false;
    }
    if (b->len + n < b->cap)
        return true;
    if (b->drain && b->len >= BUF_DRAIN_BYTES && !buf_drain(b))
        return false;
    if (b->len + n < b->cap)
        return true;
    while (cap <= b->len + n)
        cap = cap > SIZE_MAX / 2 ? b->len + n + 1 : cap * 2;
    p = realloc(b->data, cap);
    if (!p) {
        b->st = ST_NOMEM;
        return false;
    }
    b->data = p;
    b->cap = cap;
    return true;
}

void buf_want(struct buf *b, size_t n)
{
    if (b->drain && n > BUF_DRAIN_BYTES)
        n = BUF_DRAIN_BYTES;
    if (n <= b->max - b->len - b->drained)
        (void)buf_reserve(b, n);
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (!buf_reserve(b, n))
        return;
    if (n)
        memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n >= 0 && buf_reserve(b, (size_t)n)) {
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_put_f64(struct buf *b, double v)
{
    char text[NUMBER_TEXT_MAX];

    if (isnan(v))
        return;
    if (isinf(v))
        buf_puts(b, v > 0 ? "inf" : "-inf");
    else if (!b->st && b->cap - b->len > NUMBER_TEXT_MAX &&
             b->max - b->len - b->drained > NUMBER_TEXT_MAX)
        b->len += number_text(b->data + b->len, v);
    else
        buf_add(b, text, number_text(text, v));
}

void buf_put_decimals(struct buf *b, double v, int decimals)
{
    char text[NUMBER_TEXT_MAX];

    buf_add(b, text, number_text_decimals(text, v, decimals));
}

void buf_put_i64(struct buf *b, int64_t v)
{
    char text[NUMBER_TEXT_MAX];

    buf_add(b, text, number_text_i64(text, (long long)v));
}

/* Number of bytes at the start of s that need no escape in a JSON string. */
static size_t plain_length(const char *s)
{
    size_t n = 0;

    while ((unsigned char)s[n] >= 0x20 && s[n] != '"' && s[n] != '\\')
        n++;
    return n;
}

void buf_put_json_string(struct buf *b, const char *s)
{
    static const char *const named = "\bb\ff\nn\rr\tt\"\"\\\\"; /* character, its letter */

    buf_add(b, "\"", 1);
    for (;;) {
        size_t n = plain_length(s);
        const char *name = NULL;

        buf_add(b, s, n);
        s += n;
        if (!*s)
            break;
        for (const char *p = named; *p && !name; p += 2)
            name = *p == *s ? p : NULL;
        if (name)
            buf_add(b, (char[]){'\\', name[1]}, 2);
        else
            buf_printf(b, "\\u%04x", (unsigned char)*s);
        s++;
    }
    buf_add(b, "\"", 1);
}

enum status buf_status(const struct buf *b, struct err *e)
{
    if (b->st == ST_TOO_LARGE)
        return err_set(e, ST_TOO_LARGE, "the answer would be larger than %zu bytes", b->max);
    if (b->st == ST_BUSY)
        return err_set(e, ST_BUSY, "too many large answers are not read yet; try again later");
    if (b->st == ST_NOMEM)
        return err_nomem(e, 0);
    if (b->st == ST_FULL)
        return err_set(e, ST_FULL,
                       "the disk has no room for a large answer until it is read: delete "
                       "data sets or model versions, or free space");
    if (b->st)
        return err_set(e, b->st, "the answer cannot be kept until it is sent");
    return ST_OK;
}

enum status buf_take(struct buf *b, char **data, size_t *len, struct err *e)
{
    enum status st;

    buf_add(b, "", 0);
    st = buf_status(b, e);
    if (st) {
        buf_release(b);
        return st;
    }
    *data = b->data;
    *len = b->len;
    buf_init(b, b->max);
    return ST_OK;
}

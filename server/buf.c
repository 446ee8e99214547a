/* buf.c - see buf.h. */
#include "server/buf.h"

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

/* Room for n more bytes and the NUL behind them. */
static bool buf_reserve(struct buf *b, size_t n)
{
    size_t cap = b->cap ? b->cap : 256;
    char *p;

    if (b->st)
        return false;
    if (n > b->max || b->len > b->max - n) {
        b->st = ST_TOO_LARGE;
        return false;
    }
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
    char text[32];

    if (isnan(v))
        return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, v);
        if (strtod(text, NULL) ==
            v) /* NOLINT(clang-diagnostic-float-equal): exactness is the point */
            break;
    }
    buf_puts(b, text);
}

enum status buf_status(const struct buf *b, struct err *e)
{
    if (b->st == ST_TOO_LARGE)
        return err_set(e, ST_TOO_LARGE, "the answer would be larger than %zu bytes", b->max);
    if (b->st)
        return err_nomem(e, 0);
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

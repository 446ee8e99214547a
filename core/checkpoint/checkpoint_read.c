/* checkpoint_read.c - reads safetensors bytes into a checkpoint, and trusts none of them.
 *
 * The reader knows only the grammar of the header, so that the core needs no JSON library. Depth is
 * bounded because the header is an object of objects with known members. The whole header, and the
 * offsets against the size of the file, are checked before a byte of data is copied. */
#include "core/checkpoint/checkpoint_internal.h"

#include <lstm/utf8.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *start, *p, *end; /* the header */
    struct err *e;
};

static enum status fail(const struct reader *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static enum status fail(const struct reader *r, const char *fmt, ...)
{
    char what[400];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    return err_set(r->e, ST_CORRUPT, "checkpoint: header, byte %zu: %s", (size_t)(r->p - r->start),
                   what);
}

static void skip_blanks(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
        r->p++;
}

/* Returns whether the next token is c, and consumes it if so. */
static bool accept(struct reader *r, char c)
{
    skip_blanks(r);
    if (r->p == r->end || *r->p != c)
        return false;
    r->p++;
    return true;
}

static enum status expect(struct reader *r, char c)
{
    if (accept(r, c))
        return ST_OK;
    return fail(r, "'%c' is expected", c);
}

static enum status read_hex4(uint32_t *out, struct reader *r)
{
    uint32_t v = 0;

    if (r->end - r->p < 4)
        return fail(r, "an unfinished \\u escape");
    for (int i = 0; i < 4; i++) {
        char c = *r->p++;
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;

        if (d < 0)
            return fail(r, "a \\u escape needs four hexadecimal digits");
        v = v << 4 | (uint32_t)d;
    }
    *out = v;
    return ST_OK;
}

static char *put_utf8(char *w, uint32_t c)
{
    if (c < 0x80) {
        *w++ = (char)c;
        return w;
    }
    if (c < 0x800) {
        *w++ = (char)(0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *w++ = (char)(0xE0 | c >> 12);
        } else {
            *w++ = (char)(0xF0 | c >> 18);
            *w++ = (char)(0x80 | (c >> 12 & 0x3F));
        }
        *w++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *w++ = (char)(0x80 | (c & 0x3F));
    return w;
}

/* After "\u": one character, which may take a second escape (a surrogate pair). */
static enum status read_unicode(char **w, struct reader *r)
{
    uint32_t c = 0, low = 0;
    enum status st = read_hex4(&c, r);

    if (!st && c >= 0xD800 && c <= 0xDBFF) {
        if (r->end - r->p < 2 || r->p[0] != '\\' || r->p[1] != 'u')
            return fail(r, "a lone surrogate \\u%04x", c);
        r->p += 2;
        st = read_hex4(&low, r);
        if (!st && (low < 0xDC00 || low > 0xDFFF))
            return fail(r, "a lone surrogate \\u%04x", c);
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    } else if (!st && c >= 0xDC00 && c <= 0xDFFF) {
        return fail(r, "a lone surrogate \\u%04x", c);
    }
    if (!st && !c)
        return fail(r, "a NUL character in a string");
    if (!st)
        *w = put_utf8(*w, c);
    return st;
}

static enum status read_escape(char **w, struct reader *r)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    const char *at;
    char c;

    if (r->p == r->end)
        return fail(r, "a string without an end");
    c = *r->p++;
    if (c == 'u')
        return read_unicode(w, r);
    at = c ? strchr(from, c) : NULL;
    if (!at)
        return fail(r, "an unknown escape in a string");
    *(*w)++ = to[at - from];
    return ST_OK;
}

/* Where the string that begins at p ends (its closing quote), or NULL. */
static const char *string_end(const char *p, const char *end)
{
    for (; p < end && *p != '"'; p++) {
        if (*p == '\\' && ++p == end)
            return NULL;
    }
    return p < end ? p : NULL;
}

/* *out is new: the string, unescaped. Escapes are never shorter than the characters they stand
 * for. */
static enum status read_string(char **out, struct reader *r)
{
    enum status st = expect(r, '"');
    const char *close;
    char *s, *w;

    if (st)
        return st;
    close = string_end(r->p, r->end);
    if (!close)
        return fail(r, "a string without an end");
    w = s = malloc((size_t)(close - r->p) + 1);
    if (!s)
        return err_nomem(r->e, (size_t)(close - r->p) + 1);
    while (!st && *r->p != '"') {
        unsigned char c = (unsigned char)*r->p++;

        if (c == '\\')
            st = read_escape(&w, r);
        else if (c < 0x20)
            st = fail(r, "an unescaped control character in a string");
        else
            *w++ = (char)c;
    }
    if (!st && (!utf8_valid(s, (size_t)(w - s)) || memchr(s, 0, (size_t)(w - s))))
        st = fail(r, "a string that is not valid UTF-8");
    if (st) {
        free(s);
        return st;
    }
    r->p++;
    *w = '\0';
    *out = s;
    return ST_OK;
}

/* A JSON integer from 0 to 2^63-1. */
static enum status read_integer(int64_t *out, struct reader *r)
{
    int64_t v = 0;
    const char *first;

    skip_blanks(r);
    first = r->p;
    for (; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++) {
        if (__builtin_mul_overflow(v, (int64_t)10, &v) ||
            __builtin_add_overflow(v, (int64_t)(*r->p - '0'), &v))
            return fail(r, "a number over 2^63-1");
    }
    if (r->p == first || (r->p - first > 1 && *first == '0') ||
        (r->p < r->end && strchr(".eE", *r->p) && *r->p))
        return fail(r, "a non-negative integer is expected");
    *out = v;
    return ST_OK;
}

/* [a,b,...]: at most max integers. */
static enum status read_integers(int64_t *out, int *count, struct reader *r, int max,
                                 const char *what)
{
    enum status st = expect(r, '[');

    *count = 0;
    if (st || accept(r, ']'))
        return st;
    do {
        if (*count == max)
            return fail(r, "%s of more than %d numbers", what, max);
        st = read_integer(&out[(*count)++], r);
    } while (!st && accept(r, ','));
    return st ? st : expect(r, ']');
}

static enum status read_dtype(struct ckpt_tensor *t, struct reader *r)
{
    char *s = NULL;
    enum status st = read_string(&s, r);
    bool found = false;

    for (int i = 0; !st && i < CHECKPOINT_DTYPES; i++) {
        if (strcmp(s, checkpoint_dtype_names[i]) == 0) {
            t->dtype = (enum checkpoint_dtype)i;
            found = true;
        }
    }
    if (!st && !found)
        st = err_set(
            r->e, ST_CORRUPT,
            "checkpoint: tensor \"%.100s\" has dtype %.20s, which is not supported; convert "
            "it to F32",
            t->name, s);
    free(s);
    return st;
}

enum { HAS_DTYPE = 1, HAS_SHAPE = 2, HAS_OFFSETS = 4, HAS_ALL = 7 };

static enum status read_member(struct ckpt_tensor *t, unsigned *seen, struct reader *r)
{
    char *key = NULL;
    int64_t offsets[2] = {0};
    unsigned bit = 0;
    int n;
    enum status st = read_string(&key, r);

    if (!st)
        st = expect(r, ':');
    if (st)
        goto out;
    bit = strcmp(key, "dtype") == 0          ? HAS_DTYPE
          : strcmp(key, "shape") == 0        ? HAS_SHAPE
          : strcmp(key, "data_offsets") == 0 ? HAS_OFFSETS
                                             : 0;
    if (!bit || *seen & bit) {
        st = fail(r, "member \"%.60s\" of tensor \"%.100s\" is %s", key, t->name,
                  bit ? "there twice" : "unknown");
    } else if (bit == HAS_DTYPE) {
        st = read_dtype(t, r);
    } else if (bit == HAS_SHAPE) {
        st = read_integers(t->shape, &t->ndim, r, 2, "a shape");
    } else {
        st = read_integers(offsets, &n, r, 2, "a pair of offsets");
        if (!st && n != 2)
            st = fail(r, "data_offsets needs two numbers");
        if (!st) {
            t->begin = (uint64_t)offsets[0];
            t->end = (uint64_t)offsets[1];
        }
    }
out:
    *seen |= bit;
    free(key);
    return st;
}

static enum status read_tensor(struct checkpoint *c, char *name, struct reader *r)
{
    struct ckpt_tensor *t = NULL;
    unsigned seen = 0;
    enum status st = checkpoint_push_tensor(&t, c, name, r->e);

    if (!st)
        st = expect(r, '{');
    if (!st && !accept(r, '}')) {
        do {
            st = read_member(t, &seen, r);
        } while (!st && accept(r, ','));
        if (!st)
            st = expect(r, '}');
    }
    if (st)
        return st;
    if (seen != HAS_ALL)
        return fail(r, "tensor \"%.100s\" needs dtype, shape and data_offsets", t->name);
    if (!checkpoint_tensor_bytes(&t->size, t->dtype, t->shape, t->ndim) || t->end < t->begin ||
        t->end - t->begin != t->size)
        return fail(r, "the data_offsets of tensor \"%.100s\" do not fit its shape", t->name);
    return ST_OK;
}

static enum status read_metadata(struct checkpoint *c, struct reader *r)
{
    enum status st = expect(r, '{');

    if (st || accept(r, '}'))
        return st;
    do {
        char *key = NULL, *value = NULL;

        st = read_string(&key, r);
        if (!st)
            st = expect(r, ':');
        if (!st)
            st = read_string(&value, r);
        if (!st)
            st = checkpoint_push_pair(c, key, value, r->e);
        else
            free(key);
    } while (!st && accept(r, ','));
    return st ? st : expect(r, '}');
}

static enum status read_entry(struct checkpoint *c, bool *metadata, struct reader *r)
{
    char *name = NULL;
    enum status st = read_string(&name, r);

    if (st || !name)
        return st;
    st = expect(r, ':');
    if (st) {
        free(name);
        return st;
    }
    if (strcmp(name, CHECKPOINT_METADATA) != 0) {
        if (name[0])
            return read_tensor(c, name, r);
        free(name);
        return fail(r, "a tensor without a name");
    }
    free(name);
    if (*metadata)
        return fail(r, "\"" CHECKPOINT_METADATA "\" is there twice");
    *metadata = true;
    return read_metadata(c, r);
}

static enum status read_header(struct checkpoint *c, struct reader *r)
{
    bool metadata = false;
    enum status st = ST_OK;

    /* The format has the brace first: blanks are for padding at the end only. */
    if (r->p == r->end || *r->p != '{')
        return fail(r, "'{' is expected");
    r->p++;
    if (!accept(r, '}')) {
        do {
            st = read_entry(c, &metadata, r);
        } while (!st && accept(r, ','));
        if (!st)
            st = expect(r, '}');
    }
    if (st)
        return st;
    skip_blanks(r);
    return r->p == r->end ? ST_OK : fail(r, "something follows the end of the header");
}

struct span {
    uint64_t begin, end;
    const char *name;
};

static int span_order(const void *a, const void *b)
{
    const struct span *x = a, *y = b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* The tensors must cover the data exactly: from 0 to size, no overlap, no hole. */
static enum status check_cover(const struct checkpoint *c, size_t size, struct err *e)
{
    struct span *s = calloc((size_t)c->num_tensors + 1, sizeof(*s));
    uint64_t at = 0;
    enum status st = ST_OK;

    if (!s)
        return err_nomem(e, 0);
    for (int i = 0; i < c->num_tensors; i++)
        s[i] = (struct span){c->tensors[i].begin, c->tensors[i].end, c->tensors[i].name};
    qsort(s, (size_t)c->num_tensors, sizeof(*s), span_order);
    for (int i = 0; !st && i < c->num_tensors; i++) {
        if (s[i].begin != at)
            st = err_set(
                e, ST_CORRUPT,
                "checkpoint: the data of tensor \"%.100s\" begin at %llu; they must begin at "
                "%llu, where the tensor before ends",
                s[i].name, (unsigned long long)s[i].begin, (unsigned long long)at);
        at = s[i].end;
    }
    free(s);
    if (!st && at != size)
        st = err_set(e, ST_CORRUPT,
                     "checkpoint: the file has %zu bytes of data; its tensors take %llu", size,
                     (unsigned long long)at);
    return st;
}

static enum status copy_data(struct checkpoint *c, const uint8_t *data, struct err *e)
{
    for (int i = 0; i < c->num_tensors; i++) {
        struct ckpt_tensor *t = &c->tensors[i];

        t->data = malloc(t->size ? t->size : 1);
        if (!t->data)
            return err_nomem(e, t->size);
        if (t->size)
            memcpy(t->data, data + t->begin, t->size);
    }
    return ST_OK;
}

enum status checkpoint_read(struct checkpoint **out, const uint8_t *bytes, size_t len,
                            struct err *e)
{
    struct checkpoint *c = NULL;
    struct reader r = {.e = e};
    uint64_t header = 0;
    enum status st;

    if (len < 8)
        return err_set(e, ST_CORRUPT, "checkpoint: %zu bytes are too few for a safetensors file",
                       len);
    for (int i = 0; i < 8; i++)
        header |= (uint64_t)bytes[i] << (8 * i);
    if (header > CHECKPOINT_HEADER_MAX || header > len - 8)
        return err_set(
            e, ST_CORRUPT,
            "checkpoint: a header of %llu bytes in a file of %zu; this is no safetensors "
            "file, or it is cut off",
            (unsigned long long)header, len);
    r.p = r.start = (const char *)bytes + 8;
    r.end = r.start + header;
    st = checkpoint_new(&c, e);
    if (!st)
        st = read_header(c, &r);
    if (!st)
        st = check_cover(c, len - 8 - (size_t)header, e);
    if (!st)
        st = copy_data(c, bytes + 8 + header, e);
    if (st) {
        checkpoint_free(c);
        /* A duplicate name is a wrong argument when a caller adds it; here the file is wrong. */
        if (st == ST_INVALID && e)
            e->status = ST_CORRUPT;
        return st == ST_INVALID ? ST_CORRUPT : st;
    }
    *out = c;
    return ST_OK;
}

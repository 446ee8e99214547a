/* text.c - growing text, numbers in it, UTF-8: see core/base/text.h. */
#include "core/base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_release(struct text *t)
{
    free(t->p);
    memset(t, 0, sizeof(*t));
}

static bool reserve(struct text *t, size_t more)
{
    size_t want;
    char *p;

    if (t->failed)
        return false;
    if (t->p && more < t->capacity - t->size)
        return true;
    if (more >= SIZE_MAX / 4 || t->size >= SIZE_MAX / 4) {
        t->failed = true;
        return false;
    }
    want = t->size + more + 1;
    if (want < 2 * t->capacity)
        want = 2 * t->capacity;
    if (want < 64)
        want = 64;
    p = realloc(t->p, want);
    if (!p) {
        t->failed = true;
        return false;
    }
    t->p = p;
    t->capacity = want;
    return true;
}

void text_add(struct text *t, const char *s, size_t n)
{
    if (!reserve(t, n))
        return;
    if (n)
        memcpy(t->p + t->size, s, n);
    t->size += n;
    t->p[t->size] = '\0';
}

void text_puts(struct text *t, const char *s)
{
    text_add(t, s, strlen(s));
}

void text_putc(struct text *t, char c)
{
    text_add(t, &c, 1);
}

void text_format_double(char out[TEXT_DOUBLE_MAX], double v)
{
    if (isnan(v)) {
        snprintf(out, TEXT_DOUBLE_MAX, "nan");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, TEXT_DOUBLE_MAX, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            return;
    }
}

void text_double(struct text *t, double v)
{
    char s[TEXT_DOUBLE_MAX];

    text_format_double(s, v);
    text_puts(t, s);
}

bool text_parse_double(double *out, const char *s)
{
    char *end;
    double v;

    if (strcmp(s, "nan") == 0) {
        *out = (double)NAN;
        return true;
    }
    /* strtod() alone would also take blanks, hexadecimal and "infinity". */
    if (!s[0] || (strspn(s, "+-0123456789.eE") != strlen(s) && strcmp(s, "inf") != 0 &&
                  strcmp(s, "-inf") != 0))
        return false;
    v = strtod(s, &end);
    if (*end)
        return false;
    *out = v;
    return true;
}

enum status text_take(char **out, size_t *size, struct text *t, struct err *e)
{
    if (!t->p)
        text_add(t, "", 0);
    if (t->failed) {
        text_release(t);
        return err_nomem(e, 0);
    }
    *out = t->p;
    if (size)
        *size = t->size;
    memset(t, 0, sizeof(*t));
    return ST_OK;
}

char *text_copy(const char *s, size_t n)
{
    char *p = n < SIZE_MAX ? malloc(n + 1) : NULL;

    if (!p)
        return NULL;
    if (n)
        memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

/* Length of the character at p (up to end) and its code point; 0 when it is not well-formed. */
static int decode(uint32_t *out, const unsigned char *p, const unsigned char *end)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t c = p[0];
    int n = c < 0x80 ? 1 : c < 0xC0 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF8 ? 4 : 0;

    if (n < 1 || end - p < n)
        return 0;
    if (n > 1)
        c &= 0x7Fu >> n;
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *out = c;
    return n;
}

static bool check(const char *s, size_t n, bool controls)
{
    const unsigned char *p = (const unsigned char *)s;
    const unsigned char *end = p + n;

    while (p < end) {
        uint32_t c;
        int len = decode(&c, p, end);

        if (!len || c == 0 || (!controls && (c < 0x20 || (c >= 0x7F && c < 0xA0))))
            return false;
        p += len;
    }
    return true;
}

bool text_utf8_valid(const char *s, size_t n)
{
    return check(s, n, true);
}

bool utf8_printable(const char *s, size_t n)
{
    return check(s, n, false);
}

void utf8_scrub(char *s)
{
    unsigned char *p = (unsigned char *)s;
    const unsigned char *end = p + strlen(s);

    while (p < end) {
        uint32_t c;
        int len = decode(&c, p, end);

        if (!len)
            *p = '?';
        p += len ? len : 1;
    }
}

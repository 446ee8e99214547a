/* checkpoint_values.c - numbers and lists as metadata strings, and back, checked. */
#include "core/checkpoint/checkpoint_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <lstm/buf.h>
#include <lstm/number.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status checkpoint_set_i64(struct checkpoint *c, const char *key, int64_t v, struct err *e)
{
    char s[32];

    snprintf(s, sizeof(s), "%" PRId64, v);
    return checkpoint_set(c, key, s, e);
}

enum status checkpoint_set_f64(struct checkpoint *c, const char *key, double v, struct err *e)
{
    char s[NUMBER_TEXT_MAX];

    number_text_any(s, v);
    return checkpoint_set(c, key, s, e);
}

/* Sets the text as the value of key and releases it. */
static enum status set_text(struct checkpoint *c, const char *key, struct buf *t, struct err *e)
{
    char *s = NULL;
    size_t n;
    enum status st = buf_take(t, &s, &n, e);

    if (!st)
        st = checkpoint_set(c, key, s, e);
    free(s);
    return st;
}

enum status checkpoint_set_f64s(struct checkpoint *c, const char *key, const double *v, size_t n,
                                struct err *e)
{
    char number[NUMBER_TEXT_MAX];
    struct buf t;

    buf_init(&t, SIZE_MAX);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_puts(&t, " ");
        buf_add(&t, number, number_text_any(number, v[i]));
    }
    return set_text(c, key, &t, e);
}

enum status checkpoint_set_strings(struct checkpoint *c, const char *key, const char *const *v,
                                   size_t n, struct err *e)
{
    struct buf t;

    /* A single empty string would read back as no string. */
    if (n == 1 && !v[0][0])
        return err_set(e, ST_INVALID, "checkpoint: metadata \"%.100s\" is a single empty string",
                       key);
    buf_init(&t, SIZE_MAX);
    for (size_t i = 0; i < n; i++) {
        if (strchr(v[i], '\n')) {
            buf_release(&t);
            return err_set(e, ST_INVALID,
                           "checkpoint: a string of metadata \"%.100s\" has a newline", key);
        }
        if (i)
            buf_puts(&t, "\n");
        buf_puts(&t, v[i]);
    }
    return set_text(c, key, &t, e);
}

static enum status get(const char **out, const struct checkpoint *c, const char *key, struct err *e)
{
    *out = checkpoint_get(c, key);
    if (!*out)
        return err_set(e, ST_CORRUPT, "checkpoint: metadata %s is missing", key);
    return ST_OK;
}

/* An optional minus and digits, and nothing else. */
static bool parse_i64(int64_t *out, const char *s)
{
    const char *digits = s + (*s == '-');
    char *end;
    long long v;

    if (!digits[0] || strspn(digits, "0123456789") != strlen(digits))
        return false;
    errno = 0;
    v = strtoll(s, &end, 10);
    if (errno || *end)
        return false;
    *out = v;
    return true;
}

enum status checkpoint_get_i64(int64_t *out, const struct checkpoint *c, const char *key,
                               int64_t min, int64_t max, struct err *e)
{
    const char *s;
    int64_t v;
    enum status st = get(&s, c, key, e);

    if (st)
        return st;
    if (!parse_i64(&v, s) || v < min || v > max)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: metadata %s is '%.60s'; it must be an integer from %" PRId64
                       " to %" PRId64,
                       key, s, min, max);
    *out = v;
    return ST_OK;
}

enum status checkpoint_get_f64(double *out, const struct checkpoint *c, const char *key,
                               struct err *e)
{
    const char *s;
    double v;
    enum status st = get(&s, c, key, e);

    if (st)
        return st;
    if (!number_parse(&v, s) || !isfinite(v))
        return err_set(e, ST_CORRUPT,
                       "checkpoint: metadata %s is '%.60s'; it must be a finite number", key, s);
    *out = v;
    return ST_OK;
}

static size_t count_char(const char *s, char c)
{
    size_t n = 0;

    for (; (s = strchr(s, c)); s++)
        n++;
    return n;
}

/* Reads count numbers separated by single spaces; false when s is anything else. Infinity is
 * refused. */
static bool parse_doubles(double *out, size_t count, const char *s)
{
    char word[2 * NUMBER_TEXT_MAX];

    for (size_t i = 0; i < count; i++) {
        size_t n = strcspn(s, " ");

        if (n >= sizeof(word) || !!s[n] != (i + 1 < count))
            return false;
        memcpy(word, s, n);
        word[n] = '\0';
        if (!number_parse(&out[i], word) || isinf(out[i]))
            return false;
        s += n + 1;
    }
    return true;
}

enum status checkpoint_get_f64s(double **out, size_t *count, const struct checkpoint *c,
                                const char *key, size_t n, size_t max, struct err *e)
{
    const char *s;
    double *v;
    size_t found;
    enum status st = get(&s, c, key, e);

    if (st)
        return st;
    found = s[0] ? count_char(s, ' ') + 1 : 0;
    if (n && found != n)
        return err_set(e, ST_CORRUPT, "checkpoint: metadata %s has %zu numbers; it must have %zu",
                       key, found, n);
    if (!n && found > max)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: metadata %s has %zu numbers; at most %zu are possible", key,
                       found, max);
    v = calloc(found + 1, sizeof(*v));
    if (!v)
        return err_nomem(e, found * sizeof(*v));
    if (!parse_doubles(v, found, s)) {
        free(v);
        return err_set(e, ST_CORRUPT,
                       "checkpoint: metadata %s must be numbers separated by single spaces", key);
    }
    *out = v;
    *count = found;
    return ST_OK;
}

enum status checkpoint_get_strings(char ***out, size_t *count, const struct checkpoint *c,
                                   const char *key, size_t max, struct err *e)
{
    const char *s;
    size_t n, bytes;
    char **v, *text;
    enum status st = get(&s, c, key, e);

    if (st)
        return st;
    n = s[0] ? count_char(s, '\n') + 1 : 0;
    if (n > max)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: metadata %s has %zu entries; at most %zu are possible", key, n,
                       max);
    bytes = strlen(s) + 1;
    v = malloc((n + 1) * sizeof(*v) + bytes);
    if (!v)
        return err_nomem(e, (n + 1) * sizeof(*v) + bytes);
    text = (char *)(v + n + 1);
    memcpy(text, s, bytes);
    for (size_t i = 0; i < n; i++) {
        v[i] = text;
        text += strcspn(text, "\n");
        *text++ = '\0';
    }
    v[n] = NULL;
    *out = v;
    *count = n;
    return ST_OK;
}

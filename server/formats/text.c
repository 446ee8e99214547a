/* text.c - what every format asks of text: valid UTF-8, no control characters, a near name. */
#include "server/formats/json.h"

#include <lstm/utf8.h>
#include <stdlib.h>
#include <string.h>

enum status text_valid(const char *bytes, size_t len, struct err *e)
{
    const char *nul = len ? memchr(bytes, '\0', len) : NULL;
    size_t stop = utf8_valid_prefix(bytes, nul ? (size_t)(nul - bytes) : len);
    long line = 1;

    if (stop == len)
        return ST_OK;
    for (size_t i = 0; i < stop; i++)
        line += bytes[i] == '\n' || (bytes[i] == '\r' && bytes[i + 1] != '\n');
    err_set(e, ST_MALFORMED, "line %ld %s", line,
            bytes[stop] ? "is not valid UTF-8" : "has a NUL byte");
    err_at_line(e, line);
    return ST_MALFORMED;
}

enum status text_check(const char *s, size_t len, size_t max, const char *what, struct err *e)
{
    if (len == 0)
        return err_set(e, ST_INVALID, "a %s is empty", what);
    if (len > max)
        return err_set(e, ST_INVALID, "a %s has %zu bytes; it may have %zu", what, len, max);
    if (!utf8_valid(s, len))
        return err_set(e, ST_MALFORMED, "a %s is not valid UTF-8", what);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i], next = i + 1 < len ? (unsigned char)s[i + 1] : 0;

        if (c < 0x20 || c == 0x7f || (c == 0xC2 && next >= 0x80 && next < 0xA0))
            return err_set(e, ST_INVALID, "a %s has a control character", what);
    }
    return ST_OK;
}

enum status series_id_check(const char *s, size_t len, struct err *e)
{
    if (len == 0)
        return err_set(e, ST_INVALID, "a series id is empty");
    if (len > SERIES_ID_MAX)
        return err_set(e, ST_INVALID, "a series id has %zu bytes; it may have %d", len,
                       SERIES_ID_MAX);
    return utf8_valid(s, len) ? ST_OK : err_set(e, ST_MALFORMED, "a series id is not valid UTF-8");
}

/* Edits (insert, delete, replace, swap neighbours) between a and b; more than max: max + 1. */
static size_t distance(const char *a, const char *b, size_t max)
{
    enum { LONGEST = 80 };
    size_t row[3][LONGEST + 1], n = strlen(a), m = strlen(b);

    if (n > LONGEST || m > LONGEST || n > m + max || m > n + max)
        return max + 1;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *one = row[(i + 2) % 3], *two = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = one[j - 1] + (a[i - 1] != b[j - 1]);

            if (one[j] + 1 < best)
                best = one[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *did_you_mean(const char *name, const char *const *candidates, size_t n)
{
    size_t allowed = strlen(name) / 3, best;
    const char *near = NULL;

    best = (allowed > 0 ? allowed : 1) + 1;
    for (size_t i = 0; i < n && best > 0; i++) {
        size_t d = distance(name, candidates[i], best - 1);

        if (d < best && d > 0) {
            best = d;
            near = candidates[i];
        }
    }
    return near;
}

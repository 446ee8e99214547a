/* text.c - what every format asks of text: valid UTF-8, no control characters, a near name. */
#include "server/formats/json.h"

#include <stdlib.h>
#include <string.h>

/* Length of the well-formed sequence at s (RFC 3629), 0 when there is none. */
static size_t utf8_length(const unsigned char *s, size_t len)
{
    static const struct {
        unsigned char lo, hi, lo2, hi2;
        size_t n;
    } rows[] = {
        {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };

    if (s[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (s[0] < rows[i].lo || s[0] > rows[i].hi)
            continue;
        if (len < rows[i].n || s[1] < rows[i].lo2 || s[1] > rows[i].hi2)
            return 0;
        for (size_t k = 2; k < rows[i].n; k++)
            if ((s[k] & 0xC0) != 0x80)
                return 0;
        return rows[i].n;
    }
    return 0;
}

/* How many bytes at the beginning are well-formed. */
static size_t utf8_prefix(const char *s, size_t len)
{
    size_t i = 0;

    while (i < len) {
        size_t n;
        uint64_t eight;

        if (len - i >= sizeof(eight)) {
            memcpy(&eight, s + i, sizeof(eight));
            if (!(eight & 0x8080808080808080ULL)) { /* ASCII */
                i += sizeof(eight);
                continue;
            }
        }
        n = utf8_length((const unsigned char *)s + i, len - i);
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

bool utf8_valid(const char *s, size_t len)
{
    return utf8_prefix(s, len) == len;
}

enum status text_valid(const char *bytes, size_t len, struct err *e)
{
    const char *nul = len ? memchr(bytes, '\0', len) : NULL;
    size_t stop = utf8_prefix(bytes, nul ? (size_t)(nul - bytes) : len);
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

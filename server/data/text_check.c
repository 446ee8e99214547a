/* text_check.c - see text_check.h. */
#include "server/data/text_check.h"

#include "server/data/data.h"

#include <lstm/utf8.h>
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

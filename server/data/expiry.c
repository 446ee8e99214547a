/* expiry.c - see expiry.h. */
#include "server/data/expiry.h"

#include "server/data/timestamp.h"

#include <stdlib.h>
#include <string.h>

static const int64_t FARTHEST_MS = (int64_t)36525 * 86400000; /* a hundred years */

static int64_t unit_ms(char unit)
{
    switch (unit) {
    case 'm':
        return 60000;
    case 'h':
        return 3600000;
    case 'd':
        return 86400000;
    case 'w':
        return (int64_t)7 * 86400000;
    default:
        return 0;
    }
}

enum status expiry_after(int64_t *out, const char *text, int64_t now, struct err *e)
{
    size_t digits = strspn(text, "0123456789");
    int64_t unit = digits ? unit_ms(text[digits]) : 0, n;

    if (!unit || text[digits + 1] || digits > 9)
        return err_set(e, ST_INVALID,
                       "'%.40s' is no time span; write a number with m (minutes), h, d or w, such "
                       "as 30d",
                       text);
    n = strtoll(text, NULL, 10);
    if (n < 1 || n > FARTHEST_MS / unit)
        return err_set(e, ST_INVALID, "'%.40s' must be more than nothing and at most 36525d", text);
    *out = now + n * unit;
    return ST_OK;
}

enum status expiry_at(int64_t *out, const char *text, int64_t now, struct err *e)
{
    struct timestamp t = {0};
    struct err why = {0};
    int64_t ms;

    if (timestamp_parse(&t, text, strlen(text), &why))
        return err_set(e, ST_INVALID, "%.300s", why.message);
    if (t.precision != FREQ_D && t.precision != FREQ_S)
        return err_set(e, ST_INVALID,
                       "'%.40s' is no point in time; write a date such as 2027-01-31, or an RFC "
                       "3339 time",
                       text);
    if (__builtin_mul_overflow(t.seconds, (int64_t)1000, &ms) || ms <= now ||
        ms - now > FARTHEST_MS)
        return err_set(e, ST_INVALID, "'%.40s' must lie ahead, by at most a hundred years", text);
    *out = ms;
    return ST_OK;
}

enum status expiry_read(int64_t *out, const char *text, int64_t now, struct err *e)
{
    size_t digits = strspn(text, "0123456789");

    if (digits && unit_ms(text[digits]) && !text[digits + 1])
        return expiry_after(out, text, now, e);
    if (expiry_at(out, text, now, e))
        return err_set(e, ST_INVALID,
                       "'%.40s' must be a time span such as 30d, or a date or time that lies ahead "
                       "such as 2027-01-31",
                       text);
    return ST_OK;
}

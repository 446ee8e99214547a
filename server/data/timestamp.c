/* timestamp.c - see timestamp.h. */
#include "server/data/timestamp.h"

#include "server/data/calendar.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *s, *end;
};

/* Reads exactly n digits. */
static bool digits(int *out, struct reader *r, int n)
{
    int v = 0;

    if (r->end - r->s < n)
        return false;
    for (int i = 0; i < n; i++) {
        if (r->s[i] < '0' || r->s[i] > '9')
            return false;
        v = v * 10 + (r->s[i] - '0');
    }
    r->s += n;
    *out = v;
    return true;
}

static bool take(struct reader *r, char c)
{
    if (r->s >= r->end || *r->s != c)
        return false;
    r->s++;
    return true;
}

static enum status bad(struct err *e, const char *s, size_t len, const char *why)
{
    return err_set(e, ST_INVALID, "'%.*s' is not a time: %s", (int)(len < 60 ? len : 60), s, why);
}

static const char years[] = "years are 0001 to 9999, in UTC";
static const char formats[] =
    "write 1949, 1949-01, 1949-01-31, 1949Q1, 1949-01-31T12:00:00Z or epoch seconds";

/* Reads ":30" or ":30.000" after the minutes; a fraction must be zero. */
static bool read_seconds(int *s, struct reader *r)
{
    *s = 0;
    if (!take(r, ':'))
        return true;
    if (!digits(s, r, 2))
        return false;
    if (!take(r, '.'))
        return true;
    if (r->s >= r->end || *r->s != '0')
        return false;
    while (take(r, '0')) {}
    return true;
}

/* Reads "Z", "+01:00", "-0530" or nothing. */
static bool read_zone(int64_t *offset, struct reader *r)
{
    bool minus = r->s < r->end && *r->s == '-';
    int h = 0, m = 0;

    *offset = 0;
    if (r->s == r->end)
        return true;
    if (take(r, 'Z') || take(r, 'z'))
        return r->s == r->end;
    if (!take(r, '+') && !take(r, '-'))
        return false;
    if (!digits(&h, r, 2))
        return false;
    take(r, ':');
    if (r->s < r->end && !digits(&m, r, 2))
        return false;
    if (h > 23 || m > 59)
        return false;
    *offset = (minus ? -1 : 1) * (h * 3600 + m * 60);
    return r->s == r->end;
}

static enum status read_clock(struct timestamp *out, struct reader *r, const char *s, size_t len,
                              struct err *e)
{
    int h = 0, m = 0, sec = 0;
    int64_t offset = 0;

    if (!digits(&h, r, 2) || !take(r, ':') || !digits(&m, r, 2) || !read_seconds(&sec, r) ||
        !read_zone(&offset, r))
        return bad(e, s, len, "after the date comes a time such as 12:00, 12:00:00 or 12:00:00Z");
    if (h > 23 || m > 59 || sec > 59)
        return bad(e, s, len, "hours are 00-23, minutes and seconds 00-59");
    out->seconds += h * 3600 + m * 60 + sec - offset;
    out->precision = FREQ_S;
    return calendar_holds(out->seconds) ? ST_OK : bad(e, s, len, years);
}

static enum status read_date(struct timestamp *out, struct reader *r, int y, char separator,
                             const char *s, size_t len, struct err *e)
{
    char why[64];
    int m = 0, d = 0;

    if (!digits(&m, r, 2))
        return bad(e, s, len, formats);
    if (m < 1 || m > 12)
        return bad(e, s, len, "a month is 01 to 12");
    out->precision = FREQ_M;
    out->seconds = days_from_date(y, m, 1) * DAY_SECONDS;
    if (r->s == r->end)
        return ST_OK;
    if (!take(r, separator) || !digits(&d, r, 2))
        return bad(e, s, len, formats);
    if (d < 1 || d > calendar_month_days(y, m)) {
        snprintf(why, sizeof(why), "%04d-%02d has %d days", y, m, calendar_month_days(y, m));
        return bad(e, s, len, why);
    }
    out->precision = FREQ_D;
    out->seconds = days_from_date(y, m, d) * DAY_SECONDS;
    if (r->s == r->end)
        return ST_OK;
    if (!take(r, 'T') && !take(r, 't') && !take(r, ' '))
        return bad(e, s, len, formats);
    return read_clock(out, r, s, len, e);
}

static bool all_digits(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return n > 0;
}

/* Reads an integer: a year, epoch seconds (6 digits or more), or a row number. */
static enum status read_integer(struct timestamp *out, const char *s, size_t len, struct err *e)
{
    bool minus = s[0] == '-';
    size_t n = len - minus;
    char text[24];
    int64_t v;

    if (n > 12)
        return bad(e, s, len, "epoch seconds have at most 12 digits (milliseconds are not read)");
    snprintf(text, sizeof(text), "%.*s", (int)len, s);
    v = strtoll(text, NULL, 10);
    if (!minus && n == 4) {
        if (v < 1)
            return bad(e, s, len, years);
        *out = (struct timestamp){days_from_date(v, 1, 1) * DAY_SECONDS, FREQ_Y};
    } else if (n >= 6) {
        if (!calendar_holds(v))
            return bad(e, s, len, years);
        *out = (struct timestamp){v, FREQ_S};
    } else {
        *out = (struct timestamp){v, FREQ_INDEX};
    }
    return ST_OK;
}

enum status timestamp_parse(struct timestamp *out, const char *s, size_t len, struct err *e)
{
    struct reader r;
    int y = 0, q = 0;

    while (len > 0 && (s[0] == ' ' || s[0] == '\t')) {
        s++;
        len--;
    }
    while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    if (len == 0)
        return err_set(e, ST_INVALID, "the time is empty; %s", formats);
    if (all_digits(s, len) || (s[0] == '-' && all_digits(s + 1, len - 1)))
        return read_integer(out, s, len, e);
    r = (struct reader){s, s + len};
    if (!digits(&y, &r, 4))
        return bad(e, s, len, formats);
    if (y < 1)
        return bad(e, s, len, years);
    if (take(&r, '/'))
        return read_date(out, &r, y, '/', s, len, e);
    if (take(&r, '-') && r.s < r.end && *r.s >= '0' && *r.s <= '9')
        return read_date(out, &r, y, '-', s, len, e);
    if ((take(&r, 'Q') || take(&r, 'q')) && digits(&q, &r, 1) && r.s == r.end) {
        if (q < 1 || q > 4)
            return bad(e, s, len, "a quarter is Q1 to Q4");
        *out = (struct timestamp){days_from_date(y, q * 3 - 2, 1) * DAY_SECONDS, FREQ_Q};
        return ST_OK;
    }
    return bad(e, s, len, formats);
}

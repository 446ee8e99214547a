/* calendar.h - days since 1970-01-01 as dates: proleptic Gregorian, years 0001-9999. */
#ifndef SERVER_DATA_CALENDAR_H
#define SERVER_DATA_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum { DAY_SECONDS = 86400, WEEK_SECONDS = 7 * DAY_SECONDS, CALENDAR_YEAR_MAX = 9999 };

/* Division that rounds down, and its remainder in 0..b-1; b > 0. */
static inline int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static inline int64_t floor_mod(int64_t a, int64_t b)
{
    return a % b + (a % b < 0 ? b : 0);
}

/* m 1..12; d 1..31. Years begin in March, so that a leap day is the last one; 979/32 days a month
 * give the days of the months before (Neri and Schneider, Euclidean affine functions and their
 * application to calendar algorithms, 2022). ERAS of 400 years make all numbers positive. */
static inline int64_t days_from_date(int64_t y, int m, int d)
{
    const uint64_t eras = UINT64_C(1) << 35;
    const bool before_march = m <= 2;
    const uint64_t year = (uint64_t)y + 400 * eras - before_march;
    const unsigned month = (unsigned)m + (before_march ? 12 : 0), day = (unsigned)d;

    return (int64_t)(1461 * year / 4 - year / 100 + year / 400 + (979 * month - 2919) / 32 + day) -
           (int64_t)(146097 * eras) - 719469;
}
void date_from_days(int64_t days, int64_t *y, int *m, int *d);
int calendar_month_days(int64_t y, int m);
/* 0 for Monday to 6 for Sunday. */
int calendar_weekday(int64_t days);
/* The ISO 8601 week, 1..53, and the year that it belongs to. */
void calendar_iso_week(int64_t days, int64_t *year, int *week);
/* Whether this time, in seconds since 1970, lies in the years 0001 to 9999. */
bool calendar_holds(int64_t seconds);

/* English names: "January", "Monday". m 1..12, weekday 0..6. Their first three letters are the
 * short names. */
const char *calendar_month_name(int m);
const char *calendar_weekday_name(int weekday);

/* Writes ms since 1970 as RFC 3339 in UTC with milliseconds. Returns out. */
const char *rfc3339_ms(char out[32], int64_t ms);

#endif

/* calendar.c - see calendar.h. */
#include "server/data/calendar.h"

#include <stdio.h>

void date_from_days(int64_t days, int64_t *y, int *m, int *d)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

    *d = (int)(doy - (153 * mp + 2) / 5 + 1);
    *m = (int)(mp < 10 ? mp + 3 : mp - 9);
    *y = yoe + era * 400 + (*m <= 2);
}

int calendar_month_days(int64_t y, int m)
{
    static const int n[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (m != 2)
        return n[m - 1];
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0 ? 29 : 28;
}

int calendar_weekday(int64_t days)
{
    return (int)floor_mod(days + 3, 7); /* 1970-01-01 was a Thursday */
}

void calendar_iso_week(int64_t days, int64_t *year, int *week)
{
    int64_t thursday =
        days - calendar_weekday(days) + 3; /* a week belongs to the year of this day */
    int m, d;

    date_from_days(thursday, year, &m, &d);
    *week = (int)((thursday - days_from_date(*year, 1, 1)) / 7) + 1;
}

bool calendar_holds(int64_t seconds)
{
    /* 0001-01-01 and 10000-01-01 */
    static const int64_t first = -719162, behind = 2932897;

    return seconds >= first * DAY_SECONDS && seconds < behind * DAY_SECONDS;
}

const char *calendar_month_name(int m)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

    return names[m - 1];
}

const char *calendar_weekday_name(int weekday)
{
    static const char *const names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};

    return names[weekday];
}

const char *rfc3339_ms(char out[32], int64_t ms)
{
    int64_t seconds = floor_div(ms, 1000), y, v = floor_mod(seconds, DAY_SECONDS);
    int m, d;

    date_from_days(floor_div(seconds, DAY_SECONDS), &y, &m, &d);
    snprintf(out, 32, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)y % 10000, (unsigned)m % 100,
             (unsigned)d % 100, (unsigned)(v / 3600) % 24, (unsigned)(v / 60 % 60),
             (unsigned)(v % 60), (unsigned)(ms - seconds * 1000) % 1000);
    return out;
}

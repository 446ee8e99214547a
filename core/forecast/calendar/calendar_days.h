/* calendar_days.h - dates, and regressors for the days that a month of a series is made of.
 *
 * The regressors are those of X-13ARIMA-SEATS (U.S. Census Bureau, "X-13ARIMA-SEATS Reference
 * Manual", section 7.13, regression); Bell and Hillmer (1983), "Modeling time series with calendar
 * variation". The mean of each regressor over the centuries is 0 in every month of the year, so
 * that the regression does not take up the season. */
#ifndef CORE_FORECAST_CALENDAR_CALENDAR_DAYS_H
#define CORE_FORECAST_CALENDAR_CALENDAR_DAYS_H

#include <lstm/calendar.h>
#include <lstm/status.h>

enum calendar_column {
    CALENDAR_WEEKDAYS, /* Mondays to Fridays less 5/2 of Saturdays and Sundays: td1nolpyear */
    CALENDAR_DAY,      /* six: Mondays less Sundays, ... Saturdays less Sundays: tdnolpyear */
    CALENDAR_LEAP = CALENDAR_DAY + 6, /* of February: 3/4 with a leap day, -1/4 without: lpyear */
    CALENDAR_EASTER, /* three: share in this month of the 1, 8, 15 days before Easter: easter[w] */
    CALENDAR_COLUMNS = CALENDAR_EASTER + 3
};

/* ST_INVALID where c is out of range. */
enum status calendar_check(const struct calendar *c, struct err *e);

/* Length in days of the period before Easter in an Easter column (0 to 2). */
int calendar_easter_days(int column);

struct civil {
    int64_t year;
    int month, day; /* 0 to 11, 1 to 31 */
    int length;     /* of the month, days */
    int weekday;    /* 0: Monday */
    int easter;     /* days after Easter Sunday of that year; negative before it */
};

/* The date that is `days` days after 1970-01-01. */
struct civil calendar_civil(int64_t days);

/* The reverse: day 1 to 31 of month 0 to 11. Then Easter Sunday, and the length of a month in
 * days. */
int64_t calendar_date(int64_t year, int month, int day);
int64_t calendar_easter(int64_t year);
int calendar_month_length(int64_t year, int month);

struct calendar_month {
    int64_t year;
    int month, length;
    int weekday; /* of its first day */
};

/* The month that is `step` months after c->first, where c->unit is CALENDAR_MONTHS; the next
 * month. */
void calendar_month_at(struct calendar_month *m, const struct calendar *c, int64_t step);
void calendar_month_next(struct calendar_month *m);

/* The regressors of a month. */
void calendar_row(double out[CALENDAR_COLUMNS], const struct calendar_month *m);

#endif

/* holidays.h - the yearly pattern of a daily series: a slow course (annual.h), and single days.
 *
 * There is no country's list of holidays. Candidates are every date, the first to fourth and the
 * last of each weekday of each month (such as Thanksgiving), and the days around Easter. Those
 * whose effect is clear in more than one year are taken. Like that of months (calendar_effect.h)
 * this is a regression with ARIMA errors, with one column for each candidate: Box and Tiao (1975),
 * "Intervention analysis with applications to economic and environmental problems". */
#ifndef CORE_FORECAST_CALENDAR_HOLIDAYS_H
#define CORE_FORECAST_CALENDAR_HOLIDAYS_H

#include "core/forecast/calendar/annual.h"
#include "core/forecast/calendar/calendar_days.h"

#include <lstm/status.h>

struct holidays {
    struct annual annual;
    int count;
    struct holiday list[HOLIDAYS_MAX]; /* the clearest first */
};

/* Finds the course and the days in the logarithms w (n) of a series whose first day is c->first.
 * Finds none in less than two years. Reads the last ten years only. Deterministic. ST_NOMEM. */
enum status holidays_fit(struct holidays *out, const double *w, int n, const struct calendar *c,
                         struct err *e);

/* Adds the logarithms of the factors of n days to v (n). first: days from 1970-01-01 to v[0]. */
void holidays_add(double *v, const struct holidays *h, int64_t first, int n);

/* Whether h occurs in any year. */
bool holiday_check(const struct holiday *h);

#endif

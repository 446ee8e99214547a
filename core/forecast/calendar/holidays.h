/* holidays.h - what the year does to a daily series: slowly (annual.h), and on single days.
 *
 * No country's list of holidays: every date, the first to fourth and the last of each weekday of
 * each month (Thanksgiving), and the days around Easter are candidates, and those are taken whose
 * effect is clear in more years than one. As with months (calendar_effect.h) it is a regression
 * with ARIMA errors, here with one column a candidate: Box and Tiao (1975), "Intervention analysis
 * with applications to economic and environmental problems". */
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

/* Finds both in the logarithms w (n) of a series whose first day is c->first; none where there are
 * less than two years. Looks at the last ten years only. Deterministic. ST_NOMEM. */
enum status holidays_fit(struct holidays *out, const double *w, int n, const struct calendar *c,
                         struct err *e);

/* Adds the logarithms of what n days from that one after 1970-01-01 on are multiplied by to v
 * (n). */
void holidays_add(double *v, const struct holidays *h, int64_t first, int n);

/* Whether there is such a day in any year. */
bool holiday_check(const struct holiday *h);

#endif

/* calendar_effect.h - how the calendar moves a series: a monthly one by the days of each month, a
 * daily one by holidays (holidays.h).
 *
 * Monthly series get a regression with ARIMA errors (Bell and Hillmer 1983). The regressors and the
 * logarithms of the series go through the filter of an airline model, and the filtered logarithms
 * are regressed on the filtered regressors. The coefficients have a normal prior, which holds what
 * is known beforehand: how large such effects get, and that a leap day is worth about a day. The
 * evidence decides whether there is an effect, and of which days. It is the probability of the data
 * with the effect against that without one: Murphy (2012), "Machine Learning: A Probabilistic
 * Perspective", section 7.6. */
#ifndef CORE_FORECAST_CALENDAR_CALENDAR_EFFECT_H
#define CORE_FORECAST_CALENDAR_CALENDAR_EFFECT_H

#include "core/forecast/calendar/holidays.h"

#include <lstm/status.h>

/* Bounds of the coefficients, positive or negative. */
enum { MONTH_BETA_MAX = 1, DAY_BETA_MAX = 20 };

struct calendar_effect {
    enum calendar_unit unit;       /* CALENDAR_NONE: there is no effect */
    double beta[CALENDAR_COLUMNS]; /* of monthly logarithms; 0: the column is not used */
    struct holidays holidays;      /* of daily series */
};

/* Fits to y (n, no NaN), whose first value is at c. There is no effect when the evidence is against
 * it, a value is not positive, a coefficient would exceed its bound, or n is less than four years
 * of months or two years of days. Outliers of months should be replaced before; those of days may
 * be the holidays. Deterministic. ST_NOMEM. */
enum status calendar_effect_fit(struct calendar_effect *out, const double *y, int n,
                                const struct calendar *c, struct err *e);

/* Adds the logarithms of the factors of the first n months or days to v (n). Adds nothing when
 * there is no effect, or when c has another unit. */
void calendar_effect_add(double *v, const struct calendar_effect *f, const struct calendar *c,
                         int n);

#endif

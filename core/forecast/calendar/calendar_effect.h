/* calendar_effect.h - what the calendar explains of a series: of months the days that they are made
 * of, of days which of them are holidays (holidays.h).
 *
 * Of months, a regression with ARIMA errors (Bell and Hillmer 1983): regressors and logarithms of
 * the series go through the filter of an airline model, and what is left of them is regressed on
 * each other. What is known of such effects beforehand, how large they get and that a leap day is
 * worth about a day, is a normal prior of the coefficients; whether there is an effect at all, and
 * of which days, is decided by the evidence, the probability of the data with it against that
 * without. Murphy (2012), "Machine Learning: A Probabilistic Perspective", section 7.6. */
#ifndef CORE_FORECAST_CALENDAR_CALENDAR_EFFECT_H
#define CORE_FORECAST_CALENDAR_CALENDAR_EFFECT_H

#include "core/forecast/calendar/holidays.h"

#include <lstm/status.h>

/* Coefficients, either way: no month is tripled by its days, and no day is millions of another. */
enum { MONTH_BETA_MAX = 1, DAY_BETA_MAX = 20 };

struct calendar_effect {
    enum calendar_unit unit;       /* CALENDAR_NONE: there is no effect */
    double beta[CALENDAR_COLUMNS]; /* of months' logarithms; 0: not used */
    struct holidays holidays;      /* of days */
};

/* Fits to y (n, no NaN), which begins at c. There is no effect where the evidence is against one,
 * where a value is not positive, where n is less than four years of months or two of days, or where
 * a coefficient would exceed these bounds. Outliers of months should be replaced before; those of
 * days may be the holidays. Deterministic. ST_NOMEM. */
enum status calendar_effect_fit(struct calendar_effect *out, const double *y, int n,
                                const struct calendar *c, struct err *e);

/* Adds the logarithms of what the first n months or days are multiplied by to v (n): nothing where
 * there is no effect, or c is of another unit. */
void calendar_effect_add(double *v, const struct calendar_effect *f, const struct calendar *c,
                         int n);

#endif

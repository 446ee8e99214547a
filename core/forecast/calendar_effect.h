/* calendar_effect.h - what the days of its months explain of a series.
 *
 * A regression with ARIMA errors (Bell and Hillmer 1983): regressors and logarithms of the series go
 * through the filter of an airline model, and what is left of them is regressed on each other. What is
 * known of such effects beforehand, how large they get and that a leap day is worth about a day, is a
 * normal prior of the coefficients; whether there is an effect at all, and of which days, is decided by
 * the evidence, the probability of the data with it against that without. Murphy (2012), "Machine
 * Learning: A Probabilistic Perspective", section 7.6. */
#ifndef FORECAST_CALENDAR_EFFECT_H
#define FORECAST_CALENDAR_EFFECT_H

#include "core/forecast/calendar.h"

#include <lstm/status.h>
#include <stdbool.h>

struct calendar_effect {
    bool there;
    double beta[CALENDAR_COLUMNS]; /* of the logarithm; 0: not used */
};

/* Fits to y (n, no NaN), whose first value is of the month c->first. out->there is false when nothing speaks for an
 * effect, n is less than four years, not all values are positive, or c is CALENDAR_NONE. Looks at the
 * last CLASSIC_HISTORY values only. Deterministic. ST_NOMEM. */
enum status calendar_effect_fit(struct calendar_effect *out, const double *y, int n,
                                const struct calendar *c, struct err *e);

/* The logarithm of what the month so many steps after c->first is multiplied by; 0 where there is no
 * effect or c is CALENDAR_NONE. */
double calendar_effect_at(const struct calendar_effect *f, const struct calendar *c, int64_t step);

#endif

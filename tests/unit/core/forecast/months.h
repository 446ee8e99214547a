/* months.h - monthly series with calendar effects. */
#ifndef TESTS_UNIT_CORE_FORECAST_MONTHS_H
#define TESTS_UNIT_CORE_FORECAST_MONTHS_H

#include "tests/unit/core/forecast/effects.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <string.h>

enum { N = 156, LATER = 9, ALL = N + LATER + 24, HORIZON = 12, FROM = 20 * 12 + 3 /* 1990-04 */ };

extern double months_y[ALL], months_x[ALL];

/* The number of Saturdays in a month, minus its mean. */
double months_saturdays(int i);

/* Sales of a shop: a Saturday adds 5 %; a unit of the covariate adds 3 % if `with`. */
void months_fill(bool with);

struct series_view months_view(int length, bool dated);

struct params months_twelve(void);

struct forecaster *months_fit(bool dated);

void months_predict(struct room *out, const struct forecaster *f, const struct series_view *v);

void months_same_forecast(const struct room *a, const struct room *b);

#endif

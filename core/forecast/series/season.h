/* season.h - whether a series has a season, and the forecast that only repeats it. */
#ifndef CORE_FORECAST_SERIES_SEASON_H
#define CORE_FORECAST_SERIES_SEASON_H

#include <lstm/status.h>

/* Strength of the season of m steps in z (n, no NaN, near 1 in size), 0..1: the adjusted share of
 * the variance around a moving average that the m seasonal means explain; 0 when n < 3 m or m < 2.
 * After Wang, Smith and Hyndman (2006), "Characteristic-based clustering for time series data",
 * with the degrees of freedom of the means taken off, so that noise scores about 0. ST_NOMEM. */
enum status season_strength(double *out, const double *z, int n, int m, struct err *e);

/* out (horizon): the value one season before, again and again; the last value where y (n >= 1, no
 * NaN) is shorter than a season. */
void seasonal_naive(double *out, const double *y, int n, int m, int horizon);

#endif

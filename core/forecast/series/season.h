/* season.h - whether a series has a season, and the forecast that only repeats it. */
#ifndef CORE_FORECAST_SERIES_SEASON_H
#define CORE_FORECAST_SERIES_SEASON_H

#include <lstm/status.h>

#include <stdbool.h>

enum { HISTORY_MAX = 1500 /* the last values that a fit or a forecast of one series reads */ };

/* The seasons, in steps, that a season length stands for in a history of n values: of hours, half
 * hours and quarter hours these are a day and a week. 0: none, or the history (at most HISTORY_MAX
 * of it) is shorter than two of them, or the season is one that profiles are for (profile.h).
 * season2 is a multiple of season1. */
void season_lengths(int *season1, int *season2, int season_length, int n);

/* Strength of the season of m steps in z (n, no NaN, near 1 in size), 0..1: the adjusted share of
 * the variance around a moving average that the m seasonal means explain; 0 when n < 3 m or m < 2.
 * After Wang, Smith and Hyndman (2006), "Characteristic-based clustering for time series data",
 * with the degrees of freedom of the means taken off, so that noise scores about 0. ST_NOMEM. */
enum status season_strength(double *out, const double *z, int n, int m, struct err *e);

/* Whether y (n), of two or three whole seasons of m >= 2 steps, clearly repeats itself: what one
 * season differs from the next is less than what its steps differ among themselves. */
bool season_evident(const double *y, int n, int m);

/* out (horizon): the value one season before, again and again; the last value where y (n >= 1, no
 * NaN) is shorter than a season. */
void seasonal_naive(double *out, const double *y, int n, int m, int horizon);

#endif

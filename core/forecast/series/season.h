/* season.h - whether a series has a season, and the forecast that only repeats it. */
#ifndef CORE_FORECAST_SERIES_SEASON_H
#define CORE_FORECAST_SERIES_SEASON_H

#include <lstm/status.h>

#include <stdbool.h>

enum { HISTORY_MAX = 1500 /* the last values that a fit or a forecast of one series reads */ };

/* The seasons, in steps, of a season length in a history of n values. Those of hours, half hours
 * and quarter hours are a day and a week. 0: none, or the history (at most HISTORY_MAX of it) is
 * shorter than two seasons, or the season gets a profile (profile.h). season2 is a multiple of
 * season1. */
void season_lengths(int *season1, int *season2, int season_length, int n);

/* Strength of the season of m steps in z (n, no NaN, near 1 in size), 0..1. It is the share of the
 * variance around a moving average that the m seasonal means explain, adjusted for their degrees of
 * freedom so that noise gives about 0. 0 when n < 3 m or m < 2. After Wang, Smith and Hyndman
 * (2006), "Characteristic-based clustering for time series data". ST_NOMEM. */
enum status season_strength(double *out, const double *z, int n, int m, struct err *e);

/* Whether y (n), of two or three whole seasons of m >= 2 steps, clearly repeats itself: one season
 * differs from the next by less than its steps differ among themselves. */
bool season_evident(const double *y, int n, int m);

/* out (horizon): repeats the last season, or the last value when y (n >= 1, no NaN) is shorter than
 * a season. */
void seasonal_naive(double *out, const double *y, int n, int m, int horizon);

#endif

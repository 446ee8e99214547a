/* gaps.h - imputation: the values that a fit or a forecast reads in place of missing observations.
 * Nothing is scored against them.
 *
 * Seasonal imputation: the effect of the season (the mean of the nearest detrended values of the
 * same phase, three on each side) is taken off, the rest is interpolated linearly and continued
 * level at the ends, and the effect is put on again; after Hyndman and Athanasopoulos (2021),
 * "Forecasting: principles and practice", 3.4 and 13.9. Where fewer than two seasons are observed,
 * and of a phase that never was, linear. What was never negative (never 0) stays so. */
#ifndef CORE_FORECAST_SERIES_GAPS_H
#define CORE_FORECAST_SERIES_GAPS_H

#include <lstm/params.h>
#include <lstm/status.h>

/* Replaces NaN in y (n). fill: enum imputation;
 *   IMPUTE_LINEAR      between the neighbours, at the ends the nearest value (IMPUTE_AUTO too)
 *   IMPUTE_SEASONAL    level and season; season: steps, of 1 or less linear
 *   IMPUTE_PREVIOUS  the last observation; before the first one that one
 * At least one value must not be NaN. ST_NOMEM. */
enum status gaps_fill(double *y, int n, int fill, int season, struct err *e);

#endif

/* gaps.h - imputation: the values that a fit or a forecast reads in place of missing observations.
 * No error is measured against them.
 *
 * Seasonal imputation subtracts the effect of the season, the mean of the nearest detrended values
 * of the same phase, three on each side. The rest is interpolated linearly and stays constant at
 * the ends, and the effect is added again; after Hyndman and Athanasopoulos (2021), "Forecasting:
 * principles and practice", 3.4 and 13.9. With fewer than two observed seasons, and for a phase
 * that was never observed, imputation is linear. An imputed value is negative only if an
 * observation is, and 0 only if one is 0 or negative. */
#ifndef CORE_FORECAST_SERIES_GAPS_H
#define CORE_FORECAST_SERIES_GAPS_H

#include <lstm/params.h>
#include <lstm/status.h>

/* Replaces NaN in y (n). fill: enum imputation;
 *   IMPUTE_LINEAR    a line between the neighbours, at the ends the nearest value (IMPUTE_AUTO too)
 *   IMPUTE_SEASONAL  level and season; linear when season (steps) is 0 or 1
 *   IMPUTE_PREVIOUS  the last observation; before the first one, the first
 * At least one value must not be NaN. ST_NOMEM. */
enum status gaps_fill(double *y, int n, int fill, int season, struct err *e);

#endif

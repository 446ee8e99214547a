/* outliers.h - single values that a series cannot be judged by: found, and replaced. */
#ifndef CORE_FORECAST_SERIES_OUTLIERS_H
#define CORE_FORECAST_SERIES_OUTLIERS_H

#include <lstm/params.h>
#include <lstm/status.h>

/* Replaces values of y (n, no NaN, finite) that stand alone far off a robust line through their
 * neighbours, the season (steps, 0 or 1: none) taken out; count, may be NULL, is how many.
 *
 * The line is Siegel's repeated median over WIDTH values (Davies, Fried and Gather 2004, "Robust
 * signal extraction for on-line monitoring data"); far is FAR robust standard deviations of what is
 * left, in logarithms where the values are positive but for rare zeros, and as they are. Where more
 * than two values in a row are far off, or the last two, the level has shifted, where others close
 * by are off, something happened, and where more than one value in fifty is, such values are what
 * the series is made of: all these stay. ST_NOMEM. */
enum status outliers_replace(double *y, int n, int season, int *count, struct err *e);

/* The same with the longer season of an ensemble, once steps of the season that changed for good
 * are set (regimes.h); then values before a shift of the level are moved (shifts.h). Does nothing
 * unless p is for an ensemble and p->outliers is OUTLIERS_REPLACE. ST_NOMEM. */
enum status outliers_clean(double *y, int n, const struct params *p, struct err *e);

/* Whether the last value is an error or the first of a new level is not known before the next one
 * comes: where it is doubtful, it is moved half the way to where it was expected. For what
 * outliers_clean() left; under the same conditions. ST_NOMEM. */
enum status outliers_halve_last(double *y, int n, const struct params *p, struct err *e);

#endif

/* outliers.h - finds and replaces single values that do not belong to the pattern of a series. */
#ifndef CORE_FORECAST_SERIES_OUTLIERS_H
#define CORE_FORECAST_SERIES_OUTLIERS_H

#include <lstm/explanation.h>
#include <lstm/params.h>
#include <lstm/status.h>

/* Replaces values of y (n, no NaN, finite) that stand alone and far from a robust line through
 * their neighbours, after the season (steps, 0 or 1: none) is removed. *count: how many; may be
 * NULL.
 *
 * The line is Siegel's repeated median over 9 values (Davies, Fried and Gather 2004, "Robust signal
 * extraction for on-line monitoring data"). Far means 12 robust standard deviations of the rest,
 * both on the scale of the values and, if they are positive except for rare zeros, in logarithms.
 * Some values that are far off stay: more than two in a row, or the last two (the level has
 * shifted); those near other suspicious values (something happened there); and all of them when
 * they are more than one in fifty (the series consists of such values). ST_NOMEM. */
enum status outliers_replace(double *y, int n, int season, int *count, struct err *e);

/* Cleans a series for an ensemble, with the ensemble's longer season. First sets steps of the
 * season that changed for good (regimes.h), then replaces outliers, then moves the values before a
 * shift of the level (shifts.h). Does nothing unless p is for an ensemble and p->outliers is
 * OUTLIERS_REPLACE. reason (n), or NULL, gets an enum change_reason for each value. ST_NOMEM. */
enum status outliers_clean(double *y, int n, const struct params *p, unsigned char *reason,
                           struct err *e);

/* Moves a doubtful last value half the way to where it was expected: only the next value would show
 * whether it is an error or the first of a new level. Called after outliers_clean(), under the same
 * conditions. ST_NOMEM. */
enum status outliers_halve_last(double *y, int n, const struct params *p, struct err *e);

#endif

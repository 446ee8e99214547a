/* shifts.h - finds shifts of the level, and moves the values before them to the new level. */
#ifndef CORE_FORECAST_SERIES_SHIFTS_H
#define CORE_FORECAST_SERIES_SHIFTS_H

#include <lstm/status.h>

/* Moves the values before a shift of the level by the size of the shift. y (n, no NaN, finite): on
 * a scale where a shift adds. season: m steps. *count: how many shifts; may be NULL.
 *
 * A shift shows as a plateau in the differences from season to season: suddenly they are 5.5 robust
 * standard deviations off, all on the same side, and after one season, if the series is long
 * enough, they are suddenly normal again. (Chen and Liu 1993, "Joint estimation of model parameters
 * and outlier effects in time series", call it a level shift.) A plateau shorter than a quarter of
 * a season does not count. Nothing is moved when the season is weak: such a series consists of
 * steps, and its last values show the level. ST_NOMEM. */
enum status shifts_level(double *y, int n, int season, int *count, struct err *e);

#endif

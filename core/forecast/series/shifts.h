/* shifts.h - levels that a series left for good: found, and moved to where it went on. */
#ifndef CORE_FORECAST_SERIES_SHIFTS_H
#define CORE_FORECAST_SERIES_SHIFTS_H

#include <lstm/status.h>

/* Moves what lies before a shift of the level by as much as it shifted: y (n, no NaN, finite; on a
 * scale where a shift is a sum), season m steps; count, may be NULL, is how many.
 *
 * A shift shows in the differences from season to season as a plateau: from one step to the next
 * they are FAR robust standard deviations off, all of them on the same side, and after a season, if
 * the series goes on so long, they are back as suddenly. (Chen and Liu 1993, "Joint estimation of
 * model parameters and outlier effects in time series", call it LS.) What lasts less than a quarter
 * of a season is not known to be one. Where the season is weak nothing is moved: such a series is
 * one of steps, and its last values show the level. ST_NOMEM. */
enum status shifts_level(double *y, int n, int season, int *count, struct err *e);

#endif

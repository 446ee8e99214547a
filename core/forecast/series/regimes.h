/* regimes.h - what lasted and is over: a level or a step of the season that a series left a short
 * while ago. */
#ifndef CORE_FORECAST_SERIES_REGIMES_H
#define CORE_FORECAST_SERIES_REGIMES_H

#include <lstm/status.h>

/* Where a step of the season, such as a weekday, was otherwise for its last three times or more,
 * its earlier values become what it is now: y (n, no NaN), season m steps. w (n) is y on the scale
 * that is looked at, and is set too; it may be y. Its distance from the middle of its season
 * decides: the last ones are all farther from the earlier ones than FAR robust standard deviations.
 * count, may be NULL, is how many steps of the season. ST_NOMEM. */
enum status regimes_set_phases(double *y, double *w, int n, int m, int *count, struct err *e);

/* Moves what lies before an abrupt step of the level in the second half of y (n, no NaN), three
 * values ago or more, to the level after it; then before the step that went before that one. Both
 * levels have to be flat beside the step, and a series that went the same way to the same level
 * before, or at the same step of most seasons (0 or 1: none), is left as it is. *count: steps.
 * ST_NOMEM. */
enum status regimes_move_steps(double *y, int n, int season, int *count, struct err *e);

/* Root mean square of the changes of y (n, no NaN) from one value to the next; 0 where they are
 * rounding. */
double regimes_change(const double *y, int n);

#endif

/* regimes.h - past regimes: a level, or a step of the season, that a series has left recently. */
#ifndef CORE_FORECAST_SERIES_REGIMES_H
#define CORE_FORECAST_SERIES_REGIMES_H

#include <lstm/status.h>

/* When a step of the season, such as a weekday, was different for its last three times or more, its
 * earlier values are replaced by the present ones. y (n, no NaN), season: m steps. w (n): y on the
 * scale of the comparison; it is changed too, and may be y. The distances of the step from the
 * median of its season are compared: all late ones must differ from the earlier ones by more than 8
 * robust standard deviations. *count: changed steps of the season; may be NULL. ST_NOMEM. */
enum status regimes_set_phases(double *y, double *w, int n, int m, int *count, struct err *e);

/* Finds an abrupt step of the level in the second half of y (n, no NaN), at least three values
 * before the end, and moves everything before it to the level after it. Then does the same for the
 * step before that one. Both levels must be flat beside the step. A step that the series made
 * before, to the same level or at the same place of most seasons (0 or 1: none), stays. *count:
 * moved steps. ST_NOMEM. */
enum status regimes_move_steps(double *y, int n, int season, int *count, struct err *e);

/* Root mean square of the changes of y (n, no NaN) between neighbours; 0 when they are only
 * rounding. */
double regimes_change(const double *y, int n);

#endif

/* scaled_ets.h - exponential smoothing (ets.h) on the scale that suits a series: raw, logarithm or
 * square root, whichever makes the data most likely.
 *
 * It forecasts by itself, and the other members of an ensemble work on its scale. */
#ifndef CORE_FORECAST_METHODS_SCALED_ETS_H
#define CORE_FORECAST_METHODS_SCALED_ETS_H

#include "core/forecast/methods/ets.h"
#include "core/forecast/series/scaling.h"

struct scaled_ets {
    struct scaling scaling; /* from y to w: of kind LOG, COUNTS or STANDARD */
    int season1, season2;   /* steps, 0: none; season2 is a multiple of season1 */
    double low, high;       /* bounds of a forecast of w: the range of the history, widened */
    struct ets model;       /* of w */
};

/* Fits to y (n >= 1, no NaN, finite). Reads the last HISTORY_MAX values. season_length: steps, 1
 * for none. scaling selects the scales that are tried:
 *   SCALING_LOG       only the logarithm; y > 0
 *   SCALING_STANDARD  only raw
 *   SCALING_COUNTS    raw or the square root
 *   SCALING_AUTO      raw, or the logarithm (y > 0), or the square root (counts with zeros)
 * Deterministic. ST_INVALID as in scaling_fit(), ST_NOMEM. */
enum status scaled_ets_fit(struct scaled_ets *out, const double *y, int n, int season_length,
                           int scaling, struct err *e);

/* Sets low and high from w (n >= 1). */
void scaled_ets_range(struct scaled_ets *c, const double *w, int n);
/* The forecast w, `step` steps after the last of n values, clipped to [low, high], or `otherwise`
 * when it is not finite. Beyond n / 2 steps the bounds recede as the trend of the history would. */
double scaled_ets_keep(const struct scaled_ets *c, double w, int n, int step, double otherwise);

/* out (count, horizon): forecasts of w (n, the scaled y) from each of the ascending origins[i],
 * 1..n. All finite. ST_NOMEM. */
enum status scaled_ets_path(double *out, const struct scaled_ets *c, const double *w, int n,
                            const int *origins, int count, int horizon, struct err *e);
/* The same for y itself (n, no NaN), in its units. ST_INVALID as in scaling_forward(). */
enum status scaled_ets_forecast(double *out, const struct scaled_ets *c, const double *y, int n,
                                const int *origins, int count, int horizon, struct err *e);

#endif

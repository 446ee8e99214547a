/* scaled_ets.h - exponential smoothing (ets.h) of a series on the scale that suits it: as it is,
 * its logarithm or its square root, whichever makes the data more likely.
 *
 * It is a forecast by itself, and the scale on which the other members of an ensemble work. */
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

/* Fits to y (n >= 1, no NaN, finite), of which it reads the last HISTORY_MAX values. season_length:
 * steps, 1 for none. scaling selects the scales that are tried:
 *   SCALING_LOG       the logarithm only; y > 0
 *   SCALING_STANDARD  no other scale
 *   SCALING_COUNTS    that, or the square root
 *   SCALING_AUTO      that, or the logarithm (y > 0), or the square root (counts with zeros)
 * Deterministic. ST_INVALID as in scaling_fit(), ST_NOMEM. */
enum status scaled_ets_fit(struct scaled_ets *out, const double *y, int n, int season_length,
                           int scaling, struct err *e);

/* Sets low and high from w (n >= 1). */
void scaled_ets_range(struct scaled_ets *c, const double *w, int n);
/* The forecast w brought into [low, high]; `otherwise` where it is not finite. */
double scaled_ets_keep(const struct scaled_ets *c, double w, double otherwise);

/* out (count, horizon): forecasts of w (n, the scaled y) from each of the rising origins[i], 1..n.
 * All finite. ST_NOMEM. */
enum status scaled_ets_path(double *out, const struct scaled_ets *c, const double *w, int n,
                            const int *origins, int count, int horizon, struct err *e);
/* The same of y itself (n, no NaN), in its units. ST_INVALID as in scaling_forward(). */
enum status scaled_ets_forecast(double *out, const struct scaled_ets *c, const double *y, int n,
                                const int *origins, int count, int horizon, struct err *e);

#endif

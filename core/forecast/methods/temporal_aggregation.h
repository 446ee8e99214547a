/* temporal_aggregation.h - exponential smoothing of the means of two steps each, over the profile of a finer one.
 *
 * Level and trend of what is aggregated over time show with less noise, and the season takes half the
 * states: Kourentzes, Petropoulos and Trapero (2014), "Improving forecasting by estimating time series
 * structural components across multiple frequencies". What lies inside a pair is the smoother's of
 * single steps. */
#ifndef CORE_FORECAST_METHODS_TEMPORAL_AGGREGATION_H
#define CORE_FORECAST_METHODS_TEMPORAL_AGGREGATION_H

#include "core/forecast/methods/ets.h"

struct pairs {
    int season;     /* steps, even; 0: the model was not fitted */
    struct ets ets; /* of the pairs */
};

/* Fits to y (n >= 1, no NaN), pairs ending with the last step. *out has season 0 where season1 is odd
 * or below 4, or y shorter than three of it. fixed: as for ets_fit(). ST_NOMEM. */
enum status pairs_fit(struct pairs *out, const double *y, int n, int season1, int season2,
                      bool fixed, struct err *e);

/* As ets_path(), of a model with a season; fine is the smoother of y itself. Pairs end with the step
 * before each origin. */
enum status pairs_path(double *out, const struct pairs *m, const struct ets *fine, const double *y,
                       int n, const int *origins, int count, int horizon, struct err *e);

#endif

/* temporal_aggregation.h - exponential smoothing of the means of two steps each, over the profile
 * of a model of single steps.
 *
 * Level and trend of what is aggregated over time show with less noise, and the season takes half
 * the states: Kourentzes, Petropoulos and Trapero (2014), "Improving forecasting by estimating time
 * series structural components across multiple frequencies". The difference inside a pair is taken
 * from the model of single steps. */
#ifndef CORE_FORECAST_METHODS_TEMPORAL_AGGREGATION_H
#define CORE_FORECAST_METHODS_TEMPORAL_AGGREGATION_H

#include "core/forecast/methods/ets.h"
#include "core/forecast/series/rolling.h"

struct temporal_aggregation {
    int season;     /* steps, even; 0: the model was not fitted */
    struct ets ets; /* of the pairs */
};

/* Fits to y (n >= 1, no NaN), pairs ending with the last step. *out has season 0 where season1 is
 * odd or below 4, or y shorter than three of it. fixed: as for ets_fit(). ST_NOMEM. */
enum status temporal_aggregation_fit(struct temporal_aggregation *out, const double *y, int n,
                                     int season1, int season2, bool fixed, struct err *e);

/* out (r->count, r->horizon): forecasts from each origin of r, of a model with a season; fine is
 * the model of r->w itself. Pairs end with the step before each origin. ST_NOMEM. */
enum status temporal_aggregation_path(double *out, const struct temporal_aggregation *m,
                                      const struct ets *fine, const struct rolling *r,
                                      struct err *e);

#endif

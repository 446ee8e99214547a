/* temporal_aggregation.h - exponential smoothing of the means of two steps each, combined with a
 * model of single steps.
 *
 * Level and trend have less noise in aggregated data, and the season needs half the states:
 * Kourentzes, Petropoulos and Trapero (2014), "Improving forecasting by estimating time series
 * structural components across multiple frequencies". The difference within a pair comes from the
 * model of single steps. */
#ifndef CORE_FORECAST_METHODS_TEMPORAL_AGGREGATION_H
#define CORE_FORECAST_METHODS_TEMPORAL_AGGREGATION_H

#include "core/forecast/methods/ets.h"
#include "core/forecast/series/rolling.h"

struct temporal_aggregation {
    int season;     /* steps, even; 0: the model was not fitted */
    struct ets ets; /* of the pairs */
};

/* Fits to y (n >= 1, no NaN); the last pair ends with the last step. *out has season 0 when season1
 * is odd or below 4, or y is shorter than three seasons. fixed: as for ets_fit(). ST_NOMEM. */
enum status temporal_aggregation_fit(struct temporal_aggregation *out, const double *y, int n,
                                     int season1, int season2, bool fixed, struct err *e);

/* out (r->count, r->horizon): forecasts from each origin of r. m has a season. fine: the model of
 * r->w itself. The last pair ends with the step before each origin. ST_NOMEM. */
enum status temporal_aggregation_path(double *out, const struct temporal_aggregation *m,
                                      const struct ets *fine, const struct rolling *r,
                                      struct err *e);

#endif

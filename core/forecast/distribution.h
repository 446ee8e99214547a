/* distribution.h - the forecast distribution of each step, and what a response takes from it: mean,
 * median, interval bounds, quantiles and paths. Private to core/forecast. */
#ifndef CORE_FORECAST_DISTRIBUTION_H
#define CORE_FORECAST_DISTRIBUTION_H

#include "core/forecast/ensemble/intermittent.h"
#include "core/forecast/exogenous.h"
#include "core/forecast/net/intervals.h"
#include "core/forecast/net/transform.h"
#include <lstm/forecaster.h>

/* What the forecasts of one series have in common. */
struct outlook {
    const struct intervals *intervals; /* borrowed, as is transform */
    const struct transform *transform;
    bool counts; /* quantiles are whole numbers */
    /* Bound of a mean on a logarithmic scale, as a multiple of the median; 0: no bound. */
    double mean_most;
};

/* The bound mean_most from a history y (n) on this scale: the ratio of its arithmetic to its
 * geometric mean, and a little more. Forecast errors scatter hardly more than the values themselves
 * do, but a few overlapping errors may look as if they did. 0 unless the scale is a logarithm. */
double outlook_mean_most(const struct scaling *s, const double *y, int n);

/* Writes step `at` of out: the scaled forecast z, made `step` steps ahead (from 1). */
void forecast_step(struct forecast *out, int at, const struct outlook *o, double z, int step,
                   const struct forecast_request *q);
/* Writes the q->num_samples paths of out around the scaled forecasts z (q->steps). All other
 * members of out must be set. id: of the series; each series has its own paths. */
void forecast_paths(struct forecast *out, const struct outlook *o, const double *z, const char *id,
                    const struct forecast_request *q);

/* Writes all of out from a model of a series with many zeros. */
void forecast_intermittent(struct forecast *out, const struct intermittent *m, const char *id,
                           const struct forecast_request *q);

/* Adds the effect (q->steps) of covariates and calendar to forecasts that were made without it. */
void forecast_restore(struct forecast *out, const struct exogenous *a, const double *effect,
                      bool floor, const struct forecast_request *q);

#endif

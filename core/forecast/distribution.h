/* distribution.h - the distribution that is forecast of each step, and what an answer takes from
 * it: the mean, the median, bounds, quantiles and paths. For the files of core/forecast only. */
#ifndef CORE_FORECAST_DISTRIBUTION_H
#define CORE_FORECAST_DISTRIBUTION_H

#include "core/forecast/ensemble/intermittent.h"
#include "core/forecast/exogenous.h"
#include "core/forecast/net/intervals.h"
#include "core/forecast/net/transform.h"
#include <lstm/forecaster.h>

/* What the forecasts of one series have in common. */
struct outlook {
    const struct intervals *intervals; /* borrowed, as the transform */
    const struct transform *transform;
    bool counts; /* quantiles are whole numbers */
    /* A mean is at most so many medians, where the scale is a logarithm; 0: no bound. */
    double mean_most;
};

/* mean_most of a history y (n) on this scale: its mean over its geometric mean, and a little more.
 * What the values themselves scatter around one level the errors of their forecasts can hardly
 * exceed, though few and overlapping ones seem to. 0 unless the scale is a logarithm. */
double outlook_mean_most(const struct scaling *s, const double *y, int n);

/* Writes step `at` of out: the scaled forecast z, made `step` steps ahead (from 1). */
void forecast_step(struct forecast *out, int at, const struct outlook *o, double z, int step,
                   const struct forecast_request *q);
/* Writes the paths of out, where q wants any, around the scaled forecasts z (q->steps); the other
 * members of out are there. id: of the series, which has paths of its own. */
void forecast_paths(struct forecast *out, const struct outlook *o, const double *z, const char *id,
                    const struct forecast_request *q);

/* Writes all of out from a model of a series with many zeros. */
void forecast_intermittent(struct forecast *out, const struct intermittent *m, const char *id,
                           const struct forecast_request *q);

/* Puts the effect (q->steps) of covariates and calendar back on forecasts of what was without
 * it. */
void forecast_restore(struct forecast *out, const struct exogenous *a, const double *effect,
                      bool floor, const struct forecast_request *q);

#endif

/* intermittent.h - forecasts of a series with many zeros: the weighted mean of methods for
 * intermittent demand, and the distribution around it.
 *
 * The other members of an ensemble are weighted by absolute errors. When most values are 0 the
 * median is 0 too, so a forecast of 0 would win. Here squared errors decide, which the mean
 * minimises. Nothing is stored: the methods are fitted to each history when it is forecast. */
#ifndef CORE_FORECAST_ENSEMBLE_INTERMITTENT_H
#define CORE_FORECAST_ENSEMBLE_INTERMITTENT_H

#include "core/forecast/ensemble/demand_sizes.h"
#include <lstm/status.h>

enum intermittent_member {
    INTERMITTENT_SMOOTHED, /* exponential smoothing of the demands */
    INTERMITTENT_SBA,
    INTERMITTENT_TSB,
    INTERMITTENT_IMAPA,
    INTERMITTENT_COUNT
};

struct intermittent {
    double weight[INTERMITTENT_COUNT]; /* sum 1 */
    double rate[INTERMITTENT_COUNT];   /* demand per step, without season; at least 0 */
    double *index;                     /* (season) factors of the next steps, mean 1; owned */
    int season;                        /* 1: none */
    struct demand_sizes sizes;
};

/* Fits to y (n, no NaN) for which zeros_abound() holds. Reads the last HISTORY_MAX values.
 * Deterministic. ST_NOMEM. */
enum status intermittent_fit(struct intermittent *out, const double *y, int n, int season,
                             struct err *e);
void intermittent_release(struct intermittent *m);

/* The mean of step h, from 0, after the history; at least 0. */
double intermittent_mean(const struct intermittent *m, int h);
/* The same by one member alone. */
double intermittent_member(const struct intermittent *m, enum intermittent_member k, int h);
/* The quantile u of step h, 0 < u < 1. */
double intermittent_quantile(const struct intermittent *m, int h, double u);

#endif

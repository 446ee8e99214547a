/* intermittent.h - forecasts of a series with many zeros: the weighted mean of methods that are
 * made for such, and the distribution around it.
 *
 * The other members of an ensemble are weighed by absolute errors. Where most values are 0 so is
 * the median, and a forecast of 0 has the least absolute error; here squared errors decide, whose
 * least is at the mean. Nothing of it is stored: it is fitted to a history when it is forecast. */
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

/* Fits to y (n, no NaN) in which zeros_abound(), of which the last HISTORY_MAX values are read.
 * Deterministic. ST_NOMEM. */
enum status intermittent_fit(struct intermittent *out, const double *y, int n, int season,
                             struct err *e);
void intermittent_release(struct intermittent *m);

/* What is expected of step h, from 0, behind the history; at least 0. */
double intermittent_mean(const struct intermittent *m, int h);
/* The same of one member. */
double intermittent_member(const struct intermittent *m, enum intermittent_member k, int h);
/* The value that step h does not exceed with the probability u, 0 < u < 1. */
double intermittent_quantile(const struct intermittent *m, int h, double u);

#endif

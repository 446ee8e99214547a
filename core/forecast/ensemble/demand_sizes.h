/* demand_sizes.h - the distribution of one step of a series with many zeros: zero, or a demand with
 * one of the sizes that were observed.
 *
 * Willemain, Smart and Schwarz (2004), "A new approach to forecasting intermittent demand for
 * service parts inventories", draw sizes from the history too. Each of k sizes has the probability
 * 1 / (k + 1); the remaining 1 / (k + 1) lies beyond the largest. */
#ifndef CORE_FORECAST_ENSEMBLE_DEMAND_SIZES_H
#define CORE_FORECAST_ENSEMBLE_DEMAND_SIZES_H

#include <stdbool.h>

enum { DEMAND_SIZES_MAX = 100 };

struct demand_sizes {
    double size[DEMAND_SIZES_MAX]; /* (count) the latest demands, ascending, > 0 */
    int count;                     /* 0: there was no demand */
    double mean;                   /* of the distribution of a size */
    bool counts;                   /* whether demands are whole numbers */
};

/* Fits to y (n), at least 0, no NaN. A few fractional values among many whole ones count as
 * imputed, and demands are still counts. */
void demand_sizes_fit(struct demand_sizes *out, const double *y, int n);

/* The quantile u, 0 < u < 1, of a step with this mean (at least 0). */
double demand_quantile(const struct demand_sizes *s, double mean, double u);

#endif

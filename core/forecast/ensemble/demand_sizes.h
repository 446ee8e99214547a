/* demand_sizes.h - the distribution of one step of a series with many zeros: nothing, or a demand
 * whose size is one of those that were seen.
 *
 * Willemain, Smart and Schwarz (2004), "A new approach to forecasting intermittent demand for
 * service parts inventories", draw sizes from the history too. Of k sizes each has the probability
 * 1 / (k + 1); the rest lies beyond the largest. */
#ifndef CORE_FORECAST_ENSEMBLE_DEMAND_SIZES_H
#define CORE_FORECAST_ENSEMBLE_DEMAND_SIZES_H

#include <stdbool.h>

enum { DEMAND_SIZES_MAX = 100 };

struct demand_sizes {
    double size[DEMAND_SIZES_MAX]; /* (count) rising, above 0: the last demands that were seen */
    int count;                     /* 0: there was never a demand */
    double mean;                   /* of the distribution of a size */
    bool counts;                   /* whether demands are whole numbers */
};

/* Of y (n), at least 0, no NaN. Where some values that are not whole stand among many that are,
 * they were filled in, and demands are counts. */
void demand_sizes_fit(struct demand_sizes *out, const double *y, int n);

/* The value that a step whose mean is `mean` (at least 0) does not exceed with the probability u,
 * 0 < u < 1. */
double demand_quantile(const struct demand_sizes *s, double mean, double u);

#endif

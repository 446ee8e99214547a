/* stats.h - medians: what a few wild values do not move. */
#ifndef CORE_BASE_STATS_H
#define CORE_BASE_STATS_H

/* Of v (n >= 1), which is sorted. */
double robust_median(double *v, int n);

/* The standard deviation of v (n >= 1) about zero that a normal distribution with its median absolute
 * value has. space: (n). */
double robust_spread(const double *v, int n, double *space);

#endif

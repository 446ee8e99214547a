/* stats.h - medians and a spread by medians, which a few outliers do not move. */
#ifndef CORE_BASE_STATS_H
#define CORE_BASE_STATS_H

/* Sorts v (n >= 1 values, none NaN) and returns its median. */
double robust_median(double *v, int n);

/* A robust standard deviation of v (n >= 1) about zero: 1.4826 times the median of |v|, which is
 * the standard deviation when v is normally distributed. space: (n), overwritten. */
double robust_spread(const double *v, int n, double *space);

#endif

/* imapa.h - demand per step of a series with many zeros, from sums over several steps, which have
 * fewer zeros.
 *
 * Nikolopoulos et al. (2011), "An aggregate-disaggregate intermittent demand approach (ADIDA) to
 * forecasting", smooth the sums over one number of steps. Petropoulos and Kourentzes (2015),
 * "Forecast combinations for intermittent demand", take the mean over several such numbers
 * (IMAPA). */
#ifndef CORE_FORECAST_METHODS_IMAPA_H
#define CORE_FORECAST_METHODS_IMAPA_H

/* Most steps in a sum. */
enum { IMAPA_LEVELS_MAX = 24 };

/* The number of levels for y (n): the rounded mean interval between demands, at least 1, and small
 * enough for four sums of the longest level. */
int imapa_levels(const double *y, int n);

/* rates (n + 1) as in croston.h: the mean of ADIDA over the levels 1 to `levels` (at most
 * IMAPA_LEVELS_MAX). The sums end at each origin and do not overlap. Cannot fail. */
void imapa_rates(double *rates, const double *y, int n, int levels, double alpha);

#endif

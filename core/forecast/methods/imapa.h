/* imapa.h - demand per step of a series with many zeros, from its sums over several steps, which
 * have fewer zeros.
 *
 * Nikolopoulos et al. (2011), "An aggregate-disaggregate intermittent demand approach (ADIDA) to
 * forecasting", smooth the sums over one number of steps; Petropoulos and Kourentzes (2015),
 * "Forecast combinations for intermittent demand", take the mean over several such numbers
 * (IMAPA). */
#ifndef CORE_FORECAST_METHODS_IMAPA_H
#define CORE_FORECAST_METHODS_IMAPA_H

/* Steps that are summed at most. */
enum { IMAPA_LEVELS_MAX = 24 };

/* The number of levels for y (n): the mean interval between demands, rounded, such that at least
 * four sums of the longest fit in; 1 or more. */
int imapa_levels(const double *y, int n);

/* rates (n + 1) as in croston.h: the mean over levels 1..levels (at most IMAPA_LEVELS_MAX) of ADIDA
 * with that level. The sums end at each origin, without overlap. Cannot fail. */
void imapa_rates(double *rates, const double *y, int n, int levels, double alpha);

#endif

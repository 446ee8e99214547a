/* theta.h - the Theta method: simple exponential smoothing, plus half the slope of a line.
 *
 * Assimakopoulos and Nikolopoulos (2000), "The theta model: a decomposition approach to
 * forecasting", in the form of Hyndman and Billah (2003): smoothing with drift. Classical
 * decomposition removes the season before. */
#ifndef CORE_FORECAST_METHODS_THETA_H
#define CORE_FORECAST_METHODS_THETA_H

#include <lstm/status.h>

struct theta {
    int season; /* steps; 0: none */
    double alpha;
};

/* Fits to y (n >= 1, no NaN). season: m steps, tested for; 0 or 1 for none. ST_NOMEM. */
enum status theta_fit(struct theta *out, const double *y, int n, int season, struct err *e);

/* As ets_path(). Season and line are fitted to the history before each origin. The time is
 * proportional to count * n. */
enum status theta_path(double *out, const struct theta *m, const double *y, int n,
                       const int *origins, int count, int horizon, struct err *e);

#endif

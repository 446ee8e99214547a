/* ets.h - exponential smoothing with additive errors: level, trend, up to two seasons.
 *
 * These are the innovations state space models of Hyndman, Koehler, Ord and Snyder (2008),
 * "Forecasting with Exponential Smoothing". The second season and the autocorrelated residual are
 * those of Taylor (2003), "Short-term electricity demand forecasting using double seasonal
 * exponential smoothing". d_t is what the states do not explain, e_t is the innovation:
 *     y_t = l + phi b + s1 + s2 + d_t,   d_t = rho d_(t-1) + e_t
 *     l' = l + phi b + alpha d_t,  b' = phi b + beta d_t,  s1' = s1 + gamma1 d_t, s2' likewise */
#ifndef CORE_FORECAST_METHODS_ETS_H
#define CORE_FORECAST_METHODS_ETS_H

#include <lstm/status.h>
#include <stdbool.h>

/* A fitted model. Its states are not kept: each forecast computes them from the history. */
struct ets {
    int season1, season2; /* steps; 0: none. season2 is a multiple of season1 */
    bool trend;           /* phi 1: undamped */
    double alpha, beta, gamma1, gamma2, phi, rho;
};

/* Fits to y (n, no NaN) by least squares of the innovations. The corrected Akaike information
 * criterion picks the form: no, damped or linear trend, with and without the seasons of m1 and m2
 * steps (0: none). fixed: the form of *out is kept and only its parameters are fitted. *aicc (may
 * be NULL): the criterion. n >= 1: forms that need more values are not tried. ST_NOMEM. */
enum status ets_fit(struct ets *out, double *aicc, const double *y, int n, int m1, int m2,
                    bool fixed, struct err *e);

/* Runs over y (n >= 1, no NaN) and forecasts from several origins. out (count, horizon): steps
 * origins[i] to origins[i] + horizon - 1; origins are ascending, 1..n. The time is linear in n +
 * count * horizon. ST_NOMEM. */
enum status ets_path(double *out, const struct ets *m, const double *y, int n, const int *origins,
                     int count, int horizon, struct err *e);

#endif

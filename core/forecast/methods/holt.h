/* holt.h - exponential smoothing of a positive series with a season that multiplies.
 *
 * This is the method of Holt and Winters (1960) with a damped trend, as the innovations model
 * ETS(M,Ad,M) of Hyndman, Koehler, Ord and Snyder (2008), "Forecasting with Exponential Smoothing".
 * u is the expected value and e the relative innovation:
 *     u = (l + phi b) s,  y = u (1 + e)
 *     l' = (l + phi b) (1 + alpha e),  b' = phi b + beta (l + phi b) e,  s' = s (1 + gamma e) */
#ifndef CORE_FORECAST_METHODS_HOLT_H
#define CORE_FORECAST_METHODS_HOLT_H

#include <lstm/status.h>

struct holt {
    int season; /* steps, at least 2; 0: the model was not fitted */
    double alpha, beta, gamma, phi;
};

/* Fits to y (n >= 1, no NaN). *out has season 0 when a value is not positive, y is shorter than
 * three seasons, or season < 2. ST_NOMEM. */
enum status holt_fit(struct holt *out, const double *y, int n, int season, struct err *e);

/* As ets_path(), for a model with a season. Each value is positive, or not finite. */
enum status holt_path(double *out, const struct holt *m, const double *y, int n, const int *origins,
                      int count, int horizon, struct err *e);

#endif

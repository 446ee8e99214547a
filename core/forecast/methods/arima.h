/* arima.h - seasonal ARIMA models (p,d,q)(P,D,Q)m.
 *
 *     phi(B) Phi(B^m) ((1-B)^d (1-B^m)^D y_t - mean) = theta(B) Theta(B^m) e_t
 *
 * Box and Jenkins (1970), "Time Series Analysis". The orders are found by the stepwise search of
 * Hyndman and Khandakar (2008), "Automatic time series forecasting: the forecast package for R". */
#ifndef CORE_FORECAST_METHODS_ARIMA_H
#define CORE_FORECAST_METHODS_ARIMA_H

#include <lstm/status.h>
#include <stdbool.h>

enum { ARIMA_ORDER_MAX = 3, ARIMA_SEASONAL_MAX = 1 };

struct arima {
    int p, d, q, P, D, Q;
    int season; /* m; 0 or 1: none */
    bool drift; /* there is a mean */
    double ar[ARIMA_ORDER_MAX], sar[ARIMA_SEASONAL_MAX], ma[ARIMA_ORDER_MAX],
        sma[ARIMA_SEASONAL_MAX], mean;
};

enum arima_by {
    ARIMA_SEARCH,     /* finds the orders, by likelihood */
    ARIMA_LIKELIHOOD, /* keeps the orders of *out; by likelihood */
    ARIMA_SQUARES     /* keeps them; by the sum of squares, which favours a constant season */
};

/* Fits to y (n >= 1, no NaN). season: m steps, 0 or 1 for none. *aicc (may be NULL): the corrected
 * Akaike information criterion, INFINITY when the history is too short. ST_NOMEM. */
enum status arima_fit(struct arima *out, double *aicc, const double *y, int n, int season,
                      enum arima_by by, struct err *e);

/* As ets_path(): out (count, horizon) from the ascending origins[i], 1..n. An origin with too few
 * values for the differences repeats the last value. */
enum status arima_path(double *out, const struct arima *m, const double *y, int n,
                       const int *origins, int count, int horizon, struct err *e);

/* out (n): the innovations of v under m without its mean. Values before v are forecast backwards.
 * The steps that differencing uses up are 0. Linear in v. ST_NOMEM. */
enum status arima_filter(double *out, const struct arima *m, const double *v, int n, struct err *e);
/* out (n): the result of that filter for a single 1, from the step of the 1 on. ST_NOMEM. */
enum status arima_response(double *out, const struct arima *m, int n, struct err *e);

#endif

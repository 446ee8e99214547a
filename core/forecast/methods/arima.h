/* arima.h - seasonal ARIMA models (p,d,q)(P,D,Q)m.
 *
 *     phi(B) Phi(B^m) ((1-B)^d (1-B^m)^D y_t - mean) = theta(B) Theta(B^m) e_t
 *
 * Box and Jenkins (1970), "Time Series Analysis"; orders are searched for stepwise as by Hyndman
 * and Khandakar (2008), "Automatic time series forecasting: the forecast package for R". */
#ifndef CORE_FORECAST_METHODS_ARIMA_H
#define CORE_FORECAST_METHODS_ARIMA_H

#include <lstm/status.h>
#include <stdbool.h>

enum { ARIMA_ORDER_MAX = 3, ARIMA_SEASONAL_MAX = 1 };

struct arima {
    int p, d, q, P, D, Q;
    int season; /* m; 0 or 1: none */
    bool drift; /* whether there is a mean */
    double ar[ARIMA_ORDER_MAX], sar[ARIMA_SEASONAL_MAX], ma[ARIMA_ORDER_MAX],
        sma[ARIMA_SEASONAL_MAX], mean;
};

enum arima_by {
    ARIMA_SEARCH,     /* finds orders, by likelihood */
    ARIMA_LIKELIHOOD, /* takes the orders of *out, as they are */
    ARIMA_SQUARES     /* the same by the sum of squares, which favours a constant season */
};

/* Fits to y (n >= 1, no NaN). season: m steps, 0 or 1 for none. *aicc (may be NULL) gets the
 * corrected Akaike criterion; INFINITY where the history is too short. ST_NOMEM. */
enum status arima_fit(struct arima *out, double *aicc, const double *y, int n, int season,
                      enum arima_by by, struct err *e);

/* As ets_path(): out (count, horizon) from the rising origins[i], 1..n. An origin that is too short
 * for the differences goes on with the last value. */
enum status arima_path(double *out, const struct arima *m, const double *y, int n,
                       const int *origins, int count, int horizon, struct err *e);

/* out (n): the innovations of v under m without its mean. Values before v are forecast backwards,
 * and steps that the differences use up are 0. A linear function of v. ST_NOMEM. */
enum status arima_filter(double *out, const struct arima *m, const double *v, int n, struct err *e);
/* out (n): what that makes of a single 1 far behind the beginning, from its step on. ST_NOMEM. */
enum status arima_response(double *out, const struct arima *m, int n, struct err *e);

#endif

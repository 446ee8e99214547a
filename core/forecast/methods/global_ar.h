/* global_ar.h - one linear autoregression over all series of a panel, all steps at once.
 *
 * With l the mean of the last season, (y_(t+1), ..., y_(t+H)) - l = W' ((y_(t-L+1), ..., y_t) - l).
 * The matrix W is found by ridge regression over the origins of all series, each on its own scale.
 * That one model with a long memory does well for many series: Montero-Manso and Hyndman (2021),
 * "Principles and algorithms for forecasting groups of time series". */
#ifndef CORE_FORECAST_METHODS_GLOBAL_AR_H
#define CORE_FORECAST_METHODS_GLOBAL_AR_H

#include <lstm/status.h>

enum { GLOBAL_AR_LAGS_MAX = 64 };

struct global_ar {
    float *weight; /* (L, H), owned; NULL: there is no such model */
    int L, H;
    int season; /* values that the level is the mean of, 1..L */
};

/* One series to learn from: w (n) scaled, values (n) NaN where the truth is not known, both
 * borrowed. */
struct global_ar_series {
    const double *w, *values;
    int n;
};

/* Fits *out (zeroed) for a season of so many steps (0 or 1: none); leaves it without weights where
 * the series (count) give too few origins. Deterministic. ST_NOMEM. */
enum status global_ar_fit(struct global_ar *out, const struct global_ar_series *series, int count,
                          int season, int H, struct err *e);
void global_ar_release(struct global_ar *m);

/* out (horizon) behind the first n >= m->L of w; steps behind H are made of those before them. */
void global_ar_forecast(double *out, const struct global_ar *m, const double *w, int n,
                        int horizon);

#endif

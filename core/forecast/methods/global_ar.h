/* global_ar.h - one linear autoregression for all series of a panel. It forecasts all steps at
 * once.
 *
 * With l the mean of the last season, (y_(t+1), ..., y_(t+H)) - l = W' ((y_(t-L+1), ..., y_t) - l).
 * W is the result of a ridge regression over the origins of all series, each on its own scale.
 * Montero-Manso and Hyndman (2021), "Principles and algorithms for forecasting groups of time
 * series", show that one such model with a long memory does well for many series. */
#ifndef CORE_FORECAST_METHODS_GLOBAL_AR_H
#define CORE_FORECAST_METHODS_GLOBAL_AR_H

#include <lstm/status.h>

enum { GLOBAL_AR_LAGS_MAX = 64 };

struct global_ar {
    float *weight; /* (L, H), owned; NULL: there is no such model */
    int L, H;
    int season; /* values whose mean is the level, 1..L */
};

/* One training series: w (n) scaled; values (n) NaN where the truth is not known. Both borrowed. */
struct global_ar_series {
    const double *w, *values;
    int n;
};

/* Fits *out (zeroed). season: steps, 0 or 1 for none. The weights stay NULL when the series (count)
 * have too few origins. Deterministic. ST_NOMEM. */
enum status global_ar_fit(struct global_ar *out, const struct global_ar_series *series, int count,
                          int season, int H, struct err *e);
void global_ar_release(struct global_ar *m);

/* out (horizon): the steps after the first n >= m->L values of w. Steps after H are computed from
 * the forecasts before them. */
void global_ar_forecast(double *out, const struct global_ar *m, const double *w, int n,
                        int horizon);

#endif

/* harmonic.h - a season of sines and cosines, with exponential smoothing of the rest.
 *
 * It serves seasons that are too long for one state per step, or not a whole number of steps: the
 * 52.18 weeks and the 365.25 days of a year. This is a regression on Fourier terms with
 * autocorrelated errors after Young, Pedregal and Tych (1999), "Dynamic harmonic regression", here
 * with constant coefficients, fitted as by Cochrane and Orcutt (1949). The corrected Akaike
 * information criterion gives the number of terms. */
#ifndef CORE_FORECAST_METHODS_HARMONIC_H
#define CORE_FORECAST_METHODS_HARMONIC_H

#include "core/forecast/methods/ets.h"

enum { HARMONIC_PERIODS = 2, HARMONIC_ORDER_MAX = 10 };

struct harmonic {
    double period[HARMONIC_PERIODS]; /* steps; 0: none */
    int order[HARMONIC_PERIODS];     /* pairs of sine and cosine, up to HARMONIC_ORDER_MAX */
    double rho;                      /* autocorrelation of the errors, 0..0.99 */
    struct ets rest;                 /* without seasons */
};

/* Fits to y (n >= 1, no NaN). season1, season2: steps, 0 for none. A season that stands for a year
 * or a week gets the exact period of the calendar, and daily data get the year too. A period that y
 * does not contain twice has no terms. fixed: only the coefficients are fitted; orders and form of
 * *out are kept. ST_NOMEM. */
enum status harmonic_fit(struct harmonic *out, const double *y, int n, int season1, int season2,
                         bool fixed, struct err *e);

/* As ets_path(): out (count, horizon) from the ascending origins[i], 1..n. The coefficients are
 * fitted to the history before each origin. The time is proportional to count * n. */
enum status harmonic_path(double *out, const struct harmonic *m, const double *y, int n,
                          const int *origins, int count, int horizon, struct err *e);

#endif

/* harmonic.h - a season of sines and cosines, and exponential smoothing of what it leaves.
 *
 * For seasons that are too long for a state per step, or not a whole number of steps: the 52.18
 * weeks and the 365.25 days of a year. Regression on Fourier terms with autocorrelated errors after
 * Young, Pedregal and Tych (1999), "Dynamic harmonic regression", here with constant terms, fitted
 * by Cochrane and Orcutt (1949); the number of terms by the corrected Akaike criterion. */
#ifndef CORE_FORECAST_METHODS_HARMONIC_H
#define CORE_FORECAST_METHODS_HARMONIC_H

#include "core/forecast/methods/ets.h"

enum { HARMONIC_PERIODS = 2, HARMONIC_ORDER_MAX = 10 };

struct harmonic {
    double period[HARMONIC_PERIODS]; /* steps; 0: none */
    int order[HARMONIC_PERIODS];     /* pairs of sine and cosine, up to HARMONIC_ORDER_MAX */
    double rho;                      /* autocorrelation that the regression reckons with, 0..0.99 */
    struct ets rest;                 /* without seasons */
};

/* Fits to y (n >= 1, no NaN). season1, season2: steps, 0 for none; seasons that stand for a year or
 * a week are taken with the period that the calendar gives them, and of days the year is tried,
 * too. A period that y does not hold twice has no terms. fixed: take the orders and the form of
 * *out, as they are, and only fit. ST_NOMEM. */
enum status harmonic_fit(struct harmonic *out, const double *y, int n, int season1, int season2,
                         bool fixed, struct err *e);

/* As ets_path(): out (count, horizon) from the rising origins[i], 1..n; the terms are those of the
 * history before each origin. Costs count * n. */
enum status harmonic_path(double *out, const struct harmonic *m, const double *y, int n,
                          const int *origins, int count, int horizon, struct err *e);

#endif

/* minimise.h - finds a minimum of a function of a few variables, without derivatives. */
#ifndef CORE_FORECAST_METHODS_MINIMISE_H
#define CORE_FORECAST_METHODS_MINIMISE_H

enum { MINIMISE_MAX = 10 }; /* variables */

/* The function to be minimised. A value that is not finite counts as the largest. */
typedef double objective_fn(void *ctx, const double *x);

/* The downhill simplex of Nelder and Mead (1965), started at x (n, 1..MINIMISE_MAX) with sides of
 * length step. x becomes the best point found; returns its value. Stops after max_calls of f, or
 * when the values of the simplex agree within tolerance. Deterministic, never allocates. */
double minimise(double *x, int n, objective_fn *f, void *ctx, double step, int max_calls,
                double tolerance);

/* Maps the real line to (lo, hi), and back; used to search bounded parameters. */
double bounded(double x, double lo, double hi);
double unbounded(double v, double lo, double hi);

#endif

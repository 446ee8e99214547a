/* minimise.h - finds a minimum of a function of a few variables, without derivatives. */
#ifndef CORE_FORECAST_METHODS_MINIMISE_H
#define CORE_FORECAST_METHODS_MINIMISE_H

#include <stdbool.h>

enum {
    MINIMISE_MAX = 10,    /* variables */
    MINIMISE_AT_ONCE = 4, /* points */
};

struct point {
    double x[MINIMISE_MAX];
};

/* The function to be minimised: writes the values of all MINIMISE_AT_ONCE points. A value that is
 * not finite counts as the largest. A recursion over a series waits for its own result in each
 * step, so that several of them side by side take little longer than one. */
typedef void objective_fn(void *ctx, double *value, const struct point *p);

/* The downhill simplex of Nelder and Mead (1965), started at x (n, 1..MINIMISE_MAX) with sides of
 * length step. x becomes the best point found; returns its value. Stops after max_calls values, or
 * when the values of the simplex agree within tolerance. f gets all points that a move may need
 * at once; those that the move then does not use do not count as calls. Deterministic, never
 * allocates. */
double minimise(double *x, int n, objective_fn *f, void *ctx, double step, int max_calls,
                double tolerance);

/* A search that asks for values, for several searches side by side. */
struct simplex {
    struct point x[MINIMISE_MAX + 1]; /* (n + 1) of n variables; those from `next` to n have no
                                         value yet, the others are in ascending order */
    double value[MINIMISE_MAX + 1];
    struct point to[MINIMISE_AT_ONCE]; /* where the worst point may move to */
    int n, next, calls, max_calls;
    double tolerance;
};

/* Starts as minimise(). */
void simplex_begin(struct simplex *s, const double *x, int n, double step, int max_calls,
                   double tolerance);
/* p (MINIMISE_AT_ONCE): the points whose values simplex_tell() takes. Returns false at the end:
 * s->x[0] is the best point then, and s->value[0] its value. */
bool simplex_ask(struct simplex *s, struct point *p);
void simplex_tell(struct simplex *s, const double *value);

/* Maps the real line to (lo, hi), and back; used to search bounded parameters. */
double bounded(double x, double lo, double hi);
double unbounded(double v, double lo, double hi);

#endif

/* intervals.h - prediction intervals from residuals: how wide a forecast is at each step and level.
 *
 * Split conformal prediction (Vovk, Gammerman and Shafer 2005; Lei et al. 2018) on standardised
 * residuals: every step has its own scale, and the order statistics of |residual| / scale are
 * pooled over steps, so that few origins still give an estimate of the tails. */
#ifndef CORE_FORECAST_NET_INTERVALS_H
#define CORE_FORECAST_NET_INTERVALS_H

#include <lstm/status.h>
#include <stddef.h>

enum { INTERVALS_QUANTILES_MAX = 256 };

struct intervals {
    double *scale; /* (steps) root mean square residual, never falling with the step; owned */
    int steps;
    double *quantiles; /* (count) rising; number i is at i / (count + 1), i from 1; owned */
    int count;         /* 0: no residuals are known */
    /* (shape_count) rising, mean 0: residual / scale with their signs, or means of neighbours;
     * owned. 0 in the files of before. */
    double *shape;
    int shape_count;
    /* 0..1: the part of the residual of one step that the next one still has; NaN in the files of
     * before. */
    double persistence;
};

/* Brings residuals (n, finite or NaN) that are far beyond the typical one nearer to it: a series
 * that was constant before it jumped, or one origin before a shift of the level, would make all
 * intervals meaningless. ST_NOMEM. */
enum status intervals_clip(double *residuals, size_t n, struct err *e);

/* Fits to residuals (n, steps), n >= 1, finite or NaN for unknown ones; a step without any is like
 * its neighbour, and without any at all there are no intervals. The array is used as scratch space.
 * ST_NOMEM. */
enum status intervals_fit(struct intervals *out, double *residuals, int n, int steps,
                          struct err *e);
void intervals_release(struct intervals *b);

/* Half the width of the interval of level percent (0 to 100, exclusive) at the given step, from 1,
 * in the unit of the residuals; past the last step it grows on as before. Finite unless the
 * residuals are huge; rises with level and step. */
double intervals_width(const struct intervals *b, int step, double level);
/* The same of errors that are normal with the standard deviation 1. */
double intervals_normal(double level);

/* The root mean square residual at the given step, from 1; steps past the last grow with the square
 * root. */
double intervals_scale(const struct intervals *b, int step);
/* The correlation, 0..1, of the residuals at the given step, from 1, and the next one. Without a
 * known persistence it is what makes the scale grow from the first step to the second. */
double intervals_correlation(const struct intervals *b, int step);

#endif

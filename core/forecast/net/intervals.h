/* intervals.h - prediction intervals from residuals: the width at each step and level.
 *
 * This is split conformal prediction (Vovk, Gammerman and Shafer 2005; Lei et al. 2018) with
 * standardised residuals. Every step has its own scale. The order statistics of |residual| / scale
 * are pooled over the steps, so that even few origins give an estimate of the tails. */
#ifndef CORE_FORECAST_NET_INTERVALS_H
#define CORE_FORECAST_NET_INTERVALS_H

#include <lstm/status.h>
#include <stddef.h>

enum { INTERVALS_QUANTILES_MAX = 256 };

struct intervals {
    double *scale; /* (steps) root mean square residual, non-decreasing; owned */
    int steps;
    double *quantiles; /* (count) ascending; number i, from 1, is at i / (count + 1); owned */
    int count;         /* 0: no residuals are known */
    /* (shape_count) ascending, mean 0: residual / scale with its sign, or means of neighbours;
     * owned. shape_count is 0 in older files. */
    double *shape;
    int shape_count;
    /* 0..1: the share of one step's residual that the next step still has; NaN in older files. */
    double persistence;
};

/* Clips residuals (n, finite or NaN) that are far larger than the typical one. Otherwise a constant
 * series that jumps, or one origin before a shift of the level, would make all intervals too wide
 * to be of use. ST_NOMEM. */
enum status intervals_clip(double *residuals, size_t n, struct err *e);

/* Fits to residuals (n, steps), n >= 1, finite, or NaN when unknown. A step without residuals gets
 * its neighbour's scale. Without any residual there are no intervals. The array is used as scratch
 * space. ST_NOMEM. */
enum status intervals_fit(struct intervals *out, double *residuals, int n, int steps,
                          struct err *e);
void intervals_release(struct intervals *b);

/* Half the width of the interval of level percent (0 to 100, exclusive) at a step, from 1, in units
 * of the residuals. It keeps growing after the last step. It increases with level and step, and is
 * finite unless the residuals are huge. */
double intervals_width(const struct intervals *b, int step, double level);
/* The same for normal errors with standard deviation 1. */
double intervals_normal(double level);

/* The root mean square residual at a step, from 1; also for steps after the last. */
double intervals_scale(const struct intervals *b, int step);
/* The correlation, 0..1, of the residuals at a step, from 1, and at the next one. When no
 * persistence is known, it follows from the growth of the scale from the first step to the
 * second. */
double intervals_correlation(const struct intervals *b, int step);

#endif

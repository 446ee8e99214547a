/* global_net.h - nets that forecast from the past alone, all steps at once: one member of an ensemble.
 *
 * A net reads the last W changes against the season before (or values, where that is worse), less
 * their level, in units of the series, and puts out H steps above what the level and the season
 * before make of them. It is shared by all series of a panel; some nets that differ in their seed
 * only are averaged, as forecasts of such nets scatter. */
#ifndef CORE_FORECAST_ENSEMBLE_GLOBAL_NET_H
#define CORE_FORECAST_ENSEMBLE_GLOBAL_NET_H

#include "core/forecast/methods/global_ar.h"
#include <lstm/net.h>

enum { DIRECT_NETS = 3, DIRECT_BATCH = 32, DIRECT_LEVEL_MAX = 1024 };

struct direct {
    struct net
        *net[DIRECT_NETS]; /* owned, all of one configuration; the first NULL: there are none */
    int W, H;
    struct linear linear;         /* a member of its own, learnt from the same panel */
    const struct stop_flag *stop; /* of the fit under way, or NULL; borrowed */
};

/* How one series is looked at. */
struct direct_frame {
    int season; /* steps that changes are taken over; 0: values */
    int level;  /* the level is the mean of so many last changes or values */
    double
        unit; /* > 0: mean absolute error of the level as a forecast; 0: there is no such member */
    int lags; /* values that the linear model reads; 0: it is no member */
};

/* What the nets of these sizes are. */
struct net_config direct_config(int hidden_size, int num_layers, double dropout, int H);
void direct_release(struct direct *d);

/* Picks the frame that forecasts w (n >= 1, no NaN) best by its level alone, with a season of season1
 * or season2 steps (0: none) or without; unit 0 where n is too short, or w constant. */
void direct_frame_fit(struct direct_frame *out, const double *w, int n, int season1, int season2,
                      int W, int H);

/* The level forecast of step h, from 0, behind the first n of w: what an output of 0 means. */
double direct_base(const struct direct_frame *f, const double *w, int n, double level, int h);
/* Writes sequence `row` of x (W, B, 1) for an origin n, 1 or more, and returns the level. */
double direct_input(float *x, int row, int B, const struct direct_frame *f, const double *w, int n,
                    int W);

/* out (count, horizon) from the rising origins[i], 1..n: the mean over the nets; steps behind H keep
 * the last one's word. Not finite where a net is not. f->unit > 0. ST_NOMEM; ST_CANCELLED when
 * d->stop asked to give up. */
enum status direct_path(double *out, const struct direct *d, const struct direct_frame *f,
                        const double *w, const int *origins, int count, int horizon, struct err *e);

#endif

/* global_net.h - LSTMs that forecast all steps at once from the past alone, shared by all series of
 * a panel: one member of an ensemble.
 *
 * With the changes d_t = w_t - w_(t-m) against the season before (m = 0: d_t = w_t), their level l
 * (the mean of the last ones) and a typical error s of that level as a forecast, the net reads
 * asinh((d_t - l) / s) of the last W steps and puts out z_1..z_H; the forecast of step h is
 *
 *     w_(season before) + l + s z_h
 *
 * The mean over some nets that differ in their seed alone is taken, as their forecasts scatter. */
#ifndef CORE_FORECAST_ENSEMBLE_GLOBAL_NET_H
#define CORE_FORECAST_ENSEMBLE_GLOBAL_NET_H

#include "core/forecast/methods/global_ar.h"
#include <lstm/net.h>

enum { GLOBAL_NETS = 3, GLOBAL_NET_BATCH = 32, GLOBAL_LEVEL_MAX = 1024 };

/* The members that a panel shares. */
struct global_nets {
    /* Owned, all of one configuration; where the first is NULL there are none. */
    struct net *net[GLOBAL_NETS];
    int W, H;                     /* steps read, steps put out */
    struct global_ar ar;          /* a member of its own, learnt from the same panel */
    const struct stop_flag *stop; /* of the fit under way, or NULL; borrowed */
};

/* How one series is presented to them. */
struct global_frame {
    int season; /* m, steps that changes are taken over; 0: values */
    int level;  /* changes (or values) that the level is the mean of */
    /* Mean absolute error of the level as a forecast; 0: the nets are no member of this series. */
    double error_scale;
    int lags; /* values that the autoregression reads; 0: it is no member of this series */
};

/* The configuration of nets of these sizes. */
struct net_config global_net_config(int hidden_size, int num_layers, double dropout, int H);
void global_nets_release(struct global_nets *d);

/* Picks the frame whose level alone forecasts w (n >= 1, no NaN) best, with a season of season1 or
 * season2 steps (0: none) or without. error_scale is 0 where n is too short, or w constant. */
void global_frame_fit(struct global_frame *out, const double *w, int n, int season1, int season2,
                      int W, int H);

/* The forecast of step h, from 0, behind the first n of w that an output of 0 stands for. */
double global_net_base(const struct global_frame *f, const double *w, int n, double level, int h);
/* Writes sequence `row` of x (W, B, 1) for an origin n, 1 or more, and returns the level. */
double global_net_input(float *x, int row, int B, const struct global_frame *f, const double *w,
                        int n, int W);

/* out (count, horizon): the mean of the nets from the rising origins[i], 1..n, of w. Steps after H
 * repeat the last output. Not finite where a net is not. f->error_scale > 0. ST_NOMEM; ST_CANCELLED
 * when d->stop is set. */
enum status global_nets_path(double *out, const struct global_nets *d, const struct global_frame *f,
                             const double *w, const int *origins, int count, int horizon,
                             struct err *e);

#endif

/* global_net.h - LSTMs that forecast all steps at once from the past alone. All series of a panel
 * share them. They are one member of an ensemble.
 *
 * The changes against the season before are d_t = w_t - w_(t-m); without a season (m = 0) d_t =
 * w_t. Their level l is the mean of the last ones, and s is a typical error of that level as a
 * forecast. A net reads asinh((d_t - l) / s) of the last W steps and computes z_1..z_H. The
 * forecast of step h is
 *
 *     w_(season before) + l + s z_h
 *
 * Forecasts of one net scatter, so the mean of some nets with different seeds is taken. */
#ifndef CORE_FORECAST_ENSEMBLE_GLOBAL_NET_H
#define CORE_FORECAST_ENSEMBLE_GLOBAL_NET_H

#include "core/forecast/methods/global_ar.h"
#include <lstm/net.h>

enum { GLOBAL_NETS = 3, GLOBAL_NET_BATCH = 32, GLOBAL_LEVEL_MAX = 1024 };

/* The global members of a panel. */
struct global_nets {
    /* Owned, all of one configuration. When the first is NULL there are none. */
    struct net *net[GLOBAL_NETS];
    int W, H;                     /* input steps, output steps */
    struct global_ar ar;          /* another member, trained on the same panel */
    const struct stop_flag *stop; /* of the fit under way, or NULL; borrowed */
};

/* How one series is scaled for the nets. */
struct global_frame {
    int season; /* m: steps between the two values of a change; 0: uses values, not changes */
    int level;  /* number of changes (or values) whose mean is the level */
    /* Mean absolute error of the level as a forecast; 0: the nets are not used for this series. */
    double error_scale;
    int lags; /* input values of the autoregression; 0: it is not used for this series */
};

/* The configuration of the nets. */
struct net_config global_net_config(int hidden_size, int num_layers, double dropout, int H);
void global_nets_release(struct global_nets *d);

/* Picks the frame whose level alone forecasts w (n >= 1, no NaN) best: with a season of season1 or
 * season2 steps (0: none), or without. error_scale is 0 when n is too short or w is constant. */
void global_frame_fit(struct global_frame *out, const double *w, int n, int season1, int season2,
                      int W, int H);

/* The forecast of step h, from 0, after w[n - 1], when the net's output is 0. */
double global_net_base(const struct global_frame *f, const double *w, int n, double level, int h);
/* Writes sequence `row` of x (W, B, 1) for the origin n >= 1. Returns the level. */
double global_net_input(float *x, int row, int B, const struct global_frame *f, const double *w,
                        int n, int W);

/* out (count, horizon): the mean of the nets from the ascending origins[i], 1..n, of w. Steps after
 * H repeat the last output. Values are not finite where a net's are not. f->error_scale > 0.
 * ST_NOMEM; ST_CANCELLED when d->stop is set. */
enum status global_nets_path(double *out, const struct global_nets *d, const struct global_frame *f,
                             const double *w, const int *origins, int count, int horizon,
                             struct err *e);

#endif

/* residual_net.h - the inputs of the residual net, and what it estimates: the residuals of the
 * weighted mean of the members (the base).
 *
 * This is in the manner of Smyl (2020), "A hybrid method of exponential smoothing and recurrent
 * neural networks for time series forecasting", but applied to a weighted mean of methods. The net
 * reads W past steps and then the H steps of the base as one series without its season. It also
 * reads the distance of some members from the base. At every step ahead it computes an estimate of
 * (truth - base) / error_scale. */
#ifndef CORE_FORECAST_ENSEMBLE_RESIDUAL_NET_H
#define CORE_FORECAST_ENSEMBLE_RESIDUAL_NET_H

#include "core/forecast/ensemble/members.h"
#include <lstm/net.h>
#include <lstm/trainer.h>

enum { RESIDUAL_NET_SEEN = 5 /* members whose forecasts are inputs: the first ones */ };
enum { RESIDUAL_NET_FEATURES = 3 + RESIDUAL_NET_SEEN };

/* The data of a forecast from one origin. */
struct forecast_origin {
    const double *w;     /* the first step to be forecast; `past` steps lie before it; borrowed */
    int past;            /* at least 1; earlier steps are taken from later ones of the same phase */
    const double *paths; /* (MEMBER_COUNT, stride) forecasts of the members; borrowed */
    int stride;          /* at least H */
    const double *weight; /* (MEMBER_COUNT), sum 1; borrowed */
    double error_scale;   /* > 0: a typical error of the base */
    int season;           /* steps, 1: none */
};

/* The base: base (steps) = sum over k of weight[k] paths[k]. */
void forecast_origin_base(double *base, const struct forecast_origin *o, int steps);

/* Doubles of space that residual_net_input() needs. */
size_t residual_net_space(int W, int H, int season);
/* Writes sequence `row` of x (W + H, B, RESIDUAL_NET_FEATURES). */
void residual_net_input(float *x, int row, int B, const struct forecast_origin *o, int W, int H,
                        double *space);
/* Changes the sign of all inputs in sequence `row`. Training draws either sign, and a forecast is
 * half the difference of the outputs for both, so rises and falls are treated alike. Otherwise a
 * net would learn the direction in which the panel happened to move in its last years. */
void residual_net_mirror(float *x, int row, int B, int T);

#endif

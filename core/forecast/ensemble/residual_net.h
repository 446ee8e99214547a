/* residual_net.h - what the net of an ensemble sees and says: a correction to the classical forecast.
 *
 * In the manner of Smyl (2020), "A hybrid method of exponential smoothing and recurrent neural
 * networks for time series forecasting", but on top of a weighted mean of classical members (the
 * base) instead of inside one. The net reads W past steps and then the H steps of the base, both as
 * if they were one series without its season, together with what some members say against the
 * base; at every step ahead it puts out what the truth will be above the base, in units. */
#ifndef CORE_FORECAST_ENSEMBLE_RESIDUAL_NET_H
#define CORE_FORECAST_ENSEMBLE_RESIDUAL_NET_H

#include "core/forecast/ensemble/members.h"
#include <lstm/net.h>
#include <lstm/trainer.h>

enum { HYBRID_SEEN = 5 /* members that the net sees, the first ones */ };
enum { HYBRID_FEATURES = 3 + HYBRID_SEEN };

/* One origin: everything that a forecast from there is made of. */
struct hybrid_origin {
    const double *w;     /* the step to be forecast first; `past` steps lie before it; borrowed */
    int past;            /* at least 1; older ones are taken to be like the season after them */
    const double *paths; /* (CLASSIC_MEMBERS, stride) of the members, stride >= H; borrowed */
    int stride;
    const double *weight; /* (CLASSIC_MEMBERS), sum 1; borrowed */
    double unit;          /* > 0: the size of a typical error of the base */
    int season;           /* steps, 1: none */
};

/* The base: the weighted mean of the members, `steps` of them. */
void hybrid_base(double *base, const struct hybrid_origin *o, int steps);

/* Doubles of space that hybrid_input() needs. */
size_t hybrid_space(int W, int H, int season);
/* Writes sequence `row` of x (W + H, B, HYBRID_FEATURES). */
void hybrid_input(float *x, int row, int B, const struct hybrid_origin *o, int W, int H,
                  double *space);
/* Turns sequence `row` into what it were if all changes had the other sign. What rises and what
 * falls are treated alike by training on both, and by forecasting half the difference of the two:
 * else a net makes a rule of where a panel happened to go in its last years. */
void hybrid_mirror(float *x, int row, int B, int T);

#endif

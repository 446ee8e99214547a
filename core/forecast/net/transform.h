/* transform.h - between a raw series and the inputs and outputs of a net.
 *
 * There are three reversible stages. Scaling maps a value y to z (scaling.h). Differencing takes
 * u_i = z_i - z_(i-lag), or u_i = z_i for lag 0. Levelling subtracts the window's own level and
 * divides by the typical size of a change: x = (u - level) / error_scale. A frame holds what all
 * series of a model have in common, a transform what belongs to one series. */
#ifndef CORE_FORECAST_NET_TRANSFORM_H
#define CORE_FORECAST_NET_TRANSFORM_H

#include "core/forecast/series/scaling.h"

struct frame {
    int window, horizon; /* W inputs, H outputs */
    int lag;             /* steps of differencing; 0: none */
    int level;           /* values of u at the window's end whose mean is the level; 0: centre */
    bool normalised;     /* false: level 0 and scale 1, so that the net reads u itself */
    bool sequence;       /* every step of the window has its own targets */
};

struct transform {
    struct scaling scaling;
    double centre, error_scale; /* error_scale > 0 */
    bool nonnegative;           /* no forecast may be below 0, since no observed value was */
    double least, most;         /* raw range that bounds intervals; equal: no bound */
    /* Scaled, of one history. doubt: how far a doubtful last value was moved. unsteady: the least
     * standard deviation when outliers and level steps made the history unsteady. drift: standard
     * error of the slope since a turn of the trend, for each step. */
    double doubt, unsteady, drift;
    int since_turn;  /* steps of the history after the turn */
    int since_shift; /* values of the history after a shift of the level; 0: none */
};

/* Steps of history that one window needs. */
static inline int frame_need(const struct frame *f)
{
    return f->window + f->lag;
}

/* Fits scaling, centre and error_scale to the first n_fit of y (n, filled). z (n): all of y,
 * scaled. ST_INVALID as in scaling_fit() and scaling_forward(). */
enum status transform_fit(struct transform *out, double *z, const struct frame *f, int kind,
                          const double *y, int n, int n_fit, struct err *e);

/* Mean square of the change that remains with this level for a net to explain, over z (n).
 * frame.level is chosen by it. NaN when the series is too short. */
double transform_level_error(const double *z, int n, const struct frame *f, int level);

/* z points at the first step to be forecast; frame_need() steps before it are read. Writes the W
 * inputs to x[0], x[stride], ... Returns the level, which transform_target() and transform_output()
 * take. */
double transform_input(float *x, int stride, const struct frame *f, const struct transform *t,
                       const double *z);
/* The net's target for step k after z[0] (k may be negative: inside the window). */
float transform_target(const struct frame *f, const struct transform *t, const double *z, int k,
                       double level);
/* Converts the net's outputs y (H) to scaled values out (H). out may be z; steps before it are
 * read. */
void transform_output(double *out, const double *z, const struct frame *f,
                      const struct transform *t, const float *y, double level);

#endif

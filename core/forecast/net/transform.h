/* transform.h - between a raw series and what the net sees: the seam where preprocessing grows.
 *
 * Three reversible stages. Scaling maps a value y to z (scaling.h). Differencing takes u_i = z_i -
 * z_(i-lag), or u_i = z_i for lag 0. Levelling subtracts the window's own level and divides by the
 * typical size of a change: x = (u - level) / error_scale. A frame is what all series of a model
 * have in common, a transform what each has for itself. */
#ifndef CORE_FORECAST_NET_TRANSFORM_H
#define CORE_FORECAST_NET_TRANSFORM_H

#include "core/forecast/series/scaling.h"

struct frame {
    int window, horizon; /* W inputs, H outputs */
    int lag;             /* steps of differencing; 0: none */
    int level;           /* the level is the mean of the last so many u of the window; 0: centre */
    bool normalised;     /* false: centre 0 and unit 1, the net sees u itself */
    bool sequence;       /* every step of the window has its own targets */
};

struct transform {
    struct scaling scaling;
    double centre, error_scale; /* unit > 0 */
    bool nonnegative;           /* no value seen was below 0: no forecast may be */
    double least, most;         /* raw; what intervals are kept near; equal: they are not */
    /* Scaled, of one history: how far its doubtful last value was moved, and the least standard
     * deviation where only outliers and steps made it unsteady. */
    double doubt, unsteady;
};

/* Steps of history that one window needs. */
static inline int frame_need(const struct frame *f)
{
    return f->window + f->lag;
}

/* Fits scaling, centre and unit to y (n, filled, its first n_fit steps). z (n) gets all of y
 * scaled. ST_INVALID as in scaling_fit() and scaling_forward(). */
enum status transform_fit(struct transform *out, double *z, const struct frame *f, int kind,
                          const double *y, int n, int n_fit, struct err *e);

/* Mean square of the change that a net would have to explain with this level, over z (n): the
 * criterion by which frame.level is chosen. NaN when the series is too short. */
double transform_level_error(const double *z, int n, const struct frame *f, int level);

/* z points at the first step to be forecast; frame_need() steps before it are read. Writes the W
 * inputs to x[0], x[stride], ... and returns the level to pass on. */
double transform_input(float *x, int stride, const struct frame *f, const struct transform *t,
                       const double *z);
/* The net's target for step k after z[0] (k may be negative: inside the window). */
float transform_target(const struct frame *f, const struct transform *t, const double *z, int k,
                       double level);
/* From the net's outputs y (H) to scaled values out (H); out may be z, whose earlier steps are
 * read. */
void transform_output(double *out, const double *z, const struct frame *f,
                      const struct transform *t, const float *y, double level);

#endif

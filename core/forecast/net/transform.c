/* transform.c - scaling, differencing, levelling of windows, and back: see transform.h. */
#include "core/forecast/net/transform.h"

#include "core/base/row.h"

#include <math.h>

/* Changes below this share of the scaled values are rounding: the series is constant. */
static const double still_below = 1e-9;

static double change(const struct frame *f, const double *z)
{
    return f->lag ? z[0] - z[-f->lag] : z[0];
}

/* The step ahead that a change is measured over: the middle of the horizon. */
static int typical_step(const struct frame *f)
{
    return (f->horizon + 1) / 2;
}

static double mean_change(const double *z, int n, const struct frame *f)
{
    double mean = 0;

    for (int i = f->lag; i < n; i++)
        mean += (change(f, z + i) - mean) / (i - f->lag + 1);
    return mean;
}

double transform_level_error(const double *z, int n, const struct frame *f, int level)
{
    int first = f->lag, ahead = typical_step(f);
    double square = 0, sum = 0, centre = level ? 0 : mean_change(z, n, f);
    int count = 0;

    for (int i = first; i + ahead < n; i++) {
        double reference = centre, d;

        if (level) {
            sum += change(f, z + i);
            if (i - level >= first)
                sum -= change(f, z + i - level);
            reference = sum / level;
        }
        if (i - first < f->window - 1)
            continue;
        d = change(f, z + i + ahead) - reference;
        square += (d * d - square) / ++count;
    }
    return count > 1 ? square : NAN;
}

enum status transform_fit(struct transform *out, double *z, const struct frame *f, int kind,
                          const double *y, int n, int n_fit, struct err *e)
{
    struct transform t = {.centre = 0, .error_scale = 1, .nonnegative = true};
    enum status st = scaling_fit(&t.scaling, kind, y, n_fit, e);

    if (!st)
        st = scaling_forward(z, &t.scaling, y, n, e);
    if (st)
        return st;
    for (int i = 0; i < n; i++)
        t.nonnegative = t.nonnegative && y[i] >= 0;
    if (f->normalised) {
        double square = transform_level_error(z, n_fit, f, f->level), largest = 0;

        for (int i = 0; i < n_fit; i++)
            largest = fmax(largest, fabs(z[i]));
        if (n_fit > f->lag && !f->level)
            t.centre = mean_change(z, n_fit, f);
        if (square > 0 && sqrt(square) > still_below * largest)
            t.error_scale = sqrt(square);
    }
    *out = t;
    return ST_OK;
}

double transform_input(float *x, int stride, const struct frame *f, const struct transform *t,
                       const double *z)
{
    double level = t->centre;

    if (f->level) {
        double sum = 0;

        for (int k = 1; k <= f->level; k++)
            sum += change(f, z - k);
        level = sum / f->level;
    }
    for (int k = 0; k < f->window; k++)
        *row(x, k, stride) = (float)((change(f, z - f->window + k) - level) / t->error_scale);
    return level;
}

float transform_target(const struct frame *f, const struct transform *t, const double *z, int k,
                       double level)
{
    return (float)((change(f, z + k) - level) / t->error_scale);
}

void transform_output(double *out, const double *z, const struct frame *f,
                      const struct transform *t, const float *y, double level)
{
    for (int h = 0; h < f->horizon; h++) {
        double u = (double)y[h] * t->error_scale + level;

        if (f->lag)
            u += h < f->lag ? z[h - f->lag] : out[h - f->lag];
        out[h] = u;
    }
}

/* residual_net.c - the inputs of the residual net: see residual_net.h. */
#include "core/forecast/ensemble/residual_net.h"

#include "core/base/row.h"

#include <math.h>

enum { RESIDUAL_NET_AHEAD = 2 /* the feature that holds a step's distance; 0 for past steps */ };

void forecast_origin_base(double *base, const struct forecast_origin *o, int steps)
{
    for (int h = 0; h < steps; h++) {
        base[h] = 0;
        for (int k = 0; k < MEMBER_COUNT; k++)
            base[h] += o->weight[k] * row(o->paths, k, o->stride)[h];
    }
}

/* Reduces the influence of outliers. */
static float squeezed(double v)
{
    return (float)asinh(v);
}

/* v (season + W + H): the steps before the origin, then the base. Missing steps at the start are
 * taken from later steps of the same phase. */
static void lay_out(double *v, const struct forecast_origin *o, int W, int H)
{
    int before = o->season + W;

    for (int i = 0; i < before; i++) {
        int back = before - i;

        /* Take the step a whole number of seasons later. */
        while (back > o->past)
            back -= o->season < o->past ? o->season : back - o->past;
        v[i] = o->w[-back];
    }
    forecast_origin_base(v + before, o, H);
}

size_t residual_net_space(int W, int H, int season)
{
    return (size_t)W + (size_t)H + (size_t)season;
}

void residual_net_mirror(float *x, int row, int B, int T)
{
    for (int t = 0; t < T; t++) {
        float *v = x + ((size_t)t * (size_t)B + (size_t)row) * RESIDUAL_NET_FEATURES;

        for (int k = 0; k < RESIDUAL_NET_FEATURES; k++)
            v[k] = k == RESIDUAL_NET_AHEAD ? v[k] : -v[k];
    }
}

void residual_net_input(float *x, int row, int B, const struct forecast_origin *o, int W, int H,
                        double *space)
{
    int m = o->season;
    double level = 0, origin_level = 0, *v = space;

    lay_out(v, o, W, H);
    for (int i = W; i < m + W; i++)
        origin_level += v[i] / m;
    for (int i = 0; i < m; i++)
        level += v[i] / m;
    for (int t = 0; t < W + H; t++) {
        float *out = x + ((size_t)t * (size_t)B + (size_t)row) * RESIDUAL_NET_FEATURES;

        level += (v[m + t] - v[t]) / m;
        out[0] = squeezed((v[m + t] - v[t]) / o->error_scale);
        out[1] = squeezed((level - origin_level) / o->error_scale);
        out[RESIDUAL_NET_AHEAD] = t < W ? 0 : (float)(t - W + 1) / (float)H;
        for (int k = 0; k < RESIDUAL_NET_SEEN; k++) {
            size_t at = (size_t)k * (size_t)o->stride + (size_t)(t - W);

            out[3 + k] = t < W ? 0 : squeezed((o->paths[at] - v[m + t]) / o->error_scale);
        }
    }
}

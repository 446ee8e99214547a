/* global_net.c - a member that is a net: see global_net.h. */
#include "core/forecast/ensemble/global_net.h"

#include "core/base/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FRAME_ORIGINS = 200, /* most origins for comparing frames */
    HISTORY_MIN = 8      /* values or changes; fewer give no level */
};

struct net_config global_net_config(int hidden_size, int num_layers, double dropout, int H)
{
    return (struct net_config){.input_size = 1,
                               .hidden_size = hidden_size,
                               .num_layers = num_layers,
                               .output_size = H,
                               .dropout = (float)dropout};
}

void global_nets_release(struct global_nets *d)
{
    for (int i = 0; i < GLOBAL_NETS; i++)
        net_free(d->net[i]);
    global_ar_release(&d->ar);
    *d = (struct global_nets){0};
}

/* ---- one origin ---- */

/* The change at step t, or its value when the frame has no season. */
static double change(const struct global_frame *f, const double *w, int t)
{
    return f->season ? w[t] - w[t - f->season] : w[t];
}

static double level_of(const struct global_frame *f, const double *w, int n)
{
    int known = n - f->season, count = f->level < known ? f->level : known;
    double sum = 0;

    for (int i = 0; i < count; i++)
        sum += (change(f, w, n - 1 - i) - sum) / (i + 1);
    return sum;
}

double global_net_base(const struct global_frame *f, const double *w, int n, double level, int h)
{
    int m = f->season;

    return m && n >= m ? w[n - m + h % m] + level : level;
}

double global_net_input(float *x, int row, int B, const struct global_frame *f, const double *w,
                        int n, int W)
{
    double level = level_of(f, w, n);

    for (int i = 0; i < W; i++) {
        int t = n - W + i;
        double v = t >= f->season ? (change(f, w, t) - level) / f->error_scale : 0;

        /* asinh reduces the influence of outliers. */
        row(x, i, B)[row] = (float)asinh(v);
    }
    return level;
}

/* ---- frames ---- */

/* Mean absolute error of the level as a forecast, over some origins of the second half. INFINITY
 * when the history is too short. */
static double frame_error(const struct global_frame *f, const double *w, int n, int H)
{
    int first = f->season + HISTORY_MIN, known = 0, stride;
    double sum = 0;

    first = first > n / 2 ? first : n / 2;
    if (n - first < 2)
        return INFINITY;
    stride = (n - first + FRAME_ORIGINS - 1) / FRAME_ORIGINS;
    for (int at = first; at < n; at += stride) {
        double level = level_of(f, w, at);

        for (int h = 0; h < H && at + h < n; h++)
            sum += (fabs(w[at + h] - global_net_base(f, w, at, level, h)) - sum) / ++known;
    }
    return sum;
}

void global_frame_fit(struct global_frame *out, const double *w, int n, int season1, int season2,
                      int W, int H)
{
    const int seasons[3] = {0, season1, season2};
    double least = INFINITY;

    *out = (struct global_frame){.level = 1};
    for (int s = 0; s < 3; s++) {
        if (s && seasons[s] < 2)
            continue;
        for (int level = 1; level <= W && level <= GLOBAL_LEVEL_MAX; level *= 2) {
            struct global_frame f = {.season = seasons[s], .level = level};
            double error = frame_error(&f, w, n, H);

            if (error < least) {
                least = error;
                *out = f;
            }
        }
    }
    out->error_scale = isfinite(least) ? least : 0;
}

/* ---- forecasting ---- */

/* Adds the outputs of one net, divided by the number of nets, to out (count, horizon). Returns
 * false when the stop flag was set. */
static bool add_net(double *out, const struct global_nets *d, const struct net *net,
                    struct net_work *work, const struct net_input *in, double error_scale,
                    int horizon)
{
    const float *y = net_forward(work, net, in, NULL);

    if (!y)
        return false;
    y += (size_t)(d->W - 1) * (size_t)in->B * (size_t)d->H;
    for (int i = 0; i < in->B; i++) {
        const float *z = row(y, i, d->H);
        double *row = row(out, i, horizon);

        for (int h = 0; h < horizon; h++)
            row[h] += error_scale * (double)z[h < d->H ? h : d->H - 1] / GLOBAL_NETS;
    }
    return true;
}

static void start_with_base(double *out, const struct global_frame *f, const double *w,
                            const int *origins, int count, int horizon)
{
    for (int i = 0; i < count; i++) {
        double level = level_of(f, w, origins[i]);

        for (int h = 0; h < horizon; h++)
            row(out, i, horizon)[h] = global_net_base(f, w, origins[i], level, h);
    }
}

enum status global_nets_path(double *out, const struct global_nets *d, const struct global_frame *f,
                             const double *w, const int *origins, int count, int horizon,
                             struct err *e)
{
    int most = count < GLOBAL_NET_BATCH ? count : GLOBAL_NET_BATCH;
    size_t size = (size_t)d->W * (size_t)most * sizeof(float);
    float *x = malloc(size + 1);
    struct net_work *work = NULL;
    enum status st = x ? ST_OK : err_nomem(e, size);

    if (!st && count)
        st = net_work_new(&work, net_get_config(d->net[0]), d->W, most, false, e);
    if (!st && work)
        net_work_stop(work, d->stop);
    if (!st)
        start_with_base(out, f, w, origins, count, horizon);
    for (int k = 0; !st && k < GLOBAL_NETS; k++) {
        for (int at = 0; !st && at < count; at += most) {
            int B = count - at < most ? count - at : most;
            struct net_input in = {.T = d->W, .B = B, .x = x};

            for (int i = 0; i < B; i++)
                global_net_input(x, i, B, f, w, origins[at + i], d->W);
            if (!add_net(row(out, at, horizon), d, d->net[k], work, &in, f->error_scale, horizon))
                st = err_set(e, ST_CANCELLED, "the fit was cancelled");
        }
    }
    net_work_free(work);
    free(x);
    return st;
}

/* combine.c - forecasts of an ensemble: see combine.h. */
#include "core/forecast/ensemble/combine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum status corrector_init(struct corrector *k, const struct combiner *c, int season, struct err *e)
{
    size_t x = (size_t)(c->W + c->H) * 2 * CORRECTOR_BATCH * HYBRID_FEATURES;
    enum status st;

    *k = (struct corrector){.c = c};
    k->x = malloc(x * sizeof(*k->x));
    k->space = malloc(hybrid_space(c->W, c->H, season) * sizeof(*k->space));
    st = k->x && k->space ? ST_OK : err_nomem(e, x * sizeof(*k->x));
    if (!st)
        st = net_work_new(&k->work, net_get_config(c->net), c->W + c->H, 2 * CORRECTOR_BATCH, false,
                          e);
    if (st)
        corrector_release(k);
    else
        net_work_stop(k->work, c->stop);
    return st;
}

void corrector_release(struct corrector *k)
{
    net_work_free(k->work);
    free(k->x);
    free(k->space);
    *k = (struct corrector){0};
}

bool corrector_run(double *out, struct corrector *k, const struct hybrid_origin *o, int count)
{
    int W = k->c->W, H = k->c->H, B = 2 * count;
    struct net_input in = {.T = W + H, .B = B, .x = k->x};
    bool finite = true;
    const float *y;

    for (int i = 0; i < count; i++) {
        hybrid_input(k->x, 2 * i, B, &o[i], W, H, k->space);
        hybrid_input(k->x, 2 * i + 1, B, &o[i], W, H, k->space);
        hybrid_mirror(k->x, 2 * i + 1, B, W + H);
    }
    y = net_forward(k->work, k->c->net, &in, NULL);
    if (!y) {
        memset(out, 0, (size_t)count * (size_t)H * sizeof(*out));
        return false;
    }
    for (int i = 0; i < count; i++) {
        for (int h = 0; h < H; h++) {
            const float *at = y + (size_t)(W + h) * (size_t)B + 2 * (size_t)i;
            double v = ((double)at[0] - (double)at[1]) / 2;

            finite = finite && isfinite(v);
            out[(size_t)i * (size_t)H + (size_t)h] = isfinite(v) ? v : 0;
        }
    }
    return finite;
}

/* The base of each origin and, in units, the net's word on it. */
static void add_correction(double *out, struct corrector *k, const struct hybrid_origin *o,
                           int count, int steps, double *words)
{
    int H = k->c->H;

    corrector_run(words, k, o, count);
    for (int i = 0; i < count; i++) {
        double *row = out + (size_t)i * (size_t)steps;

        hybrid_base(row, &o[i], steps);
        for (int h = 0; h < steps; h++)
            row[h] += k->c->gain * o[i].unit * words[(size_t)i * (size_t)H + (h < H ? h : H - 1)];
    }
}

static enum status combine_batch(double *out, struct corrector *k, const struct ensemble *m,
                                 const double *w, int n, const int *origins, int count, int steps,
                                 double *paths, double *words, struct err *e)
{
    int H = k->c->H, reach = steps > H ? steps : H;
    struct hybrid_origin o[CORRECTOR_BATCH];
    enum status st = classic_path(paths, &m->classic, k->c->nets, w, n, origins, count, reach, e);

    if (st)
        return st;
    for (int i = 0; i < count; i++)
        o[i] = (struct hybrid_origin){.w = w + origins[i],
                                      .past = origins[i],
                                      .paths = paths + (size_t)i * CLASSIC_MEMBERS * (size_t)reach,
                                      .stride = reach,
                                      .weight = m->weight,
                                      .unit = m->unit,
                                      .season =
                                          m->classic.ets.season1 > 1 ? m->classic.ets.season1 : 1};
    add_correction(out, k, o, count, steps, words);
    return stop_asked(k->c->stop) ? err_set(e, ST_CANCELLED, "the fit was cancelled") : ST_OK;
}

enum status combine_path(double *out, const struct combiner *c, const struct ensemble *m,
                         const double *w, int n, const int *origins, int count, int steps,
                         struct err *e)
{
    int reach = steps > c->H ? steps : c->H;
    int most = count < CORRECTOR_BATCH ? count : CORRECTOR_BATCH;
    size_t size = ((size_t)most * CLASSIC_MEMBERS * (size_t)reach + 1) * sizeof(double);
    double *paths = malloc(size), *words = malloc(size);
    struct corrector k = {0};
    enum status st = paths && words ? ST_OK : err_nomem(e, 2 * size);

    if (!st)
        st = corrector_init(&k, c, m->classic.ets.season1 > 1 ? m->classic.ets.season1 : 1, e);
    for (int at = 0; !st && at < count; at += most) {
        int batch = count - at < most ? count - at : most;

        st = combine_batch(out + (size_t)at * (size_t)steps, &k, m, w, n, origins + at, batch,
                           steps, paths, words, e);
    }
    corrector_release(&k);
    free(paths);
    free(words);
    return st;
}

/* The range of the history, which the one that forecasts are kept in was made from. */
static void set_range(struct transform *t, const struct scaled_ets *c)
{
    double quarter = c->high / 4 - c->low / 4;
    double least = scaling_inverse(&c->scaling, c->low + quarter);
    double most = scaling_inverse(&c->scaling, c->high - quarter);

    if (isfinite(least) && isfinite(most) && most > least) {
        t->least = least;
        t->most = most;
    }
}

struct transform combine_transform(const struct ensemble *m, bool nonnegative)
{
    struct transform t = {.scaling = m->classic.ets.scaling,
                          .centre = 0,
                          .unit = m->unit * m->spread,
                          .nonnegative = nonnegative};

    set_range(&t, &m->classic.ets);
    return t;
}

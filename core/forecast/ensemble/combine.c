/* combine.c - forecasts of an ensemble: see combine.h. */
#include "core/forecast/ensemble/combine.h"

#include "core/base/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum status correction_init(struct correction *k, const struct combiner *c, int season,
                            struct err *e)
{
    size_t x = (size_t)(c->W + c->H) * 2 * CORRECTION_BATCH * RESIDUAL_NET_FEATURES;
    enum status st;

    *k = (struct correction){.c = c};
    k->x = malloc(x * sizeof(*k->x));
    k->space = malloc(residual_net_space(c->W, c->H, season) * sizeof(*k->space));
    st = k->x && k->space ? ST_OK : err_nomem(e, x * sizeof(*k->x));
    if (!st)
        st = net_work_new(&k->work, net_get_config(c->net), c->W + c->H, 2 * CORRECTION_BATCH,
                          false, e);
    if (st)
        correction_release(k);
    else
        net_work_stop(k->work, c->stop);
    return st;
}

void correction_release(struct correction *k)
{
    net_work_free(k->work);
    free(k->x);
    free(k->space);
    *k = (struct correction){0};
}

bool correction_run(double *out, struct correction *k, const struct forecast_origin *o, int count)
{
    int W = k->c->W, H = k->c->H, B = 2 * count;
    struct net_input in = {.T = W + H, .B = B, .x = k->x};
    bool finite = true;
    const float *y;

    for (int i = 0; i < count; i++) {
        residual_net_input(k->x, 2 * i, B, &o[i], W, H, k->space);
        residual_net_input(k->x, 2 * i + 1, B, &o[i], W, H, k->space);
        residual_net_mirror(k->x, 2 * i + 1, B, W + H);
    }
    y = net_forward(k->work, k->c->net, &in, NULL);
    if (!y) {
        memset(out, 0, (size_t)count * (size_t)H * sizeof(*out));
        return false;
    }
    for (int i = 0; i < count; i++) {
        for (int h = 0; h < H; h++) {
            const float *at = row(y, W + h, B) + 2 * (size_t)i;
            double v = ((double)at[0] - (double)at[1]) / 2;

            finite = finite && isfinite(v);
            row(out, i, H)[h] = isfinite(v) ? v : 0;
        }
    }
    return finite;
}

/* out (count, steps): the base of each origin plus its correction. corrections: space (count,
 * H). */
static void add_correction(double *out, struct correction *k, const struct forecast_origin *o,
                           int count, int steps, double *corrections)
{
    int H = k->c->H;

    correction_run(corrections, k, o, count);
    for (int i = 0; i < count; i++) {
        const double *correction = row(corrections, i, H);
        double *row = row(out, i, steps);

        forecast_origin_base(row, &o[i], steps);
        for (int h = 0; h < steps; h++)
            row[h] += k->c->gain * o[i].error_scale * correction[h < H ? h : H - 1];
    }
}

/* Space of combine_batch(). */
struct batch_space {
    double *paths;       /* (CORRECTION_BATCH, MEMBER_COUNT, reach) */
    double *corrections; /* (CORRECTION_BATCH, H) */
    int reach;           /* steps that the members forecast: the horizon, at least H */
};

static int season_of(const struct ensemble *m)
{
    return m->members.ets.season1 > 1 ? m->members.ets.season1 : 1;
}

/* As combine_path(), for at most CORRECTION_BATCH origins. */
static enum status combine_batch(double *out, struct correction *k, const struct ensemble *m,
                                 const struct rolling *r, struct batch_space *s, struct err *e)
{
    struct forecast_origin o[CORRECTION_BATCH];
    struct rolling longer = *r;
    enum status st;

    longer.horizon = s->reach;
    st = members_path(s->paths, &m->members, k->c->nets, &longer, e);
    if (st)
        return st;
    for (int i = 0; i < r->count; i++)
        o[i] = (struct forecast_origin){.w = r->w + r->origins[i],
                                        .past = r->origins[i],
                                        .paths = row(s->paths, i, MEMBER_COUNT * (size_t)s->reach),
                                        .stride = s->reach,
                                        .weight = m->weight,
                                        .error_scale = m->error_scale,
                                        .season = season_of(m)};
    add_correction(out, k, o, r->count, r->horizon, s->corrections);
    return stop_asked(k->c->stop) ? err_set(e, ST_CANCELLED, "the fit was cancelled") : ST_OK;
}

enum status combine_path(double *out, const struct combiner *c, const struct ensemble *m,
                         const struct rolling *r, struct err *e)
{
    int most = r->count < CORRECTION_BATCH ? r->count : CORRECTION_BATCH;
    struct batch_space s = {.reach = r->horizon > c->H ? r->horizon : c->H};
    size_t size = ((size_t)most * MEMBER_COUNT * (size_t)s.reach + 1) * sizeof(double);
    struct correction k = {0};
    enum status st;

    s.paths = malloc(size);
    s.corrections = malloc(size);
    st = s.paths && s.corrections ? ST_OK : err_nomem(e, 2 * size);
    if (!st)
        st = correction_init(&k, c, season_of(m), e);
    for (int at = 0; !st && at < r->count; at += most) {
        struct rolling part = *r;

        part.origins += at;
        part.count = r->count - at < most ? r->count - at : most;
        st = combine_batch(row(out, at, r->horizon), &k, m, &part, &s, e);
    }
    correction_release(&k);
    free(s.paths);
    free(s.corrections);
    return st;
}

/* Sets the range of the history, by which intervals are bounded. */
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
    struct transform t = {.scaling = m->members.ets.scaling,
                          .centre = 0,
                          .error_scale = m->error_scale * m->spread,
                          .nonnegative = nonnegative};

    set_range(&t, &m->members.ets);
    return t;
}

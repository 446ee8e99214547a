/* global_net_fit.c - see global_net_fit.h. */
#include "core/forecast/ensemble/global_net_fit.h"

#include "core/base/row.h"
#include "core/forecast/net/net_start.h"
#include "core/params/training.h"
#include <lstm/checkpoint.h>

#include <math.h>
#include <stdlib.h>

enum {
    TARGET_MAX = 20, /* in error scales; a larger one is a break that cannot be predicted */
    BATCHES_MIN = 2, /* in an epoch, if there are enough samples */
    BATCH_MIN = 4,
    STREAM = 7001 /* of the random initial weights; the residual net uses another */
};

struct samples {
    const struct origins *o;
    struct origin_sample *list; /* owned */
    int count;
};

static enum status list_samples(struct samples *s, const struct origins *o, bool valid,
                                struct err *e)
{
    size_t most = 1;

    for (int i = 0; i < o->num_series; i++)
        most += (size_t)o->series[i].count;
    *s = (struct samples){.o = o, .list = malloc(most * sizeof(*s->list))};
    if (!s->list)
        return err_nomem(e, most * sizeof(*s->list));
    for (int i = 0; i < o->num_series; i++) {
        const struct origin_series *v = &o->series[i];
        int first = valid ? v->num_train : 0, end = valid ? v->count : v->num_train;

        for (int k = first; v->backtest.members.global.error_scale > 0 && k < end; k++)
            s->list[s->count++] = (struct origin_sample){.series = i, .index = k};
    }
    return ST_OK;
}

/* Steps from `end` on are masked, so that training reads nothing after the split. */
static void fill_targets(float *out, const struct origin_series *v, int at, double level, int end,
                         int H)
{
    const struct global_frame *f = &v->backtest.members.global;

    for (int h = 0; h < H; h++) {
        double d = NAN;

        if (at + h < end && !isnan(v->values[at + h]))
            d = (v->w[at + h] - global_net_base(f, v->w, at, level, h)) / f->error_scale;
        out[h] = (float)(isnan(d) ? d : fmin(fmax(d, -TARGET_MAX), TARGET_MAX));
    }
}

static void fill(void *ctx, struct batch *b, const int32_t *index, int n, struct rng *rng)
{
    const struct samples *s = ctx;
    int W = s->o->W, H = s->o->H;

    (void)rng;
    b->T = W;
    b->B = n;
    for (int row = 0; row < n; row++) {
        struct origin_sample q = s->list[index[row]];
        const struct origin_series *v = &s->o->series[q.series];
        int at = v->at[q.index], end = q.index < v->num_train ? v->split : v->n;
        double level = global_net_input(b->x, row, n, &v->backtest.members.global, v->w, at, W);

        fill_targets(row(b->values, row, H), v, at, level, end, H);
        b->lengths[row] = W;
    }
}

static struct sample_source source_of(struct samples *s)
{
    return (struct sample_source){
        .ctx = s, .num_samples = s->count, .T_max = s->o->W, .fill = fill};
}

/* The batch size. It is smaller when there are few samples, so that an epoch has enough steps. */
static int batch_size(const struct params *p, int samples)
{
    int size = samples / BATCHES_MIN > BATCH_MIN ? samples / BATCHES_MIN : BATCH_MIN;

    return size < p->batch_size ? size : p->batch_size;
}

static struct trainer_config global_net_training(const struct params *p, int samples, bool again,
                                                 uint64_t seed)
{
    struct trainer_config c = training_of(p);

    c.epochs =
        (p->epochs + 1) / 2; /* measured: with more, nets of a single series learn its noise */
    c.epochs = again ? (c.epochs + 2) / 3 : c.epochs;
    c.batch_size = batch_size(p, samples);
    c.loss = LOSS_HUBER;
    c.last_only = true;
    c.keep_best = true;
    c.schedule = LR_COSINE;
    c.seed = seed;
    return c;
}

/* What all nets are trained with; borrowed except for the lists of samples. */
struct training {
    const struct net_config *config;
    const struct params *p;
    struct samples train, valid;
    bool again; /* train for fewer epochs */
    struct progress *progress;
};

/* Trains net k. It starts from the weights of warm, or from random ones when warm is NULL. */
static enum status train_one(struct net **out, struct training *g, const struct net *warm, int k,
                             struct err *e)
{
    uint64_t seed = (uint64_t)g->p->seed * GLOBAL_NETS + (uint64_t)k;
    struct sample_source sources[2] = {source_of(&g->train), source_of(&g->valid)};
    struct trainer_config c = global_net_training(g->p, g->train.count, g->again, seed);
    enum trainer_event event = TRAINER_BATCH;
    struct trainer *t = NULL;
    /* The nets start with the output zero, which forecasts the level. */
    enum status st = net_start(out, g->config, warm, seed + STREAM, true, e);

    if (st)
        return st;
    c.stop = progress_stop(g->progress);
    st = trainer_new(&t, *out, &c, &sources[0], g->valid.count ? &sources[1] : NULL, e);
    while (!st && (event = trainer_step(t)) != TRAINER_DONE) {
        struct fit_progress now;

        trainer_progress(&now, t);
        st = event == TRAINER_STOPPED
                 ? progress_give_up(g->progress, e)
                 : progress_report(g->progress, (k + now.fraction) / GLOBAL_NETS, e);
    }
    trainer_free(t);
    if (!st && checkpoint_check_finite(*out, NULL))
        st = err_set(e, ST_INVALID,
                     "training diverged: a weight is not finite; use a smaller learning_rate or a "
                     "gradient_clip");
    return st;
}

/* Returns net k of the model to start from; NULL when its horizon differs. */
static const struct net *warm_net(const struct global_nets *warm, int k,
                                  const struct net_config *nc)
{
    const struct net *n = warm ? warm->net[k] : NULL;

    return n && net_config_same_shape(net_get_config(n), nc) ? n : NULL;
}

static enum status fit_global_ar(struct global_ar *out, const struct origins *o, struct err *e)
{
    struct global_ar_series *series = malloc((size_t)o->num_series * sizeof(*series));
    enum status st;

    if (!series)
        return err_nomem(e, (size_t)o->num_series * sizeof(*series));
    for (int i = 0; i < o->num_series; i++) {
        const struct origin_series *s = &o->series[i];

        series[i] = (struct global_ar_series){.w = s->w, .values = s->values, .n = s->split};
    }
    st = global_ar_fit(out, series, o->num_series, o->season_max, o->H, e);
    free(series);
    return st;
}

enum status global_nets_fit(struct global_nets *out, const struct origins *o,
                            const struct params *p, const struct nets_start *start,
                            struct progress *progress, struct err *e)
{
    struct net_config nc = global_net_config(p->hidden_size, p->num_layers, p->dropout, o->H);
    struct training g = {.config = &nc, .p = p, .again = start->again, .progress = progress};
    enum status st = list_samples(&g.train, o, false, e);

    if (!st)
        st = list_samples(&g.valid, o, true, e);
    *out = (struct global_nets){.W = o->W, .H = o->H, .stop = progress_stop(progress)};
    for (int k = 0; !st && g.train.count && k < GLOBAL_NETS; k++)
        st = train_one(&out->net[k], &g, warm_net(start->nets, k, &nc), k, e);
    if (!st)
        st = fit_global_ar(&out->ar, o, e);
    free(g.train.list);
    free(g.valid.list);
    if (st)
        global_nets_release(out);
    return st;
}

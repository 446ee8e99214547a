/* trainer_snapshot.c - the bytes of a training state: everything that the next step depends on.
 *
 * It is one safetensors file. Tensors: weights, best, moment_1, moment_2 (F32), order, batch_order
 * (I32), history, history_validation, sums, config (F64: exact, and it can hold NaN and infinity),
 * counters, rng (I64). config is compared as a whole: a state resumes only under the configuration
 * it was made with. */
#include "core/nn/trainer_impl.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUM_CONFIG = 46, NUM_COUNTERS = 9, NUM_SUMS = 3 };

/* Far above any count that a training reaches, and far below an overflow. */
static const int64_t COUNT_MAX = INT64_MAX / 2;

static const char kind_key[] = "state", kind_value[] = "lstm-trainer-1";

/* Every value that a state depends on, as doubles: all of them are exact. */
static void list_config(double *v, const struct trainer *t)
{
    const struct trainer_config *c = &t->config;
    const struct optim_config *o = &c->optim;
    const struct net_config *n = net_get_config(t->net);
    const double all[NUM_CONFIG] = {
        c->epochs,
        c->batch_size,
        c->shuffle,
        (double)c->loss,
        c->last_only,
        (double)c->gradient_clip,
        c->patience,
        c->keep_best,
        (double)c->schedule,
        (double)(c->seed >> 32),
        (double)(c->seed & 0xFFFFFFFFu),
        (double)o->kind,
        (double)o->learning_rate,
        (double)o->momentum,
        (double)o->weight_decay,
        (double)o->beta1,
        (double)o->beta2,
        (double)o->epsilon,
        n->vocab_size,
        n->input_size,
        n->hidden_size,
        n->num_layers,
        n->bidirectional,
        n->output_size,
        (double)n->dropout,
        t->train.num_samples,
        t->train.T_max,
        t->valid.num_samples,
        t->valid.T_max,
        t->eval_size,
        t->batch_order != NULL,
        t->best != NULL,
        t->optim.m != NULL,
        t->optim.v != NULL,
        n->features,
        (double)n->input_dropout,
        (double)n->output_dropout,
        (double)c->warm_up,
        t->rows != NULL,
        c->heads,
        c->head_size[0],
        c->head_size[1],
        c->head_size[2],
        c->head_size[3],
        (double)c->smoothing,
        c->by_error,
    };

    memcpy(v, all, sizeof(all));
}

static enum status add(struct checkpoint *c, const char *name, enum checkpoint_dtype dtype,
                       int64_t count, const void *data, struct err *e)
{
    return checkpoint_add(c, name, dtype, &count, 1, data, e);
}

static enum status add_floats(struct checkpoint *c, const struct trainer *t, struct err *e)
{
    int64_t P = (int64_t)net_num_params(t->net);
    enum status st = add(c, "weights", CKPT_F32, P, net_params_const(t->net), e);

    if (!st && t->has_best)
        st = add(c, "best", CKPT_F32, P, t->best, e);
    if (!st && t->optim.m)
        st = add(c, "moment_1", CKPT_F32, P, t->optim.m, e);
    if (!st && t->optim.v)
        st = add(c, "moment_2", CKPT_F32, P, t->optim.v, e);
    return st;
}

static enum status add_position(struct checkpoint *c, const struct trainer *t, struct err *e)
{
    const int64_t counters[NUM_COUNTERS] = {t->epoch,    t->position,   t->bad_epochs,
                                            t->has_best, t->done,       t->epoch_end,
                                            t->samples,  t->loss_count, t->optim.step};
    const double sums[NUM_SUMS] = {t->loss_sum, t->last_batch_loss, t->best_loss};
    int64_t rng[4], history = t->epoch;
    double config[NUM_CONFIG];
    enum status st;

    memcpy(rng, t->rng.s, sizeof(rng));
    list_config(config, t);
    st = add(c, "config", CKPT_F64, NUM_CONFIG, config, e);
    if (!st)
        st = add(c, "counters", CKPT_I64, NUM_COUNTERS, counters, e);
    if (!st)
        st = add(c, "sums", CKPT_F64, NUM_SUMS, sums, e);
    if (!st)
        st = add(c, "rng", CKPT_I64, 4, rng, e);
    if (!st)
        st = add(c, "order", CKPT_I32, t->train.num_samples, t->order, e);
    if (!st && t->batch_order)
        st = add(c, "batch_order", CKPT_I32, t->num_batches, t->batch_order, e);
    if (!st && history)
        st = add(c, "history", CKPT_F64, history, t->history, e);
    if (!st && history)
        st = add(c, "history_validation", CKPT_F64, history, t->history_valid, e);
    return st;
}

enum status trainer_save(const struct trainer *t, uint8_t **bytes, size_t *len, struct err *e)
{
    struct checkpoint *c = NULL;
    enum status st = checkpoint_new(&c, e);

    if (!st)
        st = checkpoint_set(c, kind_key, kind_value, e);
    if (!st)
        st = checkpoint_set_arithmetic(c, e);
    if (!st)
        st = add_position(c, t, e);
    if (!st)
        st = add_floats(c, t, e);
    if (!st)
        st = checkpoint_write(bytes, len, c, e);
    checkpoint_free(c);
    return st;
}

/* The whole file is read before the trainer changes. The arrays are borrowed from the file. */
struct state {
    int64_t counters[NUM_COUNTERS];
    double sums[NUM_SUMS];
    uint64_t rng[4];
    const void *weights, *best, *moment_1, *moment_2, *order, *batch_order, *history, *validation;
};

static enum status find(const void **out, const struct checkpoint *c, const char *name,
                        enum checkpoint_dtype dtype, int64_t count, struct err *e)
{
    struct checkpoint_tensor t;
    enum status st = checkpoint_find(&t, c, name, dtype, &count, 1, e);

    if (!st)
        *out = t.data;
    return st;
}

static enum status read_copy(void *out, size_t size, const struct checkpoint *c, const char *name,
                             enum checkpoint_dtype dtype, int64_t count, struct err *e)
{
    const void *data;
    enum status st = find(&data, c, name, dtype, count, e);

    if (!st)
        memcpy(out, data, size);
    return st;
}

static enum status check_config(const struct trainer *t, const struct checkpoint *c, struct err *e)
{
    const char *kind = checkpoint_get(c, kind_key);
    double mine[NUM_CONFIG], theirs[NUM_CONFIG];
    enum status st;

    if (!kind || strcmp(kind, kind_value))
        return err_set(e, ST_CORRUPT, "training state: metadata %s is not '%s'", kind_key,
                       kind_value);
    list_config(mine, t);
    st = read_copy(theirs, sizeof(theirs), c, "config", CKPT_F64, NUM_CONFIG, e);
    if (!st && memcmp(mine, theirs, sizeof(mine)) != 0)
        st = err_set(e, ST_CORRUPT, "training state: it belongs to another configuration or data");
    return st ? st : checkpoint_check_arithmetic(c, e);
}

static enum status check_counters(const struct trainer *t, const struct state *s, struct err *e)
{
    const int64_t *c = s->counters;
    int64_t max[NUM_COUNTERS] = {t->config.epochs, t->num_batches, t->config.epochs, 1, 1, 1,
                                 COUNT_MAX,        COUNT_MAX,      COUNT_MAX};

    for (int i = 0; i < NUM_COUNTERS; i++)
        if (c[i] < 0 || c[i] > max[i])
            return err_set(e, ST_CORRUPT,
                           "training state: counter %d is %lld; it must be from 0 to %lld", i,
                           (long long)c[i], (long long)max[i]);
    if ((c[0] == t->config.epochs && c[1] > 0) || c[2] > c[0] || (c[3] && !t->best) ||
        (c[4] && c[1] > 0))
        return err_set(e, ST_CORRUPT, "training state: its counters contradict each other");
    return ST_OK;
}

/* Each of 0..n-1 exactly once. */
static enum status check_permutation(const char *name, const int32_t *v, int n, struct err *e)
{
    size_t bytes = (size_t)n / 8 + 1;
    uint8_t *seen = calloc(bytes, 1);
    enum status st = ST_OK;

    if (!seen)
        return err_nomem(e, bytes);
    for (int i = 0; !st && i < n; i++) {
        int32_t k = v[i];

        if (k < 0 || k >= n || seen[k / 8] >> (k % 8) & 1)
            st = err_set(e, ST_CORRUPT, "training state: %s is not a permutation of 0 to %d", name,
                         n - 1);
        else
            seen[k / 8] = (uint8_t)(seen[k / 8] | 1u << (k % 8));
    }
    free(seen);
    return st;
}

static enum status read_orders(struct state *s, const struct trainer *t, const struct checkpoint *c,
                               struct err *e)
{
    enum status st = find(&s->order, c, "order", CKPT_I32, t->train.num_samples, e);

    if (!st)
        st = check_permutation("order", s->order, t->train.num_samples, e);
    if (!st && t->batch_order)
        st = find(&s->batch_order, c, "batch_order", CKPT_I32, t->num_batches, e);
    if (!st && t->batch_order)
        st = check_permutation("batch_order", s->batch_order, t->num_batches, e);
    return st;
}

static enum status read_floats(struct state *s, const struct trainer *t, const struct checkpoint *c,
                               struct err *e)
{
    int64_t P = (int64_t)net_num_params(t->net);
    enum status st = find(&s->weights, c, "weights", CKPT_F32, P, e);

    if (!st && s->counters[3])
        st = find(&s->best, c, "best", CKPT_F32, P, e);
    if (!st && t->optim.m)
        st = find(&s->moment_1, c, "moment_1", CKPT_F32, P, e);
    if (!st && t->optim.v)
        st = find(&s->moment_2, c, "moment_2", CKPT_F32, P, e);
    return st;
}

static enum status read_state(struct state *s, const struct trainer *t, const struct checkpoint *c,
                              struct err *e)
{
    enum status st = check_config(t, c, e);

    if (!st)
        st = read_copy(s->counters, sizeof(s->counters), c, "counters", CKPT_I64, NUM_COUNTERS, e);
    if (!st)
        st = check_counters(t, s, e);
    if (!st)
        st = read_copy(s->sums, sizeof(s->sums), c, "sums", CKPT_F64, NUM_SUMS, e);
    if (!st)
        st = read_copy(s->rng, sizeof(s->rng), c, "rng", CKPT_I64, 4, e);
    if (!st && !(s->rng[0] | s->rng[1] | s->rng[2] | s->rng[3]))
        st = err_set(e, ST_CORRUPT, "training state: the generator is all zeros");
    if (!st)
        st = read_orders(s, t, c, e);
    if (!st && s->counters[0])
        st = find(&s->history, c, "history", CKPT_F64, s->counters[0], e);
    if (!st && s->counters[0])
        st = find(&s->validation, c, "history_validation", CKPT_F64, s->counters[0], e);
    if (!st)
        st = read_floats(s, t, c, e);
    return st;
}

static void copy(void *to, const void *from, size_t count, size_t size)
{
    if (to && from && count)
        memcpy(to, from, count * size);
}

static void take_state(struct trainer *t, const struct state *s)
{
    size_t P = net_num_params(t->net), E = (size_t)s->counters[0];

    copy(net_params(t->net), s->weights, P, sizeof(float));
    copy(t->best, s->best, P, sizeof(float));
    copy(t->optim.m, s->moment_1, P, sizeof(float));
    copy(t->optim.v, s->moment_2, P, sizeof(float));
    copy(t->order, s->order, (size_t)t->train.num_samples, sizeof(int32_t));
    copy(t->batch_order, s->batch_order, (size_t)t->num_batches, sizeof(int32_t));
    copy(t->history, s->history, E, sizeof(double));
    copy(t->history_valid, s->validation, E, sizeof(double));
    memcpy(t->rng.s, s->rng, sizeof(s->rng));
    t->epoch = (int)s->counters[0];
    t->position = (int)s->counters[1];
    t->bad_epochs = (int)s->counters[2];
    t->has_best = s->counters[3] != 0;
    t->done = s->counters[4] != 0;
    t->epoch_end = s->counters[5] != 0;
    t->samples = s->counters[6];
    t->loss_count = s->counters[7];
    t->optim.step = s->counters[8];
    t->loss_sum = s->sums[0];
    t->last_batch_loss = s->sums[1];
    t->best_loss = s->sums[2];
    net_touch(t->net);
}

enum status trainer_load(struct trainer *t, const uint8_t *bytes, size_t len, struct err *e)
{
    struct checkpoint *c = NULL;
    struct state s = {0};
    enum status st = checkpoint_read(&c, bytes, len, e);

    if (!st)
        st = read_state(&s, t, c, e);
    if (!st)
        take_state(t, &s);
    checkpoint_free(c);
    return st;
}

/* trainer.c - the training loop: see <lstm/trainer.h>. */
#include "core/base/size.h"
#include "core/nn/trainer_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    EPOCHS_MAX = 1000000,
    EVAL_BATCH = 32,           /* sequences evaluated together when memory allows */
    EVAL_FLOATS_MAX = 4 << 20, /* gates of an evaluation batch that is larger than a training one */
};

static enum status check_int(const char *name, int v, int min, int max, struct err *e)
{
    if (v < min || v > max)
        return err_set(e, ST_INVALID, "%s is %d; it must be an integer from %d to %d", name, v, min,
                       max);
    return ST_OK;
}

static enum status check_heads(const struct trainer_config *c, struct err *e)
{
    enum status st = check_int("heads", c->heads, 0, LOSS_HEADS_MAX, e);

    for (int h = 0; !st && h < c->heads; h++)
        st = check_int("head_size", c->head_size[h], 1, NET_OUTPUT_MAX, e);
    if (!st && c->heads && (c->loss != LOSS_NLL || c->last_only))
        st = err_set(e, ST_INVALID, "heads are for the loss nll of all steps");
    if (!st && !(c->smoothing >= 0.0f && c->smoothing < 1.0f))
        st = err_set(e, ST_INVALID, "smoothing is %g; it must be a number from 0 to below 1",
                     (double)c->smoothing);
    return st;
}

static enum status config_check(const struct trainer_config *c, const struct sample_source *train,
                                const struct sample_source *valid, struct err *e)
{
    enum status st = check_int("epochs", c->epochs, 1, EPOCHS_MAX, e);

    if (!st)
        st = check_int("batch_size", c->batch_size, 1, 1 << 20, e);
    if (!st)
        st = check_int("patience", c->patience, 0, EPOCHS_MAX, e);
    if (!st && !(c->gradient_clip >= 0.0f && c->gradient_clip <= 1e30f))
        st = err_set(e, ST_INVALID, "gradient_clip is %g; it must be a number from 0 to 1e30",
                     (double)c->gradient_clip);
    if (!st && (c->loss < LOSS_MSE || c->loss > LOSS_NLL))
        st = err_set(e, ST_INVALID, "loss %d does not exist", (int)c->loss);
    if (!st && !(c->warm_up >= 0.0f && c->warm_up < 1.0f))
        st = err_set(e, ST_INVALID, "warm_up is %g; it must be a number from 0 to below 1",
                     (double)c->warm_up);
    if (!st)
        st = check_heads(c, e);
    if (!st && train->num_samples < 1)
        st = err_set(e, ST_INVALID, "there are no samples to train on; at least one is needed");
    if (!st && (train->T_max < 1 || (valid && valid->num_samples > 0 && valid->T_max < 1)))
        st = err_set(e, ST_INVALID, "the longest sample has no steps; it needs at least one");
    return st;
}

/* Evaluation is faster with larger batches than training uses, but may take only little more
 * memory. */
static int choose_eval_size(const struct trainer *t, int batch)
{
    const struct net_config *nc = net_get_config(t->net);
    int64_t per_sequence =
        (int64_t)t->T_max * 4 * nc->hidden_size * nc->num_layers * (nc->bidirectional ? 2 : 1);
    int64_t n = t->valid.num_samples < EVAL_BATCH ? t->valid.num_samples : EVAL_BATCH;

    if (n > EVAL_FLOATS_MAX / per_sequence)
        n = EVAL_FLOATS_MAX / per_sequence;
    return n > batch ? (int)n : batch;
}

static void carve_trainer(struct trainer *t, struct carve *a)
{
    const struct net_config *nc = net_get_config(t->net);
    size_t B = (size_t)t->eval_size, R = size_mul((size_t)t->T_max, B);
    size_t N = (size_t)t->train.num_samples, O = (size_t)nc->output_size;
    size_t P = net_num_params(t->net), E = (size_t)t->config.epochs;
    bool nll = t->config.loss == LOSS_NLL, words = nc->vocab_size > 0;
    bool sparse = t->config.sparse && words && t->config.optim.kind != OPTIM_SGD;
    size_t V = sparse ? (size_t)nc->vocab_size : 0;
    size_t heads = t->config.heads > 1 ? (size_t)t->config.heads : 1;
    bool bucket = t->config.shuffle && t->train.length && t->config.batch_size > 1;

    t->batch.O = nc->output_size;
    t->batch.x = words ? NULL : carve_floats(a, size_mul(R, (size_t)nc->input_size));
    t->batch.ids =
        words ? carve_take(a, size_mul(R, nc->features > 1 ? (size_t)nc->features : 1), 4) : NULL;
    t->batch.lengths = carve_take(a, B, sizeof(int));
    t->batch.values = nll ? NULL : carve_floats(a, size_mul(R, O));
    t->batch.classes = nll ? carve_take(a, size_mul(R, heads), sizeof(int32_t)) : NULL;
    t->grad = carve_floats(a, P);
    t->rows = sparse ? carve_take(a, V, sizeof(int32_t)) : NULL;
    t->seen = sparse ? carve_take(a, V, 1) : NULL;
    t->dy = carve_floats(a, size_mul(R, O));
    t->best = t->config.keep_best && t->valid.num_samples ? carve_floats(a, P) : NULL;
    t->eval = carve_take(a, B, sizeof(int32_t));
    t->order = carve_take(a, N, sizeof(int32_t));
    t->key = bucket ? carve_take(a, N, sizeof(int32_t)) : NULL;
    t->scratch = bucket ? carve_take(a, N, sizeof(int32_t)) : NULL;
    t->batch_order = bucket ? carve_take(a, (size_t)t->num_batches, sizeof(int32_t)) : NULL;
    t->order_before = t->config.stop ? carve_take(a, N, sizeof(int32_t)) : NULL;
    t->batch_order_before =
        t->config.stop && bucket ? carve_take(a, (size_t)t->num_batches, sizeof(int32_t)) : NULL;
    t->history = carve_take(a, E, sizeof(double));
    t->history_valid = carve_take(a, E, sizeof(double));
}

size_t trainer_size(const struct net_config *c, int T_max, int batch_size)
{
    size_t work = net_work_size(c, T_max, batch_size, true), P, R, row;

    if (work == SIZE_MAX)
        return SIZE_MAX;
    P = (size_t)net_config_num_parameters(c);
    R = (size_t)T_max * (size_t)batch_size;
    /* inputs, targets, and the gradient of the outputs */
    row = size_add(size_mul(2, (size_t)c->output_size), LOSS_HEADS_MAX);
    row = size_add(row, c->vocab_size ? (size_t)NET_FEATURES_MAX : (size_t)c->input_size);
    /* weights, best weights, gradient, two moments */
    return size_add(work, size_mul(4, size_add(size_mul(5, P), size_mul(R, row))));
}

static enum status trainer_setup(struct trainer *t, struct err *e)
{
    struct carve a = {0};
    int N = t->train.num_samples;
    int batch = t->config.batch_size < N ? t->config.batch_size : N;
    enum status st;

    t->T_max = t->train.T_max;
    if (t->valid.num_samples && t->valid.T_max > t->T_max)
        t->T_max = t->valid.T_max;
    t->eval_size = choose_eval_size(t, batch);
    t->num_batches = (N - 1) / batch + 1;
    t->config.batch_size = batch;
    st = net_work_new(&t->work, net_get_config(t->net), t->T_max, t->eval_size, true, e);
    if (!st && t->config.parallel)
        st = net_work_share(t->work, t->config.parallel, e);
    if (!st)
        st = optim_init(&t->optim, &t->config.optim, net_num_params(t->net), e);
    if (st)
        return st;
    net_work_stop(t->work, t->config.stop);
    carve_trainer(t, &a);
    t->block = block_new(a.used);
    if (!t->block)
        return err_nomem(e, a.used);
    a = (struct carve){.base = t->block};
    carve_trainer(t, &a);
    for (int i = 0; i < N; i++)
        t->order[i] = i;
    for (int i = 0; t->key && i < N; i++)
        t->key[i] = t->train.length(t->train.ctx, i);
    for (int i = 0; t->batch_order && i < t->num_batches; i++)
        t->batch_order[i] = i;
    rng_seed(&t->rng, t->config.seed);
    t->best_loss = INFINITY;
    t->last_batch_loss = NAN;
    return ST_OK;
}

enum status trainer_new(struct trainer **out, struct net *net, const struct trainer_config *c,
                        const struct sample_source *train, const struct sample_source *valid,
                        struct err *e)
{
    enum status st = config_check(c, train, valid, e);
    struct trainer *t;

    if (st)
        return st;
    t = calloc(1, sizeof(*t));
    if (!t)
        return err_nomem(e, sizeof(*t));
    t->config = *c;
    t->train = *train;
    if (valid && valid->num_samples > 0)
        t->valid = *valid;
    t->net = net;
    st = trainer_setup(t, e);
    if (st) {
        trainer_free(t);
        return st;
    }
    *out = t;
    return ST_OK;
}

void trainer_free(struct trainer *t)
{
    if (!t)
        return;
    net_work_free(t->work);
    optim_release(&t->optim);
    block_free(t->block);
    free(t);
}

/* Stable merge sort of the order by length. Sequences of equal length stay shuffled. */
static void sort_by_length(struct trainer *t)
{
    int32_t *from = t->order, *to = t->scratch;
    int n = t->train.num_samples;

    for (int64_t run = 1; run < n; run *= 2) {
        for (int64_t lo = 0; lo < n; lo += 2 * run) {
            int64_t mid = lo + run < n ? lo + run : n, hi = lo + 2 * run < n ? lo + 2 * run : n;
            int64_t i = lo, j = mid;

            for (int64_t k = lo; k < hi; k++)
                to[k] = j >= hi || (i < mid && t->key[from[i]] <= t->key[from[j]]) ? from[i++]
                                                                                   : from[j++];
        }
        int32_t *swap = from;

        from = to;
        to = swap;
    }
    if (from != t->order)
        memcpy(t->order, from, (size_t)n * sizeof(*from));
}

/* Keeps the orders that must be restored when the first batch of an epoch is stopped. */
static void keep_orders(struct trainer *t)
{
    if (t->order_before)
        memcpy(t->order_before, t->order, (size_t)t->train.num_samples * sizeof(*t->order));
    if (t->batch_order_before)
        memcpy(t->batch_order_before, t->batch_order, (size_t)t->num_batches * sizeof(int32_t));
}

static void restore_orders(struct trainer *t)
{
    if (t->order_before)
        memcpy(t->order, t->order_before, (size_t)t->train.num_samples * sizeof(*t->order));
    if (t->batch_order_before)
        memcpy(t->batch_order, t->batch_order_before, (size_t)t->num_batches * sizeof(int32_t));
}

static void start_epoch(struct trainer *t)
{
    keep_orders(t);
    t->loss_sum = 0;
    t->loss_count = 0;
    if (!t->config.shuffle)
        return;
    rng_shuffle(&t->rng, t->order, t->train.num_samples);
    if (t->key) {
        sort_by_length(t);
        rng_shuffle(&t->rng, t->batch_order, t->num_batches);
    }
}

static struct loss_target loss_target(const struct trainer *t, bool training)
{
    struct loss_target target = {.kind = t->config.loss,
                                 .last_only = t->config.last_only,
                                 .values = t->batch.values,
                                 .classes = t->batch.classes,
                                 .heads = t->config.heads,
                                 .smoothing = training ? t->config.smoothing : 0.0f,
                                 .stop = t->config.stop};

    memcpy(target.head_size, t->config.head_size, sizeof(target.head_size));
    return target;
}

/* Forward and loss of n samples; dy NULL: evaluation. NaN and t->stopped when it was stopped. */
static double run_batch(struct trainer *t, const struct sample_source *s, const int32_t *index,
                        int n, float *dy, int64_t *count)
{
    struct batch *b = &t->batch;
    struct rng *r = dy ? &t->rng : NULL;
    struct loss_target target = loss_target(t, dy != NULL);
    struct net_input in = {.x = b->x, .ids = b->ids, .lengths = b->lengths};
    const float *y;
    double loss;

    *count = 0;
    s->fill(s->ctx, b, index, n, r);
    in.T = b->T;
    in.B = b->B;
    y = net_forward(t->work, t->net, &in, r);
    t->stopped = !y;
    if (!y)
        return NAN;
    if (!dy && t->config.by_error && target.heads > 0) {
        int64_t known;

        t->wrong += loss_heads_wrong(&known, &target, y, b->lengths, b->T, b->B, b->O);
        t->known += known;
    }
    loss = loss_eval(dy, count, &target, y, b->lengths, b->T, b->B, b->O);
    t->stopped = stop_asked(t->config.stop);
    return t->stopped ? NAN : loss;
}

/* Returns false when it was stopped. Then nothing in a snapshot has changed except the
 * generator. */
static bool train_batch(struct trainer *t)
{
    int k = t->batch_order ? t->batch_order[t->position] : t->position;
    int64_t start = (int64_t)k * t->config.batch_size, count;
    int64_t left = t->train.num_samples - start;
    int n = left < t->config.batch_size ? (int)left : t->config.batch_size;
    double loss = run_batch(t, &t->train, t->order + start, n, t->dy, &count);

    if (t->stopped)
        return false;
    if (count) {
        trainer_clear_gradient(t);
        t->stopped = !net_backward(t->work, t->net, t->dy, t->grad);
        if (t->stopped)
            return false;
    }
    t->last_batch_loss = loss;
    t->loss_sum += loss * (double)count;
    t->loss_count += count;
    t->samples += n;
    if (count) /* in a batch without known targets, momentum alone must not move the weights */
        trainer_update(t);
    return true;
}

double trainer_evaluate(struct trainer *t, const struct sample_source *s)
{
    double sum = 0;
    int64_t all = 0;

    t->wrong = t->known = 0;
    t->stopped = false;
    if (s->num_samples < 1 || s->T_max > t->T_max)
        return NAN;
    for (int i = 0; i < s->num_samples;) {
        int n = s->num_samples - i < t->eval_size ? s->num_samples - i : t->eval_size;
        int64_t count;
        double loss;

        for (int j = 0; j < n; j++)
            t->eval[j] = i + j;
        loss = run_batch(t, s, t->eval, n, NULL, &count);
        if (t->stopped)
            return NAN;
        sum += loss * (double)count;
        all += count;
        i += n;
    }
    return all ? sum / (double)all : NAN;
}

/* Whether the last validation is the best so far. */
static bool better(struct trainer *t, double valid)
{
    bool by_error = t->config.by_error && t->valid.num_samples && t->known > 0;
    double v = by_error ? (double)t->wrong / (double)t->known : valid;

    if (!(by_error ? v <= t->best_loss : v < t->best_loss))
        return false;
    t->best_loss = v;
    return true;
}

/* Returns false when the validation was stopped, and still has to be done. */
static bool end_epoch(struct trainer *t)
{
    double loss = t->loss_count ? t->loss_sum / (double)t->loss_count : 0.0;
    double valid = t->valid.num_samples ? trainer_evaluate(t, &t->valid) : NAN;

    if (t->stopped)
        return false;
    t->history[t->epoch] = loss;
    t->history_valid[t->epoch] = valid;
    t->epoch++;
    t->position = 0;
    t->epoch_end = true;
    if (better(t, valid)) {
        t->bad_epochs = 0;
        t->has_best = t->best != NULL;
        if (t->best)
            memcpy(t->best, net_params(t->net), net_num_params(t->net) * sizeof(float));
    } else {
        t->bad_epochs++;
    }
    return true;
}

static bool is_over(const struct trainer *t)
{
    bool stuck = t->valid.num_samples && t->config.patience && t->bad_epochs >= t->config.patience;

    return t->position == 0 && (t->epoch >= t->config.epochs || stuck);
}

static void finish(struct trainer *t)
{
    if (t->has_best) {
        memcpy(net_params(t->net), t->best, net_num_params(t->net) * sizeof(float));
        net_touch(t->net);
    }
    t->done = true;
}

/* Runs one batch. Returns false when it was stopped. */
static bool try_batch(struct trainer *t)
{
    struct rng before = t->rng;
    double sum = t->loss_sum;
    int64_t count = t->loss_count;
    bool first = t->position == 0;

    if (first)
        start_epoch(t);
    if (train_batch(t)) {
        t->position++;
        return true;
    }
    t->rng = before;
    t->loss_sum = sum;
    t->loss_count = count;
    if (first)
        restore_orders(t);
    return false;
}

enum trainer_event trainer_step(struct trainer *t)
{
    t->epoch_end = t->stopped = false;
    if (!t->done && is_over(t))
        finish(t);
    if (t->done)
        return TRAINER_DONE;
    if (t->position < t->num_batches && !try_batch(t))
        return TRAINER_STOPPED;
    if (t->position < t->num_batches)
        return TRAINER_BATCH;
    return end_epoch(t) ? TRAINER_EPOCH : TRAINER_STOPPED;
}

bool trainer_stopped(const struct trainer *t)
{
    return t->stopped;
}

void trainer_progress(struct fit_progress *out, const struct trainer *t)
{
    double total = (double)t->config.epochs * t->num_batches;
    double running = t->loss_count ? t->loss_sum / (double)t->loss_count : NAN;

    *out = (struct fit_progress){
        .epoch = t->epoch,
        .epochs = t->config.epochs,
        .fraction = t->done ? 1.0 : ((double)t->epoch * t->num_batches + t->position) / total,
        .loss = t->epoch ? t->history[t->epoch - 1] : running,
        .validation_loss = t->epoch ? t->history_valid[t->epoch - 1] : NAN,
        .samples = t->samples,
        .epoch_end = t->epoch_end,
    };
}

int trainer_history(const struct trainer *t, const double **loss, const double **validation)
{
    *loss = t->history;
    *validation = t->history_valid;
    return t->epoch;
}

double trainer_last_batch_loss(const struct trainer *t)
{
    return t->last_batch_loss;
}

/* trainer_update.c - from the gradient to the next weights: the rows that change, the norm, the
 * learning rate, the step. */
#include "core/base/row.h"
#include "core/nn/kernels.h"
#include "core/nn/trainer_impl.h"

#include <math.h>
#include <string.h>

static size_t row_width(const struct trainer *t)
{
    return (size_t)net_get_config(t->net)->input_size;
}

/* Where the embedding, the first tensor, ends. */
static size_t dense_part(const struct trainer *t)
{
    return t->rows ? (size_t)net_get_config(t->net)->vocab_size * row_width(t) : 0;
}

static void note_rows(struct trainer *t)
{
    int F = net_get_config(t->net)->features > 1 ? net_get_config(t->net)->features : 1;
    const struct batch *b = &t->batch;
    size_t n = (size_t)b->T * b->B * F;

    for (size_t i = 0; i < n; i++) {
        int32_t id = b->ids[i];

        if (id < 0 || t->seen[id])
            continue;
        t->seen[id] = 1;
        t->rows[t->num_rows++] = id;
    }
    for (int i = 0; i < t->num_rows; i++)
        t->seen[t->rows[i]] = 0;
}

void trainer_clear_gradient(struct trainer *t)
{
    size_t dense = dense_part(t), width = row_width(t);

    t->num_rows = 0;
    if (t->rows)
        note_rows(t);
    for (int i = 0; i < t->num_rows; i++)
        memset(row(t->grad, t->rows[i], width), 0, width * sizeof(float));
    memset(t->grad + dense, 0, (net_num_params(t->net) - dense) * sizeof(float));
}

/* clip_grad_norm() over the parts that this batch has. */
static void clip(struct trainer *t)
{
    const struct kernels *k = kernels_get();
    size_t dense = dense_part(t), width = row_width(t), P = net_num_params(t->net);
    double limit = (double)t->config.gradient_clip, sum, factor;

    if (!t->rows) {
        clip_grad_norm(t->grad, P, limit);
        return;
    }
    sum = k->sum_squares(t->grad + dense, P - dense);
    for (int i = 0; i < t->num_rows; i++)
        sum += k->sum_squares(row(t->grad, t->rows[i], width), width);
    factor = limit / (sqrt(sum) + 1e-6);
    if (factor >= 1.0)
        return;
    k->scale(t->grad + dense, (float)factor, P - dense);
    for (int i = 0; i < t->num_rows; i++)
        k->scale(row(t->grad, t->rows[i], width), (float)factor, width);
}

static float learning_rate(const struct trainer *t)
{
    double total = (double)t->config.epochs * t->num_batches;
    double at = (double)t->epoch * t->num_batches + t->position;
    double rate = (double)t->config.optim.learning_rate, rise = (double)t->config.warm_up * total;

    if (at < rise)
        return (float)(rate * (at + 1) / (rise + 1));
    at = (at - rise) / (total - rise);
    if (t->config.schedule == LR_COSINE)
        rate *= 0.5 * (1.0 + cos(M_PI * at));
    else if (t->config.schedule == LR_LINEAR)
        rate *= 1.0 - at;
    return (float)rate;
}

void trainer_update(struct trainer *t)
{
    if (t->config.gradient_clip > 0.0f)
        clip(t);
    t->optim.config.learning_rate = learning_rate(t);
    if (t->rows)
        optim_step_rows(&t->optim, net_params(t->net), t->grad, t->rows, t->num_rows, row_width(t),
                        dense_part(t));
    else
        optim_step(&t->optim, net_params(t->net), t->grad);
    net_touch(t->net);
}

/* optim.c - SGD, Adam, AdamW and gradient clipping: see <lstm/optim.h>. */
#include "core/base/size.h"
#include "core/nn/kernels.h"

#include <lstm/optim.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static bool in_range(float v, float lo, float hi)
{
    return v >= lo && v <= hi; /* false for NaN */
}

static enum status config_check(const struct optim_config *c, struct err *e)
{
    if (c->kind != OPTIM_SGD && c->kind != OPTIM_ADAM && c->kind != OPTIM_ADAMW)
        return err_set(e, ST_INVALID, "optimizer %d does not exist", (int)c->kind);
    if (!in_range(c->learning_rate, 0.0f, 1e6f))
        return err_set(e, ST_INVALID, "learning_rate is %g; it must be a number from 0 to 1e6",
                       (double)c->learning_rate);
    if (!in_range(c->momentum, 0.0f, 1.0f))
        return err_set(e, ST_INVALID, "momentum is %g; it must be a number from 0 to 1",
                       (double)c->momentum);
    if (!in_range(c->weight_decay, 0.0f, 1e6f))
        return err_set(e, ST_INVALID, "weight_decay is %g; it must be a number from 0 to 1e6",
                       (double)c->weight_decay);
    if (!in_range(c->beta1, 0.0f, 1.0f) || !in_range(c->beta2, 0.0f, 1.0f) || c->beta1 == 1.0f ||
        c->beta2 == 1.0f)
        return err_set(e, ST_INVALID, "betas are %g and %g; they must be from 0 to below 1",
                       (double)c->beta1, (double)c->beta2);
    if (!in_range(c->epsilon, 0.0f, 1.0f))
        return err_set(e, ST_INVALID, "epsilon is %g; it must be a number from 0 to 1",
                       (double)c->epsilon);
    return ST_OK;
}

enum status optim_init(struct optim *o, const struct optim_config *c, size_t n, struct err *e)
{
    enum status st = config_check(c, e);
    bool first = c->kind != OPTIM_SGD || c->momentum > 0.0f;
    bool second = c->kind != OPTIM_SGD;
    size_t bytes = size_mul(n ? n : 1, sizeof(float));

    *o = (struct optim){.config = *c, .n = n};
    if (st)
        return st;
    if (first)
        o->m = block_new(bytes);
    if (second)
        o->v = block_new(bytes);
    if ((first && !o->m) || (second && !o->v)) {
        optim_release(o);
        return err_nomem(e, bytes);
    }
    return ST_OK;
}

void optim_release(struct optim *o)
{
    block_free(o->m);
    block_free(o->v);
    o->m = o->v = NULL;
}

static struct adam_args adam_args(const struct optim *o)
{
    const struct optim_config *c = &o->config;
    double beta1 = c->beta1 > 0.0f ? (double)c->beta1 : 0.9;
    double beta2 = c->beta2 > 0.0f ? (double)c->beta2 : 0.999;
    double t = (double)o->step;
    bool decoupled = c->kind == OPTIM_ADAMW;

    return (struct adam_args){
        .beta1 = (float)beta1,
        .one_minus_beta1 = (float)(1.0 - beta1),
        .beta2 = (float)beta2,
        .one_minus_beta2 = (float)(1.0 - beta2),
        .step_size = (float)((double)c->learning_rate / (1.0 - pow(beta1, t))),
        .inv_sqrt_bc2 = (float)(1.0 / sqrt(1.0 - pow(beta2, t))),
        .epsilon = c->epsilon > 0.0f ? c->epsilon : 1e-8f,
        .weight_decay = decoupled ? 0.0f : c->weight_decay,
        .shrink =
            decoupled ? (float)(1.0 - (double)c->learning_rate * (double)c->weight_decay) : 1.0f,
    };
}

static void adam_step(struct optim *o, float *w, const float *grad)
{
    struct adam_args a = adam_args(o);

    kernels_get()->adam(w, o->m, o->v, grad, o->n, &a);
}

void optim_step_rows(struct optim *o, float *w, const float *grad, const int32_t *rows,
                     int num_rows, size_t width, size_t dense)
{
    const struct kernels *k = kernels_get();
    struct adam_args a;

    o->step++;
    a = adam_args(o);
    for (int i = 0; i < num_rows; i++) {
        size_t at = (size_t)rows[i] * width;

        k->adam(w + at, o->m + at, o->v + at, grad + at, width, &a);
    }
    k->adam(w + dense, o->m + dense, o->v + dense, grad + dense, o->n - dense, &a);
}

void optim_step(struct optim *o, float *w, const float *grad)
{
    const struct optim_config *c = &o->config;

    o->step++;
    if (c->kind == OPTIM_SGD)
        kernels_get()->sgd(w, o->m, grad, o->n, c->learning_rate, c->momentum, c->weight_decay);
    else
        adam_step(o, w, grad);
}

double clip_grad_norm(float *grad, size_t n, double max_norm)
{
    const struct kernels *k = kernels_get();
    double norm = sqrt(k->sum_squares(grad, n));
    double factor = max_norm / (norm + 1e-6);

    /* The negation lets a NaN through, as torch does. */
    if (max_norm > 0 && !(factor >= 1.0))
        k->scale(grad, (float)factor, n);
    return norm;
}

/* context_io.c - a context model in a checkpoint and back. */
#include "core/nn/half.h"
#include "core/tagging/context_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char keys_name[] = "context.keys", weight_name[] = "context.weight";

bool context_owns(const char *tensor)
{
    return strcmp(tensor, keys_name) == 0 || strcmp(tensor, weight_name) == 0;
}

void context_halve(struct context *c)
{
    for (int64_t i = 0; i < context_num_params(c); i++) {
        float v = half_to_float(half_of_float(c->weights[i]));

        c->weights[i] = isfinite(v) ? v : c->weights[i];
    }
}

enum status context_save(struct checkpoint *to, const struct context *c, struct err *e)
{
    int64_t shape[2], n = context_num_params(c);
    uint16_t *halves;
    enum status st;

    if (!c)
        return ST_OK;
    shape[0] = c->rows.count;
    shape[1] = c->outputs;
    halves = malloc((size_t)n * sizeof(*halves) + 1);
    st = halves ? ST_OK : err_nomem(e, (size_t)n * sizeof(*halves));
    for (int64_t i = 0; !st && i < n; i++)
        halves[i] = half_of_float(c->weights[i]);
    if (!st)
        st = checkpoint_add(to, keys_name, CKPT_I32, shape, 1, c->rows.keys, e);
    if (!st)
        st = checkpoint_add(to, weight_name, CKPT_F16, shape, 2, halves, e);
    free(halves);
    return st;
}

/* The tensor of that name, when it is there. */
static bool look_up(struct checkpoint_tensor *out, const struct checkpoint *c, const char *name)
{
    for (int i = 0; i < checkpoint_num_tensors(c); i++) {
        checkpoint_tensor(out, c, i);
        if (strcmp(out->name, name) == 0)
            return true;
    }
    return false;
}

static enum status load_keys(struct context *c, const struct checkpoint_tensor *t, struct err *e)
{
    const uint32_t *keys = t->data;
    enum status st = ST_OK;

    for (int32_t i = 0; !st && i < t->shape[0]; i++) {
        int32_t row;

        st = keyset_add(&row, &c->rows, keys[i], e);
        if (!st && (row != i || keys[i] == 0))
            st = err_set(e, ST_CORRUPT, "checkpoint: entry %d of %s is 0 or there twice", i,
                         keys_name);
    }
    return st;
}

static enum status load_weights(struct context *c, const struct checkpoint_tensor *t, struct err *e)
{
    const uint16_t *halves = t->data;
    size_t n = (size_t)context_num_params(c);

    c->weights = calloc(n + 1, sizeof(*c->weights));
    if (!c->weights)
        return err_nomem(e, n * sizeof(*c->weights));
    for (size_t i = 0; i < n; i++) {
        c->weights[i] = half_to_float(halves[i]);
        if (!isfinite(c->weights[i]))
            return err_set(e, ST_CORRUPT, "checkpoint: number %zu of %s is not finite", i,
                           weight_name);
    }
    return ST_OK;
}

enum status context_load(struct context **out, const struct checkpoint *from,
                         const int size[TAG_COLUMNS], struct err *e)
{
    struct checkpoint_tensor keys, weights;
    struct context *c;
    int64_t shape[2];
    enum status st;

    if (!look_up(&keys, from, keys_name))
        return ST_OK;
    if (keys.dtype != CKPT_I32 || keys.ndim != 1 || keys.shape[0] > CONTEXT_ROWS_MAX)
        return err_set(e, ST_CORRUPT, "checkpoint: %s is no list of at most %d integers", keys_name,
                       CONTEXT_ROWS_MAX);
    c = calloc(1, sizeof(*c));
    if (!c)
        return err_nomem(e, sizeof(*c));
    for (int k = 0; k < TAG_COLUMNS; k++) {
        c->size[k] = size[k];
        c->outputs += size[k];
    }
    shape[0] = keys.shape[0];
    shape[1] = c->outputs;
    st = checkpoint_find(&weights, from, weight_name, CKPT_F16, shape, 2, e);
    if (!st)
        st = load_keys(c, &keys, e);
    if (!st)
        st = load_weights(c, &weights, e);
    if (st)
        context_free(c);
    else
        *out = c;
    return st;
}

/* context_io.c - a context model in a checkpoint and back. */
#include "core/tagging/context.h"
#include "core/tagging/context_impl.h"

#include <stdlib.h>
#include <string.h>

enum { ZERO = 128 };    /* the byte of a weight of 0 */
#define SCALE_MAX 1e30F /* sums of weights of this size are still finite */

static const char keys_name[] = "context.keys", scale_name[] = "context.scale",
                  weight_name[] = "context.weight";

bool context_owns(const char *tensor)
{
    return strcmp(tensor, keys_name) == 0 || strcmp(tensor, scale_name) == 0 ||
           strcmp(tensor, weight_name) == 0;
}

enum status context_save(struct checkpoint *to, const struct context *c, struct err *e)
{
    int64_t shape[2], n = context_num_params(c);
    uint8_t *bytes;
    enum status st;

    if (!c)
        return ST_OK;
    shape[0] = c->rows.count;
    shape[1] = c->outputs;
    bytes = malloc((size_t)n + 1);
    st = bytes ? ST_OK : err_nomem(e, (size_t)n);
    for (int64_t i = 0; !st && i < n; i++)
        bytes[i] = (uint8_t)(c->weights[i] + ZERO);
    if (!st)
        st = checkpoint_add(to, keys_name, CKPT_I32, shape, 1, c->rows.keys, e);
    if (!st)
        st = checkpoint_add(to, scale_name, CKPT_F32, shape, 1, c->scale, e);
    if (!st)
        st = checkpoint_add(to, weight_name, CKPT_U8, shape, 2, bytes, e);
    free(bytes);
    return st;
}

static enum status load_keys(struct context *c, const struct checkpoint_tensor *t, struct err *e)
{
    const uint32_t *keys = t->data;
    enum status st = ST_OK;

    for (int32_t i = 0; !st && i < t->shape[0]; i++) {
        int32_t row;

        st = feature_index_add(&row, &c->rows, keys[i], e);
        if (!st && (row != i || keys[i] == 0))
            st = err_set(e, ST_CORRUPT, "checkpoint: entry %d of %s is 0 or there twice", i,
                         keys_name);
    }
    return st;
}

static enum status load_weights(struct context *c, const struct checkpoint *from, struct err *e)
{
    int64_t shape[2] = {c->rows.count, c->outputs};
    struct checkpoint_tensor scale, weights;
    enum status st = checkpoint_find(&scale, from, scale_name, CKPT_F32, shape, 1, e);

    if (!st)
        st = checkpoint_find(&weights, from, weight_name, CKPT_U8, shape, 2, e);
    if (!st)
        st = context_room(c, e);
    if (st)
        return st;
    memcpy(c->scale, scale.data, scale.size);
    for (int32_t i = 0; i < c->rows.count; i++)
        if (!(c->scale[i] >= 0 && c->scale[i] < SCALE_MAX))
            return err_set(e, ST_CORRUPT, "checkpoint: number %d of %s is not from 0 to %g", i,
                           scale_name, (double)SCALE_MAX);
    for (size_t i = 0; i < weights.size; i++) {
        int w = ((const uint8_t *)weights.data)[i] - ZERO;

        c->weights[i] = (int8_t)(w < -127 ? -127 : w);
    }
    return ST_OK;
}

enum status context_load(struct context **out, const struct checkpoint *from,
                         const int size[TAG_COLUMNS], struct err *e)
{
    struct checkpoint_tensor keys;
    struct context *c;
    enum status st;

    if (!checkpoint_look_up(&keys, from, keys_name))
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
    st = load_keys(c, &keys, e);
    if (!st)
        st = load_weights(c, from, e);
    if (st)
        context_free(c);
    else
        *out = c;
    return st;
}

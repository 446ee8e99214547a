/* checkpoint_net.c - a net's tensors and configuration in a checkpoint, and back. */
#include "core/base/half.h"
#include "core/checkpoint/checkpoint_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 160 };

static enum status join(char out[NAME_MAX_BYTES], const char *prefix, const char *name,
                        struct err *e)
{
    int n = snprintf(out, NAME_MAX_BYTES, "%s%s", prefix, name);

    if (n < 0 || n >= NAME_MAX_BYTES)
        return err_set(e, ST_INVALID, "checkpoint: the name %s%s is too long", prefix, name);
    return ST_OK;
}

static bool is_embedding(const struct net_tensor *t)
{
    return strcmp(t->name, "embedding.weight") == 0;
}

static bool fits_half(const float *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (half_to_float(half_of_float(v[i])) != v[i])
            return false;
    }
    return true;
}

static enum status add_halves(struct checkpoint *c, const char *name, const struct net_tensor *t,
                              const float *v, struct err *e)
{
    uint16_t *halves = malloc(t->count * sizeof(*halves));
    enum status st = halves ? ST_OK : err_nomem(e, t->count * sizeof(*halves));

    for (size_t i = 0; !st && i < t->count; i++)
        halves[i] = half_of_float(v[i]);
    if (!st)
        st = checkpoint_add(c, name, CKPT_F16, t->shape, t->ndim, halves, e);
    free(halves);
    return st;
}

enum status checkpoint_add_net(struct checkpoint *c, const char *prefix, const struct net *n,
                               struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < net_num_tensors(n); i++) {
        const struct net_tensor *t = net_tensor(n, i);
        const float *v = net_params_const(n) + t->offset;
        char name[NAME_MAX_BYTES];

        st = join(name, prefix, t->name, e);
        if (!st && is_embedding(t) && fits_half(v, t->count))
            st = add_halves(c, name, t, v, e);
        else if (!st)
            st = checkpoint_add(c, name, CKPT_F32, t->shape, t->ndim, v, e);
    }
    return st;
}

/* Finds the tensor as F32, or as another float of the same shape. */
static enum status find_float(struct checkpoint_tensor *out, const struct checkpoint *c,
                              const char *name, const struct net_tensor *t, struct err *e)
{
    int32_t at = strmap_get(&c->tensor_index, name);
    enum checkpoint_dtype dtype = at >= 0 ? c->tensors[at].dtype : CKPT_F32;

    if (dtype != CKPT_F64 && dtype != CKPT_F16 && dtype != CKPT_BF16)
        dtype = CKPT_F32;
    return checkpoint_find(out, c, name, dtype, t->shape, t->ndim, e);
}

static void load_floats(float *out, const struct checkpoint_tensor *t, size_t count)
{
    if (t->dtype == CKPT_F32) {
        memcpy(out, t->data, count * sizeof(*out));
        return;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = t->dtype == CKPT_F64   ? (float)((const double *)t->data)[i]
                 : t->dtype == CKPT_F16 ? half_to_float(((const uint16_t *)t->data)[i])
                                        : bfloat_to_float(((const uint16_t *)t->data)[i]);
}

/* Whether the net has a tensor of this name. Nets have few tensors. */
static bool knows(const struct net *n, const char *name)
{
    for (int i = 0; i < net_num_tensors(n); i++) {
        if (strcmp(net_tensor(n, i)->name, name) == 0)
            return true;
    }
    return false;
}

static enum status refuse_unknown(const struct net *n, const struct checkpoint *c,
                                  const char *prefix, struct err *e)
{
    size_t skip = strlen(prefix);

    for (int i = 0; i < c->num_tensors; i++) {
        const char *name = c->tensors[i].name;

        if (strncmp(name, prefix, skip) == 0 && !knows(n, name + skip))
            return err_set(e, ST_CORRUPT,
                           "checkpoint: tensor \"%.100s\" does not belong to this model", name);
    }
    return ST_OK;
}

enum status checkpoint_get_net(struct net *n, const struct checkpoint *c, const char *prefix,
                               bool strict, struct err *e)
{
    enum status st = ST_OK;

    /* All checks come before the copy, so that an error leaves the net as it was. */
    for (int pass = 0; !st && pass < 2; pass++) {
        for (int i = 0; !st && i < net_num_tensors(n); i++) {
            const struct net_tensor *t = net_tensor(n, i);
            struct checkpoint_tensor found = {0};
            char name[NAME_MAX_BYTES];

            st = join(name, prefix, t->name, e);
            if (!st)
                st = find_float(&found, c, name, t, e);
            if (!st && pass == 1)
                load_floats(net_params(n) + t->offset, &found, t->count);
        }
        if (!st && pass == 0 && strict)
            st = refuse_unknown(n, c, prefix, e);
    }
    if (!st)
        net_touch(n);
    return st;
}

enum status checkpoint_check_finite(const struct net *n, struct err *e)
{
    for (int i = 0; i < net_num_tensors(n); i++) {
        const struct net_tensor *t = net_tensor(n, i);
        const float *w = net_params_const(n) + t->offset;

        for (size_t k = 0; k < t->count; k++) {
            if (!isfinite(w[k]))
                return err_set(e, ST_CORRUPT,
                               "checkpoint: element %zu of tensor \"%s\" is not a finite number", k,
                               t->name);
        }
    }
    return ST_OK;
}

enum status checkpoint_check_net_config(const struct net_config *nc, struct err *e)
{
    if (net_config_check(nc, e) == ST_OK)
        return ST_OK;
    err_wrap(e, "checkpoint");
    if (e)
        e->status = ST_CORRUPT;
    return ST_CORRUPT;
}

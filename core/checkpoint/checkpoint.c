/* checkpoint.c - the container: named tensors and metadata strings, in order, found by name. */
#include "core/checkpoint/checkpoint_internal.h"

#include <lstm/utf8.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const checkpoint_dtype_names[CHECKPOINT_DTYPES] = {
    [CKPT_F32] = "F32", [CKPT_F64] = "F64", [CKPT_I32] = "I32",   [CKPT_I64] = "I64",
    [CKPT_U8] = "U8",   [CKPT_F16] = "F16", [CKPT_BF16] = "BF16",
};
const size_t checkpoint_dtype_sizes[CHECKPOINT_DTYPES] = {
    [CKPT_F32] = 4, [CKPT_F64] = 8, [CKPT_I32] = 4,  [CKPT_I64] = 8,
    [CKPT_U8] = 1,  [CKPT_F16] = 2, [CKPT_BF16] = 2,
};

enum status checkpoint_new(struct checkpoint **out, struct err *e)
{
    struct checkpoint *c = calloc(1, sizeof(*c));

    if (!c)
        return err_nomem(e, sizeof(*c));
    *out = c;
    return ST_OK;
}

void checkpoint_free(struct checkpoint *c)
{
    if (!c)
        return;
    for (int i = 0; i < c->num_tensors; i++) {
        free(c->tensors[i].name);
        free(c->tensors[i].data);
    }
    for (int i = 0; i < c->num_pairs; i++) {
        free(c->pairs[i].key);
        free(c->pairs[i].value);
    }
    strmap_release(&c->tensor_index);
    strmap_release(&c->pair_index);
    free(c->tensors);
    free(c->pairs);
    free(c);
}

bool checkpoint_tensor_bytes(size_t *out, enum checkpoint_dtype dtype, const int64_t *shape,
                             int ndim)
{
    size_t n = checkpoint_dtype_sizes[dtype];

    for (int i = 0; i < ndim; i++) {
        if (shape[i] < 0 || __builtin_mul_overflow(n, (uint64_t)shape[i], &n))
            return false;
    }
    *out = n;
    return n <= PTRDIFF_MAX;
}

/* Makes room for one more element after `count` of them, size bytes each, by doubling. */
static enum status make_room(void **array, int *capacity, int count, size_t size, struct err *e)
{
    int want = *capacity ? 2 * *capacity : 16;
    void *p;

    if (count < *capacity)
        return ST_OK;
    p = realloc(*array, (size_t)want * size);
    if (!p)
        return err_nomem(e, (size_t)want * size);
    *array = p;
    *capacity = want;
    return ST_OK;
}

enum status checkpoint_push_tensor(struct ckpt_tensor **out, struct checkpoint *c, char *name,
                                   struct err *e)
{
    enum status st = ST_OK;

    if (strmap_get(&c->tensor_index, name) >= 0)
        st = err_set(e, ST_INVALID, "checkpoint: tensor \"%.100s\" is there twice", name);
    else if (c->num_tensors >= CHECKPOINT_TENSORS_MAX)
        st = err_set(e, ST_INVALID, "checkpoint: more than %d tensors", CHECKPOINT_TENSORS_MAX);
    if (!st)
        st = make_room((void **)&c->tensors, &c->cap_tensors, c->num_tensors, sizeof(*c->tensors),
                       e);
    if (!st)
        st = strmap_put(&c->tensor_index, name, c->num_tensors, e);
    if (st) {
        free(name);
        return st;
    }
    *out = &c->tensors[c->num_tensors++];
    **out = (struct ckpt_tensor){.name = name};
    return ST_OK;
}

enum status checkpoint_push_pair(struct checkpoint *c, char *key, char *value, struct err *e)
{
    enum status st = ST_OK;

    if (strmap_get(&c->pair_index, key) >= 0)
        st = err_set(e, ST_INVALID, "checkpoint: metadata \"%.100s\" is there twice", key);
    else if (c->num_pairs >= CHECKPOINT_TENSORS_MAX)
        st = err_set(e, ST_INVALID, "checkpoint: more than %d metadata entries",
                     CHECKPOINT_TENSORS_MAX);
    if (!st)
        st = make_room((void **)&c->pairs, &c->cap_pairs, c->num_pairs, sizeof(*c->pairs), e);
    if (!st)
        st = strmap_put(&c->pair_index, key, c->num_pairs, e);
    if (st) {
        free(key);
        free(value);
        return st;
    }
    c->pairs[c->num_pairs++] = (struct ckpt_pair){.key = key, .value = value};
    return ST_OK;
}

static enum status check_add(size_t *size, const char *name, enum checkpoint_dtype dtype,
                             const int64_t *shape, int ndim, struct err *e)
{
    if (!name[0] || strcmp(name, CHECKPOINT_METADATA) == 0 || !utf8_valid(name, strlen(name)))
        return err_set(e, ST_INVALID, "checkpoint: \"%.100s\" cannot be the name of a tensor",
                       utf8_valid(name, strlen(name)) ? name : "?");
    if ((unsigned)dtype >= CHECKPOINT_DTYPES || ndim < 0 || ndim > 2)
        return err_set(e, ST_INVALID,
                       "checkpoint: tensor \"%.100s\" has dtype %d and %d dimensions", name,
                       (int)dtype, ndim);
    if (!checkpoint_tensor_bytes(size, dtype, shape, ndim))
        return err_set(e, ST_INVALID, "checkpoint: tensor \"%.100s\" has an impossible shape",
                       name);
    return ST_OK;
}

enum status checkpoint_add(struct checkpoint *c, const char *name, enum checkpoint_dtype dtype,
                           const int64_t *shape, int ndim, const void *data, struct err *e)
{
    struct ckpt_tensor *t = NULL;
    size_t size = 0;
    char *copy, *own;
    enum status st = check_add(&size, name, dtype, shape, ndim, e);

    if (st)
        return st;
    copy = malloc(size ? size : 1);
    if (!copy)
        return err_nomem(e, size);
    own = strdup(name);
    if (!own) {
        free(copy);
        return err_nomem(e, strlen(name));
    }
    st = checkpoint_push_tensor(&t, c, own, e);
    if (st || !t) {
        free(copy);
        return st;
    }
    if (size)
        memcpy(copy, data, size);
    t->data = copy;
    t->size = size;
    t->dtype = dtype;
    t->ndim = ndim;
    for (int i = 0; i < ndim; i++)
        t->shape[i] = shape[i];
    return ST_OK;
}

enum status checkpoint_set(struct checkpoint *c, const char *key, const char *value, struct err *e)
{
    char *k, *v;
    int32_t at;

    if (!utf8_valid(key, strlen(key)))
        return err_set(e, ST_INVALID, "checkpoint: a metadata key is not valid UTF-8");
    if (!utf8_valid(value, strlen(value)))
        return err_set(e, ST_INVALID, "checkpoint: metadata \"%.100s\" is not valid UTF-8", key);
    v = strdup(value);
    if (!v)
        return err_nomem(e, strlen(value));
    at = strmap_get(&c->pair_index, key);
    if (at >= 0) {
        free(c->pairs[at].value);
        c->pairs[at].value = v;
        return ST_OK;
    }
    k = strdup(key);
    if (!k) {
        free(v);
        return err_nomem(e, strlen(key));
    }
    return checkpoint_push_pair(c, k, v, e);
}

const char *checkpoint_get(const struct checkpoint *c, const char *key)
{
    int32_t at = strmap_get(&c->pair_index, key);

    return at < 0 ? NULL : c->pairs[at].value;
}

int checkpoint_num_metadata(const struct checkpoint *c)
{
    return c->num_pairs;
}

void checkpoint_metadata(const struct checkpoint *c, int i, const char **key, const char **value)
{
    *key = c->pairs[i].key;
    *value = c->pairs[i].value;
}

int checkpoint_num_tensors(const struct checkpoint *c)
{
    return c->num_tensors;
}

void checkpoint_tensor(struct checkpoint_tensor *out, const struct checkpoint *c, int i)
{
    const struct ckpt_tensor *t = &c->tensors[i];

    *out = (struct checkpoint_tensor){.name = t->name,
                                      .dtype = t->dtype,
                                      .ndim = t->ndim,
                                      .shape = {t->shape[0], t->shape[1]},
                                      .data = t->data,
                                      .size = t->size};
}

void checkpoint_shape_text(char out[CHECKPOINT_SHAPE_TEXT], enum checkpoint_dtype dtype,
                           const int64_t *shape, int ndim)
{
    const char *d = checkpoint_dtype_names[dtype];

    if (ndim == 0)
        snprintf(out, CHECKPOINT_SHAPE_TEXT, "%s ()", d);
    else if (ndim == 1)
        snprintf(out, CHECKPOINT_SHAPE_TEXT, "%s (%lld)", d, (long long)shape[0]);
    else
        snprintf(out, CHECKPOINT_SHAPE_TEXT, "%s (%lld,%lld)", d, (long long)shape[0],
                 (long long)shape[1]);
}

bool checkpoint_look_up(struct checkpoint_tensor *out, const struct checkpoint *c, const char *name)
{
    int32_t at = strmap_get(&c->tensor_index, name);

    if (at >= 0)
        checkpoint_tensor(out, c, at);
    return at >= 0;
}

enum status checkpoint_find(struct checkpoint_tensor *out, const struct checkpoint *c,
                            const char *name, enum checkpoint_dtype dtype, const int64_t *shape,
                            int ndim, struct err *e)
{
    char is[CHECKPOINT_SHAPE_TEXT], want[CHECKPOINT_SHAPE_TEXT];
    struct checkpoint_tensor t;
    bool same;

    checkpoint_shape_text(want, dtype, shape, ndim);
    if (!checkpoint_look_up(&t, c, name))
        return err_set(e, ST_CORRUPT, "checkpoint: tensor \"%.100s\" is missing; it must be %s",
                       name, want);
    same = t.dtype == dtype && t.ndim == ndim;
    for (int i = 0; same && i < ndim; i++)
        same = t.shape[i] == shape[i];
    if (!same) {
        checkpoint_shape_text(is, t.dtype, t.shape, t.ndim);
        return err_set(e, ST_CORRUPT, "checkpoint: tensor \"%.100s\" is %s; it must be %s", name,
                       is, want);
    }
    *out = t;
    return ST_OK;
}

/* tagger_nets.c - joins the parameter blocks of several nets: see core/tagging/tagger_nets.h. */
#include "core/tagging/tagger_nets.h"

#include <string.h>

struct net_config nets_config(const struct net_config *one, int count)
{
    struct net_config all = *one;

    all.input_size *= count;
    all.hidden_size *= count;
    return all;
}

/* Lengths of the runs of rows and columns into which the tensor of one net is cut. In the joined
 * tensor the runs at the same place of all nets follow each other. 0: the nets share all rows or
 * columns. */
struct parts {
    int rows, columns;
};

static struct parts parts_of(const char *name, const struct net_config *one)
{
    int H = one->hidden_size, I = one->input_size;

    if (strcmp(name, "embedding.weight") == 0)
        return (struct parts){0, I};
    if (strncmp(name, "linear.", 7) == 0)
        return (struct parts){0, H};
    if (strncmp(name, "lstm.weight_ih_l0", 17) == 0)
        return (struct parts){H, I};
    return (struct parts){H, H};
}

/* Where the joined tensor has row or column i of net number `index`. */
static size_t place(int64_t i, int part, int count, int index)
{
    if (!part)
        return (size_t)i;
    return (size_t)((i / part * count + index) * part + i % part);
}

static void add(float *to, const struct net_tensor *all, const float *from,
                const struct net_tensor *one, struct parts parts, int count, int index, float scale)
{
    bool matrix = one->ndim == 2;
    int64_t columns = matrix ? one->shape[1] : 1;
    size_t stride = matrix ? (size_t)all->shape[1] : 1;

    for (int64_t r = 0; r < one->shape[0]; r++) {
        float *row = to + place(r, parts.rows, count, index) * stride;

        for (int64_t c = 0; c < columns; c++)
            row[matrix ? place(c, parts.columns, count, index) : 0] +=
                scale * from[r * columns + c];
    }
}

enum status nets_join(struct net **out, const struct net_config *one, const float *weights,
                      int count, struct err *e)
{
    struct net_config config = nets_config(one, count);
    struct net *all = NULL, *shape = NULL;
    enum status st = net_new(&all, &config, e);

    if (!st)
        st = net_new(&shape, one, e);
    for (int i = 0; !st && i < net_num_tensors(all); i++) {
        const struct net_tensor *to = net_tensor(all, i), *from = net_tensor(shape, i);
        bool mean = strncmp(to->name, "linear.", 7) == 0;

        for (int m = 0; m < count; m++)
            add(net_params(all) + to->offset, to,
                weights + (size_t)m * net_num_params(shape) + from->offset, from,
                parts_of(to->name, one), count, m, mean ? 1.0F / (float)count : 1.0F);
    }
    net_free(shape);
    if (st) {
        net_free(all);
        return st;
    }
    net_touch(all);
    *out = all;
    return ST_OK;
}

static void take(float *to, const struct net_tensor *one, const float *from,
                 const struct net_tensor *all, struct parts parts, int count, int index,
                 float scale)
{
    bool matrix = one->ndim == 2;
    int64_t columns = matrix ? one->shape[1] : 1;
    size_t stride = matrix ? (size_t)all->shape[1] : 1;

    for (int64_t r = 0; r < one->shape[0]; r++) {
        const float *row = from + place(r, parts.rows, count, index) * stride;

        for (int64_t c = 0; c < columns; c++)
            to[r * columns + c] = scale * row[matrix ? place(c, parts.columns, count, index) : 0];
    }
}

enum status nets_take(struct net **out, const struct net *all, const struct net_config *one,
                      int count, int index, struct err *e)
{
    struct net *n = NULL;
    enum status st = net_new(&n, one, e);

    for (int i = 0; !st && i < net_num_tensors(n); i++) {
        const struct net_tensor *to = net_tensor(n, i), *from = net_tensor(all, i);
        bool mean = strcmp(to->name, "linear.weight") == 0;

        take(net_params(n) + to->offset, to, net_params_const(all) + from->offset, from,
             parts_of(to->name, one), count, index, mean ? (float)count : 1.0F);
    }
    if (st)
        return st;
    net_touch(n);
    *out = n;
    return ST_OK;
}

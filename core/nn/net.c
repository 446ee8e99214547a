/* net.c - the configuration and the parameter block of a net: see <lstm/net.h>. */
#include "core/nn/net_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status check_int(const char *name, int v, int min, int max, struct err *e)
{
    if (v < min || v > max)
        return err_set(e, ST_INVALID, "%s is %d; it must be an integer from %d to %d", name, v, min,
                       max);
    return ST_OK;
}

static enum status check_rate(const char *name, float v, struct err *e)
{
    if (v >= 0.0f && v < 1.0f)
        return ST_OK;
    return err_set(e, ST_INVALID, "%s is %g; it must be a number from 0 to below 1", name,
                   (double)v);
}

enum status net_config_check(const struct net_config *c, struct err *e)
{
    enum status st = check_int("vocab_size", c->vocab_size, 0, NET_VOCAB_MAX, e);

    if (!st)
        st = check_int("input_size", c->input_size, 1, NET_INPUT_MAX, e);
    if (!st)
        st = check_int("hidden_size", c->hidden_size, 1, NET_HIDDEN_MAX, e);
    if (!st)
        st = check_int("num_layers", c->num_layers, 1, NET_LAYERS_MAX, e);
    if (!st)
        st = check_int("output_size", c->output_size, 1, NET_OUTPUT_MAX, e);
    if (!st)
        st = check_int("features", c->features, 0, NET_FEATURES_MAX, e);
    if (!st)
        st = check_rate("dropout", c->dropout, e);
    if (!st)
        st = check_rate("input_dropout", c->input_dropout, e);
    if (!st)
        st = check_rate("output_dropout", c->output_dropout, e);
    return st;
}

int64_t net_config_num_parameters(const struct net_config *c)
{
    int64_t D = net_directions(c), H = c->hidden_size, n;

    /* Within the limits of net_config_check() every product is far below 2^62. */
    n = (int64_t)c->vocab_size * c->input_size;
    for (int l = 0; l < c->num_layers; l++)
        n += D * 4 * H * ((l ? D * H : c->input_size) + H + 2);
    return n + (int64_t)c->output_size * (D * H + 1);
}

/* Appends a tensor to the block; returns its offset. cols 0: one dimension. */
static size_t add_tensor(struct net *n, const char *name, int rows, int cols)
{
    struct net_tensor *t = &n->tensor[n->num_tensors++];
    size_t at = n->num_params;

    snprintf(t->name, sizeof(t->name), "%s", name);
    t->ndim = cols ? 2 : 1;
    t->shape[0] = rows;
    t->shape[1] = cols;
    t->offset = at;
    t->count = (size_t)rows * (size_t)(cols ? cols : 1);
    n->num_params += t->count;
    return at;
}

static size_t add_cell_tensor(struct net *n, const char *kind, int l, int d, int rows, int cols)
{
    char name[sizeof(n->tensor[0].name)];

    snprintf(name, sizeof(name), "lstm.%s_l%d%s", kind, l, d ? "_reverse" : "");
    return add_tensor(n, name, rows, cols);
}

static void list_tensors(struct net *n)
{
    const struct net_config *c = &n->config;
    int D = net_directions(c), H = c->hidden_size;

    if (c->vocab_size)
        n->embedding = add_tensor(n, "embedding.weight", c->vocab_size, c->input_size);
    for (int l = 0; l < c->num_layers; l++)
        for (int d = 0; d < D; d++) {
            struct cell_place *p = &n->cell[l * D + d];

            p->K = l ? D * H : c->input_size;
            p->w_ih = add_cell_tensor(n, "weight_ih", l, d, 4 * H, p->K);
            p->w_hh = add_cell_tensor(n, "weight_hh", l, d, 4 * H, H);
            p->b_ih = add_cell_tensor(n, "bias_ih", l, d, 4 * H, 0);
            p->b_hh = add_cell_tensor(n, "bias_hh", l, d, 4 * H, 0);
        }
    n->linear_weight = add_tensor(n, "linear.weight", c->output_size, D * H);
    n->linear_bias = add_tensor(n, "linear.bias", c->output_size, 0);
}

enum status net_new(struct net **out, const struct net_config *c, struct err *e)
{
    enum status st = net_config_check(c, e);
    size_t bytes;
    struct net *n;

    if (st)
        return st;
    n = calloc(1, sizeof(*n));
    if (!n)
        return err_nomem(e, sizeof(*n));
    n->config = *c;
    list_tensors(n);
    bytes = size_mul(n->num_params, sizeof(float));
    n->params = block_new(bytes);
    if (!n->params) {
        free(n);
        return err_nomem(e, bytes);
    }
    *out = n;
    return ST_OK;
}

void net_free(struct net *n)
{
    if (n)
        block_free(n->params);
    free(n);
}

const struct net_config *net_get_config(const struct net *n)
{
    return &n->config;
}

float *net_params(struct net *n)
{
    return n->params;
}

const float *net_params_const(const struct net *n)
{
    return n->params;
}

size_t net_num_params(const struct net *n)
{
    return n->num_params;
}

int net_num_tensors(const struct net *n)
{
    return n->num_tensors;
}

const struct net_tensor *net_tensor(const struct net *n, int i)
{
    return &n->tensor[i];
}

void net_touch(struct net *n)
{
    n->version++;
}

void net_init(struct net *n, struct rng *r)
{
    const struct net_config *c = &n->config;
    float lstm = 1.0f / sqrtf((float)c->hidden_size);
    float linear = 1.0f / sqrtf((float)(c->hidden_size * net_directions(c)));
    float embedding = 1.0f / sqrtf((float)net_features(c));

    for (int i = 0; i < n->num_tensors; i++) {
        const struct net_tensor *t = &n->tensor[i];
        float bound = t->offset < n->linear_weight ? lstm : linear;
        float *p = n->params + t->offset;

        for (size_t k = 0; k < t->count; k++)
            p[k] =
                c->vocab_size && i == 0 ? embedding * rng_normal(r) : rng_uniform(r, -bound, bound);
    }
    net_touch(n);
}

bool net_config_same_shape(const struct net_config *a, const struct net_config *b)
{
    return a->vocab_size == b->vocab_size && a->input_size == b->input_size &&
           a->hidden_size == b->hidden_size && a->num_layers == b->num_layers &&
           a->bidirectional == b->bidirectional && a->output_size == b->output_size &&
           net_features(a) == net_features(b);
}

void net_copy(struct net *to, const struct net *from)
{
    memcpy(to->params, from->params, net_num_params(from) * sizeof(*to->params));
    net_touch(to);
}

/* net_embed.c - turns ids into the first layer's input, and brings its gradient back to the
 * embedding table. */
#include "core/base/half.h"
#include "core/base/row.h"
#include "core/nn/net_impl.h"

#include <math.h>
#include <string.h>

static const int32_t *ids_of(const struct net_work *w, int t, int b)
{
    return w->ids + net_given(w, t, b) * net_features(&w->config);
}

void net_embed_one(float *x, const struct net *n, const struct kernels *k, const int32_t *ids)
{
    size_t I = (size_t)n->config.input_size;
    const float *table = n->params + n->embedding;
    int F = net_features(&n->config);

    if (F == 1) {
        memcpy(x, row(table, ids[0], I), I * sizeof(float));
        return;
    }
    k->sum_rows(x, table, ids, F, I);
}

void net_embed(struct net_work *w, const struct net *n)
{
    size_t I = (size_t)w->config.input_size, work = I * (size_t)net_features(&w->config);
    struct stop_meter m = net_meter(w);

    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t] && !stop_meter_take(&m, work); b++)
            net_embed_one(row(w->x_buf, w->off[t] + b, I), n, w->k, ids_of(w, t, b));
}

void net_embed_backward(struct net_work *w, const struct net *n, float *grad)
{
    size_t I = (size_t)w->config.input_size;
    int F = net_features(&w->config);
    struct stop_meter m = net_meter(w);

    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t] && !stop_meter_take(&m, I * (size_t)F); b++)
            w->k->add_to_rows(grad + n->embedding, row(w->dx, w->off[t] + b, I), ids_of(w, t, b), F,
                              I);
}

void net_halve_embedding(struct net *n)
{
    size_t count = (size_t)n->config.vocab_size * (size_t)n->config.input_size;
    float *v = n->params + n->embedding;

    for (size_t i = 0; i < count; i++) {
        if (!isfinite(half_to_float(half_of_float(v[i]))))
            return;
    }
    for (size_t i = 0; i < count; i++)
        v[i] = half_to_float(half_of_float(v[i]));
    net_touch(n);
}

/* net_embed.c - owns the way from ids to the first layer's input and back, and the drawing of dropout. */
#include "core/nn/half.h"
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
        memcpy(x, table + (size_t)ids[0] * I, I * sizeof(float));
        return;
    }
    memset(x, 0, I * sizeof(float));
    for (int f = 0; f < F; f++)
        if (ids[f] >= 0)
            k->add(x, table + (size_t)ids[f] * I, I);
}

void net_embed(struct net_work *w, const struct net *n)
{
    size_t I = (size_t)w->config.input_size;

    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t]; b++)
            net_embed_one(w->x_buf + (size_t)(w->off[t] + b) * I, n, w->k, ids_of(w, t, b));
}

void net_embed_backward(struct net_work *w, const struct net *n, float *grad)
{
    size_t I = (size_t)w->config.input_size;
    int F = net_features(&w->config);

    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t]; b++) {
            const int32_t *ids = ids_of(w, t, b);
            const float *dx = w->dx + (size_t)(w->off[t] + b) * I;

            for (int f = 0; f < F; f++)
                if (ids[f] >= 0)
                    w->k->add(grad + n->embedding + (size_t)ids[f] * I, dx, I);
        }
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

/* Four decisions from one draw: 16 bits are fine enough for a rate. */
void net_drop(float *y, float *mask, const float *x, size_t n, float p, struct rng *r)
{
    uint64_t below = (uint64_t)(p * 65536.0f), bits = 0;
    float keep = 1.0f / (1.0f - (float)below / 65536.0f);

    for (size_t i = 0; i < n; i++) {
        bits = i % 4 ? bits >> 16 : rng_next(r);
        mask[i] = (bits & 0xFFFF) < below ? 0.0f : keep;
        y[i] = x[i] * mask[i];
    }
}

/* net_embed.c - owns the way from ids to the first layer's input and back, and the drawing of dropout. */
#include "core/base/half.h"
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
    k->sum_rows(x, table, ids, F, I);
}

void net_embed(struct net_work *w, const struct net *n)
{
    size_t I = (size_t)w->config.input_size, work = I * (size_t)net_features(&w->config);
    struct stop_meter m = net_meter(w);

    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t] && !stop_meter_take(&m, work); b++)
            net_embed_one(w->x_buf + (size_t)(w->off[t] + b) * I, n, w->k, ids_of(w, t, b));
}

void net_embed_backward(struct net_work *w, const struct net *n, float *grad)
{
    size_t I = (size_t)w->config.input_size;
    int F = net_features(&w->config);
    struct stop_meter m = net_meter(w);

    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t] && !stop_meter_take(&m, I * (size_t)F); b++)
            w->k->add_to_rows(grad + n->embedding, w->dx + (size_t)(w->off[t] + b) * I,
                              ids_of(w, t, b), F, I);
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

/* Four decisions from one draw, the lowest bits first: 16 are fine enough for a rate. They are drawn
 * ahead of their use, which then has no order and runs in vectors. */
void net_drop(float *y, float *mask, const float *x, size_t n, float p, struct rng *r,
              struct stop_meter *meter)
{
    enum { RUN = 256 };
    int32_t below = (int32_t)(p * 65536.0f), bits[RUN];
    float keep = 1.0f / (1.0f - (float)below / 65536.0f);

    for (size_t from = 0; from < n && !stop_meter_take(meter, RUN); from += RUN) {
        size_t m = n - from < RUN ? n - from : RUN;

        for (size_t i = 0; i < m; i += 4) {
            uint64_t draw = rng_next(r);

            for (int j = 0; j < 4; j++)
                bits[i + (size_t)j] = (int32_t)(draw >> 16 * j & 0xFFFF);
        }
        for (size_t i = 0; i < m; i++)
            mask[from + i] = bits[i] < below ? 0.0f : keep;
        for (size_t i = 0; i < m; i++)
            y[from + i] = x[from + i] * mask[from + i];
    }
}

void net_multiply(const struct net_work *w, float *y, const float *x, size_t n)
{
    for (size_t from = 0; from < n && !net_gives_up(w); from += STOP_OPERATIONS) {
        size_t m = n - from < STOP_OPERATIONS ? n - from : STOP_OPERATIONS;

        w->k->multiply(y + from, x + from, m);
    }
}

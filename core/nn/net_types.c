/* net_types.c - the first layer's products for each distinct input, computed once. */
#include "core/base/row.h"
#include "core/nn/net_impl.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 128 };

struct net_types {
    void *block;
    float *gates[2]; /* (count,4,Hs) of each direction: bias + x Wih' */
    float *x;        /* (CHUNK,I) */
};

static void carve_types(struct net_types *t, struct carve *a, const struct net_work *w, int count)
{
    for (int d = 0; d < w->D; d++)
        t->gates[d] = carve_floats(a, size_mul((size_t)count, 4 * (size_t)w->Hs));
    t->x = carve_floats(a, size_mul(CHUNK, (size_t)w->config.input_size));
}

/* The products of x (rows,I) for direction d. */
static void gates_of(struct net_work *w, int d, float *gates, const float *x, int rows)
{
    int I = w->config.input_size;

    if (w->bytes)
        net_bytes_gates(w, d, gates, x, 0, rows);
    else
        w->k->gates_input(gates, x, I, w->cell[d].panels_ih, w->cell[d].bias, rows, I, w->Hs);
}

enum status net_types_new(struct net_types **out, struct net_work *w, const struct net *n,
                          const int32_t *ids, int count, struct err *e)
{
    int I = w->config.input_size, F = net_features(&w->config);
    struct net_types *t = calloc(1, sizeof(*t));
    struct carve a = {0};

    if (!t)
        return err_nomem(e, sizeof(*t));
    carve_types(t, &a, w, count);
    t->block = a.used < SIZE_MAX - 63 ? aligned_alloc(64, (a.used + 63) & ~(size_t)63) : NULL;
    if (!t->block) { /* not zeroed, since all of it will be written */
        free(t);
        return err_nomem(e, a.used);
    }
    a = (struct carve){.base = t->block};
    carve_types(t, &a, w, count);
    net_work_pack(w, n);
    for (int from = 0; from < count && !net_gives_up(w); from += CHUNK) {
        int m = count - from < CHUNK ? count - from : CHUNK;

        for (int j = 0; j < m; j++)
            net_embed_one(row(t->x, j, I), n, w->k, row(ids, from + j, F));
        for (int d = 0; d < w->D; d++)
            gates_of(w, d, t->gates[d] + (size_t)from * 4 * w->Hs, t->x, m);
    }
    *out = t;
    return ST_OK;
}

void net_types_free(struct net_types *t)
{
    if (t)
        free(t->block);
    free(t);
}

/* The type of a row. *t: the step of an earlier row, then that of this one. */
static size_t type_of(const struct net_work *w, int *t, int row)
{
    while (w->off[*t + 1] <= row)
        ++*t;
    return (size_t)w->ids[net_given(w, *t, row - w->off[*t])];
}

/* The table of a long text does not fit the near caches, and its rows are read in any order. So
 * each row is prefetched while earlier ones are copied. */
void net_types_gates(const struct net_work *w, int d, float *gates, int first, int rows)
{
    enum { AHEAD = 4, LINE = 64 / sizeof(float) };
    const float *table = w->types->gates[d];
    size_t n = 4 * (size_t)w->Hs;
    int t = 0, t_ahead = 0;

    for (int row = first; row < first + rows; row++, gates += n) {
        const float *later;

        if (row + AHEAD < first + rows) {
            later = table + type_of(w, &t_ahead, row + AHEAD) * n;
            for (size_t i = 0; i < n; i += LINE)
                __builtin_prefetch(later + i);
        }
        memcpy(gates, table + type_of(w, &t, row) * n, n * sizeof(float));
    }
}

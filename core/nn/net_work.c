/* net_work.c - the workspace of a net: its layout, the packed weights, the packed batch. */
#include "core/base/row.h"
#include "core/nn/net_impl.h"

#include <lstm/hash.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_FLOATS = 1 << 16 }; /* of gates, to fit into a second-level cache */

static void carve_cell(struct net_work *w, struct carve *a, struct cell_work *cw, int K, size_t R)
{
    size_t H = (size_t)w->config.hidden_size, Hs = (size_t)w->Hs, B = (size_t)w->B_max;

    cw->panels_ih = carve_floats(a, size_mul(4 * Hs, (size_t)K));
    cw->panels_hh = carve_floats(a, 4 * Hs * H);
    cw->bias = carve_floats(a, 4 * Hs);
    cw->h0 = carve_floats(a, size_mul(B, H));
    cw->c0 = carve_floats(a, size_mul(B, Hs));
    if (w->training) {
        int padded = (int)(H + (size_t)w->k->panel_n - 1) / w->k->panel_n * w->k->panel_n;

        cw->panels_back = w->B_max < PACK_BACK_MIN ? NULL : carve_floats(a, 4 * H * (size_t)padded);
        cw->gates = carve_floats(a, size_mul(R, 4 * Hs));
        cw->c = carve_floats(a, size_mul(R, Hs));
        cw->tanh_c = carve_floats(a, size_mul(R, Hs));
    }
}

static void carve_layers(struct net_work *w, struct carve *a, size_t R)
{
    const struct net_config *c = &w->config;
    size_t out = size_mul(R, (size_t)w->DH);
    struct cell_work shared = {0};

    for (int l = 0; l < c->num_layers; l++) {
        struct layer_work *lw = &w->layer[l];
        bool drop = w->training && l && c->dropout > 0.0f;

        lw->in = drop ? carve_floats(a, out) : NULL;
        lw->mask = drop ? carve_floats(a, out) : NULL;
        lw->h = carve_floats(a, out);
        lw->dh = w->training ? carve_floats(a, out) : NULL;
        for (int d = 0; d < w->D; d++)
            carve_cell(w, a, &w->cell[l * w->D + d], l ? w->DH : c->input_size, R);
    }
    if (w->training)
        return;
    /* Without a backward pass nothing reads the tape, so all cells share one. */
    shared.gates = carve_floats(a, size_mul((size_t)w->chunk, 4 * (size_t)w->Hs));
    shared.c = carve_floats(a, size_mul((size_t)w->B_max, (size_t)w->Hs));
    for (int i = 0; i < c->num_layers * w->D; i++) {
        w->cell[i].gates = shared.gates;
        w->cell[i].c = shared.c;
    }
}

static void carve_work(struct net_work *w, struct carve *a)
{
    const struct net_config *c = &w->config;
    size_t B = (size_t)w->B_max, T = (size_t)w->T_max, R = size_mul(T, B);
    size_t I = (size_t)c->input_size, O = (size_t)c->output_size, H = (size_t)c->hidden_size;
    size_t states = size_mul(size_mul((size_t)c->num_layers * (size_t)w->D, B), H);

    w->order = carve_take(a, B, sizeof(int));
    w->length = carve_take(a, B, sizeof(int));
    w->active = carve_take(a, size_add(T, 2), sizeof(int));
    w->off = carve_take(a, size_add(T, 2), sizeof(int));
    w->seg[0] = carve_take(a, T, sizeof(struct segment));
    w->seg[1] = carve_take(a, size_mul(T, 2), sizeof(struct segment));
    w->x_buf = carve_floats(a, size_mul(R, I));
    w->y_packed = carve_floats(a, size_mul(R, O));
    w->y = carve_floats(a, size_mul(R, O));
    w->hidden = carve_floats(a, size_mul(R, (size_t)w->DH));
    if (c->output_size >= LINEAR_PACK_MIN) {
        size_t panels =
            ((size_t)c->output_size + (size_t)w->k->panel_n - 1) / (size_t)w->k->panel_n;

        w->panels_linear = carve_floats(a, size_mul(panels * (size_t)w->k->panel_n, (size_t)w->DH));
    }
    w->h_n = carve_floats(a, states);
    w->c_n = carve_floats(a, states);
    if (w->training) {
        w->x_mask = c->input_dropout > 0.0f ? carve_floats(a, size_mul(R, I)) : NULL;
        if (c->output_dropout > 0.0f) {
            w->top = carve_floats(a, size_mul(R, (size_t)w->DH));
            w->top_mask = carve_floats(a, size_mul(R, (size_t)w->DH));
        }
        w->dx = c->vocab_size ? carve_floats(a, size_mul(R, I)) : NULL;
        w->dy_packed = carve_floats(a, size_mul(R, O));
        w->dc = carve_floats(a, size_mul(B, (size_t)w->Hs));
        w->h_prev = carve_floats(a, size_mul(R, H));
        w->scratch = carve_floats(a, GEMM_SCRATCH);
    }
    carve_layers(w, a, R);
}

static void work_setup(struct net_work *w, const struct net_config *c, int T_max, int B_max,
                       bool training)
{
    *w = (struct net_work){.config = *c, .T_max = T_max, .B_max = B_max, .training = training};
    w->k = kernels_get();
    w->Hs = kernels_pad(w->k, c->hidden_size);
    w->D = net_directions(c);
    w->DH = w->D * c->hidden_size;
    w->chunk = CHUNK_FLOATS / (4 * w->Hs);
    if (w->chunk / T_max >= B_max)
        w->chunk = T_max * B_max; /* all rows: a short sequence takes little */
    if (w->chunk < B_max)
        w->chunk = B_max;
}

size_t net_work_size(const struct net_config *c, int T_max, int B_max, bool training)
{
    struct net_work w;
    struct carve a = {0};

    if (net_config_check(c, NULL) || T_max < 1 || B_max < 1 || T_max > INT_MAX / B_max)
        return SIZE_MAX;
    work_setup(&w, c, T_max, B_max, training);
    carve_work(&w, &a);
    return size_add(a.used, sizeof(w));
}

enum status net_work_new(struct net_work **out, const struct net_config *c, int T_max, int B_max,
                         bool training, struct err *e)
{
    enum status st = net_config_check(c, e);
    struct carve a = {0};
    struct net_work *w;

    if (st)
        return st;
    if (T_max < 1 || B_max < 1 || T_max > INT_MAX / B_max)
        return err_set(e, ST_INVALID,
                       "a batch of %d steps and %d sequences; both must be at least 1 and their "
                       "product at most %d",
                       T_max, B_max, INT_MAX);
    w = malloc(sizeof(*w));
    if (!w)
        return err_nomem(e, sizeof(*w));
    work_setup(w, c, T_max, B_max, training);
    carve_work(w, &a);
    w->block = block_new(a.used);
    if (!w->block) {
        free(w);
        return err_nomem(e, a.used);
    }
    a = (struct carve){.base = w->block};
    carve_work(w, &a);
    *out = w;
    return ST_OK;
}

void net_work_free(struct net_work *w)
{
    if (!w)
        return;
    net_bytes_free(w->bytes);
    block_free(w->scratch_more);
    block_free(w->block);
    free(w);
}

enum status net_work_share(struct net_work *w, const struct parallel *p, struct err *e)
{
    size_t threads = p->threads < PARTS_MAX ? (size_t)p->threads : PARTS_MAX;
    size_t bytes = (threads - 1) * GEMM_SCRATCH * sizeof(float);

    if (threads < 2 || !w->training || w->parallel)
        return ST_OK;
    w->scratch_more = block_new(bytes);
    if (!w->scratch_more)
        return err_nomem(e, bytes);
    w->parallel = p;
    return ST_OK;
}

void net_work_stop(struct net_work *w, const struct stop_flag *stop)
{
    w->stop = stop;
}

/* A new net may have the address and the version of a freed one. Some weights of every tensor tell
 * the two apart. */
static uint64_t fingerprint(const struct net *n)
{
    uint64_t h = FNV1A_START;

    for (int i = 0; i < n->num_tensors; i++) {
        const struct net_tensor *t = &n->tensor[i];
        size_t at[3] = {0, t->count / 2, t->count - 1};

        for (int j = 0; j < 3; j++) {
            uint32_t bits;

            memcpy(&bits, n->params + t->offset + at[j], sizeof(bits));
            h = fnv1a_word(h, bits);
        }
    }
    return h;
}

struct pack {
    struct net_work *w;
    const struct net *n;
};

/* Three tasks for each cell: Wih and the bias, Whh, and Whh for the backward pass where that
 * pays. */
static void pack_task(void *arg, int task)
{
    struct net_work *w = ((struct pack *)arg)->w;
    const struct net *n = ((struct pack *)arg)->n;
    const struct cell_place *p = &n->cell[task / 3];
    struct cell_work *cw = &w->cell[task / 3];
    int H = w->config.hidden_size;

    if (task % 3 == 1) {
        w->k->pack_gates(cw->panels_hh, n->params + p->w_hh, H, H);
        return;
    }
    if (task % 3 == 2) {
        if (w->packed_back)
            w->k->pack_b(cw->panels_back, n->params + p->w_hh, H, 4 * H, H);
        return;
    }
    w->k->pack_gates(cw->panels_ih, n->params + p->w_ih, H, p->K);
    for (int g = 0; g < 4; g++)
        for (int u = 0; u < H; u++)
            cw->bias[g * w->Hs + u] =
                n->params[p->b_ih + g * H + u] + n->params[p->b_hh + g * H + u];
}

void net_work_pack(struct net_work *w, const struct net *n)
{
    uint64_t print = fingerprint(n);
    bool back = w->training && w->B >= PACK_BACK_MIN;

    if (w->packed_net == n && w->packed_version == n->version && w->packed_print == print &&
        (w->packed_back || !back))
        return;
    w->packed_back = back;
    if (w->bytes)
        net_bytes_pack(w, n);
    else
        parallel_run(w->parallel, 3 * w->config.num_layers * w->D, pack_task, &(struct pack){w, n});
    if (w->panels_linear && !w->bytes)
        w->k->pack_b_transposed(w->panels_linear, n->params + n->linear_weight, w->DH,
                                w->config.output_size);
    w->packed_net = n;
    w->packed_version = n->version;
    w->packed_print = print;
}

/* Sorts by length, longest first, equal lengths in the given order; a counting sort. */
static void sort_lengths(struct net_work *w, const int *lengths)
{
    int *start = w->off; /* free until the offsets are made */

    memset(start, 0, ((size_t)w->T + 2) * sizeof(*start));
    for (int b = 0; b < w->B; b++)
        start[w->T - lengths[b] + 1]++;
    for (int t = 0; t < w->T; t++)
        start[t + 1] += start[t];
    for (int b = 0; b < w->B; b++) {
        int at = start[w->T - lengths[b]]++;

        w->order[at] = b;
        w->length[at] = lengths[b];
    }
}

static void list_segments(struct net_work *w)
{
    int n = 0;

    for (int t = 0; t < w->steps; t++)
        w->seg[0][t] = (struct segment){w->off[t], w->active[t], t ? w->off[t - 1] : -1, 0};
    w->num_seg[0] = w->steps;
    for (int t = w->steps - 1; w->D == 2 && t >= 0; t--) {
        int after = w->active[t + 1];

        if (after)
            w->seg[1][n++] = (struct segment){w->off[t], after, w->off[t + 1], 0};
        if (w->active[t] > after)
            w->seg[1][n++] = (struct segment){w->off[t] + after, w->active[t] - after, -1, after};
    }
    w->num_seg[1] = n;
}

/* Cuts the batch into parts of about as many steps each. */
static void cut_parts(struct net_work *w)
{
    int64_t step = 8 * (int64_t)w->B * w->config.hidden_size * w->config.hidden_size;
    int parts = w->parallel ? w->parallel->threads : 1, b = 0;
    int64_t steps = 0;

    if (parts > PARTS_MAX)
        parts = PARTS_MAX;
    if (parts > w->B / PART_SEQUENCES)
        parts = w->B / PART_SEQUENCES;
    if (parts < 1 || step * w->config.num_layers < PART_FLOPS)
        parts = 1;
    w->parts = parts;
    w->part[0] = 0;
    for (int i = 1; i < parts; i++) {
        for (; b < w->B && steps * parts < (int64_t)w->R * i; b++)
            steps += w->length[b];
        w->part[i] = (b + 2) / 4 * 4 < w->B ? (b + 2) / 4 * 4 : w->B; /* whole tiles of rows */
    }
    w->part[parts] = w->B;
}

void net_work_arrange(struct net_work *w, const struct net_input *in)
{
    int b = in->B;

    w->T = in->T;
    w->B = in->B;
    if (in->lengths) {
        sort_lengths(w, in->lengths);
    } else {
        for (int i = 0; i < w->B; i++) {
            w->order[i] = i;
            w->length[i] = w->T;
        }
    }
    w->steps = w->length[0];
    w->plain = w->length[w->B - 1] == w->steps;
    w->off[0] = 0;
    for (int t = 0; t <= w->steps; t++) {
        while (b > 0 && w->length[b - 1] <= t)
            b--;
        w->active[t] = b;
        w->off[t + 1] = w->off[t] + b;
    }
    w->R = w->off[w->steps];
    list_segments(w);
    cut_parts(w);
}

const float *net_hidden(const struct net_work *w)
{
    const float *h = w->layer[w->config.num_layers - 1].h;
    size_t DH = (size_t)w->DH;

    if (w->plain && w->steps == w->T)
        return h;
    memset(w->hidden, 0, (size_t)w->T * w->B * DH * sizeof(float));
    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t]; b++)
            memcpy(row(w->hidden, net_given(w, t, b), DH), row(h, w->off[t] + b, DH),
                   DH * sizeof(float));
    return w->hidden;
}

const float *net_h_n(const struct net_work *w)
{
    return w->h_n;
}

const float *net_c_n(const struct net_work *w)
{
    return w->c_n;
}

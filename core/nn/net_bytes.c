/* net_bytes.c - forward passes whose products are those of bytes. net_forward.c walks through the
 * layers and steps as it does with floats, and calls this in their place.
 *
 * Bytes of h have rows of Hs for each direction, so the width K of a product is a multiple of four;
 * the weights of the lanes beyond H are zeros. */
#include "core/nn/net_impl.h"

#include <math.h>
#include <stdlib.h>

/* A sum of K products of q + 128 and q. */
_Static_assert((int64_t)NET_INPUT_MAX * 255 * BYTE_MAX <= INT32_MAX, "sums fit 32 bits");
_Static_assert(2 * (NET_HIDDEN_MAX + KERNEL_WIDTH_MAX) <= NET_INPUT_MAX, "in upper layers too");

static int padded(int n)
{
    return (n + BYTE_PAD) / BYTE_GROUP * BYTE_GROUP;
}

/* The width of the input of cell i in bytes; 0: it is not quantised. */
static int input_width(const struct net_work *w, const struct net_bytes *b, int i)
{
    if (i >= w->D)
        return w->D * w->Hs;
    return b->input_scale > 0 ? b->Kx : 0;
}

static void carve_panels(struct byte_panels *p, struct carve *a, int Hs, int K)
{
    p->weights = carve_take(a, size_mul(4 * (size_t)Hs, (size_t)K), 1);
    p->scale = carve_floats(a, 4 * (size_t)Hs);
    p->shift = carve_take(a, 4 * (size_t)Hs, sizeof(int32_t));
}

static void carve_bytes(const struct net_work *w, struct net_bytes *b, struct carve *a)
{
    size_t R = size_mul((size_t)w->T_max, (size_t)w->B_max), Hs = (size_t)w->Hs;

    if (b->input_scale > 0)
        b->x = carve_take(a, size_mul((size_t)w->chunk, (size_t)b->Kx), 1);
    b->h0 = carve_take(a, size_mul((size_t)w->B_max, Hs), 1);
    for (int l = 0; l < w->config.num_layers; l++)
        b->h[l] = carve_take(a, size_mul(R, (size_t)w->D * Hs), 1);
    for (int i = 0; i < w->config.num_layers * w->D; i++) {
        carve_panels(&b->ih[i], a, w->Hs, input_width(w, b, i));
        carve_panels(&b->hh[i], a, w->Hs, w->Hs);
    }
}

enum status net_work_quantize(struct net_work *w, float input_max, struct err *e)
{
    struct carve a = {0};
    struct net_bytes *b;

    if (w->training)
        return err_set(e, ST_INVALID, "a workspace for training computes in floats alone");
    if (!(input_max >= 0 && isfinite(input_max)))
        return err_set(e, ST_INVALID, "the largest input is %g; it must be finite, 0 or more",
                       (double)input_max);
    b = calloc(1, sizeof(*b));
    if (!b)
        return err_nomem(e, sizeof(*b));
    b->k = bytes_get();
    b->input_scale = input_max / BYTE_MAX;
    b->Kx = padded(w->config.input_size);
    carve_bytes(w, b, &a);
    b->block = block_new(a.used);
    if (!b->block) {
        free(b);
        return err_nomem(e, a.used);
    }
    a = (struct carve){.base = b->block};
    carve_bytes(w, b, &a);
    net_bytes_free(w->bytes);
    w->bytes = b;
    w->packed_net = NULL;
    return ST_OK;
}

enum status net_work_new_bytes(struct net_work **out, const struct net_config *c, int T_max,
                               int B_max, struct err *e)
{
    struct net_work *w = NULL;
    enum status st = net_work_new(&w, c, T_max, B_max, false, e);

    if (!st)
        st = net_work_quantize(w, 0, e);
    if (st)
        net_work_free(w);
    else
        *out = w;
    return st;
}

size_t net_bytes_size(const struct net_config *c, int T_max, int B_max)
{
    struct net_bytes b = {.Kx = padded(c->input_size)};
    struct net_work w = {.config = *c, .T_max = T_max, .B_max = B_max, .chunk = 1};
    struct carve a = {0};

    w.Hs = kernels_pad(kernels_get(), c->hidden_size);
    w.D = net_directions(c);
    carve_bytes(&w, &b, &a);
    return size_add(a.used, sizeof(b));
}

void net_bytes_free(struct net_bytes *b)
{
    if (b)
        block_free(b->block);
    free(b);
}

/* ---- weights ---- */

static void pack_cell(struct net_work *w, const struct net *n, int i)
{
    struct net_bytes *b = w->bytes;
    const struct cell_place *p = &n->cell[i];
    int H = w->config.hidden_size, I = w->config.input_size;
    struct byte_source hh = {n->params + p->w_hh, H, w->Hs, 1, H, w->Hs, 1.0f / BYTE_MAX};
    struct byte_source ih = {n->params + p->w_ih, H, w->Hs, w->D, H, w->Hs, 1.0f / BYTE_MAX};

    b->k->pack(&b->hh[i], &hh);
    if (i < w->D) {
        ih.blocks = 1;
        ih.given = I;
        ih.padded = b->Kx;
        ih.x_scale = b->input_scale;
    }
    if (i < w->D && !(b->input_scale > 0))
        b->k->pack_floats(w->cell[i].panels_ih, ih.w, H, I, w->Hs);
    else
        b->k->pack(&b->ih[i], &ih);
    for (int g = 0; g < 4; g++)
        for (int u = 0; u < H; u++)
            w->cell[i].bias[g * w->Hs + u] =
                (n->params[p->b_ih + g * H + u] + n->params[p->b_hh + g * H + u]) * byte_factor(g);
}

void net_bytes_pack(struct net_work *w, const struct net *n)
{
    for (int i = 0; i < w->config.num_layers * w->D; i++)
        pack_cell(w, n, i);
}

/* ---- passes ---- */

/* x of the first layer, as bytes. */
static void first_bytes(struct net_work *w, int i, float *gates, const float *x, int rows)
{
    struct net_bytes *b = w->bytes;
    int I = w->config.input_size;

    for (int m = 0; m < rows; m++)
        b->k->to_bytes(row(b->x, m, b->Kx), row(x, m, I), I, b->Kx, b->input_scale);
    b->k->gates_bytes(&(struct byte_product){.z = gates,
                                             .bias = w->cell[i].bias,
                                             .x = b->x,
                                             .panels = &b->ih[i],
                                             .ldx = b->Kx,
                                             .M = rows,
                                             .K = b->Kx,
                                             .Hs = w->Hs});
}

static void first_gates(struct net_work *w, int i, float *gates, const float *x, int rows)
{
    struct net_bytes *b = w->bytes;
    int I = w->config.input_size;

    if (!(b->input_scale > 0)) {
        b->k->gates_floats(gates, x, I, w->cell[i].panels_ih, w->cell[i].bias, rows, I, w->Hs);
        return;
    }
    for (int m = 0; m < rows; m += w->chunk) /* b->x holds so many */
        first_bytes(w, i, row(gates, m, 4 * w->Hs), row(x, m, I),
                    rows - m < w->chunk ? rows - m : w->chunk);
}

void net_bytes_gates(struct net_work *w, int i, float *gates, const float *x, int first, int rows)
{
    struct net_bytes *b = w->bytes;
    int wide = w->D * w->Hs;

    if (i < w->D) {
        first_gates(w, i, gates, row(x, first, w->config.input_size), rows);
        return;
    }
    b->k->gates_bytes(&(struct byte_product){.z = gates,
                                             .bias = w->cell[i].bias,
                                             .x = row(b->h[i / w->D - 1], first, wide),
                                             .panels = &b->ih[i],
                                             .ldx = wide,
                                             .M = rows,
                                             .K = wide,
                                             .Hs = w->Hs});
}

/* The initial states of the sequences of a segment; NULL: zeros. */
static const uint8_t *initial(struct net_work *w, int i, const struct segment *s)
{
    struct net_bytes *b = w->bytes;
    int H = w->config.hidden_size;

    if (!w->states_given)
        return NULL;
    for (int m = s->b; m < s->b + s->count; m++)
        b->k->to_bytes(row(b->h0, m, w->Hs), row(w->cell[i].h0, m, H), H, w->Hs, 1.0f / BYTE_MAX);
    return row(b->h0, s->b, w->Hs);
}

void net_bytes_segment(struct net_work *w, int i, const struct segment *s, const float *gates)
{
    struct net_bytes *b = w->bytes;
    struct cell_work *cw = &w->cell[i];
    int H = w->config.hidden_size, wide = w->D * w->Hs, d = i % w->D;
    uint8_t *h = b->h[i / w->D] + (size_t)d * w->Hs;
    bool first = s->prev < 0;
    float *c = row(cw->c, s->b, w->Hs);

    b->k->cell(&(struct byte_cell){
        .gates = gates,
        .c = c,
        .h = row(w->layer[i / w->D].h + (size_t)d * H, s->row, w->DH),
        .h_bytes = row(h, s->row, wide),
        .h_prev = first ? initial(w, i, s) : row(h, s->prev, wide),
        .c_prev = first ? row(cw->c0, s->b, w->Hs) : c,
        .panels = &b->hh[i],
        .ldh = w->DH,
        .ldb = wide,
        .ldb_prev = first ? w->Hs : wide,
        .M = s->count,
        .H = H,
        .Hs = w->Hs,
    });
}

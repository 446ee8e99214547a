/* net_backward.c - owns the backward pass through time: gradients of every parameter. */
#include "core/nn/net_impl.h"

#include <string.h>

/* dy in packed order. */
static const float *take_gradient(struct net_work *w, const float *dy)
{
    size_t O = (size_t)w->config.output_size;

    if (w->plain)
        return dy;
    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t]; b++)
            memcpy(w->dy_packed + (size_t)(w->off[t] + b) * O,
                   dy + ((size_t)t * w->B + w->order[b]) * O, O * sizeof(float));
    return w->dy_packed;
}

static void backward_linear(struct net_work *w, const struct net *n, const float *dy, float *grad)
{
    int O = w->config.output_size;
    bool masked = w->masked && w->top;
    struct layer_work *top = &w->layer[w->config.num_layers - 1];
    struct gemm dh = {.c = top->dh,
                      .ldc = w->DH,
                      .a = dy,
                      .a_row = O,
                      .a_col = 1,
                      .b = n->params + n->linear_weight,
                      .ldb = w->DH,
                      .M = w->R,
                      .N = w->DH,
                      .K = O,
                      .groups = 1};
    struct gemm dw = {.c = grad + n->linear_weight,
                      .ldc = w->DH,
                      .a = dy,
                      .a_row = 1,
                      .a_col = O,
                      .b = masked ? w->top : top->h,
                      .ldb = w->DH,
                      .M = O,
                      .N = w->DH,
                      .K = w->R,
                      .groups = 1,
                      .add = true};

    w->k->gemm(&dh);
    if (masked)
        w->k->multiply(top->dh, w->top_mask, (size_t)w->R * w->DH);
    w->k->gemm(&dw);
    w->k->column_sums(grad + n->linear_bias, NULL, dy, O, w->R, O);
}

/* Back through the steps of one direction: turns the gates into their gradients. */
static void backward_steps(struct net_work *w, const struct net *n, int i)
{
    int H = w->config.hidden_size, d = i % w->D;
    size_t Hs = (size_t)w->Hs;
    struct cell_work *cw = &w->cell[i];
    float *dh = w->layer[i / w->D].dh + d * H;

    memset(w->dc, 0, w->B * Hs * sizeof(float));
    for (int j = w->num_seg[d] - 1; j >= 0; j--) {
        const struct segment *s = &w->seg[d][j];
        bool first = s->prev < 0;
        struct cell_backward b = {
            .gates = cw->gates + s->row * 4 * Hs,
            .dc = w->dc + s->b * Hs,
            .dh = dh + (size_t)s->row * w->DH,
            .tanh_c = cw->tanh_c + s->row * Hs,
            .c_prev = first ? cw->c0 + s->b * Hs : cw->c + s->prev * Hs,
            .ldh = w->DH,
            .M = s->count,
            .H = H,
            .Hs = w->Hs,
        };
        struct gemm g = {.c = dh + (ptrdiff_t)s->prev * w->DH,
                         .ldc = w->DH,
                         .a = b.gates,
                         .a_row = 4 * (ptrdiff_t)Hs,
                         .a_col = 1,
                         .a_group = (ptrdiff_t)Hs,
                         .b = n->params + n->cell[i].w_hh,
                         .ldb = H,
                         .M = s->count,
                         .N = H,
                         .K = H,
                         .groups = 4,
                         .add = true};

        w->k->cell_backward(&b);
        if (!first)
            w->k->gemm(&g);
    }
}

/* dw (4H,N) += gates' gradients (rows from dz on)' times b (rows,N). */
static void weight_gradient(struct net_work *w, float *dw, const float *dz, const float *b,
                            ptrdiff_t ldb, int N, int rows)
{
    int H = w->config.hidden_size;

    for (int g = 0; g < 4; g++) {
        struct gemm m = {.c = dw + (size_t)g * H * N,
                         .ldc = N,
                         .a = dz + g * w->Hs,
                         .a_row = 1,
                         .a_col = 4 * (ptrdiff_t)w->Hs,
                         .b = b,
                         .ldb = ldb,
                         .M = H,
                         .N = N,
                         .K = rows,
                         .groups = 1,
                         .add = true};

        w->k->gemm(&m);
    }
}

/* The states before every row, where their rows are not one run. */
static void gather_h_prev(struct net_work *w, int i)
{
    int H = w->config.hidden_size, d = i % w->D;
    const float *h = w->layer[i / w->D].h + d * H;

    for (int j = 0; j < w->num_seg[d]; j++) {
        const struct segment *s = &w->seg[d][j];

        for (int r = 0; r < s->count; r++)
            memcpy(w->h_prev + (size_t)(s->row + r) * H,
                   s->prev < 0 ? w->cell[i].h0 + (size_t)(s->b + r) * H
                               : h + (size_t)(s->prev + r) * w->DH,
                   H * sizeof(float));
    }
}

static void backward_recurrent_weights(struct net_work *w, int i, float *dw)
{
    int H = w->config.hidden_size, d = i % w->D, B = w->B, first = d ? w->R - B : 0;
    const float *h = w->layer[i / w->D].h + d * H, *dz = w->cell[i].gates;
    size_t ldz = 4 * (size_t)w->Hs;

    if (!w->plain) {
        gather_h_prev(w, i);
        weight_gradient(w, dw, dz, w->h_prev, H, H, w->R);
        return;
    }
    if (w->R > B) {
        size_t dz_row = d ? 0 : (size_t)B, h_row = d ? (size_t)B : 0;

        weight_gradient(w, dw, dz + dz_row * ldz, h + h_row * w->DH, w->DH, H, w->R - B);
    }
    if (w->states_given)
        weight_gradient(w, dw, dz + first * ldz, w->cell[i].h0, H, H, B);
}

static void backward_cell(struct net_work *w, const struct net *n, int i, const float *x, float *dx,
                          float *grad)
{
    const struct cell_place *p = &n->cell[i];
    const float *dz = w->cell[i].gates;
    int H = w->config.hidden_size;
    size_t Hs = (size_t)w->Hs;

    backward_steps(w, n, i);
    weight_gradient(w, grad + p->w_ih, dz, x, p->K, p->K, w->R);
    backward_recurrent_weights(w, i, grad + p->w_hh);
    for (int g = 0; g < 4; g++)
        w->k->column_sums(grad + p->b_ih + g * H, grad + p->b_hh + g * H, dz + g * Hs,
                          4 * (ptrdiff_t)Hs, w->R, H);
    if (dx) {
        struct gemm m = {.c = dx,
                         .ldc = p->K,
                         .a = dz,
                         .a_row = 4 * (ptrdiff_t)Hs,
                         .a_col = 1,
                         .a_group = (ptrdiff_t)Hs,
                         .b = n->params + p->w_ih,
                         .ldb = p->K,
                         .M = w->R,
                         .N = p->K,
                         .K = H,
                         .groups = 4,
                         .add = i % w->D != 0};

        w->k->gemm(&m);
    }
}

void net_backward(struct net_work *w, const struct net *n, const float *dy, float *grad)
{
    backward_linear(w, n, take_gradient(w, dy), grad);
    for (int l = w->config.num_layers - 1; l >= 0; l--) {
        struct layer_work *lw = &w->layer[l];
        const float *below = l ? w->layer[l - 1].h : w->x;
        float *dx = l ? w->layer[l - 1].dh : w->dx;

        for (int d = 0; d < w->D; d++)
            backward_cell(w, n, l * w->D + d, l && w->dropped ? lw->in : below, dx, grad);
        if (l && w->dropped)
            w->k->multiply(dx, lw->mask, (size_t)w->R * w->DH);
    }
    if (w->config.vocab_size && w->masked && w->x_mask)
        w->k->multiply(w->dx, w->x_mask, (size_t)w->R * w->config.input_size);
    if (w->config.vocab_size)
        net_embed_backward(w, n, grad);
}

/* net_backward.c - the backward pass through time: the gradients of all parameters.
 *
 * A bar marks the gradient of the loss; z are the pre-activations of the gates i f g o. The linear
 * layer (linear_task) computes
 *
 *     h_bar_t = y_bar_t W        W_bar += sum_t y_bar_t' h_t        b_bar += sum_t y_bar_t
 *
 * then each cell goes from its last step to its first (steps_task). cell_backward() of the kernels
 * turns h_bar_t and c_bar_t into z_bar_t (4H), which replaces the gates, and into c_bar_{t-1} =
 * c_bar_t f, by element. Then
 *
 *     h_bar_{t-1} += z_bar_t Whh                               (H)
 *
 * At the end z_bar of all steps is one matrix (gradients_task):
 *
 *     Wih_bar += sum_t z_bar_t' x_t   (4H,K)      Whh_bar += sum_t z_bar_t' h_{t-1}   (4H,H)
 *     b_ih_bar, b_hh_bar += sum_t z_bar_t (4H)    x_bar_t = z_bar_t Wih               (K)
 *
 * x_bar is h_bar of the layer below, where both directions add theirs, or the gradient of the
 * embedding. In the code dh, dc, dy are h_bar, c_bar, y_bar. docs/lstm.md derives all of it. */
#include "core/base/row.h"
#include "core/nn/net_impl.h"

#include <string.h>

/* y (n) *= x, unless the pass is stopped. */
static void multiply(const struct net_work *w, float *y, const float *x, size_t n)
{
    for (size_t from = 0; from < n && !net_gives_up(w); from += STOP_OPERATIONS) {
        size_t m = n - from < STOP_OPERATIONS ? n - from : STOP_OPERATIONS;

        w->k->multiply(y + from, x + from, m);
    }
}

/* Returns dy in packed order. */
static const float *take_gradient(struct net_work *w, const float *dy)
{
    size_t O = (size_t)w->config.output_size;
    struct stop_meter m = net_meter(w);

    if (w->plain)
        return dy;
    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t] && !stop_meter_take(&m, O); b++)
            memcpy(row(w->dy_packed, w->off[t] + b, O), row(dy, net_given(w, t, b), O),
                   O * sizeof(float));
    return w->dy_packed;
}

/* A pass back over the linear layer or over one cell, which several threads share. */
struct back_pass {
    struct net_work *w;
    const struct net *n;
    float *grad;
    const float *dy; /* (R,O) */
    int cell;
    const float *x; /* (R,K) the cell's input */
    float *dx;      /* (R,K) its gradient, or NULL */
};

/* A multiple of BLOCK_K of kernels_gemm.h: there the kernels split sums over k in any case. */
enum { CUT_K = 1024 };

/* Adds up a long sum over k piece by piece, in the same order as one call would. */
static void long_product(const struct net_work *w, struct gemm g)
{
    int64_t flops = 2 * (int64_t)g.M * g.N * CUT_K;
    int64_t step = flops < STOP_FLOPS ? STOP_FLOPS / flops * CUT_K : CUT_K;
    int left = g.K;

    for (; left > 0 && !net_gives_up(w); left -= g.K) {
        g.K = left < step ? left : (int)step;
        w->k->gemm(&g);
        g.a += g.K * g.a_col;
        g.b += g.K * g.ldb;
    }
}

/* Computes a product in pieces. Before each piece of a large one it reads the caller's flag. */
static void product(const struct net_work *w, struct gemm g)
{
    int64_t flops = 2 * (int64_t)g.N * g.K * g.groups;
    int left = g.M;

    if (g.groups == 1 && g.add && g.K > CUT_K) {
        long_product(w, g);
        return;
    }
    for (; left > 0 && !net_gives_up(w); left -= g.M) {
        g.M = piece_rows(left, flops);
        w->k->gemm(&g);
        g.c += g.M * g.ldc;
        g.a += g.M * g.a_row;
    }
}

/* Computes those rows of the product that are this part's. */
static void part_of_product(const struct net_work *w, struct gemm g, int part)
{
    struct range r = range_part(g.M, 4, part, w->parts);

    g.c += r.from * g.ldc;
    g.a += r.from * g.a_row;
    g.M = r.to - r.from;
    g.scratch = part_scratch(w, part);
    if (g.M > 0)
        product(w, g);
}

/* out (N) += the sum over all rows of a; likewise out2 when it is not NULL. */
static void sum_columns(const struct net_work *w, float *out, float *out2, const float *a,
                        ptrdiff_t lda, int N)
{
    int64_t most = STOP_FLOPS / 64 / (w->R > 0 ? w->R : 1) / KERNEL_WIDTH_MAX * KERNEL_WIDTH_MAX;
    int step = most < KERNEL_WIDTH_MAX ? KERNEL_WIDTH_MAX : most < N ? (int)most : N;

    for (int n = 0; n < N && !net_gives_up(w); n += step)
        w->k->column_sums(out + n, out2 ? out2 + n : NULL, a + n, lda, w->R,
                          N - n < step ? N - n : step);
}

static void linear_task(void *arg, int part)
{
    const struct back_pass *p = arg;
    struct net_work *w = p->w;
    int O = w->config.output_size;
    bool masked = w->masked && w->top;
    struct range rows = range_part(w->R, 4, part, w->parts);
    struct layer_work *top = &w->layer[w->config.num_layers - 1];
    struct gemm dh = {.c = top->dh,
                      .ldc = w->DH,
                      .a = p->dy,
                      .a_row = O,
                      .a_col = 1,
                      .b = p->n->params + p->n->linear_weight,
                      .ldb = w->DH,
                      .M = w->R,
                      .N = w->DH,
                      .K = O,
                      .groups = 1};
    struct gemm dw = {.c = p->grad + p->n->linear_weight,
                      .ldc = w->DH,
                      .a = p->dy,
                      .a_row = 1,
                      .a_col = O,
                      .b = masked ? w->top : top->h,
                      .ldb = w->DH,
                      .M = O,
                      .N = w->DH,
                      .K = w->R,
                      .groups = 1,
                      .add = true};

    part_of_product(w, dh, part);
    if (masked)
        multiply(w, top->dh + rows.from * (size_t)w->DH, w->top_mask + rows.from * (size_t)w->DH,
                 (size_t)(rows.to - rows.from) * w->DH);
    part_of_product(w, dw, part);
    if (part == w->parts - 1)
        sum_columns(w, p->grad + p->n->linear_bias, NULL, p->dy, O, O);
}

/* Step t of some sequences of cell i: z_bar_t, c_bar_{t-1}, and h_bar_{t-1} += z_bar_t Whh. */
static void backward_segment(struct net_work *w, const struct net *n, int i,
                             const struct segment *s)
{
    int H = w->config.hidden_size;
    size_t Hs = (size_t)w->Hs;
    struct cell_work *cw = &w->cell[i];
    float *dh = w->layer[i / w->D].dh + i % w->D * H;
    bool first = s->prev < 0;
    struct cell_backward b = {
        .gates = cw->gates + s->row * 4 * Hs,
        .dc = w->dc + s->b * Hs,
        .dh = row(dh, s->row, w->DH),
        .tanh_c = cw->tanh_c + s->row * Hs,
        .c_prev = first ? cw->c0 + s->b * Hs : cw->c + s->prev * Hs,
        .ldh = w->DH,
        .M = s->count,
        .H = H,
        .Hs = w->Hs,
    };
    struct gemm g = {.ldc = w->DH,
                     .a = b.gates,
                     .a_row = 4 * (ptrdiff_t)Hs,
                     .a_col = 1,
                     .a_group = (ptrdiff_t)Hs,
                     .b = n->params + n->cell[i].w_hh,
                     .ldb = H,
                     .panels = w->packed_back ? cw->panels_back : NULL,
                     .M = s->count,
                     .N = H,
                     .K = H,
                     .groups = 4,
                     .add = true};

    w->k->cell_backward(&b);
    if (first)
        return;
    g.c = row(dh, s->prev, w->DH);
    w->k->gemm(&g);
}

/* The same in pieces. Before each piece of a large step it reads the caller's flag. */
static void backward_pieces(struct net_work *w, const struct net *n, int i, struct segment s)
{
    int H = w->config.hidden_size;

    for (int done = 0; done < s.count && !net_gives_up(w);) {
        struct segment piece = s;

        piece.count = piece_rows(s.count - done, 8 * (int64_t)H * H);
        piece.row += done;
        piece.prev += s.prev < 0 ? 0 : done;
        piece.b += done;
        backward_segment(w, n, i, &piece);
        done += piece.count;
    }
}

/* Copies h_{t-1} of the rows of a segment. In a batch of different lengths the rows before those of
 * all segments are not consecutive, so that the product for Whh needs a copy. */
static void gather_h_prev(struct net_work *w, int i, const struct segment *s)
{
    int H = w->config.hidden_size;
    const float *h = w->layer[i / w->D].h + i % w->D * H;

    for (int r = 0; r < s->count; r++)
        memcpy(row(w->h_prev, s->row + r, H),
               s->prev < 0 ? row(w->cell[i].h0, s->b + r, H) : row(h, s->prev + r, w->DH),
               H * sizeof(float));
}

/* Goes back through the steps of one cell: z_bar replaces the gates. */
static void steps_task(void *arg, int part)
{
    const struct back_pass *p = arg;
    struct net_work *w = p->w;
    int d = p->cell % w->D, b = w->part[part];
    size_t Hs = (size_t)w->Hs;

    memset(w->dc + b * Hs, 0, (size_t)(w->part[part + 1] - b) * Hs * sizeof(float));
    for (int j = w->num_seg[d] - 1; j >= 0 && !net_gives_up(w); j--) {
        struct segment s = segment_part(w, w->seg[d][j], part);

        if (!s.count)
            continue;
        backward_pieces(w, p->n, p->cell, s);
        if (!w->plain)
            gather_h_prev(w, p->cell, &s);
    }
}

/* dw (4H,N) += z_bar' b for the rows of dw that are this part's. dz: z_bar (rows,4,Hs), b (rows,N).
 * When Hs = H the gates have no padding between them and are one operand. */
static void weight_gradient(const struct net_work *w, int part, float *dw, const float *dz,
                            const float *b, ptrdiff_t ldb, int N, int rows)
{
    int H = w->config.hidden_size, operands = w->Hs == H ? 1 : 4;

    for (int g = 0; g < operands; g++) {
        struct gemm m = {.c = dw + (size_t)g * H * N,
                         .ldc = N,
                         .a = dz + g * w->Hs,
                         .a_row = 1,
                         .a_col = 4 * (ptrdiff_t)w->Hs,
                         .b = b,
                         .ldb = ldb,
                         .M = 4 / operands * H,
                         .N = N,
                         .K = rows,
                         .groups = 1,
                         .add = true};

        part_of_product(w, m, part);
    }
}

/* Whh_bar += sum_t z_bar_t' h_{t-1}. With equal lengths h_{t-1} of all steps but the first are the
 * rows of h, moved by one step. */
static void recurrent_gradient(const struct net_work *w, int part, int i, float *dw)
{
    int H = w->config.hidden_size, d = i % w->D, B = w->B, first = d ? w->R - B : 0;
    const float *h = w->layer[i / w->D].h + d * H, *dz = w->cell[i].gates;
    size_t ldz = 4 * (size_t)w->Hs;

    if (!w->plain) {
        weight_gradient(w, part, dw, dz, w->h_prev, H, H, w->R);
        return;
    }
    if (w->R > B) {
        size_t dz_row = d ? 0 : (size_t)B, h_row = d ? (size_t)B : 0;

        weight_gradient(w, part, dw, dz + dz_row * ldz, h + h_row * w->DH, w->DH, H, w->R - B);
    }
    if (w->states_given)
        weight_gradient(w, part, dw, dz + first * ldz, w->cell[i].h0, H, H, B);
}

/* From z_bar of all steps to the gradients of the cell's weights, biases and input. */
static void gradients_task(void *arg, int part)
{
    const struct back_pass *p = arg;
    struct net_work *w = p->w;
    const struct cell_place *at = &p->n->cell[p->cell];
    const float *dz = w->cell[p->cell].gates;
    int H = w->config.hidden_size;
    size_t Hs = (size_t)w->Hs;
    struct range r = range_part(H, w->k->width, part, w->parts);
    struct gemm dx = {.c = p->dx,
                      .ldc = at->K,
                      .a = dz,
                      .a_row = 4 * (ptrdiff_t)Hs,
                      .a_col = 1,
                      .a_group = (ptrdiff_t)Hs,
                      .b = p->n->params + at->w_ih,
                      .ldb = at->K,
                      .M = w->R,
                      .N = at->K,
                      .K = H,
                      .groups = 4,
                      .add = p->cell % w->D != 0};

    weight_gradient(w, part, p->grad + at->w_ih, dz, p->x, at->K, at->K, w->R);
    recurrent_gradient(w, part, p->cell, p->grad + at->w_hh);
    for (int g = 0; g < 4 && r.from < r.to; g++)
        sum_columns(w, p->grad + at->b_ih + g * H + r.from, p->grad + at->b_hh + g * H + r.from,
                    dz + g * Hs + r.from, 4 * (ptrdiff_t)Hs, r.to - r.from);
    if (p->dx)
        part_of_product(w, dx, part);
}

bool net_backward(struct net_work *w, const struct net *n, const float *dy, float *grad)
{
    struct back_pass p = {.w = w, .n = n, .grad = grad, .dy = take_gradient(w, dy)};

    parallel_run(w->parallel, w->parts, linear_task, &p);
    for (int l = w->config.num_layers - 1; l >= 0 && !net_gives_up(w); l--) {
        struct layer_work *lw = &w->layer[l];

        p.x = !l ? w->x : w->dropped ? lw->in : w->layer[l - 1].h;
        p.dx = l ? w->layer[l - 1].dh : w->dx;
        for (int d = 0; d < w->D; d++) {
            p.cell = l * w->D + d;
            parallel_run(w->parallel, w->parts, steps_task, &p);
            parallel_run(w->parallel, w->parts, gradients_task, &p);
        }
        if (l && w->dropped)
            multiply(w, p.dx, lw->mask, (size_t)w->R * w->DH);
    }
    if (w->config.vocab_size && w->masked && w->x_mask)
        multiply(w, w->dx, w->x_mask, (size_t)w->R * w->config.input_size);
    if (w->config.vocab_size)
        net_embed_backward(w, n, grad);
    return !net_gives_up(w);
}

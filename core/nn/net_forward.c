/* net_forward.c - the forward pass: input, LSTM stack, linear layer, outputs in the caller's order.
 *
 * For each cell (a layer and a direction), each step t, and H units, gates in the order i f g o:
 *
 *     z_t = x_t Wih' + b_ih + h_{t-1} Whh' + b_hh        (4H)  Wih (4H,K), Whh (4H,H)
 *     i = sigmoid(z_t[i])   f = sigmoid(z_t[f])   g = tanh(z_t[g])   o = sigmoid(z_t[o])
 *     c_t = f c_{t-1} + i g        h_t = o tanh(c_t)     (H)
 *     y_t = h_t W' + b                                   (O)   W (O,D*H), of the last layer's h
 *
 * The products x_t Wih' of many steps are one matrix product (input_gates); the rest goes step by
 * step (forward_segment). Both directions of a layer write beside each other into h (R,D*H), which
 * is the next layer's x. docs/lstm.md derives all of it. */
#include "core/base/row.h"
#include "core/nn/dropout.h"
#include "core/nn/net_impl.h"

#include <string.h>

/* Embeds or packs the input. When x is in packed order already, it is read in place. */
static void take_input(struct net_work *w, const struct net *n, const struct net_input *in)
{
    size_t I = (size_t)w->config.input_size;
    struct stop_meter m = net_meter(w);

    w->ids = in->ids;
    w->types = in->types;
    w->x = w->x_buf;
    if (w->types)
        return;
    if (w->config.vocab_size) {
        net_embed(w, n);
        return;
    }
    if (w->plain) {
        w->x = in->x;
        return;
    }
    for (int t = 0; t < w->steps; t++)
        for (int b = 0; b < w->active[t] && !stop_meter_take(&m, I); b++)
            memcpy(row(w->x_buf, w->off[t] + b, I), row(in->x, net_given(w, t, b), I),
                   I * sizeof(float));
}

static void copy_states(struct net_work *w, float *to, int ld, const float *from)
{
    size_t H = (size_t)w->config.hidden_size;

    for (int b = 0; b < w->B; b++)
        if (from)
            memcpy(row(to, b, ld), from + w->order[b] * H, H * sizeof(float));
        else
            memset(row(to, b, ld), 0, H * sizeof(float));
}

/* Copies the initial states. Without any, the buffers must be zero; they are, unless an earlier
 * call had states. */
static void take_states(struct net_work *w, const struct net_input *in)
{
    size_t one = (size_t)w->B * w->config.hidden_size;

    w->states_given = in->h0 || in->c0;
    if (!w->states_given && !w->states_stale)
        return;
    for (int i = 0; i < w->config.num_layers * w->D; i++) {
        copy_states(w, w->cell[i].h0, w->config.hidden_size, in->h0 ? in->h0 + i * one : NULL);
        copy_states(w, w->cell[i].c0, w->Hs, in->c0 ? in->c0 + i * one : NULL);
    }
    /* Rows beyond this batch keep old values until a call of the same size clears them. */
    if (w->states_given)
        w->states_stale = true;
}

/* Copies the state of each sequence after its own last step, in the caller's order. */
static void give_states(struct net_work *w, int i)
{
    int H = w->config.hidden_size, d = i % w->D;
    const float *h = w->layer[i / w->D].h + d * H;
    const float *c = w->cell[i].c;

    for (int b = 0; b < w->B; b++) {
        size_t row = (size_t)(d ? b : w->off[w->length[b] - 1] + b);
        size_t c_row = w->training ? row : (size_t)b;
        size_t to = ((size_t)i * w->B + w->order[b]) * H;

        memcpy(w->h_n + to, h + row * w->DH, H * sizeof(float));
        memcpy(w->c_n + to, c + c_row * w->Hs, H * sizeof(float));
    }
}

/* One step t of some sequences of cell i. gates (s->count,4,Hs) holds x_t Wih' + b_ih + b_hh. */
static void forward_segment(struct net_work *w, int i, const struct segment *s, float *gates)
{
    int H = w->config.hidden_size;
    size_t Hs = (size_t)w->Hs;
    struct cell_work *cw = &w->cell[i];
    float *h = w->layer[i / w->D].h + i % w->D * H;
    bool first = s->prev < 0;
    const float *c_prev = first         ? cw->c0 + s->b * Hs
                          : w->training ? cw->c + s->prev * Hs
                                        : cw->c + s->b * Hs;
    const float *h_prev = w->states_given ? row(cw->h0, s->b, H) : NULL;
    struct cell_forward f = {
        .gates = gates,
        .c = cw->c + (w->training ? s->row : s->b) * Hs,
        .tanh_c = w->training ? cw->tanh_c + s->row * Hs : NULL,
        .h = row(h, s->row, w->DH),
        .h_prev = first ? h_prev : row(h, s->prev, w->DH),
        .c_prev = c_prev,
        .panels = cw->panels_hh,
        .ldh = w->DH,
        .ldh_prev = first ? H : w->DH,
        .M = s->count,
        .H = H,
        .Hs = w->Hs,
    };

    w->k->cell_forward(&f);
}

static void any_segment(struct net_work *w, int i, const struct segment *s, float *gates)
{
    if (w->bytes)
        net_bytes_segment(w, i, s, gates);
    else
        forward_segment(w, i, s, gates);
}

/* The same in pieces. Before each piece of a large step it reads the caller's flag. */
static void forward_pieces(struct net_work *w, int i, struct segment s, float *gates)
{
    int H = w->config.hidden_size;

    for (int done = 0; done < s.count && !net_gives_up(w);) {
        struct segment piece = s;

        piece.count = piece_rows(s.count - done, 8 * (int64_t)H * H);
        piece.row += done;
        piece.prev += s.prev < 0 ? 0 : done;
        piece.b += done;
        any_segment(w, i, &piece, gates + (size_t)done * 4 * (size_t)w->Hs);
        done += piece.count;
    }
}

/* gates (rows,4,Hs) = x_t Wih' + b_ih + b_hh of the rows first..first+rows-1. */
static void input_gates(struct net_work *w, int i, float *gates, const float *x, int K, int first,
                        int rows)
{
    for (int end = first + rows; first < end && !net_gives_up(w); first += rows) {
        rows = piece_rows(end - first, 8 * (int64_t)K * w->Hs);
        if (w->types && i < w->D)
            net_types_gates(w, i, gates, first, rows);
        else if (w->bytes)
            net_bytes_gates(w, i, gates, x, first, rows);
        else
            w->k->gates_input(gates, row(x, first, K), K, w->cell[i].panels_ih, w->cell[i].bias,
                              rows, K, w->Hs);
        gates += (size_t)rows * 4 * (size_t)w->Hs;
    }
}

/* Finds the segments from j on that make a chunk, the consecutive rows first..first+rows-1. Returns
 * the segment after them. In the reverse direction a step may have two segments, the second above
 * the first; a chunk that ended between them would not be consecutive. */
static int next_chunk(const struct net_work *w, int d, int j, int *first, int *rows)
{
    const struct segment *s = w->seg[d];

    *first = s[j].row;
    *rows = 0;
    while (j < w->num_seg[d]) {
        bool two = d && j + 1 < w->num_seg[d] && s[j + 1].row > s[j].row;
        int step = s[j].count + (two ? s[j + 1].count : 0);

        if (*rows && *rows + step > w->chunk)
            break;
        if (s[j].row < *first)
            *first = s[j].row;
        *rows += step;
        j += two ? 2 : 1;
    }
    return j;
}

static void forward_chunks(struct net_work *w, int i, const float *x, int K)
{
    int d = i % w->D;
    size_t gate_row = 4 * (size_t)w->Hs;
    struct cell_work *cw = &w->cell[i];

    for (int j = 0; j < w->num_seg[d] && !net_gives_up(w);) {
        int first, rows, end = next_chunk(w, d, j, &first, &rows);
        float *gates = w->training ? cw->gates + first * gate_row : cw->gates;

        input_gates(w, i, gates, x, K, first, rows);
        for (; j < end; j++)
            forward_pieces(w, i, w->seg[d][j], row(gates, w->seg[d][j].row - first, gate_row));
    }
}

/* A pass over a cell that several threads share. */
struct cell_pass {
    struct net_work *w;
    const float *x; /* (R,K) */
    int cell, K;
};

static void input_task(void *arg, int part)
{
    const struct cell_pass *p = arg;
    struct net_work *w = p->w;
    const struct cell_work *cw = &w->cell[p->cell];
    struct range r = range_part(w->R, 4, part, w->parts);

    input_gates(w, p->cell, cw->gates + r.from * 4 * (size_t)w->Hs, p->x, p->K, r.from,
                r.to - r.from);
}

static void steps_task(void *arg, int part)
{
    const struct cell_pass *p = arg;
    struct net_work *w = p->w;
    int d = p->cell % w->D;

    for (int j = 0; j < w->num_seg[d] && !net_gives_up(w); j++) {
        struct segment s = segment_part(w, w->seg[d][j], part);

        if (s.count)
            forward_pieces(w, p->cell, s, w->cell[p->cell].gates + s.row * 4 * (size_t)w->Hs);
    }
}

static void forward_cell(struct net_work *w, int i, const float *x, int K)
{
    struct cell_pass p = {w, x, i, K};

    if (w->parts == 1) {
        forward_chunks(w, i, x, K);
    } else {
        parallel_run(w->parallel, w->parts, input_task, &p);
        parallel_run(w->parallel, w->parts, steps_task, &p);
    }
    give_states(w, i);
}

/* The output of the layer below, dropped out while training. */
static const float *drop(struct net_work *w, int l, const float *x, struct rng *r)
{
    struct layer_work *lw = &w->layer[l];
    struct stop_meter m = net_meter(w);

    if (!w->dropped)
        return x;
    dropout_draw(lw->in, lw->mask, x, (size_t)w->R * w->DH, w->config.dropout, r, &m);
    return lw->in;
}

/* Dropout of the first layer's input. */
static void drop_input(struct net_work *w, struct rng *r)
{
    struct stop_meter m = net_meter(w);

    if (!w->masked || !w->x_mask)
        return;
    dropout_draw_16bit(w->x_buf, w->x_mask, w->x, (size_t)w->R * w->config.input_size,
                       w->config.input_dropout, r, &m);
    w->x = w->x_buf;
}

/* The input of the linear layer: the last layer's output, with dropout while training. */
static const float *take_top(struct net_work *w, struct rng *r)
{
    const float *h = w->layer[w->config.num_layers - 1].h;
    struct stop_meter m = net_meter(w);

    if (!w->masked || !w->top)
        return h;
    dropout_draw_16bit(w->top, w->top_mask, h, (size_t)w->R * w->DH, w->config.output_dropout, r,
                       &m);
    return w->top;
}

/* Copies the outputs in the caller's order. At padding h is zero, so that the output is the
 * bias. */
static void give_outputs(struct net_work *w, const float *bias)
{
    size_t O = (size_t)w->config.output_size;
    struct stop_meter m = net_meter(w);

    for (int t = 0; t < w->T; t++) {
        int active = t < w->steps ? w->active[t] : 0;

        for (int b = 0; b < w->B && !stop_meter_take(&m, O); b++)
            memcpy(row(w->y, net_given(w, t, b), O),
                   b < active ? row(w->y_packed, w->off[t] + b, O) : bias, O * sizeof(float));
    }
}

struct linear_pass {
    struct net_work *w;
    const struct net *n;
    const float *h; /* (R,D*H) */
    float *y;       /* (R,O) */
};

/* y (rows,O) = bias + h (rows,D*H) W', W packed. */
static void linear_packed(const struct net_work *w, float *y, const float *h, const float *bias,
                          int rows)
{
    size_t O = (size_t)w->config.output_size;

    for (int i = 0; i < rows; i++)
        memcpy(row(y, i, O), bias, O * sizeof(float));
    w->k->gemm(&(struct gemm){.c = y,
                              .ldc = (ptrdiff_t)O,
                              .a = h,
                              .a_row = w->DH,
                              .a_col = 1,
                              .panels = w->panels_linear,
                              .M = rows,
                              .N = w->config.output_size,
                              .K = w->DH,
                              .groups = 1,
                              .add = true});
}

/* Rows from..from+rows-1 of y. */
static void linear_rows(const struct linear_pass *p, int from, int rows)
{
    const struct net_work *w = p->w;
    int O = w->config.output_size;
    float *y = p->y + from * (size_t)O;
    const float *h = p->h + from * (size_t)w->DH;
    const float *bias = p->n->params + p->n->linear_bias;

    if (w->bytes)
        w->bytes->k->linear(y, h, w->DH, p->n->params + p->n->linear_weight, bias, rows, O, w->DH);
    else if (w->panels_linear)
        linear_packed(w, y, h, bias, rows);
    else
        w->k->linear(y, h, w->DH, p->n->params + p->n->linear_weight, bias, rows, O, w->DH);
}

static void linear_task(void *arg, int part)
{
    const struct linear_pass *p = arg;
    const struct net_work *w = p->w;
    struct range r = range_part(w->R, 4, part, w->parts);
    int64_t flops = 2 * (int64_t)w->DH * w->config.output_size;

    for (int rows; r.from < r.to && !net_gives_up(w); r.from += rows) {
        rows = piece_rows(r.to - r.from, flops);
        linear_rows(p, r.from, rows);
    }
}

const float *net_forward(struct net_work *w, const struct net *n, const struct net_input *in,
                         struct rng *dropout)
{
    const struct net_config *c = &w->config;
    const float *x, *bias = n->params + n->linear_bias;
    bool direct;

    net_work_arrange(w, in);
    net_work_pack(w, n);
    take_input(w, n, in);
    take_states(w, in);
    w->dropped = dropout && w->training && c->dropout > 0.0f && c->num_layers > 1;
    w->masked = dropout && w->training;
    drop_input(w, dropout);
    x = w->x;
    for (int l = 0; l < c->num_layers; l++) {
        if (l)
            x = drop(w, l, w->layer[l - 1].h, dropout);
        for (int d = 0; d < w->D; d++)
            if (!net_gives_up(w))
                forward_cell(w, l * w->D + d, x, l ? w->DH : c->input_size);
        if (net_gives_up(w))
            return NULL;
    }
    direct = w->plain && w->steps == w->T;
    parallel_run(w->parallel, w->parts, linear_task,
                 &(struct linear_pass){w, n, take_top(w, dropout), direct ? w->y : w->y_packed});
    if (!direct)
        give_outputs(w, bias);
    return net_gives_up(w) ? NULL : w->y;
}

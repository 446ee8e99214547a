/* net_impl.h - the members of struct net and struct net_work, for core/nn alone.
 *
 * Internally a batch is packed. Sequences are sorted by length, longest first, and only steps that
 * exist are stored, step after step. Row off[t]+b is step t of the b-th longest sequence. So
 * padding is neither computed nor stored, every product over all steps is one GEMM, and the reverse
 * direction only walks t downwards. */
#ifndef CORE_NN_NET_IMPL_H
#define CORE_NN_NET_IMPL_H

#include "core/base/row.h"
#include "core/base/size.h"
#include "core/nn/bytes.h"
#include "core/nn/kernels.h"

#include <lstm/net.h>
#include <lstm/stop.h>

enum {
    NET_TENSORS_MAX = 1 + NET_LAYERS_MAX * 2 * 4 + 2,
    PACK_BACK_MIN = 8, /* with fewer sequences, packing Whh for the backward pass does not pay */
    PARTS_MAX = 64,
    PART_SEQUENCES = 8,   /* with fewer, a thread does not pay */
    PART_FLOPS = 1 << 18, /* with less arithmetic in a step, a thread does not pay */
};

/* Arithmetic between two reads of the caller's flag: some tens of milliseconds on one core. Larger
 * products are split. Rows are split anywhere, sums only where the kernels split them too, so that
 * no bit of a result changes. */
#define STOP_FLOPS ((int64_t)1 << 31)

/* Where one direction of one layer has its tensors in the block; K is its input's width. */
struct cell_place {
    size_t w_ih, w_hh, b_ih, b_hh;
    int K;
};

struct net {
    struct net_config config;
    float *params;
    size_t num_params;
    uint64_t version; /* counts net_touch() */
    int num_tensors;
    struct cell_place cell[NET_LAYERS_MAX * 2]; /* l * D + d */
    size_t embedding, linear_weight, linear_bias;
    struct net_tensor tensor[NET_TENSORS_MAX];
};

/* A run of rows of one step. The states before it are a run of rows too, or the initial states. */
struct segment {
    int row, count;
    int prev; /* row of the step before, or -1: initial state */
    int b;    /* index in the sorted batch of the first row */
};

struct cell_work {
    float *panels_ih, *panels_hh; /* packed weights */
    float *panels_back; /* Whh (4H,H), packed for the backward pass; NULL: small batches */
    float *bias;        /* (4,Hs) b_ih + b_hh */
    float *gates;       /* (R,4,Hs); without training (chunk,4,Hs), of all cells */
    float *c, *tanh_c;  /* (R,Hs); without training c (B,Hs) and no tanh_c */
    float *h0, *c0;     /* (B,H) and (B,Hs), sorted; zeros when not given */
};

/* The parts of a workspace that computes with bytes: see <lstm/net.h>, net_work_quantize(). */
struct net_bytes {
    const struct byte_kernels *k;
    void *block;
    float input_scale;          /* of x; 0: x is not quantised */
    int Kx;                     /* bytes of a row of x */
    uint8_t *x;                 /* (chunk,Kx) */
    uint8_t *h0;                /* (B,Hs) one cell's initial state */
    uint8_t *h[NET_LAYERS_MAX]; /* (R,D*Hs) output of each layer */
    struct byte_panels ih[NET_LAYERS_MAX * 2], hh[NET_LAYERS_MAX * 2];
};

/* Number of outputs from which packing the linear layer's weights pays. */
enum { LINEAR_PACK_MIN = 16 };

struct layer_work {
    float *in;   /* (R,D*H) dropped-out output of the layer below, or NULL */
    float *mask; /* (R,D*H) 0 or 1/(1-p) */
    float *h;    /* (R,D*H) output */
    float *dh;   /* (R,D*H) its gradient */
};

struct net_work {
    struct net_config config;
    const struct kernels *k;
    int Hs, DH, D, T_max, B_max;
    int chunk; /* rows whose input product is made at once, so that it stays in the cache */
    bool training;
    void *block;

    /* packed weights */
    const struct net *packed_net;
    uint64_t packed_version, packed_print; /* packed_net's version, fingerprint of its weights */
    bool packed_back;                      /* panels_back is packed too */

    /* the batch of the last forward */
    int T, B;               /* as given */
    int steps, R;           /* longest length, rows */
    bool plain;             /* all lengths equal: packed order is the given one */
    bool states_given;      /* h0 or c0 not NULL */
    bool states_stale;      /* the buffers h0, c0 are not zero */
    bool dropped;           /* masks between the layers were drawn */
    bool masked;            /* masks of input and output were drawn */
    int *order;             /* (B) sorted -> given */
    int *length;            /* (B) sorted */
    int *active;            /* (T+1) sequences longer than t */
    int *off;               /* (T+1) first row of step t */
    struct segment *seg[2]; /* per direction, in order of computation */
    int num_seg[2];
    const int32_t *ids;            /* in the given order; borrowed */
    const struct net_types *types; /* set when ids number these types; else NULL */

    const float *x;        /* (R,I): the input as the first layer sees it; x_buf or borrowed */
    float *x_buf;          /* (R,I) */
    float *x_mask;         /* (R,I) of input_dropout, or NULL */
    float *top, *top_mask; /* (R,D*H) of output_dropout: last layer's output dropped out, or NULL */
    float *dx;             /* (R,I) gradient of embedded inputs */
    float *y_packed, *y;   /* (R,O), (T,B,O) */
    float *dy_packed;      /* (R,O) */
    float *hidden;         /* (T,B,D*H) unpacked on demand */
    float *h_n, *c_n;      /* (L*D,B,H) */
    float *dc;             /* (B,Hs) */
    float *h_prev;         /* (R,H) gathered when lengths differ */
    float *scratch;        /* (GEMM_SCRATCH) of the first part */
    float *panels_linear;  /* linear.weight, packed; NULL: few outputs */

    const struct stop_flag *stop; /* the caller's flag, or NULL */

    struct net_bytes *bytes; /* NULL: everything is computed in floats; owned */

    /* Threads that share the passes. Each part works on some of the sequences or of the results. */
    const struct parallel *parallel; /* NULL: none lent */
    float *scratch_more;             /* (threads-1,GEMM_SCRATCH) of the other parts, owned */
    int parts;                       /* of this batch */
    int part[PARTS_MAX + 1];         /* (parts+1) first sequence (sorted) of each */
    struct layer_work layer[NET_LAYERS_MAX];
    struct cell_work cell[NET_LAYERS_MAX * 2];
};

/* Part i of n of the numbers 0 to count - 1, split at multiples of unit. */
struct range {
    int from, to;
};
static inline struct range range_part(int count, int unit, int i, int n)
{
    int64_t units = (count + unit - 1) / unit;
    int64_t from = units * i / n * unit, to = units * (i + 1) / n * unit;

    return (struct range){from < count ? (int)from : count, to < count ? (int)to : count};
}

/* The sequences of a segment that belong to part i. count 0: none. */
static inline struct segment segment_part(const struct net_work *w, struct segment s, int i)
{
    int from = s.b > w->part[i] ? s.b : w->part[i];
    int end = s.b + s.count < w->part[i + 1] ? s.b + s.count : w->part[i + 1];

    s.row += from - s.b;
    s.prev += s.prev < 0 ? 0 : from - s.b;
    s.count = end > from ? end - from : 0;
    s.b = from;
    return s;
}

/* Returns how many of the `left` rows make the next piece, where each takes flops_of_row. Whole
 * tiles where possible. */
static inline int piece_rows(int left, int64_t flops_of_row)
{
    int64_t n = STOP_FLOPS / (flops_of_row > 0 ? flops_of_row : 1) / 16 * 16;

    n = n < 16 ? 16 : n;
    return n < left ? (int)n : left;
}

/* Whether to stop the running pass. */
static inline bool net_gives_up(const struct net_work *w)
{
    return stop_asked(w->stop);
}

static inline struct stop_meter net_meter(const struct net_work *w)
{
    return (struct stop_meter){.stop = w->stop};
}

static inline float *part_scratch(const struct net_work *w, int i)
{
    return i ? row(w->scratch_more, i - 1, GEMM_SCRATCH) : w->scratch;
}

static inline int net_directions(const struct net_config *c)
{
    return c->bidirectional ? 2 : 1;
}

static inline int net_features(const struct net_config *c)
{
    return c->features > 1 ? c->features : 1;
}

/* x (I): the sum of the embeddings of ids (F). */
void net_embed_one(float *x, const struct net *n, const struct kernels *k, const int32_t *ids);
/* The rows of x_buf: for each step the sum of its ids' embeddings. */
void net_embed(struct net_work *w, const struct net *n);
/* The gradient of those embeddings, from dx. */
void net_embed_backward(struct net_work *w, const struct net *n, float *grad);

/* The step t of the b-th longest sequence, in the given batch. */
static inline size_t net_given(const struct net_work *w, int t, int b)
{
    return (size_t)t * w->B + w->order[b];
}
/* Copies the first layer's products for direction d and the packed rows first..first+rows-1 from
 * types to gates (rows,4,Hs). */
void net_types_gates(const struct net_work *w, int d, float *gates, int first, int rows);

/* What net_bytes.c does in place of the float kernels when w->bytes is not NULL: packs n's weights;
 * x_t Wih' + bias of the packed rows first..first+rows-1 of cell i; one step. */
void net_bytes_pack(struct net_work *w, const struct net *n);
void net_bytes_gates(struct net_work *w, int i, float *gates, const float *x, int first, int rows);
void net_bytes_segment(struct net_work *w, int i, const struct segment *s, const float *gates);
void net_bytes_free(struct net_bytes *b); /* NULL is fine */

/* Sorts and packs the batch: sets the members of net_work from T down to types. */
void net_work_arrange(struct net_work *w, const struct net_input *in);
/* Copies the weights into the layouts of the kernels that this batch needs, unless they are
 * there. */
void net_work_pack(struct net_work *w, const struct net *n);

#endif

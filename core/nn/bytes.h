/* bytes.h - the inner loops of an LSTM with 8-bit weights and states: sums of products of bytes are
 * exact integers, and what follows is written without fused multiplications. So all sets give the
 * same bits, on every CPU; they differ in speed alone.
 *
 * A value v is kept as the byte q, with v = scale * q and q in -127..127 (symmetric, round to
 * nearest; Jacob et al., "Quantization and training of neural networks for efficient
 * integer-arithmetic-only inference", 2018, section 2). Weights have one scale for each row, which
 * is an output channel. The states h lie in -1..1 and have the fixed scale 1/127.
 *
 * The sets share one source (bytes_vector.h), which each bytes_SET.c compiles with its own width
 * and flags. Contract: as in kernels.h; Hs and the gate layout are those of kernels.h as well. */
#ifndef CORE_NN_BYTES_H
#define CORE_NN_BYTES_H

#include <stddef.h>
#include <stdint.h>

enum {
    BYTE_MAX = 127,
    BYTE_GROUP = 4, /* bytes of a row that are multiplied and summed at once: K is a multiple */
    BYTE_PAD = 3
};

/* The factor of the pre-activations z of gate g in i f g o, in weights and bias already: so 2^z is
 * e^-z_i, e^-z_f, e^2z_g, e^-z_o, from which sigmoid and tanh are made. */
static inline float byte_factor(int g)
{
    return g == 2 ? 2 * 0x1.715476p0f : -0x1.715476p0f; /* 1 / ln 2 */
}

/* One matrix (4H,K) of a cell. */
struct byte_panels {
    int8_t *weights; /* panel p holds the units p*width.. as (K/4,4,width,4); (4*Hs*K) */
    float *scale;    /* (4,Hs) of a sum: scale of the weight row times that of the input */
    int32_t *shift;  /* (4,Hs) where the sums begin, because stored bytes are q + offset */
};

/* Where its weights come from: w (4H, blocks*given), row-major. */
struct byte_source {
    const float *w;
    int H, Hs;
    int blocks;    /* of columns, such as the directions of the layer below */
    int given;     /* columns of a block in w */
    int padded;    /* columns of a block in the panels, where those beyond `given` are zeros */
    float x_scale; /* of the input's bytes */
};

/* z (M,4,Hs) = bias (4,Hs; times byte_factor()) + the products of x (M,K; rows ldx apart) and the
 * weights. */
struct byte_product {
    float *z;
    const float *bias;
    const uint8_t *x;
    const struct byte_panels *panels;
    ptrdiff_t ldx;
    int M, K, Hs;
};

/* One time step as struct cell_forward, without a backward pass. */
struct byte_cell {
    const float *gates;    /* (M,4,Hs) x Wih' + bias */
    float *c;              /* (M,Hs) out; may be c_prev */
    float *h;              /* (M,H), rows ldh apart, out */
    uint8_t *h_bytes;      /* (M,Hs), rows ldb apart, out: the same for the next products */
    const uint8_t *h_prev; /* (M,Hs), rows ldb_prev apart; NULL: zeros */
    const float *c_prev;   /* (M,Hs) */
    const struct byte_panels *panels; /* Whh, K = Hs */
    ptrdiff_t ldh, ldb, ldb_prev;
    int M, H, Hs;
};

struct byte_kernels {
    const char *name;
    int width;
    int offset; /* of stored bytes: 0 or 128 */
    void (*pack)(const struct byte_panels *to, const struct byte_source *from);
    /* w (4H,K) as floats into panels (K,4,width), for gates_floats(). */
    void (*pack_floats)(float *panels, const float *w, int H, int K, int Hs);
    /* x (n) as bytes of this scale, clamped; bytes up to K are 0. */
    void (*to_bytes)(uint8_t *to, const float *x, int n, int K, float scale);
    void (*gates_bytes)(const struct byte_product *p);
    /* The same of x (M,K) and weights that are floats: for inputs that 8 bits cannot hold. */
    void (*gates_floats)(float *z, const float *x, ptrdiff_t ldx, const float *panels,
                         const float *bias, int M, int K, int Hs);
    void (*cell)(const struct byte_cell *s);
    /* y (M,N) = bias (N) + h (M,K; rows ldh apart) w', w (N,K) row-major. */
    void (*linear)(float *y, const float *h, ptrdiff_t ldh, const float *w, const float *bias,
                   int M, int N, int K);
};

extern const struct byte_kernels bytes_portable;
#if defined(__x86_64__)
extern const struct byte_kernels bytes_avx2, bytes_avx512;
#endif

/* The fastest set that this CPU runs, of the kernels in force or narrower ones. */
const struct byte_kernels *bytes_get(void);

#endif

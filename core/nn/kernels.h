/* kernels.h - the table of inner loops, one per instruction set.
 *
 * All hot loops of the core are in this table. The vector sets share one source (vector.h,
 * kernels_gemm.h, kernels_cell.h, kernels_update.h, written in the vector extensions of gcc and
 * clang), which each kernels_SET.c compiles with its own width and flags. kernels_naive.c has the
 * same functions as plain loops; the tests compare the vector sets with it.
 *
 * Contract: no kernel allocates or fails, or reads or writes outside the named elements. The order
 * of a sum depends on K alone, so that a row of a result does not depend on its neighbours.
 *
 * Gate layout: Hs is kernels_pad() of H, a multiple of the set's width. Pre-activations, gates and
 * their gradients are rows of (4,Hs), i f g o; lanes H..Hs-1 are padding that stays finite. */
#ifndef CORE_NN_KERNELS_H
#define CORE_NN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KERNEL_WIDTH_MAX = 16, KERNEL_ALIGN = 64, GEMM_SCRATCH = 80 * 1024 };

/* c (M,N) = [c +] a (M,K') b (K',N), K' = groups * K. Element (m, g*K+k) of a is
 * a[m*a_row + g*a_group + k*a_col]: a transposed or gate-padded operand needs no copy of its own.
 * b may come packed by pack_b(); then a large product needs scratch only where a_row is 1. */
struct gemm {
    float *c;
    ptrdiff_t ldc;
    const float *a;
    ptrdiff_t a_row, a_col, a_group;
    const float *b;
    ptrdiff_t ldb;
    const float *panels; /* b packed, or NULL: then b is read */
    float *scratch;      /* GEMM_SCRATCH floats, or NULL: operands are read as they lie */
    int M, N, K, groups;
    bool add;
};

/* One time step of one direction for M sequences: z = (x Wih' + b_ih + b_hh) + h_prev Whh', i f o =
 * sigmoid(z), g = tanh(z), c = f c_prev + i g, h = o tanh(c). */
struct cell_forward {
    float *gates;  /* (M,4,Hs) in: x Wih' + bias; out: activated i f g o, when tanh_c is given */
    float *c;      /* (M,Hs) out; may be c_prev */
    float *tanh_c; /* (M,Hs) out; NULL: no backward pass follows, gates and tanh(c) are not kept */
    float *h;      /* (M,H), rows ldh apart, out */
    const float *h_prev; /* (M,H), rows ldh_prev apart; NULL: zeros */
    const float *c_prev; /* (M,Hs) */
    const float *panels; /* Whh, packed */
    ptrdiff_t ldh, ldh_prev;
    int M, H, Hs;
};

/* The same step backwards; kernels_naive.c has the equations. */
struct cell_backward {
    float *gates;        /* (M,4,Hs) in: activated gates; out: gradient of the pre-activations */
    float *dc;           /* (M,Hs) in: from the step after; out: for the step before */
    const float *dh;     /* (M,H), rows ldh apart: gradient of h, all contributions */
    const float *tanh_c; /* (M,Hs) */
    const float *c_prev; /* (M,Hs) */
    ptrdiff_t ldh;
    int M, H, Hs;
};

struct adam_args {
    float beta1, one_minus_beta1, beta2, one_minus_beta2;
    float step_size;    /* lr / (1 - beta1^t) */
    float inv_sqrt_bc2; /* 1 / sqrt(1 - beta2^t) */
    float epsilon;
    float weight_decay; /* added to the gradient */
    float shrink;       /* factor on w before the update: 1 - lr*wd for AdamW, else 1 */
};

struct kernels {
    const char *name;
    int width; /* floats per vector: Hs is a multiple of it */

    /* w (4H,K), i f g o, into panels: panel p holds the units p*width.. as (K,4,width), zero
     * beyond H. panels has 4*Hs*K floats. */
    void (*pack_gates)(float *panels, const float *w, int H, int K);
    /* z (M,4,Hs) = bias (4,Hs) + x (M,K; rows ldx apart) w', w packed. */
    void (*gates_input)(float *z, const float *x, ptrdiff_t ldx, const float *panels,
                        const float *bias, int M, int K, int Hs);
    void (*cell_forward)(const struct cell_forward *s);
    void (*cell_backward)(const struct cell_backward *s);

    void (*gemm)(const struct gemm *g);
    int panel_n; /* columns of a panel of b */
    /* b (K,N; rows ldb apart) into panels: K * (N rounded up to panel_n) floats. */
    void (*pack_b)(float *panels, const float *b, ptrdiff_t ldb, int K, int N);
    /* The same of b = w', w (N,K) row-major; columns beyond N up to the next vector are zeros. */
    void (*pack_b_transposed)(float *panels, const float *w, int K, int N);
    /* y (M,N) = bias (N) + x (M,K; rows ldx apart) w', w (N,K) row-major and not packed. */
    void (*linear)(float *y, const float *x, ptrdiff_t ldx, const float *w, const float *bias,
                   int M, int N, int K);
    /* out (N) += sum over the M rows of a, lda apart; also to out2 when not NULL. */
    void (*column_sums)(float *out, float *out2, const float *a, ptrdiff_t lda, int M, int N);

    void (*add)(float *y, const float *x, size_t n); /* y += x */
    /* y (n) = the sum of the rows of table (any,n) that ids (F) name; an id below 0 names none. */
    void (*sum_rows)(float *y, const float *table, const int32_t *ids, int F, size_t n);
    /* y (n) += the rows of table (any,n), each times its scale (any). */
    void (*add_byte_rows)(float *y, const int8_t *table, const float *scale, const int32_t *ids,
                          int F, size_t n);
    /* Adds x (n) to each of these rows. */
    void (*add_to_rows)(float *table, const float *x, const int32_t *ids, int F, size_t n);
    void (*multiply)(float *y, const float *x, size_t n); /* y *= x */
    void (*scale)(float *y, float a, size_t n);           /* y *= a */
    double (*sum_squares)(const float *x, size_t n);
    /* m may be NULL (no momentum): w -= lr * (m = momentum * m + g + wd * w). */
    void (*sgd)(float *w, float *m, const float *g, size_t n, float lr, float momentum, float wd);
    void (*adam)(float *w, float *m, float *v, const float *g, size_t n, const struct adam_args *a);

    /* y = f(x), element by element. */
    void (*sigmoid)(float *y, const float *x, size_t n);
    void (*tanh)(float *y, const float *x, size_t n);
    void (*exp)(float *y, const float *x, size_t n);
};

extern const struct kernels kernels_naive, kernels_portable;
#if defined(__x86_64__)
extern const struct kernels kernels_avx2, kernels_avx512;
#endif

/* The table in force (see <lstm/cpu.h>). */
const struct kernels *kernels_get(void);

/* Hs. At least a multiple of four, for the narrowest byte kernels (bytes.h). */
static inline int kernels_pad(const struct kernels *k, int H)
{
    int width = k->width < 4 ? 4 : k->width;

    return (H + width - 1) / width * width;
}

#endif

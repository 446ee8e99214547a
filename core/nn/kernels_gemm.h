/* kernels_gemm.h - matrix products: see kernels.h. Included by kernels_SET.c after vector.h, with
 * TILE_N, the vectors of a tile's row: TILE_M * TILE_N accumulators have to fit the registers.
 *
 * A tile keeps its part of c in registers while it runs through a block of k. Operands are not packed: b's
 * rows are read as they lie, which the sizes of LSTMs (thousands at most) forgive. */
#ifndef CORE_NN_KERNELS_GEMM_H
#define CORE_NN_KERNELS_GEMM_H

#include "core/nn/kernels.h"
#include "core/nn/vector.h"

enum {
    TILE_M = 4,
    ROW_N = 8,
    BLOCK_K = 64 /* sums of blocks of sums: the rounding error grows with K / 64, not K */
};

/* Where k is in the sum: group, index in it. */
struct gemm_block {
    int group, k, count;
};

/* acc (MR,NV) = the products of one block; the last of the NV vectors holds tail columns. */
INLINE void gemm_block(vf acc[][ROW_N], const struct gemm *g, struct gemm_block at, int m, int n,
                       const int MR, const int NV, int tail)
{
    const float *a = g->a + m * g->a_row + at.group * g->a_group + at.k * g->a_col;
    const float *b = g->b + ((ptrdiff_t)at.group * g->K + at.k) * g->ldb + n;

    UNROLL
    for (int i = 0; i < MR; i++)
        UNROLL
    for (int j = 0; j < NV; j++)
        acc[i][j] = (vf){0};
    for (int k = 0; k < at.count; k++, a += g->a_col, b += g->ldb) {
        vf bv[ROW_N];

        UNROLL
        for (int j = 0; j < NV; j++)
            bv[j] = j + 1 < NV ? v_load(b + j * VL) : v_load_n(b + j * VL, tail);
        UNROLL
        for (int i = 0; i < MR; i++) {
            vf av = v_splat(a[i * g->a_row]);

            UNROLL
            for (int j = 0; j < NV; j++)
                acc[i][j] += av * bv[j];
        }
    }
}

/* c = [c +] acc for a tile. */
INLINE void gemm_store(float *c, ptrdiff_t ldc, vf acc[][ROW_N], bool add, const int MR,
                       const int NV, int tail)
{
    UNROLL
    for (int i = 0; i < MR; i++) {
        float *last = c + i * ldc + (NV - 1) * VL;

        UNROLL
        for (int j = 0; j + 1 < NV; j++) {
            float *to = c + i * ldc + j * VL;

            v_store(to, add ? v_load(to) + acc[i][j] : acc[i][j]);
        }
        v_store_n(last, add ? v_load_n(last, tail) + acc[i][NV - 1] : acc[i][NV - 1], tail);
    }
}

/* Rows m..m+MR-1, columns n.. */
INLINE void gemm_tile(const struct gemm *g, int m, int n, const int MR, const int NV, int tail)
{
    bool add = g->add;

    for (int q = 0; q < g->groups; q++)
        for (int k = 0; k < g->K; k += BLOCK_K) {
            int count = g->K - k < BLOCK_K ? g->K - k : BLOCK_K;
            vf acc[TILE_M][ROW_N];

            gemm_block(acc, g, (struct gemm_block){q, k, count}, m, n, MR, NV, tail);
            gemm_store(g->c + m * g->ldc + n, g->ldc, acc, add, MR, NV, tail);
            add = true;
        }
}

/* All rows of the columns n.., NV vectors wide. */
INLINE void gemm_columns(const struct gemm *g, int m, int n, const int NV, int tail)
{
    for (; m + TILE_M <= g->M; m += TILE_M)
        gemm_tile(g, m, n, TILE_M, NV, tail);
    if (m + 2 <= g->M) {
        gemm_tile(g, m, n, 2, NV, tail);
        m += 2;
    }
    if (m < g->M)
        gemm_tile(g, m, n, 1, NV, tail);
}

static void gemm_row_tail(const struct gemm *g, int n, int nv, int tail)
{
    switch (nv) {
    case 1:
        gemm_tile(g, 0, n, 1, 1, tail);
        break;
    case 2:
        gemm_tile(g, 0, n, 1, 2, tail);
        break;
    case 3:
        gemm_tile(g, 0, n, 1, 3, tail);
        break;
    case 4:
        gemm_tile(g, 0, n, 1, 4, tail);
        break;
    case 5:
        gemm_tile(g, 0, n, 1, 5, tail);
        break;
    case 6:
        gemm_tile(g, 0, n, 1, 6, tail);
        break;
    case 7:
        gemm_tile(g, 0, n, 1, 7, tail);
        break;
    default:
        gemm_tile(g, 0, n, 1, 8, tail);
        break;
    }
}

/* One row alone has latency to hide: eight vectors at once. */
static void gemm_row(const struct gemm *g)
{
    for (int n = 0; n < g->N;) {
        int left = g->N - n, nv = (left + VL - 1) / VL;

        nv = nv < ROW_N ? nv : ROW_N;
        gemm_row_tail(g, n, nv, left >= nv * VL ? VL : left - (nv - 1) * VL);
        n += nv * VL;
    }
}

/* N below a vector's width, a's columns contiguous (a_row 1): vectors run along m instead. */
static void gemm_narrow(const struct gemm *g)
{
    for (int n = 0; n < g->N; n++)
        for (int m = 0; m < g->M; m += VL) {
            int left = g->M - m < VL ? g->M - m : VL;
            float *c = g->c + m * g->ldc + n;
            float column[VL] = {0};
            vf acc;

            for (int i = 0; g->add && i < left; i++)
                column[i] = c[i * g->ldc];
            acc = v_load(column);
            for (int q = 0; q < g->groups; q++)
                for (int k = 0; k < g->K; k++) {
                    const float *a = g->a + m + q * g->a_group + k * g->a_col;
                    vf av = left == VL ? v_load(a) : v_load_n(a, left);

                    acc += av * g->b[((ptrdiff_t)q * g->K + k) * g->ldb + n];
                }
            v_store(column, acc);
            for (int i = 0; i < left; i++)
                c[i * g->ldc] = column[i];
        }
}

static void SET(gemm)(const struct gemm *g)
{
    int n = 0, left;

    if (g->M == 1) {
        gemm_row(g);
        return;
    }
    if (g->a_row == 1 && g->N * 4 <= VL) {
        gemm_narrow(g);
        return;
    }
    for (; g->N - n > TILE_N * VL; n += TILE_N * VL)
        gemm_columns(g, 0, n, TILE_N, VL);
    left = g->N - n;
    if (left <= VL)
        gemm_columns(g, 0, n, 1, left);
    else if (left <= 2 * VL)
        gemm_columns(g, 0, n, 2, left - VL);
    else if (left <= 3 * VL)
        gemm_columns(g, 0, n, 3, left - 2 * VL);
    else
        gemm_columns(g, 0, n, 4, left - 3 * VL);
}

/* NR rows of w against one of x: dot products along k, partial sums in lanes. */
INLINE void linear_dots(float *y, const float *x, const float *w, const float *bias, const int NR,
                        int K)
{
    vf acc[4];
    int k = 0;

    UNROLL
    for (int r = 0; r < NR; r++)
        acc[r] = (vf){0};
    for (; k + VL <= K; k += VL) {
        vf xv = v_load(x + k);

        UNROLL
        for (int r = 0; r < NR; r++)
            acc[r] += xv * v_load(w + (ptrdiff_t)r * K + k);
    }
    if (k < K) {
        vf xv = v_load_n(x + k, K - k);

        UNROLL
        for (int r = 0; r < NR; r++)
            acc[r] += xv * v_load_n(w + (ptrdiff_t)r * K + k, K - k);
    }
    UNROLL
    for (int r = 0; r < NR; r++)
        y[r] = v_sum(acc[r]) + bias[r];
}

static void SET(linear)(float *y, const float *x, ptrdiff_t ldx, const float *w, const float *bias,
                        int M, int N, int K)
{
    for (int m = 0; m < M; m++, x += ldx, y += N) {
        int n = 0;

        for (; n + 4 <= N; n += 4)
            linear_dots(y + n, x, w + (ptrdiff_t)n * K, bias + n, 4, K);
        for (; n < N; n++)
            linear_dots(y + n, x, w + (ptrdiff_t)n * K, bias + n, 1, K);
    }
}

INLINE void sum_columns(float *out, float *out2, const float *a, ptrdiff_t lda, int M, int n)
{
    vf s = {0};

    for (int m = 0; m < M; m++)
        s += n == VL ? v_load(a + m * lda) : v_load_n(a + m * lda, n);
    v_store_n(out, v_load_n(out, n) + s, n);
    if (out2)
        v_store_n(out2, v_load_n(out2, n) + s, n);
}

static void SET(column_sums)(float *out, float *out2, const float *a, ptrdiff_t lda, int M, int N)
{
    int n = 0;

    for (; n + VL <= N; n += VL)
        sum_columns(out + n, out2 ? out2 + n : NULL, a + n, lda, M, VL);
    if (n < N)
        sum_columns(out + n, out2 ? out2 + n : NULL, a + n, lda, M, N - n);
}

#endif

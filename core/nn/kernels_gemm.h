/* kernels_gemm.h - matrix products: see kernels.h. Included by kernels_SET.c after vector.h, with
 * TILE_M and TILE_N, the rows and vectors of a tile: TILE_M * TILE_N accumulators have to fit the
 * registers.
 *
 * A tile keeps its part of c in registers while it runs through a block of k. A large product
 * copies its operands into the order in which the tiles read them (Goto & van de Geijn, "Anatomy of
 * high-performance matrix multiplication", 2008); a small one reads them as they lie. Both add up
 * every element in the same order. */
#ifndef CORE_NN_KERNELS_GEMM_H
#define CORE_NN_KERNELS_GEMM_H

#include "core/base/sort.h"
#include "core/nn/kernels.h"
#include "core/nn/vector.h"

enum {
    ROW_N = 8,
    BLOCK_K = 128, /* sums of blocks of sums: the rounding error grows with K / 128, not K */
    PANEL_N = TILE_N * VL,
    BLOCK_M = 96,                      /* rows of a packed at once, a multiple of TILE_M */
    BLOCK_N = 512 / PANEL_N * PANEL_N, /* columns of b packed at once */
    PACK_M = 4 * TILE_M,               /* a product of fewer rows does not pay for packing b */
    PACKED_A = BLOCK_M * BLOCK_K,
    PACKED_B = BLOCK_K * BLOCK_N
};
_Static_assert(PACKED_A + PACKED_B <= GEMM_SCRATCH, "the blocks fit the scratch");
_Static_assert(BLOCK_M % TILE_M == 0, "whole tiles");

/* Operands of a tile: a (rows a_row apart, its `count` elements of k a_col apart), b (rows ldb
 * apart). */
struct tile {
    float *c;
    ptrdiff_t ldc;
    const float *a;
    ptrdiff_t a_row, a_col;
    const float *b;
    ptrdiff_t ldb;
    int count; /* of k: one block */
    bool add;
};

/* c (MR,NV) = [c +] the products of one block; the last of the NV vectors holds tail columns. */
INLINE void gemm_tile(const struct tile *t, const int MR, const int NV, int tail)
{
    const ptrdiff_t a_row = t->a_row, a_col = t->a_col, ldb = t->ldb, ldc = t->ldc;
    const float *a = t->a, *b = t->b;
    const bool add = t->add;
    float *c = t->c;
    vf acc[TILE_M][ROW_N];

    UNROLL
    for (int i = 0; i < MR; i++) {
        UNROLL
        for (int j = 0; j < NV; j++)
            acc[i][j] = (vf){0};
    }
    for (int k = 0; k < t->count; k++, a += a_col, b += ldb) {
        vf bv[ROW_N];

        UNROLL
        for (int j = 0; j < NV; j++)
            bv[j] = j + 1 < NV ? v_load(b + j * VL) : v_load_n(b + j * VL, tail);
        UNROLL
        for (int i = 0; i < MR; i++) {
            vf av = v_splat(a[i * a_row]);

            UNROLL
            for (int j = 0; j < NV; j++)
                acc[i][j] += av * bv[j];
        }
    }
    UNROLL
    for (int i = 0; i < MR; i++, c += ldc) {
        float *last = c + (NV - 1) * VL;

        UNROLL
        for (int j = 0; j < NV - 1; j++)
            v_store(c + j * VL, add ? v_load(c + j * VL) + acc[i][j] : acc[i][j]);
        v_store_n(last, add ? v_load_n(last, tail) + acc[i][NV - 1] : acc[i][NV - 1], tail);
    }
}

/* M rows, NV vectors wide. a_tile: from one tile's a to that of the next. */
INLINE void gemm_column(struct tile t, int M, ptrdiff_t a_tile, const int NV, int tail)
{
    for (; M >= TILE_M; M -= TILE_M, t.a += a_tile, t.c += TILE_M * t.ldc)
        gemm_tile(&t, TILE_M, NV, tail);
    if (M >= 4) {
        gemm_tile(&t, 4, NV, tail);
        t.a += 4 * t.a_row, t.c += 4 * t.ldc, M -= 4;
    }
    if (M >= 2) {
        gemm_tile(&t, 2, NV, tail);
        t.a += 2 * t.a_row, t.c += 2 * t.ldc, M -= 2;
    }
    if (M)
        gemm_tile(&t, 1, NV, tail);
}

/* N up to PANEL_N. */
static void gemm_panel(const struct tile *t, int M, int N, ptrdiff_t a_tile)
{
    if (N == TILE_N * VL)
        gemm_column(*t, M, a_tile, TILE_N, VL);
    else if (N <= VL)
        gemm_column(*t, M, a_tile, 1, N);
    else if (N <= 2 * VL)
        gemm_column(*t, M, a_tile, 2, N - VL);
#if TILE_N >= 3
    else if (N <= 3 * VL)
        gemm_column(*t, M, a_tile, 3, N - 2 * VL);
#endif
#if TILE_N >= 4
    else
        gemm_column(*t, M, a_tile, 4, N - 3 * VL);
#endif
}

/* A block of the sum over k: its group, its first k there, and its length. */
struct gemm_block {
    int group, k, count;
};

/* The operands of the block for the element (m,n) of c, as they lie. */
static struct tile gemm_place(const struct gemm *g, struct gemm_block at, int m, int n)
{
    return (struct tile){
        .c = g->c + m * g->ldc + n,
        .ldc = g->ldc,
        .a = g->a + m * g->a_row + at.group * g->a_group + at.k * g->a_col,
        .a_row = g->a_row,
        .a_col = g->a_col,
        .b = g->b ? g->b + ((ptrdiff_t)at.group * g->K + at.k) * g->ldb + n : NULL,
        .ldb = g->ldb,
        .count = at.count,
        .add = g->add || at.group || at.k,
    };
}

static void gemm_direct(const struct gemm *g)
{
    for (int n = 0; n < g->N; n += PANEL_N)
        for (int q = 0; q < g->groups; q++)
            for (int k = 0; k < g->K; k += BLOCK_K) {
                struct gemm_block at = {q, k, min_int(g->K - k, BLOCK_K)};
                struct tile t = gemm_place(g, at, 0, n);

                gemm_panel(&t, g->M, min_int(g->N - n, PANEL_N), TILE_M * g->a_row);
            }
}

/* K rows of b into panels of PANEL_N columns, each (K,PANEL_N); the last one may be narrower. */
static void SET(pack_b)(float *panels, const float *b, ptrdiff_t ldb, int K, int N)
{
    for (int n = 0; n < N; n += PANEL_N, panels += (ptrdiff_t)K * PANEL_N) {
        int width = min_int(N - n, PANEL_N);

        for (int k = 0; k < K; k++) {
            const float *from = b + k * ldb + n;
            float *to = panels + (ptrdiff_t)k * PANEL_N;

            if (width == PANEL_N) {
                UNROLL
                for (int j = 0; j < TILE_N; j++)
                    v_store(to + j * VL, v_load(from + j * VL));
            } else {
                memcpy(to, from, (size_t)width * sizeof(float));
            }
        }
    }
}

/* The rows of w (N,K), row-major, are the columns: b = w'. Panels as by pack_b(). */
static void SET(pack_b_transposed)(float *panels, const float *w, int K, int N)
{
    for (int n = 0; n < N; n += PANEL_N, panels += (ptrdiff_t)K * PANEL_N)
        for (int j = 0; j < PANEL_N && n + j < N; j += VL)
            for (int k = 0; k < K; k += VL) {
                int rows = min_int(N - n - j, VL), columns = min_int(K - k, VL);
                const float *from = w + (ptrdiff_t)(n + j) * K + k;
                float *to = panels + (ptrdiff_t)k * PANEL_N + j;
                vf r[VL];

                for (int i = 0; i < VL; i++)
                    r[i] = i < rows ? v_load_n(from + (ptrdiff_t)i * K, columns) : (vf){0};
                v_transpose(r);
                for (int i = 0; i < columns; i++)
                    v_store(to + (ptrdiff_t)i * PANEL_N, r[i]);
            }
}

/* Four tiles of a at once, so that neighbours in a row of a are read together. */
static void pack_a_tiles(float *to, const float *a, ptrdiff_t a_col, int count)
{
    ptrdiff_t tile = (ptrdiff_t)TILE_M * count;

    for (int k = 0; k < count; k++, a += a_col, to += TILE_M) {
        UNROLL
        for (int i = 0; i < 4; i++)
            memcpy(to + i * tile, a + (ptrdiff_t)i * TILE_M, TILE_M * sizeof(float));
    }
}

/* M columns of a, count rows a_col apart, into tiles of (count,TILE_M). The last one may be
 * narrower, but its rows are TILE_M apart as well. */
static void pack_a(float *to, const float *a, ptrdiff_t a_col, int M, int count)
{
    int m = 0;

    for (; m + 4 * TILE_M <= M; m += 4 * TILE_M, to += 4 * (ptrdiff_t)TILE_M * count)
        pack_a_tiles(to, a + m, a_col, count);
    for (; m < M; m += TILE_M, to += TILE_M * count) {
        int rows = min_int(M - m, TILE_M);

        for (int k = 0; k < count && rows == TILE_M; k++)
            memcpy(to + k * TILE_M, a + k * a_col + m, TILE_M * sizeof(float));
        for (int k = 0; k < count && rows < TILE_M; k++)
            memcpy(to + k * TILE_M, a + k * a_col + m, (size_t)rows * sizeof(float));
    }
}

/* The block's product with columns n to n + N - 1. Their panels are given, panel_size floats
 * each. */
static void gemm_packed_block(const struct gemm *g, struct gemm_block at, int n, int N,
                              const float *panels, ptrdiff_t panel_size)
{
    for (int m = 0; m < g->M; m += BLOCK_M) {
        int M = min_int(g->M - m, BLOCK_M);
        struct tile t = gemm_place(g, at, m, n);
        ptrdiff_t a_tile = TILE_M * g->a_row;

        if (g->a_row == 1 && g->scratch) {
            pack_a(g->scratch, t.a, g->a_col, M, at.count);
            t.a = g->scratch;
            t.a_col = TILE_M;
            a_tile = (ptrdiff_t)TILE_M * at.count;
        }
        t.b = panels;
        t.ldb = PANEL_N;
        for (int j = 0; j < N; j += PANEL_N, t.c += PANEL_N, t.b += panel_size)
            gemm_panel(&t, M, min_int(N - j, PANEL_N), a_tile);
    }
}

static void gemm_packed(const struct gemm *g)
{
    float *packed = g->panels ? NULL : g->scratch + PACKED_A; /* b may be packed already */

    for (int n = 0; n < g->N; n += BLOCK_N)
        for (int q = 0; q < g->groups; q++)
            for (int k = 0; k < g->K; k += BLOCK_K) {
                struct gemm_block at = {q, k, min_int(g->K - k, BLOCK_K)};
                int N = min_int(g->N - n, BLOCK_N);
                ptrdiff_t row = (ptrdiff_t)q * g->K + k, rows = (ptrdiff_t)g->groups * g->K;

                if (g->panels) {
                    gemm_packed_block(g, at, n, N, g->panels + n * rows + row * PANEL_N,
                                      rows * PANEL_N);
                } else {
                    SET(pack_b)(packed, g->b + row * g->ldb + n, g->ldb, at.count, N);
                    gemm_packed_block(g, at, n, N, packed, (ptrdiff_t)at.count * PANEL_N);
                }
            }
}

/* Part of a single row of c, nv vectors wide. */
INLINE void gemm_row_part(const struct gemm *g, int n, const int nv, int tail)
{
    for (int q = 0; q < g->groups; q++)
        for (int k = 0; k < g->K; k += BLOCK_K) {
            struct gemm_block at = {q, k, min_int(g->K - k, BLOCK_K)};
            struct tile t = gemm_place(g, at, 0, n);

            gemm_tile(&t, 1, nv, tail);
        }
}

static void gemm_row_tail(const struct gemm *g, int n, int nv, int tail)
{
    switch (nv) {
    case 1:
        gemm_row_part(g, n, 1, tail);
        break;
    case 2:
        gemm_row_part(g, n, 2, tail);
        break;
    case 3:
        gemm_row_part(g, n, 3, tail);
        break;
    case 4:
        gemm_row_part(g, n, 4, tail);
        break;
    case 5:
        gemm_row_part(g, n, 5, tail);
        break;
    case 6:
        gemm_row_part(g, n, 6, tail);
        break;
    case 7:
        gemm_row_part(g, n, 7, tail);
        break;
    default:
        gemm_row_part(g, n, 8, tail);
        break;
    }
}

/* A single row: eight vectors at once hide the latency of the multiplications. */
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
    if (g->panels || (g->scratch && g->M >= PACK_M && g->N >= VL && g->K >= VL))
        gemm_packed(g);
    else if (g->M == 1)
        gemm_row(g);
    else if (g->a_row == 1 && g->N * 4 <= VL)
        gemm_narrow(g);
    else
        gemm_direct(g);
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

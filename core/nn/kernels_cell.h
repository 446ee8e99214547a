/* kernels_cell.h - the LSTM cell: see kernels.h. Included by kernels_SET.c after vector.h, with
 * CELL_M, the rows whose four gate vectors are kept in registers together.
 *
 * A panel holds the weights of VL hidden units, the four gates beside each other. One pass over it
 * leaves the four pre-activations of a unit in registers, where they become the new state. The
 * equations stand above cell_activate() and cell_backward(); docs/lstm.md derives them. */
#ifndef CORE_NN_KERNELS_CELL_H
#define CORE_NN_KERNELS_CELL_H

#include "core/nn/kernels.h"
#include "core/nn/vector.h"

/* Transposes `count` columns of n rows of w, which lie K apart: each column becomes a vector of the
 * panel, and the vectors lie 4 * VL apart. */
INLINE void pack_square(float *panel, const float *w, int n, int K, int count)
{
    vf r[VL];

    UNROLL
    for (int u = 0; u < VL; u++)
        r[u] = u >= n        ? (vf){0}
               : count == VL ? v_load(w + (ptrdiff_t)u * K)
                             : v_load_n(w + (ptrdiff_t)u * K, count);
    v_transpose(r);
    UNROLL
    for (int k = 0; k < VL; k++)
        if (k < count)
            v_store(panel + k * 4 * VL, r[k]);
}

static void SET(pack_gates)(float *panels, const float *w, int H, int K)
{
    for (int u = 0; u < H; u += VL) {
        int n = H - u < VL ? H - u : VL;

        for (int g = 0; g < 4; g++) {
            const float *rows = w + ((ptrdiff_t)g * H + u) * K;

            for (int k = 0; k < K; k += VL) {
                float *to = panels + (ptrdiff_t)k * 4 * VL + g * VL;

                if (n == VL && K - k >= VL)
                    pack_square(to, rows + k, VL, K, VL);
                else
                    pack_square(to, rows + k, n, K, K - k < VL ? K - k : VL);
            }
        }
        panels += (ptrdiff_t)4 * VL * K;
    }
}

/* acc (MR,4) += x (MR,K) panel (K,4,VL) */
INLINE void panel_product(vf acc[][4], const float *x, ptrdiff_t ldx, const float *panel, int K,
                          const int MR)
{
    for (int k = 0; k < K; k++, panel += 4 * VL) {
        UNROLL
        for (int i = 0; i < MR; i++) {
            vf xv = v_splat(x[i * ldx + k]);

            UNROLL
            for (int g = 0; g < 4; g++)
                acc[i][g] += xv * v_load(panel + g * VL);
        }
    }
}

/* Two panels for one row: twice as many independent sums hide the latency of the
 * multiplications. */
INLINE void panel_product_pair(vf acc[][4], const float *x, const float *panel, int K)
{
    const float *other = panel + (size_t)K * 4 * VL;

    for (int k = 0; k < K; k++, panel += 4 * VL, other += 4 * VL) {
        vf xv = v_splat(x[k]);

        UNROLL
        for (int g = 0; g < 4; g++) {
            acc[0][g] += xv * v_load(panel + g * VL);
            acc[1][g] += xv * v_load(other + g * VL);
        }
    }
}

/* z (MR,4,Hs) of the VL units of one panel: z = x Wih' + bias, for MR rows. */
INLINE void input_rows(float *z, const float *x, ptrdiff_t ldx, const float *panel,
                       const float *bias, int K, int Hs, const int MR)
{
    vf acc[CELL_M][4];

    UNROLL
    for (int i = 0; i < MR; i++) {
        UNROLL
        for (int g = 0; g < 4; g++)
            acc[i][g] = v_load(bias + g * Hs);
    }
    panel_product(acc, x, ldx, panel, K, MR);
    UNROLL
    for (int i = 0; i < MR; i++) {
        UNROLL
        for (int g = 0; g < 4; g++)
            v_store(z + (ptrdiff_t)i * 4 * Hs + g * Hs, acc[i][g]);
    }
}

static void SET(gates_input)(float *z, const float *x, ptrdiff_t ldx, const float *panels,
                             const float *bias, int M, int K, int Hs)
{
    ptrdiff_t row = 4 * (ptrdiff_t)Hs;

    for (int u = 0; u < Hs; u += VL, panels += (ptrdiff_t)4 * VL * K) {
        int m = 0;

        for (; m + CELL_M <= M; m += CELL_M)
            input_rows(z + m * row + u, x + m * ldx, ldx, panels, bias + u, K, Hs, CELL_M);
#if CELL_M > 2
        for (; m + 2 <= M; m += 2)
            input_rows(z + m * row + u, x + m * ldx, ldx, panels, bias + u, K, Hs, 2);
#endif
        if (m < M)
            input_rows(z + m * row + u, x + m * ldx, ldx, panels, bias + u, K, Hs, 1);
    }
}

/* From the pre-activations z (4,VL) of the units u.. of row m to gates and state:
 *
 *     i = sigmoid(z[0])   f = sigmoid(z[1])   g = tanh(z[2])   o = sigmoid(z[3])
 *     c = f c_prev + i g                      h = o tanh(c)
 *
 * The gates and tanh(c) are kept for cell_backward() when s->tanh_c is given. */
INLINE void cell_activate(const struct cell_forward *s, int m, int u, const vf z[4])
{
    float *gates = s->gates + (ptrdiff_t)m * 4 * s->Hs + u;
    ptrdiff_t at = (ptrdiff_t)m * s->Hs + u;
    int n = s->H - u < VL ? s->H - u : VL;
    vf i = v_sigmoid(z[0]), f = v_sigmoid(z[1]), g = v_tanh(z[2]), o = v_sigmoid(z[3]);
    vf c = f * v_load(s->c_prev + at) + i * g;
    vf tc = v_tanh(c);

    v_store(s->c + at, c);
    if (n == VL)
        v_store(s->h + m * s->ldh + u, o * tc);
    else
        v_store_n(s->h + m * s->ldh + u, o * tc, n);
    if (!s->tanh_c)
        return;
    v_store(gates, i);
    v_store(gates + s->Hs, f);
    v_store(gates + 2 * s->Hs, g);
    v_store(gates + 3 * s->Hs, o);
    v_store(s->tanh_c + at, tc);
}

INLINE void load_gates(vf z[4], const struct cell_forward *s, int m, int u)
{
    UNROLL
    for (int g = 0; g < 4; g++)
        z[g] = v_load(s->gates + (ptrdiff_t)m * 4 * s->Hs + g * s->Hs + u);
}

/* MR rows of one panel: z = (x Wih' + bias, which is in s->gates) + h_prev Whh'. */
INLINE void cell_rows(const struct cell_forward *s, int m, int u, const float *panel, const int MR)
{
    vf acc[CELL_M][4];

    UNROLL
    for (int i = 0; i < MR; i++)
        load_gates(acc[i], s, m + i, u);
    if (s->h_prev)
        panel_product(acc, s->h_prev + m * s->ldh_prev, s->ldh_prev, panel, s->H, MR);
    UNROLL
    for (int i = 0; i < MR; i++)
        cell_activate(s, m + i, u, acc[i]);
}

/* One sequence: two panels at a time. */
static void cell_single(const struct cell_forward *s)
{
    const float *panel = s->panels;
    int u = 0;

    for (; s->h_prev && u + 2 * VL <= s->Hs; u += 2 * VL, panel += (ptrdiff_t)8 * VL * s->H) {
        vf acc[2][4];

        load_gates(acc[0], s, 0, u);
        load_gates(acc[1], s, 0, u + VL);
        panel_product_pair(acc, s->h_prev, panel, s->H);
        cell_activate(s, 0, u, acc[0]);
        cell_activate(s, 0, u + VL, acc[1]);
    }
    for (; u < s->Hs; u += VL, panel += (ptrdiff_t)4 * VL * s->H)
        cell_rows(s, 0, u, panel, 1);
}

static void SET(cell_forward)(const struct cell_forward *s)
{
    const float *panel = s->panels;

    if (s->M == 1) {
        cell_single(s);
        return;
    }
    for (int u = 0; u < s->Hs; u += VL, panel += (ptrdiff_t)4 * VL * s->H) {
        int m = 0;

        for (; m + CELL_M <= s->M; m += CELL_M)
            cell_rows(s, m, u, panel, CELL_M);
#if CELL_M > 2
        for (; m + 2 <= s->M; m += 2)
            cell_rows(s, m, u, panel, 2);
#endif
        if (m < s->M)
            cell_rows(s, m, u, panel, 1);
    }
}

/* With bars for gradients, z for the pre-activations, and everything but c_prev of this step:
 *
 *     c_bar   = c_bar of the step after + h_bar o (1 - tanh(c)^2)
 *     z_bar_i = c_bar g      i (1 - i)        z_bar_g = c_bar i       (1 - g^2)
 *     z_bar_f = c_bar c_prev f (1 - f)        z_bar_o = h_bar tanh(c) o (1 - o)
 *     c_bar of the step before = c_bar f
 *
 * z_bar replaces the gates; s->dc holds c_bar on the way in and c_bar f on the way out. */
static void SET(cell_backward)(const struct cell_backward *s)
{
    int Hs = s->Hs;

    for (int m = 0; m < s->M; m++)
        for (int u = 0; u < Hs; u += VL) {
            int n = s->H - u < VL ? s->H - u : VL;
            float *gates = s->gates + (ptrdiff_t)m * 4 * Hs + u;
            const float *dh_at = s->dh + m * s->ldh + u;
            ptrdiff_t at = (ptrdiff_t)m * Hs + u;
            vf i = v_load(gates), f = v_load(gates + Hs);
            vf g = v_load(gates + 2 * Hs), o = v_load(gates + 3 * Hs);
            vf tc = v_load(s->tanh_c + at);
            vf dh = n == VL ? v_load(dh_at) : v_load_n(dh_at, n);
            vf dc = v_load(s->dc + at) + dh * o * (1.0f - tc * tc);

            v_store(gates, dc * g * (i * (1.0f - i)));
            v_store(gates + Hs, dc * v_load(s->c_prev + at) * (f * (1.0f - f)));
            v_store(gates + 2 * Hs, dc * i * (1.0f - g * g));
            v_store(gates + 3 * Hs, dh * tc * (o * (1.0f - o)));
            v_store(s->dc + at, dc * f);
        }
}

#endif

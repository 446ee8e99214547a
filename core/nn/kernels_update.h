/* kernels_update.h - element-wise work on whole blocks, optimiser updates, and the table: see
 * kernels.h. Included last by kernels_SET.c. */
#ifndef CORE_NN_KERNELS_UPDATE_H
#define CORE_NN_KERNELS_UPDATE_H

#include "core/base/row.h"
#include "core/nn/kernels.h"
#include "core/nn/vector.h"

static void SET(add)(float *y, const float *x, size_t n)
{
    size_t i = 0;

    for (; i + VL <= n; i += VL)
        v_store(y + i, v_load(y + i) + v_load(x + i));
    for (; i < n; i++)
        y[i] += x[i];
}

/* nv vectors of the sum of the rows that ids name, ld apart. */
INLINE void sum_rows_part(float *y, const float *table, size_t ld, const int32_t *ids, int F,
                          const int nv)
{
    vf s[4];

    UNROLL
    for (int j = 0; j < nv; j++)
        s[j] = (vf){0};
    for (int f = 0; f < F; f++) {
        if (ids[f] < 0)
            continue;
        UNROLL
        for (int j = 0; j < nv; j++)
            s[j] += v_load(row(table, ids[f], ld) + j * VL);
    }
    UNROLL
    for (int j = 0; j < nv; j++)
        v_store(y + j * VL, s[j]);
}

static void SET(sum_rows)(float *y, const float *table, const int32_t *ids, int F, size_t n)
{
    size_t i = 0;

    for (; i + 4 * VL <= n; i += 4 * VL)
        sum_rows_part(y + i, table + i, n, ids, F, 4);
    for (; i + VL <= n; i += VL)
        sum_rows_part(y + i, table + i, n, ids, F, 1);
    for (; i < n; i++) {
        y[i] = 0;
        for (int f = 0; f < F; f++)
            y[i] += ids[f] < 0 ? 0.0f : table[(size_t)ids[f] * n + i];
    }
}

/* Adds to nv vectors of y the rows that ids name, each times its scale. */
INLINE void add_byte_rows_part(float *y, const int8_t *table, size_t ld, const float *scale,
                               const int32_t *ids, int F, const int nv)
{
    vf s[4];

    UNROLL
    for (int j = 0; j < nv; j++)
        s[j] = v_load(y + j * VL);
    for (int f = 0; f < F; f++) {
        if (ids[f] < 0)
            continue;
        UNROLL
        for (int j = 0; j < nv; j++)
            s[j] += v_load_bytes(row(table, ids[f], ld) + j * VL) * scale[ids[f]];
    }
    UNROLL
    for (int j = 0; j < nv; j++)
        v_store(y + j * VL, s[j]);
}

static void SET(add_byte_rows)(float *y, const int8_t *table, const float *scale,
                               const int32_t *ids, int F, size_t n)
{
    size_t i = 0;

    for (; i + 4 * VL <= n; i += 4 * VL)
        add_byte_rows_part(y + i, table + i, n, scale, ids, F, 4);
    for (; i + VL <= n; i += VL)
        add_byte_rows_part(y + i, table + i, n, scale, ids, F, 1);
    for (; i < n; i++)
        for (int f = 0; f < F; f++)
            y[i] += ids[f] < 0 ? 0.0f : (float)table[(size_t)ids[f] * n + i] * scale[ids[f]];
}

static void SET(add_to_rows)(float *table, const float *x, const int32_t *ids, int F, size_t n)
{
    for (int f = 0; f < F; f++)
        if (ids[f] >= 0)
            SET(add)(row(table, ids[f], n), x, n);
}

static void SET(multiply)(float *y, const float *x, size_t n)
{
    size_t i = 0;

    for (; i + VL <= n; i += VL)
        v_store(y + i, v_load(y + i) * v_load(x + i));
    for (; i < n; i++)
        y[i] *= x[i];
}

static void SET(scale)(float *y, float a, size_t n)
{
    size_t i = 0;

    for (; i + VL <= n; i += VL)
        v_store(y + i, v_load(y + i) * a);
    for (; i < n; i++)
        y[i] *= a;
}

/* Short runs in float lanes, their sums in double. */
static double SET(sum_squares)(const float *x, size_t n)
{
    double sum = 0;
    size_t i = 0;

    while (i + VL <= n) {
        size_t end = n - i < 64 * VL ? n : i + 64 * VL;
        vf s = {0};

        for (; i + VL <= end; i += VL)
            s += v_load(x + i) * v_load(x + i);
        for (int k = 0; k < VL; k++)
            sum += (double)s[k];
    }
    for (; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sum;
}

INLINE void sgd_part(float *w, float *m, const float *g, int n, float lr, float momentum, float wd)
{
    vf wv = v_load_n(w, n);
    vf d = v_load_n(g, n) + wv * wd;

    if (m) {
        d = v_load_n(m, n) * momentum + d;
        v_store_n(m, d, n);
    }
    v_store_n(w, wv - d * lr, n);
}

static void SET(sgd)(float *w, float *m, const float *g, size_t n, float lr, float momentum,
                     float wd)
{
    size_t i = 0;

    for (; i + VL <= n; i += VL)
        sgd_part(w + i, m ? m + i : NULL, g + i, VL, lr, momentum, wd);
    if (i < n)
        sgd_part(w + i, m ? m + i : NULL, g + i, (int)(n - i), lr, momentum, wd);
}

INLINE void adam_part(float *w, float *m, float *v, const float *g, int n,
                      const struct adam_args *a)
{
    vf wv = v_load_n(w, n);
    vf d = v_load_n(g, n) + wv * a->weight_decay;
    vf mv = v_load_n(m, n) * a->beta1 + d * a->one_minus_beta1;
    vf vv = v_load_n(v, n) * a->beta2 + d * d * a->one_minus_beta2;

    v_store_n(m, mv, n);
    v_store_n(v, vv, n);
    wv = wv * a->shrink - mv * a->step_size / (v_sqrt(vv) * a->inv_sqrt_bc2 + a->epsilon);
    v_store_n(w, wv, n);
}

static void SET(adam)(float *w, float *m, float *v, const float *g, size_t n,
                      const struct adam_args *a)
{
    const struct adam_args args = *a; /* stores cannot change a copy */
    size_t i = 0;

    for (; i + VL <= n; i += VL)
        adam_part(w + i, m + i, v + i, g + i, VL, &args);
    if (i < n)
        adam_part(w + i, m + i, v + i, g + i, (int)(n - i), &args);
}

static void SET(sigmoid)(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i += VL) {
        int k = n - i < VL ? (int)(n - i) : VL;

        v_store_n(y + i, v_sigmoid(v_load_n(x + i, k)), k);
    }
}

static void SET(tanh)(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i += VL) {
        int k = n - i < VL ? (int)(n - i) : VL;

        v_store_n(y + i, v_tanh(v_load_n(x + i, k)), k);
    }
}

static void SET(exp)(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i += VL) {
        int k = n - i < VL ? (int)(n - i) : VL;

        v_store_n(y + i, v_exp(v_load_n(x + i, k)), k);
    }
}

const struct kernels SET(kernels) = {
    .name = SET_NAME,
    .width = VL,
    .pack_gates = SET(pack_gates),
    .gates_input = SET(gates_input),
    .cell_forward = SET(cell_forward),
    .cell_backward = SET(cell_backward),
    .gemm = SET(gemm),
    .panel_n = PANEL_N,
    .pack_b = SET(pack_b),
    .pack_b_transposed = SET(pack_b_transposed),
    .linear = SET(linear),
    .column_sums = SET(column_sums),
    .add = SET(add),
    .sum_rows = SET(sum_rows),
    .add_byte_rows = SET(add_byte_rows),
    .add_to_rows = SET(add_to_rows),
    .multiply = SET(multiply),
    .scale = SET(scale),
    .sum_squares = SET(sum_squares),
    .sgd = SET(sgd),
    .adam = SET(adam),
    .sigmoid = SET(sigmoid),
    .tanh = SET(tanh),
    .exp = SET(exp),
};

#endif

/* bytes_vector.h - the byte kernels in vector extensions: see bytes.h. Included by bytes_SET.c,
 * which defines VL, CELL_M (rows of a tile), OFFSET, SET and dot_bytes() before.
 *
 * Every float is computed by the same operations in the same order for each VL, and these files are
 * compiled with -ffp-contract=off: that makes the bits equal. */
#ifndef CORE_NN_BYTES_VECTOR_H
#define CORE_NN_BYTES_VECTOR_H

#include "core/nn/bytes.h"
#include "core/nn/vector.h"

typedef int8_t v_bytes __attribute__((vector_size(VL)));
typedef int8_t v_bytes_any __attribute__((vector_size(VL), aligned(1), may_alias));
typedef int32_t vi_any __attribute__((vector_size(VL * 4), aligned(4), may_alias));

#define ROUND 12582912.0f /* 1.5 * 2^23: adding it rounds to an integer, ties to even */

/* ---- bytes and floats ---- */

/* The numbers nearest to x, -127..127. */
INLINE vi v_round_byte(vf x)
{
    return (vi)(v_clamp(x, -BYTE_MAX, BYTE_MAX) + ROUND) - 0x4B400000;
}

INLINE void v_store_bytes(uint8_t *to, vi q)
{
    *(v_bytes_any *)(void *)to = __builtin_convertvector(q + OFFSET, v_bytes);
}

INLINE int byte_of(float x)
{
    float most = BYTE_MAX;

    x = x > -most ? x < most ? x : most : -most; /* NaN: -most */
    return (int)(x + ROUND - ROUND);
}

static void SET(to_bytes)(uint8_t *to, const float *x, int n, int K, float scale)
{
    float inverse = 1.0f / scale;
    int i = 0;

    for (; i + VL <= n; i += VL)
        v_store_bytes(to + i, v_round_byte(v_load(x + i) * inverse));
    for (; i < K; i++)
        to[i] = (uint8_t)((i < n ? byte_of(x[i] * inverse) : 0) + OFFSET);
}

/* ---- packing ---- */

static float scale_of_row(const float *w, int n)
{
    float most = 0;

    for (int k = 0; k < n; k++) {
        float size = w[k] < 0 ? -w[k] : w[k];

        most = size > most ? size : most;
    }
    return most > 0 ? most / BYTE_MAX : 1;
}

/* A row of w as bytes; to: its first place in a panel. Returns their sum. */
static int32_t pack_row(int8_t *to, const struct byte_source *from, const float *w, float scale)
{
    int32_t sum = 0;

    for (int b = 0; b < from->blocks; b++)
        for (int k = 0; k < from->given; k++) {
            int q = byte_of(w[b * from->given + k] / scale), at = b * from->padded + k;

            to[(ptrdiff_t)(at / BYTE_GROUP) * 4 * VL * BYTE_GROUP + at % BYTE_GROUP] = (int8_t)q;
            sum += q;
        }
    return sum;
}

static void SET(pack)(const struct byte_panels *to, const struct byte_source *from)
{
    int K = from->blocks * from->padded, columns = from->blocks * from->given, Hs = from->Hs;

    memset(to->weights, 0, (size_t)4 * Hs * K);
    memset(to->scale, 0, (size_t)4 * Hs * sizeof(*to->scale));
    memset(to->shift, 0, (size_t)4 * Hs * sizeof(*to->shift));
    for (int g = 0; g < 4; g++)
        for (int u = 0; u < from->H; u++) {
            const float *w = from->w + ((ptrdiff_t)g * from->H + u) * columns;
            int8_t *panel = to->weights + (ptrdiff_t)(u / VL) * 4 * VL * K;
            float scale = scale_of_row(w, columns);
            ptrdiff_t first = (ptrdiff_t)(g * VL + u % VL) * BYTE_GROUP;

            to->scale[g * Hs + u] = scale * from->x_scale * byte_factor(g);
            to->shift[g * Hs + u] = -OFFSET * pack_row(panel + first, from, w, scale);
        }
}

static void SET(pack_floats)(float *panels, const float *w, int H, int K, int Hs)
{
    for (int u = 0; u < Hs; u++)
        for (int g = 0; g < 4; g++)
            for (int k = 0; k < K; k++)
                panels[(ptrdiff_t)(u / VL) * 4 * VL * K + (ptrdiff_t)k * 4 * VL + g * VL + u % VL] =
                    u < H ? w[((ptrdiff_t)g * H + u) * K + k] * byte_factor(g) : 0;
}

/* ---- products ---- */

/* sum (MR,4) of the VL units of one panel, for MR rows of x. */
INLINE void byte_sums(vi sum[][4], const uint8_t *x, ptrdiff_t ldx, const int8_t *panel,
                      const int32_t *shift, int K, int Hs, const int MR)
{
    UNROLL
    for (int i = 0; i < MR; i++) {
        UNROLL
        for (int g = 0; g < 4; g++)
            sum[i][g] = *(const vi_any *)(shift + g * Hs);
    }
    for (int k = 0; k < K; k += BYTE_GROUP, panel += 4 * VL * BYTE_GROUP) {
        UNROLL
        for (int i = 0; i < MR; i++) {
            int32_t four;
            vi xv;

            memcpy(&four, x + i * ldx + k, sizeof(four));
            xv = four - (vi){0};
            UNROLL
            for (int g = 0; g < 4; g++)
                sum[i][g] = dot_bytes(sum[i][g], xv, panel + (ptrdiff_t)g * VL * BYTE_GROUP);
        }
    }
}

INLINE vf scaled(vi sum, const float *scale)
{
    return __builtin_convertvector(sum, vf) * v_load(scale);
}

INLINE void product_rows(const struct byte_product *p, int m, int u, const int8_t *panel,
                         const int MR)
{
    vi sum[CELL_M][4];

    byte_sums(sum, p->x + m * p->ldx, p->ldx, panel, p->panels->shift + u, p->K, p->Hs, MR);
    UNROLL
    for (int i = 0; i < MR; i++) {
        float *z = p->z + (ptrdiff_t)(m + i) * 4 * p->Hs + u;

        UNROLL
        for (int g = 0; g < 4; g++) {
            int at = g * p->Hs;

            v_store(z + at,
                    v_load(p->bias + at + u) + scaled(sum[i][g], p->panels->scale + at + u));
        }
    }
}

static void SET(gates_bytes)(const struct byte_product *p)
{
    const int8_t *panel = p->panels->weights;

    for (int u = 0; u < p->Hs; u += VL, panel += (ptrdiff_t)4 * VL * p->K) {
        int m = 0;

        for (; m + CELL_M <= p->M; m += CELL_M)
            product_rows(p, m, u, panel, CELL_M);
        for (; m < p->M; m++)
            product_rows(p, m, u, panel, 1);
    }
}

/* z (MR,4,Hs) of the VL units of one panel. */
INLINE void float_rows(float *z, const float *x, ptrdiff_t ldx, const float *panel,
                       const float *bias, int K, int Hs, const int MR)
{
    vf acc[CELL_M][4];

    UNROLL
    for (int i = 0; i < MR; i++) {
        UNROLL
        for (int g = 0; g < 4; g++)
            acc[i][g] = v_load(bias + g * Hs);
    }
    for (int k = 0; k < K; k++, panel += 4 * VL) {
        UNROLL
        for (int i = 0; i < MR; i++) {
            vf xv = v_splat(x[i * ldx + k]);

            UNROLL
            for (int g = 0; g < 4; g++)
                acc[i][g] += xv * v_load(panel + g * VL);
        }
    }
    UNROLL
    for (int i = 0; i < MR; i++) {
        UNROLL
        for (int g = 0; g < 4; g++)
            v_store(z + (ptrdiff_t)i * 4 * Hs + g * Hs, acc[i][g]);
    }
}

static void SET(gates_floats)(float *z, const float *x, ptrdiff_t ldx, const float *panels,
                              const float *bias, int M, int K, int Hs)
{
    ptrdiff_t row = 4 * (ptrdiff_t)Hs;

    for (int u = 0; u < Hs; u += VL, panels += (ptrdiff_t)4 * VL * K) {
        int m = 0;

        for (; m + CELL_M <= M; m += CELL_M)
            float_rows(z + m * row + u, x + m * ldx, ldx, panels, bias + u, K, Hs, CELL_M);
        for (; m < M; m++)
            float_rows(z + m * row + u, x + m * ldx, ldx, panels, bias + u, K, Hs, 1);
    }
}

/* ---- the cell ---- */

/* 2^x, with a relative error below 1.1e-4, far below that of the bytes, and exact at 0. x = n + r,
 * |r| <= 1/2, 2^r = 1 + r q(r) with q a minimax fit of degree 2; n is added to the exponent. */
INLINE vf v_exp2_short(vf x)
{
    vf t, r, p;

    x = v_clamp(x, -29.0f, 29.0f); /* the products below stay finite */
    t = x + ROUND;
    r = x - (t - ROUND);
    p = 1.0f + ((0x1.c2a218p-5f * r + 0x1.f00c4cp-3f) * r + 0x1.62f5fap-1f) * r;
    return (vf)((vu)p + ((vu)t << 23));
}

/* z are the pre-activations times byte_factor(). With i' = e^-z_i, f' = e^-z_f, g' = e^2z_g, o' =
 * e^-z_o, c' = e^2c:
 *
 *     c = f c_prev + i g = c_prev / (1 + f') + (g' - 1) / ((1 + i') (g' + 1))
 *     h = o tanh(c)      = (c' - 1) / ((1 + o') (c' + 1))
 *
 * each on one common denominator, since divisions are slow. */
INLINE void byte_activate(const struct byte_cell *s, int m, int u, const vf z[4])
{
    ptrdiff_t at = (ptrdiff_t)m * s->Hs + u;
    int n = s->H - u < VL ? s->H - u : VL;
    vf i = 1.0f + v_exp2_short(z[0]), f = 1.0f + v_exp2_short(z[1]);
    vf g = v_exp2_short(z[2]), o = 1.0f + v_exp2_short(z[3]);
    vf ig = i * (g + 1.0f);
    vf c = (v_load(s->c_prev + at) * ig + (g - 1.0f) * f) / (f * ig);
    vf e = v_exp2_short(c * byte_factor(2));
    vf h = (e - 1.0f) / (o * (e + 1.0f));

    v_store(s->c + at, c);
    v_store_bytes(s->h_bytes + m * s->ldb + u, v_round_byte(h * (float)BYTE_MAX));
    if (n == VL)
        v_store(s->h + m * s->ldh + u, h);
    else if (n > 0)
        v_store_n(s->h + m * s->ldh + u, h, n);
}

/* MR rows of one panel. */
INLINE void cell_rows(const struct byte_cell *s, int m, int u, const int8_t *panel, const int MR)
{
    vi sum[CELL_M][4] = {{{0}}};

    if (s->h_prev)
        byte_sums(sum, s->h_prev + m * s->ldb_prev, s->ldb_prev, panel, s->panels->shift + u, s->Hs,
                  s->Hs, MR);
    UNROLL
    for (int i = 0; i < MR; i++) {
        const float *given = s->gates + (ptrdiff_t)(m + i) * 4 * s->Hs + u;
        vf z[4];

        UNROLL
        for (int g = 0; g < 4; g++) {
            z[g] = v_load(given + g * s->Hs);
            if (s->h_prev)
                z[g] += scaled(sum[i][g], s->panels->scale + g * s->Hs + u);
        }
        byte_activate(s, m + i, u, z);
    }
}

static void SET(cell)(const struct byte_cell *s)
{
    const int8_t *panel = s->panels->weights;

    for (int u = 0; u < s->Hs; u += VL, panel += (ptrdiff_t)4 * VL * s->Hs) {
        int m = 0;

        for (; m + CELL_M <= s->M; m += CELL_M)
            cell_rows(s, m, u, panel, CELL_M);
        for (; m < s->M; m++)
            cell_rows(s, m, u, panel, 1);
    }
}

/* ---- the linear layer ---- */

/* Sixteen partial sums, whatever VL is, which are added in pairs: always in the same order. */
enum { LANES = 16, PARTS = LANES / VL, ROWS = 4 };

INLINE float sum_lanes(const vf part[PARTS])
{
    float x[LANES];

    for (int p = 0; p < PARTS; p++)
        v_store(x + p * VL, part[p]);
    for (int half = LANES / 2; half; half /= 2)
        for (int i = 0; i < half; i++)
            x[i] += x[i + half];
    return x[0];
}

/* y (NR) = bias (NR) + w (NR,K) h: several rows at once hide the latency of the additions. */
INLINE void linear_rows(float *y, const float *h, const float *w, const float *bias, int K,
                        const int NR)
{
    vf part[ROWS][PARTS] = {{{0}}};
    int k = 0;

    for (; k + LANES <= K; k += LANES) {
        UNROLL
        for (int p = 0; p < PARTS; p++) {
            vf x = v_load(h + k + p * VL);

            UNROLL
            for (int i = 0; i < NR; i++)
                part[i][p] += x * v_load(w + (ptrdiff_t)i * K + k + p * VL);
        }
    }
    for (int p = 0; k < K; p++, k += VL) {
        int n = K - k < VL ? K - k : VL;
        vf x = v_load_n(h + k, n);

        for (int i = 0; i < NR; i++)
            part[i][p] += x * v_load_n(w + (ptrdiff_t)i * K + k, n);
    }
    for (int i = 0; i < NR; i++)
        y[i] = bias[i] + sum_lanes(part[i]);
}

static void SET(linear)(float *y, const float *h, ptrdiff_t ldh, const float *w, const float *bias,
                        int M, int N, int K)
{
    for (int m = 0; m < M; m++, h += ldh, y += N) {
        int n = 0;

        for (; n + ROWS <= N; n += ROWS)
            linear_rows(y + n, h, w + (ptrdiff_t)n * K, bias + n, K, ROWS);
        for (; n < N; n++)
            linear_rows(y + n, h, w + (ptrdiff_t)n * K, bias + n, K, 1);
    }
}

const struct byte_kernels SET(bytes) = {
    .name = SET_NAME,
    .width = VL,
    .offset = OFFSET,
    .pack = SET(pack),
    .pack_floats = SET(pack_floats),
    .to_bytes = SET(to_bytes),
    .gates_bytes = SET(gates_bytes),
    .gates_floats = SET(gates_floats),
    .cell = SET(cell),
    .linear = SET(linear),
};

#endif

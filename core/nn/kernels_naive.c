/* kernels_naive.c - the kernels as plain loops over libm; the tests compare the vector sets with
 * them.
 *
 * Gates are in PyTorch's order: 0 i (input), 1 f (forget), 2 g (candidate), 3 o (output). Weights
 * are packed one unit after the other as (H,K,4). docs/lstm.md derives the equations. */
#include "core/base/row.h"
#include "core/nn/kernels.h"

#include <math.h>

static float sigmoid(float x)
{
    return 1.0f / (1.0f + expf(-x));
}

/* panels (H,K,4) = w (4H,K), the four gates of a unit beside each other. */
static void naive_pack_gates(float *panels, const float *w, int H, int K)
{
    for (int u = 0; u < H; u++)
        for (int k = 0; k < K; k++)
            for (int g = 0; g < 4; g++)
                panels[((size_t)u * K + k) * 4 + g] = w[((size_t)g * H + u) * K + k];
}

/* z (M,4,Hs) = x (M,K) Wih' + bias (4,Hs), bias = b_ih + b_hh. */
static void naive_gates_input(float *z, const float *x, ptrdiff_t ldx, const float *panels,
                              const float *bias, int M, int K, int Hs)
{
    for (int m = 0; m < M; m++)
        for (int u = 0; u < Hs; u++)
            for (int g = 0; g < 4; g++) {
                float s = bias[g * Hs + u];

                for (int k = 0; k < K; k++)
                    s += x[m * ldx + k] * panels[((size_t)u * K + k) * 4 + g];
                z[(size_t)m * 4 * Hs + g * Hs + u] = s;
            }
}

/* One step of M sequences. gates holds z = x Wih' + bias on the way in; then for each unit
 *
 *     z += h_prev Whh'
 *     i = sigmoid(z_i)   f = sigmoid(z_f)   g = tanh(z_g)   o = sigmoid(z_o)
 *     c = f c_prev + i g                    h = o tanh(c) */
static void naive_cell_forward(const struct cell_forward *s)
{
    for (int m = 0; m < s->M; m++) {
        float *z = s->gates + (size_t)m * 4 * s->Hs;

        for (int u = 0; u < s->H; u++) {
            size_t at = (size_t)m * s->Hs + u;
            float a[4], tanh_c;

            for (int g = 0; g < 4; g++) {
                a[g] = z[g * s->Hs + u];
                for (int k = 0; s->h_prev && k < s->H; k++)
                    a[g] +=
                        s->h_prev[m * s->ldh_prev + k] * s->panels[((size_t)u * s->H + k) * 4 + g];
                a[g] = g == 2 ? tanhf(a[g]) : sigmoid(a[g]);
                if (s->tanh_c)
                    z[g * s->Hs + u] = a[g];
            }
            s->c[at] = a[1] * s->c_prev[at] + a[0] * a[2];
            tanh_c = tanhf(s->c[at]);
            s->h[m * s->ldh + u] = a[3] * tanh_c;
            if (s->tanh_c)
                s->tanh_c[at] = tanh_c;
        }
    }
}

/* The same step backwards, with a bar for the gradient of the loss (dh is h_bar, dc is c_bar):
 *
 *     c_bar  += h_bar o (1 - tanh(c)^2)
 *     z_bar_i = c_bar g      i (1 - i)      z_bar_f = c_bar c_prev f (1 - f)
 *     z_bar_g = c_bar i (1 - g^2)           z_bar_o = h_bar tanh(c) o (1 - o)
 *     c_bar of the step before = c_bar f
 *
 * z_bar replaces the gates. The caller computes h_bar of the step before += z_bar Whh. */
static void naive_cell_backward(const struct cell_backward *s)
{
    for (int m = 0; m < s->M; m++)
        for (int u = 0; u < s->H; u++) {
            float *z = s->gates + (size_t)m * 4 * s->Hs + u;
            size_t at = (size_t)m * s->Hs + u;
            float i = z[0], f = z[s->Hs], g = z[2 * s->Hs], o = z[3 * s->Hs];
            float tc = s->tanh_c[at], dh = s->dh[m * s->ldh + u];
            float dc = s->dc[at] + dh * o * (1 - tc * tc);

            z[0] = dc * g * i * (1 - i);
            z[s->Hs] = dc * s->c_prev[at] * f * (1 - f);
            z[2 * s->Hs] = dc * i * (1 - g * g);
            z[3 * s->Hs] = dh * tc * o * (1 - o);
            s->dc[at] = dc * f;
        }
}

enum { NAIVE_PANEL_N = 16 };

static void naive_pack_b(float *panels, const float *b, ptrdiff_t ldb, int K, int N)
{
    for (int n = 0; n < N; n++)
        for (int k = 0; k < K; k++)
            panels[((ptrdiff_t)(n / NAIVE_PANEL_N) * K + k) * NAIVE_PANEL_N + n % NAIVE_PANEL_N] =
                b[k * ldb + n];
}

static void naive_pack_b_transposed(float *panels, const float *w, int K, int N)
{
    for (int n = 0; n < N; n++)
        for (int k = 0; k < K; k++)
            panels[((ptrdiff_t)(n / NAIVE_PANEL_N) * K + k) * NAIVE_PANEL_N + n % NAIVE_PANEL_N] =
                w[(ptrdiff_t)n * K + k];
}

static float element_b(const struct gemm *g, ptrdiff_t k, int n)
{
    ptrdiff_t K = (ptrdiff_t)g->groups * g->K;

    return g->panels ? g->panels[(n / NAIVE_PANEL_N * K + k) * NAIVE_PANEL_N + n % NAIVE_PANEL_N]
                     : g->b[k * g->ldb + n];
}

static void naive_gemm(const struct gemm *g)
{
    for (int m = 0; m < g->M; m++)
        for (int n = 0; n < g->N; n++) {
            float s = g->add ? g->c[m * g->ldc + n] : 0.0f;

            for (int q = 0; q < g->groups; q++)
                for (int k = 0; k < g->K; k++)
                    s += g->a[m * g->a_row + q * g->a_group + k * g->a_col] *
                         element_b(g, (ptrdiff_t)q * g->K + k, n);
            g->c[m * g->ldc + n] = s;
        }
}

static void naive_linear(float *y, const float *x, ptrdiff_t ldx, const float *w, const float *bias,
                         int M, int N, int K)
{
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++) {
            float s = 0;

            for (int k = 0; k < K; k++)
                s += x[m * ldx + k] * w[(size_t)n * K + k];
            y[(size_t)m * N + n] = s + bias[n];
        }
}

static void naive_column_sums(float *out, float *out2, const float *a, ptrdiff_t lda, int M, int N)
{
    for (int n = 0; n < N; n++) {
        float s = 0;

        for (int m = 0; m < M; m++)
            s += a[m * lda + n];
        out[n] += s;
        if (out2)
            out2[n] += s;
    }
}

static void naive_add(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

static void naive_sum_rows(float *y, const float *table, const int32_t *ids, int F, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        y[i] = 0;
        for (int f = 0; f < F; f++)
            if (ids[f] >= 0)
                y[i] += table[(size_t)ids[f] * n + i];
    }
}

static void naive_add_byte_rows(float *y, const int8_t *table, const float *scale,
                                const int32_t *ids, int F, size_t n)
{
    for (int f = 0; f < F; f++)
        for (size_t i = 0; ids[f] >= 0 && i < n; i++)
            y[i] += (float)table[(size_t)ids[f] * n + i] * scale[ids[f]];
}

static void naive_add_to_rows(float *table, const float *x, const int32_t *ids, int F, size_t n)
{
    for (int f = 0; f < F; f++)
        if (ids[f] >= 0)
            naive_add(row(table, ids[f], n), x, n);
}

static void naive_multiply(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] *= x[i];
}

static void naive_scale(float *y, float a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] *= a;
}

static double naive_sum_squares(const float *x, size_t n)
{
    double s = 0;

    for (size_t i = 0; i < n; i++)
        s += (double)x[i] * (double)x[i];
    return s;
}

static void naive_sgd(float *w, float *m, const float *g, size_t n, float lr, float momentum,
                      float wd)
{
    for (size_t i = 0; i < n; i++) {
        float d = g[i] + wd * w[i];

        if (m)
            d = m[i] = momentum * m[i] + d;
        w[i] -= lr * d;
    }
}

static void naive_adam(float *w, float *m, float *v, const float *g, size_t n,
                       const struct adam_args *a)
{
    for (size_t i = 0; i < n; i++) {
        float d = g[i] + a->weight_decay * w[i];

        m[i] = a->beta1 * m[i] + a->one_minus_beta1 * d;
        v[i] = a->beta2 * v[i] + a->one_minus_beta2 * d * d;
        w[i] =
            w[i] * a->shrink - a->step_size * m[i] / (sqrtf(v[i]) * a->inv_sqrt_bc2 + a->epsilon);
    }
}

static void naive_sigmoid(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = sigmoid(x[i]);
}

static void naive_tanh(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = tanhf(x[i]);
}

static void naive_exp(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = expf(x[i]);
}

const struct kernels kernels_naive = {
    .name = "naive",
    .width = 1,
    .pack_gates = naive_pack_gates,
    .gates_input = naive_gates_input,
    .cell_forward = naive_cell_forward,
    .cell_backward = naive_cell_backward,
    .gemm = naive_gemm,
    .panel_n = NAIVE_PANEL_N,
    .pack_b = naive_pack_b,
    .pack_b_transposed = naive_pack_b_transposed,
    .linear = naive_linear,
    .column_sums = naive_column_sums,
    .add = naive_add,
    .sum_rows = naive_sum_rows,
    .add_byte_rows = naive_add_byte_rows,
    .add_to_rows = naive_add_to_rows,
    .multiply = naive_multiply,
    .scale = naive_scale,
    .sum_squares = naive_sum_squares,
    .sgd = naive_sgd,
    .adam = naive_adam,
    .sigmoid = naive_sigmoid,
    .tanh = naive_tanh,
    .exp = naive_exp,
};

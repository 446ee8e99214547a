/* test_bytes.c - every set of byte kernels that this CPU has computes the sums exactly, follows the
 * formulas of the cell, gives the same bits as the others, and writes nowhere else. */
#include "core/nn/bytes.h"

#include "core/nn/kernels.h"
#include "tests/unit/suite.h"

#include <lstm/cpu.h>
#include <lstm/rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { M_MAX = 9, H_MAX = 40, HS_MAX = 48, K_MAX = 160, GUARD = 64, SETS_MAX = 3 };

static const struct byte_kernels *sets[SETS_MAX];
static int num_sets;
static struct rng r;

static void setup(void)
{
    num_sets = 0;
    sets[num_sets++] = &bytes_portable;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        sets[num_sets++] = &bytes_avx2;
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni"))
        sets[num_sets++] = &bytes_avx512;
#endif
    rng_seed(&r, 3);
}

static void fill(float *x, size_t n, float lo, float hi)
{
    for (size_t i = 0; i < n; i++)
        x[i] = rng_uniform(&r, lo, hi);
}

static int byte_at(const uint8_t *bytes, size_t i, int offset)
{
    return (int8_t)(bytes[i] - offset);
}

/* The number nearest to x, ties to even, within the bytes. */
static int nearest(float x)
{
    float most = BYTE_MAX, q = nearbyintf(x);

    return (int)(q > most ? most : q < -most ? -most : q);
}

/* Memory for the panels of one matrix. */
struct matrix {
    int8_t weights[4 * HS_MAX * K_MAX];
    float scale[4 * HS_MAX];
    int32_t shift[4 * HS_MAX];
    struct byte_panels panels;
};

static void pack(struct matrix *m, const struct byte_kernels *k, const struct byte_source *from)
{
    m->panels = (struct byte_panels){m->weights, m->scale, m->shift};
    memset(m->weights, 1, sizeof(m->weights)); /* packing must write the zeros too */
    k->pack(&m->panels, from);
}

/* What a product must be, by plain loops in 64 bits. */
static double exact(const struct byte_source *f, const int *x, int g, int u, float *scale)
{
    const float *w = f->w + (size_t)(g * f->H + u) * (size_t)(f->blocks * f->given);
    float most = 0;
    int64_t sum = 0;

    for (int k = 0; k < f->blocks * f->given; k++)
        most = fmaxf(most, fabsf(w[k]));
    *scale = most > 0 ? most / BYTE_MAX : 1;
    for (int b = 0; b < f->blocks; b++)
        for (int k = 0; k < f->given; k++)
            sum += (int64_t)nearest(w[b * f->given + k] / *scale) * x[b * f->padded + k];
    return (double)sum;
}

static const struct {
    int M, H, blocks, given;
} shapes[] = {{1, 1, 1, 1},   {2, 3, 1, 4},   {3, 7, 2, 5},  {4, 16, 1, 33},
              {5, 17, 2, 17}, {8, 33, 1, 64}, {9, 40, 2, 40}};

START_TEST(products_are_exact_on_every_set)
{
    int M = shapes[_i].M, H = shapes[_i].H, blocks = shapes[_i].blocks, given = shapes[_i].given;
    int Hs = (H + 15) / 16 * 16, padded = (given + 15) / 16 * 16, K = blocks * padded;
    static float w[4 * H_MAX * K_MAX], bias[4 * HS_MAX], first[M_MAX * 4 * HS_MAX];
    static struct matrix m;
    static int x[M_MAX * K_MAX];
    struct byte_source from = {w, H, Hs, blocks, given, padded, 0.25f};

    fill(w, (size_t)4 * H * blocks * given, -2, 2);
    fill(bias, (size_t)4 * Hs, -1, 1);
    for (int i = 0; i < M * K; i++)
        x[i] = i % 5 == 0 ? (i % 2 ? BYTE_MAX : -BYTE_MAX) : (int)rng_below(&r, 255) - BYTE_MAX;
    for (int s = 0; s < num_sets; s++) {
        static float z[M_MAX * 4 * HS_MAX + GUARD];
        static uint8_t bytes[M_MAX * K_MAX];

        for (int i = 0; i < M * K; i++)
            bytes[i] = (uint8_t)(x[i] + sets[s]->offset);
        memset(z, 0x55, sizeof(z));
        pack(&m, sets[s], &from);
        sets[s]->gates_bytes(&(struct byte_product){z, bias, bytes, &m.panels, K, M, K, Hs});
        for (int row = 0; row < M; row++)
            for (int u = 0; u < 4 * H; u++) {
                int g = u / H, at = g * Hs + u % H;
                float scale;
                double sum = exact(&from, x + row * K, g, u % H, &scale);
                float whole = scale * 0.25f * byte_factor(g);

                ck_assert(z[row * 4 * Hs + at] == bias[at] + (float)sum * whole);
            }
        for (int i = 0; i < GUARD; i++)
            ck_assert_mem_eq(&z[M * 4 * Hs + i], "\x55\x55\x55\x55", 4);
        if (!s)
            memcpy(first, z, sizeof(first));
        ck_assert_mem_eq(z, first, (size_t)M * 4 * Hs * sizeof(float));
    }
}
END_TEST

/* Floats that are computed alike give the same bits, and nearly what doubles give. */
START_TEST(products_of_floats_are_the_same_on_every_set)
{
    enum { M = 5, H = 19, HS = 32, K = 3 };
    float w[4 * H * K], bias[4 * HS], x[M * K], first[M * 4 * HS];

    fill(w, sizeof(w) / sizeof(*w), -1, 1);
    fill(bias, sizeof(bias) / sizeof(*bias), -1, 1);
    fill(x, sizeof(x) / sizeof(*x), -3, 3);
    for (int s = 0; s < num_sets; s++) {
        float panels[4 * HS * K], z[M * 4 * HS];

        sets[s]->pack_floats(panels, w, H, K, HS);
        sets[s]->gates_floats(z, x, K, panels, bias, M, K, HS);
        for (int m = 0; m < M; m++)
            for (int u = 0; u < 4 * H; u++) {
                int at = u / H * HS + u % H;
                double y = 0;

                for (int k = 0; k < K; k++)
                    y += (double)x[m * K + k] * (double)w[u * K + k];
                y = y * (double)byte_factor(u / H) + (double)bias[at];
                ck_assert(fabs((double)z[m * 4 * HS + at] - y) < 1e-5);
            }
        if (!s)
            memcpy(first, z, sizeof(first));
        ck_assert_mem_eq(z, first, sizeof(first));
    }
}
END_TEST

/* Whh of a step without a state before it, which is not read. */
static int8_t zeros[4 * HS_MAX * HS_MAX];
static const struct byte_panels no_weights = {.weights = zeros};

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* The state that a step leaves. */
struct state {
    float c[M_MAX * HS_MAX], h[M_MAX * H_MAX];
    uint8_t bytes[M_MAX * HS_MAX + GUARD];
};

static void expect_cell(const struct state *s, const float *z, const float *c_prev, int M, int H,
                        int Hs, int offset)
{
    for (int m = 0; m < M; m++)
        for (int u = 0; u < H; u++) {
            const float *at = z + m * 4 * Hs + u;
            double i = sigmoid((double)at[0]), f = sigmoid((double)at[Hs]);
            double g = tanh((double)at[2 * Hs]), o = sigmoid((double)at[3 * Hs]);
            double c = f * (double)c_prev[m * Hs + u] + i * g, h = o * tanh(c);

            ck_assert(fabs((double)s->c[m * Hs + u] - c) < 3e-4);
            ck_assert(fabs((double)s->h[m * H + u] - h) < 3e-4);
            ck_assert_int_eq(byte_at(s->bytes, (size_t)m * Hs + u, offset),
                             nearest(s->h[m * H + u] * BYTE_MAX));
        }
}

/* z spread over all magnitudes: gates that are open, shut, and in between. */
START_TEST(a_step_follows_the_formulas_on_every_set)
{
    int M = shapes[_i].M, H = shapes[_i].H, Hs = (H + 15) / 16 * 16;
    static float z[M_MAX * 4 * HS_MAX], scaled[M_MAX * 4 * HS_MAX], c_prev[M_MAX * HS_MAX];
    static struct state first;

    for (int i = 0; i < M * 4 * Hs; i++) {
        z[i] = rng_uniform(&r, -1, 1) * (i % 7 == 0 ? 60.0f : i % 3 ? 1.0f : 6.0f);
        scaled[i] = z[i] * byte_factor(i / Hs % 4);
    }
    fill(c_prev, (size_t)M * Hs, -3, 3);
    for (int s = 0; s < num_sets; s++) {
        static struct state now;

        memset(&now, 0x33, sizeof(now));
        sets[s]->cell(&(struct byte_cell){.gates = scaled,
                                          .c = now.c,
                                          .h = now.h,
                                          .h_bytes = now.bytes,
                                          .c_prev = c_prev,
                                          .panels = &no_weights,
                                          .ldh = H,
                                          .ldb = Hs,
                                          .M = M,
                                          .H = H,
                                          .Hs = Hs});
        expect_cell(&now, z, c_prev, M, H, Hs, sets[s]->offset);
        for (int i = 0; i < GUARD; i++)
            ck_assert_int_eq(now.bytes[M * Hs + i], 0x33);
        if (!s)
            first = now;
        ck_assert_mem_eq(now.c, first.c, (size_t)M * Hs * sizeof(float));
        ck_assert_mem_eq(now.h, first.h, (size_t)M * H * sizeof(float));
    }
}
END_TEST

/* A forget gate that is wide open, with an input gate that is shut, keeps c: an error of every step
 * would add up. A gate at 0 and tanh at 0 are exact. */
START_TEST(a_state_is_kept_for_long)
{
    enum { HS = 16 };
    float z[4 * HS] = {0}, c[HS], h[HS], zero[4 * HS] = {0};
    uint8_t bytes[HS];

    for (int s = 0; s < num_sets; s++) {
        struct byte_cell step = {.gates = z,
                                 .c = c,
                                 .h = h,
                                 .h_bytes = bytes,
                                 .c_prev = c,
                                 .panels = &no_weights,
                                 .ldh = HS,
                                 .ldb = HS,
                                 .M = 1,
                                 .H = HS,
                                 .Hs = HS};

        for (int u = 0; u < HS; u++) {
            c[u] = 1;
            z[u] = -40 * byte_factor(0);     /* i: shut */
            z[HS + u] = 40 * byte_factor(1); /* f: open */
        }
        for (int i = 0; i < 10000; i++)
            sets[s]->cell(&step);
        for (int u = 0; u < HS; u++)
            ck_assert(fabsf(c[u] - 1) < 1e-3f);
        memset(c, 0, sizeof(c));
        step.gates = zero;
        sets[s]->cell(&step);
        for (int u = 0; u < HS; u++)
            ck_assert(c[u] == 0 && h[u] == 0 && bytes[u] == sets[s]->offset);
    }
}
END_TEST

START_TEST(bytes_are_rounded_and_clamped)
{
    static const struct {
        float x;
        int q;
    } table[] = {{0, 0},      {0.5f, 0},       {1.5f, 2},    {-0.5f, 0},
                 {-1.5f, -2}, {126.4f, 126},   {1e30f, 127}, {-1e30f, -127},
                 {3, 3},      {-127.5f, -127}, {127, 127},   {-126.6f, -127}};
    enum { N = sizeof(table) / sizeof(*table), K = 32 };

    for (int s = 0; s < num_sets; s++)
        for (int shift = 0; shift <= 16; shift++) { /* at the vectors and at the rest */
            float x[N + 16] = {0};
            uint8_t to[K];

            for (int i = 0; i < N; i++)
                x[shift + i] = table[i].x * 0.125f;
            sets[s]->to_bytes(to, x, N + shift, K, 0.125f);
            for (int i = 0; i < K; i++)
                ck_assert_int_eq(byte_at(to, (size_t)i, sets[s]->offset),
                                 i >= shift && i < N + shift ? table[i - shift].q : 0);
        }
}
END_TEST

START_TEST(linear_is_the_same_on_every_set)
{
    static const int widths[] = {1, 3, 4, 15, 16, 17, 31, 32, 33, 100};
    enum { M = 3, N = 5, K_MOST = 100 };
    float h[M * K_MOST], w[N * K_MOST], bias[N], first[M * N], y[M * N];

    fill(h, M * K_MOST, -1, 1);
    fill(w, N * K_MOST, -1, 1);
    fill(bias, N, -1, 1);
    for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++)
        for (int s = 0; s < num_sets; s++) {
            int K = widths[i];

            sets[s]->linear(y, h, K_MOST, w, bias, M, N, K);
            for (int m = 0; m < M; m++)
                for (int n = 0; n < N; n++) {
                    double sum = (double)bias[n];

                    for (int k = 0; k < K; k++)
                        sum += (double)h[m * K_MOST + k] * (double)w[n * K + k];
                    ck_assert(fabs((double)y[m * N + n] - sum) < 1e-5);
                }
            if (!s)
                memcpy(first, y, sizeof(first));
            ck_assert_mem_eq(y, first, sizeof(first));
        }
}
END_TEST

START_TEST(the_set_follows_the_kernels_in_force)
{
    for (const char *const *name = kernels_available(); *name; name++) {
        ck_assert_int_eq(kernels_select(*name, NULL), ST_OK);
        ck_assert_int_le(bytes_get()->width, kernels_get()->width < 4 ? 4 : kernels_get()->width);
    }
    (void)kernels_select("auto", NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bytes");
    TCase *t = tcase_create("all");
    int n = (int)(sizeof(shapes) / sizeof(*shapes));

    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_loop_test(t, products_are_exact_on_every_set, 0, n);
    tcase_add_test(t, products_of_floats_are_the_same_on_every_set);
    tcase_add_loop_test(t, a_step_follows_the_formulas_on_every_set, 0, n);
    tcase_add_test(t, a_state_is_kept_for_long);
    tcase_add_test(t, bytes_are_rounded_and_clamped);
    tcase_add_test(t, linear_is_the_same_on_every_set);
    tcase_add_test(t, the_set_follows_the_kernels_in_force);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_kernels.c - every instruction set that this CPU has computes what the naive twin computes,
 * at odd sizes and alignments, and writes nowhere else. */
#include "core/nn/kernels.h"

#include <check.h>
#include <lstm/cpu.h>
#include <lstm/rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY = 1 << 17, GUARD = 64, BUFFERS = 8 };

static const struct kernels *kernels; /* the set under test */
static const float CANARY = 12345.678f;
static float *memory[2 * BUFFERS]; /* naive's and the set's */
static size_t sizes[BUFFERS];
static struct rng generator;

static const int odd[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 47, 64, 65, 100};
enum { NUM_ODD = sizeof(odd) / sizeof(*odd) };

static void setup(void)
{
    rng_seed(&generator, 7);
    for (int i = 0; i < 2 * BUFFERS; i++) {
        memory[i] = malloc((CAPACITY + 2 * GUARD) * sizeof(float));
        ck_assert_ptr_nonnull(memory[i]);
    }
}

static void teardown(void)
{
    for (int i = 0; i < 2 * BUFFERS; i++)
        free(memory[i]);
}

/* Buffer i with n random floats between guards, not aligned; the same for both kernels. */
static void fill(int i, size_t n, float lo, float hi)
{
    ck_assert_uint_le(n, CAPACITY - 1);
    sizes[i] = n;
    for (size_t k = 0; k < n + 2 * GUARD; k++)
        memory[i][k] = memory[BUFFERS + i][k] = CANARY;
    for (size_t k = 0; k < n; k++)
        memory[i][GUARD + 1 + k] = memory[BUFFERS + i][GUARD + 1 + k] =
            rng_uniform(&generator, lo, hi);
}

static float *naive(int i)
{
    return memory[i] + GUARD + 1;
}

static float *fast(int i)
{
    return memory[BUFFERS + i] + GUARD + 1;
}

static bool close_to(float a, float b, double scale)
{
    return fabs((double)a - (double)b) <= 2e-6 * (scale + fabs((double)b));
}

/* Checks that both buffers are equal, and that the guards of the fast one are unchanged. */
static void compare(const char *what, int i, double scale)
{
    for (size_t k = 0; k < sizes[i]; k++)
        if (!close_to(fast(i)[k], naive(i)[k], scale))
            ck_abort_msg("%s %s[%zu]: got %.9g, naive %.9g", kernels->name, what, k,
                         (double)fast(i)[k], (double)naive(i)[k]);
    for (size_t k = 0; k < sizes[i] + 2 * GUARD; k++)
        if (k < GUARD + 1 || k >= GUARD + 1 + sizes[i])
            ck_assert_msg(memory[BUFFERS + i][k] == CANARY, "%s %s wrote outside at %td",
                          kernels->name, what, (ptrdiff_t)k - GUARD - 1);
}

/* The ways to give b and the scratch of a product. */
enum packing { PLAIN, SCRATCH, PANELS, PANELS_AND_SCRATCH, NUM_PACKINGS };
static float scratch[GEMM_SCRATCH];

static void try_gemm(int M, int N, int K, int groups, bool transposed, bool add,
                     enum packing packing)
{
    int gap = 3, a_row = transposed ? 1 : groups * (K + gap);
    ptrdiff_t lda = transposed ? M + 2 : 1;
    size_t a_size = transposed ? (size_t)groups * K * (size_t)lda : (size_t)M * groups * (K + gap);
    ptrdiff_t ldb = N + 1, ldc = N + 2;
    struct gemm g = {.ldc = ldc,
                     .a_row = a_row,
                     .a_col = lda,
                     .a_group = transposed ? (ptrdiff_t)K * lda : K + gap,
                     .ldb = ldb,
                     .M = M,
                     .N = N,
                     .K = K,
                     .groups = groups,
                     .add = add};

    fill(0, (size_t)(M - 1) * (size_t)ldc + N, -1, 1);
    fill(1, a_size, -1, 1);
    fill(2, (size_t)(groups * K - 1) * (size_t)ldb + N, -1, 1);
    g.c = naive(0);
    g.a = naive(1);
    g.b = naive(2);
    kernels_naive.gemm(&g);
    g.c = fast(0);
    g.a = fast(1);
    g.b = fast(2);
    g.scratch = packing == SCRATCH || packing == PANELS_AND_SCRATCH ? scratch : NULL;
    if (packing >= PANELS) {
        int padded = (N + kernels->panel_n - 1) / kernels->panel_n * kernels->panel_n;

        fill(3, (size_t)groups * K * padded, 0, 0);
        kernels->pack_b(fast(3), fast(2), ldb, groups * K, N);
        g.panels = fast(3);
        g.b = NULL;
    }
    kernels->gemm(&g);
    compare("gemm", 0, groups * K);
    if (packing >= PANELS)
        compare("panels' guards", 3, INFINITY);
}

START_TEST(gemm)
{
    int M = odd[_i] > 33 ? 33 : odd[_i];

    for (int n = 0; n < NUM_ODD; n++)
        for (int k = 0; k < NUM_ODD; k += 3)
            for (int v = 0; v < 4; v++)
                try_gemm(M, odd[n], odd[k], v == 1 ? 4 : 1, v & 2, v & 1,
                         (n + k + v) % NUM_PACKINGS);
    for (int p = 0; p < NUM_PACKINGS; p++) {
        try_gemm(M, 19, 200, 1, false, true, p);
        try_gemm(M, 19, 70, 4, false, true, p);
        try_gemm(M, 19, 300, 2, true, p & 1, p);
    }
}
END_TEST

START_TEST(gemm_rows_do_not_depend_on_neighbours)
{
    enum { M = 7, N = 37, K = 150 };
    struct gemm g = {.ldc = N, .a_row = K, .a_col = 1, .ldb = N, .N = N, .K = K, .groups = 1};

    fill(0, M * N, -1, 1);
    fill(1, M * K, -1, 1);
    fill(2, K * N, -1, 1);
    g.b = fast(2);
    g.c = fast(0);
    g.a = fast(1);
    g.M = M;
    kernels->gemm(&g);
    for (int m = 0; m < M; m++) {
        g.c = naive(0);
        g.a = fast(1) + (ptrdiff_t)m * K;
        g.M = 1;
        kernels->gemm(&g);
        ck_assert_mem_eq(naive(0), fast(0) + (ptrdiff_t)m * N, N * sizeof(float));
    }
}
END_TEST

/* Beyond the blocks of rows, columns and k that are packed at once. */
START_TEST(large_gemm)
{
    enum { M = 101, N = 521, K = 131 };

    for (int p = 0; p < 2; p++)
        for (int transposed = 0; transposed < 2; transposed++) {
            try_gemm(M, 131, N / 2, 1, transposed, !p, p ? PANELS_AND_SCRATCH : SCRATCH);
            try_gemm(M / 2, N, 124, 1, transposed, p, p ? PANELS : SCRATCH);
        }
}
END_TEST

START_TEST(gemm_sums_in_one_order_however_packed)
{
    enum { M = 37, N = 70, K = 200 };
    struct gemm g = {
        .ldc = N, .a_row = K, .a_col = 1, .ldb = N, .M = M, .N = N, .K = K, .groups = 1};

    fill(0, M * N, -1, 1);
    fill(1, M * K, -1, 1);
    fill(2, K * N, -1, 1);
    fill(3, K * (N + 64), 0, 0);
    g.a = fast(1);
    g.b = fast(2);
    g.c = fast(0);
    kernels->gemm(&g);
    g.c = naive(0);
    g.scratch = scratch;
    kernels->gemm(&g);
    ck_assert_mem_eq(naive(0), fast(0), M * N * sizeof(float));
    fill(4, M * N, -1, 1);
    g.c = fast(4);
    kernels->pack_b(fast(3), fast(2), N, K, N);
    g.panels = fast(3);
    kernels->gemm(&g);
    ck_assert_mem_eq(naive(0), fast(4), M * N * sizeof(float));
}
END_TEST

START_TEST(transposed_panels_are_the_same)
{
    for (int n = 0; n < NUM_ODD; n++) {
        int N = odd[n], K = odd[_i];
        struct gemm g = {.ldc = N, .a_row = K, .a_col = 1, .M = 5, .N = N, .K = K, .groups = 1};
        int padded = (N + kernels->panel_n - 1) / kernels->panel_n * kernels->panel_n;

        fill(0, (size_t)5 * N, 0, 0);
        fill(1, (size_t)5 * K, -1, 1);
        fill(2, (size_t)N * K, -1, 1); /* w */
        fill(3, (size_t)N * K, 0, 0);  /* w' */
        fill(4, (size_t)K * padded, 0, 0);
        for (int i = 0; i < N; i++)
            for (int k = 0; k < K; k++)
                fast(3)[(ptrdiff_t)k * N + i] = fast(2)[(ptrdiff_t)i * K + k];
        g.a = fast(1);
        g.panels = fast(4);
        kernels->pack_b(fast(4), fast(3), N, K, N);
        g.c = naive(0);
        kernels->gemm(&g);
        memset(fast(4), 0, (size_t)K * padded * sizeof(float));
        kernels->pack_b_transposed(fast(4), fast(2), K, N);
        compare("transposed panels' guards", 4, INFINITY);
        g.c = fast(0);
        kernels->gemm(&g);
        ck_assert_mem_eq(fast(0), naive(0), (size_t)5 * N * sizeof(float));
    }
}
END_TEST

START_TEST(linear)
{
    for (int n = 0; n < NUM_ODD; n += 2)
        for (int M = 1; M < 6; M += 2) {
            int N = odd[n], K = odd[_i];

            fill(0, (size_t)M * N, -1, 1);
            fill(1, (size_t)(M - 1) * (K + 1) + K, -1, 1);
            fill(2, (size_t)N * K, -1, 1);
            fill(3, N, -1, 1);
            kernels_naive.linear(naive(0), naive(1), K + 1, naive(2), naive(3), M, N, K);
            kernels->linear(fast(0), fast(1), K + 1, fast(2), fast(3), M, N, K);
            compare("linear", 0, K);
        }
}
END_TEST

START_TEST(column_sums)
{
    for (int M = 1; M < 10; M++) {
        int N = odd[_i];

        fill(0, N, -1, 1);
        fill(1, N, -1, 1);
        fill(2, (size_t)(M - 1) * (N + 1) + N, -1, 1);
        kernels_naive.column_sums(naive(0), naive(1), naive(2), N + 1, M, N);
        kernels->column_sums(fast(0), fast(1), fast(2), N + 1, M, N);
        compare("column_sums", 0, M);
        compare("column_sums 2", 1, M);
        kernels->column_sums(fast(0), NULL, fast(2), N + 1, M, N);
    }
}
END_TEST

/* Copies rows of (groups, from) to rows of (groups, to): the sets pad differently. */
static void repad(float *to, int to_width, const float *from, int from_width, int rows, int H)
{
    for (int r = 0; r < rows; r++) {
        memset(to + (ptrdiff_t)r * to_width, 0, (size_t)to_width * sizeof(float));
        memcpy(to + (ptrdiff_t)r * to_width, from + (ptrdiff_t)r * from_width,
               (size_t)H * sizeof(float));
    }
}

static void compare_padded(const char *what, int i, int rows, int H, int Hs)
{
    for (int r = 0; r < rows; r++)
        for (int u = 0; u < H; u++) {
            float a = fast(i)[(ptrdiff_t)r * Hs + u], b = naive(i)[(ptrdiff_t)r * H + u];

            ck_assert_msg(close_to(a, b, 4), "%s %s row %d unit %d of %d: got %.9g, naive %.9g",
                          kernels->name, what, r, u, H, (double)a, (double)b);
        }
    for (size_t k = GUARD + 1 + (size_t)rows * Hs; k < sizes[i] + 2 * GUARD; k++)
        ck_assert_msg(memory[BUFFERS + i][k] == CANARY, "%s %s wrote outside", kernels->name, what);
}

/* Buffer i: rows of Hs for the fast set, of H for the naive one, the same numbers. */
static void fill_padded(int i, int rows, int H, int Hs, float lo, float hi)
{
    fill(i, (size_t)rows * Hs, lo, hi);
    repad(naive(i), H, fast(i), Hs, rows, H);
    repad(fast(i), Hs, naive(i), H, rows, H);
}

static void try_forward(int M, int H, int K, bool state)
{
    int Hs = kernels_pad(kernels, H);
    struct cell_forward s = {.M = M, .H = H, .ldh = H + 1, .ldh_prev = H + 2};

    fill(5, (size_t)4 * Hs * (H > K ? H : K), 0, 0); /* panels */
    fill(6, (size_t)4 * H * K, -1, 1);               /* Wih */
    fill(7, (size_t)M * K, -1, 1);                   /* x */
    fill_padded(1, 4, H, Hs, -1, 1);                 /* bias */
    fill_padded(0, 4 * M, H, Hs, 0, 0);              /* gates */
    kernels_naive.pack_gates(naive(5), naive(6), H, K);
    kernels->pack_gates(fast(5), fast(6), H, K);
    kernels_naive.gates_input(naive(0), naive(7), K, naive(5), naive(1), M, K, H);
    kernels->gates_input(fast(0), fast(7), K, fast(5), fast(1), M, K, Hs);
    compare_padded("gates_input", 0, 4 * M, H, Hs);

    fill(6, (size_t)4 * H * H, -1, 1);
    kernels_naive.pack_gates(naive(5), naive(6), H, H);
    kernels->pack_gates(fast(5), fast(6), H, H);
    fill_padded(1, M, H, Hs, 0, 0);  /* c */
    fill_padded(2, M, H, Hs, -1, 1); /* c_prev */
    fill_padded(3, M, H, Hs, 0, 0);  /* tanh c */
    fill(4, (size_t)(M - 1) * (H + 1) + H, 0, 0);
    fill(7, (size_t)(M - 1) * (H + 2) + H, -1, 1);
    s.Hs = H;
    s.gates = naive(0), s.c = naive(1), s.c_prev = naive(2), s.tanh_c = naive(3), s.h = naive(4);
    s.h_prev = state ? naive(7) : NULL, s.panels = naive(5);
    kernels_naive.cell_forward(&s);
    s.Hs = Hs;
    s.gates = fast(0), s.c = fast(1), s.c_prev = fast(2), s.tanh_c = fast(3), s.h = fast(4);
    s.h_prev = state ? fast(7) : NULL, s.panels = fast(5);
    kernels->cell_forward(&s);
    compare_padded("cell_forward gates", 0, 4 * M, H, Hs);
    compare_padded("cell_forward c", 1, M, H, Hs);
    compare_padded("cell_forward tanh c", 3, M, H, Hs);
    for (int m = 0; state && m < M; m++)
        for (int u = 0; u < H + (m + 1 < M); u++)
            ck_assert(close_to(fast(4)[m * (H + 1) + u], naive(4)[m * (H + 1) + u], 1));
    compare("cell_forward h", 4, 1);
}

START_TEST(cell_forward)
{
    for (int M = 1; M < 8; M++)
        for (int K = 1; K < 40; K = 2 * K + 1)
            try_forward(M, odd[_i], K, K != 3);
}
END_TEST

START_TEST(cell_forward_without_a_tape)
{
    enum { M = 5 };
    int H = odd[_i], Hs = kernels_pad(kernels, H);
    struct cell_forward s = {.M = M, .H = H, .Hs = Hs, .ldh = H, .ldh_prev = H};

    fill(0, (size_t)M * 4 * Hs, -2, 2); /* pre-activations, in both */
    fill(1, (size_t)4 * H * H, -1, 1);
    fill(2, (size_t)4 * Hs * H, 0, 0);
    kernels->pack_gates(fast(2), fast(1), H, H);
    fill(3, (size_t)M * H, -1, 1);  /* h before */
    fill(4, (size_t)M * Hs, -1, 1); /* c before */
    fill(5, (size_t)M * Hs, 0, 0);  /* c, in both */
    fill(6, (size_t)M * H, 0, 0);   /* h, in both */
    fill(7, (size_t)M * Hs, 0, 0);  /* tanh c */
    s.panels = fast(2), s.h_prev = fast(3), s.c_prev = fast(4);
    s.gates = fast(0), s.c = fast(5), s.h = fast(6), s.tanh_c = fast(7);
    kernels->cell_forward(&s);
    memcpy(fast(0), naive(0), sizes[0] * sizeof(float));
    s.c = naive(5), s.h = naive(6), s.tanh_c = NULL;
    kernels->cell_forward(&s);
    ck_assert_mem_eq(fast(0), naive(0), sizes[0] * sizeof(float));
    ck_assert_mem_eq(fast(5), naive(5), sizes[5] * sizeof(float));
    ck_assert_mem_eq(fast(6), naive(6), sizes[6] * sizeof(float));
}
END_TEST

START_TEST(cell_backward)
{
    for (int M = 1; M < 6; M++) {
        int H = odd[_i], Hs = kernels_pad(kernels, H);
        struct cell_backward s = {.M = M, .H = H, .ldh = H + 1};

        fill_padded(0, 4 * M, H, Hs, 0, 1); /* gates */
        fill_padded(1, M, H, Hs, -1, 1);    /* dc */
        fill_padded(2, M, H, Hs, -1, 1);    /* tanh c */
        fill_padded(3, M, H, Hs, -1, 1);    /* c_prev */
        fill(4, (size_t)(M - 1) * (H + 1) + H, -1, 1);
        s.Hs = H;
        s.gates = naive(0), s.dc = naive(1), s.tanh_c = naive(2), s.c_prev = naive(3);
        s.dh = naive(4);
        kernels_naive.cell_backward(&s);
        s.Hs = Hs;
        s.gates = fast(0), s.dc = fast(1), s.tanh_c = fast(2), s.c_prev = fast(3), s.dh = fast(4);
        kernels->cell_backward(&s);
        compare_padded("cell_backward gates", 0, 4 * M, H, Hs);
        compare_padded("cell_backward dc", 1, M, H, Hs);
    }
}
END_TEST

START_TEST(elementwise)
{
    size_t n = (size_t)odd[_i];

    fill(0, n, -1, 1);
    fill(1, n, -1, 1);
    kernels_naive.add(naive(0), naive(1), n);
    kernels->add(fast(0), fast(1), n);
    compare("add", 0, 1);
    kernels_naive.multiply(naive(0), naive(1), n);
    kernels->multiply(fast(0), fast(1), n);
    compare("multiply", 0, 1);
    kernels_naive.scale(naive(0), 0.7f, n);
    kernels->scale(fast(0), 0.7f, n);
    compare("scale", 0, 1);
    ck_assert(fabs(kernels->sum_squares(fast(0), n) - kernels_naive.sum_squares(naive(0), n)) <=
              1e-6 * (double)n);
    fill(0, 10000 + n, -1, 1);
    ck_assert(fabs(kernels->sum_squares(fast(0), 10000 + n) /
                       kernels_naive.sum_squares(naive(0), 10000 + n) -
                   1) <= 1e-6);
}
END_TEST

START_TEST(rows_of_a_table)
{
    enum { ROWS = 9, F = 7 };
    static const int32_t ids[F] = {8, -1, 0, 3, 3, -1, 5};
    static const float scale[ROWS] = {0.01f, NAN, NAN, 0.02f, NAN, 0, NAN, NAN, 0.005f};
    size_t n = (size_t)odd[_i];
    int8_t *bytes = malloc(ROWS * n); /* exactly: reading farther is seen */

    fill(0, n, -1, 1);
    fill(1, ROWS * n, -1, 1);
    kernels_naive.sum_rows(naive(0), naive(1), ids, F, n);
    kernels->sum_rows(fast(0), fast(1), ids, F, n);
    compare("sum_rows", 0, F);
    for (size_t i = 0; i < ROWS * n; i++)
        bytes[i] = (int8_t)((int)(i * 37 % 255) - 127);
    kernels_naive.add_byte_rows(naive(0), bytes, scale, ids, F, n);
    kernels->add_byte_rows(fast(0), bytes, scale, ids, F, n);
    compare("add_byte_rows", 0, F);
    kernels_naive.add_to_rows(naive(1), naive(0), ids, F, n);
    kernels->add_to_rows(fast(1), fast(0), ids, F, n);
    compare("add_to_rows", 1, F);
    kernels->sum_rows(fast(0), fast(1), (int32_t[]){-1}, 1, n);
    for (size_t i = 0; i < n; i++)
        ck_assert(fast(0)[i] == 0.0f);
    free(bytes);
}
END_TEST

START_TEST(updates)
{
    size_t n = (size_t)odd[_i];
    struct adam_args a = {0.9f, 0.1f, 0.999f, 0.001f, 0.01f, 31.6f, 1e-8f, 0.1f, 0.99f};

    for (int i = 0; i < 4; i++)
        fill(i, n, i == 2 ? 0 : -1, 1);
    kernels_naive.sgd(naive(0), NULL, naive(3), n, 0.1f, 0, 0.1f);
    kernels->sgd(fast(0), NULL, fast(3), n, 0.1f, 0, 0.1f);
    compare("sgd", 0, 1);
    kernels_naive.sgd(naive(0), naive(1), naive(3), n, 0.1f, 0.9f, 0.1f);
    kernels->sgd(fast(0), fast(1), fast(3), n, 0.1f, 0.9f, 0.1f);
    compare("momentum w", 0, 1);
    compare("momentum m", 1, 1);
    kernels_naive.adam(naive(0), naive(1), naive(2), naive(3), n, &a);
    kernels->adam(fast(0), fast(1), fast(2), fast(3), n, &a);
    compare("adam w", 0, 1);
    compare("adam m", 1, 1);
    compare("adam v", 2, 1);
}
END_TEST

static double ulps(float got, double want)
{
    float w = (float)want;
    double ulp = (double)(nextafterf(fabsf(w), INFINITY) - fabsf(w));

    return fabs((double)got - want) / ulp;
}

static double sigmoid_reference(double x)
{
    return 1 / (1 + exp(-x));
}

/* Worst error of y = f(x) over the range, in units of the last place. */
static double worst(void (*f)(float *, const float *, size_t), double (*reference)(double),
                    double lo, double hi)
{
    enum { STEPS = 50000 };
    double top = 0;

    for (int i = 0; i <= STEPS; i++) {
        float y, x = (float)(lo + (hi - lo) * i / STEPS);
        double u;

        f(&y, &x, 1);
        u = ulps(y, reference((double)x));
        top = u > top ? u : top;
    }
    return top;
}

START_TEST(activations_are_accurate)
{
    ck_assert_double_le(worst(kernels->exp, exp, -87, 88), 2);
    ck_assert_double_le(worst(kernels->sigmoid, sigmoid_reference, -86, 30), 4);
    ck_assert_double_le(worst(kernels->tanh, tanh, -12, 12), 4);
    ck_assert_double_le(worst(kernels->tanh, tanh, -0.5, 0.5), 4);
    ck_assert_double_le(worst(kernels->tanh, tanh, -1e-3, 1e-3), 4);
    ck_assert_double_le(worst(kernels->tanh, tanh, -1e-20, 1e-20), 4);
}
END_TEST

START_TEST(activations_at_the_ends)
{
    float x[] = {1e30f, -1e30f, INFINITY, -INFINITY, NAN, 0, -0.0f}, y[7];

    kernels->sigmoid(y, x, 7);
    ck_assert(y[0] == 1 && y[1] >= 0 && y[1] < 1e-37f && y[2] == 1 && y[3] < 1e-37f);
    ck_assert(isnan(y[4]) && y[5] == 0.5f && y[6] == 0.5f);
    kernels->tanh(y, x, 7);
    ck_assert(y[0] == 1 && y[1] == -1 && y[2] == 1 && y[3] == -1 && isnan(y[4]) && y[5] == 0);
    kernels->exp(y, x, 7);
    ck_assert(y[0] > 1e38f && y[1] < 1e-37f && isnan(y[4]) && y[5] == 1);
}
END_TEST

START_TEST(names)
{
    struct err e = {0};

    ck_assert_int_eq(kernels_select("sparc", &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "portable"));
    ck_assert_str_eq(kernels_name(), kernels->name);
    ck_assert_int_eq(kernels_select(NULL, &e), ST_OK);
    ck_assert_str_eq(kernels_name(), kernels_available()[0]);
    ck_assert_int_eq(kernels_select("auto", &e), ST_OK);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("kernels");
    TCase *t = tcase_create(kernels->name);

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, gemm, 0, NUM_ODD);
    tcase_add_test(t, large_gemm);
    tcase_add_test(t, gemm_rows_do_not_depend_on_neighbours);
    tcase_add_test(t, gemm_sums_in_one_order_however_packed);
    tcase_add_loop_test(t, transposed_panels_are_the_same, 0, NUM_ODD);
    tcase_add_loop_test(t, linear, 0, NUM_ODD);
    tcase_add_loop_test(t, column_sums, 0, NUM_ODD);
    tcase_add_loop_test(t, cell_forward, 0, NUM_ODD);
    tcase_add_loop_test(t, cell_forward_without_a_tape, 0, NUM_ODD);
    tcase_add_loop_test(t, cell_backward, 0, NUM_ODD);
    tcase_add_loop_test(t, elementwise, 0, NUM_ODD);
    tcase_add_loop_test(t, rows_of_a_table, 0, NUM_ODD);
    tcase_add_loop_test(t, updates, 0, NUM_ODD);
    tcase_add_test(t, activations_are_accurate);
    tcase_add_test(t, activations_at_the_ends);
    tcase_add_test(t, names);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    int failed = 0;

    for (const char *const *name = kernels_available(); *name; name++) {
        SRunner *r;

        if (kernels_select(*name, NULL))
            return EXIT_FAILURE;
        kernels = kernels_get();
        r = srunner_create(suite());
        srunner_run_all(r, CK_ENV);
        failed += srunner_ntests_failed(r);
        srunner_free(r);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

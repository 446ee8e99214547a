/* arithmetic.c - computes the name of the arithmetic: see <lstm/cpu.h>.
 *
 * The fingerprint is a hash of results, not of versions, so that equal computations have equal
 * names. The functions of libm that the core calls are tried at many places. Two variants of a
 * function (glibc chooses by the CPU) may differ at only one place in a thousand, and those of log
 * at one in thirty thousand. The kernels are tried at a few places: those of another compiler
 * differ almost everywhere. */
#include "core/base/row.h"
#include "core/nn/kernels.h"

#include <lstm/cpu.h>
#include <lstm/hash.h>
#include <lstm/rng.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* Version of what the core computes from kernels and functions. Raise it with every change that
 * gives the same job other weights: a training that began before must not resume after it. */
enum { ARITHMETIC_VERSION = 1 };

enum { PLACES = 16384, ELEMENTS = 1024, NUM_SETS = 4, FIXED_SEED = 1 };
enum { ROWS = 3, UNITS = 21, UNITS_PADDED = 32, INPUTS = 13, COLUMNS = 37 };

/* ---- the hash: FNV-1a with a step for each 64-bit word ---- */

static uint64_t hash_double(uint64_t h, double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return fnv1a_word(h, bits);
}

static uint64_t hash_floats(uint64_t h, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = hash_double(h, (double)x[i]);
    return h;
}

/* ---- libm ---- */

static double uniform(struct rng *r, double lo, double hi)
{
    return lo + (hi - lo) * ((double)(rng_next(r) >> 11) * 0x1p-53);
}

static double sine_and_cosine(double x)
{
    double s, c;

    sincos(x, &s, &c);
    return s + 4 * c;
}

/* Every function of libm that the core calls outside the kernels and whose result IEEE 754 does not
 * determine, except pow, which is below. Each is tried within the range that the core uses. expf
 * and tanhf, which only the naive kernels call, are tried with these. tests/lint.sh refuses a
 * function that is not listed here. */
static const struct {
    double (*of)(double);
    double from, to;
} functions[] = {
    {exp, -20, 20},   {log, 1e-6, 1000},          {cos, 0, 7}, {tanh, -3, 3}, {erfc, -4, 4},
    {asinh, -20, 20}, {sine_and_cosine, 0, 1000},
};

static uint64_t hash_libm(uint64_t h)
{
    struct rng r;

    rng_seed(&r, FIXED_SEED);
    for (size_t f = 0; f < sizeof(functions) / sizeof(functions[0]); f++)
        for (int i = 0; i < PLACES; i++)
            h = hash_double(h, functions[f].of(uniform(&r, functions[f].from, functions[f].to)));
    for (int i = 0; i < PLACES; i++) {
        double base = uniform(&r, 0.5, 10);

        h = hash_double(h, pow(base, uniform(&r, -4, 4)));
    }
    return h;
}

/* ---- kernels ---- */

/* Operands and results. Rows of gates have padding, which is zeros here. */
struct operands {
    _Alignas(KERNEL_ALIGN) float x[ELEMENTS], y[ELEMENTS];
    _Alignas(KERNEL_ALIGN) float gates[ROWS * 4 * UNITS_PADDED], bias[4 * UNITS_PADDED];
    _Alignas(KERNEL_ALIGN) float c[ROWS * UNITS_PADDED], dc[ROWS * UNITS_PADDED];
    _Alignas(KERNEL_ALIGN) float tanh_c[ROWS * UNITS_PADDED], h[ROWS * UNITS];
    _Alignas(KERNEL_ALIGN) float w[4 * UNITS * UNITS], panels[4 * UNITS_PADDED * UNITS];
    _Alignas(KERNEL_ALIGN) float a[ROWS * INPUTS], b[INPUTS * COLUMNS], p[ROWS * COLUMNS];
};

static void fill(float *x, size_t n, struct rng *r, float most)
{
    for (size_t i = 0; i < n; i++)
        x[i] = rng_uniform(r, -most, most);
}

static uint64_t hash_activations(uint64_t h, const struct kernels *k, struct operands *o)
{
    void (*const list[])(float *, const float *, size_t) = {k->sigmoid, k->tanh, k->exp};

    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        list[i](o->y, o->x, ELEMENTS);
        h = hash_floats(h, o->y, ELEMENTS);
    }
    return hash_double(h, k->sum_squares(o->x, ELEMENTS));
}

static uint64_t hash_products(uint64_t h, const struct kernels *k, struct operands *o)
{
    const struct gemm g = {.c = o->p,
                           .ldc = COLUMNS,
                           .a = o->a,
                           .a_row = INPUTS,
                           .a_col = 1,
                           .b = o->b,
                           .ldb = COLUMNS,
                           .M = ROWS,
                           .N = COLUMNS,
                           .K = INPUTS,
                           .groups = 1};

    k->gemm(&g);
    h = hash_floats(h, o->p, ROWS * COLUMNS);
    /* b as (COLUMNS,INPUTS) */
    k->linear(o->p, o->a, INPUTS, o->b, o->x, ROWS, COLUMNS, INPUTS);
    return hash_floats(h, o->p, ROWS * COLUMNS);
}

/* One step of a cell, there and back. */
static uint64_t hash_cell(uint64_t h, const struct kernels *k, struct operands *o)
{
    int Hs = kernels_pad(k, UNITS);
    const struct cell_forward there = {.gates = o->gates,
                                       .c = o->c,
                                       .tanh_c = o->tanh_c,
                                       .h = o->h,
                                       .h_prev = o->x,
                                       .c_prev = o->dc,
                                       .panels = o->panels,
                                       .ldh = UNITS,
                                       .ldh_prev = UNITS,
                                       .M = ROWS,
                                       .H = UNITS,
                                       .Hs = Hs};
    const struct cell_backward back = {.gates = o->gates,
                                       .dc = o->dc,
                                       .dh = o->h,
                                       .tanh_c = o->tanh_c,
                                       .c_prev = o->c,
                                       .ldh = UNITS,
                                       .M = ROWS,
                                       .H = UNITS,
                                       .Hs = Hs};

    k->pack_gates(o->panels, o->w, UNITS, INPUTS);
    k->gates_input(o->gates, o->a, INPUTS, o->panels, o->bias, ROWS, INPUTS, Hs);
    k->pack_gates(o->panels, o->w, UNITS, UNITS);
    k->cell_forward(&there);
    h = hash_floats(h, o->h, ROWS * UNITS);
    k->cell_backward(&back);
    for (int row = 0; row < ROWS * 4; row++)
        h = hash_floats(h, row(o->gates, row, Hs), UNITS);
    return h;
}

static uint64_t hash_updates(uint64_t h, const struct kernels *k, struct operands *o)
{
    const struct adam_args a = {.beta1 = 0.9f,
                                .one_minus_beta1 = 0.1f,
                                .beta2 = 0.999f,
                                .one_minus_beta2 = 0.001f,
                                .step_size = 0.01f,
                                .inv_sqrt_bc2 = 31.6f,
                                .epsilon = 1e-8f,
                                .weight_decay = 0.01f,
                                .shrink = 0.9f};
    enum { N = ROWS * INPUTS };

    memset(o->y, 0, sizeof(o->y)); /* the moments */
    k->adam(o->a, o->y, o->y + N, o->b, N, &a);
    k->sgd(o->a, o->y, o->b + N, N, 0.1f, 0.9f, 0.01f);
    return hash_floats(h, o->a, N);
}

static uint64_t hash_kernels(uint64_t h, const struct kernels *k)
{
    struct operands o;
    struct rng r;

    memset(&o, 0, sizeof(o));
    rng_seed(&r, FIXED_SEED);
    fill(o.x, ELEMENTS, &r, 8);
    fill(o.a, ROWS * INPUTS, &r, 1);
    fill(o.b, INPUTS * COLUMNS, &r, 1);
    fill(o.w, 4 * UNITS * UNITS, &r, 1);
    fill(o.bias, 4 * (size_t)kernels_pad(k, UNITS), &r, 1);
    h = hash_activations(h, k, &o);
    h = hash_products(h, k, &o);
    h = hash_cell(h, k, &o);
    return hash_updates(h, k, &o);
}

/* ---- the name ---- */

static int place_of(const struct kernels *k)
{
    static const char *const names[NUM_SETS] = {"naive", "portable", "avx2", "avx512"};
    int i = 0;

    while (i < NUM_SETS - 1 && strcmp(names[i], k->name) != 0)
        i++;
    return i;
}

/* Computed once for each set. Threads that race store the same value twice. Never 0. */
static uint64_t fingerprint(const struct kernels *k)
{
    static _Atomic uint64_t known[NUM_SETS];
    _Atomic uint64_t *mine = &known[place_of(k)];
    uint64_t h = atomic_load_explicit(mine, memory_order_relaxed);

    if (!h) {
        h = hash_kernels(hash_libm(FNV1A_START), k) | 1;
        atomic_store_explicit(mine, h, memory_order_relaxed);
    }
    return h;
}

void arithmetic_name(char out[ARITHMETIC_LEN_MAX + 1])
{
    const struct kernels *k = kernels_get();

    snprintf(out, ARITHMETIC_LEN_MAX + 1, "%s-%d-%016llx", k->name, ARITHMETIC_VERSION,
             (unsigned long long)fingerprint(k));
}

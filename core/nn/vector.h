/* vector.h - vectors of VL floats in the vector extensions of gcc and clang, and their exp and
 * tanh.
 *
 * Included by kernels_SET.c alone, after it has defined VL (4, 8 or 16) and SET(name). Only what
 * the extensions cannot express (masked access, square root) is written in intrinsics.
 *
 * Products and sums are written so that a compiler with FMA enabled fuses them; the results of one
 * instruction set are then always the same, and those of different sets differ in the last bit. */
#ifndef CORE_NN_VECTOR_H
#define CORE_NN_VECTOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h>
#else
#include <math.h>
#endif

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef float vf __attribute__((vector_size(VL * 4)));
typedef int32_t vi __attribute__((vector_size(VL * 4)));
typedef uint32_t vu __attribute__((vector_size(VL * 4)));
typedef float vf_any __attribute__((vector_size(VL * 4), aligned(4), may_alias));

INLINE vf v_load(const float *p)
{
    return *(const vf_any *)p;
}

INLINE void v_store(float *p, vf v)
{
    *(vf_any *)p = v;
}

INLINE vf v_splat(float x)
{
    return x - (vf){0};
}

/* Each width defines v_load_n, v_store_n, v_load_bytes, v_sqrt, and v_clamp. The latter passes NaN
 * on: when one of two numbers is NaN, minimum and maximum of x86 return the second. */
#if VL == 16
/* The first n (1..VL) floats at p, then zeros; reads nothing else. */
INLINE vf v_load_n(const float *p, int n)
{
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}

INLINE void v_store_n(float *p, vf v, int n)
{
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}

/* VL bytes as floats. */
INLINE vf v_load_bytes(const int8_t *p)
{
    __m128i b = _mm_loadu_si128((const __m128i *)(const void *)p);

    return (vf)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(b));
}

INLINE vf v_sqrt(vf v)
{
    return (vf)_mm512_sqrt_ps((__m512)v);
}

INLINE vf v_clamp(vf x, float lo, float hi)
{
    return (vf)_mm512_min_ps(_mm512_set1_ps(hi), _mm512_max_ps(_mm512_set1_ps(lo), (__m512)x));
}
#elif VL == 8
static const int32_t lane_mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

INLINE vf v_load_n(const float *p, int n)
{
    __m256i mask = _mm256_loadu_si256((const __m256i *)(const void *)(lane_mask + 8 - n));

    return (vf)_mm256_maskload_ps(p, mask);
}

/* Stores in pieces, because a masked store is microcode on many CPUs. */
INLINE void v_store_n(float *p, vf v, int n)
{
    __m128 part = _mm256_castps256_ps128((__m256)v);

    if (n == 8) {
        v_store(p, v);
        return;
    }
    if (n & 4) {
        _mm_storeu_ps(p, part);
        part = _mm256_extractf128_ps((__m256)v, 1);
        p += 4;
    }
    if (n & 2) {
        _mm_storel_pi((__m64 *)(void *)p, part);
        part = _mm_movehl_ps(part, part);
        p += 2;
    }
    if (n & 1)
        _mm_store_ss(p, part);
}

INLINE vf v_load_bytes(const int8_t *p)
{
    __m128i b = _mm_loadl_epi64((const __m128i *)(const void *)p);

    return (vf)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(b));
}

INLINE vf v_sqrt(vf v)
{
    return (vf)_mm256_sqrt_ps((__m256)v);
}

INLINE vf v_clamp(vf x, float lo, float hi)
{
    return (vf)_mm256_min_ps(_mm256_set1_ps(hi), _mm256_max_ps(_mm256_set1_ps(lo), (__m256)x));
}
#else
INLINE vf v_load_n(const float *p, int n)
{
    vf v = {0};

    for (int i = 0; i < VL; i++)
        if (i < n)
            v[i] = p[i];
    return v;
}

INLINE void v_store_n(float *p, vf v, int n)
{
    for (int i = 0; i < VL; i++)
        if (i < n)
            p[i] = v[i];
}

INLINE vf v_load_bytes(const int8_t *p)
{
    vf v;

    for (int i = 0; i < VL; i++)
        v[i] = (float)p[i];
    return v;
}

INLINE vf v_sqrt(vf v)
{
#if defined(__SSE2__) && VL == 4
    return (vf)_mm_sqrt_ps((__m128)v);
#else
    for (int i = 0; i < VL; i++)
        v[i] = sqrtf(v[i]);
    return v;
#endif
}

INLINE vf v_clamp(vf x, float lo, float hi)
{
#if defined(__SSE2__) && VL == 4
    return (vf)_mm_min_ps(_mm_set1_ps(hi), _mm_max_ps(_mm_set1_ps(lo), (__m128)x));
#else
    for (int i = 0; i < VL; i++)
        x[i] = x[i] < lo ? lo : x[i] > hi ? hi : x[i];
    return x;
#endif
}
#endif

/* Sums pairwise, in a fixed order. */
INLINE float v_sum(vf v)
{
    float x[VL];

    v_store(x, v);
    UNROLL
    for (int half = VL / 2; half; half /= 2)
        for (int i = 0; i < half; i++)
            x[i] += x[i + half];
    return x[0];
}

/* NOLINTBEGIN(bugprone-macro-parentheses): f is a macro's name, l and r are simple operands. */
/* The lanes that a step of the transposition takes: those of a and b whose bit d is clear, and
 * those where it is set. */
#define LOW_LANE(l, d)   ((l) & (d) ? VL + (l) - (d) : (l))
#define HIGH_LANE(l, d)  ((l) & (d) ? VL + (l) : (l) + (d))
#define LANES_4(f, l, d) f(l, d), f(l + 1, d), f(l + 2, d), f(l + 3, d)
#if VL == 16
#define LANES(f, d) LANES_4(f, 0, d), LANES_4(f, 4, d), LANES_4(f, 8, d), LANES_4(f, 12, d)
#elif VL == 8
#define LANES(f, d) LANES_4(f, 0, d), LANES_4(f, 4, d)
#else
#define LANES(f, d) LANES_4(f, 0, d)
#endif
#define TRANSPOSE_STEP(r, d)                                                                       \
    UNROLL                                                                                         \
    for (int i = 0; i < VL; i++)                                                                   \
        if (!(i & (d))) {                                                                          \
            vf a = r[i], b = r[i + (d)];                                                           \
                                                                                                   \
            r[i] = __builtin_shufflevector(a, b, LANES(LOW_LANE, d));                              \
            r[i + (d)] = __builtin_shufflevector(a, b, LANES(HIGH_LANE, d));                       \
        }

/* NOLINTEND(bugprone-macro-parentheses) */

/* Transposes VL vectors, the rows of a square matrix, by Eklundh's method of halving blocks. */
INLINE void v_transpose(vf r[VL])
{
#if VL == 16
    TRANSPOSE_STEP(r, 8)
#endif
#if VL >= 8
    TRANSPOSE_STEP(r, 4)
#endif
    TRANSPOSE_STEP(r, 2)
    TRANSPOSE_STEP(r, 1)
}

/* x = n ln 2 + r with |r| <= ln 2 / 2 and n an integer; *scale = 2^n. e^r - 1 = r + r^2 q(r) with q
 * a minimax fit of degree 4 (relative error of e^r below 5e-9). x must be in [-87.33, 88.37]. */
INLINE vf v_expm1_reduced(vf x, vf *scale)
{
    const float round = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
    vf t = x * 1.44269504f + round;
    vf n = t - round;
    vf r = (x - n * 0x1.62e400p-1f) - n * 0x1.7f7d1cp-20f;
    vf q = v_splat(0x1.6dbc68p-10f);

    *scale = (vf)(((vu)t << 23) + 0x3F800000u);
    q = q * r + 0x1.124148p-7f;
    q = q * r + 0x1.555454p-5f;
    q = q * r + 0x1.555486p-3f;
    q = q * r + 0.5f;
    return r + (r * r) * q;
}

INLINE vf v_exp(vf x)
{
    vf scale, y = v_expm1_reduced(v_clamp(x, -87.33f, 88.37f), &scale);

    return scale + scale * y;
}

INLINE vf v_sigmoid(vf x)
{
    return 1.0f / (1.0f + v_exp(-x));
}

/* (e^2x - 1) / (e^2x + 1), where e^2x - 1 keeps its precision near 0. */
INLINE vf v_tanh(vf x)
{
    vf scale, y = v_expm1_reduced(v_clamp(x + x, -20.0f, 20.0f), &scale);
    vf em1 = (scale - 1.0f) + scale * y;

    return em1 / (em1 + 2.0f);
}

#endif

/* bytes_avx2.c - the byte kernels for x86-64 with AVX2; the Makefile gives this file its -m
 * flags. */
#if defined(__x86_64__)
#define VL       8
#define CELL_M   2
#define OFFSET   0
#define SET(f)   f##_avx2
#define SET_NAME "avx2"

#include "core/nn/vector.h"

/* acc += x w for the four bytes in each lane of x and w. VPMADDUBSW takes one operand unsigned, and
 * its 16-bit sums saturate: with |w| and x of w's sign, 2 * 127 * 127 is within their range. */
INLINE vi dot_bytes(vi acc, vi x, const int8_t *w)
{
    __m256i wv = _mm256_loadu_si256((const __m256i *)(const void *)w);
    __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(wv), _mm256_sign_epi8((__m256i)x, wv));

    return acc + (vi)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

#include "core/nn/bytes_vector.h"
#else
extern int bytes_avx2_not_for_this_cpu;
#endif

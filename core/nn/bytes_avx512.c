/* bytes_avx512.c - the byte kernels for x86-64 with AVX-512 and its VNNI; the Makefile gives this
 * file its -m flags. */
#if defined(__x86_64__)
#define VL       16
#define CELL_M   4
#define OFFSET   128 /* VPDPBUSD takes one operand unsigned */
#define SET(f)   f##_avx512
#define SET_NAME "avx512"

#include "core/nn/vector.h"

/* acc += x w for the four bytes in each lane of x and w. */
INLINE vi dot_bytes(vi acc, vi x, const int8_t *w)
{
    return (vi)_mm512_dpbusd_epi32((__m512i)acc, (__m512i)x, _mm512_loadu_si512(w));
}

#include "core/nn/bytes_vector.h"
#else
extern int bytes_avx512_not_for_this_cpu;
#endif

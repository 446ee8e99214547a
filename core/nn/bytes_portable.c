/* bytes_portable.c - the byte kernels for any CPU. */
#define VL       4
#define CELL_M   2
#define OFFSET   0
#define SET(f)   f##_portable
#define SET_NAME "portable"

#include "core/nn/vector.h"

typedef int8_t v_quads __attribute__((vector_size(4 * VL)));
typedef int8_t v_quads_any __attribute__((vector_size(4 * VL), aligned(1), may_alias));
typedef int16_t v_products __attribute__((vector_size(8 * VL)));
typedef int32_t v_pairs __attribute__((vector_size(8 * VL)));

/* acc += x w for the four bytes in each lane of x and w. A product fits 16 bits; a lane of 32 bits
 * holds two of them, which are added, and then two such sums. */
INLINE vi dot_bytes(vi acc, vi x, const int8_t *w)
{
    v_products p = __builtin_convertvector((v_quads)x, v_products) *
                   __builtin_convertvector(*(const v_quads_any *)(const void *)w, v_products);
    v_pairs two = (v_pairs)((v_pairs)p << 16) >> 16;

    two += (v_pairs)p >> 16;
    return acc + __builtin_shufflevector(two, two, 0, 2, 4, 6) +
           __builtin_shufflevector(two, two, 1, 3, 5, 7);
}

#include "core/nn/bytes_vector.h"

/* kernels_avx2.c - the vector kernels for x86-64 with AVX2 and FMA; the Makefile gives this file
 * its -m flags. */
#if defined(__x86_64__)
#define VL       8
#define TILE_M   4
#define TILE_N   3
#define CELL_M   2
#define SET(f)   f##_avx2
#define SET_NAME "avx2"

#include "core/nn/kernels_gemm.h"

#include "core/nn/kernels_cell.h"
#include "core/nn/kernels_update.h"
#else
/* A translation unit must not be empty. */
extern int kernels_avx2_not_for_this_cpu;
#endif

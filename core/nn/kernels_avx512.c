/* kernels_avx512.c - the vector kernels for x86-64 with AVX-512 F, BW, DQ and VL; the Makefile
 * gives this file its -m flags. */
#if defined(__x86_64__)
#define VL       16
#define TILE_M   4
#define TILE_N   4
#define CELL_M   4
#define SET(f)   f##_avx512
#define SET_NAME "avx512"

#include "core/nn/kernels_gemm.h"

#include "core/nn/kernels_cell.h"
#include "core/nn/kernels_update.h"
#else
extern int kernels_avx512_not_for_this_cpu;
#endif

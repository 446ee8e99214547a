/* kernels_portable.c - the vector kernels with 128-bit vectors, for any CPU: where it has none, the
 * compiler makes scalar code. */
#define VL       4
#define TILE_M   4
#define TILE_N   2
#define CELL_M   2
#define SET(f)   f##_portable
#define SET_NAME "portable"

#include "core/nn/kernels_gemm.h"

#include "core/nn/kernels_cell.h"
#include "core/nn/kernels_update.h"

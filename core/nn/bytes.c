/* bytes.c - chooses the set of byte kernels. */
#include "core/nn/bytes.h"

#include "core/nn/kernels.h"

/* Hs is a multiple of the width of the kernels in force, so a set may not be wider. */
const struct byte_kernels *bytes_get(void)
{
#if defined(__x86_64__)
    int width = kernels_get()->width;

    if (width >= bytes_avx512.width && __builtin_cpu_supports("avx512vnni"))
        return &bytes_avx512;
    if (width >= bytes_avx2.width)
        return &bytes_avx2;
#endif
    return &bytes_portable;
}

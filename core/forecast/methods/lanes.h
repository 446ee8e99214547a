/* lanes.h - the numbers of several parameter points, which one walk over a series computes.
 *
 * A vector of the extensions of gcc and clang. Each lane computes what a double would, bit for
 * bit. */
#ifndef CORE_FORECAST_METHODS_LANES_H
#define CORE_FORECAST_METHODS_LANES_H

#include "core/forecast/methods/minimise.h"

#include <stdint.h>

/* Marks a function that computes with lanes. On x86 it is also compiled for AVX2, where a vector is
 * one register; the program's start takes the version that the machine has. FMA is not used, so
 * both compute the same bits. Not with clang 14, which cannot link two such functions of one name
 * in two files, nor with the thread sanitizer, which the choice comes before. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) &&                        \
    !defined(__SANITIZE_THREAD__)
#define LANES_FUNCTION __attribute__((target_clones("default", "avx2")))
#else
#define LANES_FUNCTION
#endif

/* Arrays of them may lie at any address that suits a double. */
typedef double lanes
    __attribute__((vector_size(MINIMISE_AT_ONCE * sizeof(double)), aligned(sizeof(double))));
typedef int64_t lanes_whole
    __attribute__((vector_size(MINIMISE_AT_ONCE * sizeof(int64_t)), aligned(sizeof(int64_t))));

#endif

/* row.h - rows of row-major arrays. */
#ifndef CORE_BASE_ROW_H
#define CORE_BASE_ROW_H

#include <stddef.h>

/* The address of row i of p, whose rows have n elements: p + i * n. i and n may be of any integer
 * type, not negative. The product is a size_t, so that large arrays do not overflow. */
#define row(p, i, n) ((p) + (size_t)(i) * (size_t)(n))

#endif

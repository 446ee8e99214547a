/* row.h - rows of row-major arrays. */
#ifndef CORE_BASE_ROW_H
#define CORE_BASE_ROW_H

#include <stddef.h>

/* Row i of p, whose rows have n elements: the address of p[i * n], of p's own type. i and n may be
 * of any integer type, not negative; the product is a size_t, so that large arrays do not
 * overflow. */
#define row(p, i, n) ((p) + (size_t)(i) * (size_t)(n))

#endif

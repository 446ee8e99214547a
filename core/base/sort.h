/* sort.h - comparison functions for qsort() and bsearch(), and the smaller and larger of two
 * ints. */
#ifndef CORE_BASE_SORT_H
#define CORE_BASE_SORT_H

#include <string.h>

/* Ascending. No double may be NaN, which has no place in the order. */
static inline int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static inline int compare_ints(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return (x > y) - (x < y);
}

/* Of elements that are strings (const char *), by bytes. */
static inline int compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static inline int min_int(int a, int b)
{
    return a < b ? a : b;
}

static inline int max_int(int a, int b)
{
    return a > b ? a : b;
}

#endif

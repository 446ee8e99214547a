/* stats.c - see core/base/stats.h. Short arrays are sorted by insertion. */
#include "core/base/stats.h"

#include "core/base/sort.h"

#include <math.h>
#include <stdlib.h>

enum { FEW = 16 };

/* 1 / (the 75 % quantile of the standard normal distribution): in half the cases |v| lies below
 * this quantile. */
static const double mad_to_sigma = 1.4826;

static void sort_few(double *v, int n)
{
    for (int i = 1; i < n; i++) {
        double x = v[i];
        int k = i;

        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

double robust_median(double *v, int n)
{
    if (n <= FEW)
        sort_few(v, n);
    else
        qsort(v, (size_t)n, sizeof(*v), compare_doubles);
    return n % 2 ? v[n / 2] : v[n / 2 - 1] / 2 + v[n / 2] / 2;
}

double robust_spread(const double *v, int n, double *space)
{
    for (int i = 0; i < n; i++)
        space[i] = fabs(v[i]);
    return mad_to_sigma * robust_median(space, n);
}

/* demand_sizes.c - see demand_sizes.h.
 *
 * A step has a demand with the probability mean / (mean size). If that exceeds probability_most,
 * the sizes are scaled up until they give the mean. */
#include "core/forecast/ensemble/demand_sizes.h"

#include "core/base/sort.h"

#include <math.h>
#include <stdlib.h>

/* How far the distribution extends beyond the largest size, as a share of that size. */
static const double beyond = 0.5;
static const double probability_most = 0.98;
static const double filled_most = 0.2; /* greatest share of fractional values in counts */

void demand_sizes_fit(struct demand_sizes *out, const double *y, int n)
{
    double sum = 0;
    int fractions = 0;

    *out = (struct demand_sizes){0};
    for (int t = n - 1; t >= 0; t--) {
        fractions += y[t] < floor(y[t]) || y[t] > floor(y[t]);
        if (y[t] > 0 && out->count < DEMAND_SIZES_MAX)
            out->size[out->count++] = y[t];
    }
    out->counts = fractions <= filled_most * n;
    if (!out->count)
        return;
    qsort(out->size, (size_t)out->count, sizeof(out->size[0]), compare_doubles);
    for (int i = 0; i < out->count; i++)
        sum += out->size[i] / (out->count + 1);
    out->mean = sum + out->size[out->count - 1] / (out->count + 1) * (1 + beyond / 2);
}

/* The size at a rank in (0, count + 1); whole ranks are the observed sizes. */
static double size_at(const struct demand_sizes *s, double rank)
{
    int below = (int)rank, last = s->count - 1;

    if (below > last)
        return s->size[last] * (1 + beyond * (rank - s->count));
    if (s->counts || below < 1)
        return s->size[rank > below ? below : below - 1];
    return s->size[below - 1] + (rank - below) * (s->size[below] - s->size[below - 1]);
}

double demand_quantile(const struct demand_sizes *s, double mean, double u)
{
    double probability, larger = 1, size;

    if (!s->count || mean <= 0)
        return 0;
    probability = mean / s->mean;
    if (probability > probability_most) {
        larger = probability / probability_most;
        probability = probability_most;
    }
    if (u <= 1 - probability)
        return 0;
    size = larger * size_at(s, (u - (1 - probability)) / probability * (s->count + 1));
    return s->counts ? floor(size + 0.5) : size;
}

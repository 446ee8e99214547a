/* imapa.c - see imapa.h.
 *
 * The sums of k steps that end at origin t follow those that end at t - k, t - 2 k, ... So there is
 * one state for each remainder of t by k, and all are updated in turn. */
#include "core/forecast/methods/imapa.h"

#include <math.h>

enum { SUMS_MIN = 4 };

int imapa_levels(const double *y, int n)
{
    int demands = 0, levels;

    for (int t = 0; t < n; t++)
        demands += y[t] > 0;
    levels = demands ? (n + demands / 2) / demands : 1;
    levels = levels < n / SUMS_MIN ? levels : n / SUMS_MIN;
    levels = levels < IMAPA_LEVELS_MAX ? levels : IMAPA_LEVELS_MAX;
    return levels > 1 ? levels : 1;
}

/* Adds 1 / levels of the ADIDA rates with sums of k steps. */
static void add_level(double *rates, const double *y, int n, int k, int levels, double alpha)
{
    double state[IMAPA_LEVELS_MAX] = {0}, sum = 0, all = 0;

    for (int t = 1; t <= n; t++) {
        double *level = &state[t % k];
        int blocks = t / k;

        all += y[t - 1];
        sum += y[t - 1] - (t > k ? y[t - 1 - k] : 0);
        if (t < k) {
            rates[t] += all / t / levels;
            continue;
        }
        *level += fmax(alpha, 1.0 / blocks) * (sum - *level);
        rates[t] += *level / k / levels;
    }
}

void imapa_rates(double *rates, const double *y, int n, int levels, double alpha)
{
    for (int t = 0; t <= n; t++)
        rates[t] = 0;
    for (int k = 1; k <= levels; k++)
        add_level(rates, y, n, k, levels, alpha);
}

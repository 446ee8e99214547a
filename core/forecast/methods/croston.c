/* croston.c - see croston.h.
 *
 *     SBA   (1 - alpha / 2) size / interval      both are smoothed at steps with a demand
 *     TSB   probability * size                   the probability is smoothed at every step */
#include "core/forecast/methods/croston.h"

#include <math.h>

/* Updates *state by its observation number `count`. */
static void observe(double *state, double value, int count, double weight)
{
    *state += fmax(weight, 1.0 / count) * (value - *state);
}

void demand_rates(double *rates, const double *y, int n, double alpha)
{
    double level = 0;

    rates[0] = 0;
    for (int t = 0; t < n; t++) {
        observe(&level, y[t], t + 1, alpha);
        rates[t + 1] = level;
    }
}

void croston_rates(double *rates, const double *y, int n, double alpha)
{
    double size = 0, interval = 0;
    int demands = 0, since = 0;

    rates[0] = 0;
    for (int t = 0; t < n; t++) {
        since++;
        if (y[t] > 0) {
            demands++;
            observe(&size, y[t], demands, alpha);
            observe(&interval, since, demands, alpha);
            since = 0;
        }
        rates[t + 1] = demands ? (1 - alpha / 2) * size / interval : 0;
    }
}

void tsb_rates(double *rates, const double *y, int n, double alpha, double beta)
{
    double probability = 0, size = 0;
    int demands = 0;

    rates[0] = 0;
    for (int t = 0; t < n; t++) {
        observe(&probability, y[t] > 0, t + 1, alpha);
        if (y[t] > 0)
            observe(&size, y[t], ++demands, beta);
        rates[t + 1] = probability * size;
    }
}

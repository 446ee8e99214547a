/* decompose.c - see decompose.h.
 *
 * This is the classical decomposition by moving averages, applied to forecasts instead of
 * observations. The centred average over one season (the longer one) is level and trend. Where half
 * a season before the first step would be needed, the average continues backwards as a line through
 * the two cycles after it, so that no noise of the history enters. The season is the mean of the
 * rest at the same place of every cycle. */
#include "core/forecast/ensemble/decompose.h"

static int longest(int season, int season2)
{
    int m = season2 > season ? season2 : season;

    return m > 1 ? m : 1;
}

int decompose_length(int steps, int season, int season2)
{
    int m = longest(season, season2);

    return (steps > m ? steps : m) + (m > 1 ? m + 2 : 0);
}

/* The centred average of m steps around path[h]. With an even m both ends count half. */
static double centred(const double *path, int h, int m)
{
    int half = m / 2;
    double sum = 0;

    for (int i = h - half; i <= h + half; i++)
        sum += (m % 2 == 0 && (i == h - half || i == h + half) ? 0.5 : 1) * path[i];
    return sum / m;
}

/* average (steps): level and trend. */
static void run_average(double *average, const double *path, int steps, int m)
{
    int half = m / 2;
    double first = centred(path, half, m), slope = (centred(path, half + m, m) - first) / m;

    for (int h = 0; h < steps; h++)
        average[h] = h < half ? first - slope * (half - h) : centred(path, h, m);
}

/* cycle (m): the mean of path - average at each place in whole seasons, shifted to the sum 0. */
static void mean_cycle(double *cycle, const double *path, const double *average, int steps, int m)
{
    int cycles = steps / m;
    double mean = 0;

    for (int i = 0; i < m; i++) {
        cycle[i] = 0;
        for (int c = 0; c < cycles; c++)
            cycle[i] += (path[c * m + i] - average[c * m + i]) / cycles;
        mean += cycle[i] / m;
    }
    for (int i = 0; i < m; i++)
        cycle[i] -= mean;
}

/* The part of a cycle of m steps that already repeats after `shorter` steps. */
static double repeated(const double *cycle, int m, int at, int shorter)
{
    int times = m / shorter;
    double sum = 0;

    for (int i = at % shorter; i < m; i += shorter)
        sum += cycle[i];
    return sum / times;
}

void decompose_path(const struct path_parts *out, const double *path, int steps, int season,
                    int season2, double *space)
{
    int m = longest(season, season2), known = steps > m ? steps : m;
    int shorter = season > 1 ? season : m;
    double *average = space, *cycle = space + known;

    if (m > 1) {
        run_average(average, path, known, m);
        mean_cycle(cycle, path, average, known, m);
    }
    for (int h = 0; h < steps; h++) {
        double now = m > 1 ? average[h] : path[h], s = m > 1 ? cycle[h % m] : 0;

        out->level[h] = m > 1 ? average[0] : path[0];
        out->trend[h] = now - out->level[h];
        out->season[h] = m > shorter ? repeated(cycle, m, h, shorter) : s;
        out->season2[h] = s - out->season[h];
        out->rest[h] = path[h] - now - s;
    }
}

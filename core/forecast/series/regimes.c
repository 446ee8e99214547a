/* regimes.c - see regimes.h.
 *
 * An outlier is over when the next value comes. A regime goes on: the shop that was closed on three
 * of the last three Sundays is closed on the next one. Methods with a long memory average it away,
 * so the history is made to look as if it had always been so. */
#include "core/forecast/series/regimes.h"

#include "core/base/stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    REPEATS = 3,         /* times that a step of the season must have been otherwise */
    EARLIER = 6,         /* times that are needed before them */
    CYCLES_MAX = 60,     /* seasons that are looked at */
    SEASON_LONGEST = 31, /* steps; of longer ones too many are otherwise by chance */
    STEP_MIN = 3,        /* values after a step of the level */
    BEFORE_MIN = 8       /* values before it */
};

static const double far = 8, flat = 0.35;

/* ---- steps of the season ---- */

/* d (cycles): how far phase p of each whole season at the end of y is from the middle of the
 * season's other steps. */
static void distances(double *d, const double *y, int cycles, int m, int p, double *space)
{
    for (int c = 0; c < cycles; c++) {
        const double *season = y + (size_t)c * (size_t)m;
        int count = 0;

        for (int i = 0; i < m; i++) {
            if (i != p)
                space[count++] = season[i];
        }
        d[c] = season[p] - robust_median(space, count);
    }
}

/* Robust standard deviation of d (n) around its median. space: (2 n). */
static double spread_of(const double *d, int n, double *space)
{
    double middle;

    memcpy(space, d, (size_t)n * sizeof(*space));
    middle = robust_median(space, n);
    for (int i = 0; i < n; i++)
        space[i] = d[i] - middle;
    return robust_spread(space, n, space + n);
}

/* How many of the last d (n) are all far from those before them, on one side; 0: too few. *size:
 * how far, in what is far. */
static int count_changed(double *size, const double *d, int n, double least, double *space)
{
    for (int k = n - EARLIER < n / 2 ? n - EARLIER : n / 2; k >= REPEATS; k--) {
        int before = n - k, above = 0, below = 0;
        double middle, limit = far * fmax(spread_of(d, before, space), least);

        memcpy(space, d, (size_t)before * sizeof(*space));
        middle = robust_median(space, before);
        for (int i = before; i < n; i++) {
            above += d[i] - middle > limit;
            below += middle - d[i] > limit;
        }
        *size = fabs(d[n - 1] - middle) / limit;
        if (limit > 0 && (above == k || below == k) && fabs(d[before - 1] - middle) <= limit)
            return k;
    }
    return 0;
}

/* The phase of the `cycles` seasons of m steps in w that changed most, and how many of its last
 * values are otherwise; 0: none did. space: (2 m). */
static int most_changed(int *phase, const double *w, int cycles, int m, double *space)
{
    double d[CYCLES_MAX], more[2 * CYCLES_MAX], typical, most = 0;
    int found = 0;

    for (int p = 0; p < m; p++) {
        distances(d, w, cycles, m, p, space);
        space[m + p] = spread_of(d, cycles, more);
    }
    typical = robust_median(space + m, m);
    for (int p = 0; p < m; p++) {
        double size = 0;
        int changed;

        distances(d, w, cycles, m, p, space);
        changed = count_changed(&size, d, cycles, typical, more);
        if (changed && size > most) {
            most = size;
            found = changed;
            *phase = p;
        }
    }
    return found;
}

/* One after the other: what is set no longer moves the middle of the others. */
enum status regimes_set_phases(double *y, double *w, int n, int m, int *count, struct err *e)
{
    int cycles = m > 1 && n / m < CYCLES_MAX ? n / m : CYCLES_MAX, set = 0, changed, p = 0;
    double *space;

    if (count)
        *count = 0;
    if (m < 2 || m > SEASON_LONGEST || n / m < REPEATS + EARLIER)
        return ST_OK;
    space = malloc(2 * (size_t)m * sizeof(*space));
    if (!space)
        return err_nomem(e, 2 * (size_t)m * sizeof(*space));
    while (set < m / 2 && (changed = most_changed(&p, w + n - cycles * m, cycles, m, space)) > 0) {
        for (int i = n - m + p - changed * m; i >= 0; i -= m) {
            y[i] = y[i + changed * m];
            w[i] = w[i + changed * m];
        }
        set++;
    }
    if (count)
        *count = set;
    free(space);
    return ST_OK;
}

/* ---- steps of the level ---- */

/* Whether y (n) stays near its median *middle, beside a step of this height. */
static bool is_flat(double *middle, const double *y, int n, double height, double *space)
{
    memcpy(space, y, (size_t)n * sizeof(*space));
    *middle = robust_median(space, n);
    for (int i = 0; i < n; i++) {
        if (fabs(y[i] - *middle) > flat * fabs(height))
            return false;
    }
    return true;
}

/* The height of a step at `at`, 0 where there is none. space: (2 n). */
static double step_height(const double *y, int n, int at, double *space)
{
    int after = n - at, before = 2 * after > BEFORE_MIN ? 2 * after : BEFORE_MIN;
    double height = y[at] - y[at - 1], low, high, sigma;

    before = before < at ? before : at;
    if (!is_flat(&high, y + at, after, height, space) ||
        !is_flat(&low, y + at - before, before, height, space))
        return 0;
    for (int i = 1; i < before; i++)
        space[i - 1] = y[at - before + i] - y[at - before + i - 1];
    for (int i = 1; i < after; i++)
        space[before + i - 2] = y[at + i] - y[at + i - 1];
    sigma = robust_spread(space, before + after - 2, space + n);
    return fabs(high - low) > far * sigma && fabs(height) > far * sigma ? high - low : 0;
}

enum status regimes_move_step(double *y, int n, int *at, struct err *e)
{
    double *space, largest = 0;
    int found = 0;

    *at = 0;
    if (n < STEP_MIN + BEFORE_MIN)
        return ST_OK;
    for (int i = n / 2 > BEFORE_MIN ? n / 2 : BEFORE_MIN; i <= n - STEP_MIN; i++) {
        if (fabs(y[i] - y[i - 1]) > largest) {
            largest = fabs(y[i] - y[i - 1]);
            found = i;
        }
    }
    if (!found)
        return ST_OK;
    space = malloc(2 * (size_t)n * sizeof(*space));
    if (!space)
        return err_nomem(e, 2 * (size_t)n * sizeof(*space));
    largest = step_height(y, n, found, space);
    free(space);
    for (int i = 0; largest != 0 && i < found; i++)
        y[i] += largest;
    *at = largest != 0 ? found : 0;
    return ST_OK;
}

static const double rounding = 1e-9;

double regimes_change(const double *y, int n)
{
    double square = 0, most = 0;

    for (int i = 1; i < n; i++) {
        double d = y[i] - y[i - 1];

        square += (d * d - square) / i;
        most = fmax(most, fabs(y[i]));
    }
    return sqrt(square) > rounding * most ? sqrt(square) : 0;
}

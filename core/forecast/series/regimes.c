/* regimes.c - see regimes.h.
 *
 * An outlier is over when the next value comes. A regime lasts: a shop that was closed on the last
 * three Sundays is probably closed on the next one. Methods with a long memory average such a
 * change away. So the history is changed as if the present regime had always been in force. */
#include "core/forecast/series/regimes.h"

#include "core/base/stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    REPEATS = 3,         /* fewest late values of a step of the season that differ */
    EARLIER = 6,         /* earlier values that are needed for comparison */
    CYCLES_MAX = 60,     /* most seasons that are read */
    SEASON_LONGEST = 31, /* steps; in longer seasons too many steps differ by chance */
    STEP_MIN = 3,        /* fewest values after a step of the level */
    BEFORE_MIN = 8,      /* values before it */
    SEASONS_MAX = 30,    /* seasons before it */
    STEPS_MOVED = 2,
    STEPS_TRIED =
        12 /* most changes that are examined, since each needs a pass over its neighbours */
};

/* Bounds in robust standard deviations: of how far a step of the season differs (far), and of the
 * height of a step of the level (abrupt). Bounds as shares of that height: how far values beside
 * the step may lie from their level (flat), how much of it must come from one value to the next
 * (at_once), and how high an earlier step must be to count as the same (alike). Chosen on simulated
 * steps and random walks, and on M4's 100 monthly series, where lower bounds take slopes for
 * steps. */
static const double far = 8, abrupt = 5, flat = 0.5, at_once = 0.7, alike = 0.6;

/* ---- steps of the season ---- */

/* d (cycles): the difference between phase p and the median of the other steps of its season, for
 * each whole season at the end of y. */
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

/* How many of the last values of d (n) are all far from the earlier ones, on the same side; 0 when
 * fewer than REPEATS. *size: the least distance, relative to `far`. */
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

/* Finds the phase, over `cycles` seasons of m steps in w, that changed most. Returns how many of
 * its last values differ; 0 when no phase changed. space: (2 m). */
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

/* Sets one phase after the other: a phase that is set no longer affects the median of its
 * season. */
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

/* A step of the level, found at `at` of y (n). */
struct step {
    const double *y;
    int n, season, at;
    double low, high; /* medians before and after it */
};

/* Whether y (n) stays near `middle`, in relation to the height of the step beside it. */
static bool is_flat(double middle, const double *y, int n, double height)
{
    for (int i = 0; i < n; i++) {
        if (fabs(y[i] - middle) > flat * fabs(height))
            return false;
    }
    return true;
}

static double median_of(const double *y, int n, double *space)
{
    memcpy(space, y, (size_t)n * sizeof(*space));
    return robust_median(space, n);
}

static double mean_of(const double *y, int n)
{
    double mean = 0;

    for (int i = 0; i < n; i++)
        mean += (y[i] - mean) / (i + 1);
    return mean;
}

/* Whether the series has made the same step to the same level before. Then it may do so again. */
static bool has_recurred(const struct step *s)
{
    double height = s->high - s->low;

    for (int i = 1; i < s->at; i++) {
        if ((s->y[i] - s->y[i - 1]) / height > alike && fabs(s->y[i] - s->high) < fabs(height) / 2)
            return true;
    }
    return false;
}

/* Whether the series made the same step at this place of most earlier seasons. */
static bool is_seasonal(const struct step *s)
{
    double share[SEASONS_MAX];
    int count = 0;

    for (int i = s->at - s->season; s->season > 1 && i > 0 && count < SEASONS_MAX; i -= s->season)
        share[count++] = (s->y[i] - s->y[i - 1]) / (s->high - s->low);
    return count && robust_median(share, count) > alike / 2;
}

/* The height of a step at `at`; 0 when there is none. space: (2 n). */
static double step_height(const double *y, int n, int season, int at, double *space)
{
    int after = n - at, before = 2 * after > BEFORE_MIN ? 2 * after : BEFORE_MIN;
    struct step s = {.y = y, .n = n, .season = season, .at = at};
    double height, sigma;

    before = before < at ? before : at;
    s.low = median_of(y + at - before, before, space);
    s.high = median_of(y + at, after, space);
    height = s.high - s.low;
    if (height == 0 || !is_flat(s.high, y + at, after, height) ||
        !is_flat(s.low, y + at - before, before, height))
        return 0;
    for (int i = 0; i < before + after; i++)
        space[i] = y[at - before + i] - (i < before ? s.low : s.high);
    sigma = robust_spread(space, before + after, space + n);
    if (fabs(height) <= abrupt * sigma || fabs(y[at] - y[at - 1]) <= at_once * fabs(height) ||
        has_recurred(&s) || is_seasonal(&s))
        return 0;
    /* Both sides are flat, so means estimate the levels better than medians. */
    return mean_of(y + at, after) - mean_of(y + at - before, before);
}

/* Returns the last step of y before `end`, or 0 when there is none; *height: its height. Only
 * changes larger than usual are examined. In a series with many such changes none is a step. */
static int last_step(double *height, const double *y, int n, int season, int end, double *space)
{
    int first = n / 2 > BEFORE_MIN ? n / 2 : BEFORE_MIN, tried = 0;
    double limit;

    for (int i = 1; i < n; i++)
        space[i - 1] = y[i] - y[i - 1];
    limit = abrupt / 2 * robust_spread(space, n - 1, space + n);
    for (int i = end - 1; i >= first && tried < STEPS_TRIED; i--) {
        if (!(fabs(y[i] - y[i - 1]) > limit))
            continue;
        tried++;
        *height = step_height(y, n, season, i, space);
        if (*height != 0)
            return i;
    }
    return 0;
}

enum status regimes_move_steps(double *y, int n, int season, int *count, struct err *e)
{
    int end = n - STEP_MIN + 1, at;
    double *space, height;

    *count = 0;
    if (n < STEP_MIN + BEFORE_MIN)
        return ST_OK;
    space = malloc(2 * (size_t)n * sizeof(*space));
    if (!space)
        return err_nomem(e, 2 * (size_t)n * sizeof(*space));
    while (*count < STEPS_MOVED && (at = last_step(&height, y, n, season, end, space)) > 0) {
        for (int i = 0; i < at; i++)
            y[i] += height;
        ++*count;
        end = at;
    }
    free(space);
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

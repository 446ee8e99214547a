/* shifts.c - see shifts.h.
 *
 * With d_t = y_(t+m) - y_t minus the median of all such differences, a shift of the level by h at
 * step t makes d equal to h from t - m on, for one season. */
#include "core/forecast/series/shifts.h"

#include "core/base/stats.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    CYCLES_MIN = 4, /* fewest seasons for recognising a plateau */
    RUN_MIN = 3,
    RUN_SHARE = 4, /* a plateau lasts at least this fraction of a season */
    SHIFTS_MAX = 3
};

/* far: least height of a plateau in robust standard deviations. edge, uneven: as shares of the
 * height, how far the differences beside the plateau may be from 0, and those on it from the
 * height. With 8, 0.25 and 0.4 a third more of the error remains on simulated seasons whose level
 * jumps, and the OWA of M4's 100 monthly series is 0.001 worse. */
static const double far = 5.5, edge = 0.35, uneven = 0.55, rounding = 1e-9, strength_min = 0.64;

/* Differences from season to season minus their median; d[t - m] belongs to step t. */
struct plateau {
    const double *d;
    int n, season; /* differences */
    double sigma;
    double *space; /* (n) */
};

static int length_at(const struct plateau *p, int first)
{
    return p->n - first < p->season ? p->n - first : p->season;
}

/* Whether the differences from `first` on form a plateau of one season, with ordinary differences
 * before and after it. *height: its height. */
static bool is_plateau(double *height, const struct plateau *p, int first)
{
    int length = length_at(p, first);
    double h;

    memcpy(p->space, p->d + first, (size_t)length * sizeof(*p->space));
    h = robust_median(p->space, length);
    if (fabs(h) < far * p->sigma || (first > 0 && fabs(p->d[first - 1]) > edge * fabs(h)) ||
        (first + length < p->n && fabs(p->d[first + length]) > edge * fabs(h)))
        return false;
    for (int i = first; i < first + length; i++) {
        double share = p->d[i] / h;

        if (!(fabs(share - 1) < uneven))
            return false;
    }
    *height = h;
    return true;
}

/* Returns the step at which the highest plateau begins, or 0 when there is none; *height: its
 * height. */
static int find_shift(double *height, const double *y, int n, int season, double *space)
{
    struct plateau p = {.d = space, .n = n - season, .season = season, .space = space + n};
    int run = season / RUN_SHARE > RUN_MIN ? season / RUN_SHARE : RUN_MIN, found = 0;
    double centre, h, top = 0;

    for (int i = 0; i < p.n; i++)
        space[i] = y[i + season] - y[i];
    memcpy(p.space, space, (size_t)p.n * sizeof(*space));
    centre = robust_median(p.space, p.n);
    for (int i = 0; i < p.n; i++) {
        space[i] -= centre;
        top = fmax(top, fabs(space[i]));
    }
    /* When all seasons are equal, only rounding remains. */
    p.sigma = fmax(robust_spread(space, p.n, p.space), rounding * top);
    *height = 0;
    for (int i = 0; p.sigma > 0 && i + run <= p.n; i++) {
        if (fabs(p.d[i]) > far / 2 * p.sigma && is_plateau(&h, &p, i) && fabs(h) > fabs(*height)) {
            *height = h;
            found = i + season;
        }
    }
    return found;
}

enum status shifts_level(double *y, int n, int season, int *count, struct err *e)
{
    double *moved, *space, height, strength = 0;
    int at, shifts = 0;
    enum status st = ST_OK;

    if (count)
        *count = 0;
    if (season < 2 || n / CYCLES_MIN < season)
        return ST_OK;
    moved = malloc(3 * (size_t)n * sizeof(*moved));
    if (!moved)
        return err_nomem(e, 3 * (size_t)n * sizeof(*moved));
    space = moved + n;
    memcpy(moved, y, (size_t)n * sizeof(*y));
    while (shifts < SHIFTS_MAX && (at = find_shift(&height, moved, n, season, space)) > 0) {
        for (int i = 0; i < at; i++)
            moved[i] += height;
        shifts++;
    }
    if (shifts)
        st = season_strength(&strength, moved, n, season, e);
    if (!st && strength > strength_min) {
        memcpy(y, moved, (size_t)n * sizeof(*y));
        if (count)
            *count = shifts;
    }
    free(moved);
    return st;
}

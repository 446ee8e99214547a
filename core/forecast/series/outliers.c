/* outliers.c - see outliers.h.
 *
 * The season is taken out by medians over neighbouring seasons. Then a repeated median line is
 * fitted around each value, and before and after it when it looks suspicious: next to a shift of
 * the level one of the three lines fits. A value that is far from all of them and stands alone is
 * an outlier. */
#include "core/forecast/series/outliers.h"

#include "core/base/stats.h"
#include "core/forecast/series/regimes.h"
#include "core/forecast/series/season.h"
#include "core/forecast/series/shifts.h"
#include "core/forecast/series/zeros.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 9,       /* values of a line */
    BEHIND_MIN = 3,  /* fewest values at the end whose median is a level */
    CYCLES = 7,      /* seasons whose median is the seasonal pattern */
    RUN = 2,         /* most outliers in a row */
    RARE = 50,       /* values for each outlier, at least */
    LOOK_BACK = 1500 /* most values that are examined: the last ones */
};

/* Distances from a line, in robust standard deviations. */
static const double far = 12, suspicious = 5;

/* ---- season and line ---- */

/* The seasonal pattern at i: the median, over neighbouring seasons, of the values minus their
 * moving median over one season. left (n): those differences. */
static double season_at(const double *left, int n, int season, int i)
{
    double v[CYCLES];
    int phase = i % season, last = (n - 1 - phase) / season, count = 0;
    int first = i / season - CYCLES / 2;

    first = first + CYCLES - 1 > last ? last - CYCLES + 1 : first;
    first = first > 0 ? first : 0;
    for (int c = first; c <= last && count < CYCLES; c++)
        v[count++] = left[c * season + phase];
    return robust_median(v, count);
}

/* The distance of w[at] from the repeated median line through WIDTH values, of which w[0] is the
 * first. */
static double from_line(const double *w, int at)
{
    double slopes[WIDTH], v[WIDTH], slope;

    for (int a = 0; a < WIDTH; a++) {
        int count = 0;

        for (int b = 0; b < WIDTH; b++) {
            if (b != a)
                v[count++] = (w[a] - w[b]) / (a - b);
        }
        slopes[a] = robust_median(v, count);
    }
    slope = robust_median(slopes, WIDTH);
    for (int a = 0; a < WIDTH; a++)
        v[a] = w[a] - slope * (a - at);
    return w[at] - robust_median(v, WIDTH);
}

/* The distance of w[i] from the line around it. */
static double distance_around(const double *w, int n, int i)
{
    int first = i - WIDTH / 2;

    first = first + WIDTH > n ? n - WIDTH : first;
    first = first > 0 ? first : 0;
    return from_line(w + first, i - first);
}

/* The distance of w[i] from the line through it and the values after it. Near the end these are too
 * few for a line; there, the distance from their median. */
static double distance_behind(const double *w, int n, int i)
{
    int first = i + BEHIND_MIN < n ? i : n - BEHIND_MIN;
    double v[WIDTH];

    if (i + WIDTH <= n)
        return from_line(w + i, 0);
    memcpy(v, w + first, (size_t)(n - first) * sizeof(*v));
    return w[i] - robust_median(v, n - first);
}

/* The smallest of the distances from the lines before, around and after w[i]. around: the distance
 * from the line around it. Next to a shift of the level one of the lines fits. */
static double distance(const double *w, int n, int i, double around)
{
    double least = around, behind = distance_behind(w, n, i),
           before = i - WIDTH + 1 >= 0 ? from_line(w + i - WIDTH + 1, WIDTH - 1) : around;

    least = fabs(before) < fabs(least) ? before : least;
    return fabs(behind) < fabs(least) ? behind : least;
}

static void take_season(double *pattern, const double *w, int n, int season, double *left,
                        double *space)
{
    for (int i = 0; i < n; i++) {
        int first = i - season / 2;

        first = first + season > n ? n - season : first;
        first = first > 0 ? first : 0;
        memcpy(space, w + first, (size_t)season * sizeof(*space));
        left[i] = w[i] - robust_median(space, season);
    }
    for (int i = 0; i < n; i++)
        pattern[i] = season_at(left, n, season, i);
}

/* ---- which are outliers ---- */

/* A quick check: whether any value differs enough from the one `lag` steps before for an
 * outlier. */
static bool jumps(const double *w, int n, int lag, double *d, double *space)
{
    double limit, top = 0;

    for (int i = lag; i < n; i++) {
        d[i - lag] = w[i] - w[i - lag];
        top = fmax(top, fabs(d[i - lag]));
    }
    limit = suspicious * robust_spread(d, n - lag, space);
    return limit > 0 && top > limit;
}

static int many(const double *rest, int n, double limit)
{
    int count = 0;

    for (int i = 0; i < n; i++)
        count += fabs(rest[i]) > limit;
    return count;
}

/* Whether the `run` values at i are an outlier: they are few, the values around them are ordinary,
 * and they do not form a new level at the end. */
static bool alone(const double *rest, int n, int i, int run, double sigma)
{
    int first = i - WIDTH / 2, end = i + run + WIDTH / 2;

    first = first > 0 ? first : 0;
    end = end < n ? end : n;
    return run <= RUN && (i + run < n || run < RUN) &&
           many(rest + first, end - first, suspicious * sigma) == run;
}

/* Replaces the values of w that are far from their line by the value of the line. rest (n):
 * distances from it. A line outside the range of all values is not used. */
static int replace_far(double *w, const double *rest, int n, double sigma)
{
    double low = INFINITY, high = -INFINITY;
    int count = 0;

    for (int i = 0; i < n; i++) {
        low = fmin(low, w[i]);
        high = fmax(high, w[i]);
    }
    for (int i = 0; i < n;) {
        int run = 0;

        while (i + run < n && fabs(rest[i + run]) > far * sigma)
            run++;
        for (int k = i; k < i + run && alone(rest, n, i, run, sigma); k++) {
            if (w[k] - rest[k] < low || w[k] - rest[k] > high)
                continue;
            w[k] -= rest[k];
            count++;
        }
        i += run ? run : 1;
    }
    return count;
}

/* Sets rest to 0 for values that are far off only in logarithms: they are just small. raw (n):
 * distances on the scale of the values; space: (n). */
static void forgive_small(double *rest, const double *w, int n, const double *raw, double *space)
{
    double limit = far * robust_spread(raw, n, space);

    for (int i = 0; i < n; i++)
        rest[i] = fabs(exp(w[i]) - exp(w[i] - rest[i])) > limit ? rest[i] : 0;
}

/* Finds and replaces outliers; returns their number. space: (4 n). */
static int replace(double *w, int n, int season, bool log_scale, double *space)
{
    double *pattern = space, *rest = space + n, *a = rest + n, *b = a + n, sigma;
    double *raw = pattern; /* takes the space of pattern, which is not needed any more */

    memset(pattern, 0, (size_t)n * sizeof(*pattern));
    if (!jumps(w, n, season > 1 ? season : 1, a, b))
        return 0;
    if (season > 1)
        take_season(pattern, w, n, season, a, b);
    for (int i = 0; i < n; i++)
        a[i] = w[i] - pattern[i];
    for (int i = 0; i < n; i++)
        rest[i] = distance_around(a, n, i);
    sigma = robust_spread(rest, n, b);
    for (int i = 0; i < n; i++) {
        raw[i] = exp(w[i]) - exp(w[i] - rest[i]);
        if (fabs(rest[i]) > suspicious * sigma)
            rest[i] = distance(a, n, i, rest[i]);
    }
    if (sigma <= 0 || many(rest, n, suspicious * sigma) > (n + RARE - 1) / RARE)
        return 0;
    if (log_scale)
        forgive_small(rest, w, n, raw, b);
    return replace_far(w, rest, n, sigma);
}

/* The number whose logarithm stands for zeros: so far below all other values that a zero stands
 * out. 0: y is examined without logarithms. */
static double log_floor(const double *y, int n)
{
    double least = INFINITY;
    int zeros = 0;

    for (int i = 0; i < n; i++) {
        if (y[i] < 0)
            return 0;
        zeros += y[i] == 0;
        least = y[i] > 0 ? fmin(least, y[i]) : least;
    }
    return zeros > n / RARE || least / 100 <= 0 ? 0 : least / 100;
}

/* Differences of larger values might overflow. */
static const double too_large = 1e300;

static double on_scale(double y, double floor)
{
    return floor > 0 ? log(y > 0 ? y : floor) : y;
}

enum status outliers_replace(double *y, int n, int season, int *count, struct err *e)
{
    double *w, floor;
    bool fine = true;
    int found;

    if (count)
        *count = 0;
    if (n > LOOK_BACK) {
        y += n - LOOK_BACK;
        n = LOOK_BACK;
    }
    season = season > 1 && n / 3 >= season ? season : 1;
    if (n < 2 * WIDTH)
        return ST_OK;
    w = malloc(5 * (size_t)n * sizeof(*w));
    if (!w)
        return err_nomem(e, 5 * (size_t)n * sizeof(*w));
    floor = log_floor(y, n);
    for (int i = 0; i < n; i++)
        w[i] = on_scale(y[i], floor);
    for (int i = 0; i < n; i++)
        fine = fine && fabs(w[i]) < too_large;
    found = fine ? replace(w, n, season, floor > 0, w + n) : 0;
    for (int i = 0; found && i < n; i++) {
        double v = floor > 0 ? exp(w[i]) : w[i];

        /* Values that are not replaced keep their bits. */
        if (w[i] != on_scale(y[i], floor) && isfinite(v))
            y[i] = v;
    }
    if (count)
        *count = found;
    free(w);
    return ST_OK;
}

/* Moves the values of w (n) before a shift of the level to the new level, with or without a
 * season. */
static enum status level_on_scale(int *shifts, double *w, int n, int season, struct err *e)
{
    int steps = 0;
    enum status st = shifts_level(w, n, season, shifts, e);

    if (!st)
        st = regimes_move_steps(w, n, season, &steps, e);
    *shifts += steps;
    return st;
}

/* Whether w (n) may replace y: it is finite, and positive when y has logarithms. */
static bool suits(const double *w, const double *y, int n, bool positive)
{
    for (int i = 0; i < n; i++) {
        if (!isfinite(w[i]) || (positive && y[i] > 0 && w[i] <= 0))
            return false;
    }
    return true;
}

/* How well the moved values fit: the mean difference between the values after the shift and those
 * moved to their level, one season before. What the differences have in common, the growth of a
 * season, is subtracted. */
static double misfit(const double *w, const double *y, int n, int season)
{
    int lag = season > 1 ? season : 1, at = n, end;
    double sum = 0, mean = 0;

    while (at > 0 && w[at - 1] == y[at - 1])
        at--;
    at = at > lag ? at : lag;
    end = n < at + lag ? n : at + lag;
    for (int i = at; i < end; i++)
        mean += (y[i] - w[i - lag]) / (end - at);
    for (int i = at; i < end; i++)
        sum += fabs(y[i] - w[i - lag] - mean) / (end - at);
    return sum;
}

/* out (n): y with the values before a shift moved, in logarithms when floor > 0. *misfits: INFINITY
 * when there is no shift. */
static enum status move_level(double *out, double *misfits, const double *y, int n, int season,
                              double floor, bool positive, struct err *e)
{
    double most = 0;
    int shifts = 0;
    enum status st = ST_OK;

    *misfits = INFINITY;
    for (int i = 0; i < n; i++) {
        out[i] = on_scale(y[i], floor);
        most = fmax(most, fabs(out[i]));
    }
    if (most < too_large)
        st = level_on_scale(&shifts, out, n, season, e);
    /* Values that are not moved keep their bits. */
    for (int i = 0; i < n; i++)
        out[i] = out[i] == on_scale(y[i], floor) ? y[i] : floor > 0 ? exp(out[i]) : out[i];
    if (!st && shifts && suits(out, y, n, positive))
        *misfits = misfit(out, y, n, season);
    return st;
}

/* Moves the level on two scales, that of outliers and that of the values themselves, and keeps the
 * result that fits better. */
static enum status level(double *y, int n, int season, struct err *e)
{
    double *w, *v, floor, first, second;
    enum status st;

    if (n > LOOK_BACK) {
        y += n - LOOK_BACK;
        n = LOOK_BACK;
    }
    w = malloc(2 * (size_t)n * sizeof(*w));
    if (!w)
        return err_nomem(e, 2 * (size_t)n * sizeof(*w));
    v = w + n;
    floor = log_floor(y, n);
    st = move_level(w, &first, y, n, season, floor, floor > 0, e);
    second = INFINITY;
    if (!st && floor > 0)
        st = move_level(v, &second, y, n, season, 0, true, e);
    if (!st && (first < INFINITY || second < INFINITY))
        memcpy(y, second < first ? v : w, (size_t)n * sizeof(*y));
    free(w);
    return st;
}

/* ---- the last value ---- */

enum { RECENT = 60, RECENT_CYCLES = 8 /* values, seasons with which the last value is compared */ };

/* The last value is doubtful when its error exceeds `doubtful` robust standard deviations and
 * `largest` times each earlier error. If the error before it exceeds `begun` standard deviations in
 * the same direction, something new has begun instead. */
static const double doubtful = 4, largest = 1, begun = 2;

/* The error of the last of w (n) against the line through the values before it, without the season,
 * when such errors are rare; else 0. space: (4 n). */
static double last_error(const double *w, int n, int season, double *space)
{
    double *a = space, *rest = space + n, *left = rest + n, *more = left + n, sigma;
    int lag = season > 1 ? season : 1, count = 0;

    for (int i = lag; i < n; i++)
        rest[i - lag] = w[i] - w[i - lag];
    memcpy(left, rest, (size_t)(n - lag) * sizeof(*left));
    sigma = robust_median(left, n - lag);
    for (int i = 0; i < n - lag; i++)
        rest[i] -= sigma;
    if (fabs(rest[n - lag - 1]) <= doubtful / 2 * robust_spread(rest, n - lag, more))
        return 0;
    memset(a, 0, (size_t)n * sizeof(*a));
    if (season > 1)
        take_season(a, w, n, season, left, more);
    for (int i = 0; i < n; i++)
        a[i] = w[i] - a[i];
    for (int i = WIDTH - 1; i < n; i++)
        rest[count++] = from_line(a + i - WIDTH + 1, WIDTH - 1);
    sigma = robust_spread(rest, count - 1, more);
    /* When the value before it went the same way, this is not a single error. */
    if (rest[count - 2] * (rest[count - 1] > 0 ? 1 : -1) > begun * sigma)
        return 0;
    sigma *= doubtful;
    for (int i = 0; i < count - 1; i++)
        sigma = fmax(sigma, largest * fabs(rest[i]));
    return sigma > 0 && fabs(rest[count - 1]) > sigma ? rest[count - 1] : 0;
}

enum status outliers_halve_last(double *y, int n, const struct params *p, struct err *e)
{
    int season1, season2, season, used;
    double *w, floor, error;

    if (!p->ensemble || p->outliers != OUTLIERS_REPLACE)
        return ST_OK;
    season_lengths(&season1, &season2, p->season_length, n);
    season = season2 ? season2 : season1;
    season = n / 3 >= season ? season : 0;
    used = RECENT_CYCLES * season > RECENT ? RECENT_CYCLES * season : RECENT;
    used = used < n ? used : n;
    used = used < LOOK_BACK ? used : LOOK_BACK;
    if (used < 2 * WIDTH || used <= 3 * season)
        return ST_OK;
    y += n - used;
    w = malloc(5 * (size_t)used * sizeof(*w));
    if (!w)
        return err_nomem(e, 5 * (size_t)used * sizeof(*w));
    floor = log_floor(y, used);
    error = 0;
    for (int i = 0; i < used; i++) {
        w[i] = on_scale(y[i], floor);
        error = fmax(error, fabs(w[i]));
    }
    error = error < too_large ? last_error(w, used, season, w + used) : 0;
    error = w[used - 1] - error / 2;
    error = floor > 0 ? exp(error) : error;
    if (isfinite(error) && error != (floor > 0 ? exp(w[used - 1]) : w[used - 1]))
        y[used - 1] = error;
    free(w);
    return ST_OK;
}

/* Sets the steps of the season that have changed for good. */
static enum status set_phases(double *y, int n, int season, struct err *e)
{
    double *w = malloc((size_t)n * sizeof(*w)), floor = log_floor(y, n);
    enum status st;

    if (!w)
        return err_nomem(e, (size_t)n * sizeof(*w));
    for (int i = 0; i < n; i++)
        w[i] = on_scale(y[i], floor);
    st = regimes_set_phases(y, w, n, season, NULL, e);
    free(w);
    return st;
}

/* Notes the reason for the values of y (n) that differ from `before`, then copies y to it. The
 * first reason stays: an outlier before a shift of the level is an outlier. */
static void note_changes(unsigned char *reason, double *before, const double *y, int n,
                         enum change_reason because)
{
    for (int i = 0; i < n; i++) {
        if (reason[i] == CHANGE_NONE && (y[i] < before[i] || y[i] > before[i]))
            reason[i] = (unsigned char)because;
        before[i] = y[i];
    }
}

/* before (n): y as it is; NULL: the reasons are not wanted. */
static enum status clean(double *y, int n, int season_length, unsigned char *reason, double *before,
                         struct err *e)
{
    int season1, season2, season;
    enum status st;

    season_lengths(&season1, &season2, season_length, n);
    season = season2 ? season2 : season1;
    st = set_phases(y, n, season1, e);
    if (before)
        note_changes(reason, before, y, n, CHANGE_SEASON);
    if (!st)
        st = outliers_replace(y, n, season, NULL, e);
    if (before)
        note_changes(reason, before, y, n, CHANGE_OUTLIER);
    if (!st)
        st = level(y, n, season, e);
    if (before)
        note_changes(reason, before, y, n, CHANGE_LEVEL);
    return st;
}

enum status outliers_clean(double *y, int n, const struct params *p, unsigned char *reason,
                           struct err *e)
{
    double *before = NULL;
    enum status st;

    if (reason)
        memset(reason, CHANGE_NONE, (size_t)n);
    if (!p->ensemble || p->outliers != OUTLIERS_REPLACE)
        return ST_OK;
    if (zeros_abound(y, n, p->season_length))
        return ST_OK; /* no line goes through its demands */
    if (reason) {
        before = malloc((size_t)n * sizeof(*before));
        if (!before)
            return err_nomem(e, (size_t)n * sizeof(*before));
        memcpy(before, y, (size_t)n * sizeof(*before));
    }
    st = clean(y, n, p->season_length, reason, before, e);
    free(before);
    return st;
}

/* gaps.c - see gaps.h.
 *
 * Seasonal imputation alternates. Given the effects of the season, the observed values without them
 * are interpolated and give the trend, a moving average. Given the trend, the effects are means of
 * the detrended values. Two passes follow a first guess. */
#include "core/forecast/series/gaps.h"

#include <math.h>
#include <stdlib.h>

static void fill_linear(double *y, int n)
{
    int last = -1; /* the last index that has a value */

    for (int i = 0; i < n; i++) {
        if (isnan(y[i]))
            continue;
        for (int k = last + 1; k < i; k++) {
            double w = last < 0 ? 1 : (double)(k - last) / (i - last);

            y[k] = last < 0 ? y[i] : y[last] * (1 - w) + y[i] * w;
        }
        last = i;
    }
    for (int k = last + 1; last >= 0 && k < n; k++)
        y[k] = y[last];
}

static void fill_previous(double *y, int n)
{
    double last = NAN;

    for (int i = 0; i < n && isnan(last); i++)
        last = y[i];
    for (int i = 0; i < n; i++) {
        if (isnan(y[i]))
            y[i] = last;
        last = y[i];
    }
}

/* ---- level and season ---- */

enum {
    SEASONS_MIN = 2,
    NEAREST = 3, /* seasons on each side whose values give a season's effect */
    PASSES = 2
};

/* All arrays but y are parts of one block, which begins at whole. */
struct decomposition {
    double *y; /* (n) the series that is filled; borrowed */
    int n, season;
    double *whole;  /* observed values; at the other steps the interpolation plus the effect */
    double *effect; /* of the season at each step */
    double *trend;  /* NaN where less than a season lies around the step */
    double *known;  /* (n / season + 1) detrended values of one phase */
    double *first;  /* (season) first guess: level of a phase, without slope; NaN: never observed */
    double *time;   /* (season) mean of the steps at which a phase was observed */
};

static enum status decomposition_init(struct decomposition *d, double *y, int length, int season,
                                      struct err *e)
{
    size_t n = (size_t)length, m = (size_t)season;
    size_t size = (3 * n + n / m + 1 + 2 * m) * sizeof(double);
    double *v = malloc(size);

    if (!v)
        return err_nomem(e, size);
    *d = (struct decomposition){.y = y,
                                .n = length,
                                .season = season,
                                .whole = v,
                                .effect = v + n,
                                .trend = v + 2 * n,
                                .first = v + 3 * n,
                                .time = v + 3 * n + m,
                                .known = v + 3 * n + 2 * m};
    return ST_OK;
}

/* Means of the observed values of one phase, and of their steps. */
static void phase_means(struct decomposition *d, int phase)
{
    double value = NAN, time = 0;
    int count = 0;

    for (int i = phase; i < d->n; i += d->season) {
        double v = d->y[i];

        if (isnan(v))
            continue;
        count++;
        value = count > 1 ? value + (v - value) / count : v;
        time += (i - time) / count;
    }
    d->first[phase] = value;
    d->time[phase] = time;
}

/* Least squares of one slope for all phases and a level for each. */
static double common_slope(const struct decomposition *d)
{
    double product = 0, square = 0;

    for (int i = 0; i < d->n; i++) {
        double t = i - d->time[i % d->season];

        if (isnan(d->y[i]))
            continue;
        product += t * (d->y[i] - d->first[i % d->season]);
        square += t * t;
    }
    return square > 0 ? product / square : 0;
}

/* A first guess of the effects, which needs no trend: the phases' levels, centred. 0 for a phase
 * that was never observed. */
static void guess_effects(struct decomposition *d)
{
    double slope, mean = 0;
    int count = 0;

    for (int k = 0; k < d->season; k++)
        phase_means(d, k);
    slope = common_slope(d);
    for (int k = 0; k < d->season; k++) {
        d->first[k] -= slope * d->time[k];
        if (!isnan(d->first[k]))
            mean += (d->first[k] - mean) / ++count;
    }
    for (int i = 0; i < d->n; i++) {
        double v = d->first[i % d->season];

        d->effect[i] = isnan(v) ? 0 : v - mean;
    }
}

/* Subtracts the effects from the observed values, interpolates, continues both ends as constants,
 * and adds the effects again. */
static void fill_whole(struct decomposition *d)
{
    double before = NAN, after;
    int last = -1; /* the last observed step */

    for (int i = 0; i <= d->n; i++) {
        bool end = i == d->n;

        if (!end && isnan(d->y[i]))
            continue;
        after = end ? before : d->y[i] - d->effect[i];
        for (int k = last + 1; k < i; k++)
            d->whole[k] = d->effect[k] +
                          (last < 0 ? after : before + (after - before) * (k - last) / (i - last));
        if (!end)
            d->whole[i] = d->y[i];
        before = after;
        last = i;
    }
}

/* The centred moving average over one season (2 x m for an even one). It ends with the first and
 * the last observation, because the level beyond them is only a guess. The sum is computed anew
 * once a season, so that the rounding error of an outlier does not stay in it. */
static void find_trend(struct decomposition *d)
{
    int m = d->season, half = m / 2, first = 0, last = d->n - 1;
    const double *v = d->whole;
    double window = 0;

    while (isnan(d->y[first]))
        first++;
    while (isnan(d->y[last]))
        last--;
    for (int i = 0; i < d->n; i++)
        d->trend[i] = NAN;
    for (int i = first + half; i + half <= last; i++) {
        double ends = (v[i - half] + v[i + half]) / 2;

        if ((i - half - first) % m == 0) {
            window = 0;
            for (int k = i - half; k <= i + half; k++)
                window += v[k];
        } else {
            window += v[i + half] - v[i - half - 1];
        }
        d->trend[i] = (m % 2 ? window : window - ends) / m;
    }
}

/* The effect at each step of a phase: the mean of its nearest detrended values, since a season may
 * change slowly. */
static void find_effects(struct decomposition *d, int phase)
{
    int count = 0, before = 0; /* known values; known values up to this step */

    for (int i = phase; i < d->n; i += d->season)
        if (!isnan(d->y[i]) && !isnan(d->trend[i]))
            d->known[count++] = d->y[i] - d->trend[i];
    for (int i = phase; count && i < d->n; i += d->season) {
        double mean = 0;
        int from, to;

        before += !isnan(d->y[i]) && !isnan(d->trend[i]);
        from = before > NEAREST ? before - NEAREST : 0;
        to = before + NEAREST < count ? before + NEAREST : count;
        for (int k = from; k < to; k++)
            mean += (d->known[k] - mean) / (k - from + 1);
        d->effect[i] = mean;
    }
}

/* Copies the result to the missing steps. If no observation is below 0, the least observation
 * replaces imputed values of 0 or less. A phase that was never observed has no effect and stays
 * missing. */
static void take_whole(const struct decomposition *d, double least)
{
    for (int i = 0; i < d->n; i++) {
        double v = d->whole[i];

        if (!isnan(d->y[i]) || isnan(d->first[i % d->season]) || !isfinite(v))
            continue;
        d->y[i] = least >= 0 && v <= 0 ? least : v;
    }
}

static enum status fill_seasonal(double *y, int n, int season, struct err *e)
{
    struct decomposition d = {0};
    double least = INFINITY;
    int observed = 0;
    enum status st;

    for (int i = 0; i < n; i++) {
        observed += !isnan(y[i]);
        if (y[i] < least) /* false for NaN; fmin() here crashes gcc 12 for arm64 */
            least = y[i];
    }
    if (observed == n || observed / SEASONS_MIN < season)
        return ST_OK;
    st = decomposition_init(&d, y, n, season, e);
    if (st)
        return st;
    guess_effects(&d);
    fill_whole(&d);
    for (int pass = 0; pass < PASSES; pass++) { /* the second pass has a better trend at gaps */
        find_trend(&d);
        for (int k = 0; k < season; k++)
            find_effects(&d, k);
        fill_whole(&d);
    }
    take_whole(&d, least);
    free(d.whole);
    return ST_OK;
}

/* ---- all kinds ---- */

enum status gaps_fill(double *y, int n, int fill, int season, struct err *e)
{
    enum status st = ST_OK;

    if (fill == IMPUTE_PREVIOUS)
        fill_previous(y, n);
    else if (fill == IMPUTE_SEASONAL && season > 1)
        st = fill_seasonal(y, n, season, e);
    fill_linear(y, n); /* for what is still missing */
    return st;
}

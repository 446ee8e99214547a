/* profile.c - the profile of a long season: see profile.h.
 *
 * For a season of 1,440 steps exponential smoothing would have to learn 1,440 states, each from one
 * value a day. The median over the days needs no parameters:
 *
 *     p_k = median over days c of (y_ck - median of day c), smoothed over neighbouring steps
 *
 * The rest is forecast by the ensemble, without a season. The length of the season and whether the
 * profile is smoothed are chosen by how well it forecasts the last seasons from those before. */
#include "core/forecast/series/profile.h"

#include "core/base/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAYS = 7,
    ROBUST_MIN = 5,    /* with fewer seasons, the mean takes the place of the median */
    SMOOTH_SHARE = 288 /* smoothing reaches 1/288 of a season to each side */
};

/* A longer or smoothed profile is taken when its error is less than this share of the simpler
 * one's. */
static const double clearly = 0.9, smoother = 0.995;
/* Bound of an error, in median errors of a forecast by the level alone. */
static const double far = 5;

bool profile_applies(int season_length)
{
    return season_length >= PROFILE_SEASON_MIN && (season_length < 364 || season_length > 366);
}

/* One form of a profile. */
struct form {
    int season, smooth; /* steps; steps to each side */
};

/* Median of the known values of y (n); NaN when there are none. space: (n). */
static double known_median(const double *y, int n, double *space)
{
    int known = 0;

    for (int i = 0; i < n; i++) {
        if (!isnan(y[i]))
            space[known++] = y[i];
    }
    return known ? robust_median(space, known) : NAN;
}

/* The median (or mean) of step k over the last `cycles` seasons of y (n), each minus its level. NaN
 * when no value is known. */
static double middle(const double *y, int n, int m, int k, const double *level, int cycles)
{
    double v[PROFILE_CYCLES_MAX], sum = 0;
    int known = 0;

    for (int c = 0; c < cycles; c++) {
        double d = y[n - (c + 1) * m + k] - level[c];

        if (isnan(d))
            continue;
        v[known++] = d;
        sum += d;
    }
    if (!known)
        return NAN;
    return known < ROBUST_MIN ? sum / known : robust_median(v, known);
}

/* out (m): the known values of rough (m), smoothed; the season is circular. */
static void smooth(double *out, const double *rough, int m, int reach)
{
    double mean = 0;

    for (int k = 0; k < m; k++) {
        double sum = 0;
        int known = 0;

        for (int j = -reach; j <= reach; j++) {
            double v = rough[(k + j + m) % m];

            if (!isnan(v)) {
                sum += v;
                known++;
            }
        }
        out[k] = known ? sum / known : 0;
        mean += out[k] / m;
    }
    for (int k = 0; k < m; k++)
        out[k] -= mean;
}

/* out (season): the profile of y (n) in this form. rough: space (season). */
static void estimate(double *out, const double *y, int n, struct form f, double *rough)
{
    int m = f.season, cycles = n / m < PROFILE_CYCLES_MAX ? n / m : PROFILE_CYCLES_MAX;
    double level[PROFILE_CYCLES_MAX];

    for (int c = 0; c < cycles; c++)
        level[c] = known_median(y + n - (c + 1) * m, m, rough);
    for (int k = 0; k < m; k++)
        rough[k] = middle(y, n, m, k, level, cycles);
    smooth(out, rough, m, f.smooth);
}

/* The end of a series, on which profiles of the values before it are compared. */
struct trial {
    const double *truth; /* (held) */
    int held;
    double cap;    /* bound of an error, so that no single spike decides */
    double *space; /* (held) */
};

/* Mean absolute error, each at most cap, of a forecast by profile (m) at the best level. profile:
 * NULL for the level alone. INFINITY when no value is known. */
static double error_of(const struct trial *t, const double *profile, int m)
{
    double level, error = 0;
    int known = 0;

    for (int i = 0; i < t->held; i++) {
        if (!isnan(t->truth[i]))
            t->space[known++] = t->truth[i] - (profile ? profile[i % m] : 0);
    }
    if (!known)
        return INFINITY;
    level = robust_median(t->space, known);
    for (int i = 0; i < known; i++)
        error += fmin(fabs(t->space[i] - level), t->cap) / known;
    return error;
}

static struct trial make_trial(const double *y, int n, int held, double *space)
{
    struct trial t = {y + n - held, held, INFINITY, space};
    double level = known_median(t.truth, held, space);
    int known = 0;

    for (int i = 0; i < held; i++) {
        if (!isnan(t.truth[i]))
            space[known++] = fabs(t.truth[i] - level);
    }
    if (known)
        t.cap = far * robust_median(space, known);
    return t;
}

/* The form whose forecasts of the end of y (n) are best. Its season is 0 when a level is better.
 * space: (2 n). */
static struct form choose(const double *y, int n, int m, double *space)
{
    bool week = n / (2 * DAYS) >= m;
    struct trial t = make_trial(y, n, week ? DAYS * m : m, space + n);
    struct form best = {0};
    double least = clearly * error_of(&t, NULL, 0);

    for (int days = 1; days <= (week ? DAYS : 1); days += DAYS - 1) {
        double limit = days > 1 && best.season ? clearly * least : least;

        for (int smoothed = 0; smoothed < 2; smoothed++) {
            struct form f = {days * m, smoothed ? m / SMOOTH_SHARE + (m < SMOOTH_SHARE) : 0};
            double error;

            estimate(space, y, n - t.held, f, space + f.season);
            error = error_of(&t, space, f.season);
            if (error < (smoothed ? smoother : 1) * limit) {
                best = f;
                least = limit = error;
            }
        }
    }
    return best;
}

/* Removes the trend of y (n): the median change of the level from season to season, or from week to
 * week when the season is a day. space: (n). */
static void take_off_trend(double *y, int n, int m, double *space)
{
    double level[PROFILE_CYCLES_MAX], change[PROFILE_CYCLES_MAX], slope;
    int cycles = n / m < PROFILE_CYCLES_MAX ? n / m : PROFILE_CYCLES_MAX, known = 0;
    int lag = cycles < 2 * DAYS ? 1 : DAYS;

    for (int c = 0; c < cycles; c++)
        level[c] = known_median(y + n - (c + 1) * m, m, space);
    for (int c = 0; c + lag < cycles; c++) {
        if (!isnan(level[c]) && !isnan(level[c + lag]))
            change[known++] = level[c] - level[c + lag];
    }
    slope = known ? robust_median(change, known) / lag / m : 0;
    for (int i = 0; i < n; i++)
        y[i] -= slope * (i - n);
}

enum status profile_fit(struct profile *out, const double *values, int n, int season_length,
                        struct err *e)
{
    int used = n < PROFILE_VALUES_MAX ? n : PROFILE_VALUES_MAX;
    struct form f;
    double *y, *space;

    *out = (struct profile){0};
    if (season_length < 2 || used / 2 < season_length)
        return ST_OK;
    y = malloc(3 * (size_t)used * sizeof(*y));
    if (!y)
        return err_nomem(e, 3 * (size_t)used * sizeof(*y));
    space = y + used;
    memcpy(y, values + n - used, (size_t)used * sizeof(*y));
    take_off_trend(y, used, season_length, space);
    f = choose(y, used, season_length, space);
    if (f.season) {
        out->mean = malloc((size_t)f.season * sizeof(*out->mean));
        if (!out->mean) {
            free(y);
            return err_nomem(e, (size_t)f.season * sizeof(*out->mean));
        }
        out->season = f.season;
        estimate(out->mean, y, used, f, space);
    }
    free(y);
    return ST_OK;
}

void profile_add(double *effect, const struct profile *p, int origin, int total)
{
    int at = p->season ? (p->season - origin % p->season) % p->season : 0;

    for (int i = 0; p->season && i < total; i++) {
        effect[i] += p->mean[at];
        at = at + 1 < p->season ? at + 1 : 0;
    }
}

void profile_release(struct profile *p)
{
    free(p->mean);
    *p = (struct profile){0};
}

/* distribution.c - see distribution.h.
 *
 * On the scale of the transform, step h is z_h + s_h r. Here s_h is the typical residual of the
 * step and r has the distribution of the pooled residuals. Quantiles are transformed one by one, so
 * the median is the transform's image of z. The mean needs more where the scale is not linear (a
 * logarithm or a root). There it is the mean of the transformed values, the smearing estimate of
 * Duan (1983), "Smearing estimate: a nonparametric retransformation method".
 *
 * Paths: normal numbers are drawn, each correlated with the one before it
 * (intervals_correlation()). They become probabilities, and these become quantiles of the steps. So
 * each step of the paths is distributed as the forecast is, and their totals have the spread of
 * sums of correlated errors. */
#include "core/forecast/distribution.h"

#include <lstm/hash.h>
#include <lstm/rng.h>

#include <float.h>
#include <math.h>
#include <string.h>

enum { GRID = 256 /* quantiles of a mean when only the sizes of the residuals are known */ };

static double clamp_finite(double v)
{
    return isnan(v) ? 0 : fmin(fmax(v, -DBL_MAX), DBL_MAX);
}

static double to_raw(const struct transform *t, double z)
{
    double y = clamp_finite(scaling_inverse(&t->scaling, z));

    return t->nonnegative && y < 0 ? 0 : y;
}

static double whole(double v, bool counts)
{
    return counts ? floor(v + 0.5) : v;
}

/* How far beyond the history an interval may reach: by the range of the history. A large residual
 * of a logarithm would otherwise become a bound of many times the largest value. */
static double reach(const struct outlook *o, int step)
{
    double range = o->transform->most - o->transform->least;

    return range > 0 ? range * sqrt(fmax(1, (double)step / o->intervals->steps)) : INFINITY;
}

/* z plus a residual in the series' own units, at most `reach` beyond the history and the median. */
static double image(const struct outlook *o, double z, double residual, double median, double reach)
{
    const struct transform *t = o->transform;
    double y = to_raw(t, z + residual);

    return fmin(fmax(y, fmin(median, t->least) - reach), fmax(median, t->most) + reach);
}

/* Half the width of the interval of a level in percent, on the scale of the transform. The members
 * were fitted as if the present level and slope had always been in force. Where only a few values
 * tell of them, their own error is added: of a mean of k values the variance of one / k, and of a
 * slope its standard error times the steps since the turn. A doubtful last value is wrong by
 * `doubt`, upwards or downwards. */
static double half_width(const struct outlook *o, int step, double level)
{
    const struct transform *t = o->transform;
    double width = intervals_width(o->intervals, step, level) * t->error_scale;
    double z = intervals_normal(level), drift = z * t->drift * (t->since_turn + step);

    if (t->since_shift)
        width *= sqrt(1 + 1.0 / t->since_shift);
    width = fmax(width, z * t->unsteady);
    return (drift > 0 ? sqrt(width * width + drift * drift) : width) + t->doubt;
}

/* The quantile u of a step: the value that the step does not exceed with probability u. */
static double step_quantile(const struct outlook *o, double z, int step, double u)
{
    double median = to_raw(o->transform, z), level = 100 * fabs(2 * u - 1), v;

    if (level <= 0)
        return median;
    v = image(o, z, copysign(half_width(o, step, level), u - 0.5), median, reach(o, step));
    return u < 0.5 ? fmin(v, median) : fmax(v, median);
}

/* ---- means ---- */

static bool bends(const struct outlook *o)
{
    int kind = o->transform->scaling.kind;

    return kind == SCALING_LOG || kind == SCALING_COUNTS;
}

/* The mean over a grid of quantiles of a step. */
static double grid_mean(const struct outlook *o, double z, int step)
{
    double median = to_raw(o->transform, z), mean = median;

    for (int i = 0; i < GRID; i++)
        mean += (step_quantile(o, z, step, (i + 0.5) / GRID) - median) / GRID;
    return mean;
}

/* The bound is larger than the ratio of the history by this factor. */
static const double mean_slack = 1.02;

double outlook_mean_most(const struct scaling *s, const double *y, int n)
{
    double mean = 0, logs = 0, top = 0;

    if (s->kind != SCALING_LOG)
        return 0;
    for (int i = 0; i < n; i++)
        top = fmax(top, y[i]);
    for (int i = 0; i < n; i++) {
        mean += y[i] / top / n;
        logs += log(y[i] / top) / n;
    }
    return mean_slack * mean / exp(logs);
}

/* The smearing estimate. When only the sizes of the residuals are known, each counts as positive
 * and as negative. */
static double step_mean(const struct outlook *o, double z, int step)
{
    const struct intervals *b = o->intervals;
    double median = to_raw(o->transform, z), mean = median, unit, far;

    if (!bends(o) || b->count < 1)
        return median;
    if (b->shape_count < 1)
        return grid_mean(o, z, step);
    unit = intervals_scale(b, step) * o->transform->error_scale;
    far = reach(o, step);
    for (int i = 0; i < b->shape_count; i++)
        mean += (image(o, z, unit * b->shape[i], median, far) - median) / b->shape_count;
    return o->mean_most > 0 ? fmin(mean, fmax(median, o->mean_most * median)) : mean;
}

/* ---- steps ---- */

void forecast_step(struct forecast *out, int at, const struct outlook *o, double z, int step,
                   const struct forecast_request *q)
{
    double median = to_raw(o->transform, z), far = reach(o, step);
    bool known = o->intervals->count > 0;

    out->mean[at] = step_mean(o, z, step);
    if (out->median)
        out->median[at] = whole(median, o->counts);
    for (int l = 0; l < q->num_levels; l++) {
        double half = known ? half_width(o, step, q->levels[l]) : NAN;

        out->lower[l][at] =
            known ? whole(fmin(image(o, z, -half, median, far), median), o->counts) : NAN;
        out->upper[l][at] =
            known ? whole(fmax(image(o, z, half, median, far), median), o->counts) : NAN;
    }
    for (int k = 0; k < q->num_quantiles; k++)
        out->quantile[k][at] =
            known ? whole(step_quantile(o, z, step, q->quantiles[k]), o->counts) : NAN;
}

/* ---- paths ---- */

/* The random generator of one path. Seed, series and path number give each path its own. */
static struct rng path_rng(const char *id, const struct forecast_request *q, int path)
{
    struct rng r;
    uint64_t h = fnv1a(FNV1A_START, id, strlen(id));

    h = fnv1a(h, &q->seed, sizeof(q->seed));
    h = fnv1a(h, &path, sizeof(path));
    rng_seed(&r, h);
    return r;
}

/* The standard normal distribution function, kept off 0 and 1. */
static double probability_below(double x)
{
    return fmin(fmax(erfc(-x / sqrt(2)) / 2, 1e-9), 1 - 1e-9);
}

/* The factor that gives paths, which are drawn from the quantiles, the mean of the forecast. */
static double to_mean(const struct outlook *o, double z, int step, double mean)
{
    bool differs = bends(o) || o->transform->nonnegative;
    double drawn = differs && o->intervals->count > 0 ? grid_mean(o, z, step) : 0;

    return drawn > 0 && mean > 0 ? mean / drawn : 1;
}

static void draw_path(double *path, const struct outlook *o, const double *z, struct rng *r,
                      int steps)
{
    double x = (double)rng_normal(r);

    for (int h = 0; h < steps; h++) {
        double kept = intervals_correlation(o->intervals, h + 1);

        path[h] = step_quantile(o, z[h], h + 1, probability_below(x));
        x = kept * x + sqrt(1 - kept * kept) * (double)rng_normal(r);
    }
}

void forecast_paths(struct forecast *out, const struct outlook *o, const double *z, const char *id,
                    const struct forecast_request *q)
{
    size_t steps = (size_t)q->steps, all = steps * (size_t)q->num_samples;

    if (o->intervals->count < 1) {
        for (size_t i = 0; i < all; i++)
            out->samples[i] = NAN;
        return;
    }
    for (int i = 0; i < q->num_samples; i++) {
        struct rng r = path_rng(id, q, i);

        draw_path(out->samples + (size_t)i * steps, o, z, &r, q->steps);
    }
    for (int h = 0; h < q->steps && q->num_samples; h++) {
        double factor = to_mean(o, z[h], h + 1, out->mean[h]);

        for (size_t i = (size_t)h; i < all; i += steps)
            out->samples[i] = whole(out->samples[i] * factor, o->counts);
    }
}

/* ---- series with many zeros ---- */

void forecast_intermittent(struct forecast *out, const struct intermittent *m, const char *id,
                           const struct forecast_request *q)
{
    for (int h = 0; h < q->steps; h++) {
        out->mean[h] = intermittent_mean(m, h);
        if (out->median)
            out->median[h] = intermittent_quantile(m, h, 0.5);
        for (int l = 0; l < q->num_levels; l++) {
            double tail = (1 - q->levels[l] / 100) / 2;

            out->lower[l][h] = intermittent_quantile(m, h, tail);
            out->upper[l][h] = intermittent_quantile(m, h, 1 - tail);
        }
        for (int k = 0; k < q->num_quantiles; k++)
            out->quantile[k][h] = intermittent_quantile(m, h, q->quantiles[k]);
    }
    for (int i = 0; i < q->num_samples; i++) {
        struct rng r = path_rng(id, q, i);

        for (int h = 0; h < q->steps; h++)
            out->samples[(size_t)i * (size_t)q->steps + (size_t)h] =
                intermittent_quantile(m, h, probability_below((double)rng_normal(&r)));
    }
}

/* ---- calendar and covariates ---- */

static void restore_one(double *v, const struct exogenous *a, double effect, bool floor)
{
    if (isnan(*v))
        return; /* no interval */
    *v = clamp_finite(exogenous_restore(a, *v, effect));
    *v = floor && *v < 0 ? 0 : *v;
}

void forecast_restore(struct forecast *out, const struct exogenous *a, const double *effect,
                      bool floor, const struct forecast_request *q)
{
    for (int h = 0; h < q->steps; h++) {
        restore_one(&out->mean[h], a, effect[h], floor);
        if (out->median)
            restore_one(&out->median[h], a, effect[h], floor);
        for (int l = 0; l < q->num_levels; l++) {
            restore_one(&out->lower[l][h], a, effect[h], floor);
            restore_one(&out->upper[l][h], a, effect[h], floor);
        }
        for (int k = 0; k < q->num_quantiles; k++)
            restore_one(&out->quantile[k][h], a, effect[h], floor);
        for (int i = 0; i < q->num_samples; i++)
            restore_one(&out->samples[(size_t)i * (size_t)q->steps + (size_t)h], a, effect[h],
                        floor);
    }
}

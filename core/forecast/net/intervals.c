/* intervals.c - prediction intervals from residuals: see intervals.h. */
#include "core/forecast/net/intervals.h"

#include "core/base/row.h"
#include "core/base/sort.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { STEPS_TELLING = 12 /* with fewer steps, the growth of intervals is not estimated */ };

void intervals_release(struct intervals *b)
{
    free(b->scale);
    free(b->quantiles);
    free(b->shape);
    *b = (struct intervals){0};
}

/* 8 standard deviations of a normal distribution, and more than the 99 % quantile of Student's t
 * with two degrees of freedom. */
static const double clip_at = 12;
/* This share of all residuals is never clipped, since one case in ten is not rare. */
static const double usual_share = 0.9;

/* The bound of residuals: a multiple of the median of those that are not 0. space: (n). */
static double clip_limit(const double *r, size_t n, double *space)
{
    size_t known = 0, zeros = 0;

    for (size_t i = 0; i < n; i++) {
        if (!isnan(r[i]))
            space[known++] = fabs(r[i]);
    }
    if (!known)
        return 0;
    qsort(space, known, sizeof(*space), compare_doubles);
    while (zeros < known && !(space[zeros] > 0))
        zeros++;
    if (zeros == known)
        return 0;
    return fmax(clip_at * space[zeros + (known - zeros) / 2],
                space[(size_t)(usual_share * (double)(known - 1))]);
}

enum status intervals_clip(double *residuals, size_t n, struct err *e)
{
    double *space = malloc((n ? n : 1) * sizeof(*space)), limit;

    if (!space)
        return err_nomem(e, n * sizeof(*space));
    limit = clip_limit(residuals, n, space);
    free(space);
    for (size_t i = 0; i < n; i++) {
        if (fabs(residuals[i]) > limit)
            residuals[i] = copysign(limit, residuals[i]);
    }
    return ST_OK;
}

/* Pool adjacent violators: the nearest non-decreasing sequence, with equal weights. */
static void make_rising(double *v, int *weight, int n)
{
    int top = 0;

    for (int i = 0; i < n; i++) {
        double value = v[i];
        int w = 1;

        while (top > 0 && v[top - 1] > value) {
            top--;
            value = (value * w + v[top] * weight[top]) / (w + weight[top]);
            w += weight[top];
        }
        v[top] = value;
        weight[top++] = w;
    }
    for (int i = n - 1; top > 0; top--) {
        for (int k = weight[top - 1]; k > 0; k--)
            v[i--] = v[top - 1];
    }
}

static enum status fit_scale(double *scale, const double *residuals, int n, int steps,
                             struct err *e)
{
    int *weight = malloc((size_t)steps * sizeof(*weight));

    if (!weight)
        return err_nomem(e, (size_t)steps * sizeof(*weight));
    for (int h = 0; h < steps; h++) {
        double square = 0;
        int known = 0;

        for (int i = 0; i < n; i++) {
            double r = row(residuals, i, steps)[h];

            if (!isnan(r))
                square += (r * r - square) / ++known;
        }
        scale[h] = known || h == 0 ? square : scale[h - 1];
    }
    make_rising(scale, weight, steps);
    for (int h = 0; h < steps; h++)
        scale[h] = sqrt(scale[h]);
    free(weight);
    return ST_OK;
}

/* out: at most INTERVALS_QUANTILES_MAX of the sorted values (count), at conformal ranks. */
static int pick_quantiles(double *out, const double *sorted, size_t count)
{
    int kept = count < INTERVALS_QUANTILES_MAX ? (int)count : INTERVALS_QUANTILES_MAX;

    for (int i = 0; i < kept; i++) {
        size_t rank = i + 1;

        if (count > INTERVALS_QUANTILES_MAX)
            rank = (size_t)ceil((double)(i + 1) * ((double)count + 1) / (kept + 1));
        out[i] = sorted[rank <= count ? rank - 1 : count - 1];
    }
    return kept;
}

/* z with P(|N(0,1)| <= z) = 1 - tail, by bisection; tail in (0, 1). */
static double normal_two_sided(double tail)
{
    double lo = 0, hi = 40;

    for (int i = 0; i < 80; i++) {
        double mid = (lo + hi) / 2;

        if (erfc(mid / sqrt(2)) > tail)
            lo = mid;
        else
            hi = mid;
    }
    return (lo + hi) / 2;
}

/* Overlapping origins are not independent. n of them, each of `steps` steps, are worth less than n
 * independent ones, but more than the n / steps that do not overlap, by a factor that was measured
 * on open series. A quantile is widened by the ratio of Student's t to the normal distribution at
 * the same probability: the first terms of Fisher's expansion. */
static const double overlap_worth = 1.2;

double intervals_normal(double level)
{
    return normal_two_sided(1 - fmin(level / 100, 1 - 1e-15));
}

static double widening(double n, int steps, double p)
{
    double z = normal_two_sided(1 - p), v = fmax(overlap_worth * n / steps, 2);
    double t =
        z + (pow(z, 3) + z) / (4 * v) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * v * v);

    return z > 0 ? t / z : 1;
}

/* Regression of the residual of a step on that of the step before, over all pairs. */
static double fit_persistence(const double *residuals, int n, int steps)
{
    double product = 0, square = 0;

    for (int i = 0; i < n; i++) {
        const double *r = row(residuals, i, steps);

        for (int h = 1; h < steps; h++) {
            if (isnan(r[h]) || isnan(r[h - 1]))
                continue;
            product += r[h] * r[h - 1];
            square += r[h - 1] * r[h - 1];
        }
    }
    return square > 0 ? fmin(fmax(product / square, 0), 1) : 0;
}

/* Sets the shape from residuals / scale (count), which it sorts; means of neighbours when there are
 * too many. */
static void fit_shape(struct intervals *b, double *ratios, size_t count)
{
    double mean = 0;

    qsort(ratios, count, sizeof(*ratios), compare_doubles);
    b->shape_count = count < INTERVALS_QUANTILES_MAX ? (int)count : INTERVALS_QUANTILES_MAX;
    for (int i = 0; i < b->shape_count; i++) {
        size_t from = count * (size_t)i / (size_t)b->shape_count;
        size_t end = count * (size_t)(i + 1) / (size_t)b->shape_count;

        b->shape[i] = 0;
        for (size_t k = from; k < end; k++)
            b->shape[i] += ratios[k] / (double)(end - from);
    }
    for (int i = 0; i < b->shape_count; i++)
        mean += b->shape[i] / b->shape_count;
    for (int i = 0; i < b->shape_count; i++) {
        b->shape[i] -= mean;
        if (i > 0 && b->shape[i] < b->shape[i - 1]) /* rounding of the means of equal ratios */
            b->shape[i] = b->shape[i - 1];
    }
}

enum status intervals_fit(struct intervals *out, double *residuals, int n, int steps, struct err *e)
{
    struct intervals b = {.steps = steps};
    size_t all = (size_t)n * (size_t)steps, known = 0;
    enum status st;

    b.scale = calloc((size_t)steps, sizeof(*b.scale));
    b.quantiles = malloc(INTERVALS_QUANTILES_MAX * sizeof(*b.quantiles));
    b.shape = malloc(INTERVALS_QUANTILES_MAX * sizeof(*b.shape));
    if (!b.scale || !b.quantiles || !b.shape) {
        intervals_release(&b);
        return err_nomem(e, (size_t)(steps + 2 * INTERVALS_QUANTILES_MAX) * sizeof(double));
    }
    b.persistence = fit_persistence(residuals, n, steps);
    st = fit_scale(b.scale, residuals, n, steps, e);
    if (st) {
        intervals_release(&b);
        return st;
    }
    for (size_t i = 0; i < all; i++) {
        double s = b.scale[i % (size_t)steps];

        if (!isnan(residuals[i]))
            residuals[known++] = s > 0 ? residuals[i] / s : 0;
    }
    fit_shape(&b, residuals, known);
    for (size_t i = 0; i < known; i++)
        residuals[i] = fabs(residuals[i]);
    qsort(residuals, known, sizeof(*residuals), compare_doubles);
    b.count = pick_quantiles(b.quantiles, residuals, known);
    for (int i = 0; i < b.count; i++)
        b.quantiles[i] *= widening((double)known / steps, steps, (i + 1.0) / (b.count + 1));
    *out = b;
    return ST_OK;
}

/* Linear between two order statistics. Beyond the last one it continues like a normal tail. */
static double quantile(const struct intervals *b, double level)
{
    double p = level / 100, rank = p * (b->count + 1);
    int i = (int)rank;
    double below = i > 0 ? b->quantiles[(i < b->count ? i : b->count) - 1] : 0;

    if (i < b->count)
        return below + (rank - i) * (b->quantiles[i] - below);
    p = fmin(p, 1 - 1e-15);
    return below * fmax(1, normal_two_sided(1 - p) / normal_two_sided(1.0 / (b->count + 1)));
}

/* After the last step, intervals grow as over the second half of the steps: as a power of the step,
 * at most the square root, as for a random walk. With few steps the square root is taken. */
static double growth(const struct intervals *b, int step)
{
    double first, last = b->scale[b->steps - 1], power = 0.5;
    int half = b->steps / 2;

    if (b->steps >= STEPS_TELLING) {
        first = b->scale[half - 1];
        power = first > 0 ? fmin(log(last / first) / log((double)b->steps / half), 0.5) : 0.5;
    }
    return pow((double)step / b->steps, power);
}

double intervals_scale(const struct intervals *b, int step)
{
    double scale = b->scale[step <= b->steps ? step - 1 : b->steps - 1];

    return step <= b->steps ? scale : scale * growth(b, step);
}

double intervals_width(const struct intervals *b, int step, double level)
{
    return b->count < 1 ? 0 : quantile(b, level) * intervals_scale(b, step);
}

/* If the share p of a residual persists, the squared scales of the second and the first step have
 * the ratio 1 + p^2. */
static double persistence_of(const struct intervals *b)
{
    double ratio = b->steps > 1 && b->scale[0] > 0 ? b->scale[1] / b->scale[0] : 1;

    if (!isnan(b->persistence))
        return b->persistence;
    return sqrt(fmin(fmax(ratio * ratio - 1, 0), 1));
}

double intervals_correlation(const struct intervals *b, int step)
{
    double next = intervals_scale(b, step + 1);

    if (!(next > 0))
        return 0;
    return fmin(persistence_of(b) * intervals_scale(b, step) / next, 1);
}

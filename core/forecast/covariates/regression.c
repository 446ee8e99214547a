/* regression.c - see regression.h. */
#include "core/forecast/covariates/regression.h"

#include "core/base/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS_MAX = 6000,      /* most observations that are used: the last ones */
    ROWS_PER_FEATURE = 6, /* with fewer observations for each feature there is no regression */
    ROWS_MIN = 24,
    RECENT = 3,     /* past steps of a covariate that is known in advance */
    BENT_RECENT = 2 /* places whose terms are bent, from the present back, besides the mean */
};
static const double quantiles[REGRESSION_KNOTS] = {0.1, 0.3, 0.5, 0.7, 0.9, 0.97};

static const double range_kept = 0.5; /* an effect may exceed its range in training by this share */

void regression_release(struct regression *r)
{
    free(r->regressors);
    free(r->beta);
    *r = (struct regression){0};
}

/* ---- features ---- */

/* How many places in time a covariate is read at. The last may be its mean over a season. */
static int places(const struct regression *r, const struct regressor *v)
{
    bool means = r->season > 1;

    if (r->detail < 2)
        return 1;
    return (v->known ? 1 + RECENT : 2) + means;
}

/* How many terms the covariate has at place j of `count` places. */
static int terms(const struct regression *r, const struct regressor *v, int j, int count)
{
    bool bent = v->known && v->bent && r->detail % 2 == 1;

    return bent && (j < BENT_RECENT || j == count - 1) ? 1 + REGRESSION_KNOTS : 1;
}

int regression_features(const struct regression *r)
{
    int n = 0;

    for (int k = 0; k < r->count; k++)
        for (int j = 0; r->regressors[k].scale > 0 && j < places(r, &r->regressors[k]); j++)
            n += terms(r, &r->regressors[k], j, places(r, &r->regressors[k]));
    return n;
}

/* Standardised covariates z (count, total) and their running sums (count, total + 1). */
struct table {
    double *z, *sum;
    int total;
};

static void table_release(struct table *t)
{
    free(t->z);
    free(t->sum);
}

static enum status table_init(struct table *t, const struct regression *r, const double *x,
                              int rows, int n, int total, struct err *e)
{
    size_t size = (size_t)r->count * ((size_t)total + 1);

    *t = (struct table){malloc(size * sizeof(double)), malloc(size * sizeof(double)), total};
    if (!t->z || !t->sum) {
        table_release(t);
        return err_nomem(e, 2 * size * sizeof(double));
    }
    for (int k = 0; k < r->count; k++) {
        const struct regressor *v = &r->regressors[k];
        const double *from = row(x, k, rows);
        double *z = row(t->z, k, total);
        double *sum = t->sum + (size_t)k * ((size_t)total + 1), last = 0;
        int seen = v->known ? rows : n;

        sum[0] = 0;
        for (int i = 0; i < total; i++) {
            if (i < seen && i < rows && !isnan(from[i]) && v->scale > 0)
                last = fmin(fmax((from[i] - v->mean) / v->scale, v->low), v->high);
            z[i] = last;
            sum[i + 1] = sum[i] + last;
        }
    }
    return ST_OK;
}

/* Mean of the values at least `lag` and less than lag + season steps before t. */
static double season_mean(const double *sum, int season, int lag, int t)
{
    int end = t - lag + 1, first = end - season;

    end = end < 1 ? 1 : end;
    first = first < 0 ? 0 : first;
    return (sum[end] - sum[first]) / (end - first);
}

static int add_terms(double *out, const struct regressor *v, int count, double z)
{
    out[0] = z;
    for (int j = 1; j < count; j++)
        out[j] = fmax(z - v->knots[j - 1], 0);
    return count;
}

/* Writes all features of step `at`. */
static void fill_features(double *out, const struct regression *r, const struct table *t, int at)
{
    for (int k = 0; k < r->count; k++) {
        const struct regressor *v = &r->regressors[k];
        const double *z = row(t->z, k, t->total);
        const double *sum = t->sum + (size_t)k * ((size_t)t->total + 1);
        int lag = v->known ? 0 : r->lag, n = places(r, v);
        int single = n - (r->season > 1 && r->detail > 1);

        if (!(v->scale > 0))
            continue;
        for (int j = 0; j < single; j++)
            out += add_terms(out, v, terms(r, v, j, n), z[at - lag - j > 0 ? at - lag - j : 0]);
        if (single < n)
            out += add_terms(out, v, terms(r, v, single, n), season_mean(sum, r->season, lag, at));
    }
}

/* ---- fitting ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Mean, spread, range and quantiles of one covariate; space (n). */
static void describe(struct regressor *v, const double *x, int n, double *space)
{
    double mean = 0, square = 0;
    int seen = 0, values = 1;

    for (int i = 0; i < n; i++)
        if (!isnan(x[i]))
            space[seen++] = x[i];
    v->scale = 0;
    if (seen < 2)
        return;
    qsort(space, (size_t)seen, sizeof(*space), by_size);
    for (int i = 0; i < seen; i++)
        mean += (space[i] - mean) / (i + 1);
    for (int i = 0; i < seen; i++)
        square += (space[i] - mean) * (space[i] - mean) / seen;
    for (int i = 1; i < seen; i++)
        values += space[i] > space[i - 1];
    v->mean = mean;
    if (!(square > 0) || !isfinite(square) || values < 2)
        return;
    v->scale = sqrt(square);
    v->bent = values > 2;
    v->low = (space[0] - mean) / v->scale - 1;
    v->high = (space[seen - 1] - mean) / v->scale + 1;
    for (int j = 0; j < REGRESSION_KNOTS; j++)
        v->knots[j] = (space[(size_t)(quantiles[j] * (seen - 1))] - mean) / v->scale;
}

/* Solves (A + ridge diag A) x = b in place of b. A (p, p): lower triangle. Returns false when A is
 * not positive definite. */
static bool solve(double *a, double *b, int p, double ridge)
{
    size_t n = (size_t)p;
    double least = 0;

    for (size_t i = 0; i < n; i++)
        least = fmax(least, a[i * n + i]);
    for (size_t i = 0; i < n; i++)
        a[i * n + i] += ridge * a[i * n + i] + 1e-9 * least;
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < j; k++)
            a[j * n + j] -= a[j * n + k] * a[j * n + k];
        if (!(a[j * n + j] > 0))
            return false;
        a[j * n + j] = sqrt(a[j * n + j]);
        for (size_t i = j + 1; i < n; i++) {
            for (size_t k = 0; k < j; k++)
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
            a[i * n + j] /= a[j * n + j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = 0; i < n; i++)
        if (!isfinite(b[i]))
            return false;
    return true;
}

/* Room for one regression. */
struct work {
    double *a, *row, *old, *mean; /* (p, p), (p), (p), (p) */
};

static double target(const struct regression_plan *plan, double y)
{
    return plan->logarithm ? log(y) : y;
}

/* Writes the differenced features of step t. Returns false when an observation is missing. */
static bool difference(double *row, double *dy, double *old, const struct regression *r,
                       const struct regression_plan *plan, const struct table *t, const double *y,
                       int at)
{
    int d = plan->difference;

    *dy = target(plan, y[at]);
    if (d)
        *dy -= target(plan, y[at - d]);
    if (!isfinite(*dy))
        return false;
    fill_features(row, r, t, at);
    if (d) {
        fill_features(old, r, t, at - d);
        for (int i = 0; i < r->features; i++)
            row[i] -= old[i];
    }
    return true;
}

/* Computes the means of the features and of y, then their products around the means. Returns the
 * number of rows used. */
static int accumulate(struct work *w, struct regression *r, const struct regression_plan *plan,
                      const struct table *t, const double *y, int n)
{
    int first = n > ROWS_MAX ? n - ROWS_MAX : 0, used = 0, p = r->features;
    double mean_y = 0, dy;

    first = first > plan->difference ? first : plan->difference;
    for (int at = first; at < n; at++) {
        if (!difference(w->row, &dy, w->old, r, plan, t, y, at))
            continue;
        used++;
        mean_y += (dy - mean_y) / used;
        for (int i = 0; i < p; i++)
            w->mean[i] += (w->row[i] - w->mean[i]) / used;
    }
    for (int at = first; at < n; at++) {
        if (!difference(w->row, &dy, w->old, r, plan, t, y, at))
            continue;
        for (int i = 0; i < p; i++)
            w->row[i] -= w->mean[i];
        for (int i = 0; i < p; i++) {
            double v = w->row[i], *a = row(w->a, i, p);

            r->beta[i] += v * (dy - mean_y);
            for (int j = 0; j <= i; j++)
                a[j] += v * w->row[j];
        }
    }
    return used;
}

static double sum_of(const struct regression *r, const double *row)
{
    double s = 0;

    for (int i = 0; i < r->features; i++)
        s += r->beta[i] * row[i];
    return s;
}

static void set_range(struct regression *r, double *row, const struct table *t, int n)
{
    double least = INFINITY, most = -INFINITY;

    r->centre = 0;
    for (int at = 0; at < n; at++) {
        double v;

        fill_features(row, r, t, at);
        v = sum_of(r, row);
        r->centre += (v - r->centre) / (at + 1);
        least = fmin(least, v);
        most = fmax(most, v);
    }
    r->low = least - r->centre - range_kept * (most - least);
    r->high = most - r->centre + range_kept * (most - least);
}

static enum status fit_beta(struct regression *r, const struct regression_plan *plan,
                            const struct regression_data *data, struct err *e)
{
    int n = data->n;
    size_t p = (size_t)r->features;
    struct work w = {.a = calloc(p * (p + 3), sizeof(double))};
    struct table t = {0};
    enum status st = w.a ? table_init(&t, r, data->x, data->rows, n, n, e) : err_nomem(e, p * p);
    int used;

    r->beta = calloc(p, sizeof(*r->beta));
    if (!st && !r->beta)
        st = err_nomem(e, p * sizeof(*r->beta));
    if (!st) {
        w.row = w.a + p * p;
        w.old = w.row + p;
        w.mean = w.old + p;
        used = accumulate(&w, r, plan, &t, data->y, n);
        if (used < ROWS_MIN || used < ROWS_PER_FEATURE * r->features ||
            !solve(w.a, r->beta, r->features, plan->ridge))
            regression_release(r);
        else
            set_range(r, w.row, &t, n);
    }
    table_release(&t);
    free(w.a);
    return st;
}

enum status regression_fit(struct regression *out, const struct regression_plan *plan,
                           const struct regression_data *data, struct err *e)
{
    int n = data->n, count = data->count;
    struct regression r = {.count = count,
                           .detail = plan->detail,
                           .lag = plan->lag,
                           .season = plan->season,
                           .logarithm = plan->logarithm};
    double *space = malloc((size_t)n * sizeof(*space));
    enum status st = ST_OK;

    r.regressors = calloc((size_t)count, sizeof(*r.regressors));
    if (!space || !r.regressors)
        st = err_nomem(e, (size_t)n * sizeof(*space));
    for (int k = 0; !st && k < count; k++) {
        r.regressors[k].known = data->known[k];
        describe(&r.regressors[k], row(data->x, k, data->rows), n, space);
    }
    free(space);
    if (!st)
        r.features = regression_features(&r);
    if (!st && r.features > 0 && r.features <= REGRESSION_FEATURES_MAX &&
        r.features * ROWS_PER_FEATURE <= n)
        st = fit_beta(&r, plan, data, e);
    else
        regression_release(&r);
    if (st)
        regression_release(&r);
    *out = r;
    return st;
}

/* ---- effects ---- */

enum status regression_effect(double *effect, const struct regression *r, const double *x, int rows,
                              int n, int total, struct err *e)
{
    struct table t = {0};
    double *row = calloc((size_t)r->features + 1, sizeof(*row));
    enum status st = row ? table_init(&t, r, x, rows, n, total, e)
                         : err_nomem(e, (size_t)r->features * sizeof(*row));

    for (int at = 0; !st && at < total; at++) {
        fill_features(row, r, &t, at);
        effect[at] = fmin(fmax(sum_of(r, row) - r->centre, r->low), r->high);
    }
    if (!st)
        table_release(&t);
    free(row);
    return st;
}

double regression_without(const struct regression *r, double y, double effect)
{
    return r->logarithm ? y * exp(-effect) : y - effect;
}

double regression_with(const struct regression *r, double y, double effect)
{
    return r->logarithm ? y * exp(effect) : y + effect;
}

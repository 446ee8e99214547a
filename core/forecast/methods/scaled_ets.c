/* scaled_ets.c - exponential smoothing on the scale that suits a series: see scaled_ets.h.
 *
 * A model of w = s(y) has the density p(y) = p(w) |dw/dy|. So the information criterion of a scale
 * is that of the model of w, minus 2 sum log |dw/dy|. With it, scales compare like models of the
 * same y. */
#include "core/forecast/methods/scaled_ets.h"

#include "core/base/row.h"
#include "core/forecast/series/season.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

void scaled_ets_range(struct scaled_ets *c, const double *w, int n)
{
    double least = w[0], most = w[0];

    for (int i = 1; i < n; i++) {
        least = fmin(least, w[i]);
        most = fmax(most, w[i]);
    }
    c->low = fmax(least - (most / 2 - least / 2), -DBL_MAX);
    c->high = fmin(most + (most / 2 - least / 2), DBL_MAX);
}

/* Minus twice the sum of log |dw/dy| over all values, which makes the criteria of two scales
 * comparable. */
static double scale_penalty(const struct scaling *s, const double *y, int n)
{
    double sum = n * log(s->scale);

    for (int i = 0; s->kind == SCALING_LOG && i < n; i++)
        sum += log(y[i]);
    for (int i = 0; s->kind == SCALING_COUNTS && i < n; i++)
        sum += log(2 * sqrt(fmax(y[i], 0) + 0.375));
    return 2 * sum;
}

/* Fits the model of y on one scale. w (n): the scaled values. */
static enum status fit_scaled(struct scaled_ets *c, double *criterion, double *w, const double *y,
                              int n, int kind, struct err *e)
{
    enum status st = scaling_fit(&c->scaling, kind, y, n, e);

    if (!st)
        st = scaling_forward(w, &c->scaling, y, n, e);
    if (!st)
        st = ets_fit(&c->model, criterion, w, n, c->season1, c->season2, false, e);
    if (!st)
        *criterion += scale_penalty(&c->scaling, y, n);
    return st;
}

static enum status fit_scales(struct scaled_ets *c, double *w, const double *y, int n, int scaling,
                              struct err *e)
{
    struct scaled_ets second = *c;
    double criterion, other;
    bool positive = true;
    int kind = SCALING_STANDARD; /* the scale to compare with the first */
    enum status st = fit_scaled(c, &criterion, w, y, n,
                                scaling == SCALING_LOG ? SCALING_LOG : SCALING_STANDARD, e);

    for (int i = 0; i < n; i++)
        positive = positive && y[i] > 0;
    if (scaling == SCALING_AUTO && positive)
        kind = SCALING_LOG;
    else if (scaling == SCALING_COUNTS || (scaling == SCALING_AUTO && scaling_counts_suit(y, n)))
        kind = SCALING_COUNTS;
    if (!st && kind != SCALING_STANDARD) {
        st = fit_scaled(&second, &other, w, y, n, kind, e);
        if (!st && other < criterion)
            *c = second;
    }
    if (!st)
        st = scaling_forward(w, &c->scaling, y, n, e);
    if (!st)
        scaled_ets_range(c, w, n);
    return st;
}

enum status scaled_ets_fit(struct scaled_ets *out, const double *y, int n, int season_length,
                           int scaling, struct err *e)
{
    struct scaled_ets c = {0};
    int used = n < HISTORY_MAX ? n : HISTORY_MAX;
    double *w = malloc((size_t)used * sizeof(*w));
    enum status st;

    if (!w)
        return err_nomem(e, (size_t)used * sizeof(*w));
    season_lengths(&c.season1, &c.season2, season_length, used);
    st = fit_scales(&c, w, y + n - used, used, scaling, e);
    free(w);
    if (!st)
        *out = c;
    return st;
}

/* The bounds lie half the range of the history beyond it. A trend that made this range in n - 1
 * steps reaches them after half as many; from there on they recede as such a trend does. Those of
 * logarithms recede by growth_most ranges at most, since exponential growth does not go on for
 * long. */
static const double growth_most = 2;

static double recede(const struct scaled_ets *c, int n, int step)
{
    double ranges = fmax((double)step / fmax(n - 1, 1) - 0.5, 0), range = c->high / 2 - c->low / 2;

    return (c->scaling.kind == SCALING_LOG ? fmin(ranges, growth_most) : ranges) * range;
}

double scaled_ets_keep(const struct scaled_ets *c, double w, int n, int step, double otherwise)
{
    double more = recede(c, n, step);

    return isfinite(w) ? fmin(fmax(w, fmax(c->low - more, -DBL_MAX)), fmin(c->high + more, DBL_MAX))
                       : otherwise;
}

enum status scaled_ets_path(double *out, const struct scaled_ets *c, const double *w, int n,
                            const int *origins, int count, int horizon, struct err *e)
{
    enum status st = ets_path(out, &c->model, w, n, origins, count, horizon, e);

    for (int i = 0; !st && i < count; i++) {
        for (int h = 0; h < horizon; h++) {
            double *v = &row(out, i, horizon)[h];

            *v = scaled_ets_keep(c, *v, origins[i], h + 1, w[origins[i] - 1]);
        }
    }
    return st;
}

static double to_finite(double v)
{
    return isnan(v) ? 0 : fmin(fmax(v, -DBL_MAX), DBL_MAX);
}

enum status scaled_ets_forecast(double *out, const struct scaled_ets *c, const double *y, int n,
                                const int *origins, int count, int horizon, struct err *e)
{
    size_t all = (size_t)count * (size_t)horizon;
    double *w = malloc((size_t)n * sizeof(*w));
    enum status st =
        w ? scaling_forward(w, &c->scaling, y, n, e) : err_nomem(e, (size_t)n * sizeof(*w));

    if (!st)
        st = scaled_ets_path(out, c, w, n, origins, count, horizon, e);
    for (size_t i = 0; !st && i < all; i++)
        out[i] = to_finite(scaling_inverse(&c->scaling, out[i]));
    free(w);
    return st;
}

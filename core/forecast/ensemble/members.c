/* tagger_nets.c - the classical methods side by side: see tagger_nets.h. */
#include "core/forecast/ensemble/members.h"
#include "core/forecast/series/season.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAYS = 7,
    HOLT_SEASON_MAX = 24,
    MEDIAN_MIN = 12, /* values that a median is of */
    MEDIAN_MAX = 60
};

void classic_seasons(int *season1, int *season2, int season_length, int n)
{
    static const int days[] = {24, 48, 96};
    int longest = n < CLASSIC_HISTORY ? n / 2 : CLASSIC_HISTORY / 2;

    *season1 = season_length > 1 ? season_length : 0;
    *season2 = 0;
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        if (season_length != days[i] && season_length != DAYS * days[i])
            continue;
        *season1 = days[i];
        *season2 = DAYS * days[i];
    }
    if (*season2 > longest)
        *season2 = 0;
    if (*season1 > longest)
        *season1 = 0;
}

static void set_range(struct classic *c, const double *w, int n)
{
    double least = w[0], most = w[0];

    for (int i = 1; i < n; i++) {
        least = fmin(least, w[i]);
        most = fmax(most, w[i]);
    }
    c->low = fmax(least - (most / 2 - least / 2), -DBL_MAX);
    c->high = fmin(most + (most / 2 - least / 2), DBL_MAX);
}

/* Twice the negative logarithm of |dw/dy| over all values: what makes criteria of two scales
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

/* The smoother of y on one scale; *w (n) gets the scaled values. */
static enum status fit_scaled(struct classic *c, double *criterion, double *w, const double *y,
                              int n, int kind, struct err *e)
{
    enum status st = scaling_fit(&c->scaling, kind, y, n, e);

    if (!st)
        st = scaling_forward(w, &c->scaling, y, n, e);
    if (!st)
        st = ets_fit(&c->ets, criterion, w, n, c->season1, c->season2, false, e);
    if (!st)
        *criterion += scale_penalty(&c->scaling, y, n);
    return st;
}

static enum status fit_smoother(struct classic *c, double *w, const double *y, int n, int scaling,
                                struct err *e)
{
    struct classic second = *c;
    double criterion, other;
    bool positive = true;
    int kind = SCALING_STANDARD; /* that is tried besides */
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
        set_range(c, w, n);
    return st;
}

static enum status fit_airline(struct classic *c, const double *w, int n, struct err *e)
{
    int m = c->season2 ? c->season2 : c->season1;

    if (c->season2)
        c->airline = (struct arima){.p = 2, .q = 1, .D = 1, .Q = 1, .season = m};
    else if (m > 1)
        c->airline = (struct arima){.d = 1, .q = 1, .D = 1, .Q = 1, .season = m};
    else
        c->airline = (struct arima){.p = 1, .d = 1, .q = 2};
    /* Beside the search, which goes by likelihood, another opinion is worth more; not over weeks. */
    return arima_fit(&c->airline, NULL, w, n, c->airline.season,
                     c->season2 ? ARIMA_LIKELIHOOD : ARIMA_SQUARES, e);
}

/* *w (used) is new: the last values of y, scaled. */
static enum status fit_first(struct classic *c, double **w, int *used, const double *y, int n,
                             int season_length, int scaling, struct err *e)
{
    *used = n < CLASSIC_HISTORY ? n : CLASSIC_HISTORY;
    *w = malloc((size_t)*used * sizeof(**w));
    if (!*w)
        return err_nomem(e, (size_t)*used * sizeof(**w));
    *c = (struct classic){0};
    classic_seasons(&c->season1, &c->season2, season_length, *used);
    return fit_smoother(c, *w, y + n - *used, *used, scaling, e);
}

/* The multiplicative smoother has no use for a scale: y is what w is the scaled image of. */
static enum status unscaled(double **y, const struct classic *c, const double *w, int n,
                            struct err *e)
{
    *y = malloc((size_t)n * sizeof(**y));
    if (!*y)
        return err_nomem(e, (size_t)n * sizeof(**y));
    for (int i = 0; i < n; i++)
        (*y)[i] = scaling_inverse(&c->scaling, w[i]);
    return ST_OK;
}

static enum status fit_holt(struct classic *c, const double *w, int n, struct err *e)
{
    double *y = NULL;
    enum status st = ST_OK;

    c->holt = (struct holt){0};
    if (c->season1 > HOLT_SEASON_MAX || c->season2)
        return ST_OK;
    st = unscaled(&y, c, w, n, e);
    if (!st)
        st = holt_fit(&c->holt, y, n, c->season1, e);
    free(y);
    return st;
}

/* With two seasons the criterion is a poor judge of the smoothers' forms: those of like stay. */
static bool keep_smoothers(const struct classic *c, unsigned keep)
{
    return keep & CLASSIC_KEEP_SEASONS && c->season2;
}

/* All members but the smoother. */
static enum status fit_others(struct classic *c, const double *w, int n, unsigned keep,
                              struct err *e)
{
    enum status st = arima_fit(&c->arima, NULL, w, n, c->season1,
                               keep & CLASSIC_KEEP_ORDERS ? ARIMA_LIKELIHOOD : ARIMA_SEARCH, e);

    if (!st)
        st = fit_airline(c, w, n, e);
    if (!st)
        st = theta_fit(&c->theta, w, n, c->season1, e);
    if (!st && classic_has(c, CLASSIC_HARMONIC))
        st = harmonic_fit(&c->harmonic, w, n, c->season1, c->season2, keep & CLASSIC_KEEP_SEASONS,
                          e);
    if (!st)
        st = fit_holt(c, w, n, e);
    if (!st)
        st = pairs_fit(&c->pairs, w, n, c->season1, c->season2,
                       c->pairs.season && keep_smoothers(c, keep), e);
    return st;
}

enum status classic_fit(struct classic *out, const double *y, int n, int season_length, int scaling,
                        struct err *e)
{
    struct classic c;
    double *w = NULL;
    int used;
    enum status st = fit_first(&c, &w, &used, y, n, season_length, scaling, e);

    if (!st)
        st = fit_others(&c, w, used, 0, e);
    free(w);
    if (!st)
        *out = c;
    return st;
}

enum status classic_refit(struct classic *out, const struct classic *like, const double *w, int n,
                          unsigned keep, struct err *e)
{
    struct classic c = {.scaling = like->scaling};
    int used = n < CLASSIC_HISTORY ? n : CLASSIC_HISTORY;
    enum status st;

    w += n - used;
    if (keep & CLASSIC_KEEP_SEASONS)
        c = *like;
    else
        classic_seasons(&c.season1, &c.season2, like->season2 ? like->season2 : like->season1,
                        used);
    st = ets_fit(&c.ets, NULL, w, used, c.season1, c.season2, keep_smoothers(&c, keep), e);
    set_range(&c, w, used);
    if (!st)
        st = fit_others(&c, w, used, keep, e);
    if (!st)
        *out = c;
    return st;
}

enum status classic_fit_smoother(struct classic *out, const double *y, int n, int season_length,
                                 int scaling, struct err *e)
{
    struct classic c;
    double *w = NULL;
    int used;
    enum status st = fit_first(&c, &w, &used, y, n, season_length, scaling, e);

    free(w);
    if (!st)
        *out = c;
    return st;
}

/* ---- forecasting ---- */

bool classic_has(const struct classic *c, enum classic_member k)
{
    switch (k) {
    case CLASSIC_HARMONIC:
        return !c->season2; /* a week of hours is told better by states */
    case CLASSIC_HOLT:
        return c->holt.season > 0;
    case CLASSIC_NET:
        return c->direct.unit > 0;
    case CLASSIC_LINEAR:
        return c->direct.lags > 0;
    case CLASSIC_PAIRS:
        return c->pairs.season > 0;
    default:
        return true;
    }
}

static double kept(const struct classic *c, double w, double otherwise)
{
    return isfinite(w) ? fmin(fmax(w, c->low), c->high) : otherwise;
}

/* Puts one member's block (count, horizon) into its place, kept in range. */
static void place(double *out, const double *block, enum classic_member k, const struct classic *c,
                  const double *w, const int *origins, int count, int horizon)
{
    for (int i = 0; i < count; i++) {
        double *row = out + ((size_t)i * CLASSIC_MEMBERS + (size_t)k) * (size_t)horizon;

        for (int h = 0; h < horizon; h++)
            row[h] = kept(c, block[(size_t)i * (size_t)horizon + (size_t)h], w[origins[i] - 1]);
    }
}

static enum status unscaled_holt(double *block, const struct classic *c, const double *w, int n,
                                 const int *origins, int count, int horizon, struct err *e)
{
    size_t all = (size_t)count * (size_t)horizon;
    double *y = NULL;
    enum status st = unscaled(&y, c, w, n, e);

    if (!st)
        st = holt_path(block, &c->holt, y, n, origins, count, horizon, e);
    for (size_t i = 0; !st && i < all; i++) {
        double v = c->scaling.kind == SCALING_LOG ? log(block[i]) : block[i];

        block[i] = (v - c->scaling.offset) / c->scaling.scale;
    }
    free(y);
    return st;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double recent_median(const struct classic *c, const double *w, int n)
{
    double v[MEDIAN_MAX];
    int m = c->season1 > MEDIAN_MIN ? c->season1 : MEDIAN_MIN;

    m = m < MEDIAN_MAX ? m : MEDIAN_MAX;
    m = m < n ? m : n;
    memcpy(v, w + n - m, (size_t)m * sizeof(*v));
    qsort(v, (size_t)m, sizeof(*v), compare_doubles);
    return m % 2 ? v[m / 2] : v[m / 2 - 1] / 2 + v[m / 2] / 2;
}

static void same_value(double *row, double v, int horizon)
{
    for (int h = 0; h < horizon; h++)
        row[h] = v;
}

/* Before there are values enough, the last one. */
static void linear_path(double *block, const struct linear *m, const double *w, const int *origins,
                        int count, int horizon)
{
    for (int i = 0; i < count; i++) {
        double *row = block + (size_t)i * (size_t)horizon;

        if (origins[i] >= m->L)
            linear_forecast(row, m, w, origins[i], horizon);
        else
            same_value(row, w[origins[i] - 1], horizon);
    }
}

/* The forecasts that take no model. */
static void plain_path(double *block, const struct classic *c, enum classic_member k,
                       const double *w, const int *origins, int count, int horizon)
{
    int m = c->season2 ? c->season2 : c->season1;

    for (int i = 0; i < count; i++) {
        double *row = block + (size_t)i * (size_t)horizon;

        if (k == CLASSIC_NAIVE)
            seasonal_naive(row, w, origins[i], m, horizon);
        else
            same_value(row,
                       k == CLASSIC_MEDIAN ? recent_median(c, w, origins[i]) : w[origins[i] - 1],
                       horizon);
    }
}

static enum status member_path(double *block, const struct classic *c, const struct direct *nets,
                               enum classic_member k, const double *w, int n, const int *origins,
                               int count, int horizon, struct err *e)
{
    switch (k) {
    case CLASSIC_ETS:
        return ets_path(block, &c->ets, w, n, origins, count, horizon, e);
    case CLASSIC_ARIMA:
        return arima_path(block, &c->arima, w, n, origins, count, horizon, e);
    case CLASSIC_AIRLINE:
        return arima_path(block, &c->airline, w, n, origins, count, horizon, e);
    case CLASSIC_THETA:
        return theta_path(block, &c->theta, w, n, origins, count, horizon, e);
    case CLASSIC_HARMONIC:
        if (classic_has(c, k))
            return harmonic_path(block, &c->harmonic, w, n, origins, count, horizon, e);
        break;
    case CLASSIC_HOLT:
        if (c->holt.season)
            return unscaled_holt(block, c, w, n, origins, count, horizon, e);
        break;
    case CLASSIC_NET:
        if (nets && nets->net[0] && c->direct.unit > 0)
            return direct_path(block, nets, &c->direct, w, origins, count, horizon, e);
        break;
    case CLASSIC_LINEAR:
        if (nets && nets->linear.weight && c->direct.lags > 0) {
            linear_path(block, &nets->linear, w, origins, count, horizon);
            return ST_OK;
        }
        break;
    case CLASSIC_PAIRS:
        if (c->pairs.season)
            return pairs_path(block, &c->pairs, &c->ets, w, n, origins, count, horizon, e);
        break;
    case CLASSIC_NAIVE:
    case CLASSIC_LAST:
    case CLASSIC_MEDIAN:
    case CLASSIC_MEMBERS:
        break;
    }
    plain_path(block, c, k, w, origins, count, horizon);
    return ST_OK;
}

enum status classic_path(double *out, const struct classic *c, const struct direct *nets,
                         const double *w, int n, const int *origins, int count, int horizon,
                         struct err *e)
{
    int first = count && origins[0] > CLASSIC_HISTORY ? origins[0] - CLASSIC_HISTORY : 0;
    size_t size = ((size_t)count * (size_t)horizon + 1) * sizeof(double);
    double *block = malloc(size);
    int *moved = malloc(((size_t)count + 1) * sizeof(*moved));
    enum status st = block && moved ? ST_OK : err_nomem(e, size);

    for (int i = 0; !st && i < count; i++)
        moved[i] = origins[i] - first;
    w += first;
    n -= first;
    for (int k = 0; !st && k < CLASSIC_MEMBERS; k++) {
        st = member_path(block, c, nets, (enum classic_member)k, w, n, moved, count, horizon, e);
        if (!st)
            place(out, block, (enum classic_member)k, c, w, moved, count, horizon);
    }
    free(moved);
    free(block);
    return st;
}

enum status classic_smoother_path(double *out, const struct classic *c, const double *w, int n,
                                  const int *origins, int count, int horizon, struct err *e)
{
    enum status st = ets_path(out, &c->ets, w, n, origins, count, horizon, e);

    for (int i = 0; !st && i < count; i++) {
        for (int h = 0; h < horizon; h++) {
            double *v = &out[(size_t)i * (size_t)horizon + (size_t)h];

            *v = kept(c, *v, w[origins[i] - 1]);
        }
    }
    return st;
}

static double to_finite(double v)
{
    return isnan(v) ? 0 : fmin(fmax(v, -DBL_MAX), DBL_MAX);
}

enum status classic_smoother_forecast(double *out, const struct classic *c, const double *y, int n,
                                      const int *origins, int count, int horizon, struct err *e)
{
    size_t all = (size_t)count * (size_t)horizon;
    double *w = malloc((size_t)n * sizeof(*w));
    enum status st =
        w ? scaling_forward(w, &c->scaling, y, n, e) : err_nomem(e, (size_t)n * sizeof(*w));

    if (!st)
        st = classic_smoother_path(out, c, w, n, origins, count, horizon, e);
    for (size_t i = 0; !st && i < all; i++)
        out[i] = to_finite(scaling_inverse(&c->scaling, out[i]));
    free(w);
    return st;
}

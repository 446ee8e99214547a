/* members.c - fits all methods to a series and forecasts with each: see members.h. */
#include "core/forecast/ensemble/members.h"

#include "core/base/row.h"
#include "core/base/sort.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOLT_SEASON_MAX = 24,
    MEDIAN_MIN = 12, /* bounds of the number of values in a median */
    MEDIAN_MAX = 60,
    DIFFERENCES_MIN = 12 /* fewest differences that the airline model is fitted to */
};

/* The airline model of a shorter series: both weights of the moving average. Fitted to a few
 * differences they are chance: on simulated quarters of two to four years its errors, and those of
 * the ensemble, got a tenth less by fixed ones. 0.3 to 0.7 are alike. */
static const double airline_weight = -0.5;

static enum status fit_airline(struct members *c, const double *w, int n, struct err *e)
{
    int m = c->ets.season2 ? c->ets.season2 : c->ets.season1;

    if (c->ets.season2)
        c->airline = (struct arima){.p = 2, .q = 1, .D = 1, .Q = 1, .season = m};
    else if (m > 1)
        c->airline = (struct arima){.d = 1, .q = 1, .D = 1, .Q = 1, .season = m};
    else
        c->airline = (struct arima){.p = 1, .d = 1, .q = 2};
    if (c->airline.d && c->airline.D && n - 1 - m < DIFFERENCES_MIN) {
        c->airline.ma[0] = c->airline.sma[0] = airline_weight;
        return ST_OK;
    }
    /* The searched ARIMA is fitted by likelihood. Least squares here keep the two members
     * different, except with a weekly season. */
    return arima_fit(&c->airline, NULL, w, n, c->airline.season,
                     c->ets.season2 ? ARIMA_LIKELIHOOD : ARIMA_SQUARES, e);
}

/* *y: the values whose scaled image is w. Multiplicative ETS works on unscaled values. */
static enum status unscaled(double **y, const struct members *c, const double *w, int n,
                            struct err *e)
{
    *y = malloc((size_t)n * sizeof(**y));
    if (!*y)
        return err_nomem(e, (size_t)n * sizeof(**y));
    for (int i = 0; i < n; i++)
        (*y)[i] = scaling_inverse(&c->ets.scaling, w[i]);
    return ST_OK;
}

static enum status fit_holt(struct members *c, const double *w, int n, struct err *e)
{
    double *y = NULL;
    enum status st = ST_OK;

    c->holt = (struct holt){0};
    if (c->ets.season1 > HOLT_SEASON_MAX || c->ets.season2)
        return ST_OK;
    st = unscaled(&y, c, w, n, e);
    if (!st)
        st = holt_fit(&c->holt, y, n, c->ets.season1, e);
    free(y);
    return st;
}

/* Whether the forms of ETS are taken from `like`: with two seasons the information criterion
 * chooses them badly. */
static bool keep_smoothers(const struct members *c, unsigned keep)
{
    return keep & MEMBERS_KEEP_SEASONS && c->ets.season2;
}

/* All members but ETS. */
static enum status fit_others(struct members *c, const double *w, int n, unsigned keep,
                              struct err *e)
{
    enum status st = arima_fit(&c->arima, NULL, w, n, c->ets.season1,
                               keep & MEMBERS_KEEP_ORDERS ? ARIMA_LIKELIHOOD : ARIMA_SEARCH, e);

    if (!st)
        st = fit_airline(c, w, n, e);
    if (!st)
        st = theta_fit(&c->theta, w, n, c->ets.season1, e);
    if (!st && members_have(c, MEMBER_HARMONIC))
        st = harmonic_fit(&c->harmonic, w, n, c->ets.season1, c->ets.season2,
                          keep & MEMBERS_KEEP_SEASONS, e);
    if (!st)
        st = fit_holt(c, w, n, e);
    if (!st)
        st = temporal_aggregation_fit(&c->aggregation, w, n, c->ets.season1, c->ets.season2,
                                      c->aggregation.season && keep_smoothers(c, keep), e);
    return st;
}

enum status members_fit(struct members *out, const double *y, int n, int season_length, int scaling,
                        struct err *e)
{
    struct members c = {0};
    int used = n < HISTORY_MAX ? n : HISTORY_MAX;
    double *w = malloc((size_t)used * sizeof(*w));
    enum status st = w ? scaled_ets_fit(&c.ets, y, n, season_length, scaling, e)
                       : err_nomem(e, (size_t)used * sizeof(*w));

    if (!st)
        st = scaling_forward(w, &c.ets.scaling, y + n - used, used, e);
    if (!st)
        st = fit_others(&c, w, used, 0, e);
    free(w);
    if (!st)
        *out = c;
    return st;
}

enum status members_refit(struct members *out, const struct members *like, const double *w, int n,
                          unsigned keep, struct err *e)
{
    struct members c = {.ets.scaling = like->ets.scaling};
    int used = n < HISTORY_MAX ? n : HISTORY_MAX;
    enum status st;

    w += n - used;
    if (keep & MEMBERS_KEEP_SEASONS)
        c = *like;
    else
        season_lengths(&c.ets.season1, &c.ets.season2,
                       like->ets.season2 ? like->ets.season2 : like->ets.season1, used);
    st = ets_fit(&c.ets.model, NULL, w, used, c.ets.season1, c.ets.season2,
                 keep_smoothers(&c, keep), e);
    scaled_ets_range(&c.ets, w, used);
    if (!st)
        st = fit_others(&c, w, used, keep, e);
    if (!st)
        *out = c;
    return st;
}

/* ---- forecasting ---- */

bool members_have(const struct members *c, enum member k)
{
    switch (k) {
    case MEMBER_HARMONIC:
        return !c->ets.season2; /* with a weekly season, ETS models the season better itself */
    case MEMBER_HOLT:
        return c->holt.season > 0;
    case MEMBER_GLOBAL_NET:
        return c->global.error_scale > 0;
    case MEMBER_GLOBAL_AR:
        return c->global.lags > 0;
    case MEMBER_AGGREGATION:
        return c->aggregation.season > 0;
    default:
        return true;
    }
}

bool members_repeat(const struct members *c, enum member k)
{
    switch (k) {
    case MEMBER_ETS:
        return c->ets.model.season1 > 0;
    case MEMBER_ARIMA:
        return c->arima.P + c->arima.D + c->arima.Q > 0;
    case MEMBER_AIRLINE:
        return c->airline.season > 1;
    case MEMBER_THETA:
        return c->theta.season > 0;
    case MEMBER_HARMONIC:
        return c->harmonic.order[0] > 0;
    case MEMBER_AGGREGATION:
        return c->ets.model.season1 > 0 || c->aggregation.ets.season1 > 0;
    case MEMBER_NAIVE:
    case MEMBER_HOLT:
        return true;
    default:
        return false;
    }
}

/* Puts the block (count, horizon) of one member into its place in out, kept in range. */
static void place(double *out, const double *block, enum member k, const struct members *c,
                  const struct rolling *r)
{
    size_t horizon = (size_t)r->horizon;

    for (int i = 0; i < r->count; i++) {
        const double *from = block + (size_t)i * horizon;
        double *to = out + ((size_t)i * MEMBER_COUNT + (size_t)k) * horizon;

        for (size_t h = 0; h < horizon; h++)
            to[h] = scaled_ets_keep(&c->ets, from[h], r->origins[i], (int)h + 1,
                                    r->w[r->origins[i] - 1]);
    }
}

static enum status unscaled_holt(double *block, const struct members *c, const double *w, int n,
                                 const int *origins, int count, int horizon, struct err *e)
{
    size_t all = (size_t)count * (size_t)horizon;
    double *y = NULL;
    enum status st = unscaled(&y, c, w, n, e);

    if (!st)
        st = holt_path(block, &c->holt, y, n, origins, count, horizon, e);
    for (size_t i = 0; !st && i < all; i++) {
        double v = c->ets.scaling.kind == SCALING_LOG ? log(block[i]) : block[i];

        block[i] = (v - c->ets.scaling.offset) / c->ets.scaling.scale;
    }
    free(y);
    return st;
}

static double recent_median(const struct members *c, const double *w, int n)
{
    double v[MEDIAN_MAX];
    int m = c->ets.season1 > MEDIAN_MIN ? c->ets.season1 : MEDIAN_MIN;

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

/* Forecasts of the global autoregression; from an origin with too few values before it, the last
 * value. */
static void global_ar_path(double *block, const struct global_ar *m, const double *w,
                           const int *origins, int count, int horizon)
{
    for (int i = 0; i < count; i++) {
        double *row = row(block, i, horizon);

        if (origins[i] >= m->L)
            global_ar_forecast(row, m, w, origins[i], horizon);
        else
            same_value(row, w[origins[i] - 1], horizon);
    }
}

/* Forecasts of the members that need no model. */
static void plain_path(double *block, const struct members *c, enum member k, const double *w,
                       const int *origins, int count, int horizon)
{
    int m = c->ets.season2 ? c->ets.season2 : c->ets.season1;

    for (int i = 0; i < count; i++) {
        double *row = row(block, i, horizon);

        if (k == MEMBER_NAIVE)
            seasonal_naive(row, w, origins[i], m, horizon);
        else
            same_value(row,
                       k == MEMBER_MEDIAN ? recent_median(c, w, origins[i]) : w[origins[i] - 1],
                       horizon);
    }
}

static enum status member_path(double *block, const struct members *c,
                               const struct global_nets *nets, enum member k,
                               const struct rolling *r, struct err *e)
{
    const double *w = r->w;
    const int *origins = r->origins;
    int n = r->n, count = r->count, horizon = r->horizon;

    switch (k) {
    case MEMBER_ETS:
        return ets_path(block, &c->ets.model, w, n, origins, count, horizon, e);
    case MEMBER_ARIMA:
        return arima_path(block, &c->arima, w, n, origins, count, horizon, e);
    case MEMBER_AIRLINE:
        return arima_path(block, &c->airline, w, n, origins, count, horizon, e);
    case MEMBER_THETA:
        return theta_path(block, &c->theta, w, n, origins, count, horizon, e);
    case MEMBER_HARMONIC:
        if (members_have(c, k))
            return harmonic_path(block, &c->harmonic, w, n, origins, count, horizon, e);
        break;
    case MEMBER_HOLT:
        if (c->holt.season)
            return unscaled_holt(block, c, w, n, origins, count, horizon, e);
        break;
    case MEMBER_GLOBAL_NET:
        if (nets && nets->net[0] && c->global.error_scale > 0)
            return global_nets_path(block, nets, &c->global, w, origins, count, horizon, e);
        break;
    case MEMBER_GLOBAL_AR:
        if (nets && nets->ar.weight && c->global.lags > 0) {
            global_ar_path(block, &nets->ar, w, origins, count, horizon);
            return ST_OK;
        }
        break;
    case MEMBER_AGGREGATION:
        if (c->aggregation.season)
            return temporal_aggregation_path(block, &c->aggregation, &c->ets.model, r, e);
        break;
    case MEMBER_NAIVE:
    case MEMBER_LAST:
    case MEMBER_MEDIAN:
    case MEMBER_COUNT:
        break;
    }
    plain_path(block, c, k, w, origins, count, horizon);
    return ST_OK;
}

/* Continues the global nets' forecast after its H steps. It runs parallel to exponential smoothing,
 * at the mean distance of the last season, so that season and trend stay in phase. */
static void go_on(double *rows, const struct members *c, int H, int horizon)
{
    const double *lead = row(rows, MEMBER_ETS, horizon);
    double *path = row(rows, MEMBER_GLOBAL_NET, horizon), apart = 0;
    int m = c->ets.season1 > 1 && c->ets.season1 < H ? c->ets.season1 : H;

    for (int h = H - m; h < H; h++)
        apart += (path[h] - lead[h]) / m;
    for (int h = H; h < horizon && members_have(c, MEMBER_GLOBAL_NET); h++)
        path[h] = lead[h] + apart;
}

enum status members_path(double *out, const struct members *c, const struct global_nets *nets,
                         const struct rolling *r, struct err *e)
{
    int count = r->count;
    int first = count && r->origins[0] > HISTORY_MAX ? r->origins[0] - HISTORY_MAX : 0;
    size_t size = ((size_t)count * (size_t)r->horizon + 1) * sizeof(double);
    double *block = malloc(size);
    int *moved = malloc(((size_t)count + 1) * sizeof(*moved));
    struct rolling tail = {r->w + first, r->n - first, moved, count, r->horizon};
    enum status st = block && moved ? ST_OK : err_nomem(e, size);

    for (int i = 0; !st && i < count; i++)
        moved[i] = r->origins[i] - first;
    for (int k = 0; !st && k < MEMBER_COUNT; k++) {
        st = member_path(block, c, nets, (enum member)k, &tail, e);
        if (!st)
            place(out, block, (enum member)k, c, &tail);
    }
    for (int i = 0; !st && nets && nets->H > 0 && nets->H < r->horizon && i < count; i++)
        go_on(row(out, i, MEMBER_COUNT * (size_t)r->horizon), c, nets->H, r->horizon);
    free(moved);
    free(block);
    return st;
}

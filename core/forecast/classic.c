/* classic.c - the classical methods side by side: see classic.h. */
#include "core/forecast/classic.h"
#include "core/forecast/season.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS = 7 };

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
        st = ets_fit(&c->ets, criterion, w, n, c->season1, c->season2, e);
    if (!st)
        *criterion += scale_penalty(&c->scaling, y, n);
    return st;
}

static enum status fit_smoother(struct classic *c, double *w, const double *y, int n, int scaling,
                                struct err *e)
{
    struct classic logged = *c;
    double criterion, other;
    bool positive = true;
    enum status st = fit_scaled(c, &criterion, w, y, n,
                                scaling == SCALING_LOG ? SCALING_LOG : SCALING_STANDARD, e);

    for (int i = 0; i < n; i++)
        positive = positive && y[i] > 0;
    if (!st && scaling == SCALING_AUTO && positive) {
        st = fit_scaled(&logged, &other, w, y, n, SCALING_LOG, e);
        if (!st && other < criterion)
            *c = logged;
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
    return arima_fit(&c->airline, NULL, w, n, c->airline.season, true, e);
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

/* All members but the smoother. */
static enum status fit_others(struct classic *c, const double *w, int n, struct err *e)
{
    enum status st = arima_fit(&c->arima, NULL, w, n, c->season1, false, e);

    if (!st)
        st = fit_airline(c, w, n, e);
    if (!st)
        st = theta_fit(&c->theta, w, n, c->season1, e);
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
        st = fit_others(&c, w, used, e);
    free(w);
    if (!st)
        *out = c;
    return st;
}

enum status classic_refit(struct classic *out, const struct classic *like, const double *w, int n,
                          struct err *e)
{
    struct classic c = {.scaling = like->scaling};
    int used = n < CLASSIC_HISTORY ? n : CLASSIC_HISTORY;
    enum status st;

    w += n - used;
    classic_seasons(&c.season1, &c.season2, like->season2 ? like->season2 : like->season1, used);
    st = ets_fit(&c.ets, NULL, w, used, c.season1, c.season2, e);
    set_range(&c, w, used);
    if (!st)
        st = fit_others(&c, w, used, e);
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

static enum status member_path(double *block, const struct classic *c, enum classic_member k,
                               const double *w, int n, const int *origins, int count, int horizon,
                               struct err *e)
{
    int m = c->season2 ? c->season2 : c->season1;

    switch (k) {
    case CLASSIC_ETS:
        return ets_path(block, &c->ets, w, n, origins, count, horizon, e);
    case CLASSIC_ARIMA:
        return arima_path(block, &c->arima, w, n, origins, count, horizon, e);
    case CLASSIC_AIRLINE:
        return arima_path(block, &c->airline, w, n, origins, count, horizon, e);
    case CLASSIC_THETA:
        return theta_path(block, &c->theta, w, n, origins, count, horizon, e);
    case CLASSIC_NAIVE:
    case CLASSIC_MEMBERS:
        break;
    }
    for (int i = 0; i < count; i++)
        seasonal_naive(block + (size_t)i * (size_t)horizon, w, origins[i], m, horizon);
    return ST_OK;
}

enum status classic_path(double *out, const struct classic *c, const double *w, int n,
                         const int *origins, int count, int horizon, struct err *e)
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
        st = member_path(block, c, (enum classic_member)k, w, n, moved, count, horizon, e);
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

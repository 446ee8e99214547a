/* ensemble.c - members, weights and error scale of a series: see ensemble.h.
 *
 *     weight_k ~ (prior_k exp(-panel_power relative_k) (error_k / least error)^-series_power)^c
 *
 * where c is the certainty of the errors and the ratio is at most 100. Members that are absent or
 * hopeless have the weight 0. */
#include "core/forecast/ensemble/ensemble.h"

#include "core/base/row.h"
#include "core/forecast/series/season.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { MEASURED_MAX = 64 /* most origins for measuring the error scale */ };

/* The weights before anything is measured. Simple methods are there for safety, and Theta adds
 * little to exponential smoothing. */
static const double prior[MEMBER_COUNT] = {1, 1, 1, 0.15, 0.3, 1, 0.5, 0.2, 0.25, 0.25, 0.8, 1};

/* How far a backtest moves the weights: the power of the errors over the panel, and of those over
 * the series. Chosen on rolling origins of the open series: for the monthly series of M4 the
 * differences are within noise; hourly series and single series need some power. */
static const double panel_power = 1.5, series_power = 2;
/* A member whose log error over the panel exceeds the best member's by this much gets no weight. */
static const double hopeless = 0.55;

int ensemble_first_origin(const struct members *c, int n)
{
    int cycle = c->ets.season2 ? c->ets.season2 : c->ets.season1 ? c->ets.season1 : 6;
    int first = 2 * cycle;

    return first < n / 2 ? first : n / 2 > 1 ? n / 2 : 1;
}

/* ---- weights ---- */

static void to_sum_one(double *weight)
{
    double sum = 0;

    for (int k = 0; k < MEMBER_COUNT; k++)
        sum += weight[k];
    for (int k = 0; k < MEMBER_COUNT; k++)
        weight[k] /= sum;
}

static void drop_absent(struct ensemble *m)
{
    double lost = 0;

    for (int k = 0; k < MEMBER_COUNT; k++) {
        if (members_have(&m->members, (enum member)k))
            continue;
        lost += m->weight[k];
        m->weight[k] = 0;
    }
    if (lost >= 1)
        m->weight[MEMBER_ETS] = 1;
    if (lost > 0)
        to_sum_one(m->weight);
}

void ensemble_prior(double weight[MEMBER_COUNT])
{
    for (int k = 0; k < MEMBER_COUNT; k++)
        weight[k] = prior[k];
    to_sum_one(weight);
}

void ensemble_weigh(double weight[MEMBER_COUNT], const double relative[MEMBER_COUNT],
                    const double error[MEMBER_COUNT], double certainty)
{
    double least = INFINITY, best = INFINITY;

    for (int k = 0; k < MEMBER_COUNT; k++) {
        least = fmin(least, error[k]);
        best = isinf(error[k]) ? best : fmin(best, relative[k]);
    }
    for (int k = 0; k < MEMBER_COUNT; k++) {
        /* A member without any error would take all the weight. */
        double worse = least > 0 ? error[k] / least : 1;

        weight[k] =
            prior[k] * exp(-panel_power * relative[k]) * pow(fmin(worse, 100), -series_power);
        weight[k] = pow(weight[k], certainty);
        if (isinf(error[k]) || relative[k] > best + hopeless)
            weight[k] = 0;
    }
    to_sum_one(weight);
}

/* ---- the error scale ---- */

/* Mean absolute error of the weighted mean over all origins; 0 when no truth is known. */
static double base_error(const struct ensemble *m, const double *w, const double *values, int n,
                         const int *origins, int count, const double *paths, int H)
{
    double sum = 0;
    int known = 0;

    for (int i = 0; i < count; i++) {
        const double *rows = row(paths, i, MEMBER_COUNT * (size_t)H);

        for (int h = 0; h < H && origins[i] + h < n; h++) {
            double base = 0;

            if (values && isnan(values[origins[i] + h]))
                continue;
            for (int k = 0; k < MEMBER_COUNT; k++)
                base += m->weight[k] * row(rows, k, H)[h];
            sum += (fabs(w[origins[i] + h] - base) - sum) / ++known;
        }
    }
    return sum;
}

enum status ensemble_measure(struct ensemble *m, const struct global_nets *nets, const double *w,
                             const double *values, int n, int horizon, struct err *e)
{
    int origins[MEASURED_MAX] = {0}, count = 0,
        first = n > 1 ? ensemble_first_origin(&m->members, n) : 1;
    int stride = (n - first + MEASURED_MAX - 1) / MEASURED_MAX;
    size_t size = (size_t)MEASURED_MAX * MEMBER_COUNT * (size_t)horizon * sizeof(double);
    double *paths = malloc(size), largest = 0;
    enum status st = paths ? ST_OK : err_nomem(e, size);

    drop_absent(m);
    for (int at = first; at < n; at += stride)
        origins[count++] = at;
    if (!st)
        st = members_path(paths, &m->members, nets,
                          &(struct rolling){w, n, origins, count, horizon}, e);
    for (int i = 0; i < n; i++)
        largest = fmax(largest, fabs(w[i]));
    if (!st) {
        m->error_scale = base_error(m, w, values, n, origins, count, paths, horizon);
        /* Smaller errors are only rounding. */
        m->error_scale = fmax(m->error_scale, 1e-9 * (largest > 0 ? largest : 1));
    }
    free(paths);
    return st;
}

/* ---- stored ---- */

/* Walks over all numbers of an ensemble in their order. Reading and writing use the same walk. */
struct cursor {
    double *row;
    int at;
    bool write, fine;
};

static void real(struct cursor *c, double *v, double lo, double hi)
{
    if (c->write)
        c->row[c->at] = *v;
    else if (c->row[c->at] >= lo && c->row[c->at] <= hi)
        *v = c->row[c->at];
    else
        c->fine = false;
    c->at++;
}

static void whole(struct cursor *c, int *v, int lo, int hi)
{
    double d = *v;

    real(c, &d, lo, hi);
    *v = (int)d;
}

static void flag(struct cursor *c, bool *v)
{
    int i = *v;

    whole(c, &i, 0, 1);
    *v = i;
}

static void walk_ets(struct cursor *c, struct ets *m)
{
    whole(c, &m->season1, 0, HISTORY_MAX);
    whole(c, &m->season2, 0, HISTORY_MAX);
    flag(c, &m->trend);
    real(c, &m->alpha, 0, 1);
    real(c, &m->beta, 0, 1);
    real(c, &m->gamma1, 0, 1);
    real(c, &m->gamma2, 0, 1);
    real(c, &m->phi, 0, 1);
    real(c, &m->rho, -1, 1);
}

static void walk_arima(struct cursor *c, struct arima *m)
{
    whole(c, &m->p, 0, ARIMA_ORDER_MAX);
    whole(c, &m->d, 0, 2);
    whole(c, &m->q, 0, ARIMA_ORDER_MAX);
    whole(c, &m->P, 0, ARIMA_SEASONAL_MAX);
    whole(c, &m->D, 0, 1);
    whole(c, &m->Q, 0, ARIMA_SEASONAL_MAX);
    whole(c, &m->season, 0, HISTORY_MAX);
    flag(c, &m->drift);
    for (int i = 0; i < ARIMA_ORDER_MAX; i++) {
        real(c, &m->ar[i], -10, 10);
        real(c, &m->ma[i], -10, 10);
    }
    for (int i = 0; i < ARIMA_SEASONAL_MAX; i++) {
        real(c, &m->sar[i], -1, 1);
        real(c, &m->sma[i], -1, 1);
    }
    real(c, &m->mean, -DBL_MAX, DBL_MAX);
    if (m->season < 2 && (m->P || m->D || m->Q))
        c->fine = false;
}

static void walk_first(struct cursor *c, struct ensemble *m)
{
    struct members *k = &m->members;

    whole(c, &k->ets.scaling.kind, SCALING_STANDARD, SCALING_COUNTS);
    real(c, &k->ets.scaling.offset, -DBL_MAX, DBL_MAX);
    real(c, &k->ets.scaling.scale, DBL_TRUE_MIN, DBL_MAX);
    whole(c, &k->ets.season1, 0, HISTORY_MAX);
    whole(c, &k->ets.season2, 0, HISTORY_MAX);
    real(c, &k->ets.low, -DBL_MAX, DBL_MAX);
    real(c, &k->ets.high, -DBL_MAX, DBL_MAX);
    walk_ets(c, &k->ets.model);
    walk_arima(c, &k->arima);
    walk_arima(c, &k->airline);
    whole(c, &k->theta.season, 0, HISTORY_MAX);
    real(c, &k->theta.alpha, 1e-6, 1);
    for (int i = 0; i < ENSEMBLE_MEMBERS_FIRST; i++)
        real(c, &m->weight[i], 0, 1);
    real(c, &m->spread, 1e-3, 1e3);
    real(c, &m->error_scale, DBL_TRUE_MIN, DBL_MAX);
}

static void walk_harmonic(struct cursor *c, struct harmonic *m)
{
    for (int i = 0; i < HARMONIC_PERIODS; i++) {
        real(c, &m->period[i], 0, HISTORY_MAX);
        whole(c, &m->order[i], 0, HARMONIC_ORDER_MAX);
        if (m->order[i] && m->period[i] < 2)
            c->fine = false;
    }
    real(c, &m->rho, 0, 1);
    walk_ets(c, &m->rest);
    if (m->rest.season1 || m->rest.season2)
        c->fine = false;
}

static void walk_holt(struct cursor *c, struct holt *m)
{
    whole(c, &m->season, 0, HISTORY_MAX);
    real(c, &m->alpha, 0, 1);
    real(c, &m->beta, 0, 1);
    real(c, &m->gamma, 0, 1);
    real(c, &m->phi, 0, 1);
    if (m->season == 1)
        c->fine = false;
}

static void walk_global(struct cursor *c, struct global_frame *f)
{
    whole(c, &f->season, 0, HISTORY_MAX);
    whole(c, &f->level, 0, GLOBAL_LEVEL_MAX);
    real(c, &f->error_scale, 0, DBL_MAX);
    whole(c, &f->lags, 0, GLOBAL_AR_LAGS_MAX);
    if (f->season == 1 || (f->error_scale > 0 && f->level < 1))
        c->fine = false;
}

/* The numbers that were added in the second version of the format. */
static void walk_second(struct cursor *c, struct ensemble *m)
{
    walk_harmonic(c, &m->members.harmonic);
    walk_holt(c, &m->members.holt);
    walk_global(c, &m->members.global);
    for (int i = ENSEMBLE_MEMBERS_FIRST; i < ENSEMBLE_MEMBERS_SECOND; i++)
        real(c, &m->weight[i], 0, 1);
}

/* The numbers that were added in the third version. */
static void walk_third(struct cursor *c, struct ensemble *m)
{
    struct temporal_aggregation *p = &m->members.aggregation;

    whole(c, &p->season, 0, HISTORY_MAX);
    walk_ets(c, &p->ets);
    for (int i = ENSEMBLE_MEMBERS_SECOND; i < MEMBER_COUNT; i++)
        real(c, &m->weight[i], 0, 1);
}

void ensemble_pack(double row[ENSEMBLE_NUMBERS], const struct ensemble *m)
{
    struct ensemble copy = *m;
    struct cursor c = {.row = row, .write = true, .fine = true};

    for (int i = 0; i < ENSEMBLE_NUMBERS; i++)
        row[i] = 0;
    walk_first(&c, &copy);
    walk_second(&c, &copy);
    walk_third(&c, &copy);
}

bool ensemble_unpack(struct ensemble *out, const double *row, int n)
{
    double copy[ENSEMBLE_NUMBERS] = {0};
    struct cursor c = {.row = copy, .write = false, .fine = true};

    for (int i = 0; i < n; i++)
        copy[i] = row[i];
    *out = (struct ensemble){0};
    walk_first(&c, out);
    if (n > ENSEMBLE_NUMBERS_FIRST)
        walk_second(&c, out);
    if (n > ENSEMBLE_NUMBERS_SECOND)
        walk_third(&c, out);
    return c.fine;
}

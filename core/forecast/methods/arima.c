/* arima.c - seasonal ARIMA: see arima.h.
 *
 * The sum of squares is the unconditional one of Box and Jenkins: values before the first one are
 * forecast backwards. The likelihood adds the determinant of the covariance matrix. A product of
 * lag polynomials is kept as a list of its few terms, so that a step costs as many operations as it
 * has terms, however long the season is. */
#include "core/forecast/methods/arima.h"

#include "core/base/row.h"
#include "core/forecast/methods/arma_determinant.h"
#include "core/forecast/methods/lag_polynomial.h"
#include "core/forecast/methods/lanes.h"
#include "core/forecast/methods/minimise.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BACK_MAX = 120,     /* steps before the first value that are forecast backwards */
    CALLS_SEARCH = 160, /* of the objective, for each model that is tried */
    CALLS_FINAL = 600,  /* for the chosen one */
    MODELS_MAX = 40,    /* most models of the stepwise search */
    ORDERS_MAX = 6      /* p + q + P + Q */
};

/* The limit of nsdiffs() in R's forecast, and the critical value at 5 % in the paper of kpss(). */
static const double strength_differenced = 0.64, kpss_5_percent = 0.463;

/* A polynomial of each lane. Their lags are the same. */
struct terms {
    int count, steps[POLYNOMIAL_TERMS_MAX];
    lanes weight[POLYNOMIAL_TERMS_MAX];
};

struct work {
    const double *y;
    int n;
    struct arima model;
    double *differences;  /* (n) owned */
    lanes *w;             /* (lead + n + lead) differences minus their mean, with zeros around them;
                             owned, together with e */
    lanes *e;             /* (lead + n + lead) innovations, likewise */
    bool likelihood;      /* minimise the likelihood instead of the sum of squares */
    int lead;             /* space before the first difference, and after the last one */
    int start;            /* observations that differencing uses up */
    double centre, scale; /* of the differences; the search for their mean begins here */
    struct terms ar, ma;  /* with signs: w = sum ar w + e + sum ma e */
    struct arma lanes;
    lanes mean;
};

/* ---- polynomials ---- */

static void set_terms(struct terms *t, const struct polynomial *p, int lane)
{
    t->count = p->count;
    for (int i = 0; i < p->count; i++) {
        t->steps[i] = p->term[i].steps;
        t->weight[i][lane] = p->term[i].weight;
    }
}

/* Takes the model as that of a lane. All lanes have the same orders. */
static void set_lane(struct work *w, int lane)
{
    const struct arima *m = &w->model;
    struct arma *c = &w->lanes;
    struct polynomial p;

    polynomial_multiply(&p, m->ar, m->p, m->sar, m->P, m->season, -1);
    set_terms(&w->ar, &p, lane);
    polynomial_multiply(&p, m->ma, m->q, m->sma, m->Q, m->season, 1);
    set_terms(&w->ma, &p, lane);
    c->p = m->p;
    c->q = m->q;
    c->P = m->P;
    c->Q = m->Q;
    c->season = m->season;
    for (int i = 0; i < ARIMA_ORDER_MAX; i++) {
        c->ar[i][lane] = m->ar[i];
        c->ma[i][lane] = m->ma[i];
    }
    c->sar[lane] = m->sar[0];
    c->sma[lane] = m->sma[0];
    w->mean[lane] = m->mean;
}

static void unpack(struct work *w, const double *x)
{
    struct arima *m = &w->model;

    polynomial_stationary(m->ar, x, m->p);
    x += m->p;
    for (int i = 0; i < m->P; i++)
        m->sar[i] = polynomial_partial_max * tanh(*x++);
    polynomial_stationary(m->ma, x, m->q);
    for (int i = 0; i < m->q; i++)
        m->ma[i] = -m->ma[i];
    x += m->q;
    for (int i = 0; i < m->Q; i++)
        m->sma[i] = -polynomial_partial_max * tanh(*x++);
    m->mean = m->drift ? w->centre + *x * w->scale : 0;
}

/* ---- differences ---- */

static int lost(const struct arima *m)
{
    return m->d + m->D * m->season;
}

static void difference(double *v, int n, int lag)
{
    for (int i = n - 1; i >= lag; i--)
        v[i] -= v[i - lag];
}

static void work_release(struct work *w)
{
    free(w->differences);
    free(w->w);
    *w = (struct work){0};
}

/* Space for any order of this season, and for `horizon` steps after the n values. */
static enum status work_init(struct work *w, const double *y, int n, int season, int horizon,
                             struct err *e)
{
    size_t size;

    *w = (struct work){.y = y, .n = n};
    w->lead = 2 * (season * ARIMA_SEASONAL_MAX + ARIMA_ORDER_MAX) + BACK_MAX;
    size = 2 * (size_t)w->lead + (size_t)n + (size_t)horizon;
    w->differences = malloc((size_t)n * sizeof(*w->differences));
    w->w = calloc(2 * size, sizeof(*w->w));
    if (!w->differences || !w->w) {
        work_release(w);
        return err_nomem(e, 2 * size * sizeof(*w->w));
    }
    w->e = w->w + size;
    return ST_OK;
}

/* Writes the differences of some steps, minus the mean, after the lead. */
LANES_FUNCTION static void centre(struct work *w, int from, int to)
{
    for (int t = from; t < to; t++)
        w->w[w->lead + t] = w->differences[t] - w->mean;
}

static void set_differences(struct work *w, const struct arima *m)
{
    double *v = w->differences, square = 0, mean = 0;
    int n = w->n;

    memcpy(v, w->y, (size_t)n * sizeof(*v));
    for (int i = 0; i < m->D; i++)
        difference(v, n, m->season);
    for (int i = 0; i < m->d; i++)
        difference(v, n, 1);
    w->start = lost(m);
    for (int i = w->start; i < n; i++)
        mean += (v[i] - mean) / (i - w->start + 1);
    for (int i = w->start; i < n; i++)
        square += (v[i] - mean) * (v[i] - mean) / (n - w->start);
    w->centre = mean;
    w->scale = sqrt(square) + 1e-12 * fabs(mean) + 1e-300;
}

/* ---- the likelihood ---- */

static int longest(const struct terms *p)
{
    int most = 0;

    for (int i = 0; i < p->count; i++)
        most = p->steps[i] > most ? p->steps[i] : most;
    return most;
}

/* The first step that is forecast backwards. All before it counts as 0. */
static int first_step(struct work *k)
{
    int p = longest(&k->ar), q = longest(&k->ma), most = p > q ? p : q;
    int from = k->start - q - (3 * p < BACK_MAX ? 3 * p : BACK_MAX);
    size_t size = (size_t)most * sizeof(lanes);

    memset(k->w + k->lead + from - most, 0, size);
    memset(k->e + k->lead + from - most, 0, size);
    return from;
}

/* The forecast of step w[0] from the steps before it (dir 1) or after it (dir -1). The nearest
 * innovation is added last, because it is the last to be known. */
static inline __attribute__((always_inline)) void one_ahead(lanes *out, const struct work *k,
                                                            const lanes *w, const lanes *e, int dir)
{
    lanes v = {0};

    for (int i = 0; i < k->ar.count; i++)
        v += k->ar.weight[i] * w[-(long)dir * k->ar.steps[i]];
    for (int i = k->ma.count - 1; i >= 0; i--)
        v += k->ma.weight[i] * e[-(long)dir * k->ma.steps[i]];
    *out = v;
}

/* Forecasts the values from step `from` to k->start backwards, from the steps before n. */
LANES_FUNCTION static void backcast(struct work *k, int from, int n)
{
    lanes *w = k->w + k->lead, *e = k->e + k->lead, v;
    const lanes none = {0};

    for (int t = n - 1; t >= k->start; t--) {
        one_ahead(&v, k, w + t, e + t, -1);
        e[t] = w[t] - v;
    }
    for (int t = k->start - 1; t >= from; t--) {
        one_ahead(&v, k, w + t, e + t, -1);
        w[t] = v;
        e[t] = none;
    }
}

/* Computes the innovations of steps `at` to `to` - 1, and adds their squares to *sum. */
LANES_FUNCTION static void innovations(lanes *sum, struct work *k, int at, int to)
{
    lanes *w = k->w + k->lead, *e = k->e + k->lead, total = *sum, v;

    for (int t = at; t < to; t++) {
        one_ahead(&v, k, w + t, e + t, 1);
        v = w[t] - v;
        e[t] = v;
        total += v * v;
    }
    *sum = total;
}

/* The objective: the logarithm of the innovations' variance, plus that of the determinant divided
 * by the number of steps. */
static void misfit(void *ctx, double *value, const struct point *p)
{
    struct work *k = ctx;
    lanes sum = {0}, determinant = {0};
    int from, n = k->n - k->start;

    for (int i = 0; i < MINIMISE_AT_ONCE; i++) {
        unpack(k, p[i].x);
        set_lane(k, i);
    }
    from = first_step(k);
    centre(k, k->start, k->n);
    backcast(k, from, k->n);
    innovations(&sum, k, from, k->n);
    if (k->likelihood)
        arma_log_determinant(&determinant, &k->lanes, n);
    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        value[i] = log(sum[i] / n + 1e-300) + determinant[i] / n;
}

/* ---- orders ---- */

static int size_of(const struct arima *m)
{
    return m->p + m->q + m->P + m->Q + m->drift;
}

/* *x (size): the start of the search, then its result. Returns the corrected information
 * criterion. */
static double fit_orders(struct work *w, double *x, int calls)
{
    int size = size_of(&w->model), n = w->n - w->start, k = size + 1;
    const struct point none[MINIMISE_AT_ONCE] = {{{0}}};
    double value[MINIMISE_AT_ONCE];

    if (n - k - 1 < 1)
        return INFINITY;
    if (size)
        value[0] = minimise(x, size, misfit, w, 0.3, calls, 1e-6);
    else
        misfit(w, value, none);
    unpack(w, x);
    return n * value[0] + 2.0 * k + 2.0 * k * (k + 1) / (n - k - 1);
}

/* The test statistic of Kwiatkowski, Phillips, Schmidt and Shin (1992) for a stationary level, with
 * the smaller of the two lag numbers in their paper. */
static double kpss(const double *v, int n)
{
    int lags = (int)(3 * sqrt(n) / 13);
    double mean = 0, sum = 0, square = 0, variance = 0;

    for (int i = 0; i < n; i++)
        mean += (v[i] - mean) / (i + 1);
    for (int i = 0; i < n; i++) {
        sum += v[i] - mean;
        square += sum * sum;
    }
    for (int l = 0; l <= lags && l < n; l++) {
        double c = 0;

        for (int i = l; i < n; i++)
            c += (v[i] - mean) * (v[i - l] - mean);
        variance += (l ? 2 * (1 - l / (lags + 1.0)) : 1) * c;
    }
    return variance > 0 ? square / n / variance : 0;
}

static enum status choose_differences(struct work *w, struct arima *m, struct err *e)
{
    double strength = 0;
    enum status st = ST_OK;

    if (m->season > 1)
        st = season_strength(&strength, w->y, w->n, m->season, e);
    m->D = strength > strength_differenced;
    for (m->d = 0; m->d < 2; m->d++) {
        set_differences(w, m);
        if (w->n - w->start < 12 || m->d + m->D > 2 ||
            kpss(w->differences + w->start, w->n - w->start) < kpss_5_percent)
            break;
    }
    if (m->d + m->D > 2)
        m->d = 1;
    return st;
}

struct tried {
    int code[MODELS_MAX], count;
    struct arima best;
    double least, x[MINIMISE_MAX];
};

static bool is_new(struct tried *t, const struct arima *m)
{
    int code = m->p + 4 * (m->q + 4 * (m->P + 2 * (m->Q + 2 * m->drift)));

    for (int i = 0; i < t->count; i++) {
        if (t->code[i] == code)
            return false;
    }
    if (t->count == MODELS_MAX)
        return false;
    t->code[t->count++] = code;
    return true;
}

/* Tries a model whose orders are changed by the arguments. Returns true when it is the best so
 * far. */
static bool try_model(struct work *w, struct tried *t, const struct arima *base, int p, int q,
                      int P, int Q, int drift)
{
    struct arima m = *base;
    double x[MINIMISE_MAX] = {0}, v;

    m.p += p;
    m.q += q;
    m.P += P;
    m.Q += Q;
    m.drift = (m.drift + drift) % 2;
    if (m.p < 0 || m.p > ARIMA_ORDER_MAX || m.q < 0 || m.q > ARIMA_ORDER_MAX || m.P < 0 ||
        m.P > ARIMA_SEASONAL_MAX || m.Q < 0 || m.Q > ARIMA_SEASONAL_MAX ||
        m.p + m.q + m.P + m.Q > ORDERS_MAX || (m.season < 2 && m.P + m.Q) ||
        (m.drift && m.d + m.D > 1) || !is_new(t, &m))
        return false;
    for (int i = 0; i < size_of(&m); i++)
        x[i] = 0.1;
    if (m.drift)
        x[size_of(&m) - 1] = 0;
    w->model = m;
    v = fit_orders(w, x, CALLS_SEARCH);
    if (!(v < t->least))
        return false;
    t->least = v;
    t->best = w->model;
    memcpy(t->x, x, sizeof(x));
    return true;
}

static void search(struct work *w, struct tried *t, const struct arima *start)
{
    static const signed char moves[][5] = {
        {0, 0, 0, -1, 0},  {0, 0, -1, 0, 0}, {0, 0, 0, 1, 0},  {0, 0, 1, 0, 0},  {0, 0, -1, 1, 0},
        {0, 0, 1, -1, 0},  {-1, 0, 0, 0, 0}, {0, -1, 0, 0, 0}, {1, 0, 0, 0, 0},  {0, 1, 0, 0, 0},
        {-1, -1, 0, 0, 0}, {1, 1, 0, 0, 0},  {-1, 1, 0, 0, 0}, {1, -1, 0, 0, 0}, {0, 0, 0, 0, 1}};
    int s = start->season > 1, drift = start->d + start->D < 2;
    bool better = true;

    try_model(w, t, start, 2, 2, s, s, drift);
    try_model(w, t, start, 0, 0, 0, 0, drift);
    try_model(w, t, start, 1, 0, s, 0, drift);
    try_model(w, t, start, 0, 1, 0, s, drift);
    if (drift)
        try_model(w, t, start, 0, 0, 0, 0, 0);
    while (better) {
        struct arima from = t->best;

        better = false;
        for (size_t i = 0; !better && i < sizeof(moves) / sizeof(moves[0]); i++)
            better = try_model(w, t, &from, moves[i][0], moves[i][1], moves[i][2], moves[i][3],
                               moves[i][4]);
    }
}

enum status arima_fit(struct arima *out, double *aicc, const double *y, int n, int season,
                      enum arima_by by, struct err *e)
{
    struct arima start = {.season = season > 1 && n >= 3 * season ? season : 0};
    struct tried t = {.least = INFINITY};
    struct work w;
    enum status st = work_init(&w, y, n, season > 1 ? season : 0, 0, e);

    if (st)
        return st;
    w.likelihood = by != ARIMA_SQUARES;
    if (by != ARIMA_SEARCH) {
        t.best = *out;
        for (int i = 0; i < size_of(out) - out->drift; i++)
            t.x[i] = 0.1;
    } else {
        st = choose_differences(&w, &start, e);
        t.best = start;
        set_differences(&w, &start);
        if (!st)
            search(&w, &t, &start);
    }
    if (!st && n > lost(&t.best)) {
        set_differences(&w, &t.best);
        w.model = t.best;
        t.least = fit_orders(&w, t.x, CALLS_FINAL);
        t.best = w.model;
    }
    work_release(&w);
    *out = t.best;
    if (aicc)
        *aicc = t.least;
    return st;
}

/* ---- forecasting ---- */

/* out: the terms of 1 - (1-B)^d (1-B^m)^D. */
static void integration(struct polynomial *out, const struct arima *m)
{
    static const double differences[3][2] = {{0, 0}, {1, 0}, {2, -1}};
    const double one = 1;

    polynomial_multiply(out, differences[m->d], m->d, &one, m->D, m->season, -1);
}

/* Forecasts steps t to t + horizon - 1 into out (horizon), from the innovations before t. It
 * overwrites values at and after t; kept (horizon) saves them for the time of the call. All lanes
 * have the same model. */
static void forecast(double *out, struct work *k, int t, int horizon, lanes *kept)
{
    lanes *w = k->w + k->lead + t, *e = k->e + k->lead + t;
    struct polynomial sum;

    integration(&sum, &k->model);
    memcpy(kept, w, (size_t)horizon * sizeof(*w));
    memset(e, 0, (size_t)horizon * sizeof(*e));
    for (int h = 0; h < horizon; h++) {
        double v;

        one_ahead(&w[h], k, w + h, e + h, 1);
        v = w[h][0] + k->model.mean;
        for (int i = 0; i < sum.count; i++) {
            int back = h - sum.term[i].steps;

            v += sum.term[i].weight * (back >= 0 ? out[back] : k->y[t + back]);
        }
        out[h] = v;
    }
    memcpy(w, kept, (size_t)horizon * sizeof(*w));
}

/* Sets the model of all lanes, and the differences. The horizon is that of the forecasts. */
static enum status path_init(struct work *k, const struct arima *m, const double *y, int n,
                             int horizon, struct err *e)
{
    enum status st = work_init(k, y, n, m->season > 1 ? m->season : 0, horizon, e);

    if (!k->w)
        return st;
    k->model = *m;
    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        set_lane(k, i);
    set_differences(k, m);
    return ST_OK;
}

static void last_value(double *out, double y, int horizon)
{
    for (int h = 0; h < horizon; h++)
        out[h] = y;
}

enum status arima_path(double *out, const struct arima *m, const double *y, int n,
                       const int *origins, int count, int horizon, struct err *e)
{
    lanes *kept = malloc((size_t)horizon * sizeof(*kept)), sum = {0};
    int at = 0, i = 0;
    struct work k = {0};
    enum status st =
        kept ? path_init(&k, m, y, n, horizon, e) : err_nomem(e, (size_t)horizon * sizeof(*kept));

    if (st || !k.w) {
        free(kept);
        return st;
    }
    for (; i < count && origins[i] <= lost(m); i++)
        last_value(row(out, i, horizon), y[origins[i] - 1], horizon);
    if (i < count) {
        at = first_step(&k);
        /* The values before the first one must not depend on anything after the first origin. */
        centre(&k, k.start, origins[i]);
        backcast(&k, at, origins[i]);
        centre(&k, origins[i], n);
    }
    for (; i < count; i++) {
        innovations(&sum, &k, at, origins[i]);
        at = origins[i];
        forecast(row(out, i, horizon), &k, at, horizon, kept);
    }
    work_release(&k);
    free(kept);
    return st;
}

enum status arima_filter(double *out, const struct arima *m, const double *v, int n, struct err *e)
{
    struct work k = {0};
    lanes sum = {0};
    int from;
    enum status st = path_init(&k, m, v, n, 0, e);

    if (st || !k.w)
        return st;
    k.mean = sum;
    memset(out, 0, (size_t)n * sizeof(*out));
    from = first_step(&k);
    centre(&k, k.start, n);
    backcast(&k, from, n);
    innovations(&sum, &k, from, n);
    for (int t = k.start; t < n; t++)
        out[t] = k.e[k.lead + t][0];
    work_release(&k);
    return ST_OK;
}

enum status arima_response(double *out, const struct arima *m, int n, struct err *e)
{
    int before = lost(m);
    double *one = calloc((size_t)before + (size_t)n, sizeof(*one));
    struct work k = {0};
    lanes sum = {0};
    enum status st = one ? ST_OK : err_nomem(e, (size_t)n * sizeof(*one));

    if (!st) {
        one[before] = 1;
        st = path_init(&k, m, one, before + n, 0, e);
    }
    if (!st && k.w) {
        k.mean = sum;
        centre(&k, k.start, before + n);
        innovations(&sum, &k, k.start, before + n);
        for (int t = 0; t < n; t++)
            out[t] = k.e[k.lead + before + t][0];
        work_release(&k);
    }
    free(one);
    return st;
}

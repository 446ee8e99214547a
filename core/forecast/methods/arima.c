/* arima.c - seasonal ARIMA: see arima.h.
 *
 * The sum of squares is the unconditional one of Box and Jenkins: values before the first one are
 * forecast backwards. The likelihood adds the determinant of the covariance matrix, for which the
 * strong limit theorem gives a value: Szego (1952), "On certain Hermitian forms associated with the
 * Fourier series of a positive function". A product of lag polynomials is kept as a list of its few
 * terms, so that a step costs as many operations as it has terms, however long the season is. */
#include "core/forecast/methods/arima.h"

#include "core/base/row.h"
#include "core/forecast/methods/lag_polynomial.h"
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

struct work {
    const double *y;
    int n;
    struct arima model;
    double *w;                /* (lead + n) differences, with space before the first; owned */
    double *e;                /* (lead + n) innovations; owned */
    bool likelihood;          /* minimise the likelihood instead of the sum of squares */
    int lead;                 /* space before the first difference */
    int start;                /* observations that differencing uses up */
    double centre, scale;     /* of the differences; the search for their mean begins here */
    struct polynomial ar, ma; /* with signs: w = sum ar w + e + sum ma e */
};

/* ---- polynomials ---- */

static void set_polynomials(struct work *w)
{
    const struct arima *m = &w->model;

    polynomial_multiply(&w->ar, m->ar, m->p, m->sar, m->P, m->season, -1);
    polynomial_multiply(&w->ma, m->ma, m->q, m->sma, m->Q, m->season, 1);
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
    set_polynomials(w);
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
    free(w->w);
    free(w->e);
    w->w = w->e = NULL;
}

/* Space for any order of this season. */
static enum status work_init(struct work *w, const double *y, int n, int season, struct err *e)
{
    size_t size;

    *w = (struct work){.y = y, .n = n};
    w->lead = 2 * (season * ARIMA_SEASONAL_MAX + ARIMA_ORDER_MAX) + BACK_MAX;
    size = ((size_t)w->lead + (size_t)n) * sizeof(double);
    w->w = malloc(size);
    w->e = malloc(size);
    if (w->w && w->e)
        return ST_OK;
    work_release(w);
    return err_nomem(e, 2 * size);
}

/* Writes the differences of the first n observations after the lead. */
static void set_differences(struct work *w, const struct arima *m, int n)
{
    double *v = w->w + w->lead, square = 0, mean = 0;

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

static int longest(const struct polynomial *p)
{
    int most = 0;

    for (int i = 0; i < p->count; i++)
        most = p->term[i].steps > most ? p->term[i].steps : most;
    return most;
}

static int back_steps(const struct work *w)
{
    int p = longest(&w->ar), q = longest(&w->ma), k = q + (3 * p < BACK_MAX ? 3 * p : BACK_MAX);

    return k < w->lead + w->start ? k : w->lead + w->start;
}

/* Forecasts `back` values before w[first] backwards. The mean of the differences is subtracted
 * already. */
static void backcast(struct work *k, int first, int n, int back)
{
    double *w = k->w + k->lead, *e = k->e + k->lead;

    for (int t = n - 1; t >= first - back; t--) {
        double v = 0;

        for (int i = 0; i < k->ar.count; i++) {
            int at = t + k->ar.term[i].steps;

            v += at < n ? k->ar.term[i].weight * w[at] : 0;
        }
        for (int i = 0; i < k->ma.count; i++) {
            int at = t + k->ma.term[i].steps;

            v += at < n ? k->ma.term[i].weight * e[at] : 0;
        }
        if (t < first)
            w[t] = v;
        e[t] = t < first ? 0 : w[t] - v;
    }
}

static double one_ahead(const struct work *k, int t, int from)
{
    const double *w = k->w + k->lead, *e = k->e + k->lead;
    double v = 0;

    for (int i = 0; i < k->ar.count; i++) {
        int at = t - k->ar.term[i].steps;

        v += at >= from ? k->ar.term[i].weight * w[at] : 0;
    }
    for (int i = 0; i < k->ma.count; i++) {
        int at = t - k->ma.term[i].steps;

        v += at >= from ? k->ma.term[i].weight * e[at] : 0;
    }
    return v;
}

/* Computes the innovations of steps `at` to `to` - 1. Steps before `from` count as 0. Returns the
 * sum of their squares. */
static double innovations(struct work *k, int from, int at, int to)
{
    double *w = k->w + k->lead, *e = k->e + k->lead, sum = 0;

    for (int t = at; t < to; t++) {
        e[t] = w[t] - one_ahead(k, t, from);
        sum += e[t] * e[t];
    }
    return sum;
}

/* Subtracts the mean (by < 0) from the differences, or adds it again. */
static void shift(struct work *k, double by, int first, int n)
{
    for (int t = first; t < n; t++)
        k->w[k->lead + t] += by;
}

/* Sum of the k-th powers of the inverse roots of 1 - sign (c_1 B + ... + c_n B^n), by Newton's
 * identities. sum[]: the sums for smaller k, the last one first. */
static double next_power_sum(double sum[ARIMA_ORDER_MAX], const double *c, double sign, int n,
                             int k)
{
    double v = k <= n ? k * c[k - 1] : 0;

    for (int i = 0; i < n && i < k - 1; i++)
        v += c[i] * sum[i];
    memmove(sum + 1, sum, (ARIMA_ORDER_MAX - 1) * sizeof(*sum));
    return sum[0] = sign * v;
}

/* Logarithm of the determinant of the covariance matrix of n steps, divided by the innovations'
 * variance:
 *
 *     sum over k of k c_k^2
 *
 * where c_k is the k-th coefficient of the logarithm of the spectrum, a sum of k-th powers of roots
 * over k. The theorem holds for infinite series; here the sum ends after n terms. */
static double log_determinant(const struct arima *m, int n)
{
    double ar[ARIMA_ORDER_MAX] = {0}, ma[ARIMA_ORDER_MAX] = {0}, sar[ARIMA_ORDER_MAX] = {0},
           sma[ARIMA_ORDER_MAX] = {0}, sum = 0;

    for (int k = 1; k <= n; k++) {
        double v = next_power_sum(ar, m->ar, 1, m->p, k) - next_power_sum(ma, m->ma, -1, m->q, k);

        if (m->season > 1 && k % m->season == 0)
            v += m->season * (next_power_sum(sar, m->sar, 1, m->P, k / m->season) -
                              next_power_sum(sma, m->sma, -1, m->Q, k / m->season));
        sum += v * v / k;
    }
    return sum;
}

/* The objective: the logarithm of the innovations' variance, plus that of the determinant divided
 * by the number of steps. */
static double misfit(void *ctx, const double *x)
{
    struct work *k = ctx;
    double mean, sum, determinant = 0;
    int back;

    unpack(k, x);
    mean = k->model.mean;
    back = back_steps(k);
    shift(k, -mean, k->start, k->n);
    backcast(k, k->start, k->n, back);
    sum = innovations(k, k->start - back, k->start - back, k->n);
    shift(k, mean, k->start, k->n);
    if (k->likelihood)
        determinant = log_determinant(&k->model, k->n - k->start);
    return log(sum / (k->n - k->start) + 1e-300) + determinant / (k->n - k->start);
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
    double least;

    if (n - k - 1 < 1)
        return INFINITY;
    if (size)
        least = minimise(x, size, misfit, w, 0.3, calls, 1e-6);
    else
        least = misfit(w, x);
    unpack(w, x);
    return n * least + 2.0 * k + 2.0 * k * (k + 1) / (n - k - 1);
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
        set_differences(w, m, w->n);
        if (w->n - w->start < 12 || m->d + m->D > 2 ||
            kpss(w->w + w->lead + w->start, w->n - w->start) < kpss_5_percent)
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
    enum status st = work_init(&w, y, n, season > 1 ? season : 0, e);

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
        set_differences(&w, &start, n);
        if (!st)
            search(&w, &t, &start);
    }
    if (!st && n > lost(&t.best)) {
        set_differences(&w, &t.best, n);
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
 * overwrites values at and after t; kept (horizon) saves them for the time of the call. */
static void forecast(double *out, struct work *k, int from, int t, int horizon, double *kept)
{
    double *w = k->w + k->lead, *e = k->e + k->lead;
    struct polynomial sum;

    integration(&sum, &k->model);
    memcpy(kept, w + t, (size_t)horizon * sizeof(*w));
    for (int h = 0; h < horizon; h++) {
        double v;

        e[t + h] = 0;
        w[t + h] = one_ahead(k, t + h, from);
        v = w[t + h] + k->model.mean;
        for (int i = 0; i < sum.count; i++) {
            int back = h - sum.term[i].steps;

            v += sum.term[i].weight * (back >= 0 ? out[back] : k->y[t + back]);
        }
        out[h] = v;
    }
    memcpy(w + t, kept, (size_t)horizon * sizeof(*w));
}

/* Allocates w and e with space for the horizon. */
static enum status path_init(struct work *k, const struct arima *m, const double *y, int n,
                             int horizon, struct err *e)
{
    enum status st = work_init(k, y, n + horizon, m->season > 1 ? m->season : 0, e);

    if (!k->w)
        return st;
    k->n = n;
    memset(k->w, 0, ((size_t)k->lead + (size_t)n + (size_t)horizon) * sizeof(double));
    k->model = *m;
    set_polynomials(k);
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
    double *kept = malloc((size_t)horizon * sizeof(*kept));
    int at = 0, from = 0, i = 0;
    struct work k = {0};
    enum status st = kept ? path_init(&k, m, y, n, horizon, e) : err_nomem(e, (size_t)horizon * 8);

    if (st || !k.w) {
        free(kept);
        return st;
    }
    for (; i < count && origins[i] <= lost(m); i++)
        last_value(row(out, i, horizon), y[origins[i] - 1], horizon);
    if (i < count) {
        set_differences(&k, m, n);
        shift(&k, -m->mean, k.start, n);
        from = k.start - back_steps(&k);
        /* The values before the first one must not depend on anything after the first origin. */
        backcast(&k, k.start, origins[i], k.start - from);
        at = from;
    }
    for (; i < count; i++) {
        innovations(&k, from, at, origins[i]);
        at = origins[i];
        forecast(row(out, i, horizon), &k, from, at, horizon, kept);
    }
    work_release(&k);
    free(kept);
    return st;
}

enum status arima_filter(double *out, const struct arima *m, const double *v, int n, struct err *e)
{
    struct work k = {0};
    int from;
    enum status st = path_init(&k, m, v, n, 0, e);

    if (st || !k.w)
        return st;
    set_differences(&k, m, n);
    memset(out, 0, (size_t)n * sizeof(*out));
    from = k.start - back_steps(&k);
    backcast(&k, k.start, n, k.start - from);
    innovations(&k, from, from, n);
    for (int t = k.start; t < n; t++)
        out[t] = k.e[k.lead + t];
    work_release(&k);
    return ST_OK;
}

enum status arima_response(double *out, const struct arima *m, int n, struct err *e)
{
    int before = lost(m);
    double *one = calloc((size_t)before + (size_t)n, sizeof(*one));
    struct work k = {0};
    enum status st = one ? ST_OK : err_nomem(e, (size_t)n * sizeof(*one));

    if (!st) {
        one[before] = 1;
        st = path_init(&k, m, one, before + n, 0, e);
    }
    if (!st && k.w) {
        set_differences(&k, m, before + n);
        innovations(&k, k.start, k.start, before + n);
        memcpy(out, k.e + k.lead + before, (size_t)n * sizeof(*out));
        work_release(&k);
    }
    free(one);
    return st;
}

/* harmonic.c - regression on sines and cosines: see harmonic.h.
 *
 *     y_t = a + b t + sum over periods p and k <= order_p of
 *           (c_pk sin(2 pi k t / p) + d_pk cos(2 pi k t / p)) + r_t
 *
 * is fitted by least squares. y_t and all columns x_t are replaced by y_t - rho y_(t-1) and
 * x_t - rho x_(t-1). The series without the sines and cosines, but with the line, is smoothed
 * (ets.h). The normal equations are updated from one origin to the next. */
#include "core/forecast/methods/harmonic.h"

#include "core/base/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    TREND = 2, /* columns of the constant and the line */
    COLUMNS_MAX = TREND + 2 * HARMONIC_PERIODS * HARMONIC_ORDER_MAX,
    WEEK = 7,
    YEAR_OF_WEEKS = 52
};

static const double two_pi = 6.283185307179586, year_days = 365.25, rho_max = 0.99;

/* Normal equations that grow with the history. */
struct equations {
    int columns, next; /* next: the first step that is not added yet */
    double left[COLUMNS_MAX][COLUMNS_MAX], right[COLUMNS_MAX], square;
};

/* ---- columns ---- */

static int count_columns(const struct harmonic *m)
{
    return TREND + 2 * (m->order[0] + m->order[1]);
}

/* Whether term k of the second period equals a term of the first. */
static bool is_repeated(const struct harmonic *m, int k)
{
    double ratio = k * m->period[0] / m->period[1];

    return m->order[0] > 0 && fabs(ratio - round(ratio)) < 1e-9;
}

/* Sines and cosines of every step. Each is used in many equations. */
struct waves {
    double *at; /* (n, stride) owned */
    int n, stride;
    int most[HARMONIC_PERIODS]; /* terms of each period */
};

static enum status waves_init(struct waves *w, const struct harmonic *m,
                              const int most[HARMONIC_PERIODS], int n, struct err *e)
{
    *w = (struct waves){.n = n};
    for (int p = 0; p < HARMONIC_PERIODS; p++) {
        w->most[p] = most[p];
        w->stride += 2 * most[p];
    }
    w->at = calloc((size_t)n * (size_t)w->stride + 1, sizeof(*w->at));
    if (!w->at)
        return err_nomem(e, (size_t)n * (size_t)w->stride * sizeof(*w->at));
    for (int t = 0; t < n; t++) {
        double *x = row(w->at, t, w->stride);

        for (int p = 0; p < HARMONIC_PERIODS; p++) {
            for (int k = 1; k <= most[p]; k++) {
                double turn = fmod(k * (t / m->period[p]), 1) * two_pi;

                *x++ = sin(turn);
                *x++ = cos(turn);
            }
        }
    }
    return ST_OK;
}

static void columns_at(double *x, const struct harmonic *m, const struct waves *w, int t)
{
    const double *from = row(w->at, t, w->stride);
    int at = TREND;

    x[0] = 1;
    x[1] = t / 1000.0;
    for (int p = 0; p < HARMONIC_PERIODS; p++) {
        for (int k = 1; k <= m->order[p]; k++) {
            bool none = p > 0 && is_repeated(m, k);

            x[at++] = none ? 0 : from[2 * (k - 1)];
            x[at++] = none ? 0 : from[2 * (k - 1) + 1];
        }
        from += 2 * w->most[p];
    }
}

/* ---- least squares ---- */

static void equations_add(struct equations *q, const struct harmonic *m, const struct waves *w,
                          const double *y, int n)
{
    double before[COLUMNS_MAX] = {0}, x[COLUMNS_MAX] = {0}, d[COLUMNS_MAX];

    q->columns = count_columns(m);
    if (q->next < 1)
        q->next = 1;
    if (q->next < n)
        columns_at(before, m, w, q->next - 1);
    for (; q->next < n; q->next++) {
        double v = y[q->next] - m->rho * y[q->next - 1];

        columns_at(x, m, w, q->next);
        for (int i = 0; i < q->columns; i++)
            d[i] = x[i] - m->rho * before[i];
        for (int i = 0; i < q->columns; i++) {
            for (int k = 0; k <= i; k++)
                q->left[i][k] += d[i] * d[k];
            q->right[i] += d[i] * v;
        }
        q->square += v * v;
        memcpy(before, x, sizeof(x));
    }
}

/* Computes the Cholesky factor l of the equations, and the first half of the solution: half, with
 * l half = right. */
static void factor(double l[COLUMNS_MAX][COLUMNS_MAX], double *half, const struct equations *q,
                   int n)
{
    for (int i = 0; i < n; i++) {
        double rest = q->right[i];

        for (int k = 0; k <= i; k++) {
            double sum = q->left[i][k];

            for (int j = 0; j < k; j++)
                sum -= l[i][j] * l[k][j];
            /* A column that depends linearly on earlier ones gets no weight. */
            if (k == i)
                l[i][i] = sum > 1e-9 * q->left[i][i] + 1e-12 ? sqrt(sum) : INFINITY;
            else
                l[i][k] = sum / l[k][k];
        }
        for (int j = 0; j < i; j++)
            rest -= l[i][j] * half[j];
        half[i] = rest / l[i][i];
    }
}

static void solve(double *beta, const struct equations *q)
{
    double l[COLUMNS_MAX][COLUMNS_MAX] = {0}, half[COLUMNS_MAX] = {0};

    int n = q->columns < COLUMNS_MAX ? q->columns : COLUMNS_MAX;

    factor(l, half, q, n);
    for (int i = n - 1; i >= 0; i--) {
        double rest = half[i];

        for (int j = i + 1; j < n; j++)
            rest -= isinf(l[j][j]) ? 0 : l[j][i] * beta[j];
        beta[i] = rest / l[i][i];
    }
}

/* ---- fitting ---- */

/* The number of terms of period p, up to those that m has, with the least information criterion. */
static int best_order(const struct harmonic *m, int p, const struct equations *q, int n)
{
    double l[COLUMNS_MAX][COLUMNS_MAX], half[COLUMNS_MAX], least = INFINITY, rest = q->square;
    int best = 0, first = TREND + (p > 0 ? 2 * m->order[0] : 0);

    factor(l, half, q, q->columns);
    for (int i = 0; i < first; i++)
        rest -= half[i] * half[i];
    for (int order = 0; order <= m->order[p]; order++) {
        int k = first + 2 * order + 1;
        double criterion;

        for (int i = k - 3; order && i < k - 1; i++)
            rest -= half[i] * half[i];
        if (n - k - 1 < 1)
            break;
        criterion = n * log(fmax(rest, 1e-12 * q->square + 1e-300) / n) + 2.0 * k +
                    2.0 * k * (k + 1) / (n - k - 1);
        if (criterion < least) {
            least = criterion;
            best = order;
        }
    }
    return best;
}

static int most_terms(const struct harmonic *m, int p, int n)
{
    double most = ceil(m->period[p] / 2) - 1;

    if (m->period[p] <= 0 || n < 2 * m->period[p])
        return 0;
    return most < HARMONIC_ORDER_MAX ? (int)fmax(most, 0) : HARMONIC_ORDER_MAX;
}

static void choose_order(struct harmonic *m, int p, const struct waves *w, const double *y, int n)
{
    struct equations q = {0};

    m->order[p] = most_terms(m, p, n);
    equations_add(&q, m, w, y, n);
    if (m->order[p])
        m->order[p] = best_order(m, p, &q, n);
}

/* The sum of the sines and cosines at step t, without the line. */
static double season_at(const struct harmonic *m, const struct waves *w, const double *beta, int t)
{
    double x[COLUMNS_MAX] = {0}, sum = 0;
    int count = count_columns(m);

    columns_at(x, m, w, t);
    for (int i = TREND; i < count; i++)
        sum += beta[i] * x[i];
    return sum;
}

/* rest (n): y without the season. */
static void take_season(double *rest, const struct harmonic *m, const struct waves *w,
                        const double *beta, const double *y, int n)
{
    for (int t = 0; t < n; t++)
        rest[t] = y[t] - season_at(m, w, beta, t);
}

/* Autocorrelation of the errors at lag 1. */
static double autocorrelation(const double *rest, const double *beta, int n)
{
    double before = 0, product = 0, square = 0;

    for (int t = 0; t < n; t++) {
        double v = rest[t] - beta[0] - beta[1] * (t / 1000.0);

        product += v * before;
        square += v * v;
        before = v;
    }
    return square > 0 ? fmin(fmax(product / square, 0), rho_max) : 0;
}

static void set_periods(struct harmonic *m, int season1, int season2)
{
    m->period[0] = season1 == YEAR_OF_WEEKS ? year_days / WEEK : season1;
    m->period[1] = season1 == WEEK && !season2 ? year_days : season2;
}

/* Fits orders, unless they are fixed, and coefficients. rest (n): y without the season. */
static void fit_season(struct harmonic *m, double *rest, const struct waves *w, const double *y,
                       int n, const int *fixed)
{
    double beta[COLUMNS_MAX] = {0};

    /* The first round only estimates the autocorrelation, which the second one uses. */
    for (int round = 0; round < 2; round++) {
        struct equations q = {0};

        for (int p = 0; p < HARMONIC_PERIODS; p++)
            m->order[p] = fixed ? fixed[p] : 0;
        for (int p = 0; !fixed && p < HARMONIC_PERIODS; p++)
            choose_order(m, p, w, y, n);
        equations_add(&q, m, w, y, n);
        solve(beta, &q);
        take_season(rest, m, w, beta, y, n);
        if (round == 0)
            m->rho = autocorrelation(rest, beta, n);
    }
}

enum status harmonic_fit(struct harmonic *out, const double *y, int n, int season1, int season2,
                         bool fixed, struct err *e)
{
    struct harmonic m = {0};
    double *rest = malloc((size_t)n * sizeof(*rest));
    int most[HARMONIC_PERIODS];
    struct waves w = {0};
    enum status st;

    set_periods(&m, season1, season2);
    for (int p = 0; p < HARMONIC_PERIODS; p++)
        most[p] = fixed ? out->order[p] : most_terms(&m, p, n);
    st = rest ? waves_init(&w, &m, most, n, e) : err_nomem(e, (size_t)n * sizeof(*rest));
    if (!st) {
        fit_season(&m, rest, &w, y, n, fixed ? most : NULL);
        if (fixed)
            m.rest = out->rest;
        st = ets_fit(&m.rest, NULL, rest, n, 0, 0, fixed, e);
    }
    free(w.at);
    free(rest);
    if (!st)
        *out = m;
    return st;
}

/* ---- forecasting ---- */

enum status harmonic_path(double *out, const struct harmonic *m, const double *y, int n,
                          const int *origins, int count, int horizon, struct err *e)
{
    struct equations q = {0};
    struct waves w = {0};
    double beta[COLUMNS_MAX] = {0}, *rest = malloc((size_t)n * sizeof(*rest));
    enum status st = rest ? waves_init(&w, m, m->order, n + horizon, e)
                          : err_nomem(e, (size_t)n * sizeof(*rest));

    for (int i = 0; !st && i < count; i++) {
        double *row = row(out, i, horizon);

        equations_add(&q, m, &w, y, origins[i]);
        solve(beta, &q);
        /* With less than two rounds, a period looks the same as a trend. */
        if (origins[i] < 2 * fmax(m->order[0] ? m->period[0] : 0, m->order[1] ? m->period[1] : 0))
            memset(beta, 0, sizeof(beta));
        take_season(rest, m, &w, beta, y, origins[i]);
        st = ets_path(row, &m->rest, rest, origins[i], &origins[i], 1, horizon, e);
        for (int h = 0; !st && h < horizon; h++)
            row[h] += season_at(m, &w, beta, origins[i] + h);
    }
    free(w.at);
    free(rest);
    return st;
}

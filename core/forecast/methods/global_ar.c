/* global_ar.c - see global_ar.h.
 *
 * x (L) are the last values of a series and y (H) the next ones, both minus the series' level and
 * divided by its typical change. The weights solve (X'X + r I) W = X'Y over all origins. r is
 * `ridge` times the mean diagonal of X'X, divided by the square root of the number of origins. */
#include "core/forecast/methods/global_ar.h"

#include "core/base/row.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAMPLES_MAX = 20000, /* more origins hardly change the fit */
    SAMPLES_PER_LAG = 1, /* with fewer there is no model */
    NO_SEASON = 6        /* values of the level when there is no season */
};

static const double ridge = 0.1;   /* see solve() */
static const double size_max = 20; /* bound of a scaled value; a larger one is a break */

/* Normal equations. */
struct equations {
    double *left, *right; /* (L, L), (L, H); owned */
    int L, H, count;
};

static int lags_of(int season)
{
    int lags = season < 2 ? NO_SEASON + 1 : season <= 24 ? 2 * season + 1 : season + 4;

    return lags < GLOBAL_AR_LAGS_MAX ? lags : GLOBAL_AR_LAGS_MAX;
}

static double level_of(const struct global_ar *m, const double *w, int n)
{
    double sum = 0;

    for (int i = 0; i < m->season; i++)
        sum += w[n - 1 - i] / m->season;
    return sum;
}

static double limited(double v)
{
    return fmin(fmax(v, -size_max), size_max);
}

/* Mean absolute change against the season before. */
static double scale_of(const struct global_ar *m, const double *w, int n)
{
    double sum = 0;
    int lag = m->season < n ? m->season : 1;

    for (int i = lag; i < n; i++)
        sum += fabs(w[i] - w[i - lag]) / (n - lag);
    return sum;
}

/* ---- fitting ---- */

static void add_origin(struct equations *q, const struct global_ar *m, const double *w, int at,
                       double scale)
{
    double x[GLOBAL_AR_LAGS_MAX], level = level_of(m, w, at);

    for (int i = 0; i < m->L; i++)
        x[i] = limited((w[at - m->L + i] - level) / scale);
    for (int i = 0; i < m->L; i++) {
        for (int k = 0; k <= i; k++)
            q->left[i * m->L + k] += x[i] * x[k];
        for (int h = 0; h < m->H; h++)
            row(q->right, i, m->H)[h] += x[i] * limited((w[at + h] - level) / scale);
    }
    q->count++;
}

static int first_origin(const struct global_ar *m, int n)
{
    return n - HISTORY_MAX > m->L ? n - HISTORY_MAX : m->L;
}

static void add_series(struct equations *q, const struct global_ar *m,
                       const struct global_ar_series *s, int stride)
{
    double scale = scale_of(m, s->w, s->n);

    if (!(scale > 0))
        return;
    for (int at = first_origin(m, s->n); at + m->H <= s->n; at += stride) {
        bool known = true;

        for (int h = 0; known && h < m->H; h++)
            known = !isnan(s->values[at + h]);
        if (known)
            add_origin(q, m, s->w, at, scale);
    }
}

/* Solves in place: left becomes the Cholesky factor, right the solution. The ridge falls with the
 * number of origins as the noise of the entries does. Returns false when left is not positive
 * definite. */
static bool solve(struct equations *q)
{
    int L = q->L, H = q->H;
    double trace = 0, *l = q->left;

    for (int i = 0; i < L; i++)
        trace += l[i * L + i] / L;
    for (int i = 0; i < L; i++)
        l[i * L + i] += ridge * trace / sqrt(q->count);
    for (int i = 0; i < L; i++) {
        for (int k = 0; k <= i; k++) {
            double sum = l[i * L + k];

            for (int j = 0; j < k; j++)
                sum -= l[i * L + j] * l[k * L + j];
            if (k == i && !(sum > 0))
                return false;
            l[i * L + k] = k == i ? sqrt(sum) : sum / l[k * L + k];
        }
    }
    for (int h = 0; h < H; h++) {
        double *v = q->right + h;

        for (int i = 0; i < L; i++) {
            for (int j = 0; j < i; j++)
                *row(v, i, H) -= l[i * L + j] * *row(v, j, H);
            *row(v, i, H) /= l[i * L + i];
        }
        for (int i = L - 1; i >= 0; i--) {
            for (int j = i + 1; j < L; j++)
                *row(v, i, H) -= l[j * L + i] * *row(v, j, H);
            *row(v, i, H) /= l[i * L + i];
        }
    }
    return true;
}

static int count_origins(const struct global_ar *m, const struct global_ar_series *series,
                         int count)
{
    int64_t origins = 0;

    for (int i = 0; i < count; i++) {
        int room = series[i].n - m->H - first_origin(m, series[i].n) + 1;

        origins += room > 0 ? room : 0;
    }
    return origins < INT32_MAX ? (int)origins : INT32_MAX;
}

/* Stores the weights as floats, so that a loaded model has exactly those in use. */
static void take_weights(struct global_ar *m, const struct equations *q)
{
    bool finite = true;

    for (size_t i = 0; i < (size_t)m->L * (size_t)m->H; i++) {
        m->weight[i] = (float)q->right[i];
        finite = finite && isfinite(m->weight[i]);
    }
    if (!finite)
        global_ar_release(m);
}

enum status global_ar_fit(struct global_ar *out, const struct global_ar_series *series, int count,
                          int season, int H, struct err *e)
{
    struct global_ar m = {.L = lags_of(season), .H = H};
    struct equations q = {.L = m.L, .H = H};
    size_t left = (size_t)m.L * (size_t)m.L, right = (size_t)m.L * (size_t)H;
    int origins;
    enum status st;

    m.season = season > 1 && season <= m.L ? season : NO_SEASON;
    origins = count_origins(&m, series, count);
    if (origins < SAMPLES_PER_LAG * m.L)
        return ST_OK;
    q.left = calloc(left, sizeof(*q.left));
    q.right = calloc(right, sizeof(*q.right));
    m.weight = malloc(right * sizeof(*m.weight));
    st = q.left && q.right && m.weight ? ST_OK : err_nomem(e, (left + right) * sizeof(double));
    for (int i = 0; !st && i < count; i++)
        add_series(&q, &m, &series[i], (origins + SAMPLES_MAX - 1) / SAMPLES_MAX);
    if (!st && q.count >= SAMPLES_PER_LAG * m.L && solve(&q))
        take_weights(&m, &q);
    else
        global_ar_release(&m);
    free(q.left);
    free(q.right);
    *out = m;
    return st;
}

void global_ar_release(struct global_ar *m)
{
    free(m->weight);
    *m = (struct global_ar){0};
}

/* ---- forecasting ---- */

/* out (steps): the steps after w (n), at most H. */
static void next_steps(double *out, const struct global_ar *m, const double *w, int n, int steps)
{
    double level = level_of(m, w, n);

    for (int h = 0; h < steps; h++) {
        double sum = 0;

        for (int i = 0; i < m->L; i++)
            sum += (w[n - m->L + i] - level) * (double)row(m->weight, i, m->H)[h];
        out[h] = level + sum;
    }
}

void global_ar_forecast(double *out, const struct global_ar *m, const double *w, int n, int horizon)
{
    double past[GLOBAL_AR_LAGS_MAX];

    for (int at = 0; at < horizon; at += m->H) {
        int steps = horizon - at < m->H ? horizon - at : m->H;

        /* The last L values, with the forecasts so far. */
        for (int i = 0; i < m->L; i++) {
            int t = at - m->L + i;

            past[i] = t < 0 ? w[n + t] : out[t];
        }
        next_steps(out + at, m, past, m->L, steps);
    }
}

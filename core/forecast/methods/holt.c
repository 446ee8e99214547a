/* holt.c - multiplicative exponential smoothing: see holt.h.
 *
 * The parameters maximise the likelihood of normal relative innovations (minimise.h), so they
 * minimise
 *
 *     n log(mean of e_t^2) + 2 sum log u_t
 *
 * The states before the first value come from smoothing the history backwards, as in ets.c. */
#include "core/forecast/methods/holt.h"

#include "core/base/row.h"
#include "core/forecast/methods/minimise.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 300, SEASONS_MIN = 3, DECOMPOSED = 4 };

static const double weight_min = 1e-4, weight_max = 0.9999, phi_min = 0.8, phi_max = 0.98;

struct state {
    double level, slope;
    double *season; /* (m), the next step's at `at`; owned by the function that made it */
    int at;
};

/* One step of the equations of holt.h. *expected gets u. Returns e, NaN where u is not positive. */
static double advance(const struct holt *m, struct state *s, double y, double *expected)
{
    double line = s->level + m->phi * s->slope, u = line * s->season[s->at];
    double e = u > 0 && line > 0 ? y / u - 1 : NAN;

    *expected = u;
    s->level = line * (1 + m->alpha * e);
    s->slope = m->phi * s->slope + m->beta * line * e;
    s->season[s->at] *= 1 + m->gamma * e;
    s->at = s->at + 1 < m->season ? s->at + 1 : 0;
    return e;
}

/* Sets the states before the first of n steps of y, walked in direction dir: a line through the
 * means of the first and the second half, and the mean ratios to it. */
static void decompose(const struct holt *m, struct state *s, const double *y, int n, int dir)
{
    int cycles = n / m->season < DECOMPOSED ? n / m->season : DECOMPOSED;
    int span = cycles / 2 * 2 * m->season, half = span / 2;
    double a = 0, b = 0, mean = 0;

    for (int i = 0; i < half; i++) {
        a += y[(long)dir * i] / half;
        b += y[(long)dir * (half + i)] / half;
    }
    s->slope = (b - a) / half;
    s->level = a - s->slope * (half - 1) / 2.0;
    for (int k = 0; k < m->season; k++) {
        s->season[k] = 0;
        for (int i = k; i < span; i += m->season)
            s->season[k] += y[(long)dir * i] / fmax(s->level + s->slope * i, a / 10);
        mean += s->season[k] / m->season;
    }
    for (int k = 0; k < m->season; k++)
        s->season[k] /= mean;
    s->level -= s->slope;
    s->at = 0;
}

static void backcast(const struct holt *m, struct state *s, const double *y, int n, double *space)
{
    double u;

    decompose(m, s, y + n - 1, n, -1);
    for (int i = n - 1; i >= 0; i--)
        advance(m, s, y[i], &u);
    /* Backwards, the next step is the one before y[0]. Forwards, the phases run the other way. */
    for (int k = 0; k < m->season; k++)
        space[k] = s->season[(s->at + m->season - 1 - k) % m->season];
    memcpy(s->season, space, (size_t)m->season * sizeof(*space));
    s->level += m->phi * s->slope;
    s->slope = -s->slope;
    s->at = 0;
}

/* ---- fitting ---- */

struct search {
    struct holt model;
    struct state state;
    const double *y;
    int n;
    bool damped;
    double *space;
};

static void unpack(struct holt *m, const double *x, bool damped)
{
    m->alpha = bounded(x[0], weight_min, weight_max);
    m->beta = m->alpha * bounded(x[1], weight_min, weight_max);
    m->gamma = (1 - m->alpha) * bounded(x[2], weight_min, weight_max);
    m->phi = damped ? bounded(x[3], phi_min, phi_max) : 1;
}

/* Minus twice the log likelihood per step, where relative innovations are normal. */
static double unlikelihood(void *ctx, const double *x)
{
    struct search *q = ctx;
    double square = 0, logs = 0;

    unpack(&q->model, x, q->damped);
    backcast(&q->model, &q->state, q->y, q->n, q->space);
    for (int i = 0; i < q->n; i++) {
        double u, e = advance(&q->model, &q->state, q->y[i], &u);

        square += e * e;
        logs += log(u);
    }
    return log(square / q->n + 1e-300) + 2 * logs / q->n;
}

static double fit_form(struct search *q, bool damped)
{
    double x[MINIMISE_MAX] = {
        unbounded(0.3, weight_min, weight_max), unbounded(0.1, weight_min, weight_max),
        unbounded(0.1, weight_min, weight_max), unbounded(0.95, phi_min, phi_max)};
    double least;

    q->damped = damped;
    least = minimise(x, damped ? 4 : 3, unlikelihood, q, 1, CALLS, 1e-7);
    unpack(&q->model, x, damped);
    return q->n * least + (damped ? 2 : 0);
}

static bool is_fit_for(const double *y, int n, int season)
{
    bool positive = season >= 2 && n >= SEASONS_MIN * season;

    for (int i = 0; positive && i < n; i++)
        positive = y[i] > 0;
    return positive;
}

enum status holt_fit(struct holt *out, const double *y, int n, int season, struct err *e)
{
    struct search q = {.model = {.season = season}, .y = y, .n = n};
    double damped;
    struct holt first;

    *out = (struct holt){0};
    if (!is_fit_for(y, n, season))
        return ST_OK;
    q.state.season = calloc((size_t)season * 2, sizeof(double));
    if (!q.state.season)
        return err_nomem(e, (size_t)season * 2 * sizeof(double));
    q.space = q.state.season + season;
    damped = fit_form(&q, true);
    first = q.model;
    *out = fit_form(&q, false) < damped ? q.model : first;
    free(q.state.season);
    return ST_OK;
}

/* ---- forecasting ---- */

static void forecast(double *out, const struct holt *m, const struct state *s, int horizon)
{
    double sum = 0, phi = 1;

    for (int h = 0; h < horizon; h++) {
        double v;

        phi *= m->phi;
        sum += phi;
        v = (s->level + sum * s->slope) * s->season[(s->at + h) % m->season];
        out[h] = v > 0 ? v : NAN;
    }
}

enum status holt_path(double *out, const struct holt *m, const double *y, int n, const int *origins,
                      int count, int horizon, struct err *e)
{
    struct state s = {.season = calloc((size_t)m->season * 2, sizeof(double))};
    int at = 0;
    double u;

    (void)n;
    if (!s.season)
        return err_nomem(e, (size_t)m->season * 2 * sizeof(double));
    for (int i = 0; i < count; i++) {
        double *row = row(out, i, horizon);

        if (origins[i] < 2 * m->season) {
            for (int h = 0; h < horizon; h++)
                row[h] = NAN;
            continue;
        }
        if (at == 0)
            backcast(m, &s, y, origins[i], s.season + m->season);
        for (; at < origins[i]; at++)
            advance(m, &s, y[at], &u);
        forecast(row, m, &s, horizon);
    }
    free(s.season);
    return ST_OK;
}

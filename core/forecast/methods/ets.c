/* ets.c - exponential smoothing: see ets.h.
 *
 * The parameters minimise the sum of the squared innovations (minimise.h). The states before the
 * first value come from smoothing the history backwards ("backcasting"), so that no initial state
 * is searched for. The backward pass starts from a simple decomposition of the end of the
 * history. */
#include "core/forecast/methods/ets.h"

#include "core/base/row.h"
#include "core/forecast/methods/minimise.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALLS = 250,
    DECOMPOSED = 4, /* seasons that the starting states are computed from */
    JUDGED = 4      /* with fewer seasons, season_evident() decides whether there is one */
};

static const double weight_min = 1e-4, weight_max = 0.9999, phi_min = 0.8, phi_max = 0.98;

struct state {
    double level, slope, left; /* left: d of the step before */
    double *season1, *season2; /* (m1), (m2); the next step's effect is at at1, at2 */
    int at1, at2;
};

/* One fit's data and space. */
struct work {
    const double *y;
    int n;
    struct ets model;   /* the form that is fitted at the moment */
    struct state state; /* its arrays are owned by the work */
};

static enum status work_init(struct work *w, const double *y, int n, int m1, int m2, struct err *e)
{
    *w = (struct work){.y = y, .n = n};
    w->state.season1 = calloc((size_t)m1 + 1, sizeof(double));
    w->state.season2 = calloc((size_t)m2 + 1, sizeof(double));
    if (w->state.season1 && w->state.season2)
        return ST_OK;
    free(w->state.season1);
    free(w->state.season2);
    return err_nomem(e, (size_t)(m1 + m2) * sizeof(double));
}

static void work_release(struct work *w)
{
    free(w->state.season1);
    free(w->state.season2);
}

/* ---- one step ---- */

/* l + phi b + s1 + s2 */
static double expected(const struct ets *m, const struct state *s)
{
    return s->level + m->phi * s->slope + (m->season1 ? s->season1[s->at1] : 0) +
           (m->season2 ? s->season2[s->at2] : 0);
}

/* d = y - expected; l = l + phi b + alpha d, b = phi b + beta d, s = s + gamma d. Returns the
 * innovation d - rho d_before. */
static double advance(const struct ets *m, struct state *s, double y)
{
    double d = y - expected(m, s), innovation = d - m->rho * s->left;

    s->level += m->phi * s->slope + m->alpha * d;
    s->slope = m->phi * s->slope + m->beta * d;
    if (m->season1) {
        s->season1[s->at1] += m->gamma1 * d;
        s->at1 = s->at1 + 1 < m->season1 ? s->at1 + 1 : 0;
    }
    if (m->season2) {
        s->season2[s->at2] += m->gamma2 * d;
        s->at2 = s->at2 + 1 < m->season2 ? s->at2 + 1 : 0;
    }
    s->left = d;
    return innovation;
}

/* ---- starting states ---- */

/* n steps of a series from y[0] on, in direction dir, and a line through them. */
struct stretch {
    const double *y;
    int n, dir;
    double level, slope; /* of the line, at step 0 */
};

/* season (m): means by phase of the values minus the line, minus the other season (m_other, 0:
 * none). Their mean is 0. */
static void read_season(double *season, int m, const struct stretch *v, const double *other,
                        int m_other)
{
    double mean = 0;

    for (int k = 0; k < m; k++) {
        double sum = 0;
        int count = 0;

        for (int i = k; i < v->n; i += m, count++)
            sum += v->y[(long)v->dir * i] - v->level - v->slope * i -
                   (m_other ? other[i % m_other] : 0);
        season[k] = count ? sum / count : 0;
        mean += season[k] / m;
    }
    for (int k = 0; k < m; k++)
        season[k] -= mean;
}

/* Sets the line through the means of the first and of the second half of whole seasons. */
static void read_line(struct stretch *v)
{
    int half = v->n / 2;
    double a = 0, b = 0;

    for (int i = 0; i < half; i++) {
        a += v->y[(long)v->dir * i] / half;
        b += v->y[(long)v->dir * (v->n - half + i)] / half;
    }
    v->slope = half ? (b - a) / (v->n - half) : 0;
    v->level = half ? a - v->slope * (half - 1) / 2.0 : v->y[0];
}

/* Sets the states before the first of n steps of y, walked in direction dir. */
static void decompose(const struct ets *m, struct state *s, const double *y, int n, int dir)
{
    int cycle = m->season2 ? m->season2 : m->season1 ? m->season1 : 5;
    int cycles = n / cycle < DECOMPOSED ? n / cycle : DECOMPOSED;
    int span = cycles > 1 ? cycles / 2 * 2 * cycle : n < 2 * cycle ? n : 2 * cycle;
    struct stretch v = {.y = y, .n = span, .dir = dir};

    read_line(&v);
    if (m->season1)
        read_season(s->season1, m->season1, &v, NULL, 0);
    if (m->season2)
        read_season(s->season2, m->season2, &v, s->season1, m->season1);
    s->slope = m->trend ? v.slope : 0;
    s->level = v.level - v.slope;
    s->left = 0;
    s->at1 = s->at2 = 0;
}

static void reverse(double *v, int n)
{
    for (int i = 0; i < n / 2; i++) {
        double t = v[i];

        v[i] = v[n - 1 - i];
        v[n - 1 - i] = t;
    }
}

/* Rotates v (m) so that v[at] comes first. */
static void rotate(double *v, int m, int at)
{
    reverse(v, at);
    reverse(v + at, m - at);
    reverse(v, m);
}

static void backcast(const struct ets *m, struct state *s, const double *y, int n)
{
    struct ets back = *m;

    back.rho = 0;
    decompose(m, s, y + n - 1, n, -1);
    for (int i = n - 1; i >= 0; i--)
        advance(&back, s, y[i]);
    /* Backwards, the next step is the one before y[0]. Forwards, the phases run the other way. */
    if (m->season1) {
        rotate(s->season1, m->season1, s->at1);
        reverse(s->season1, m->season1);
    }
    if (m->season2) {
        rotate(s->season2, m->season2, s->at2);
        reverse(s->season2, m->season2);
    }
    s->level += m->phi * s->slope;
    s->slope = -s->slope;
    s->left = 0;
    s->at1 = s->at2 = 0;
}

/* ---- fitting ---- */

static int form_size(const struct ets *m, bool damped)
{
    return 1 + m->trend + (m->trend && damped) + (m->season1 > 0) + 2 * (m->season2 > 0);
}

/* The parameters at a point of the search. beta and the gammas are shares of alpha and of 1 -
 * alpha, so that the model is stable. */
static void unpack(struct ets *m, const double *x, bool damped)
{
    int k = 0;

    m->alpha = bounded(x[k++], weight_min, weight_max);
    m->beta = m->trend ? m->alpha * bounded(x[k++], weight_min, weight_max) : 0;
    m->phi = m->trend && damped ? bounded(x[k++], phi_min, phi_max) : 1;
    m->gamma1 = m->season1 ? (1 - m->alpha) * bounded(x[k++], weight_min, weight_max) : 0;
    m->gamma2 =
        m->season2 ? (1 - m->alpha - m->gamma1) * bounded(x[k++], weight_min, weight_max) : 0;
    m->rho = m->season2 ? bounded(x[k], -0.99, 0.99) : 0;
}

struct search {
    struct work *work;
    bool damped;
};

static double squares(void *ctx, const double *x)
{
    struct search *q = ctx;
    struct work *w = q->work;
    double sum = 0;

    unpack(&w->model, x, q->damped);
    backcast(&w->model, &w->state, w->y, w->n);
    for (int i = 0; i < w->n; i++) {
        double v = advance(&w->model, &w->state, w->y[i]);

        sum += v * v;
    }
    return log(sum / w->n + 1e-300);
}

static double fit_form(struct ets *out, struct work *w, bool damped)
{
    struct search q = {.work = w, .damped = damped};
    double x[MINIMISE_MAX], least;
    int k = 0, size = form_size(&w->model, damped), states;

    x[k++] = unbounded(0.4, weight_min, weight_max);
    if (w->model.trend)
        x[k++] = unbounded(0.1, weight_min, weight_max);
    if (w->model.trend && damped)
        x[k++] = unbounded(0.93, phi_min, phi_max);
    if (w->model.season1)
        x[k++] = unbounded(0.1, weight_min, weight_max);
    if (w->model.season2) {
        x[k++] = unbounded(0.1, weight_min, weight_max);
        x[k++] = 0.5;
    }
    least = minimise(x, size, squares, &q, 1, CALLS, 1e-7);
    unpack(&w->model, x, damped);
    *out = w->model;
    states = 2 + w->model.trend + (w->model.season1 ? w->model.season1 - 1 : 0) +
             (w->model.season2 ? w->model.season2 - w->model.season1 : 0);
    k = size + states;
    if (w->n - k - 1 < 1)
        return INFINITY;
    return w->n * least + 2.0 * k + 2.0 * k * (k + 1) / (w->n - k - 1);
}

/* Whether `like` has this form. A damped trend has phi below 1. */
static bool same_form(const struct ets *like, const struct ets *form, bool damped)
{
    return (like->season1 > 0) == (form->season1 > 0) &&
           (like->season2 > 0) == (form->season2 > 0) && like->trend == form->trend &&
           (!like->trend || (like->phi < 1) == damped);
}

enum status ets_fit(struct ets *out, double *aicc, const double *y, int n, int m1, int m2,
                    bool fixed, struct err *e)
{
    const int seasons[3][2] = {{0, 0}, {m1, 0}, {m1, m2}};
    struct ets best = {.alpha = 0.5, .phi = 1}, form;
    double least = INFINITY;
    struct work w;
    enum status st = work_init(&w, y, n, m1, m2, e);
    /* The criterion counts one state per phase, so with few seasons it would never choose a
     * seasonal form. */
    bool seasonal = m1 > 1 && m2 < 2 && n / JUDGED < m1 && season_evident(y, n, m1);

    if (st)
        return st;
    for (int s = seasonal && !fixed ? 1 : 0; s < 3; s++) {
        int cycle = seasons[s][s > 1];

        if ((s > 0 && cycle < 2) || n < 2 * cycle + (s ? 0 : 4) || (m2 > 1 && s == 0 && !fixed))
            continue;
        for (int trend = 0; trend < 3; trend++) {
            double a;

            w.model = (struct ets){.season1 = seasons[s][0], .season2 = seasons[s][1]};
            w.model.trend = trend > 0;
            if (fixed && !same_form(out, &w.model, trend == 1))
                continue;
            a = fit_form(&form, &w, trend == 1);
            if (a < least) {
                least = a;
                best = form;
            }
        }
    }
    work_release(&w);
    *out = best;
    if (aicc)
        *aicc = least;
    return ST_OK;
}

/* ---- forecasting ---- */

static void forecast(double *out, const struct ets *m, const struct state *s, int horizon)
{
    double sum = 0, phi = 1, left = s->left;

    for (int h = 0; h < horizon; h++) {
        phi *= m->phi;
        sum += phi;
        left *= m->rho;
        out[h] = s->level + (m->trend ? sum * s->slope : 0) + left;
        if (m->season1)
            out[h] += s->season1[(s->at1 + h) % m->season1];
        if (m->season2)
            out[h] += s->season2[(s->at2 + h) % m->season2];
    }
}

enum status ets_path(double *out, const struct ets *m, const double *y, int n, const int *origins,
                     int count, int horizon, struct err *e)
{
    struct work w;
    enum status st = work_init(&w, y, n, m->season1, m->season2, e);
    int at = 0;

    if (st)
        return st;
    /* The starting states must not depend on anything after the first origin. */
    backcast(m, &w.state, y, count ? origins[0] : n);
    for (int i = 0; i < count; i++) {
        for (; at < origins[i]; at++)
            advance(m, &w.state, y[at]);
        forecast(row(out, i, horizon), m, &w.state, horizon);
    }
    work_release(&w);
    return ST_OK;
}

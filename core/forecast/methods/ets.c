/* ets.c - exponential smoothing: see ets.h.
 *
 * The parameters minimise the sum of the squared innovations (minimise.h). The states before the
 * first value come from smoothing the history backwards ("backcasting"), so that no initial state
 * is searched for. The backward pass starts from a simple decomposition of the end of the
 * history. */
#include "core/forecast/methods/ets.h"

#include "core/base/row.h"
#include "core/forecast/methods/lanes.h"
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

/* No trend, a damped one, a linear one. Their searches walk over the series side by side: a step
 * waits for the one before, so that twelve models take little longer than one. */
enum { TRENDS = 3 };

/* A number of each model: of a search, of its points. */
struct trio {
    lanes of[TRENDS];
};

/* The states of all models, which have the same seasons. */
struct state {
    struct trio level, slope, left; /* left: d of the step before */
    struct trio *season1, *season2; /* (m1), (m2); the next step's effect is at at1, at2 */
    int m1, m2, at1, at2, turn;     /* turn: 1 or -1, the way to the effects of later steps */
};

/* The parameters of these models. */
struct weights {
    struct trio alpha, beta, gamma1, gamma2, phi, rho;
};

/* The states from which a walk starts, the same for all parameters. */
struct beginning {
    double level, slope;
    double *season1, *season2; /* (m1), (m2) */
};

/* One fit's data and space. */
struct work {
    const double *y;
    int n, count;               /* count: of models; searches that do not run come after them */
    struct state state;         /* its arrays are owned by the work */
    struct beginning beginning; /* likewise; of the walk backwards from the end */
};

static void work_release(struct work *w)
{
    free(w->state.season1);
    free(w->state.season2);
    free(w->beginning.season1);
    free(w->beginning.season2);
}

static enum status work_init(struct work *w, const double *y, int n, int m1, int m2, struct err *e)
{
    *w = (struct work){.y = y, .n = n};
    w->state.season1 = calloc((size_t)m1 + 1, sizeof(struct trio));
    w->state.season2 = calloc((size_t)m2 + 1, sizeof(struct trio));
    w->beginning.season1 = calloc((size_t)m1 + 1, sizeof(double));
    w->beginning.season2 = calloc((size_t)m2 + 1, sizeof(double));
    if (w->state.season1 && w->state.season2 && w->beginning.season1 && w->beginning.season2)
        return ST_OK;
    work_release(w);
    return err_nomem(e, (size_t)(m1 + m2) * sizeof(struct trio));
}

/* ---- the steps ---- */

static int next_phase(int at, int turn, int m)
{
    at += turn;
    return at < 0 ? m - 1 : at < m ? at : 0;
}

#define INLINE static inline __attribute__((always_inline))

/* One step of a search's models, to the value y:
 *
 *     d = y - (l + phi b + s1 + s2)
 *     l = l + phi b + alpha d, b = phi b + beta d, s = s + gamma d
 *
 * Adds the squares of the innovations d - rho d_before to *sum. s1, s2: the seasons, or NULL. */
INLINE void step(struct trio *sum, struct state *s, const struct weights *by, int g, double y,
                 lanes *s1, lanes *s2)
{
    lanes rise = by->phi.of[g] * s->slope.of[g], expected = s->level.of[g] + rise, d, innovation;

    if (s1)
        expected += *s1;
    if (s2)
        expected += *s2;
    d = y - expected;
    innovation = s2 ? d - by->rho.of[g] * s->left.of[g] : d;
    sum->of[g] += innovation * innovation;
    s->level.of[g] += rise + by->alpha.of[g] * d;
    s->slope.of[g] = rise + by->beta.of[g] * d;
    s->left.of[g] = d;
    if (s1)
        *s1 += by->gamma1.of[g] * d;
    if (s2)
        *s2 += by->gamma2.of[g] * d;
}

/* Walks over n steps of y, `dir` from one to the next. The flags and count are constants where it
 * is inlined. */
INLINE void walk(struct trio *sum, struct state *state, const struct weights *weights,
                 const double *y, int n, int dir, int count, bool one, bool two)
{
    const struct weights by = *weights;
    struct state s = *state;
    struct trio squares = *sum;

    for (int i = 0; i < n; i++, y += dir) {
        for (int g = 0; g < count; g++)
            step(&squares, &s, &by, g, *y, one ? &s.season1[s.at1].of[g] : NULL,
                 two ? &s.season2[s.at2].of[g] : NULL);
        s.at1 = one ? next_phase(s.at1, s.turn, s.m1) : 0;
        s.at2 = two ? next_phase(s.at2, s.turn, s.m2) : 0;
    }
    *state = s;
    *sum = squares;
}

LANES_FUNCTION
static void advance_one(struct trio *sum, struct state *s, const struct weights *by,
                        const double *y, int n, int dir)
{
    if (s->m2)
        walk(sum, s, by, y, n, dir, 1, true, true);
    else if (s->m1)
        walk(sum, s, by, y, n, dir, 1, true, false);
    else
        walk(sum, s, by, y, n, dir, 1, false, false);
}

LANES_FUNCTION
static void advance_all(struct trio *sum, struct state *s, const struct weights *by,
                        const double *y, int n, int dir)
{
    if (s->m2)
        walk(sum, s, by, y, n, dir, TRENDS, true, true);
    else if (s->m1)
        walk(sum, s, by, y, n, dir, TRENDS, true, false);
    else
        walk(sum, s, by, y, n, dir, TRENDS, false, false);
}

static void advance(struct trio *sum, struct work *w, const struct weights *by, const double *y,
                    int n, int dir)
{
    if (w->count == 1)
        advance_one(sum, &w->state, by, y, n, dir);
    else
        advance_all(sum, &w->state, by, y, n, dir);
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
static void decompose(struct beginning *b, const struct state *s, const double *y, int n, int dir)
{
    int cycle = s->m2 ? s->m2 : s->m1 ? s->m1 : 5;
    int cycles = n / cycle < DECOMPOSED ? n / cycle : DECOMPOSED;
    int span = cycles > 1 ? cycles / 2 * 2 * cycle : n < 2 * cycle ? n : 2 * cycle;
    struct stretch v = {.y = y, .n = span, .dir = dir};

    read_line(&v);
    if (s->m1)
        read_season(b->season1, s->m1, &v, NULL, 0);
    if (s->m2)
        read_season(b->season2, s->m2, &v, b->season1, s->m1);
    b->slope = v.slope;
    b->level = v.level - v.slope;
}

static void spread(struct trio *out, double v)
{
    const lanes none = {0};

    for (int g = 0; g < TRENDS; g++)
        out->of[g] = v - none;
}

/* Sets the states before y[0] by a walk over n values backwards, which starts at w->beginning. */
static void backcast(struct work *w, const struct weights *by, const bool *trend, int n)
{
    struct state *s = &w->state;
    const struct beginning *b = &w->beginning;
    struct trio unused = {0};

    spread(&s->level, b->level);
    spread(&s->left, 0);
    for (int g = 0; g < TRENDS; g++)
        s->slope.of[g] = (trend[g] ? b->slope : 0) - unused.of[g];
    for (int i = 0; i < s->m1; i++)
        spread(&s->season1[i], b->season1[i]);
    for (int i = 0; i < s->m2; i++)
        spread(&s->season2[i], b->season2[i]);
    s->at1 = s->at2 = 0;
    s->turn = 1;
    advance(&unused, w, by, w->y + n - 1, n, -1);
    /* Backwards, the next step is the one before y[0]. Forwards, the phases run the other way. */
    s->turn = -1;
    s->at1 = s->m1 ? next_phase(s->at1, -1, s->m1) : 0;
    s->at2 = s->m2 ? next_phase(s->at2, -1, s->m2) : 0;
    for (int g = 0; g < TRENDS; g++) {
        s->level.of[g] += by->phi.of[g] * s->slope.of[g];
        s->slope.of[g] = -s->slope.of[g];
    }
    spread(&s->left, 0);
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

static void set_weights(struct weights *by, int g, int lane, const struct ets *m)
{
    by->alpha.of[g][lane] = m->alpha;
    by->beta.of[g][lane] = m->beta;
    by->gamma1.of[g][lane] = m->gamma1;
    by->gamma2.of[g][lane] = m->gamma2;
    by->phi.of[g][lane] = m->phi;
    by->rho.of[g][lane] = m->rho;
}

/* The search for the parameters of a form. */
struct search {
    struct ets model;
    bool damped;
    struct simplex simplex;
    struct point asked[MINIMISE_AT_ONCE];
};

static void begin(struct search *q)
{
    const struct ets *m = &q->model;
    double x[MINIMISE_MAX] = {0};
    int k = 0;

    x[k++] = unbounded(0.4, weight_min, weight_max);
    if (m->trend)
        x[k++] = unbounded(0.1, weight_min, weight_max);
    if (m->trend && q->damped)
        x[k++] = unbounded(0.93, phi_min, phi_max);
    if (m->season1)
        x[k++] = unbounded(0.1, weight_min, weight_max);
    if (m->season2) {
        x[k++] = unbounded(0.1, weight_min, weight_max);
        x[k++] = 0.5;
    }
    simplex_begin(&q->simplex, x, form_size(m, q->damped), 1, CALLS, 1e-7);
}

/* sum: the squared innovations of all points that the searches ask for. */
static void squares(struct trio *sum, struct work *w, struct search *q)
{
    struct weights by = {0};
    bool trend[TRENDS] = {false};

    for (int g = 0; g < w->count; g++) {
        trend[g] = q[g].model.trend;
        for (int i = 0; i < MINIMISE_AT_ONCE; i++) {
            unpack(&q[g].model, q[g].asked[i].x, q[g].damped);
            set_weights(&by, g, i, &q[g].model);
        }
    }
    *sum = (struct trio){0};
    backcast(w, &by, trend, w->n);
    advance(sum, w, &by, w->y, w->n, 1);
}

/* Runs w->count searches to their end. */
static void search(struct work *w, struct search *q)
{
    struct trio sum;
    bool asks[TRENDS] = {false}, any = true;

    decompose(&w->beginning, &w->state, w->y + w->n - 1, w->n, -1);
    for (int g = 0; g < w->count; g++)
        begin(&q[g]);
    for (;;) {
        any = false;
        for (int g = 0; g < w->count; g++) {
            asks[g] = simplex_ask(&q[g].simplex, q[g].asked);
            any = any || asks[g];
        }
        if (!any)
            break;
        squares(&sum, w, q);
        for (int g = 0; g < w->count; g++) {
            double value[MINIMISE_AT_ONCE];

            for (int i = 0; i < MINIMISE_AT_ONCE; i++)
                value[i] = log(sum.of[g][i] / w->n + 1e-300);
            if (asks[g])
                simplex_tell(&q[g].simplex, value);
        }
    }
}

/* Takes the best point of a search. Returns its information criterion. */
static double finish(struct search *q, int n)
{
    const struct ets *m = &q->model;
    int states = 2 + m->trend + (m->season1 ? m->season1 - 1 : 0) +
                 (m->season2 ? m->season2 - m->season1 : 0);
    int k = form_size(m, q->damped) + states;

    unpack(&q->model, q->simplex.x[0].x, q->damped);
    if (n - k - 1 < 1)
        return INFINITY;
    return n * q->simplex.value[0] + 2.0 * k + 2.0 * k * (k + 1) / (n - k - 1);
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
    struct search q[TRENDS];
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
        w.state.m1 = seasons[s][0];
        w.state.m2 = seasons[s][1];
        w.count = 0;
        for (int trend = 0; trend < TRENDS; trend++) {
            form = (struct ets){.season1 = w.state.m1, .season2 = w.state.m2, .trend = trend > 0};
            if (!fixed || same_form(out, &form, trend == 1))
                q[w.count++] = (struct search){.model = form, .damped = trend == 1};
        }
        search(&w, q);
        for (int g = 0; g < w.count; g++) {
            double a = finish(&q[g], n);

            /* Too few values for the criterion: the simplest form with the season. */
            if (a < least || (seasonal && s == 1 && g == 0)) {
                least = a;
                best = q[g].model;
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

/* All lanes have the same parameters. */
static void forecast(double *out, const struct ets *m, const struct state *s, int horizon)
{
    double sum = 0, phi = 1, left = s->left.of[0][0];
    int at1 = s->at1, at2 = s->at2;

    for (int h = 0; h < horizon; h++) {
        phi *= m->phi;
        sum += phi;
        left *= m->rho;
        out[h] = s->level.of[0][0] + (m->trend ? sum * s->slope.of[0][0] : 0) + left;
        if (m->season1) {
            out[h] += s->season1[at1].of[0][0];
            at1 = next_phase(at1, s->turn, m->season1);
        }
        if (m->season2) {
            out[h] += s->season2[at2].of[0][0];
            at2 = next_phase(at2, s->turn, m->season2);
        }
    }
}

enum status ets_path(double *out, const struct ets *m, const double *y, int n, const int *origins,
                     int count, int horizon, struct err *e)
{
    int at = 0, first = count ? origins[0] : n;
    struct weights by = {0};
    const bool trend[TRENDS] = {m->trend};
    struct trio sum = {0};
    struct work w;
    enum status st = work_init(&w, y, n, m->season1, m->season2, e);

    if (st)
        return st;
    w.count = 1;
    w.state.m1 = m->season1;
    w.state.m2 = m->season2;
    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        set_weights(&by, 0, i, m);
    /* The starting states must not depend on anything after the first origin. */
    decompose(&w.beginning, &w.state, y + first - 1, first, -1);
    backcast(&w, &by, trend, first);
    for (int i = 0; i < count; i++) {
        advance(&sum, &w, &by, y + at, origins[i] - at, 1);
        at = origins[i];
        forecast(row(out, i, horizon), m, &w.state, horizon);
    }
    work_release(&w);
    return ST_OK;
}

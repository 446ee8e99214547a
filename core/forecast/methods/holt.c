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
#include "core/forecast/methods/lanes.h"
#include "core/forecast/methods/minimise.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALLS = 300,
    SEASONS_MIN = 3,
    DECOMPOSED = 4,
    NORMALISED = 256 /* a product of so many mantissas is less than the largest double */
};

/* The parts of a double. */
static const int64_t mantissa_bits = 52, mantissa = 0xfffffffffffff, exponent_zero = 1023;

static const double weight_min = 1e-4, weight_max = 0.9999, phi_min = 0.8, phi_max = 0.98;

/* The states of MINIMISE_AT_ONCE models. */
struct state {
    lanes level, slope;
    lanes *season; /* (m), the next step's at `at`; owned by the function that made it */
    int at, turn;  /* turn: 1 or -1, the way to the effects of later steps */
};

/* The states from which a walk starts, the same for all parameters. */
struct beginning {
    double level, slope;
    double *season; /* (m), owned by the function that made it */
};

/* The parameters of these models. */
struct weights {
    lanes alpha, beta, gamma, phi;
};

static int next_phase(int at, int turn, int m)
{
    at += turn;
    return at < 0 ? m - 1 : at < m ? at : 0;
}

/* What a walk measures. */
struct measure {
    lanes square;         /* sum of e^2 */
    lanes mantissa;       /* product of the mantissas of all u */
    lanes_whole exponent; /* sum of their exponents */
};

/* u = mantissa 2^exponent. So a walk needs no logarithm, only its end does. */
static inline void multiply(struct measure *q, const lanes *u)
{
    lanes_whole bits = (lanes_whole)*u;

    q->exponent += (bits >> mantissa_bits) - exponent_zero;
    q->mantissa *= (lanes)((bits & mantissa) | (exponent_zero << mantissa_bits));
}

/* Takes the exponent out of the product, which would grow too large. */
static void normalise(struct measure *q)
{
    lanes product = q->mantissa, none = {0};

    q->mantissa = 1 - none;
    multiply(q, &product);
}

/* n steps of the equations of holt.h, `dir` from one to the next; q: NULL, or what is measured. e
 * is NaN from the first u on that is not positive. */
static inline __attribute__((always_inline)) void walk(struct measure *q, struct state *state,
                                                       int m, const struct weights *weights,
                                                       const double *y, int n, int dir)
{
    struct state s = *state;
    const struct weights by = *weights;

    for (int i = 0; i < n; i++, y += dir) {
        lanes line = s.level + by.phi * s.slope, season = s.season[s.at], u = line * season;
        lanes e = *y / u - 1;

        e = (lanes)((lanes_whole)e | ~(u > 0) | ~(line > 0));
        s.level = line * (1 + by.alpha * e);
        s.slope = by.phi * s.slope + by.beta * line * e;
        s.season[s.at] = season * (1 + by.gamma * e);
        s.at = next_phase(s.at, s.turn, m);
        if (q) {
            q->square += e * e;
            multiply(q, &u);
            if (i % NORMALISED == 0)
                normalise(q);
        }
    }
    *state = s;
}

/* Sets the states before the first of n steps of y, walked in direction dir: a line through the
 * means of the first and the second half, and the mean ratios to it. */
static void decompose(struct beginning *s, int m, const double *y, int n, int dir)
{
    int cycles = n / m < DECOMPOSED ? n / m : DECOMPOSED;
    int span = cycles / 2 * 2 * m, half = span / 2;
    double a = 0, b = 0, mean = 0;

    for (int i = 0; i < half; i++) {
        a += y[(long)dir * i] / half;
        b += y[(long)dir * (half + i)] / half;
    }
    s->slope = (b - a) / half;
    s->level = a - s->slope * (half - 1) / 2.0;
    for (int k = 0; k < m; k++) {
        s->season[k] = 0;
        for (int i = k; i < span; i += m)
            s->season[k] += y[(long)dir * i] / fmax(s->level + s->slope * i, a / 10);
        mean += s->season[k] / m;
    }
    for (int k = 0; k < m; k++)
        s->season[k] /= mean;
    s->level -= s->slope;
}

LANES_FUNCTION static void backcast(const struct beginning *b, struct state *s, int m,
                                    const struct weights *by, const double *y, int n)
{
    const lanes none = {0};

    s->level = b->level - none;
    s->slope = b->slope - none;
    for (int i = 0; i < m; i++)
        s->season[i] = b->season[i] - none;
    s->at = 0;
    s->turn = 1;
    walk(NULL, s, m, by, y + n - 1, n, -1);
    /* Backwards, the next step is the one before y[0]. Forwards, the phases run the other way. */
    s->turn = -1;
    s->at = next_phase(s->at, -1, m);
    s->level += by->phi * s->slope;
    s->slope = -s->slope;
}

/* ---- fitting ---- */

struct search {
    struct holt model;
    struct state state;
    struct beginning beginning;
    const double *y;
    int n;
    bool damped;
};

static void unpack(struct holt *m, const double *x, bool damped)
{
    m->alpha = bounded(x[0], weight_min, weight_max);
    m->beta = m->alpha * bounded(x[1], weight_min, weight_max);
    m->gamma = (1 - m->alpha) * bounded(x[2], weight_min, weight_max);
    m->phi = damped ? bounded(x[3], phi_min, phi_max) : 1;
}

static void set_weights(struct weights *by, int lane, const struct holt *m)
{
    by->alpha[lane] = m->alpha;
    by->beta[lane] = m->beta;
    by->gamma[lane] = m->gamma;
    by->phi[lane] = m->phi;
}

/* Minus twice the log likelihood per step, where relative innovations are normal. */
LANES_FUNCTION static void unlikelihood(void *ctx, double *value, const struct point *p)
{
    struct search *q = ctx;
    struct measure got = {0};
    struct weights by = {0};

    for (int i = 0; i < MINIMISE_AT_ONCE; i++) {
        unpack(&q->model, p[i].x, q->damped);
        set_weights(&by, i, &q->model);
    }
    got.mantissa = 1 - got.mantissa;
    backcast(&q->beginning, &q->state, q->model.season, &by, q->y, q->n);
    walk(&got, &q->state, q->model.season, &by, q->y, q->n, 1);
    for (int i = 0; i < MINIMISE_AT_ONCE; i++) {
        double logs = log(got.mantissa[i]) + (double)got.exponent[i] * log(2);

        value[i] = log(got.square[i] / q->n + 1e-300) + 2 * logs / q->n;
    }
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
    enum status st = ST_OK;

    *out = (struct holt){0};
    if (!is_fit_for(y, n, season))
        return ST_OK;
    q.state.season = calloc((size_t)season, sizeof(lanes));
    q.beginning.season = calloc((size_t)season, sizeof(double));
    if (q.state.season && q.beginning.season) {
        decompose(&q.beginning, season, y + n - 1, n, -1);
        damped = fit_form(&q, true);
        first = q.model;
        *out = fit_form(&q, false) < damped ? q.model : first;
    } else {
        st = err_nomem(e, (size_t)season * sizeof(lanes));
    }
    free(q.state.season);
    free(q.beginning.season);
    return st;
}

/* ---- forecasting ---- */

static void forecast(double *out, const struct holt *m, const struct state *s, int horizon)
{
    double sum = 0, phi = 1;
    int at = s->at;

    for (int h = 0; h < horizon; h++) {
        double v;

        phi *= m->phi;
        sum += phi;
        v = (s->level[0] + sum * s->slope[0]) * s->season[at][0];
        at = next_phase(at, s->turn, m->season);
        out[h] = v > 0 ? v : NAN;
    }
}

static void forecast_from(double *out, const struct holt *m, struct state *s,
                          struct beginning *start, const double *y, const int *origins, int count,
                          int horizon)
{
    struct weights by = {0};
    int at = 0;

    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        set_weights(&by, i, m);
    for (int i = 0; i < count; i++) {
        double *row = row(out, i, horizon);

        if (origins[i] < 2 * m->season) {
            for (int h = 0; h < horizon; h++)
                row[h] = NAN;
            continue;
        }
        if (at == 0) {
            decompose(start, m->season, y + origins[i] - 1, origins[i], -1);
            backcast(start, s, m->season, &by, y, origins[i]);
        }
        walk(NULL, s, m->season, &by, y + at, origins[i] - at, 1);
        at = origins[i];
        forecast(row, m, s, horizon);
    }
}

enum status holt_path(double *out, const struct holt *m, const double *y, int n, const int *origins,
                      int count, int horizon, struct err *e)
{
    struct state s = {.season = calloc((size_t)m->season, sizeof(lanes))};
    struct beginning start = {.season = calloc((size_t)m->season, sizeof(double))};
    enum status st = ST_OK;

    (void)n;
    if (s.season && start.season)
        forecast_from(out, m, &s, &start, y, origins, count, horizon);
    else
        st = err_nomem(e, (size_t)m->season * sizeof(lanes));
    free(s.season);
    free(start.season);
    return st;
}

/* minimise.c - Nelder and Mead's simplex: see minimise.h. */
#include "core/forecast/methods/minimise.h"

#include <math.h>
#include <string.h>

static void order(struct simplex *s)
{
    for (int i = 1; i <= s->n; i++) {
        for (int k = i; k > 0 && s->value[k] < s->value[k - 1]; k--) {
            struct point row = s->x[k];
            double v = s->value[k];

            s->x[k] = s->x[k - 1];
            s->x[k - 1] = row;
            s->value[k] = s->value[k - 1];
            s->value[k - 1] = v;
        }
    }
}

static void replace_worst(struct simplex *s, const struct point *x, double value)
{
    s->x[s->n] = *x;
    s->value[s->n] = value;
}

static void shrink(struct simplex *s)
{
    for (int i = 1; i <= s->n; i++) {
        for (int k = 0; k < s->n; k++)
            s->x[i].x[k] = (s->x[i].x[k] + s->x[0].x[k]) / 2;
    }
    s->next = 1;
}

/* The points that a move may go to: how many times the way from the worst point through the centre
 * of the others. */
enum { REFLECTED, EXPANDED, OUTSIDE, INSIDE };
static const double far[MINIMISE_AT_ONCE] = {1, 2, 0.5, -0.5};

static void plan(struct simplex *s)
{
    double middle[MINIMISE_MAX] = {0};

    for (int i = 0; i < s->n; i++) {
        for (int k = 0; k < s->n; k++)
            middle[k] += s->x[i].x[k] / s->n;
    }
    for (int i = 0; i < MINIMISE_AT_ONCE; i++) {
        for (int k = 0; k < s->n; k++)
            s->to[i].x[k] = middle[k] + far[i] * (middle[k] - s->x[s->n].x[k]);
    }
}

/* v: the values of s->to. */
static void move(struct simplex *s, const double *v)
{
    double reflected = v[REFLECTED];

    s->calls += reflected < s->value[0] || !(reflected < s->value[s->n - 1]) ? 2 : 1;
    if (reflected < s->value[0]) {
        int best = v[EXPANDED] < reflected ? EXPANDED : REFLECTED;

        replace_worst(s, &s->to[best], v[best]);
    } else if (reflected < s->value[s->n - 1]) {
        replace_worst(s, &s->to[REFLECTED], reflected);
    } else {
        int near = reflected < s->value[s->n] ? OUTSIDE : INSIDE;

        if (v[near] < fmin(reflected, s->value[s->n]))
            replace_worst(s, &s->to[near], v[near]);
        else
            shrink(s);
    }
}

void simplex_begin(struct simplex *s, const double *x, int n, double step, int max_calls,
                   double tolerance)
{
    *s = (struct simplex){.n = n, .max_calls = max_calls, .tolerance = tolerance};
    for (int i = 0; i <= n; i++) {
        memcpy(s->x[i].x, x, (size_t)n * sizeof(*x));
        if (i)
            s->x[i].x[i - 1] += step;
    }
}

bool simplex_ask(struct simplex *s, struct point *p)
{
    bool whole = s->next > s->n;

    if (whole &&
        (s->calls >= s->max_calls ||
         s->value[s->n] - s->value[0] <= s->tolerance * (fabs(s->value[0]) + s->tolerance)))
        return false;
    if (whole)
        plan(s);
    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        p[i] = whole ? s->to[i] : s->x[s->next + i <= s->n ? s->next + i : s->n];
    return true;
}

void simplex_tell(struct simplex *s, const double *value)
{
    double v[MINIMISE_AT_ONCE];

    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        v[i] = isfinite(value[i]) ? value[i] : HUGE_VAL;
    if (s->next > s->n) {
        move(s, v);
    } else {
        for (int i = 0; i < MINIMISE_AT_ONCE && s->next <= s->n; i++) {
            s->value[s->next++] = v[i];
            s->calls++;
        }
    }
    if (s->next > s->n)
        order(s);
}

double minimise(double *x, int n, objective_fn *f, void *ctx, double step, int max_calls,
                double tolerance)
{
    struct point p[MINIMISE_AT_ONCE];
    double value[MINIMISE_AT_ONCE];
    struct simplex s;

    simplex_begin(&s, x, n, step, max_calls, tolerance);
    while (simplex_ask(&s, p)) {
        f(ctx, value, p);
        simplex_tell(&s, value);
    }
    memcpy(x, s.x[0].x, (size_t)n * sizeof(*x));
    return s.value[0];
}

double bounded(double x, double lo, double hi)
{
    return lo + (hi - lo) / (1 + exp(-x));
}

double unbounded(double v, double lo, double hi)
{
    double p = fmin(fmax((v - lo) / (hi - lo), 1e-3), 1 - 1e-3);

    return log(p / (1 - p));
}

/* minimise.c - Nelder and Mead's simplex: see minimise.h. */
#include "core/forecast/methods/minimise.h"

#include <math.h>
#include <string.h>

struct simplex {
    double x[MINIMISE_MAX + 1][MINIMISE_MAX]; /* (n + 1, n) */
    double value[MINIMISE_MAX + 1];           /* ascending after order() */
    int n, calls;
    objective_fn *f;
    void *ctx;
};

static double call(struct simplex *s, const double *x)
{
    double v = s->f(s->ctx, x);

    s->calls++;
    return isfinite(v) ? v : HUGE_VAL;
}

static void order(struct simplex *s)
{
    for (int i = 1; i <= s->n; i++) {
        for (int k = i; k > 0 && s->value[k] < s->value[k - 1]; k--) {
            double row[MINIMISE_MAX], v = s->value[k];

            memcpy(row, s->x[k], sizeof(row));
            memcpy(s->x[k], s->x[k - 1], sizeof(row));
            memcpy(s->x[k - 1], row, sizeof(row));
            s->value[k] = s->value[k - 1];
            s->value[k - 1] = v;
        }
    }
}

static void start(struct simplex *s, const double *x, double step)
{
    for (int i = 0; i <= s->n; i++) {
        memset(s->x[i], 0, sizeof(s->x[i]));
        memcpy(s->x[i], x, (size_t)s->n * sizeof(*x));
        if (i)
            s->x[i][i - 1] += step;
        s->value[i] = call(s, s->x[i]);
    }
    order(s);
}

/* Writes the point that lies `far` times the way from the worst point through the centre of the
 * others. Returns its value. */
static double beyond(double *out, struct simplex *s, const double *middle, double far)
{
    for (int k = 0; k < s->n; k++)
        out[k] = middle[k] + far * (middle[k] - s->x[s->n][k]);
    return call(s, out);
}

static void replace_worst(struct simplex *s, const double *x, double value)
{
    memcpy(s->x[s->n], x, (size_t)s->n * sizeof(*x));
    s->value[s->n] = value;
}

static void shrink(struct simplex *s)
{
    for (int i = 1; i <= s->n; i++) {
        for (int k = 0; k < s->n; k++)
            s->x[i][k] = (s->x[i][k] + s->x[0][k]) / 2;
        s->value[i] = call(s, s->x[i]);
    }
}

static void move(struct simplex *s)
{
    double middle[MINIMISE_MAX] = {0}, a[MINIMISE_MAX] = {0}, b[MINIMISE_MAX] = {0}, va, vb;

    for (int i = 0; i < s->n; i++) {
        for (int k = 0; k < s->n; k++)
            middle[k] += s->x[i][k] / s->n;
    }
    va = beyond(a, s, middle, 1);
    if (va < s->value[0]) {
        vb = beyond(b, s, middle, 2);
        replace_worst(s, vb < va ? b : a, fmin(va, vb));
    } else if (va < s->value[s->n - 1]) {
        replace_worst(s, a, va);
    } else {
        vb = beyond(b, s, middle, va < s->value[s->n] ? 0.5 : -0.5);
        if (vb < fmin(va, s->value[s->n]))
            replace_worst(s, b, vb);
        else
            shrink(s);
    }
    order(s);
}

double minimise(double *x, int n, objective_fn *f, void *ctx, double step, int max_calls,
                double tolerance)
{
    struct simplex s = {.n = n, .f = f, .ctx = ctx};

    start(&s, x, step);
    while (s.calls < max_calls &&
           !(s.value[n] - s.value[0] <= tolerance * (fabs(s.value[0]) + tolerance)))
        move(&s);
    memcpy(x, s.x[0], (size_t)n * sizeof(*x));
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

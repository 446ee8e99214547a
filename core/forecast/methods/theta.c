/* theta.c - the Theta method: see theta.h.
 *
 * The history without its season, whose least-squares slope is b, is smoothed: l_t = l_(t-1) +
 * alpha (y_t - l_(t-1)). The forecast of step h adds half the slope (Hyndman and Billah 2003):
 *
 *     y_(n+h) = l_n + b / 2 (h - 1 + (1 - (1 - alpha)^n) / alpha) */
#include "core/forecast/methods/theta.h"

#include "core/base/row.h"
#include "core/forecast/methods/lanes.h"
#include "core/forecast/methods/minimise.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* There is a season when its autocorrelation is significant at 90 %, as in the M competitions. */
static const double seasonal_z = 1.645;

static double autocorrelation(const double *y, int n, int lag, double mean)
{
    double top = 0, bottom = 0;

    for (int i = 0; i < n; i++) {
        bottom += (y[i] - mean) * (y[i] - mean);
        if (i >= lag)
            top += (y[i] - mean) * (y[i - lag] - mean);
    }
    return bottom > 0 ? top / bottom : 0;
}

static bool is_seasonal(const double *y, int n, int m)
{
    double mean = 0, sum = 0;

    if (m < 2 || n < 3 * m)
        return false;
    for (int i = 0; i < n; i++)
        mean += (y[i] - mean) / (i + 1);
    for (int k = 1; k < m; k++) {
        double r = autocorrelation(y, n, k, mean);

        sum += r * r;
    }
    return fabs(autocorrelation(y, n, m, mean)) > seasonal_z * sqrt((1 + 2 * sum) / n);
}

/* Running sums, by phase, of the values minus a centred moving average. */
struct decomposition {
    double *sum; /* (m) owned */
    int *count;  /* (m) owned */
    int m, next; /* next: the first step that is not added yet */
    double total;
};

/* Adds all steps whose moving average the first n values determine. */
static void add_steps(struct decomposition *d, const double *y, int n)
{
    int half = d->m / 2;

    for (; d->next + half < n; d->next++) {
        int i = d->next;
        double v = 0;

        for (int k = -half; k <= half; k++)
            v += y[i + k];
        if (d->m % 2 == 0)
            v -= (y[i - half] + y[i + half]) / 2;
        d->sum[i % d->m] += y[i] - v / d->m;
        d->count[i % d->m]++;
    }
}

static void read_season(double *season, const struct decomposition *d)
{
    double mean = 0;

    for (int k = 0; k < d->m; k++) {
        season[k] = d->count[k] ? d->sum[k] / d->count[k] : 0;
        mean += season[k] / d->m;
    }
    for (int k = 0; k < d->m; k++)
        season[k] -= mean;
}

struct smoothing {
    const double *y;
    const double *season; /* (m) or NULL */
    int n, m;
};

static double adjusted(const struct smoothing *s, int i)
{
    return s->y[i] - (s->m ? s->season[i % s->m] : 0);
}

/* The level after n steps. */
static double smooth(const struct smoothing *s, int n, double alpha)
{
    double level = adjusted(s, 0);

    for (int i = 1; i < n; i++)
        level += alpha * (adjusted(s, i) - level);
    return level;
}

LANES_FUNCTION static void smoothing_errors(void *ctx, double *value, const struct point *p)
{
    const struct smoothing *s = ctx;
    lanes alpha = {0}, level = adjusted(s, 0) - alpha, sum = {0};

    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        alpha[i] = bounded(p[i].x[0], 0.01, 0.999);
    for (int i = 1; i < s->n; i++) {
        lanes e = adjusted(s, i) - level;

        sum += e * e;
        level += alpha * e;
    }
    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        value[i] = log(sum[i] / s->n + 1e-300);
}

static double line_slope(const struct smoothing *s, int n)
{
    double mean = 0, top = 0, bottom = 0;

    for (int i = 0; i < n; i++)
        mean += (adjusted(s, i) - mean) / (i + 1);
    for (int i = 0; i < n; i++) {
        double t = i - (n - 1) / 2.0;

        top += t * (adjusted(s, i) - mean);
        bottom += t * t;
    }
    return bottom > 0 ? top / bottom : 0;
}

static enum status decomposition_init(struct decomposition *d, double **season, int m,
                                      struct err *e)
{
    size_t n = (size_t)(m > 0 ? m : 1);

    *d = (struct decomposition){.m = m, .next = m / 2};
    d->sum = calloc(n, sizeof(*d->sum));
    d->count = calloc(n, sizeof(*d->count));
    *season = calloc(n, sizeof(**season));
    return d->sum && d->count && *season ? ST_OK : err_nomem(e, n * sizeof(**season));
}

static void decomposition_release(struct decomposition *d, double *season)
{
    free(d->sum);
    free(d->count);
    free(season);
}

enum status theta_fit(struct theta *out, const double *y, int n, int season, struct err *e)
{
    struct smoothing s = {.y = y, .n = n, .m = is_seasonal(y, n, season) ? season : 0};
    struct decomposition d;
    double *v = NULL, x[MINIMISE_MAX] = {0};
    enum status st = decomposition_init(&d, &v, s.m, e);

    if (!st) {
        s.season = v;
        if (s.m) {
            add_steps(&d, y, n);
            read_season(v, &d);
        }
        minimise(x, 1, smoothing_errors, &s, 1, 100, 1e-7);
        *out = (struct theta){.season = s.m, .alpha = bounded(x[0], 0.01, 0.999)};
    }
    decomposition_release(&d, v);
    return st;
}

/* y_(n+h) = level + slope / 2 (h - 1 + (1 - (1 - alpha)^n) / alpha), h from 1. */
static void forecast(double *out, const struct theta *m, const struct smoothing *s, int n,
                     int horizon)
{
    double level = smooth(s, n, m->alpha), slope = line_slope(s, n);
    double head = (1 - pow(1 - m->alpha, n)) / m->alpha;

    for (int h = 0; h < horizon; h++) {
        out[h] = level + slope / 2 * (h + head);
        if (s->m)
            out[h] += s->season[(n + h) % s->m];
    }
}

enum status theta_path(double *out, const struct theta *m, const double *y, int n,
                       const int *origins, int count, int horizon, struct err *e)
{
    struct smoothing s = {.y = y, .n = n, .m = m->season};
    struct decomposition d;
    double *v = NULL;
    enum status st = decomposition_init(&d, &v, s.m, e);

    s.season = v;
    for (int i = 0; !st && i < count; i++) {
        if (s.m) {
            add_steps(&d, y, origins[i]);
            read_season(v, &d);
        }
        forecast(row(out, i, horizon), m, &s, origins[i], horizon);
    }
    decomposition_release(&d, v);
    return st;
}

/* temporal_aggregation.c - see temporal_aggregation.h.
 *
 * p_j is the forecast of the mean of the pair (2j, 2j + 1), f_h that of single steps. Then
 *
 *     out_h = f_h + p_j - (f_2j + f_(2j+1)) / 2,    j = h / 2
 *
 * So the mean of each pair is the coarse forecast, and the difference within it the fine one. */
#include "core/forecast/methods/temporal_aggregation.h"

#include "core/base/row.h"

#include <stdlib.h>
#include <string.h>

enum { SEASON_MIN = 4, CYCLES_MIN = 3 };

/* Writes the means of the pairs of y from step `first` on. Returns their number. */
static int pair_up(double *pairs, const double *y, int first, int n)
{
    int count = (n - first) / 2;

    for (int i = 0; i < count; i++)
        pairs[i] = y[first + 2 * i] / 2 + y[first + 2 * i + 1] / 2;
    return count;
}

enum status temporal_aggregation_fit(struct temporal_aggregation *out, const double *y, int n,
                                     int season1, int season2, bool fixed, struct err *e)
{
    struct temporal_aggregation m = {.season = season1};
    double *pairs;
    int count;
    enum status st;

    if (season1 < SEASON_MIN || season1 % 2 || n < CYCLES_MIN * season1) {
        *out = (struct temporal_aggregation){0};
        return ST_OK;
    }
    pairs = malloc((size_t)n / 2 * sizeof(*pairs));
    if (!pairs)
        return err_nomem(e, (size_t)n / 2 * sizeof(*pairs));
    count = pair_up(pairs, y, n % 2, n);
    if (fixed)
        m.ets = out->ets;
    st = ets_fit(&m.ets, NULL, pairs, count, season1 / 2, season2 / 2, fixed, e);
    free(pairs);
    if (!st)
        *out = m;
    return st;
}

/* ---- forecasting ---- */

struct space {
    double *pairs;         /* (n / 2) */
    double *coarse, *fine; /* (count, steps / 2), (count, steps) */
    int *from, *which;     /* (count) origins in pairs, and their indices, of odd or even origins */
    int steps;             /* the horizon, made even */
};

static void release(struct space *s)
{
    free(s->pairs);
    free(s->coarse);
    free(s->fine);
    free(s->from);
    free(s->which);
}

static enum status reserve(struct space *s, int n, int count, int horizon, struct err *e)
{
    size_t size = ((size_t)count * ((size_t)horizon + 1) + (size_t)n) * sizeof(double);

    *s = (struct space){.steps = horizon + horizon % 2};
    s->pairs = malloc(size);
    s->coarse = malloc(size);
    s->fine = malloc(size);
    s->from = malloc(((size_t)count + 1) * sizeof(*s->from));
    s->which = malloc(((size_t)count + 1) * sizeof(*s->which));
    if (s->pairs && s->coarse && s->fine && s->from && s->which)
        return ST_OK;
    release(s);
    *s = (struct space){0};
    return err_nomem(e, 3 * size);
}

/* out: the fine forecast, with each pair moved so that its mean is the coarse forecast. */
static void moved(double *out, const double *fine, const double *coarse, int horizon)
{
    for (int h = 0; h < horizon; h++) {
        const double *pair = fine + h / 2 * 2;

        out[h] = fine[h] + (coarse[h / 2] - (pair[0] / 2 + pair[1] / 2));
    }
}

/* Forecasts from the odd origins or from the even ones, whose pairs begin at step `odd`. */
static enum status half_path(double *out, struct space *s, const struct temporal_aggregation *m,
                             const struct rolling *r, int odd, struct err *e)
{
    int half = s->steps / 2, found = 0, pairs = pair_up(s->pairs, r->w, odd, r->n);
    enum status st = ST_OK;

    for (int i = 0; i < r->count; i++) {
        if (r->origins[i] % 2 == odd && r->origins[i] > 1) {
            s->which[found] = i;
            s->from[found++] = (r->origins[i] - odd) / 2;
        }
    }
    if (found)
        st = ets_path(s->coarse, &m->ets, s->pairs, pairs, s->from, found, half, e);
    for (int k = 0; !st && k < found; k++) {
        size_t i = (size_t)s->which[k];

        moved(out + i * (size_t)r->horizon, s->fine + i * (size_t)s->steps, row(s->coarse, k, half),
              r->horizon);
    }
    return st;
}

enum status temporal_aggregation_path(double *out, const struct temporal_aggregation *m,
                                      const struct ets *fine, const struct rolling *r,
                                      struct err *e)
{
    struct space s;
    enum status st = reserve(&s, r->n, r->count, r->horizon, e);

    if (st)
        return st;
    st = ets_path(s.fine, fine, r->w, r->n, r->origins, r->count, s.steps, e);
    /* A single step has no pair. */
    for (int i = 0; !st && i < r->count && r->origins[i] < 2; i++)
        memcpy(row(out, i, r->horizon), row(s.fine, i, s.steps), (size_t)r->horizon * sizeof(*out));
    for (int odd = 0; !st && odd < 2; odd++)
        st = half_path(out, &s, m, r, odd, e);
    release(&s);
    return st;
}

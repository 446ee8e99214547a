/* temporal_aggregation.c - see temporal_aggregation.h. */
#include "core/forecast/methods/temporal_aggregation.h"

#include <stdlib.h>
#include <string.h>

enum { SEASON_MIN = 4, CYCLES_MIN = 3 };

/* Means of the pairs of y from step `first` on; returns how many there are. */
static int pair_up(double *pairs, const double *y, int first, int n)
{
    int count = (n - first) / 2;

    for (int i = 0; i < count; i++)
        pairs[i] = y[first + 2 * i] / 2 + y[first + 2 * i + 1] / 2;
    return count;
}

enum status pairs_fit(struct pairs *out, const double *y, int n, int season1, int season2,
                      bool fixed, struct err *e)
{
    struct pairs m = {.season = season1};
    double *pairs;
    int count;
    enum status st;

    if (season1 < SEASON_MIN || season1 % 2 || n < CYCLES_MIN * season1) {
        *out = (struct pairs){0};
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
    int *from, *which;     /* (count) of the origins that pairs of one kind end at */
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

/* The fine forecast, each pair of it moved to where the coarse one has it. */
static void moved(double *out, const double *fine, const double *coarse, int horizon)
{
    for (int h = 0; h < horizon; h++) {
        const double *pair = fine + h / 2 * 2;

        out[h] = fine[h] + (coarse[h / 2] - (pair[0] / 2 + pair[1] / 2));
    }
}

/* The origins that are odd, or those that are even: pairs that end there begin at step odd. */
static enum status half_path(double *out, struct space *s, const struct pairs *m, const double *y,
                             int n, const int *origins, int count, int horizon, int odd,
                             struct err *e)
{
    int half = s->steps / 2, found = 0, pairs = pair_up(s->pairs, y, odd, n);
    enum status st = ST_OK;

    for (int i = 0; i < count; i++) {
        if (origins[i] % 2 == odd && origins[i] > 1) {
            s->which[found] = i;
            s->from[found++] = (origins[i] - odd) / 2;
        }
    }
    if (found)
        st = ets_path(s->coarse, &m->ets, s->pairs, pairs, s->from, found, half, e);
    for (int k = 0; !st && k < found; k++) {
        size_t i = (size_t)s->which[k];

        moved(out + i * (size_t)horizon, s->fine + i * (size_t)s->steps,
              s->coarse + (size_t)k * (size_t)half, horizon);
    }
    return st;
}

enum status pairs_path(double *out, const struct pairs *m, const struct ets *fine, const double *y,
                       int n, const int *origins, int count, int horizon, struct err *e)
{
    struct space s;
    enum status st = reserve(&s, n, count, horizon, e);

    if (st)
        return st;
    st = ets_path(s.fine, fine, y, n, origins, count, s.steps, e);
    /* One step is no pair. */
    for (int i = 0; !st && i < count && origins[i] < 2; i++)
        memcpy(out + (size_t)i * (size_t)horizon, s.fine + (size_t)i * (size_t)s.steps,
               (size_t)horizon * sizeof(*out));
    for (int odd = 0; !st && odd < 2; odd++)
        st = half_path(out, &s, m, y, n, origins, count, horizon, odd, e);
    release(&s);
    return st;
}

/* covariates.c - see covariates.h. */
#include "core/forecast/covariates.h"

#include "core/forecast/classic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ORIGINS_MAX = 16, HEAD_SHARE = 3 /* at most one third of the training part judges */ };

/* A regression must leave less than this share of the errors that there are without one. */
static const double worth = 0.97;

void known_covariates_release(struct known_covariates *k)
{
    regression_release(&k->regression);
    free(k->values);
    *k = (struct known_covariates){0};
}

enum status covariates_check(const struct panel *panel, const struct params *p, struct err *e)
{
    char name[sizeof(p->future_covariates)];
    int at = 0;

    if (panel->num_covariates < 0 || panel->num_covariates > COVARIATES_MAX)
        return err_set(e, ST_INVALID, "there are %d covariates; the most is %d",
                       panel->num_covariates, COVARIATES_MAX);
    for (const char *s = p->future_covariates; *s; at++) {
        size_t n = strcspn(s, "\x1f");
        bool found = false;

        snprintf(name, sizeof(name), "%.*s", (int)n, s);
        for (int k = 0; k < panel->num_covariates; k++)
            found = found || !strcmp(panel->covariates[k], name);
        if (!found) {
            err_set(e, ST_INVALID, "the data have no covariate '%.80s'", name);
            return err_at(e, "/future_covariates/%d", at);
        }
        s += n + (s[n] != 0);
    }
    return ST_OK;
}

/* ---- judging ---- */

struct judge {
    const struct series_view *s;
    const bool *known;
    int count, n, head; /* covariates, training steps, those before the first origin */
    int H, season;
    int origins[ORIGINS_MAX], num_origins;
    double *y, *w, *effect, *path; /* filled values, scaled, effects, forecasts; (n) but path */
    bool positive, log_only; /* the values; the ensemble is told to take logarithms */
};

static void place_origins(struct judge *j)
{
    int region = j->n / HEAD_SHARE, room = region - j->H;

    j->head = j->n - region;
    j->num_origins = room < 0 ? 0 : room / (j->H > 1 ? j->H / 2 : 1) + 1;
    j->num_origins = j->num_origins < ORIGINS_MAX ? j->num_origins : ORIGINS_MAX;
    for (int i = 0; i < j->num_origins; i++)
        j->origins[i] =
            j->head + (j->num_origins > 1
                           ? (int)((int64_t)room * i / (j->num_origins - 1))
                           : room);
}

static void judge_release(struct judge *j)
{
    free(j->y);
    free(j->w);
    free(j->effect);
    free(j->path);
}

static enum status judge_init(struct judge *j, const struct series_view *s, const bool *known,
                              int count, int n, const struct params *p, struct err *e)
{
    size_t size = (size_t)n * sizeof(double);

    *j = (struct judge){.s = s,
                        .known = known,
                        .count = count,
                        .n = n,
                        .H = p->horizon > 0 ? p->horizon : 1,
                        .season = p->season_length > 1 ? p->season_length : 1,
                        .positive = true,
                        .log_only = p->scaling == SCALING_LOG};
    place_origins(j);
    j->y = malloc(size);
    j->w = malloc(size);
    j->effect = malloc(size);
    j->path = malloc((size_t)ORIGINS_MAX * (size_t)j->H * sizeof(double));
    if (!j->y || !j->w || !j->effect || !j->path) {
        judge_release(j);
        return err_nomem(e, 4 * size);
    }
    for (int i = 0; i < n; i++)
        j->positive = j->positive && (isnan(s->values[i]) || s->values[i] > 0);
    return ST_OK;
}

/* Mean absolute error of the smoother over all origins, the effect of r taken off before and put back
 * after; INFINITY: it cannot be said. */
static enum status score(double *out, struct judge *j, const struct regression *r, struct err *e)
{
    struct classic c;
    struct err why = {0};
    double sum = 0;
    int count = 0;
    enum status st = ST_OK;

    *out = INFINITY;
    if (r->count)
        st = regression_effect(j->effect, r, j->s->covariates, j->s->rows, j->n, j->n, e);
    for (int i = 0; i < j->n; i++)
        j->y[i] = r->count ? regression_without(r, j->s->values[i], j->effect[i])
                           : j->s->values[i];
    series_fill(j->y, j->n);
    if (!st)
        st = classic_fit_smoother(&c, j->y, j->head, j->season, SCALING_AUTO, &why);
    if (!st)
        st = scaling_forward(j->w, &c.scaling, j->y, j->n, &why);
    if (!st)
        st = classic_smoother_path(j->path, &c, j->w, j->n, j->origins, j->num_origins, j->H,
                                   &why);
    if (st == ST_INVALID)
        return ST_OK;
    if (st) {
        if (e && why.status)
            *e = why;
        return st;
    }
    for (int i = 0; i < j->num_origins; i++)
        for (int h = 0; h < j->H; h++) {
            int at = j->origins[i] + h;
            double v = scaling_inverse(&c.scaling, j->path[i * j->H + h]);

            if (r->count)
                v = regression_with(r, v, j->effect[at]);
            if (!isnan(j->s->values[at]))
                sum += (fabs(v - j->s->values[at]) - sum) / ++count;
        }
    if (count && isfinite(sum))
        *out = sum;
    return ST_OK;
}

static enum status fit(struct regression *out, const struct judge *j,
                       const struct regression_plan *plan, int n, struct err *e)
{
    return regression_fit(out, plan, j->s->values, n, j->s->covariates, j->count, j->s->rows,
                          j->known, e);
}

static enum status try_plan(double *best, struct regression_plan *chosen, struct judge *j,
                            const struct regression_plan *plan, struct err *e)
{
    struct regression r = {0};
    double v = INFINITY;
    enum status st = fit(&r, j, plan, j->head, e);

    if (!st && r.count)
        st = score(&v, j, &r, e);
    if (!st && v < *best) {
        *best = v;
        *chosen = *plan;
    }
    regression_release(&r);
    return st;
}

/* The differences first, with all details; then fewer details, other ridges, the other scale. */
static enum status search(double *best, struct regression_plan *chosen, struct judge *j,
                          struct err *e)
{
    const double ridges[] = {0.1, 0.003};
    const int differences[] = {j->season, 1, 0};
    struct regression_plan plan = {
        .lag = j->H, .season = j->season, .detail = REGRESSION_DETAIL_MAX, .ridge = 0.01, .logarithm = j->log_only};
    enum status st = ST_OK;

    for (int d = REGRESSION_DETAIL_MAX; !st && d >= 0; d--)
        for (int i = 0; !st && i < 3; i++) {
            plan.detail = d;
            plan.difference = differences[i];
            if (i == 0 || differences[i] != differences[0])
                st = try_plan(best, chosen, j, &plan, e);
        }
    if (!st && j->positive && !j->log_only && isfinite(*best)) {
        plan = *chosen;
        plan.logarithm = true;
        st = try_plan(best, chosen, j, &plan, e);
    }
    for (int i = 0; !st && isfinite(*best) && i < 2; i++) {
        plan = *chosen;
        plan.ridge = ridges[i];
        st = try_plan(best, chosen, j, &plan, e);
    }
    return st;
}

static bool enough(const struct series_view *s, const struct judge *j)
{
    int seen = 0;

    for (int i = 0; i < j->head; i++)
        seen += !isnan(s->values[i]);
    return j->num_origins > 0 && seen > 1;
}

enum status covariates_choose(struct regression *out, const struct series_view *s,
                              const struct panel *panel, int n, const struct params *p,
                              struct err *e)
{
    const struct regression none = {0};
    struct regression_plan plan = {0};
    bool known[COVARIATES_MAX];
    double without = INFINITY, best = INFINITY;
    struct judge j;
    enum status st;

    *out = none;
    if (!s->covariates || !panel->num_covariates || n < 2)
        return ST_OK;
    for (int k = 0; k < panel->num_covariates; k++)
        known[k] = params_knows(p, panel->covariates[k]);
    st = judge_init(&j, s, known, panel->num_covariates, n, p, e);
    if (st)
        return st;
    if (enough(s, &j)) {
        st = score(&without, &j, &none, e);
        if (!st)
            st = search(&best, &plan, &j, e);
        if (!st && best < worth * without)
            st = fit(out, &j, &plan, n, e);
    }
    judge_release(&j);
    return st;
}

/* ---- forecasting ---- */

enum status covariates_remembered(double **own, struct series_view *with,
                                  const struct known_covariates *k, int count, int length,
                                  struct err *e)
{
    int shift = with->length - length; /* of the remembered part in the history */
    int rows = k->rows + shift;
    size_t size = (size_t)count * (size_t)rows * sizeof(double);
    double *v = malloc(size);

    if (!v)
        return err_nomem(e, size);
    for (int c = 0; c < count; c++)
        for (int i = 0; i < rows; i++)
            v[(size_t)c * (size_t)rows + (size_t)i] =
                i < shift ? NAN : k->values[(size_t)c * (size_t)k->rows + (size_t)(i - shift)];
    *own = v;
    with->covariates = v;
    with->rows = rows;
    return ST_OK;
}

enum status covariates_require(const struct series_view *s, const struct regression *r,
                               char *const *names, int horizon, struct err *e)
{
    if (!s->covariates)
        return err_set(e, ST_INVALID,
                       "the model looks at covariates ('%.80s'%s); this history comes without them",
                       names[0], r->count > 1 ? " and others" : "");
    for (int k = 0; k < r->count; k++) {
        const double *v = s->covariates + (size_t)k * (size_t)s->rows;

        if (!r->regressors[k].known || !(r->regressors[k].scale > 0))
            continue;
        for (int h = 0; h < horizon; h++)
            if (s->length + h >= s->rows || isnan(v[s->length + h]))
                return err_set(e, ST_INVALID,
                               "the model needs the future of '%.80s', which it knows in advance: "
                               "%d values, of which number %d is not there",
                               names[k], horizon, h + 1);
    }
    return ST_OK;
}

/* explanation.c - see explanation.h.
 *
 * The parts are added one after another, and each is the change of the value when it is added. So
 * they add up exactly to the mean of the forecast. */
#include "core/forecast/explanation.h"

#include "core/base/row.h"
#include "core/forecast/ensemble/decompose.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static const char *const member_names[MEMBER_COUNT] = {
    [MEMBER_ETS] = "ets",
    [MEMBER_ARIMA] = "arima",
    [MEMBER_AIRLINE] = "airline",
    [MEMBER_THETA] = "theta",
    [MEMBER_NAIVE] = "seasonal_naive",
    [MEMBER_HARMONIC] = "harmonic",
    [MEMBER_HOLT] = "holt_winters",
    [MEMBER_LAST] = "last_value",
    [MEMBER_MEDIAN] = "recent_median",
    [MEMBER_GLOBAL_NET] = "panel_nets",
    [MEMBER_GLOBAL_AR] = "panel_autoregression",
    [MEMBER_AGGREGATION] = "aggregation",
};
static const char *const demand_names[INTERMITTENT_COUNT] = {
    [INTERMITTENT_SMOOTHED] = "smoothing",
    [INTERMITTENT_SBA] = "sba",
    [INTERMITTENT_TSB] = "tsb",
    [INTERMITTENT_IMAPA] = "imapa",
};

void explanation_release(struct explanation *x)
{
    free(x->block);
    *x = (struct explanation){0};
}

static enum status make_room(struct explanation *x, int steps, struct err *e)
{
    size_t all = (size_t)(PART_COUNT + EXPLAINED_MEMBERS_MAX) * (size_t)steps;

    *x = (struct explanation){.steps = steps, .season_length = 1};
    x->block = calloc(all, sizeof(*x->block));
    if (!x->block)
        return err_nomem(e, all * sizeof(*x->block));
    for (int k = 0; k < PART_COUNT; k++)
        x->part[k] = row(x->block, k, steps);
    for (int k = 0; k < EXPLAINED_MEMBERS_MAX; k++)
        x->members[k].forecast = row(x->block, PART_COUNT + k, steps);
    return ST_OK;
}

/* Adds a member. Returns its forecast, which the caller writes. */
static double *add_member(struct explanation *x, const char *name, double weight)
{
    struct explained_member *m = &x->members[x->num_members++];

    m->name = name;
    m->weight = weight;
    return m->forecast;
}

static double raw(const struct scaling *s, double z)
{
    double y = scaling_inverse(s, z);

    return isnan(y) ? 0 : fmin(fmax(y, -DBL_MAX), DBL_MAX);
}

/* Converts the parts up to PART_NET from the scale to the units of the series. z and mean: as in
 * explain_ensemble(). */
static void to_units(struct explanation *x, const struct scaling *s, const double *z,
                     const double *mean)
{
    for (int h = 0; h < x->steps; h++) {
        double sum = x->part[PART_LEVEL][h], before = raw(s, sum);

        x->part[PART_LEVEL][h] = before;
        for (int k = PART_TREND; k <= PART_NET; k++) {
            double now;

            sum += x->part[k][h];
            now = raw(s, k == PART_NET ? z[h] : sum);
            x->part[k][h] = now - before;
            before = now;
        }
        x->part[PART_SPREAD][h] = mean[h] - before;
    }
}

/* ---- ensembles ---- */

/* Adds all members that have a weight. paths (MEMBER_COUNT, length). */
static void take_members(struct explanation *x, const struct trained_series *s, const double *paths,
                         int length)
{
    const struct ensemble *m = &s->ensemble;

    for (int k = 0; k < MEMBER_COUNT; k++) {
        double *to;

        if (!(m->weight[k] > 0))
            continue;
        to = add_member(x, member_names[k], m->weight[k]);
        for (int h = 0; h < x->steps; h++) {
            double y = raw(&m->members.ets.scaling, row(paths, k, length)[h]);

            to[h] = s->transform.nonnegative && y < 0 ? 0 : y;
        }
        if (members_repeat(&m->members, (enum member)k))
            x->season_weight += m->weight[k];
    }
}

/* Work space for decomposing the ensemble's forecast. */
struct explained_paths {
    double *w;     /* (n) scaled */
    double *paths; /* (MEMBER_COUNT, length) */
    double *base;  /* (length) */
    double *space; /* (length) */
    int length;
};

static enum status paths_init(struct explained_paths *p, int n, int length, struct err *e)
{
    size_t all = (size_t)n + (size_t)(MEMBER_COUNT + 3) * (size_t)length;

    *p = (struct explained_paths){.length = length, .w = malloc(all * sizeof(double))};
    if (!p->w)
        return err_nomem(e, all * sizeof(double));
    p->paths = p->w + n;
    p->base = row(p->paths, MEMBER_COUNT, length);
    p->space = p->base + length;
    return ST_OK;
}

/* Decomposes the base, on the scale; the net's part is the rest of z. */
static void take_apart(struct explanation *x, const struct explained_paths *p,
                       const struct ensemble *m, const double *z)
{
    const struct path_parts parts = {x->part[PART_LEVEL], x->part[PART_TREND], x->part[PART_SEASON],
                                     x->part[PART_SEASON2], x->part[PART_REMAINDER]};

    forecast_origin_base(
        p->base,
        &(struct forecast_origin){.paths = p->paths, .stride = p->length, .weight = m->weight},
        p->length);
    decompose_path(&parts, p->base, x->steps, x->season, x->season2, p->space);
    for (int h = 0; h < x->steps; h++)
        x->part[PART_NET][h] = z[h] - p->base[h];
}

enum status explain_ensemble(struct explanation *x, const struct forecaster *f,
                             const struct trained_series *s, const double *y, int n,
                             const double *z, const double *mean, int steps, struct err *e)
{
    const struct ensemble *m = &s->ensemble;
    const struct scaled_ets *c = &m->members.ets;
    struct explained_paths p;
    enum status st = make_room(x, steps, e);

    if (st)
        return st;
    x->season_length = f->params.season_length;
    x->season = c->season1;
    x->season2 = c->season2;
    st = paths_init(&p, n, decompose_length(steps, x->season, x->season2), e);
    if (!st)
        st = scaling_forward(p.w, &c->scaling, y, n, e);
    if (!st)
        st = members_path(p.paths, &m->members, &f->nets,
                          &(struct rolling){p.w, n, &n, 1, p.length}, e);
    if (!st) {
        take_members(x, s, p.paths, p.length);
        take_apart(x, &p, m, z);
        to_units(x, &c->scaling, z, mean);
    }
    free(p.w);
    return st;
}

/* ---- others ---- */

enum { LEVEL_OF = 12 /* last values whose mean is the level, when there is no season */ };

enum status explain_alone(struct explanation *x, const struct forecaster *f,
                          const struct transform *t, const double *y, int n, const double *z,
                          const double *mean, int steps, struct err *e)
{
    int m = f->params.season_length > 1 ? f->params.season_length : LEVEL_OF;
    enum status st = make_room(x, steps, e);
    double level = 0, *to;

    if (st)
        return st;
    m = m < n ? m : n;
    for (int i = n - m; i < n; i++)
        level += y[i] / m;
    x->season_length = f->params.season_length;
    to = add_member(x, "lstm", 1);
    for (int h = 0; h < steps; h++) {
        to[h] = raw(&t->scaling, z[h]);
        x->part[PART_LEVEL][h] = level;
        x->part[PART_NET][h] = to[h] - level;
        x->part[PART_SPREAD][h] = mean[h] - to[h];
    }
    return ST_OK;
}

enum status explain_demand(struct explanation *x, const struct intermittent *m, int steps,
                           struct err *e)
{
    enum status st = make_room(x, steps, e);
    double level = 0;

    for (int k = 0; !st && k < INTERMITTENT_COUNT; k++) {
        double *to;

        if (!(m->weight[k] > 0))
            continue;
        level += m->weight[k] * m->rate[k];
        to = add_member(x, demand_names[k], m->weight[k]);
        for (int h = 0; h < steps; h++)
            to[h] = intermittent_member(m, (enum intermittent_member)k, h);
    }
    for (int h = 0; !st && h < steps; h++) {
        x->part[PART_LEVEL][h] = level;
        x->part[PART_SEASON][h] = intermittent_mean(m, h) - level;
    }
    x->season_length = x->season = m->season > 1 ? m->season : 0;
    x->season_weight = m->season > 1;
    return st;
}

/* ---- what is put back, and what was changed ---- */

/* The profile of a long season counts as the season: such a series has no other. */
static void explain_profile(struct explanation *x, const struct exogenous *a, const double *effect,
                            const double *mean)
{
    for (int h = 0; h < x->steps; h++) {
        double before = 0;

        x->part[PART_SEASON][h] += effect[h];
        for (int k = 0; k < PART_COVARIATES; k++)
            before += x->part[k][h];
        x->part[PART_SPREAD][h] += mean[h] - before;
        for (int k = 0; k < x->num_members; k++)
            x->members[k].forecast[h] += effect[h];
    }
    x->season = a->profile->season;
    x->season_weight = 1;
}

void explain_effects(struct explanation *x, const struct exogenous *a, const double *effect,
                     const double *covariates, const double *mean)
{
    bool calendar = a->calendar->unit != CALENDAR_NONE;

    if (a->profile && a->profile->season) {
        explain_profile(x, a, effect, mean);
        return;
    }
    for (int h = 0; h < x->steps; h++) {
        double before = 0, between;

        for (int k = 0; k < PART_COVARIATES; k++)
            before += x->part[k][h];
        between = calendar ? exogenous_restore(a, before, covariates[h]) : mean[h];
        x->part[PART_COVARIATES][h] = between - before;
        x->part[PART_CALENDAR][h] = mean[h] - between;
        for (int k = 0; k < x->num_members; k++) {
            double *v = &x->members[k].forecast[h];

            *v = exogenous_restore(a, *v, effect[h]);
        }
    }
}

/* Adds a change. When the list is full, the earliest change is dropped. */
static void add_change(struct explanation *x, struct explained_change c)
{
    if (x->num_changes == EXPLAINED_CHANGES_MAX) {
        for (int i = 1; i < x->num_changes; i++)
            x->changes[i - 1] = x->changes[i];
        x->num_changes--;
    }
    x->changes[x->num_changes++] = c;
    x->changed++;
}

void explain_changes(struct explanation *x, const double *observed, const double *y,
                     const unsigned char *reason, int n, const struct exogenous *a,
                     const double *effect)
{
    for (int i = 0; i < n; i++) {
        double before = effect ? exogenous_remove(a, observed[i], effect[i]) : observed[i];

        if (isnan(observed[i]))
            x->filled++;
        else if (before < y[i] || before > y[i])
            add_change(x, (struct explained_change){i, (enum change_reason)reason[i], observed[i],
                                                    effect ? exogenous_restore(a, y[i], effect[i])
                                                           : y[i]});
    }
}

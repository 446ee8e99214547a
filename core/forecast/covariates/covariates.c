/* covariates.c - see covariates.h.
 *
 * Plans of a regression (detail, difference, scale, ridge) are compared by their errors over
 * rolling origins in the last third of the training part. Quick forecasts pick the best plan, and
 * more accurate ones decide whether it is used. */
#include "core/forecast/covariates/covariates.h"

#include "core/base/row.h"
#include "core/forecast/methods/arima.h"
#include "core/forecast/methods/scaled_ets.h"
#include "core/forecast/series/gaps.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ORIGINS_MAX = 64,
    BLOCKS = 4,    /* the coefficients are estimated anew for each block of origins */
    HEAD_SHARE = 3 /* one third of the training part judges */
};

/* With the regression, the errors must be less than this share of those without it. */
static const double worth = 0.97;
/* And the mean gain over the origins must exceed this many of its standard errors. */
static const double sure = 2.5;

void trained_covariates_release(struct trained_covariates *k)
{
    regression_release(&k->regression);
    free(k->values);
    *k = (struct trained_covariates){0};
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
    int count, n, head; /* covariates; training steps; training steps before the first origin */
    int H, season, fill;
    int origins[ORIGINS_MAX], num_origins;
    double errors[ORIGINS_MAX];   /* absolute errors of each origin, from the last score() */
    int longest;                  /* steps of the longer season */
    double *y, *w, *effect;       /* (n) filled values; the same scaled; effects */
    double *path, *other, *mixed; /* (H) forecasts */
    bool positive, log_only;      /* all values are > 0; only effects on logarithms are tried */
};

static void place_origins(struct judge *j)
{
    int region = j->n / HEAD_SHARE, room = region - j->H;

    j->head = j->n - region;
    j->num_origins = room < 0 ? 0 : room / (j->H > 1 ? j->H / 2 : 1) + 1;
    j->num_origins = j->num_origins < ORIGINS_MAX ? j->num_origins : ORIGINS_MAX;
    for (int i = 0; i < j->num_origins; i++)
        j->origins[i] =
            j->head + (j->num_origins > 1 ? (int)((int64_t)room * i / (j->num_origins - 1)) : room);
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
    int season1, season2;

    *j = (struct judge){.s = s,
                        .known = known,
                        .count = count,
                        .n = n,
                        .H = p->horizon > 0 ? p->horizon : 1,
                        .season = p->season_length > 1 ? p->season_length : 1,
                        .fill = p->fill,
                        .positive = true,
                        .log_only = p->scaling == SCALING_LOG};
    place_origins(j);
    season_lengths(&season1, &season2, j->season, j->head);
    j->longest = season2 ? season2 : season1 ? season1 : 1;
    j->y = malloc(size);
    j->w = malloc(size);
    j->effect = malloc(size);
    j->path = malloc(3 * (size_t)j->H * sizeof(double));
    if (!j->y || !j->w || !j->effect || !j->path) {
        judge_release(j);
        return err_nomem(e, 4 * size);
    }
    j->other = j->path + j->H;
    j->mixed = j->other + j->H;
    for (int i = 0; i < n; i++)
        j->positive = j->positive && (isnan(s->values[i]) || s->values[i] > 0);
    return ST_OK;
}

static enum status fit(struct regression *out, const struct judge *j,
                       const struct regression_plan *plan, int n, struct err *e)
{
    const struct regression_data data = {.y = j->s->values,
                                         .n = n,
                                         .x = j->s->covariates,
                                         .count = j->count,
                                         .rows = j->s->rows,
                                         .known = j->known};

    return regression_fit(out, plan, &data, e);
}

/* j->y: the filled values without the effect of a regression by the plan, which is fitted to the
 * first n steps. plan may be NULL: no effect. *r is new; its count is 0 when the plan does not
 * suit. */
static enum status adjust(struct regression *r, struct judge *j, const struct regression_plan *plan,
                          int n, struct err *e)
{
    enum status st = plan ? fit(r, j, plan, n, e) : ST_OK;

    if (!st && r->count)
        st = regression_effect(j->effect, r, j->s->covariates, j->s->rows, j->n, j->n, e);
    for (int i = 0; i < j->n; i++)
        j->y[i] = r->count ? regression_without(r, j->s->values[i], j->effect[i]) : j->s->values[i];
    return st ? st : gaps_fill(j->y, j->n, j->fill, j->season, e);
}

/* The models that forecast: ETS alone, and the mean of ETS, the seasonal naive forecast and, if
 * with_airline, an airline model. */
struct forecasters {
    bool with_airline;
    struct scaled_ets ets;
    struct arima airline;
};

static enum status fit_forecasters(struct forecasters *f, struct judge *j, struct err *e)
{
    bool two = j->longest > j->season;
    enum status st = scaled_ets_fit(&f->ets, j->y, j->head, j->season, SCALING_AUTO, e);
    int used = j->head < HISTORY_MAX ? j->head : HISTORY_MAX;

    if (st || !f->with_airline)
        return st;
    if (two)
        f->airline = (struct arima){.p = 2, .q = 1, .D = 1, .Q = 1, .season = j->longest};
    else if (j->longest > 1)
        f->airline = (struct arima){.d = 1, .q = 1, .D = 1, .Q = 1, .season = j->longest};
    else
        f->airline = (struct arima){.p = 1, .d = 1, .q = 2};
    st = scaling_forward(j->w, &f->ets.scaling, j->y, j->head, e);
    return st ? st
              : arima_fit(&f->airline, NULL, j->w + j->head - used, used, f->airline.season,
                          ARIMA_SQUARES, e);
}

static void add_to(double *mean, const double *path, int H, int number)
{
    for (int h = 0; h < H; h++)
        mean[h] += ((isfinite(path[h]) ? path[h] : mean[h]) - mean[h]) / number;
}

/* Scaled forecasts from the origin: of ETS in j->path (H), the mean of all in j->mixed (H). */
static enum status forecast_from(struct judge *j, const struct forecasters *f, int origin,
                                 struct err *e)
{
    int first = origin > HISTORY_MAX ? origin - HISTORY_MAX : 0, from = origin - first;
    enum status st = scaled_ets_path(j->path, &f->ets, j->w, j->n, &origin, 1, j->H, e);

    if (st)
        return st;
    memcpy(j->mixed, j->path, (size_t)j->H * sizeof(*j->mixed));
    seasonal_naive(j->other, j->w, origin, j->longest, j->H);
    add_to(j->mixed, j->other, j->H, 2);
    if (f->with_airline) {
        st = arima_path(j->other, &f->airline, j->w + first, from, &from, 1, j->H, e);
        add_to(j->mixed, j->other, j->H, 3);
    }
    return st;
}

/* There are two judges: the errors of ETS, and those of the mean of all. */
enum { JUDGES = 2 };

/* sum: absolute errors of both judges over `count` steps. of: those of the second, by origin. */
struct tally {
    double sum[JUDGES], of[ORIGINS_MAX];
    int count;
};

static void add_errors(struct tally *t, const struct judge *j, const struct regression *r,
                       const struct scaling *s, int i)
{
    for (int h = 0; h < j->H; h++) {
        int at = j->origins[i] + h;
        double v[JUDGES] = {scaling_inverse(s, j->path[h]), scaling_inverse(s, j->mixed[h])};

        if (isnan(j->s->values[at]))
            continue;
        for (int k = 0; k < JUDGES; k++) {
            v[k] = r->count ? regression_with(r, v[k], j->effect[at]) : v[k];
            t->sum[k] += fabs(v[k] - j->s->values[at]);
        }
        t->of[i] += fabs(v[1] - j->s->values[at]);
        t->count++;
    }
}

/* Adds the errors of origins first to last - 1. The coefficients are estimated on the values before
 * them. f is fitted in the first block. */
static enum status judge_block(struct tally *t, struct forecasters *f, struct judge *j,
                               const struct regression_plan *plan, int first, int last,
                               struct err *e)
{
    struct regression r = {0};
    enum status st = adjust(&r, j, plan, j->origins[first], e);

    if (!st && plan && !r.count)
        st = ST_INVALID;
    if (!st && first == 0)
        st = fit_forecasters(f, j, e);
    if (!st)
        st = scaling_forward(j->w, &f->ets.scaling, j->y, j->n, e);
    for (int i = first; !st && i < last; i++) {
        st = forecast_from(j, f, j->origins[i], e);
        if (!st)
            add_errors(t, j, &r, &f->ets.scaling, i);
    }
    regression_release(&r);
    return st;
}

/* Mean absolute errors over all origins by both judges. plan: NULL for no covariates. INFINITY
 * where an error cannot be computed. */
static enum status score(double out[JUDGES], struct judge *j, const struct regression_plan *plan,
                         bool with_airline, struct err *e)
{
    int blocks = plan && j->num_origins >= BLOCKS ? BLOCKS : 1;
    struct tally t = {0};
    struct forecasters f = {.with_airline = with_airline};
    struct err why = {0};
    enum status st = ST_OK;

    for (int b = 0; !st && b < blocks; b++)
        st = judge_block(&t, &f, j, plan, b * j->num_origins / blocks,
                         (b + 1) * j->num_origins / blocks, &why);
    memcpy(j->errors, t.of, sizeof(j->errors));
    for (int k = 0; k < JUDGES; k++)
        out[k] = !st && t.count && isfinite(t.sum[k]) ? t.sum[k] / t.count : INFINITY;
    if (st == ST_INVALID)
        return ST_OK;
    if (st && e)
        *e = why;
    return st;
}

/* Whether j->errors are less than before[] by more than chance explains, compared by origin. */
static bool clearly_less(const struct judge *j, const double *before)
{
    double mean = 0, square = 0;
    int n = j->num_origins;

    for (int i = 0; i < n; i++)
        mean += (before[i] - j->errors[i]) / n;
    for (int i = 0; i < n; i++)
        square += (before[i] - j->errors[i] - mean) * (before[i] - j->errors[i] - mean);
    return n > 1 && mean > sure * sqrt(square / (n - 1) / n);
}

/* The best plan so far by one judge. */
struct choice {
    double error;
    struct regression_plan plan;
};

static enum status try_plan(struct choice best[JUDGES], struct judge *j,
                            const struct regression_plan *plan, struct err *e)
{
    double v[JUDGES];
    enum status st = score(v, j, plan, false, e);

    for (int k = 0; !st && k < JUDGES; k++)
        if (v[k] < best[k].error)
            best[k] = (struct choice){v[k], *plan};
    return st;
}

/* Tries each judge's best plan with logarithms, and with other ridges. */
static enum status refine(struct choice best[JUDGES], struct judge *j, struct err *e)
{
    const double ridges[] = {0.1, 0.001};
    enum status st = ST_OK;

    for (int k = 0; !st && k < JUDGES; k++) {
        struct regression_plan plan = best[k].plan;

        plan.logarithm = true;
        if (isfinite(best[k].error) && j->positive && !best[k].plan.logarithm)
            st = try_plan(best, j, &plan, e);
        for (int i = 0; !st && isfinite(best[k].error) && i < 2; i++) {
            plan = best[k].plan;
            plan.ridge = ridges[i];
            st = try_plan(best, j, &plan, e);
        }
    }
    return st;
}

/* Tries details and differences first, then refines the best. */
static enum status search(struct choice best[JUDGES], struct judge *j, struct err *e)
{
    struct regression_plan plan = {
        .lag = j->H, .season = j->season, .ridge = 0.01, .logarithm = j->log_only};
    const int differences[] = {j->longest, j->season, 1, 0};
    enum status st = ST_OK;

    for (int d = REGRESSION_DETAIL_MAX; !st && d >= 0; d--)
        for (int i = 0; !st && i < 4; i++) {
            plan.detail = d;
            plan.difference = differences[i];
            if (i == 0 || differences[i] != differences[i - 1])
                st = try_plan(best, j, &plan, e);
        }
    return st ? st : refine(best, j, e);
}

/* Takes the best plan of each of the two quick judges. A better judge decides whether either is
 * used. */
static enum status decide(struct choice *best, struct judge *j, struct err *e)
{
    struct choice quick[JUDGES] = {{.error = INFINITY}, {.error = INFINITY}};
    double without[JUDGES], before[ORIGINS_MAX];
    enum status st = search(quick, j, e);

    *best = (struct choice){.error = INFINITY};
    if (st || !(isfinite(quick[0].error) || isfinite(quick[1].error)))
        return st;
    st = score(without, j, NULL, true, e);
    memcpy(before, j->errors, sizeof(before));
    for (int i = 0; !st && i < JUDGES; i++) {
        double v[JUDGES] = {INFINITY, INFINITY};

        if (isfinite(quick[i].error))
            st = score(v, j, &quick[i].plan, true, e);
        if (!st && v[1] < worth * without[1] && v[1] < best->error && clearly_less(j, before))
            *best = (struct choice){v[1], quick[i].plan};
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
                              bool multiplies, struct err *e)
{
    const struct regression none = {0};
    bool known[COVARIATES_MAX];
    struct choice best;
    struct judge j;
    enum status st;

    *out = none;
    if (!s->covariates || !panel->num_covariates || n < 2)
        return ST_OK;
    for (int k = 0; k < panel->num_covariates; k++)
        known[k] = params_known_in_advance(p, panel->covariates[k]);
    st = judge_init(&j, s, known, panel->num_covariates, n, p, e);
    if (st)
        return st;
    j.log_only = j.log_only || multiplies;
    if (enough(s, &j)) {
        st = decide(&best, &j, e);
        if (!st && isfinite(best.error))
            st = fit(out, &j, &best.plan, n, e);
    }
    judge_release(&j);
    return st;
}

/* ---- forecasting ---- */

enum status covariates_remembered(double **own, struct series_view *with,
                                  const struct trained_covariates *k, int count, int length,
                                  struct err *e)
{
    int shift = with->length - length; /* where the remembered part begins in the history */
    int rows = k->rows + shift;
    size_t size = (size_t)count * (size_t)rows * sizeof(double);
    double *v = malloc(size);

    if (!v)
        return err_nomem(e, size);
    for (int c = 0; c < count; c++)
        for (int i = 0; i < rows; i++)
            row(v, c, rows)[i] = i < shift ? NAN : row(k->values, c, k->rows)[i - shift];
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
                       "the model uses covariates ('%.80s'%s); this history comes without them",
                       names[0], r->count > 1 ? " and others" : "");
    for (int k = 0; k < r->count; k++) {
        const double *v = row(s->covariates, k, s->rows);

        if (!r->regressors[k].known || !(r->regressors[k].scale > 0))
            continue;
        for (int h = 0; h < horizon; h++)
            if (s->length + h >= s->rows || isnan(v[s->length + h]))
                return err_set(e, ST_INVALID,
                               "the model needs the future of '%.80s', which it knows in advance: "
                               "%d values, of which number %d is missing",
                               names[k], horizon, h + 1);
    }
    return ST_OK;
}

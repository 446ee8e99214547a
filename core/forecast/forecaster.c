/* forecaster.c - the fitted object, and its forecasts from a history.
 *
 * Forecasting changes nothing in the forecaster except its pool of workspaces, which threads share
 * without a lock. All other memory that a call changes is its own. */
#include "core/forecast/cleaned.h"
#include "core/forecast/distribution.h"
#include "core/forecast/explanation.h"
#include "core/forecast/forecaster_model.h"
#include "core/forecast/forecaster_resolve.h"
#include "core/forecast/series/end_hash.h"
#include "core/forecast/series/gaps.h"
#include "core/forecast/series/zeros.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void evaluation_free(struct evaluation *ev)
{
    if (!ev)
        return;
    for (int i = 0; i < ev->count; i++)
        free((void *)ev->series[i].truth); /* start of the block that holds all its arrays */
    free(ev->step_error);
    free(ev->series);
    free(ev);
}

void forecaster_free(struct forecaster *f)
{
    if (!f)
        return;
    for (int i = 0; i < f->num_series; i++) {
        free(f->series[i].id);
        free(f->series[i].values);
        trained_covariates_release(&f->series[i].covariates);
    }
    for (int i = 0; i < f->num_covariates; i++)
        free(f->covariates[i]);
    free(f->covariates);
    for (int i = 0; i < 2 * f->num_metadata; i++)
        free(f->metadata[i]);
    free(f->metadata);
    free(f->series);
    work_pool_free(f->pool);
    net_free(f->net);
    global_nets_release(&f->nets);
    intervals_release(&f->intervals);
    evaluation_free(f->evaluation);
    free(f);
}

enum status forecaster_make_pool(struct forecaster *f, struct err *e)
{
    return work_pool_new(&f->pool, net_get_config(f->net), f->frame.window, 1, POOL_WORKS, e);
}

/* ---- the transform of a history ---- */

static bool same_value(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

enum { OVERLAP_MIN = END_VALUES /* that a continued history and a known series share */ };

/* Whether the history without its last `later` values ends like the remembered values of s. */
static bool ends_alike(const struct forecaster *f, const struct trained_series *s,
                       const double *history, int n, int later)
{
    int k = n - later < s->length ? n - later : s->length;
    /* Older models may remember imputed values. */
    bool filled = f->params.fill == IMPUTE_AUTO;

    if (!s->length)
        return (s->skipped >= OVERLAP_MIN || n - later <= s->skipped) &&
               end_hash_is(s->end, history, n - later);
    /* A few equal values at the end of a longer history may be coincidence. */
    if (s->length < OVERLAP_MIN && n - later > s->length + s->skipped)
        return false;
    for (int i = 1; i <= k; i++) {
        double v = history[n - later - i];

        if (!same_value(s->values[s->length - i], v) && !(filled && isnan(v)))
            return false;
    }
    return k > 0;
}

/* Whether the history equals or continues s; *later: by how many steps. */
static bool continues(int *later, const struct forecaster *f, const struct trained_series *s,
                      const double *history, int n)
{
    *later = 0;
    if (ends_alike(f, s, history, n, 0))
        return true;
    for (*later = 1; *later <= n - OVERLAP_MIN; ++*later) {
        if (ends_alike(f, s, history, n, *later))
            return true;
    }
    return false;
}

enum { UNRELATED = -1 };

/* Returns the series that the history equals or continues; *later: by how many steps. That is the
 * series of its name, if there is one, since looking at all series for each of a large panel would
 * take the square of their number. If it continues none, *later is UNRELATED, and the model's only
 * series is returned, or NULL when it has several. */
static const struct trained_series *find_trained(int *later, const struct forecaster *f,
                                                 const struct series_view *history)
{
    const double *v = history->values;
    int n = history->length, named = forecaster_find_series(f, history->id);

    if (named >= 0 && continues(later, f, &f->series[named], v, n))
        return &f->series[named];
    for (int i = 0; named < 0 && i < f->num_series; i++) {
        if (ends_alike(f, &f->series[i], v, n, 0)) {
            *later = 0;
            return &f->series[i];
        }
    }
    for (int i = 0; named < 0 && i < f->num_series; i++) {
        if (continues(later, f, &f->series[i], v, n))
            return &f->series[i];
    }
    *later = UNRELATED;
    return f->num_series == 1 ? &f->series[0] : NULL;
}

struct combiner forecaster_combiner(const struct forecaster *f)
{
    return (struct combiner){.net = f->net,
                             .nets = &f->nets,
                             .W = f->frame.window,
                             .H = f->frame.horizon,
                             .gain = f->gain,
                             .stop = f->stop};
}

/* The ensemble of a history that continues no known series. */
static enum status new_ensemble(struct ensemble *out, const struct forecaster *f, const double *y,
                                int n, struct err *e)
{
    double *w = malloc((size_t)n * sizeof(*w));
    enum status st = ST_OK;

    if (!w)
        return err_nomem(e, (size_t)n * sizeof(*w));
    ensemble_prior(out->weight);
    out->spread = 1;
    for (int i = 0; f->num_series && i < MEMBER_COUNT; i++) {
        out->weight[i] = 0;
        for (int k = 0; k < f->num_series; k++)
            out->weight[i] += f->series[k].ensemble.weight[i] / f->num_series;
    }
    st = members_fit(&out->members, y, n, f->params.season_length, SCALING_AUTO, e);
    if (!st)
        st = scaling_forward(w, &out->members.ets.scaling, y, n, e);
    if (!st && f->nets.net[0])
        global_frame_fit(&out->members.global, w, n, out->members.ets.season1,
                         out->members.ets.season2, f->nets.W, f->nets.H);
    out->members.global.lags = n >= f->nets.ar.L ? f->nets.ar.L : 0;
    if (!st)
        st = ensemble_measure(out, &f->nets, w, NULL, n, f->frame.horizon, e);
    free(w);
    return st;
}

/* Whether all values of y can be mapped to the scale of s. */
static bool suits(const struct trained_series *s, const double *y, int n)
{
    for (int i = 0; s->transform.scaling.kind == SCALING_LOG && i < n; i++) {
        if (y[i] <= 0)
            return false;
    }
    return true;
}

/* Finds the transform, and with an ensemble the ensemble too, for a history whose filled values are
 * y (n). It is that of the known series which the history continues, or is fitted to y itself.
 * Other members of *out are not set. */
static enum status find_transform(struct trained_series *out, const struct forecaster *f,
                                  const struct trained_series *known, int later, const double *y,
                                  int n, struct err *e)
{
    bool nonnegative = true;
    enum status st;
    double *z;

    for (int i = 0; i < n; i++)
        nonnegative = nonnegative && y[i] >= 0;
    *out = (struct trained_series){0};
    if (known && (!f->params.ensemble || suits(known, y, n))) {
        out->transform = known->transform;
        out->ensemble = known->ensemble;
        nonnegative = nonnegative && (known->transform.nonnegative || later);
        out->transform.nonnegative = has_floor(&f->params, nonnegative);
        return ST_OK;
    }
    if (f->params.ensemble) {
        st = new_ensemble(&out->ensemble, f, y, n, e);
        out->transform = combine_transform(&out->ensemble, has_floor(&f->params, nonnegative));
        return st;
    }
    z = malloc((size_t)n * sizeof(*z));
    if (!z)
        return err_nomem(e, (size_t)n * sizeof(*z));
    st = transform_fit(&out->transform, z, &f->frame, f->params.scaling, y, n, n, e);
    out->transform.nonnegative = has_floor(&f->params, out->transform.nonnegative);
    free(z);
    return st;
}

/* ---- forecasting ---- */

/* The last n values of the history that the net reads, scaled, with space for the forecast. */
static enum status scaled_tail(double **z, const struct forecaster *f, const struct transform *t,
                               const double *y, int n, int steps, struct err *e)
{
    int need = frame_need(&f->frame);
    size_t size = ((size_t)need + (size_t)path_space(&f->frame, steps)) * sizeof(**z);
    enum status st;

    *z = malloc(size);
    if (!*z)
        return err_nomem(e, size);
    st = scaling_forward(*z, &t->scaling, y + n - need, need, e);
    if (st)
        err_wrap(e, "the last %d values of the history", need);
    return st;
}

static enum status forecast_alone(double *z_hat, const struct forecaster *f,
                                  const struct transform *t, const double *y, int n, int steps,
                                  struct err *e)
{
    struct predictor p = {0};
    double *z = NULL;
    int need = frame_need(&f->frame);
    enum status st = scaled_tail(&z, f, t, y, n, steps, e);

    if (!st)
        st = predictor_take(&p, &f->frame, f->net, f->pool, e);
    if (!st)
        net_work_stop(p.work, f->stop);
    if (!st)
        st = predictor_path(z, need, steps, &p, t, e);
    if (stop_asked(f->stop))
        st = err_set(e, ST_CANCELLED, "the fit was cancelled");
    if (!st)
        memcpy(z_hat, z + need, (size_t)steps * sizeof(*z));
    predictor_release(&p);
    free(z);
    return st;
}

static enum status forecast_together(double *z_hat, const struct forecaster *f,
                                     const struct ensemble *m, const double *y, int n, int steps,
                                     struct err *e)
{
    struct combiner c = forecaster_combiner(f);
    double *w = malloc((size_t)n * sizeof(*w));
    enum status st;

    if (!w)
        return err_nomem(e, (size_t)n * sizeof(*w));
    st = scaling_forward(w, &m->members.ets.scaling, y, n, e);
    if (st)
        err_wrap(e, "the history");
    if (!st)
        st = combine_path(z_hat, &c, m, &(struct rolling){w, n, &n, 1, steps}, e);
    free(w);
    return st;
}

/* Forecasts a series with many zeros by methods for intermittent demand. */
static enum status forecast_by_demand(struct forecast *out, const struct forecaster *f,
                                      const char *id, const double *y, int n,
                                      const struct forecast_request *q, struct err *e)
{
    struct intermittent m = {0};
    enum status st = intermittent_fit(&m, y, n, f->params.season_length, e);

    out->remarks.many_zeros = true;
    if (!st)
        forecast_intermittent(out, &m, id, q);
    if (!st && out->explanation)
        st = explain_demand(out->explanation, &m, q->steps, e);
    intermittent_release(&m);
    return st;
}

/* Explains the scaled forecast z, whose mean is in out. */
static enum status explain(struct forecast *out, const struct forecaster *f,
                           const struct trained_series *s, const double *y, int n, const double *z,
                           int steps, struct err *e)
{
    if (!out->explanation)
        return ST_OK;
    if (f->params.ensemble)
        return explain_ensemble(out->explanation, f, s, y, n, z, out->mean, steps, e);
    return explain_alone(out->explanation, f, &s->transform, y, n, z, out->mean, steps, e);
}

enum status forecaster_forecast(struct forecast *out, const struct forecaster *f,
                                const struct trained_series *s, const char *id, const double *y,
                                int n, const struct forecast_request *q, struct err *e)
{
    int steps = q->steps;
    const struct outlook o = {.intervals = &f->intervals,
                              .transform = &s->transform,
                              .counts = f->params.ensemble && scaling_counts_suit(y, n),
                              .mean_most = outlook_mean_most(&s->transform.scaling, y, n)};
    double *z;
    enum status st;

    if (f->params.ensemble && zeros_abound(y, n, f->params.season_length))
        return forecast_by_demand(out, f, id, y, n, q, e);
    z = malloc((size_t)steps * sizeof(*z));
    if (!z)
        return err_nomem(e, (size_t)steps * sizeof(*z));
    if (f->params.ensemble)
        st = forecast_together(z, f, &s->ensemble, y, n, steps, e);
    else
        st = forecast_alone(z, f, &s->transform, y, n, steps, e);
    for (int h = 0; !st && h < steps; h++) {
        if (!isfinite(scaling_inverse(&s->transform.scaling, z[h])))
            st = err_set(e, ST_INVALID,
                         "the forecast is too large for a number at step %d; ask for a shorter "
                         "horizon",
                         h + 1);
        else
            forecast_step(out, h, &o, z[h], h + 1, q);
    }
    if (!st)
        forecast_paths(out, &o, z, id, q);
    if (!st)
        st = explain(out, f, s, y, n, z, steps, e);
    free(z);
    return st;
}

/* Checks levels, quantiles and samples. */
static enum status check_wanted(const struct forecast_request *q, struct err *e)
{
    if (q->num_levels < 0 || q->num_levels > LEVELS_MAX)
        return err_set(e, ST_INVALID, "there are %d levels; the most is %d", q->num_levels,
                       LEVELS_MAX);
    if (q->num_quantiles < 0 || q->num_quantiles > QUANTILES_MAX)
        return err_set(e, ST_INVALID, "there are %d quantiles; the most is %d", q->num_quantiles,
                       QUANTILES_MAX);
    if (q->num_samples < 0 || q->num_samples > SAMPLES_MAX)
        return err_set(e, ST_INVALID, "samples is %d; it must be an integer from 0 to %d",
                       q->num_samples, SAMPLES_MAX);
    for (int l = 0; l < q->num_levels; l++) {
        if (!(q->levels[l] > 0 && q->levels[l] < 100))
            return err_set(e, ST_INVALID, "level %g must be between 0 and 100, in percent",
                           q->levels[l]);
    }
    for (int k = 0; k < q->num_quantiles; k++) {
        if (!(q->quantiles[k] > 0 && q->quantiles[k] < 1))
            return err_set(e, ST_INVALID, "quantile %g must be between 0 and 1", q->quantiles[k]);
    }
    return ST_OK;
}

static enum status check_request(const double *history, int n, const struct forecast_request *q,
                                 struct err *e)
{
    int present = 0;
    enum status st;

    if (q->steps < 1 || q->steps > STEPS_MAX)
        return err_set(e, ST_INVALID, "horizon is %d; it must be an integer from 1 to %d", q->steps,
                       STEPS_MAX);
    st = check_wanted(q, e);
    if (st)
        return st;
    for (int i = 0; i < n; i++) {
        if (isinf(history[i]))
            return err_set(e, ST_INVALID, "value %d of the history is infinite", i + 1);
        present += !isnan(history[i]);
    }
    if (!present)
        return err_set(e, ST_INVALID, "all %d values of the history are missing", n);
    return ST_OK;
}

/* An ensemble continues a known series however short the history is. */
static enum status check_length(const struct forecaster *f, const struct trained_series *known,
                                int later, int n, struct err *e)
{
    int need = frame_need(&f->frame);

    if (n >= need || (f->params.ensemble && known && later != UNRELATED))
        return ST_OK;
    return err_set(e, ST_INVALID, "a history of %d value%s; this model needs at least %d", n,
                   n == 1 ? "" : "s", need);
}

/* Where s has no calendar or covariates of its own, adds those that are remembered of the series
 * that it continues. *own is new, or NULL. */
static enum status complete(double **own, struct series_view *s, const struct forecaster *f,
                            const struct trained_series *known, int later, int horizon,
                            struct err *e)
{
    const struct regression *r = &known->covariates.regression;
    enum status st = ST_OK;

    *own = NULL;
    if (s->calendar.unit == CALENDAR_NONE && later != UNRELATED) {
        s->calendar = known->calendar;
        s->calendar.first += known->length + later - s->length;
    }
    if (!r->count)
        return ST_OK;
    if (!s->covariates && !later && known->covariates.rows)
        st = covariates_remembered(own, s, &known->covariates, f->num_covariates, known->length, e);
    return st ? st : covariates_require(s, r, f->covariates, horizon, e);
}

/* The effect to remove from a history: that of its known series, or the profile of a long
 * season. */
struct found_effect {
    struct exogenous a;
    struct profile profile;
    double *total;      /* (n + horizon) whole effect, history then future; NULL: none; owned */
    double *covariates; /* (n + horizon) the part of covariates in it */
};

static enum status find_effect(struct found_effect *out, const struct forecaster *f,
                               const struct trained_series *known, int later,
                               const struct series_view *s, int horizon, struct err *e)
{
    static const struct calendar_effect none = {.unit = CALENDAR_NONE};
    static const struct regression nothing = {0};
    int n = s->length, all = n + horizon;
    size_t size = 2 * (size_t)all * sizeof(double);
    struct series_view with = *s;
    double *own = NULL;
    enum status st = ST_OK;

    *out = (struct found_effect){0};
    out->a = (struct exogenous){known ? &known->covariates.regression : &nothing,
                                known ? &known->calendar_effect : &none, &out->profile, n};
    if (!exogenous_any(&out->a) && f->profiles)
        st = profile_fit(&out->profile, s->values, n, f->params.season_length, e);
    if (st || !exogenous_any(&out->a))
        return st;
    st = known ? complete(&own, &with, f, known, later, horizon, e) : ST_OK;
    out->total = st ? NULL : malloc(size);
    if (!st && !out->total)
        st = err_nomem(e, size);
    if (!st) {
        out->covariates = out->total + all;
        st = exogenous_effect(out->total, &out->a, &with, n, all, e);
    }
    if (!st)
        st = exogenous_effect(
            out->covariates,
            &(struct exogenous){.regression = out->a.regression, .calendar = &none}, &with, n, all,
            e);
    free(own);
    return st;
}

/* reason (n): as set by cleaned_take(). */
static enum status predict_filled(struct forecast *out, const struct forecaster *f,
                                  const struct trained_series *known, int later, const char *id,
                                  double *y, unsigned char *reason, int n,
                                  const struct forecast_request *q, struct err *e)
{
    struct trained_series own;
    struct cleaned c;
    enum status st = gaps_fill(y, n, f->params.fill, f->params.season_length, e);

    out->remarks = (struct forecast_remarks){0};
    if (!st)
        st = cleaned_take(&c, y, reason, n, &f->params, f->turns, e);
    if (!st)
        st = find_transform(&own, f, known, later, y, n, e);
    if (st)
        return st;
    cleaned_widen(&own.transform, &c, f->turns);
    out->remarks.last_doubtful = own.transform.doubt > 0;
    out->remarks.level_shifted_at = c.shifted_at;
    out->remarks.trend_turned_at = c.turned_at;
    out->remarks.short_season =
        f->params.ensemble && f->params.season_length > 1 &&
        own.ensemble.members.ets.season1 == 0 &&
        (!profile_applies(f->params.season_length) || n / 2 < f->params.season_length);
    return forecaster_forecast(out, f, &own, id, y, n, q, e);
}

/* Restores the effect on the forecasts. observed (n): the history; y (n): the values from which the
 * forecast was made. */
static void put_back(struct forecast *out, const struct found_effect *effect, bool floor,
                     const double *observed, const double *y, const unsigned char *reason, int n,
                     const struct forecast_request *q)
{
    struct explanation *x = out->explanation;

    if (effect->total)
        forecast_restore(out, &effect->a, effect->total + n, floor, q);
    if (x && effect->total)
        explain_effects(x, &effect->a, effect->total + n, effect->covariates + n, out->mean);
    if (x)
        explain_changes(x, observed, y, reason, n, &effect->a, effect->total);
}

enum status forecaster_predict_request(struct forecast *out, const struct forecaster *f,
                                       const struct series_view *history,
                                       const struct forecast_request *q, struct err *e)
{
    int n = history->length, later;
    const struct trained_series *known;
    struct found_effect effect = {0};
    double *y;
    unsigned char *reason; /* after y in its block */
    bool nonnegative = true;
    enum status st = check_request(history->values, n, q, e);

    if (!st)
        st = calendar_check(&history->calendar, e);
    if (st)
        return st;
    y = malloc((size_t)n * (sizeof(*y) + sizeof(*reason)));
    if (!y)
        return err_nomem(e, (size_t)n * (sizeof(*y) + sizeof(*reason)));
    reason = (unsigned char *)(y + n);
    known = find_trained(&later, f, history);
    st = check_length(f, known, later, n, e);
    if (!st)
        st = find_effect(&effect, f, known, later, history, q->steps, e);
    for (int i = 0; !st && i < n; i++) {
        double v = history->values[i];

        nonnegative = nonnegative && !(v < 0);
        y[i] = effect.total ? exogenous_remove(&effect.a, v, effect.total[i]) : v;
    }
    if (!st)
        st = predict_filled(out, f, known, later, history->id, y, reason, n, q, e);
    if (!st)
        put_back(out, &effect, has_floor(&f->params, nonnegative), history->values, y, reason, n,
                 q);
    profile_release(&effect.profile);
    free(effect.total);
    free(y);
    return st;
}

enum status forecaster_predict_view(struct forecast *out, const struct forecaster *f,
                                    const struct series_view *history, int horizon,
                                    const double *levels, int n_levels, struct err *e)
{
    const struct forecast_request q = {.steps = horizon, .levels = levels, .num_levels = n_levels};

    return forecaster_predict_request(out, f, history, &q, e);
}

enum status forecaster_predict(struct forecast *out, const struct forecaster *f,
                               const double *history, int n, int horizon, const double *levels,
                               int n_levels, struct err *e)
{
    const struct series_view s = {.id = "", .values = history, .length = n};

    return forecaster_predict_view(out, f, &s, horizon, levels, n_levels, e);
}

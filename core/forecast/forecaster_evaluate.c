/* forecaster_evaluate.c - residuals for the intervals, errors on the held-out end: see
 * forecaster_evaluate.h. */
#include "core/forecast/forecaster_evaluate.h"

#include "core/base/row.h"
#include "core/base/sort.h"
#include "core/forecast/distribution.h"
#include "core/forecast/methods/scaled_ets.h"
#include "core/forecast/series/season.h"
#include "core/params/recipe.h"

#include <math.h>
#include <stdlib.h>

enum {
    BATCH = 32,      /* windows of a forward pass */
    ORIGINS_MIN = 8, /* with fewer validation windows, training windows are used too */
    SERIES_ARRAYS = 10,
    ORIGINS_MAX = 512 /* the most origins for residuals */
};

static const double levels[2] = {80, 95};

/* ---- residuals ---- */

/* out (n, H): residuals of n windows, in error scales. Returns false when one is not finite. */
static bool window_residuals(double *out, struct predictor *p, const struct windows *w, int first,
                             int n)
{
    const double *z[BATCH];
    const struct transform *t[BATCH];
    int H = p->frame->horizon;
    bool finite = true;

    for (int at = 0; at < n; at += BATCH) {
        int count = n - at < BATCH ? n - at : BATCH;
        double *r = row(out, at, H);

        for (int i = 0; i < count; i++) {
            int origin;
            const struct window_run *run = windows_find(&origin, w, first + at + i);

            z[i] = run->z + origin;
            t[i] = run->transform;
        }
        predictor_run(r, p, z, t, count);
        for (int i = 0; i < count * H; i++) {
            r[i] = (z[i / H][i % H] - r[i]) / t[i / H]->error_scale;
            finite = finite && isfinite(r[i]);
        }
    }
    return finite;
}

static enum status diverged(struct err *e)
{
    return err_set(e, ST_INVALID,
                   "training diverged: the outputs are not finite; use a smaller learning_rate, a "
                   "gradient_clip, or scaling \"standard\"");
}

/* ---- residuals of an ensemble ---- */

enum { RESIDUAL_MAX = 3 /* in error scales; larger residuals count as this much */ };

/* base_error (H): errors of the base at one validation sample; NaN when the truth is not known. */
static void sample_residuals(double *base_error, const struct origins *o, struct origin_sample s,
                             const struct forecast_origin *from)
{
    const struct origin_series *v = &o->series[s.series];
    int at = v->at[s.index];

    forecast_origin_base(base_error, from, o->H);
    for (int h = 0; h < o->H; h++) {
        if (at + h < v->n && !isnan(v->values[at + h]))
            base_error[h] = (from->w[h] - base_error[h]) / from->error_scale;
        else
            base_error[h] = NAN;
    }
}

/* r (n, H): errors of the base at the samples; corrections (n, H): the net's estimates of them.
 * Returns false when an estimate is not finite. */
static bool ensemble_residuals(double *r, double *corrections, struct correction *k,
                               struct origins *o, const struct origin_sample *samples, int n)
{
    bool finite = true;

    for (int i = 0; i < n && !stop_asked(k->c->stop); i++) {
        struct forecast_origin from = origins_get(o, samples[i]);

        sample_residuals(row(r, i, o->H), o, samples[i], &from);
        finite = correction_run(row(corrections, i, o->H), k, &from, 1) && finite;
    }
    return finite;
}

/* Factor on the gain, since the validation part has also decided when training stopped. */
static const double gain_kept = 0.6;

/* g = sum r c / sum c^2 over all origins and steps, 0..1: the share of the corrections c that
 * minimises the squared error of the base. */
static double fit_gain(const double *r, const double *corrections, size_t n)
{
    double product = 0, square = 0;

    for (size_t i = 0; i < n; i++) {
        if (isnan(r[i]))
            continue;
        product += fmin(fmax(r[i], -RESIDUAL_MAX), RESIDUAL_MAX) * corrections[i];
        square += corrections[i] * corrections[i];
    }
    return square > 0 ? gain_kept * fmin(fmax(product / square, 0), 1) : 0;
}

/* Mean absolute value of n residuals; NaN when none is known. */
static double mean_size(const double *r, size_t n)
{
    double sum = 0;
    int known = 0;

    for (size_t k = 0; k < n; k++) {
        if (!isnan(r[k]))
            sum += (fabs(r[k]) - sum) / ++known;
    }
    return known ? sum : NAN;
}

static const double spread_power = 0.4, spread_max = 10;

/* Ratio of one series' errors to the panel's. Its backtest is short, so the ratio is shrunk: its
 * logarithm is multiplied by spread_power. */
static double own_spread(const double *r, size_t n, double mean)
{
    double own = mean_size(r, n);

    if (isnan(own) || !(mean > 0))
        return 1;
    return pow(fmin(fmax(own / mean, 1 / spread_max), spread_max), spread_power);
}

/* Sets the spread of each series from its residuals r, and divides them by it. samples are ordered
 * by series. */
static void set_spreads(struct prepared *d, double *r, const struct origin_sample *samples, int n)
{
    size_t H = (size_t)d->frame.horizon;
    double mean = mean_size(r, (size_t)n * H);
    int end;

    for (int first = 0; first < n; first = end) {
        struct prepared_series *s = &d->series[samples[first].series];
        double unit = d->origins.series[samples[first].series].backtest.error_scale, spread = 1;

        for (end = first; end < n && samples[end].series == samples[first].series;)
            end++;
        if (d->count > 1)
            spread = own_spread(r + (size_t)first * H, (size_t)(end - first) * H, mean);
        for (size_t k = (size_t)first * H; k < (size_t)end * H; k++)
            r[k] /= spread;
        s->ensemble.spread = fmin(fmax(spread * unit / s->ensemble.error_scale, 1e-3), 1e3);
        s->transform.error_scale = s->ensemble.error_scale * s->ensemble.spread;
    }
}

enum status evaluate_ensemble(struct forecaster *f, struct prepared *d, struct err *e)
{
    struct origins *o = &d->origins;
    bool few = o->num_valid < ORIGINS_MIN;
    const struct origin_sample *samples = few ? o->train : o->valid;
    int n = few ? o->num_train : o->num_valid;
    size_t all = (size_t)n * (size_t)o->H;
    double *r = calloc(all, sizeof(*r)), *corrections = calloc(all, sizeof(*corrections));
    struct combiner c = forecaster_combiner(f);
    struct correction k = {0};
    enum status st = r && corrections ? ST_OK : err_nomem(e, 2 * all * sizeof(*r));

    if (!st)
        st = correction_init(&k, &c, o->season_max, e);
    if (!st && !ensemble_residuals(r, corrections, &k, o, samples, n))
        st = diverged(e);
    if (!st)
        st = intervals_clip(r, all, e);
    if (!st) {
        f->gain = few ? 0 : fit_gain(r, corrections, all);
        for (size_t i = 0; i < all; i++)
            r[i] -= f->gain * corrections[i];
        set_spreads(d, r, samples, n);
        st = intervals_fit(&f->intervals, r, n, o->H, e);
    }
    correction_release(&k);
    free(r);
    free(corrections);
    return st;
}

/* ---- intervals of a net alone ---- */

enum status evaluate_intervals(struct forecaster *f, const struct prepared *d, struct err *e)
{
    int valid = min_int(d->valid.count, ORIGINS_MAX), H = d->frame.horizon;
    int train = valid < ORIGINS_MIN ? min_int(d->train.count, ORIGINS_MAX) : 0;
    size_t row = (size_t)H * sizeof(double);
    double *r = malloc((size_t)(valid + train) * row);
    struct predictor p = {0};
    enum status st = r ? ST_OK : err_nomem(e, (size_t)(valid + train) * row);

    if (!st)
        st = predictor_init(&p, &d->frame, f->net, BATCH, e);
    if (!st)
        net_work_stop(p.work, f->stop);
    if (!st && !(window_residuals(r, &p, &d->valid, d->valid.count - valid, valid) &&
                 window_residuals(row(r, valid, H), &p, &d->train, d->train.count - train, train)))
        st = diverged(e);
    if (!st)
        st = intervals_clip(r, (size_t)(valid + train) * (size_t)H, e);
    if (!st)
        st = intervals_fit(&f->intervals, r, valid + train, H, e);
    predictor_release(&p);
    free(r);
    return st;
}

/* ---- the held-out end ---- */

static enum status series_arrays(struct evaluation_series *out, double **base, int n, struct err *e)
{
    double *v = calloc(SERIES_ARRAYS * (size_t)n, sizeof(*v));

    if (!v)
        return err_nomem(e, SERIES_ARRAYS * (size_t)n * sizeof(*v));
    *base = v;
    out->length = n;
    out->truth = v;
    out->forecast = v + n;
    out->seasonal_naive = v + 2 * (size_t)n;
    out->lower80 = v + 3 * (size_t)n;
    out->upper80 = v + 4 * (size_t)n;
    out->lower95 = v + 5 * (size_t)n;
    out->upper95 = v + 6 * (size_t)n;
    out->naive = v + 7 * (size_t)n;
    out->ets = v + 8 * (size_t)n;
    out->mean = v + 9 * (size_t)n;
    return ST_OK;
}

static enum status one_step_together(double *z_hat, const struct forecaster *f,
                                     const struct prepared_series *s, int start, int n,
                                     struct err *e)
{
    struct combiner c = forecaster_combiner(f);
    int *origins = malloc((size_t)n * sizeof(*origins));
    enum status st = origins ? ST_OK : err_nomem(e, (size_t)n * sizeof(*origins));

    for (int i = 0; !st && i < n; i++)
        origins[i] = start + i;
    if (!st)
        st = combine_path(z_hat, &c, &s->ensemble,
                          &(struct rolling){s->z, s->view->length, origins, n, 1}, e);
    free(origins);
    return st;
}

/* z_hat (n): one-step forecasts of steps start to start + n - 1 of a scaled series. */
static enum status one_step(double *z_hat, const struct forecaster *f, struct predictor *p,
                            const struct prepared_series *s, int start, int n, double *block,
                            struct err *e)
{
    if (f->params.ensemble)
        return one_step_together(z_hat, f, s, start, n, e);
    for (int at = 0; at < n; at += BATCH) {
        const double *z[BATCH];
        const struct transform *t[BATCH];
        int count = n - at < BATCH ? n - at : BATCH;

        for (int i = 0; i < count; i++) {
            z[i] = s->z + start + at + i;
            t[i] = &s->transform;
        }
        predictor_run(block, p, z, t, count);
        for (int i = 0; i < count; i++)
            z_hat[at + i] = *row(block, i, p->frame->horizon);
    }
    return ST_OK;
}

/* Mean square of the one-step errors so far, scaled. */
struct one_step_error {
    double square;
    int count;
};

static enum status evaluate_one_step(struct one_step_error *sum, struct forecast *out,
                                     const struct forecaster *f, const struct prepared_series *s,
                                     struct predictor *p, struct err *e)
{
    int n = s->test_length;
    double unit = f->params.ensemble ? s->ensemble.error_scale : 1;
    double *z_hat = malloc((size_t)n * sizeof(double));
    double *block = malloc((size_t)BATCH * (size_t)f->frame.horizon * sizeof(double));
    const struct outlook o = {.intervals = &f->intervals, .transform = &s->transform};
    const struct forecast_request q = {.steps = 1, .levels = levels, .num_levels = 2};
    bool finite = true;
    enum status st;

    if (!z_hat || !block) {
        free(z_hat);
        free(block);
        return err_nomem(e, (size_t)n * sizeof(double));
    }
    st = one_step(z_hat, f, p, s, s->test_start, n, block, e);
    for (int i = 0; !st && i < n; i++) {
        double d = (z_hat[i] - s->z[s->test_start + i]) / unit;

        finite = finite && isfinite(scaling_inverse(&s->transform.scaling, z_hat[i]));
        if (!isnan(s->view->values[s->test_start + i])) {
            sum->square += (d * d - sum->square) / ++sum->count;
        }
        if (out)
            forecast_step(out, i, &o, z_hat[i], 1, &q);
    }
    free(z_hat);
    free(block);
    if (st)
        return st;
    return finite ? ST_OK
                  : err_set(e, ST_INVALID,
                            "training diverged: a forecast of series %s is not "
                            "finite; use a smaller learning_rate",
                            s->view->id);
}

static void naive_baseline(double *out, const struct prepared_series *s, int m, bool rolling)
{
    if (!rolling) {
        seasonal_naive(out, s->raw_y, s->test_start, m, s->test_length);
        return;
    }
    for (int i = 0; i < s->test_length; i++)
        seasonal_naive(out + i, s->raw_y, s->test_start + i, m, 1);
}

/* The scaling for ETS of the raw series. Without its effect a series may have been positive, while
 * the raw one is not. */
static int raw_scaling(const struct prepared *d, const struct prepared_series *s)
{
    for (int i = 0; s->effect && i < s->raw->length; i++)
        if (s->raw_y[i] <= 0)
            return SCALING_STANDARD;
    return prepared_scaling(d, s);
}

/* The forecasts of ETS alone over the same steps. */
static enum status ets_baseline(double *out, const struct forecaster *f, const struct prepared *d,
                                const struct prepared_series *s, bool rolling, struct err *e)
{
    int n = s->view->length, count = rolling ? s->test_length : 1;
    int steps = rolling ? 1 : s->test_length;
    struct scaled_ets c = s->ensemble.members.ets;
    int *origins = malloc((size_t)count * sizeof(*origins));
    enum status st = origins ? ST_OK : err_nomem(e, (size_t)count * sizeof(*origins));

    for (int i = 0; !st && i < count; i++)
        origins[i] = s->test_start + i;
    if (!st && (!f->params.ensemble || s->effect))
        st = scaled_ets_fit(&c, s->raw_y, s->test_start, f->params.season_length, raw_scaling(d, s),
                            e);
    if (!st)
        st = scaled_ets_forecast(out, &c, s->raw_y, n, origins, count, steps, e);
    free(origins);
    return st;
}

static void measure(struct evaluation_series *ev, const struct prepared_series *s, int m)
{
    double scale = mase_scale(s->raw->values, s->test_start, m), squared;

    metrics_compute(&ev->model, ev->truth, ev->mean, ev->length, scale);
    squared = ev->model.rmse;
    metrics_compute(&ev->model, ev->truth, ev->forecast, ev->length, scale);
    ev->model.rmse = squared;
    metrics_compute(&ev->baseline, ev->truth, ev->seasonal_naive, ev->length, scale);
    metrics_compute(&ev->naive_model, ev->truth, ev->naive, ev->length, scale);
    metrics_compute(&ev->ets_model, ev->truth, ev->ets, ev->length, scale);
}

/* Restores the effect of calendar and covariates on the forecasts of the held-out steps. Of
 * covariates that are not known in advance only the values before these steps are read. */
static enum status restore_effect(struct forecast *fc, const struct forecaster *f,
                                  const struct prepared_series *s, const struct exogenous *a,
                                  const struct forecast_request *q, struct err *e)
{
    int n = s->test_start, total = n + s->test_length;
    double *effect;
    bool nonnegative = true;
    enum status st;

    if (!exogenous_any(a))
        return ST_OK;
    effect = malloc((size_t)total * sizeof(*effect));
    if (!effect)
        return err_nomem(e, (size_t)total * sizeof(*effect));
    for (int i = 0; i < n; i++)
        nonnegative = nonnegative && s->raw_y[i] >= 0;
    st = exogenous_effect(effect, a, s->raw, n, total, e);
    if (!st)
        forecast_restore(fc, a, effect + n, has_floor(&f->params, nonnegative), q);
    free(effect);
    return st;
}

static enum status evaluate_series(struct evaluation_series *ev, struct one_step_error *sum,
                                   const struct forecaster *f, const struct prepared *d,
                                   const struct prepared_series *s, const struct exogenous *a,
                                   struct predictor *p, struct err *e)
{
    bool rolling = recipe_of(TASK_FORECAST, &f->params)->one_step_evaluation;
    int n = s->test_length, m = f->params.season_length;
    double *v = NULL;
    struct forecast fc;
    const struct forecast_request q = {.steps = n, .levels = levels, .num_levels = 2};
    enum status st = series_arrays(ev, &v, n, e);

    if (st || !v)
        return st;
    fc = (struct forecast){.mean = v + 9 * (size_t)n,
                           .median = v + n,
                           .lower = {v + 3 * (size_t)n, v + 5 * (size_t)n},
                           .upper = {v + 4 * (size_t)n, v + 6 * (size_t)n}};
    ev->start = s->test_start;
    for (int i = 0; i < n; i++)
        v[i] = s->raw->values[s->test_start + i];
    naive_baseline(v + 2 * (size_t)n, s, m, rolling);
    naive_baseline(v + 7 * (size_t)n, s, 1, rolling);
    st = ets_baseline(v + 8 * (size_t)n, f, d, s, rolling, e);
    if (!st && !rolling) {
        struct trained_series known = {.transform = s->transform, .ensemble = s->ensemble};

        st = forecaster_forecast(&fc, f, &known, s->view->id, s->y, s->test_start, &q, e);
        if (!st)
            st = restore_effect(&fc, f, s, a, &q, e);
    }
    if (!st)
        st = evaluate_one_step(sum, rolling ? &fc : NULL, f, s, p, e);
    if (!st)
        measure(ev, s, m);
    return st ? err_wrap(e, "evaluation of series %s", s->view->id), st : ST_OK;
}

/* ---- over all series ---- */

static void add_mean(double *mean, int *count, double v)
{
    if (isfinite(v))
        *mean += (v - *mean) / ++*count;
}

enum forecast_kind { KIND_MODEL, KIND_BASELINE, KIND_NAIVE, KIND_ETS };

static const struct metrics *metrics_of(const struct evaluation_series *s, enum forecast_kind kind)
{
    return kind == KIND_MODEL      ? &s->model
           : kind == KIND_BASELINE ? &s->baseline
           : kind == KIND_NAIVE    ? &s->naive_model
                                   : &s->ets_model;
}

static struct metrics mean_metrics(const struct evaluation *ev, enum forecast_kind kind)
{
    double mean[5] = {0};
    int count[5] = {0};

    for (int i = 0; i < ev->count; i++) {
        const struct metrics *m = metrics_of(&ev->series[i], kind);

        add_mean(&mean[0], &count[0], m->mae);
        add_mean(&mean[1], &count[1], m->rmse);
        add_mean(&mean[2], &count[2], m->mape);
        add_mean(&mean[3], &count[3], m->smape);
        add_mean(&mean[4], &count[4], m->mase);
    }
    for (int k = 0; k < 5; k++)
        mean[k] = count[k] ? mean[k] : NAN;
    return (struct metrics){mean[0], mean[1], mean[2], mean[3], mean[4]};
}

/* Adds the absolute errors of a forecast (length), divided by the scale. mean, count (steps). */
static void add_steps(double *mean, int *count, const struct evaluation_series *s,
                      const double *forecast, double scale)
{
    for (int h = 0; h < s->length; h++) {
        if (!isnan(s->truth[h]))
            add_mean(&mean[h], &count[h], fabs(s->truth[h] - forecast[h]) / scale);
    }
}

/* Computes the errors by step ahead, where each series' errors are divided by its MASE scale. */
static enum status measure_steps(struct evaluation *ev, struct err *e)
{
    double *v;
    int *count;

    for (int i = 0; i < ev->count; i++)
        ev->steps = ev->series[i].length > ev->steps ? ev->series[i].length : ev->steps;
    if (!ev->steps)
        return ST_OK;
    v = calloc(3 * (size_t)ev->steps, sizeof(*v));
    count = calloc(3 * (size_t)ev->steps, sizeof(*count));
    if (!v || !count) {
        free(v);
        free(count);
        return err_nomem(e, 3 * (size_t)ev->steps * sizeof(*v));
    }
    ev->step_error = v;
    ev->step_baseline = v + ev->steps;
    ev->step_ets = v + 2 * (size_t)ev->steps;
    for (int i = 0; i < ev->count; i++) {
        const struct evaluation_series *s = &ev->series[i];
        double scale = s->model.mae / s->model.mase;

        if (!(scale > 0))
            continue;
        add_steps(ev->step_error, count, s, s->forecast, scale);
        add_steps(ev->step_baseline, count + ev->steps, s, s->seasonal_naive, scale);
        add_steps(ev->step_ets, count + 2 * (size_t)ev->steps, s, s->ets, scale);
    }
    for (int h = 0; h < 3 * ev->steps; h++)
        v[h] = count[h] ? v[h] : NAN;
    free(count);
    return ST_OK;
}

static void measure_all(struct evaluation *ev)
{
    int64_t inside80 = 0, inside95 = 0, count = 0;

    ev->model = mean_metrics(ev, KIND_MODEL);
    ev->baseline = mean_metrics(ev, KIND_BASELINE);
    ev->naive = mean_metrics(ev, KIND_NAIVE);
    ev->ets = mean_metrics(ev, KIND_ETS);
    ev->beats_baseline = isnan(ev->model.mase) ? ev->model.mae < ev->baseline.mae
                                               : ev->model.mase < ev->baseline.mase;
    for (int i = 0; i < ev->count; i++) {
        const struct evaluation_series *s = &ev->series[i];

        for (int k = 0; k < s->length; k++) {
            count += !isnan(s->truth[k]) && !isnan(s->lower80[k]);
            inside80 += s->truth[k] >= s->lower80[k] && s->truth[k] <= s->upper80[k];
            inside95 += s->truth[k] >= s->lower95[k] && s->truth[k] <= s->upper95[k];
        }
    }
    ev->coverage80 = count ? (double)inside80 / (double)count : NAN;
    ev->coverage95 = count ? (double)inside95 / (double)count : NAN;
}

enum status evaluate_forecaster(struct forecaster *f, const struct prepared *d,
                                double last_batch_loss, struct err *e)
{
    struct evaluation *ev = calloc(1, sizeof(*ev));
    struct one_step_error sum = {0};
    struct predictor p = {0};
    enum status st;

    if (!ev)
        return err_nomem(e, sizeof(*ev));
    ev->series = calloc((size_t)d->count, sizeof(*ev->series));
    if (!ev->series) {
        free(ev);
        return err_nomem(e, (size_t)d->count * sizeof(*ev->series));
    }
    st = f->params.ensemble ? ST_OK : predictor_init(&p, &d->frame, f->net, BATCH, e);
    if (p.work)
        net_work_stop(p.work, f->stop);
    for (int i = 0; !st && i < d->count; i++) {
        const struct trained_series *known = &f->series[i];
        const struct exogenous a = {&known->covariates.regression, &known->calendar_effect,
                                    &d->series[i].profile, d->series[i].test_start};

        st = progress_report(d->progress, (double)i / d->count, e);
        if (st || d->series[i].test_length < 1)
            continue;
        ev->series[ev->count].id = known->id;
        st = evaluate_series(&ev->series[ev->count++], &sum, f, d, &d->series[i], &a, &p, e);
    }
    /* In the one-step recipe every held-out value is one step ahead. */
    if (!st && !recipe_of(TASK_FORECAST, &f->params)->one_step_evaluation)
        st = measure_steps(ev, e);
    if (!st) {
        measure_all(ev);
        ev->last_batch_loss = last_batch_loss;
        ev->num_covariates = f->num_covariates;
        for (int i = 0; i < f->num_series; i++)
            ev->covariates_used += f->series[i].covariates.regression.count > 0;
        ev->test_mse_scaled = sum.count ? sum.square : NAN;
        f->evaluation = ev;
        ev = NULL;
    }
    predictor_release(&p);
    evaluation_free(ev);
    return st;
}

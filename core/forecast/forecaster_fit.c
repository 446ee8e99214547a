/* forecaster_fit.c - training a forecaster: prepare, train, measure, remember.
 *
 * A snapshot of a running fit is the trainer's state, with a digest of data and parameters.
 * Everything else is prepared again from these on resuming, with the same result. */
#include "core/base/row.h"
#include "core/checkpoint/snapshot.h"
#include "core/forecast/forecaster_evaluate.h"
#include "core/forecast/forecaster_model.h"
#include "core/forecast/net/net_start.h"
#include "core/forecast/prepare.h"
#include "core/forecast/series/end_hash.h"
#include "core/forecast/series/profile.h"
#include "core/forecast/series/season.h"
#include "core/params/recipe.h"
#include "core/params/training.h"
#include <lstm/hash.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONTEXT_HORIZONS = 4, CONTEXT_MIN = 48, REMEMBERED_MAX = 3000000 };

struct fit {
    struct forecaster *f;
    struct forecaster *warm; /* the model whose weights the nets start from, or NULL */
    const struct panel *panel;
    struct prepared data;
    struct sample_source train, valid;
    struct origin_source train_origins, valid_origins; /* instead of windows, in an ensemble */
    struct trainer *trainer;                           /* NULL until preparation is over */
    struct progress progress;
    char digest[17]; /* of panel and parameters, hexadecimal */
};

/* ---- snapshots ---- */

static void make_digest(char out[17], const struct panel *panel, const struct params *p,
                        const struct fit_hooks *hooks)
{
    uint64_t h = FNV1A_START;
    int n;
    const struct param_spec *table = params_table(&n);

    for (int i = 0; i < n; i++) {
        double v = table[i].forecast ? params_number(p, &table[i]) : 0;

        h = fnv1a(h, &v, sizeof(v));
    }
    h = fnv1a(h, p->recipe, strlen(p->recipe) + 1);
    for (int i = 0; i < panel->count; i++) {
        const struct series_view *s = &panel->series[i];

        h = fnv1a(h, s->id, strlen(s->id) + 1);
        h = fnv1a(h, s->values, (size_t)s->length * sizeof(*s->values));
        if (s->covariates)
            h = fnv1a(h, s->covariates,
                      (size_t)panel->num_covariates * (size_t)s->rows * sizeof(double));
        if (s->calendar.unit != CALENDAR_NONE) {
            h = fnv1a(h, &s->calendar.unit, sizeof(s->calendar.unit));
            h = fnv1a(h, &s->calendar.first, sizeof(s->calendar.first));
        }
    }
    if (hooks && hooks->warm)
        h = fnv1a(h, hooks->warm, hooks->warm_len);
    for (int k = 0; k < panel->num_covariates; k++)
        h = fnv1a(h, panel->covariates[k], strlen(panel->covariates[k]) + 1);
    if (panel->num_covariates)
        h = fnv1a(h, p->future_covariates, strlen(p->future_covariates) + 1);
    snprintf(out, 17, "%016llx", (unsigned long long)h);
}

static enum status save_copy(uint8_t **bytes, size_t *len, const struct fit_hooks *hooks,
                             struct err *e)
{
    *bytes = malloc(hooks->resume_len + 1);
    if (!*bytes)
        return err_nomem(e, hooks->resume_len + 1);
    memcpy(*bytes, hooks->resume, hooks->resume_len);
    *len = hooks->resume_len;
    return ST_OK;
}

static enum status fit_save(const void *ctx, uint8_t **bytes, size_t *len, struct err *e)
{
    const struct fit *fit = ctx;
    const struct fit_hooks *hooks = fit->progress.hooks;
    struct checkpoint *c = NULL;
    enum status st;

    /* While preparation runs again, the given snapshot is still the state to resume from. */
    if (!fit->trainer && hooks->resume)
        return save_copy(bytes, len, hooks, e);
    st = snapshot_new(&c, "forecast", fit->digest, fit->trainer, e);
    if (!st)
        st = checkpoint_set_i64(c, "epoch", fit->progress.reported.epoch, e);
    if (!st)
        st = checkpoint_set_i64(c, "samples", fit->progress.reported.samples, e);
    if (!st)
        st = checkpoint_set_i64(c, "millionths", (int64_t)(fit->progress.reported.fraction * 1e6),
                                e);
    if (!st)
        st = checkpoint_write(bytes, len, c, e);
    checkpoint_free(c);
    return st;
}

/* Checks that the snapshot is of this fit, and reports its progress. This comes before the
 * preparation, which takes long: so progress never falls. */
static enum status resume_progress(struct fit *fit, const struct fit_hooks *hooks, struct err *e)
{
    struct fit_progress *p = &fit->progress.reported;
    struct checkpoint *c = NULL;
    int64_t epoch, samples, millionths;
    enum status st;

    if (!hooks || !hooks->resume)
        return ST_OK;
    st = snapshot_read(&c, "forecast", fit->digest, hooks->resume, hooks->resume_len, e);
    if (st)
        return st;
    if (!checkpoint_get_i64(&epoch, c, "epoch", 0, p->epochs, NULL) &&
        !checkpoint_get_i64(&samples, c, "samples", 0, INT64_MAX, NULL) &&
        !checkpoint_get_i64(&millionths, c, "millionths", 0, 1000000, NULL)) {
        p->epoch = (int)epoch;
        p->samples = samples;
        p->fraction = (double)millionths / 1e6;
    }
    checkpoint_free(c);
    return ST_OK;
}

static enum status fit_resume(struct fit *fit, const struct fit_hooks *hooks, struct err *e)
{
    struct checkpoint *c = NULL;
    enum status st =
        snapshot_read(&c, "forecast", fit->digest, hooks->resume, hooks->resume_len, e);

    if (!st)
        st = snapshot_resume(fit->trainer, c, e);
    checkpoint_free(c);
    return st;
}

/* ---- the net and its training ---- */

/* Makes the net. When windows are levelled, it starts with the output zero: that is the naive
 * forecast, or in an ensemble the members' forecast. */
static enum status make_net(struct fit *fit, struct err *e)
{
    struct forecaster *f = fit->f;
    struct net_config nc = net_config_of(&f->params);

    enum status st =
        net_start(&f->net, &nc, fit->warm ? fit->warm->net : NULL, (uint64_t)f->params.seed,
                  f->frame.normalised || f->params.ensemble, e);

    return st ? st : forecaster_make_pool(f, e);
}

static enum status make_trainer(struct fit *fit, const struct parallel *parallel, struct err *e)
{
    const struct params *p = &fit->f->params;
    const struct recipe *recipe = recipe_of(TASK_FORECAST, p);
    struct trainer_config c = training_of(p);

    c.last_only = !fit->f->frame.sequence;
    c.keep_best = recipe->keep_best;
    c.schedule = recipe->cosine_schedule ? LR_COSINE : LR_CONSTANT;
    c.seed = (uint64_t)p->seed;
    c.parallel = parallel;
    c.stop = progress_stop(&fit->progress);
    if (p->ensemble) {
        struct origins *o = &fit->data.origins;

        c.last_only = false;
        fit->train_origins = (struct origin_source){.o = o, .samples = o->train};
        fit->valid_origins = (struct origin_source){.o = o, .samples = o->valid};
        fit->train = origins_source(&fit->train_origins, o->num_train);
        fit->valid = origins_source(&fit->valid_origins, o->num_valid);
    } else {
        fit->train = windows_source(&fit->data.train);
        fit->valid = windows_source(&fit->data.valid);
    }
    return trainer_new(&fit->trainer, fit->f->net, &c, &fit->train,
                       fit->valid.num_samples ? &fit->valid : NULL, e);
}

static enum status diverged(struct err *e, const struct fit_progress *p)
{
    return err_set(e, ST_INVALID,
                   "training diverged in epoch %d: the loss is not finite; use a smaller "
                   "learning_rate, a gradient_clip, or scaling \"standard\"",
                   p->epoch + 1);
}

/* Converts the progress of the training into that of the whole fit. */
static void take_share(struct progress *w, struct fit_progress *p)
{
    p->fraction = fmax(w->reported.fraction, w->from + (w->to - w->from) * p->fraction);
    w->reported = *p;
}

static enum status train(struct fit *fit, const struct fit_hooks *hooks, struct err *e)
{
    enum trainer_event event;
    struct fit_progress p;

    do {
        event = trainer_step(fit->trainer);
        trainer_progress(&p, fit->trainer);
        if (event != TRAINER_STOPPED && !isfinite(trainer_last_batch_loss(fit->trainer)))
            return diverged(e, &p);
        take_share(&fit->progress, &p);
        if ((hooks && hooks->progress && !hooks->progress(hooks->ctx, &p, &fit->progress.saver)) ||
            event == TRAINER_STOPPED)
            return err_set(e, ST_CANCELLED, "the fit was cancelled");
    } while (event != TRAINER_DONE);
    return ST_OK;
}

/* ---- what the model remembers ---- */

/* How many values of a series are remembered: enough to forecast from, to compare seasons, and to
 * draw. */
static int context_length(const struct prepared *d, const struct prepared_series *s)
{
    const struct frame *f = &d->frame;
    int64_t want = (int64_t)frame_need(f) + 2 * (int64_t)d->params->season_length;
    int64_t n = s->view->length, room = REMEMBERED_MAX / d->count;

    want = want > CONTEXT_HORIZONS * f->horizon ? want : CONTEXT_HORIZONS * f->horizon;
    want = want > CONTEXT_MIN ? want : CONTEXT_MIN;
    if (d->params->ensemble)
        want = want > HISTORY_MAX ? want : HISTORY_MAX;
    if (d->params->ensemble && profile_applies(d->params->season_length))
        want = want > PROFILE_VALUES_MAX ? want : PROFILE_VALUES_MAX;
    want = want < room ? want : room;
    want = want > frame_need(f) ? want : frame_need(f);
    want = want < n ? want : n;
    /* Begin with a value: a gap at the start would be imputed otherwise than in the whole
     * series. */
    while (want < n && want < 2 * room && isnan(s->raw->values[n - want]))
        want++;
    return (int)want;
}

/* Remembers the covariates of the last n values and of the steps after them. */
static enum status remember_covariates(struct trained_covariates *k, struct prepared_series *from,
                                       int n, int count, struct err *e)
{
    const struct series_view *s = from->raw;
    int first = s->length - n, rows = s->rows - first;

    if (!from->regression.count)
        return ST_OK;
    k->regression = from->regression;
    from->regression = (struct regression){0}; /* moved */
    k->values = malloc((size_t)count * (size_t)rows * sizeof(*k->values));
    if (!k->values)
        return err_nomem(e, (size_t)count * (size_t)rows * sizeof(*k->values));
    k->rows = rows;
    for (int c = 0; c < count; c++)
        memcpy(row(k->values, c, rows), row(s->covariates, c, s->rows) + first,
               (size_t)rows * sizeof(*k->values));
    return ST_OK;
}

static enum status remember_names(struct forecaster *f, const struct panel *panel, struct err *e)
{
    f->covariates = calloc((size_t)panel->num_covariates + 1, sizeof(*f->covariates));
    if (!f->covariates)
        return err_nomem(e, 0);
    for (int k = 0; k < panel->num_covariates; k++) {
        f->covariates[k] = strdup(panel->covariates[k]);
        if (!f->covariates[k])
            return err_nomem(e, 0);
        f->num_covariates++;
    }
    return ST_OK;
}

/* Remembers series k. Its id stays at its address, since the evaluation refers to it. */
static enum status remember_series(struct trained_series *k, const struct prepared *d,
                                   struct prepared_series *s, int num_covariates, struct err *e)
{
    int n = context_length(d, s);
    char *id = k->id ? k->id : strdup(s->view->id);

    free(k->values);
    trained_covariates_release(&k->covariates);
    *k = (struct trained_series){.id = id, .values = malloc((size_t)n * sizeof(*k->values))};
    if (!k->id || !k->values)
        return err_nomem(e, (size_t)n * sizeof(*k->values));
    memcpy(k->values, s->raw->values + s->raw->length - n, (size_t)n * sizeof(*k->values));
    k->length = n;
    k->skipped = s->view->length - n;
    k->transform = s->transform;
    k->ensemble = s->ensemble;
    if (d->params->ensemble)
        k->transform = combine_transform(&k->ensemble, s->transform.nonnegative);
    if (s->calendar.unit != CALENDAR_NONE) {
        k->calendar_effect = s->calendar;
        k->calendar = s->raw->calendar;
        k->calendar.first += k->skipped;
    }
    return remember_covariates(&k->covariates, s, n, num_covariates, e);
}

/* Replaces what f remembers of every series. */
static enum status remember(struct forecaster *f, const struct prepared *d, struct err *e)
{
    enum status st = ST_OK;

    if (!f->series)
        f->series = calloc((size_t)d->count, sizeof(*f->series));
    if (!f->series)
        return err_nomem(e, (size_t)d->count * sizeof(*f->series));
    f->num_series = d->count;
    for (int i = 0; !st && i < d->count; i++)
        st = remember_series(&f->series[i], d, &d->series[i], f->num_covariates, e);
    return st;
}

/* With keep_history false, hashes replace the observations, and covariates go too. */
static void forget_histories(struct forecaster *f)
{
    for (int i = 0; i < f->num_series; i++) {
        struct trained_series *s = &f->series[i];

        s->end = end_hash(s->values, s->length);
        s->skipped += s->length;
        if (s->calendar.unit != CALENDAR_NONE)
            s->calendar.first += s->length;
        free(s->values);
        s->values = NULL;
        s->length = 0;
        free(s->covariates.values);
        s->covariates.values = NULL;
        s->covariates.rows = 0;
    }
}

/* ---- the final fit ---- */

/* Fractions of an ensemble's fit that are done after the preparation, the training of the residual
 * net, and the evaluation. Without an ensemble nearly all time is training. */
static const double prepared_done = 0.35, trained_done = 0.7, judged_done = 0.72;

static bool holds_out(const struct prepared *d)
{
    for (int i = 0; i < d->count; i++) {
        if (d->series[i].test_length > 0)
            return true;
    }
    return false;
}

/* After the evaluation on the held-out end, everything but the residual net is fitted again to all
 * values: scales, outliers, calendar, members, weights, the global nets and the intervals. The
 * errors that the first fit measured, from other origins, are combined with the new ones.
 * Covariates that the first fit found useless stay out. */
static enum status fit_whole(struct fit *fit, struct err *e)
{
    struct forecaster *f = fit->f;
    struct prepared *d = &fit->data;
    struct backtest_record before = {0};
    struct global_nets nets = f->nets;
    struct params whole = f->params;
    bool *covariates;
    enum status st;

    if (!f->params.ensemble || !holds_out(d))
        return ST_OK;
    whole.test_size = 0;
    covariates = calloc((size_t)d->count, sizeof(*covariates));
    st = covariates ? backtest_record_take(&before, &d->origins, e) : err_nomem(e, 0);
    for (int i = 0; !st && i < d->count; i++)
        covariates[i] = f->series[i].covariates.regression.count > 0;
    prepared_release(d);
    if (!st)
        st = prepared_init(d, fit->panel, &whole,
                           &(struct fit_start){&nets, true, &before, covariates, judged_done, 1},
                           &fit->progress, e);
    if (!st) {
        f->nets = d->origins.nets;
        d->origins.nets = (struct global_nets){0};
        global_nets_release(&nets);
        intervals_release(&f->intervals);
        st = evaluate_ensemble(f, d, e);
    }
    if (!st)
        st = remember(f, d, e);
    d->params = &f->params;
    backtest_record_release(&before);
    free(covariates);
    return st;
}

static enum status fit_run(struct fit *fit, const struct fit_hooks *hooks, struct err *e)
{
    bool ensemble = fit->f->params.ensemble;
    enum status st;

    progress_phase(&fit->progress, ensemble ? trained_done : 1);
    fit->f->frame = fit->data.frame;
    fit->f->nets = fit->data.origins.nets;
    fit->data.origins.nets = (struct global_nets){0};
    st = make_net(fit, e);
    if (!st)
        st = make_trainer(fit, hooks ? hooks->parallel : NULL, e);
    if (!st && hooks && hooks->resume)
        st = fit_resume(fit, hooks, e);
    if (!st)
        st = train(fit, hooks, e);
    if (!st)
        st = ensemble ? evaluate_ensemble(fit->f, &fit->data, e)
                      : evaluate_intervals(fit->f, &fit->data, e);
    if (!st)
        st = remember(fit->f, &fit->data, e);
    progress_phase(&fit->progress, ensemble ? judged_done : 1);
    if (!st)
        st = evaluate_forecaster(fit->f, &fit->data, trainer_last_batch_loss(fit->trainer), e);
    if (!st)
        st = fit_whole(fit, e);
    if (!st && !fit->f->params.keep_history)
        forget_histories(fit->f);
    fit->f->stop = fit->f->nets.stop = NULL;
    return st;
}

static enum status load_warm(struct fit *fit, const struct fit_hooks *hooks, struct err *e)
{
    enum status st;

    if (!hooks || !hooks->warm)
        return ST_OK;
    st = forecaster_load(&fit->warm, hooks->warm, hooks->warm_len, e);
    return st ? st : params_check_net(&fit->warm->params, &fit->f->params, TASK_FORECAST, e);
}

static enum status check_memory(const struct params *p, const struct panel *panel,
                                const struct fit_hooks *hooks, struct err *e)
{
    if (!hooks || !hooks->max_bytes || forecaster_training_bytes(p, panel) <= hooks->max_bytes)
        return ST_OK;
    err_set(e, ST_TOO_LARGE,
            "the training takes more than %zu MiB; a smaller batch_size, hidden_size or window is "
            "needed",
            hooks->max_bytes >> 20);
    return err_at(e, "/params/batch_size");
}

enum status forecaster_fit(struct forecaster **out, const struct panel *panel,
                           const struct params *p, const struct fit_hooks *hooks, struct err *e)
{
    struct fit fit = {0};
    struct params resolved = *p;
    enum status st = forecaster_resolve(&resolved, panel, e);

    if (st)
        return st;
    fit.f = calloc(1, sizeof(*fit.f));
    if (!fit.f)
        return err_nomem(e, sizeof(*fit.f));
    fit.f->params = resolved;
    fit.f->profiles = resolved.ensemble && profile_applies(resolved.season_length);
    fit.f->turns = resolved.ensemble;
    fit.panel = panel;
    st = check_memory(&resolved, panel, hooks, e);
    fit.f->stop = hooks ? hooks->stop : NULL;
    make_digest(fit.digest, panel, &resolved, hooks);
    fit.progress = (struct progress){
        .hooks = hooks,
        .saver = {.ctx = &fit, .save = fit_save},
        .reported = {.epochs = resolved.epochs, .loss = NAN, .validation_loss = NAN}};
    arithmetic_name(fit.f->arithmetic);
    if (!st)
        st = resume_progress(&fit, hooks, e);
    if (!st)
        st = load_warm(&fit, hooks, e);
    if (!st)
        st = remember_names(fit.f, panel, e);
    if (!st)
        st = prepared_init(
            &fit.data, panel, &fit.f->params,
            &(struct fit_start){.nets = fit.warm ? &fit.warm->nets : NULL, .to = prepared_done},
            &fit.progress, e);
    if (!st)
        st = fit_run(&fit, hooks, e);
    /* A fit that was cancelled half-way may have returned another error, or none. */
    if (hooks && stop_asked(hooks->stop))
        st = progress_give_up(&fit.progress, e);
    trainer_free(fit.trainer);
    prepared_release(&fit.data);
    forecaster_free(fit.warm);
    if (st) {
        forecaster_free(fit.f);
        return st;
    }
    *out = fit.f;
    return ST_OK;
}

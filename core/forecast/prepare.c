/* prepare.c - a panel made ready for training: see prepare.h. */
#include "core/forecast/prepare.h"

#include "core/base/stats.h"
#include "core/forecast/ensemble/global_net_fit.h"
#include "core/forecast/series/gaps.h"
#include "core/forecast/series/outliers.h"
#include "core/forecast/series/turns.h"
#include "core/params/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    EPOCH_WINDOWS = 8192, /* an epoch of a long panel takes every k-th window, to limit its time */
    VALID_WINDOWS = 1024,
    VALID_SHARE = 6 /* one window in six is for validation */
};

/* Outliers before the held-out end are found from the values before it only, like imputed gaps. */
static enum status replace_outliers(struct prepared_series *s, const struct params *p,
                                    struct err *e)
{
    int n = s->view->length, train = s->test_start;
    struct turn turn;
    enum status st = outliers_clean(s->y, train, p, NULL, e);

    if (!st)
        st = turns_move(s->y, train, p, &turn, e);
    if (!st)
        st = outliers_halve_last(s->y, train, p, e);
    if (!st && train < n) {
        memcpy(s->z, s->y, (size_t)n * sizeof(*s->z));
        st = outliers_clean(s->z, n, p, NULL, e);
        memcpy(s->y + train, s->z + train, (size_t)(n - train) * sizeof(*s->y));
    }
    return st;
}

/* Gaps before the held-out end are imputed from the values before it only, so that nothing of it
 * leaks into training. */
static enum status fill_series(struct prepared_series *s, const struct params *p, struct err *e)
{
    int n = s->view->length, train = s->test_start, seen = 0;
    size_t size = (size_t)n * sizeof(double);
    enum status st;

    s->y = malloc(size);
    s->z = malloc(size);
    if (!s->y || !s->z)
        return err_nomem(e, size);
    memcpy(s->y, s->view->values, size);
    for (int i = 0; i < train; i++)
        seen += !isnan(s->y[i]);
    if (!seen)
        return err_set(e, ST_INVALID,
                       "series %s has no value before the %d steps that test_size holds out",
                       s->view->id, s->test_length);
    st = gaps_fill(s->y, train, p->fill, p->season_length, e);
    if (!st)
        st = gaps_fill(s->y, n, p->fill, p->season_length, e);
    return st ? st : replace_outliers(s, p, e);
}

/* Whether all observed values are positive, outliers included. Only then may calendar effects
 * multiply. */
static bool positive(const struct series_view *s, int n)
{
    for (int i = 0; i < n; i++) {
        if (s->values[i] <= 0)
            return false;
    }
    return true;
}

/* Outliers of daily data stay in, since they may be holidays. */
static enum status fit_calendar(struct prepared_series *s, const struct params *p, struct err *e)
{
    const struct calendar *c = &s->raw->calendar;
    int n = s->test_start;
    double *y;
    enum status st;

    if (c->unit != CALENDAR_DAYS)
        return calendar_effect_fit(&s->calendar, s->y, n, c, e);
    y = malloc((size_t)n * sizeof(*y));
    if (!y)
        return err_nomem(e, (size_t)n * sizeof(*y));
    memcpy(y, s->raw->values, (size_t)n * sizeof(*y));
    st = gaps_fill(y, n, p->fill, p->season_length, e);
    if (!st)
        st = calendar_effect_fit(&s->calendar, y, n, c, e);
    free(y);
    return st;
}

/* Covariates are judged on the series without the calendar effect. */
static enum status choose_covariates(struct prepared_series *s, const struct params *p,
                                     const struct panel *panel, struct err *e)
{
    struct series_view left = *s->raw;
    double *values;
    enum status st;

    if (s->without_covariates)
        return ST_OK;
    if (!panel->num_covariates || s->calendar.unit == CALENDAR_NONE)
        return covariates_choose(&s->regression, s->raw, panel, s->test_start, p, false, e);
    values = calloc((size_t)left.length, sizeof(*values));
    if (!values)
        return err_nomem(e, (size_t)left.length * sizeof(*values));
    calendar_effect_add(values, &s->calendar, &left.calendar, left.length);
    for (int i = 0; i < left.length; i++)
        values[i] = left.values[i] * exp(-values[i]);
    left.values = values;
    st = covariates_choose(&s->regression, &left, panel, s->test_start, p, true, e);
    free(values);
    return st;
}

/* Fits the profile of a long season, if neither calendar nor covariates have an effect. */
static enum status fit_profile(struct prepared_series *s, const struct params *p, struct err *e)
{
    if (!p->ensemble || !profile_applies(p->season_length) || s->regression.count ||
        s->raw->calendar.unit != CALENDAR_NONE)
        return ST_OK;
    return profile_fit(&s->profile, s->raw->values, s->test_start, p->season_length, e);
}

/* Removes the effects of calendar and covariates, if there are any. The rest is the series that is
 * modelled. */
static enum status adjust_series(struct prepared_series *s, const struct params *p,
                                 const struct panel *panel, struct err *e)
{
    const struct exogenous a = {&s->regression, &s->calendar, &s->profile, s->test_start};
    int n = s->view->length;
    size_t size = (size_t)n * sizeof(double);
    double *values;
    enum status st = ST_OK;

    s->raw_y = s->y;
    if (!recipe_of(TASK_FORECAST, p)->exogenous_effects)
        return ST_OK;
    if (p->calendar_effects && positive(s->raw, s->test_start))
        st = fit_calendar(s, p, e);
    if (!st)
        st = choose_covariates(s, p, panel, e);
    if (!st)
        st = fit_profile(s, p, e);
    if (st || !exogenous_any(&a))
        return st;
    s->effect = malloc(size);
    values = malloc(size);
    s->adjusted = *s->raw;
    s->adjusted.values = values;
    s->view = &s->adjusted;
    free(s->z);
    s->y = s->z = NULL;
    if (!s->effect || !values)
        return err_nomem(e, 2 * size);
    st = exogenous_effect(s->effect, &a, s->raw, n, n, e);
    for (int i = 0; !st && i < n; i++)
        values[i] = exogenous_remove(&a, s->raw->values[i], s->effect[i]);
    return st ? st : fill_series(s, p, e);
}

static bool has_value(const double *y, int n)
{
    int i = 0;

    while (i < n && isnan(y[i]))
        i++;
    return i < n;
}

static void hold_out(struct prepared_series *s, const struct params *p, const struct frame *f)
{
    int n = s->view->length;

    s->test_start = n;
    s->test_length = 0;
    if (recipe_of(TASK_FORECAST, p)->one_step_evaluation) {
        /* In this recipe test_size counts windows, which may end one step before the series
         * does. */
        s->test_length = p->test_size;
        s->test_start = frame_need(f) + frame_windows(p, f, n) - p->test_size;
    } else if (n - p->test_size >= frame_need(f) && has_value(s->view->values, n - p->test_size)) {
        s->test_length = p->test_size;
        s->test_start = n - p->test_size;
    }
}

/* Scales the series by the values before the held-out end. */
static enum status scale_series(struct prepared_series *s, const struct params *p,
                                const struct frame *f, struct err *e)
{
    enum status st =
        transform_fit(&s->transform, s->z, f, p->scaling, s->y, s->view->length, s->test_start, e);

    if (st == ST_INVALID)
        err_wrap(e, "series %s", s->view->id);
    s->transform.nonnegative = has_floor(p, s->transform.nonnegative);
    return st;
}

/* Mean over the series of the squared change that remains with this level, as a share of that
 * without a level. */
static double level_score(const struct prepared *d, int level)
{
    double sum = 0;
    int count = 0;

    for (int i = 0; i < d->count; i++) {
        const struct prepared_series *s = &d->series[i];
        double base = transform_level_error(s->z, s->test_start, &d->frame, 0);
        double v = transform_level_error(s->z, s->test_start, &d->frame, level);

        if (base > 0 && isfinite(v)) {
            sum += v / base;
            count++;
        }
    }
    return count ? sum / count : INFINITY;
}

/* Chooses the level that forecasts the training part best by itself: the last value, a mean of
 * several, or none. */
static int choose_level(const struct prepared *d)
{
    int best = 0, m = d->params->season_length;
    double least = 1;

    for (int level = 1; level <= d->frame.window; level *= 2) {
        double score = level_score(d, level);

        if (score < least) {
            least = score;
            best = level;
        }
    }
    if (m > 1 && m <= d->frame.window && level_score(d, m) < least)
        best = m;
    return best;
}

static enum status prepare_one(void *ctx, int i, struct err *e)
{
    struct prepared *d = ctx;
    struct prepared_series *s = &d->series[i];
    enum status st;

    s->view = s->raw = &d->panel->series[i];
    s->without_covariates = d->covariates && !d->covariates[i];
    hold_out(s, d->params, &d->frame);
    st = fill_series(s, d->params, e);
    if (!st)
        st = adjust_series(s, d->params, d->panel, e);
    if (!st && !d->params->ensemble)
        st = scale_series(s, d->params, &d->frame, e);
    return st;
}

static enum status prepare_series(struct prepared *d, struct err *e)
{
    enum status st;

    d->series = calloc((size_t)d->panel->count, sizeof(*d->series));
    if (!d->series)
        return err_nomem(e, (size_t)d->panel->count * sizeof(*d->series));
    d->count = d->panel->count;
    st = progress_each(d->progress, d->count, prepare_one, d, e);
    if (!st && !d->params->ensemble && d->frame.normalised && !d->frame.sequence) {
        d->frame.level = choose_level(d);
        for (int i = 0; !st && i < d->count; i++)
            st = scale_series(&d->series[i], d->params, &d->frame, e);
    }
    return st;
}

/* The windows of a series in the order of time: those for training, then those for validation. */
struct split {
    int train, gap, valid;
};

static struct split split_windows(const struct prepared *d, const struct prepared_series *s)
{
    struct split c = {.train = frame_windows(d->params, &d->frame, s->test_start)};
    const struct recipe *recipe = recipe_of(TASK_FORECAST, d->params);
    int overlap = d->frame.horizon - 1;

    if (recipe->one_step_evaluation)
        c.train = s->test_start - frame_need(&d->frame);
    if (!recipe->validation || c.train < VALID_SHARE)
        return c;
    c.valid = c.train / VALID_SHARE;
    /* A train_size that the user gave is kept when training and validation share a single
     * series. */
    if (d->count == 1 && d->params->train_size > c.train - c.valid)
        c.valid = c.train - d->params->train_size;
    c.train -= c.valid;
    /* With enough windows, no training window shares targets with one for validation. */
    if (d->params->train_size == 0 && c.train - overlap >= 3 * c.valid) {
        c.gap = overlap;
        c.train -= overlap;
    }
    return c;
}

static int stride_for(int64_t total, int limit)
{
    return (int)((total + limit - 1) / limit);
}

static enum status cut_windows(struct prepared *d, struct err *e)
{
    int64_t train = 0, valid = 0, left;
    int step = 1, valid_step = 1;
    enum status st = windows_init(&d->train, &d->frame, d->count, e);

    if (!st)
        st = windows_init(&d->valid, &d->frame, d->count, e);
    for (int i = 0; !st && i < d->count; i++) {
        struct split c = split_windows(d, &d->series[i]);

        train += c.train;
        valid += c.valid;
    }
    left = d->params->train_size > 0 ? d->params->train_size : train;
    if (recipe_of(TASK_FORECAST, d->params)->thin_windows && d->params->train_size == 0 &&
        train > EPOCH_WINDOWS)
        step = stride_for(train, EPOCH_WINDOWS);
    if (valid > VALID_WINDOWS)
        valid_step = stride_for(valid, VALID_WINDOWS);
    for (int i = 0; !st && i < d->count; i++) {
        struct prepared_series *s = &d->series[i];
        struct split c = split_windows(d, s);
        int first = frame_need(&d->frame), take = c.train < left ? c.train : (int)left;

        left -= take;
        st = windows_add(&d->train, s->z, &s->transform, first + (take - 1) % step, step,
                         (take + step - 1) / step, e);
        if (!st)
            st = windows_add(&d->valid, s->z, &s->transform, first + c.train + c.gap, valid_step,
                             (c.valid + valid_step - 1) / valid_step, e);
    }
    return st;
}

/* ---- ensembles ---- */

/* A logarithm must suit all values that are read, also the held-out ones. */
int prepared_scaling(const struct prepared *d, const struct prepared_series *s)
{
    const struct params *p = d->params;

    for (int k = 0; p->scaling == SCALING_AUTO && k < s->view->length; k++) {
        if (s->y[k] <= 0)
            return scaling_counts_suit(s->view->values, s->view->length) ? SCALING_COUNTS
                                                                         : SCALING_STANDARD;
    }
    return p->scaling == SCALING_AUTO || p->scaling == SCALING_LOG ? p->scaling : SCALING_STANDARD;
}

/* Returns what the members of the training part keep of those of the backtest. Orders that did well
 * there are kept, so that the weight belongs to the same model; other orders are searched for again
 * with more data. */
static unsigned kept_forms(const double weight[MEMBER_COUNT])
{
    double prior[MEMBER_COUNT];

    ensemble_prior(prior);
    return weight[MEMBER_ARIMA] > prior[MEMBER_ARIMA] ? MEMBERS_KEEP_SEASONS | MEMBERS_KEEP_ORDERS
                                                      : MEMBERS_KEEP_SEASONS;
}

/* Fits the members to the training part. All forms are chosen again only when the backtest's part
 * was too short for a season. */
static enum status fit_members(struct prepared_series *s, const struct ensemble *backtest,
                               struct err *e)
{
    struct members *c = &s->ensemble.members;
    const struct members *b = &backtest->members;
    bool same = c->ets.season1 == b->ets.season1 && c->ets.season2 == b->ets.season2;
    enum status st = members_refit(c, same ? b : c, s->z, s->test_start,
                                   same ? kept_forms(backtest->weight) : 0, e);

    c->global = b->global;
    return st;
}

static enum status add_series(void *ctx, int i, struct err *e)
{
    struct prepared *d = ctx;
    struct prepared_series *s = &d->series[i];
    struct ensemble *m = &s->ensemble;
    enum status st = scaled_ets_fit(&m->members.ets, s->y, s->test_start, d->params->season_length,
                                    prepared_scaling(d, s), e);

    if (!st)
        st = scaling_forward(s->z, &m->members.ets.scaling, s->y, s->view->length, e);
    if (!st)
        st = origins_add(&d->origins, i, &m->members, s->z, s->view->values, s->test_start, e);
    if (st == ST_INVALID)
        err_wrap(e, "series %s", s->view->id);
    return st;
}

static enum status finish_series(void *ctx, int i, struct err *e)
{
    struct prepared *d = ctx;
    struct prepared_series *s = &d->series[i];
    struct ensemble *m = &s->ensemble;
    bool nonnegative = true;
    enum status st = fit_members(s, &d->origins.series[i].backtest, e);

    for (int k = 0; k < s->view->length; k++)
        nonnegative = nonnegative && s->y[k] >= 0;
    m->spread = 1;
    memcpy(m->weight, d->origins.series[i].backtest.weight, sizeof(m->weight));
    if (!st)
        st = ensemble_measure(m, &d->origins.nets, s->z, s->view->values, s->test_start,
                              d->frame.horizon, e);
    s->transform = combine_transform(m, has_floor(d->params, nonnegative));
    return st;
}

/* ---- series of a few values ---- */

/* The typical error of an ensemble, divided by the mean absolute value. */
static double relative_error(const struct prepared_series *s)
{
    const struct scaling *c = &s->ensemble.members.ets.scaling;
    double size = 0, error = s->ensemble.error_scale * c->scale;

    for (int i = 0; i < s->view->length; i++)
        size += fabs(s->y[i]) / s->view->length;
    if (c->kind == SCALING_LOG)
        return error;
    return size > 0 ? (c->kind == SCALING_COUNTS ? 2 * sqrt(size) : 1) * error / size : 0;
}

static int count_values(const struct series_view *s)
{
    int count = 0;

    for (int i = 0; i < s->length; i++)
        count += !isnan(s->values[i]);
    return count;
}

/* Series with too few values to estimate anything get the last value as forecast, and errors as
 * large as the median series has. */
static enum status lend_errors(struct prepared *d, struct err *e)
{
    double *known = malloc(((size_t)d->count + 1) * sizeof(*known)), typical;
    int count = 0;

    if (!known)
        return err_nomem(e, (size_t)d->count * sizeof(*known));
    for (int i = 0; i < d->count; i++) {
        if (count_values(d->series[i].view) >= SERIES_VALUES_MIN)
            known[count++] = relative_error(&d->series[i]);
    }
    typical = count ? robust_median(known, count) : 0;
    free(known);
    for (int i = 0; i < d->count; i++) {
        struct prepared_series *s = &d->series[i];
        double own = relative_error(s);

        if (count_values(s->view) >= SERIES_VALUES_MIN)
            continue;
        for (int k = 0; k < MEMBER_COUNT; k++)
            s->ensemble.weight[k] = k == MEMBER_LAST;
        if (own > 0 && own < typical)
            s->ensemble.error_scale *= typical / own;
        s->transform = combine_transform(&s->ensemble, s->transform.nonnegative);
    }
    return ST_OK;
}

/* Percentage of the preparation that is done after each phase. */
enum { PREPARED_DONE = 5, MEMBERS_DONE = 20, NETS_DONE = 30, ASKED_DONE = 35, REFITS_DONE = 45 };

/* percent: of the preparation, which is itself a part of the whole fit. */
static void progress_to(struct prepared *d, const struct fit_start *start, int percent)
{
    double part = (double)percent / REFITS_DONE;

    if (d->progress)
        progress_phase(d->progress, start->from + (start->to - start->from) * part);
}

static enum status prepare_ensemble(struct prepared *d, const struct fit_start *start,
                                    struct err *e)
{
    enum status st = origins_init(&d->origins, d->frame.window, d->frame.horizon, d->count, e);

    progress_to(d, start, MEMBERS_DONE);
    if (!st)
        st = progress_each(d->progress, d->count, add_series, d, e);
    d->origins.before = start->before;
    progress_to(d, start, NETS_DONE);
    if (!st) {
        origins_finish_adding(&d->origins);
        st = global_nets_fit(&d->origins.nets, &d->origins, d->params,
                             &(struct nets_start){start->nets, start->again}, d->progress, e);
    }
    progress_to(d, start, ASKED_DONE);
    if (!st)
        st = origins_forecast(&d->origins, d->progress, e);
    if (!st)
        st = origins_finish(&d->origins, d->params->train_size, e);
    progress_to(d, start, REFITS_DONE);
    if (!st)
        st = progress_each(d->progress, d->count, finish_series, d, e);
    return st ? st : lend_errors(d, e);
}

enum status prepared_init(struct prepared *out, const struct panel *panel, const struct params *p,
                          const struct fit_start *start, struct progress *progress, struct err *e)
{
    enum status st;

    *out = (struct prepared){.params = p,
                             .panel = panel,
                             .frame = frame_of(p),
                             .progress = progress,
                             .covariates = start->covariates};
    if (p->ensemble)
        progress_to(out, start, PREPARED_DONE);
    st = prepare_series(out, e);
    if (!st)
        st = p->ensemble ? prepare_ensemble(out, start, e) : cut_windows(out, e);
    if (!st && !p->ensemble && out->train.count < 1)
        st = err_set(e, ST_INVALID, "the data gives no window to train on");
    if (st)
        prepared_release(out);
    return st;
}

void prepared_release(struct prepared *d)
{
    for (int i = 0; i < d->count; i++) {
        if (d->series[i].raw_y != d->series[i].y)
            free(d->series[i].raw_y);
        free(d->series[i].y);
        free(d->series[i].z);
        free(d->series[i].effect);
        free((double *)d->series[i].adjusted.values);
        regression_release(&d->series[i].regression);
        profile_release(&d->series[i].profile);
    }
    free(d->series);
    origins_release(&d->origins);
    windows_release(&d->train);
    windows_release(&d->valid);
    *d = (struct prepared){0};
}

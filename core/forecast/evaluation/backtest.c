/* backtest.c - fits and forecasts from rolling origins: see <lstm/backtest.h>.
 *
 * A snapshot holds the number of windows done, their forecasts, and the snapshot of the fit under
 * way. After the last window it holds the finished ETS forecasts instead of a fit. */
#include <lstm/backtest.h>

#include "core/base/row.h"
#include "core/forecast/evaluation/backtest_measure.h"
#include "core/forecast/forecaster_model.h"
#include "core/forecast/methods/scaled_ets.h"
#include "core/forecast/series/gaps.h"
#include "core/forecast/series/season.h"
#include "core/nn/fit_progress.h"
#include <lstm/checkpoint.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOWS_AUTO = 5, ARRAYS = 8 };

static const double levels[2] = {80, 95};
static const double fits_share = 0.98; /* share of the fits in all work; the rest is ETS */

struct run {
    struct backtest *b;
    const struct panel *panel;
    struct params params;
    struct series_view *views; /* (panel->count) the series before the origin */
    int *which;                /* (panel->count) index of each view in the panel */
    int num_views;
    int32_t *keys;            /* (most items, 2) window, and index of the series in the panel */
    int season, fill;         /* of the naive forecasts and of MASE; fill: enum imputation */
    double *values;           /* (most items, ARRAYS, horizon) of all items */
    double *ets;              /* (most items, horizon) follows values; NaN: not forecast yet */
    double *mean;             /* (most items, horizon) follows ets */
    int window;               /* under way */
    int epochs;               /* of the windows that are done */
    int64_t samples;          /* of the windows that this run has done */
    struct fit_progress told; /* the last progress that was reported */
    const struct fit_hooks *hooks;
    const struct fit_saver *inner; /* saver of the fit under way, or NULL */
};

/* ---- the plan ---- */

static int longest(const struct panel *panel)
{
    int n = 0;

    for (int i = 0; i < panel->count; i++)
        n = panel->series[i].length > n ? panel->series[i].length : n;
    return n;
}

static int origin_of(const struct backtest_plan *plan, int length, int window)
{
    return length - plan->horizon - (plan->windows - 1 - window) * plan->step;
}

/* The panel as it was at an origin. Returns how many series it has. */
static int cut(struct series_view *views, int *which, const struct panel *panel,
               const struct backtest_plan *plan, int window)
{
    int n = 0;

    for (int i = 0; i < panel->count; i++) {
        int origin = origin_of(plan, panel->series[i].length, window);

        if (origin < 1)
            continue;
        views[n] = panel->series[i];
        views[n].length = origin;
        which[n++] = i;
    }
    return n;
}

/* The parameters that forecaster_resolve() gives for the oldest origin. */
static enum status check_origin(const struct backtest_plan *plan, const struct params *p,
                                const struct panel *panel, struct err *e)
{
    struct series_view *views = malloc((size_t)panel->count * sizeof(*views));
    int *which = malloc((size_t)panel->count * sizeof(*which));
    struct params resolved = *p;
    enum status st = views && which ? ST_OK : err_nomem(e, (size_t)panel->count * sizeof(*views));

    resolved.test_size = 0;
    if (!resolved.horizon)
        resolved.horizon = plan->horizon;
    if (!st) {
        int count = cut(views, which, panel, plan, 0);
        struct panel past = *panel;

        past.series = views;
        past.count = count;
        st = count ? forecaster_resolve(&resolved, &past, e)
                   : err_set(e, ST_INVALID, "no series is long enough for the first origin");
    }
    if (st == ST_INVALID)
        err_wrap(e, "%d windows of %d steps, %d apart", plan->windows, plan->horizon, plan->step);
    free(views);
    free(which);
    return st;
}

static enum status check_range(const char *name, int v, int min, int max, struct err *e)
{
    if (v >= min && v <= max)
        return ST_OK;
    err_set(e, ST_INVALID, "%s is %d; it must be an integer from %d to %d", name, v, min, max);
    return err_at(e, "/%s", name);
}

enum status backtest_resolve(struct backtest_plan *plan, const struct params *p,
                             const struct panel *panel, struct err *e)
{
    struct backtest_plan r = *plan;
    struct params whole = *p;
    enum status st = ST_OK;
    struct err ignored = {0};
    bool automatic = !plan->windows;

    if (!r.horizon) {
        st = forecaster_resolve(&whole, panel, e);
        r.horizon = whole.horizon;
    }
    r.step = r.step ? r.step : r.horizon;
    r.windows = r.windows ? r.windows : WINDOWS_AUTO;
    if (!st)
        st = check_range("horizon", r.horizon, 1, HORIZON_MAX, e);
    if (!st)
        st = check_range("step", r.step, 1, longest(panel), e);
    if (!st)
        st = check_range("windows", r.windows, 1, BACKTEST_WINDOWS_MAX, e);
    while (!st && automatic && r.windows > 1 && check_origin(&r, p, panel, &ignored) == ST_INVALID)
        r.windows--;
    if (!st)
        st = check_origin(&r, p, panel, e);
    if (!st)
        *plan = r;
    return st;
}

/* ---- results ---- */

void backtest_free(struct backtest *b)
{
    if (!b)
        return;
    if (b->items)
        free((void *)b->items[0].truth); /* start of the block that holds all arrays */
    free(b->items);
    free(b->step_error);
    free(b->step_error_seasonal);
    free(b->step_error_ets);
    free(b);
}

static enum status make_backtest(struct run *r, const struct backtest_plan *plan, struct err *e)
{
    size_t most = (size_t)r->panel->count * (size_t)plan->windows;
    size_t values = most * (ARRAYS + 2) * (size_t)plan->horizon;
    struct backtest *b = calloc(1, sizeof(*b));

    r->b = b;
    if (!b)
        return err_nomem(e, sizeof(*b));
    b->plan = *plan;
    r->values = calloc(values, sizeof(double));
    b->items = calloc(most, sizeof(*b->items));
    b->step_error = calloc((size_t)plan->horizon, sizeof(double));
    b->step_error_seasonal = calloc((size_t)plan->horizon, sizeof(double));
    b->step_error_ets = calloc((size_t)plan->horizon, sizeof(double));
    r->views = calloc((size_t)r->panel->count, sizeof(*r->views));
    r->which = calloc((size_t)r->panel->count, sizeof(*r->which));
    r->keys = calloc(most, 2 * sizeof(*r->keys));
    if (b->items)
        b->items[0].truth = r->values; /* where backtest_free() finds the block */
    if (!r->keys || !r->values || !b->items || !b->step_error || !b->step_error_seasonal ||
        !b->step_error_ets || !r->views || !r->which) {
        if (!b->items)
            free(r->values);
        return err_nomem(e, values * sizeof(double));
    }
    r->ets = r->values + most * ARRAYS * (size_t)plan->horizon;
    for (size_t i = 0; i < most * (size_t)plan->horizon; i++)
        r->ets[i] = NAN;
    r->mean = r->ets + most * (size_t)plan->horizon;
    return ST_OK;
}

static double *item_values(const struct run *r, int item)
{
    return row(r->values, item, ARRAYS * (size_t)r->b->plan.horizon);
}

/* Adds an item and sets its arrays and names. */
static void add_item(struct run *r, int window, int series)
{
    int item = r->b->count++;
    struct backtest_forecast *f = &r->b->items[item];
    const struct series_view *s = &r->panel->series[series];
    double *v = item_values(r, item);
    size_t h = (size_t)r->b->plan.horizon;

    r->keys[2 * item] = window;
    r->keys[2 * item + 1] = series;
    *f = (struct backtest_forecast){.id = s->id,
                                    .window = window,
                                    .origin = origin_of(&r->b->plan, s->length, window),
                                    .length = r->b->plan.horizon,
                                    .truth = v,
                                    .forecast = v + h,
                                    .mean = r->mean + (size_t)item * h,
                                    .naive = v + 2 * h,
                                    .seasonal_naive = v + 3 * h,
                                    .ets = r->ets + (size_t)item * h,
                                    .lower80 = v + 4 * h,
                                    .upper80 = v + 5 * h,
                                    .lower95 = v + 6 * h,
                                    .upper95 = v + 7 * h};
}

static enum status fill_baselines(double *v, const struct series_view *past,
                                  const struct series_view *whole, const struct run *r, int horizon,
                                  struct err *e)
{
    size_t h = (size_t)horizon, size = (size_t)past->length * sizeof(double);
    double *y = malloc(size);
    enum status st;

    if (!y)
        return err_nomem(e, size);
    memcpy(v, whole->values + past->length, h * sizeof(*v));
    memcpy(y, past->values, size);
    st = gaps_fill(y, past->length, r->fill, r->season, e);
    seasonal_naive(v + 2 * h, y, past->length, 1, horizon);
    seasonal_naive(v + 3 * h, y, past->length, r->season, horizon);
    free(y);
    return st;
}

/* Forecasts of all series of the window; those that are too short for it are left out. */
static enum status forecast_window(struct run *r, struct forecaster *f, struct err *e)
{
    size_t h = (size_t)r->b->plan.horizon;
    enum status st = ST_OK;

    f->stop = r->hooks ? r->hooks->stop : NULL;
    for (int i = 0; !st && i < r->num_views; i++) {
        double *v = item_values(r, r->b->count);
        struct forecast out = {.mean = r->mean + (size_t)r->b->count * h,
                               .median = v + h,
                               .lower = {v + 4 * h, v + 6 * h},
                               .upper = {v + 5 * h, v + 7 * h}};
        struct err why = {0};

        st = forecaster_predict_view(&out, f, &r->views[i], (int)h, levels, 2, &why);
        if (stop_asked(f->stop))
            return err_set(e, ST_CANCELLED, "the backtest was cancelled");
        if (st == ST_INVALID) {
            st = ST_OK;
            continue;
        }
        if (!st)
            st = fill_baselines(v, &r->views[i], &r->panel->series[r->which[i]], r, (int)h, &why);
        if (st && e)
            *e = why;
        if (!st)
            add_item(r, r->window, r->which[i]);
    }
    return st;
}

static enum status measure(const struct run *r, struct err *e)
{
    struct backtest *b = r->b;
    double *scale = malloc(((size_t)b->count + 1) * sizeof(*scale));

    if (!scale)
        return err_nomem(e, (size_t)b->count * sizeof(*scale));
    for (int i = 0; i < b->count; i++)
        scale[i] =
            mase_scale(r->panel->series[r->keys[2 * i + 1]].values, b->items[i].origin, r->season);
    backtest_measure(b, scale);
    free(scale);
    return ST_OK;
}

/* ---- snapshots ---- */

/* The plan as text. A snapshot of this backtest has the same text. */
static void describe(char out[64], const struct backtest_plan *plan)
{
    snprintf(out, 64, "%d %d %d", plan->windows, plan->step, plan->horizon);
}

static enum status add_items(struct checkpoint *c, const struct run *r, struct err *e)
{
    int64_t values[2] = {r->b->count, (int64_t)ARRAYS * r->b->plan.horizon};
    int64_t keys[2] = {r->b->count, 2};
    int64_t more[2] = {r->b->count, r->b->plan.horizon};
    enum status st = checkpoint_add(c, "keys", CKPT_I32, keys, 2, r->keys, e);

    if (!st)
        st = checkpoint_add(c, "values", CKPT_F64, values, 2, r->values, e);
    if (!st)
        st = checkpoint_add(c, "mean", CKPT_F64, more, 2, r->mean, e);
    if (!st && r->window == r->b->plan.windows)
        st = checkpoint_add(c, "smoother", CKPT_F64, more, 2, r->ets, e);
    return st;
}

static enum status save(const void *ctx, uint8_t **bytes, size_t *len, struct err *e)
{
    const struct run *r = ctx;
    struct checkpoint *c = NULL;
    uint8_t *inner = NULL;
    size_t inner_len = 0;
    char plan[64];
    static const uint8_t empty = 0;
    enum status st = r->inner ? r->inner->save(r->inner->ctx, &inner, &inner_len, e) : ST_OK;
    int64_t size = (int64_t)inner_len;

    describe(plan, &r->b->plan);
    if (!st)
        st = checkpoint_new(&c, e);
    if (!st)
        st = checkpoint_set(c, "lstmd.fit", "backtest", e);
    if (!st)
        st = checkpoint_set(c, "plan", plan, e);
    if (!st)
        st = checkpoint_set_arithmetic(c, e);
    if (!st)
        st = checkpoint_set_i64(c, "window", r->window, e);
    if (!st)
        st = checkpoint_set_i64(c, "epochs", r->epochs, e);
    if (!st)
        st = checkpoint_add(c, "fit", CKPT_U8, &size, 1, inner ? inner : &empty, e);
    if (!st && r->b->count)
        st = add_items(c, r, e);
    free(inner);
    if (!st)
        st = checkpoint_write(bytes, len, c, e);
    checkpoint_free(c);
    return st;
}

static enum status load_items(struct run *r, const struct checkpoint *c, struct err *e)
{
    const struct backtest_plan *plan = &r->b->plan;
    struct checkpoint_tensor keys, values, more;
    int64_t count = 0;

    for (int i = 0; i < checkpoint_num_tensors(c); i++) {
        checkpoint_tensor(&keys, c, i);
        if (!strcmp(keys.name, "keys"))
            count = keys.ndim == 2 ? keys.shape[0] : -1;
    }
    if (!count)
        return ST_OK;
    if (count < 0 || count > (int64_t)r->panel->count * plan->windows ||
        checkpoint_find(&keys, c, "keys", CKPT_I32, (int64_t[]){count, 2}, 2, NULL) ||
        checkpoint_find(&values, c, "values", CKPT_F64,
                        (int64_t[]){count, (int64_t)ARRAYS * plan->horizon}, 2, NULL))
        return err_set(e, ST_CORRUPT, "the snapshot's forecasts are not those of this backtest");
    for (int64_t i = 0; i < count; i++) {
        const int32_t *k = (const int32_t *)keys.data + 2 * i;

        if (k[0] < 0 || k[0] >= plan->windows || k[1] < 0 || k[1] >= r->panel->count ||
            origin_of(plan, r->panel->series[k[1]].length, k[0]) < 1)
            return err_set(e, ST_CORRUPT, "the snapshot's forecasts are of other series");
        add_item(r, k[0], k[1]);
    }
    memcpy(r->values, values.data, values.size);
    /* Older snapshots have one forecast, which serves as median and as mean. */
    for (int64_t i = 0; i < count; i++)
        memcpy(r->mean + i * plan->horizon, r->b->items[i].forecast,
               (size_t)plan->horizon * sizeof(*r->mean));
    if (!checkpoint_find(&more, c, "mean", CKPT_F64, (int64_t[]){count, plan->horizon}, 2, NULL))
        memcpy(r->mean, more.data, more.size);
    if (!checkpoint_find(&more, c, "smoother", CKPT_F64, (int64_t[]){count, plan->horizon}, 2,
                         NULL))
        memcpy(r->ets, more.data, more.size);
    return ST_OK;
}

/* Reads the snapshot. *fit is borrowed from *c, which the caller frees. */
static enum status load(struct run *r, struct checkpoint **c, struct checkpoint_tensor *fit,
                        struct err *e)
{
    const char *kind, *plan;
    char own[64];
    int64_t window = 0, epochs = 0;
    bool found = false;
    enum status st = checkpoint_read(c, r->hooks->resume, r->hooks->resume_len, e);

    if (st)
        return st;
    describe(own, &r->b->plan);
    kind = checkpoint_get(*c, "lstmd.fit");
    plan = checkpoint_get(*c, "plan");
    for (int i = 0; i < checkpoint_num_tensors(*c) && !found; i++) {
        checkpoint_tensor(fit, *c, i);
        found = !strcmp(fit->name, "fit") && fit->dtype == CKPT_U8;
    }
    if (!kind || strcmp(kind, "backtest") || !plan || strcmp(plan, own) || !found)
        return err_set(e, ST_CORRUPT, "the snapshot is not that of this backtest");
    st = checkpoint_check_arithmetic(*c, e);
    if (!st)
        st = checkpoint_get_i64(&window, *c, "window", 0, r->b->plan.windows, e);
    if (!st)
        st = checkpoint_get_i64(&epochs, *c, "epochs", 0, INT32_MAX, e);
    r->window = (int)window;
    r->epochs = (int)epochs;
    return st ? st : load_items(r, *c, e);
}

/* ---- the run ---- */

static bool on_progress(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct run *r = ctx;
    const struct fit_saver outer = {.ctx = r, .save = save};
    struct fit_progress all = *p;
    int windows = r->b->plan.windows;

    r->inner = s;
    all.epoch += r->epochs;
    all.epochs *= windows;
    all.samples += r->samples;
    all.fraction = fits_share * (r->window + p->fraction) / windows;
    r->told = all;
    return r->hooks->progress(r->hooks->ctx, &all, &outer);
}

static enum status run_window(struct run *r, const struct checkpoint_tensor *resume, struct err *e)
{
    struct fit_hooks hooks = {.ctx = r,
                              .progress = r->hooks && r->hooks->progress ? on_progress : NULL,
                              .parallel = r->hooks ? r->hooks->parallel : NULL,
                              .stop = r->hooks ? r->hooks->stop : NULL,
                              .max_bytes = r->hooks ? r->hooks->max_bytes : 0,
                              .resume = resume ? resume->data : NULL,
                              .resume_len = resume ? resume->size : 0};
    struct forecaster *f = NULL;
    struct panel past;
    enum status st;

    r->num_views = cut(r->views, r->which, r->panel, &r->b->plan, r->window);
    past = *r->panel;
    past.series = r->views;
    past.count = r->num_views;
    st = forecaster_fit(&f, &past, &r->params, &hooks, e);
    r->inner = NULL;
    r->samples = r->told.samples;
    if (st == ST_INVALID)
        err_wrap(e, "window %d of %d", r->window + 1, r->b->plan.windows);
    if (!st)
        st = forecast_window(r, f, e);
    if (!st)
        r->epochs += r->params.epochs;
    forecaster_free(f);
    return st;
}

/* ---- exponential smoothing (ETS) ---- */

/* The scaling of the recipe holds for ETS too. */
static int ets_scaling(const struct params *p)
{
    return p->scaling == SCALING_AUTO || p->scaling == SCALING_LOG ? p->scaling : SCALING_STANDARD;
}

static enum status smooth_item(void *ctx, int i, struct err *e)
{
    const struct run *r = ctx;
    int n = r->b->items[i].origin, horizon = r->b->plan.horizon;
    double *out = row(r->ets, i, horizon);
    double *y;
    struct scaled_ets c;
    enum status st;

    if (!isnan(out[0])) /* read from the snapshot */
        return ST_OK;
    y = malloc((size_t)n * sizeof(*y));
    if (!y)
        return err_nomem(e, (size_t)n * sizeof(*y));
    memcpy(y, r->panel->series[r->keys[2 * i + 1]].values, (size_t)n * sizeof(*y));
    st = gaps_fill(y, n, r->fill, r->season, e);
    if (!st)
        st = scaled_ets_fit(&c, y, n, r->season, ets_scaling(&r->params), e);
    if (!st)
        st = scaled_ets_forecast(out, &c, y, n, &n, 1, horizon, e);
    free(y);
    return st;
}

static enum status smooth_all(struct run *r, struct err *e)
{
    struct progress w = {.hooks = r->hooks, .saver = {.ctx = r, .save = save}, .reported = r->told};
    int done = 0;

    while (done < r->b->count && !isnan(*row(r->ets, done, r->b->plan.horizon)))
        done++;
    if (!w.reported.epochs) /* no fit has reported any */
        w.reported = (struct fit_progress){.epoch = r->epochs,
                                           .epochs = r->params.epochs * r->b->plan.windows,
                                           .loss = NAN,
                                           .validation_loss = NAN};
    w.reported.fraction = fits_share + (1 - fits_share) * done / r->b->count;
    w.to = fits_share;
    progress_phase(&w, 1);
    return progress_each(&w, r->b->count, smooth_item, r, e);
}

/* ---- the whole ---- */

static enum status run_all(struct run *r, struct err *e)
{
    struct checkpoint *c = NULL;
    struct checkpoint_tensor fit;
    bool resume = r->hooks && r->hooks->resume;
    enum status st = resume ? load(r, &c, &fit, e) : ST_OK;

    for (; !st && r->window < r->b->plan.windows; r->window++) {
        st = run_window(r, resume && fit.size ? &fit : NULL, e);
        resume = false;
    }
    checkpoint_free(c);
    if (!st && !r->b->count)
        st = err_set(e, ST_INVALID, "no series is long enough to be forecast at any origin");
    if (!st)
        st = smooth_all(r, e);
    return st ? st : measure(r, e);
}

/* Sets the season found at the oldest origin, and the imputation. */
static enum status choose_season(struct run *r, const struct backtest_plan *plan, struct err *e)
{
    struct params oldest = r->params;
    struct panel past;
    enum status st;

    past = *r->panel;
    past.series = r->views;
    past.count = cut(r->views, r->which, r->panel, plan, 0);
    st = forecaster_resolve(&oldest, &past, e);
    r->season = oldest.season_length;
    r->fill = oldest.fill;
    return st;
}

enum status backtest_run(struct backtest **out, const struct panel *panel, const struct params *p,
                         const struct backtest_plan *plan, const struct fit_hooks *hooks,
                         struct err *e)
{
    struct run r = {.panel = panel, .params = *p, .hooks = hooks};
    struct backtest_plan effective = *plan;
    enum status st = backtest_resolve(&effective, p, panel, e);

    if (st)
        return st;
    r.params.test_size = 0; /* everything before the origin is training data */
    if (!r.params.horizon)
        r.params.horizon = effective.horizon;
    st = make_backtest(&r, &effective, e);
    if (!st)
        st = choose_season(&r, &effective, e);
    if (!st)
        st = run_all(&r, e);
    free(r.views);
    free(r.which);
    free(r.keys);
    if (st)
        backtest_free(r.b);
    else
        *out = r.b;
    return st;
}

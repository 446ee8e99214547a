/* forecaster_load.c - a forecaster from safetensors bytes, which may come from anyone.
 *
 * Every number is checked before it is used. A file made by PyTorch with little metadata is
 * completed: sizes follow from the tensors, everything else gets defaults. */
#include "core/base/sort.h"
#include "core/forecast/calendar_io.h"
#include "core/forecast/covariates_io.h"
#include "core/forecast/forecaster_io.h"
#include "core/forecast/forecaster_model.h"
#include "core/forecast/forecaster_resolve.h"
#include "core/forecast/ids.h"
#include "core/forecast/intervals_io.h"
#include "core/forecast/series/end_hash.h"
#include <lstm/checkpoint.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double work_bytes_max = 4e9; /* limit of the workspace of one forecast */

static int size_or(int64_t v, int64_t most, int otherwise)
{
    return v >= 1 && v <= most ? (int)v : otherwise;
}

/* Takes the sizes from the shapes of the tensors, and defaults for everything else. */
static enum status guess_params(struct params *p, const struct checkpoint *c, struct err *e)
{
    struct checkpoint_tensor t;
    char name[48];
    int layers = 0;
    enum status st = params_defaults(p, TASK_FORECAST, NULL, e);

    if (st)
        return st;
    if (checkpoint_look_up(&t, c, "lstm.weight_hh_l0") && t.ndim == 2)
        p->hidden_size = size_or(t.shape[1], NET_HIDDEN_MAX, p->hidden_size);
    if (checkpoint_look_up(&t, c, "linear.weight") && t.ndim == 2)
        p->horizon = size_or(t.shape[0], HORIZON_MAX, 1);
    do
        snprintf(name, sizeof(name), "lstm.weight_hh_l%d", layers);
    while (checkpoint_look_up(&t, c, name) && ++layers < NET_LAYERS_MAX);
    p->num_layers = layers > 0 ? layers : 1;
    p->bidirectional = checkpoint_look_up(&t, c, "lstm.weight_hh_l0_reverse");
    p->dropout = 0;
    p->season_length = 1;
    p->target = TARGET_NEXT;
    p->scaling = SCALING_NONE;
    p->differencing = 0;
    p->test_size = 0;
    p->ensemble = false;
    p->outliers = OUTLIERS_KEEP;
    return ST_OK;
}

/* Completes the parameters in c. *own: the names of all of them. "window" must be in the file. */
static enum status complete_params(struct checkpoint *c, struct checkpoint **own, struct err *e)
{
    struct params p;
    struct checkpoint *d = NULL;
    enum status st = guess_params(&p, c, e);

    if (!st && !checkpoint_get(c, "window"))
        st = err_set(e, ST_CORRUPT,
                     "checkpoint: metadata window is missing; it must be the number of steps that "
                     "the model reads, an integer from 1 to %d",
                     FORECAST_WINDOW_MAX);
    if (!st)
        st = checkpoint_new(&d, e);
    if (!st)
        st = params_store(d, TASK_FORECAST, &p, e);
    for (int i = 0; !st && i < checkpoint_num_metadata(d); i++) {
        const char *key, *value;

        checkpoint_metadata(d, i, &key, &value);
        if (!checkpoint_get(c, key))
            st = checkpoint_set(c, key, value, e);
    }
    if (st)
        checkpoint_free(d);
    else
        *own = d;
    return st;
}

static enum status not_effective(const char *name, struct err *e)
{
    return err_set(e, ST_CORRUPT,
                   "checkpoint: metadata %s is an automatic value; a model needs the effective one",
                   name);
}

static enum status check_effective(const struct params *p, struct err *e)
{
    if (p->window < 1 || p->window > FORECAST_WINDOW_MAX)
        return not_effective("window", e);
    if (p->horizon < 1 || p->horizon > HORIZON_MAX)
        return not_effective("horizon", e);
    if (p->season_length < 1 || p->season_length > SEASON_MAX)
        return not_effective("season_length", e);
    if (p->scaling == SCALING_AUTO && !p->ensemble)
        return not_effective("scaling", e);
    if (p->differencing < 0)
        return not_effective("differencing", e);
    return ST_OK;
}

/* ---- the net ---- */

static enum status load_net(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    struct net_config nc = net_config_of(&f->params);
    int64_t floats = 0;
    enum status st = checkpoint_check_net_config(&nc, e);

    if (st)
        return st;
    /* Check the tensors first, so that nothing is allocated for sizes that the file only claims. */
    for (int i = 0; i < checkpoint_num_tensors(c); i++) {
        struct checkpoint_tensor t;

        checkpoint_tensor(&t, c, i);
        floats += (int64_t)(t.size / sizeof(float));
    }
    if (net_config_num_parameters(&nc) > floats)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: hidden_size %d, num_layers %d and horizon %d need more weights "
                       "than the file has",
                       f->params.hidden_size, f->params.num_layers, f->params.horizon);
    if ((double)net_work_size(&nc, net_steps_of(&f->params, &f->frame), 2 * CORRECTION_BATCH,
                              false) > work_bytes_max)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: a forecast with window %d and hidden_size %d "
                       "would take more than %.0f MB of memory",
                       f->params.window, f->params.hidden_size, work_bytes_max / 1e6);
    st = net_new(&f->net, &nc, e);
    if (!st)
        st = checkpoint_get_net(
            f->net, c, "", !checkpoint_get(c, KEY_GLOBAL_NETS) && !checkpoint_get(c, KEY_GLOBAL_AR),
            e);
    if (!st)
        st = checkpoint_check_finite(f->net, e);
    if (!st)
        st = forecaster_make_pool(f, e);
    return st;
}

static enum status load_global_net(struct net **out, const struct forecaster *f,
                                   const struct checkpoint *c, int i, struct err *e)
{
    const struct params *p = &f->params;
    struct net_config nc =
        global_net_config(p->hidden_size, p->num_layers, p->dropout, f->frame.horizon);
    struct checkpoint_tensor t;
    char prefix[32], name[64];
    enum status st;

    /* Check the tensors first here too. */
    snprintf(prefix, sizeof(prefix), PREFIX_GLOBAL_NETS, i);
    snprintf(name, sizeof(name), "%slinear.weight", prefix);
    if (!checkpoint_look_up(&t, c, name) || t.ndim != 2 || t.shape[0] != f->frame.horizon ||
        t.shape[1] != p->hidden_size)
        return err_set(e, ST_CORRUPT, "checkpoint: tensor %s is missing, or not of the right shape",
                       name);
    st = net_new(out, &nc, e);
    if (!st)
        st = checkpoint_get_net(*out, c, prefix, true, e);
    if (!st)
        st = checkpoint_check_finite(*out, e);
    return st;
}

static enum status load_global_ar(struct global_ar *m, const struct forecaster *f,
                                  const struct checkpoint *c, struct err *e)
{
    struct checkpoint_tensor t;
    int64_t season;
    enum status st = checkpoint_get_i64(&season, c, KEY_GLOBAL_AR, 1, GLOBAL_AR_LAGS_MAX, e);

    if (st)
        return st;
    if (!checkpoint_look_up(&t, c, TENSOR_GLOBAL_AR) || t.dtype != CKPT_F32 || t.ndim != 2 ||
        t.shape[0] < season || t.shape[0] > GLOBAL_AR_LAGS_MAX || t.shape[1] != f->frame.horizon)
        return err_set(e, ST_CORRUPT, "checkpoint: tensor %s is missing, or not of the right shape",
                       TENSOR_GLOBAL_AR);
    *m = (struct global_ar){.L = (int)t.shape[0], .H = (int)t.shape[1], .season = (int)season};
    m->weight = malloc(t.size);
    if (!m->weight)
        return err_nomem(e, t.size);
    memcpy(m->weight, t.data, t.size);
    for (size_t i = 0; i < t.size / sizeof(float); i++) {
        if (!isfinite(m->weight[i]))
            return err_set(e, ST_CORRUPT, "checkpoint: a weight of %s is not a finite number",
                           TENSOR_GLOBAL_AR);
    }
    return ST_OK;
}

/* Loads the global nets and the global autoregression of an ensemble. Older files have none. */
static enum status load_nets(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    int64_t nets = 0;
    int tensors = net_num_tensors(f->net);
    enum status st = ST_OK;

    if (checkpoint_get(c, KEY_GLOBAL_NETS))
        st = checkpoint_get_i64(&nets, c, KEY_GLOBAL_NETS, GLOBAL_NETS, GLOBAL_NETS, e);
    if (!st && !f->params.ensemble && (nets || checkpoint_get(c, KEY_GLOBAL_AR)))
        st = err_set(e, ST_CORRUPT, "checkpoint: metadata %s and %s are for an ensemble",
                     KEY_GLOBAL_NETS, KEY_GLOBAL_AR);
    f->nets.W = f->frame.window;
    f->nets.H = f->frame.horizon;
    for (int i = 0; !st && i < nets; i++) {
        st = load_global_net(&f->nets.net[i], f, c, i, e);
        tensors += st ? 0 : net_num_tensors(f->nets.net[i]);
    }
    if (!st && checkpoint_get(c, KEY_GLOBAL_AR)) {
        st = load_global_ar(&f->nets.ar, f, c, e);
        tensors++;
    }
    if (!st && f->params.ensemble && tensors != checkpoint_num_tensors(c))
        st = err_set(e, ST_CORRUPT, "checkpoint: there are tensors that belong to no net");
    return st;
}

/* Older models with a long season were trained for all steps of the horizon. There are as many
 * residual scales as trained steps. */
static enum status load_horizon(int *out, int most, const struct checkpoint *c, struct err *e)
{
    double *scale = NULL;
    size_t count = 0;
    enum status st = checkpoint_get_f64s(&scale, &count, c, KEY_RESIDUALS, 0, (size_t)most, e);

    if (!st && count < 1)
        st = err_set(e, ST_CORRUPT, "checkpoint: metadata %s has no number", KEY_RESIDUALS);
    if (!st)
        *out = (int)count;
    free(scale);
    return st;
}

static enum status load_frame(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    int64_t normalised = 0, level = 0;
    enum status st = ST_OK;

    f->frame = frame_of(&f->params);
    if (profile_applies(f->params.season_length) && checkpoint_get(c, KEY_RESIDUALS))
        st = load_horizon(&f->frame.horizon, f->params.horizon, c, e);
    if (st)
        return st;
    if (checkpoint_get(c, KEY_NORMALISED))
        st = checkpoint_get_i64(&normalised, c, KEY_NORMALISED, 0, 1, e);
    if (!st && checkpoint_get(c, KEY_LEVEL))
        st = checkpoint_get_i64(&level, c, KEY_LEVEL, 0, f->frame.window, e);
    f->frame.normalised = normalised;
    f->frame.level = (int)level;
    return st;
}

/* ---- the series ---- */

/* Loads column k of the series: numbers from lo to hi, whole numbers if wanted. *v is new. */
static enum status load_numbers(double **v, const struct checkpoint *c, const char *key, int n,
                                double lo, double hi, bool whole, struct err *e)
{
    size_t count;
    enum status st = checkpoint_get_f64s(v, &count, c, key, (size_t)n, 0, e);

    for (int i = 0; !st && i < n; i++) {
        double x = (*v)[i];

        if (!(x >= lo && x <= hi) || (whole && x != floor(x)))
            st = err_set(e, ST_CORRUPT,
                         "checkpoint: metadata %s has %g for series %d; it must be a%s number from "
                         "%g to %g",
                         key, x, i + 1, whole ? " whole" : "", lo, hi);
    }
    return st;
}

static enum status load_values(struct forecaster *f, const struct checkpoint *c,
                               const double *lengths, struct err *e)
{
    double *v = NULL, total = 0;
    size_t count = 0, at = 0;
    enum status st = ST_OK;

    for (int i = 0; i < f->num_series; i++)
        total += lengths[i];
    if (total > IO_VALUES_MAX)
        return err_set(e, ST_CORRUPT, "checkpoint: metadata %s adds up to more than %d",
                       KEY_LENGTHS, IO_VALUES_MAX);
    st = checkpoint_get_f64s(&v, &count, c, KEY_VALUES, (size_t)total, 0, e);
    for (int i = 0; !st && i < f->num_series; i++) {
        struct trained_series *s = &f->series[i];
        int n = (int)lengths[i], present = 0;

        s->values = malloc((size_t)n * sizeof(*s->values));
        if (!s->values) {
            st = err_nomem(e, (size_t)n * sizeof(*s->values));
            break;
        }
        memcpy(s->values, v + at, (size_t)n * sizeof(*v));
        s->length = n;
        at += (size_t)n;
        for (int k = 0; k < n; k++)
            present += !isnan(s->values[k]);
        if (!present)
            st = err_set(e, ST_CORRUPT, "checkpoint: series %s has no value", s->id);
    }
    free(v);
    return st;
}

static enum status load_ends(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    double *v = NULL;
    enum status st = load_numbers(&v, c, KEY_END, f->num_series, 0, END_HASH_MAX, true, e);

    for (int i = 0; !st && i < f->num_series; i++)
        f->series[i].end = v[i];
    free(v);
    return st;
}

static enum status load_ids(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    char **ids = NULL;
    size_t n = 0;
    enum status st = checkpoint_get_strings(&ids, &n, c, KEY_IDS, IO_VALUES_MAX, e);

    if (st)
        return st;
    if (!n) {
        free(ids);
        return err_set(e, ST_CORRUPT, "checkpoint: metadata %s names no series", KEY_IDS);
    }
    f->series = calloc(n, sizeof(*f->series));
    if (!f->series) {
        free(ids);
        return err_nomem(e, n * sizeof(*f->series));
    }
    for (size_t i = 0; !st && i < n && checkpoint_get(c, KEY_IDS_ESCAPED); i++)
        if (!ids_unescape(ids[i]))
            st = err_set(e, ST_CORRUPT, "checkpoint: the id of series %zu has an unknown escape",
                         i + 1);
    for (size_t i = 0; !st && i < n; i++) {
        f->series[f->num_series].id = strdup(ids[i]);
        if (!f->series[f->num_series++].id)
            st = err_nomem(e, strlen(ids[i]) + 1);
        else if (!ids[i][0])
            st = err_set(e, ST_CORRUPT, "checkpoint: series %zu has no id", i + 1);
    }
    if (!st)
        qsort(ids, n, sizeof(*ids), compare_strings);
    for (size_t i = 1; !st && i < n; i++) {
        if (!strcmp(ids[i - 1], ids[i]))
            st = err_set(e, ST_CORRUPT, "checkpoint: two series have the id %s", ids[i]);
    }
    free(ids);
    return st;
}

static enum status load_ensembles(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    double *v = NULL;
    size_t count = 0, series = (size_t)f->num_series, row;
    enum status st =
        checkpoint_get_f64s(&v, &count, c, KEY_ENSEMBLE, 0, series * ENSEMBLE_NUMBERS, e);

    row = series ? count / series : 0; /* older files have fewer numbers in a row */
    if (!st && (count != row * series ||
                (series && row != ENSEMBLE_NUMBERS && row != ENSEMBLE_NUMBERS_FIRST &&
                 row != ENSEMBLE_NUMBERS_SECOND)))
        st = err_set(e, ST_CORRUPT, "checkpoint: metadata %s has %zu numbers for %zu series",
                     KEY_ENSEMBLE, count, series);
    for (int i = 0; !st && i < f->num_series; i++) {
        struct trained_series *s = &f->series[i];

        if (!ensemble_unpack(&s->ensemble, v + (size_t)i * row, (int)row))
            st = err_set(e, ST_CORRUPT,
                         "checkpoint: metadata %s has a number out of range for series %s",
                         KEY_ENSEMBLE, s->id);
        else
            s->transform = combine_transform(&s->ensemble, s->transform.nonnegative);
    }
    free(v);
    return st;
}

/* *on: whether the number is 1. Older files do not have it. */
static enum status load_flag(bool *on, const struct checkpoint *c, const char *key, struct err *e)
{
    int64_t v = 0;
    enum status st = checkpoint_get(c, key) ? checkpoint_get_i64(&v, c, key, 0, 1, e) : ST_OK;

    *on = v;
    return st;
}

static enum status load_rules(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    enum status st = load_flag(&f->profiles, c, KEY_PROFILES, e);

    f->profiles = f->profiles && f->params.ensemble && profile_applies(f->params.season_length);
    return st ? st : load_flag(&f->turns, c, KEY_TURNS, e);
}

static enum status load_gain(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    double *v = NULL;
    size_t count = 0;
    enum status st = checkpoint_get_f64s(&v, &count, c, KEY_GAIN, 1, 0, e);

    if (!st && !(v[0] >= 0 && v[0] <= 1))
        st = err_set(e, ST_CORRUPT, "checkpoint: metadata %s is %g; it must be from 0 to 1",
                     KEY_GAIN, v[0]);
    if (!st)
        f->gain = v[0];
    free(v);
    return st;
}

static enum status load_series(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    double *v[7] = {NULL};
    bool kept = f->params.keep_history;
    double least = !kept ? 0 : f->params.ensemble ? 1 : frame_need(&f->frame);
    double whole = 9007199254740992.0; /* 2^53 */
    enum status st = load_ids(f, c, e);
    int n = f->num_series;

    if (!st && n) {
        st = load_numbers(&v[0], c, KEY_LENGTHS, n, least, kept ? IO_VALUES_MAX : 0, true, e);
        if (!st)
            st = load_numbers(&v[1], c, KEY_SKIPPED, n, 0, whole, true, e);
        if (!st)
            st = load_numbers(&v[2], c, KEY_OFFSET, n, -DBL_MAX, DBL_MAX, false, e);
        if (!st)
            st = load_numbers(&v[3], c, KEY_SCALE, n, DBL_TRUE_MIN, DBL_MAX, false, e);
        if (!st)
            st = load_numbers(&v[4], c, KEY_CENTRE, n, -DBL_MAX, DBL_MAX, false, e);
        if (!st)
            st = load_numbers(&v[5], c, KEY_ERROR_SCALE, n, DBL_TRUE_MIN, DBL_MAX, false, e);
        if (!st)
            st = load_numbers(&v[6], c, KEY_NONNEGATIVE, n, 0, 1, true, e);
    }
    for (int i = 0; !st && i < n; i++) {
        struct transform *t = &f->series[i].transform;

        f->series[i].skipped = (int64_t)v[1][i];
        t->scaling =
            (struct scaling){.kind = f->params.scaling, .offset = v[2][i], .scale = v[3][i]};
        t->centre = v[4][i];
        t->error_scale = v[5][i];
        t->nonnegative = v[6][i] != 0;
    }
    if (!st && n)
        st = kept ? load_values(f, c, v[0], e) : load_ends(f, c, e);
    if (!st && n && f->params.ensemble)
        st = load_ensembles(f, c, e);
    for (int k = 0; k < 7; k++)
        free(v[k]);
    return st;
}

/* ---- metadata that is not the forecaster's ---- */

static bool is_own_key(const char *key, const struct checkpoint *own)
{
    static const char *const keys[] = {KEY_FORMAT,
                                       KEY_TASK,
                                       CHECKPOINT_ARITHMETIC,
                                       KEY_NORMALISED,
                                       KEY_LEVEL,
                                       KEY_IDS,
                                       KEY_IDS_ESCAPED,
                                       KEY_SKIPPED,
                                       KEY_LENGTHS,
                                       KEY_VALUES,
                                       KEY_END,
                                       KEY_OFFSET,
                                       KEY_SCALE,
                                       KEY_CENTRE,
                                       KEY_ERROR_SCALE,
                                       KEY_NONNEGATIVE,
                                       KEY_ENSEMBLE,
                                       KEY_GAIN,
                                       KEY_PROFILES,
                                       KEY_TURNS,
                                       KEY_GLOBAL_NETS,
                                       KEY_GLOBAL_AR,
                                       KEY_RESIDUALS,
                                       KEY_QUANTILES,
                                       KEY_SHAPE,
                                       KEY_PERSISTENCE,
                                       KEY_COVARIATES,
                                       KEY_COVARIATE_KNOWN,
                                       KEY_COVARIATE_STATE,
                                       KEY_COVARIATE_VALUES,
                                       KEY_CALENDAR};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (!strcmp(key, keys[i]))
            return true;
    }
    return checkpoint_get(own, key);
}

static enum status load_metadata(struct forecaster *f, const struct checkpoint *c,
                                 const struct checkpoint *own, struct err *e)
{
    int n = checkpoint_num_metadata(c);

    f->metadata = calloc(2 * (size_t)n + 1, sizeof(*f->metadata));
    if (!f->metadata)
        return err_nomem(e, 2 * (size_t)n * sizeof(*f->metadata));
    for (int i = 0; i < n; i++) {
        const char *key, *value;
        char **pair = f->metadata + 2 * (size_t)f->num_metadata;

        checkpoint_metadata(c, i, &key, &value);
        if (is_own_key(key, own))
            continue;
        f->num_metadata++;
        pair[0] = strdup(key);
        pair[1] = strdup(value);
        if (!pair[0] || !pair[1])
            return err_nomem(e, strlen(key) + strlen(value));
    }
    return ST_OK;
}

static enum status check_task(const struct checkpoint *c, struct err *e)
{
    const char *task = checkpoint_get(c, KEY_TASK);

    if (!task)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: metadata %s is missing; it must be \"forecast\" here",
                       KEY_TASK);
    if (strcmp(task, "forecast"))
        return err_set(e, ST_CORRUPT, "checkpoint: metadata %s is '%.40s'; it must be \"forecast\"",
                       KEY_TASK, task);
    return ST_OK;
}

enum status forecaster_load(struct forecaster **out, const uint8_t *bytes, size_t len,
                            struct err *e)
{
    struct checkpoint *c = NULL, *own = NULL;
    struct forecaster *f = calloc(1, sizeof(*f));
    enum status st;

    if (!f)
        return err_nomem(e, sizeof(*f));
    st = checkpoint_read(&c, bytes, len, e);
    if (!st)
        st = check_task(c, e);
    if (!st)
        st = checkpoint_get_arithmetic(f->arithmetic, c, e);
    if (!st)
        st = complete_params(c, &own, e);
    if (!st)
        st = params_load(&f->params, c, TASK_FORECAST, e);
    if (!st)
        st = check_effective(&f->params, e);
    if (!st)
        st = load_frame(f, c, e);
    if (!st)
        st = load_net(f, c, e);
    if (!st)
        st = load_nets(f, c, e);
    if (!st && checkpoint_get(c, KEY_IDS))
        st = load_series(f, c, e);
    if (!st)
        st = covariates_load(f, c, e);
    if (!st)
        st = calendar_load(f, c, e);
    if (!st && f->params.ensemble)
        st = load_gain(f, c, e);
    if (!st)
        st = load_rules(f, c, e);
    if (!st)
        st = intervals_load(&f->intervals, c, f->frame.horizon, e);
    if (!st)
        st = load_metadata(f, c, own, e);
    checkpoint_free(c);
    checkpoint_free(own);
    if (st) {
        forecaster_free(f);
        return st;
    }
    *out = f;
    return ST_OK;
}

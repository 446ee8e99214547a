/* forecaster_save.c - a forecaster as safetensors bytes. The order of the keys is fixed, so that a
 * file that is read and written again has the same bytes. */
#include "core/forecast/calendar_io.h"
#include "core/forecast/covariates_io.h"
#include "core/forecast/forecaster_io.h"
#include "core/forecast/forecaster_model.h"
#include "core/forecast/ids.h"
#include "core/forecast/intervals_io.h"
#include <lstm/checkpoint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One number of each series under a key. */
enum series_number {
    SERIES_SKIPPED,
    SERIES_LENGTH,
    SERIES_OFFSET,
    SERIES_SCALE,
    SERIES_CENTRE,
    SERIES_ERROR_SCALE,
    SERIES_NONNEGATIVE,
    SERIES_NUMBERS
};

static const char *const number_keys[SERIES_NUMBERS] = {
    KEY_SKIPPED, KEY_LENGTHS, KEY_OFFSET, KEY_SCALE, KEY_CENTRE, KEY_ERROR_SCALE, KEY_NONNEGATIVE};

static double series_number(const struct trained_series *s, enum series_number which)
{
    switch (which) {
    case SERIES_SKIPPED:
        return (double)s->skipped;
    case SERIES_LENGTH:
        return s->length;
    case SERIES_OFFSET:
        return s->transform.scaling.offset;
    case SERIES_SCALE:
        return s->transform.scaling.scale;
    case SERIES_CENTRE:
        return s->transform.centre;
    case SERIES_ERROR_SCALE:
        return s->transform.error_scale;
    case SERIES_NONNEGATIVE:
        return s->transform.nonnegative;
    case SERIES_NUMBERS:
        break;
    }
    return 0;
}

static enum status save_ends(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    size_t n = (size_t)f->num_series;
    double *v = malloc(n * sizeof(*v));
    enum status st;

    if (!v)
        return err_nomem(e, n * sizeof(*v));
    for (size_t i = 0; i < n; i++)
        v[i] = f->series[i].end;
    st = checkpoint_set_f64s(c, KEY_END, v, n, e);
    free(v);
    return st;
}

static enum status save_values(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    size_t total = 0, at = 0;
    double *v;
    enum status st;

    for (int i = 0; i < f->num_series; i++)
        total += (size_t)f->series[i].length;
    v = malloc((total + 1) * sizeof(*v));
    if (!v)
        return err_nomem(e, total * sizeof(*v));
    for (int i = 0; i < f->num_series; i++) {
        memcpy(v + at, f->series[i].values, (size_t)f->series[i].length * sizeof(*v));
        at += (size_t)f->series[i].length;
    }
    st = checkpoint_set_f64s(c, KEY_VALUES, v, total, e);
    free(v);
    return st;
}

static enum status save_ensembles(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    size_t n = (size_t)f->num_series * ENSEMBLE_NUMBERS;
    double *v = malloc(n * sizeof(*v));
    enum status st;

    if (!v)
        return err_nomem(e, n * sizeof(*v));
    for (int i = 0; i < f->num_series; i++)
        ensemble_pack(v + (size_t)i * ENSEMBLE_NUMBERS, &f->series[i].ensemble);
    st = checkpoint_set_f64s(c, KEY_ENSEMBLE, v, n, e);
    free(v);
    return st;
}

static enum status save_ids(struct checkpoint *c, const char *const *ids, size_t n, struct err *e)
{
    char **escaped = NULL;
    enum status st;

    if (!ids_need_escapes(ids, n))
        return checkpoint_set_strings(c, KEY_IDS, ids, n, e);
    st = ids_escape(&escaped, ids, n, e);
    if (!st)
        st = checkpoint_set_strings(c, KEY_IDS, (const char *const *)escaped, n, e);
    if (!st)
        st = checkpoint_set(c, KEY_IDS_ESCAPED, "true", e);
    free(escaped);
    return st;
}

static enum status save_series(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    size_t n = (size_t)f->num_series;
    const char **ids = malloc(n * sizeof(*ids));
    double *v = malloc(n * sizeof(*v));
    enum status st;

    if (!ids || !v) {
        free(ids);
        free(v);
        return err_nomem(e, n * sizeof(*v));
    }
    for (size_t i = 0; i < n; i++)
        ids[i] = f->series[i].id;
    st = save_ids(c, ids, n, e);
    for (int k = 0; !st && k < SERIES_NUMBERS; k++) {
        for (size_t i = 0; i < n; i++)
            v[i] = series_number(&f->series[i], (enum series_number)k);
        st = checkpoint_set_f64s(c, number_keys[k], v, n, e);
    }
    if (!st)
        st = f->params.keep_history ? save_values(c, f, e) : save_ends(c, f, e);
    if (!st && f->params.ensemble)
        st = save_ensembles(c, f, e);
    free(ids);
    free(v);
    return st;
}

static enum status save_nets(struct checkpoint *c, const struct global_nets *d, struct err *e)
{
    enum status st = ST_OK;
    char prefix[32];

    if (!d->net[0])
        return ST_OK;
    for (int i = 0; !st && i < GLOBAL_NETS; i++) {
        snprintf(prefix, sizeof(prefix), PREFIX_GLOBAL_NETS, i);
        st = checkpoint_add_net(c, prefix, d->net[i], e);
    }
    return st ? st : checkpoint_set_i64(c, KEY_GLOBAL_NETS, GLOBAL_NETS, e);
}

static enum status save_global_ar(struct checkpoint *c, const struct global_ar *m, struct err *e)
{
    const int64_t shape[2] = {m->L, m->H};
    enum status st = ST_OK;

    if (!m->weight)
        return ST_OK;
    st = checkpoint_add(c, TENSOR_GLOBAL_AR, CKPT_F32, shape, 2, m->weight, e);
    return st ? st : checkpoint_set_i64(c, KEY_GLOBAL_AR, m->season, e);
}

static enum status save_own(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    enum status st = checkpoint_add_net(c, "", f->net, e);

    if (!st)
        st = checkpoint_set(c, KEY_FORMAT, "pt", e);
    if (!st)
        st = checkpoint_set(c, KEY_TASK, "forecast", e);
    if (!st && f->arithmetic[0])
        st = checkpoint_set(c, CHECKPOINT_ARITHMETIC, f->arithmetic, e);
    if (!st)
        st = params_store(c, TASK_FORECAST, &f->params, e);
    if (!st)
        st = checkpoint_set_i64(c, KEY_NORMALISED, f->frame.normalised, e);
    if (!st)
        st = checkpoint_set_i64(c, KEY_LEVEL, f->frame.level, e);
    if (!st && f->params.ensemble)
        st = checkpoint_set_f64s(c, KEY_GAIN, &f->gain, 1, e);
    if (!st && f->profiles)
        st = checkpoint_set_i64(c, KEY_PROFILES, 1, e);
    if (!st && f->turns)
        st = checkpoint_set_i64(c, KEY_TURNS, 1, e);
    if (!st)
        st = save_nets(c, &f->nets, e);
    if (!st)
        st = save_global_ar(c, &f->nets.ar, e);
    if (!st && f->num_series)
        st = save_series(c, f, e);
    if (!st)
        st = covariates_save(c, f, e);
    if (!st)
        st = calendar_save(c, f, e);
    if (!st)
        st = intervals_save(c, &f->intervals, e);
    return st;
}

/* Saves a pair of foreign metadata. own: how many keys are the forecaster's own. */
static enum status save_pair(struct checkpoint *c, int own, const char *key, const char *value,
                             struct err *e)
{
    for (int i = 0; i < own; i++) {
        const char *k, *v;

        checkpoint_metadata(c, i, &k, &v);
        if (!strcmp(k, key))
            return err_set(e, ST_INVALID, "the metadata key %s is the forecaster's own", key);
    }
    return checkpoint_set(c, key, value, e);
}

enum status forecaster_save(const struct forecaster *f, const char *const *extra, uint8_t **bytes,
                            size_t *len, struct err *e)
{
    struct checkpoint *c = NULL;
    enum status st = checkpoint_new(&c, e);
    int own;

    if (!st)
        st = save_own(c, f, e);
    own = st ? 0 : checkpoint_num_metadata(c);
    for (int i = 0; !st && i < f->num_metadata; i++)
        st = save_pair(c, own, f->metadata[2 * i], f->metadata[2 * i + 1], e);
    for (; !st && extra && extra[0]; extra += 2)
        st = save_pair(c, own, extra[0], extra[1], e);
    if (!st)
        st = checkpoint_write(bytes, len, c, e);
    checkpoint_free(c);
    return st;
}

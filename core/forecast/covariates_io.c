/* covariates_io.c - see covariates_io.h. */
#include "core/forecast/covariates_io.h"

#include "core/forecast/forecaster_io.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of one series: rows, which is 0 when its forecasts use no covariates. Otherwise also:
 * detail, lag, season, logarithm, centre, low, high, features, beta, and for each covariate mean,
 * scale, low, high, known, bent, knots. */
enum { HEAD = 8, REGRESSOR = 6 + REGRESSION_KNOTS };

static size_t state_size(const struct regression *r)
{
    return 1 + (r->count ? HEAD + (size_t)r->features + (size_t)r->count * REGRESSOR : 0);
}

static double *pack(double *v, const struct trained_covariates *k)
{
    const struct regression *r = &k->regression;
    const double head[HEAD] = {r->detail, r->lag, r->season, r->logarithm,
                               r->centre, r->low, r->high,   r->features};

    *v++ = r->count ? k->rows : 0;
    if (!r->count)
        return v;
    memcpy(v, head, sizeof(head));
    v += HEAD;
    memcpy(v, r->beta, (size_t)r->features * sizeof(*v));
    v += r->features;
    for (int i = 0; i < r->count; i++) {
        const struct regressor *g = &r->regressors[i];
        const double row[6] = {g->mean, g->scale, g->low, g->high, g->known, g->bent};

        memcpy(v, row, sizeof(row));
        memcpy(v + 6, g->knots, sizeof(g->knots));
        v += REGRESSOR;
    }
    return v;
}

static enum status save_states(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    size_t size = 0;
    double *v, *at;
    enum status st;

    for (int i = 0; i < f->num_series; i++)
        size += state_size(&f->series[i].covariates.regression);
    v = at = malloc((size + 1) * sizeof(*v));
    if (!v)
        return err_nomem(e, size * sizeof(*v));
    for (int i = 0; i < f->num_series; i++)
        at = pack(at, &f->series[i].covariates);
    st = checkpoint_set_f64s(c, KEY_COVARIATE_STATE, v, size, e);
    free(v);
    return st;
}

static enum status save_values(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    size_t size = 0, at = 0;
    double *v;
    enum status st;

    for (int i = 0; i < f->num_series; i++)
        size += (size_t)f->series[i].covariates.rows * (size_t)f->num_covariates;
    v = malloc((size + 1) * sizeof(*v));
    if (!v)
        return err_nomem(e, size * sizeof(*v));
    for (int i = 0; i < f->num_series; i++) {
        const struct trained_covariates *k = &f->series[i].covariates;
        size_t n = (size_t)k->rows * (size_t)f->num_covariates;

        if (n)
            memcpy(v + at, k->values, n * sizeof(*v));
        at += n;
    }
    st = size ? checkpoint_set_f64s(c, KEY_COVARIATE_VALUES, v, size, e) : ST_OK;
    free(v);
    return st;
}

enum status covariates_save(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    const char *known[COVARIATES_MAX];
    size_t n = 0;
    enum status st;

    if (!f->num_covariates)
        return ST_OK;
    for (int k = 0; k < f->num_covariates; k++)
        if (params_known_in_advance(&f->params, f->covariates[k]))
            known[n++] = f->covariates[k];
    st = checkpoint_set_strings(c, KEY_COVARIATES, (const char *const *)f->covariates,
                                (size_t)f->num_covariates, e);
    if (!st && n)
        st = checkpoint_set_strings(c, KEY_COVARIATE_KNOWN, known, n, e);
    if (!st)
        st = save_states(c, f, e);
    return st ? st : save_values(c, f, e);
}

/* ---- loading ---- */

static enum status bad(const char *key, struct err *e)
{
    return err_set(e, ST_CORRUPT, "checkpoint: metadata %s does not fit the other entries", key);
}

static bool whole(double v, double lo, double hi)
{
    return v >= lo && v <= hi && !(v < floor(v)) && !(v > floor(v));
}

static bool all_finite(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(v[i]))
            return false;
    return true;
}

static bool unpack_regressors(struct regression *r, const double *v)
{
    for (int i = 0; i < r->count; i++, v += REGRESSOR) {
        struct regressor *g = &r->regressors[i];

        if (v[1] < 0 || v[2] > v[3] || !whole(v[4], 0, 1) || !whole(v[5], 0, 1))
            return false;
        *g = (struct regressor){.mean = v[0],
                                .scale = v[1],
                                .low = v[2],
                                .high = v[3],
                                .known = v[4] > 0,
                                .bent = v[5] > 0};
        memcpy(g->knots, v + 6, sizeof(g->knots));
    }
    return r->features == regression_features(r);
}

/* Reads one series from *v, which has *left numbers left. */
static enum status unpack(struct trained_covariates *k, const double **v, size_t *left, int count,
                          int length, struct err *e)
{
    struct regression *r = &k->regression;
    const double *head = *v + 1;
    size_t size;

    if (*left < 1 || !whole((*v)[0], 0, IO_VALUES_MAX))
        return bad(KEY_COVARIATE_STATE, e);
    if (!((*v)[0] > 0)) {
        ++*v;
        --*left;
        return ST_OK;
    }
    if (*left < 1 + HEAD || (*v)[0] < length || !all_finite(head, HEAD) ||
        !whole(head[0], 0, REGRESSION_DETAIL_MAX) || !whole(head[1], 1, HORIZON_MAX) ||
        !whole(head[2], 1, SEASON_MAX) || !whole(head[3], 0, 1) || !(head[5] <= head[6]) ||
        !whole(head[7], 1, REGRESSION_FEATURES_MAX))
        return bad(KEY_COVARIATE_STATE, e);
    k->rows = (int)(*v)[0];
    *r = (struct regression){.count = count,
                             .detail = (int)head[0],
                             .lag = (int)head[1],
                             .season = (int)head[2],
                             .logarithm = head[3] > 0,
                             .centre = head[4],
                             .low = head[5],
                             .high = head[6],
                             .features = (int)head[7]};
    size = state_size(r);
    if (*left < size || !all_finite(head, size - 1))
        return bad(KEY_COVARIATE_STATE, e);
    r->beta = malloc((size_t)r->features * sizeof(*r->beta));
    r->regressors = calloc((size_t)count, sizeof(*r->regressors));
    if (!r->beta || !r->regressors)
        return err_nomem(e, size * sizeof(double));
    memcpy(r->beta, head + HEAD, (size_t)r->features * sizeof(*r->beta));
    if (!unpack_regressors(r, head + HEAD + r->features))
        return bad(KEY_COVARIATE_STATE, e);
    *v += size;
    *left -= size;
    return ST_OK;
}

static enum status load_names(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    char **names = NULL;
    size_t n = 0;
    enum status st = checkpoint_get_strings(&names, &n, c, KEY_COVARIATES, COVARIATES_MAX, e);

    if (st)
        return st;
    f->covariates = calloc(n + 1, sizeof(*f->covariates));
    if (!f->covariates)
        st = err_nomem(e, n * sizeof(*f->covariates));
    for (size_t i = 0; !st && i < n; i++) {
        for (size_t k = 0; !st && k < i; k++)
            if (!strcmp(names[k], names[i]))
                st = bad(KEY_COVARIATES, e);
        if (!st && !(f->covariates[i] = strdup(names[i])))
            st = err_nomem(e, strlen(names[i]));
        if (!st)
            f->num_covariates++;
    }
    free(names);
    names = NULL;
    if (st || !checkpoint_get(c, KEY_COVARIATE_KNOWN))
        return st;
    st = checkpoint_get_strings(&names, &n, c, KEY_COVARIATE_KNOWN, COVARIATES_MAX, e);
    for (size_t i = 0; !st && i < n; i++)
        if (params_add_known_in_advance(&f->params, names[i], NULL))
            st = bad(KEY_COVARIATE_KNOWN, e);
    free(names);
    return st;
}

static enum status load_values(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    double *v = NULL, total = 0;
    size_t count = 0, at = 0;
    enum status st;

    for (int i = 0; i < f->num_series; i++)
        total += (double)f->series[i].covariates.rows * f->num_covariates;
    if (!(total > 0))
        return ST_OK;
    if (total > IO_VALUES_MAX)
        return bad(KEY_COVARIATE_VALUES, e);
    st = checkpoint_get_f64s(&v, &count, c, KEY_COVARIATE_VALUES, (size_t)total, 0, e);
    for (int i = 0; !st && i < f->num_series; i++) {
        struct trained_covariates *k = &f->series[i].covariates;
        size_t n = (size_t)k->rows * (size_t)f->num_covariates;

        if (!n)
            continue;
        k->values = malloc(n * sizeof(*k->values));
        if (!k->values)
            st = err_nomem(e, n * sizeof(*k->values));
        else
            memcpy(k->values, v + at, n * sizeof(*v));
        at += n;
    }
    free(v);
    return st;
}

enum status covariates_load(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    double *state = NULL;
    const double *at;
    size_t left = 0;
    enum status st;

    if (!checkpoint_get(c, KEY_COVARIATES))
        return ST_OK;
    st = load_names(f, c, e);
    if (st || !f->num_series)
        return st;
    st = checkpoint_get_f64s(&state, &left, c, KEY_COVARIATE_STATE, 0, IO_VALUES_MAX, e);
    at = state;
    for (int i = 0; !st && i < f->num_series; i++)
        st =
            unpack(&f->series[i].covariates, &at, &left, f->num_covariates, f->series[i].length, e);
    free(state);
    return st ? st : load_values(f, c, e);
}

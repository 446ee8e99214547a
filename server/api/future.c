/* future.c - see future.h. */
#include "server/api/future.h"

#include "server/formats/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char member[] = "/future_covariates";

/* *out: the model's covariate of that name, which must be known in advance. */
static enum status find(int *out, const struct forecaster *f, const char *name, const char *place,
                        struct err *e)
{
    const char *names[COVARIATES_MAX];
    int n = forecaster_num_covariates(f);
    char near[DID_YOU_MEAN_MAX];
    bool known;

    for (int k = 0; k < n; k++) {
        names[k] = forecaster_covariate(f, k, &known);
        if (strcmp(names[k], name) != 0)
            continue;
        *out = k;
        if (known)
            return ST_OK;
        err_set(
            e, ST_INVALID,
            "'%.80s' is not known in advance: the model's job did not list it in future_covariates",
            name);
        return err_at(e, "%s/%s", place, name);
    }
    err_set(e, ST_INVALID, "the model has no covariate '%.80s'%s", name,
            did_you_mean_clause(near, name, names, (size_t)n));
    return err_at(e, "%s/%s", place, name);
}

/* Reads exactly n numbers; with to NULL, only checks them. */
static enum status read_list(double *to, const cJSON *list, int n, const char *place, struct err *e)
{
    const cJSON *v;
    int i = 0;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) != n) {
        err_set(e, ST_INVALID,
                "'%.80s' must be a list of %d numbers, one for each step of the horizon",
                list->string, n);
        return err_at(e, "%s/%s", place, list->string);
    }
    cJSON_ArrayForEach(v, list)
    {
        if (!cJSON_IsNumber(v) || !isfinite(v->valuedouble)) {
            err_set(e, ST_INVALID, "a future value of '%.80s' is not a number", list->string);
            return err_at(e, "%s/%s/%d", place, list->string, i);
        }
        if (to)
            to[i] = v->valuedouble;
        i++;
    }
    return ST_OK;
}

/* Makes room for the covariates of s up to the end of the horizon, and keeps the present ones. */
static enum status make_room(struct forecast_series *s, const struct forecast_response *ans,
                             int known, struct err *e)
{
    const struct forecaster *f = ans->model->forecaster;
    int count = forecaster_num_covariates(f), n = s->history_length + ans->horizon, rows = s->rows;
    size_t size = (size_t)count * (size_t)n * sizeof(double);
    const double *from = s->covariates;
    double *v;

    if (!from && known >= 0)
        from = forecaster_series_covariates(f, known, &rows);
    if (!from)
        return ST_OK;
    v = malloc(size);
    if (!v)
        return err_nomem(e, size);
    for (int k = 0; k < count; k++)
        for (int i = 0; i < n; i++)
            v[(size_t)k * (size_t)n + (size_t)i] =
                i < rows ? from[(size_t)k * (size_t)rows + (size_t)i] : NAN;
    free(s->covariates);
    s->covariates = v;
    s->rows = n;
    return ST_OK;
}

static enum status put_one(struct forecast_series *s, const struct forecast_response *ans,
                           const cJSON *given, int known, const char *place, struct err *e)
{
    const cJSON *list;
    enum status st = ST_OK;

    if (!cJSON_IsObject(given)) {
        err_set(e, ST_INVALID, "future_covariates must be an object of lists, one for each name");
        return err_at(e, "%s", place);
    }
    st = make_room(s, ans, known, e);
    cJSON_ArrayForEach(list, given)
    {
        int k = 0;

        if (!st)
            st = find(&k, ans->model->forecaster, list->string, place, e);
        if (!st)
            st = read_list(s->covariates
                               ? s->covariates + (size_t)k * (size_t)s->rows + s->history_length
                               : NULL,
                           list, ans->horizon, place, e);
    }
    return st;
}

static enum status check_ids(const struct forecast_response *ans, const cJSON *given, struct err *e)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, given)
    {
        int i = 0;

        while (i < ans->count && strcmp(ans->series[i].id, one->string) != 0)
            i++;
        if (i < ans->count)
            continue;
        err_set(e, ST_INVALID, "there is no series '%.80s' to forecast", one->string);
        return err_at(e, "%s/%s", member, one->string);
    }
    return ST_OK;
}

enum status api_future_covariates(struct forecast_response *ans, const cJSON *given,
                                  bool remembered, struct err *e)
{
    const struct forecaster *f = ans->model->forecaster;
    bool by_series = given && cJSON_IsObject(given->child);
    enum status st = ST_OK;

    if (!given || cJSON_IsNull(given))
        return ST_OK;
    if (!forecaster_num_covariates(f)) {
        err_set(e, ST_INVALID, "model %s has no covariates", ans->model->name);
        return err_at(e, "%s", member);
    }
    if (by_series)
        st = check_ids(ans, given, e);
    for (int i = 0; !st && i < ans->count; i++) {
        struct forecast_series *s = &ans->series[i];
        const cJSON *own = by_series ? cJSON_GetObjectItemCaseSensitive(given, s->id) : given;
        char place[400];

        snprintf(place, sizeof(place), "%s%s%s", member, by_series ? "/" : "",
                 by_series ? s->id : "");
        if (own)
            st = put_one(s, ans, own, remembered ? forecaster_find_series(f, s->id) : -1, place, e);
    }
    return st;
}

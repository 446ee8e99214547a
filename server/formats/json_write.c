/* json_write.c - writes data sets as JSON; see json.h. */
#include "server/formats/json.h"

#include <math.h>

/* NULL in, NULL out; value is consumed. */
static cJSON *put(cJSON *obj, const char *name, cJSON *value)
{
    if (obj && value && cJSON_AddItemToObject(obj, name, value))
        return obj;
    cJSON_Delete(value);
    cJSON_Delete(obj);
    return NULL;
}

static cJSON *push(cJSON *array, cJSON *value)
{
    if (array && value && cJSON_AddItemToArray(array, value))
        return array;
    cJSON_Delete(value);
    cJSON_Delete(array);
    return NULL;
}

cJSON *json_number_or_null(double v)
{
    return isfinite(v) ? cJSON_CreateNumber(v) : cJSON_CreateNull();
}

cJSON *json_numbers(const double *v, int n)
{
    cJSON *a = cJSON_CreateArray();

    for (int i = 0; a && i < n; i++)
        a = push(a, json_number_or_null(v[i]));
    return a;
}

/* One column of n rows. */
static cJSON *write_column(const double *v, int n, int columns)
{
    cJSON *a = cJSON_CreateArray();

    for (int i = 0; a && i < n; i++)
        a = push(a, json_number_or_null(v[(size_t)i * (size_t)columns]));
    return a;
}

/* rows: up to the last value, at least one. */
static cJSON *write_values(const struct series *s, int columns, int targets, int rows)
{
    cJSON *a;

    if (targets == 1)
        return write_column(s->values, rows, columns);
    a = cJSON_CreateArray();
    for (int i = 0; a && i < rows; i++)
        a = push(a, json_numbers(s->values + (size_t)i * (size_t)columns, targets));
    return a;
}

static cJSON *write_covariates(const struct series_set *set, const struct series *s)
{
    cJSON *o = cJSON_CreateObject();

    for (int k = set->num_columns - set->num_covariates; k < set->num_columns; k++)
        o = put(o, set->columns[k], write_column(s->values + k, s->length, set->num_columns));
    return o;
}

static cJSON *write_one(const struct series_set *set, int i)
{
    const struct series *s = &set->items[i];
    int observed = series_observed(set, i);

    cJSON *o = put(cJSON_CreateObject(), "id", cJSON_CreateString(s->id));
    char text[40], name[16];

    if (s->time.frequency.unit != FREQ_INDEX) {
        o = put(o, "start", cJSON_CreateString(timeline_text(text, &s->time, 0)));
        o = put(o, "frequency", cJSON_CreateString(frequency_name(name, s->time.frequency)));
    }
    o = put(o, "values",
            write_values(s, set->num_columns, set->num_columns - set->num_covariates,
                         observed > 0 || s->length == 0 ? observed : 1));
    return set->num_covariates ? put(o, "covariates", write_covariates(set, s)) : o;
}

static cJSON *write_strings(char *const *v, int n)
{
    cJSON *a = cJSON_CreateArray();

    for (int i = 0; a && i < n; i++)
        a = push(a, v[i] ? cJSON_CreateString(v[i]) : cJSON_CreateNull());
    return a;
}

cJSON *json_write_series(const struct series_set *s)
{
    cJSON *o = cJSON_CreateObject(), *list = cJSON_CreateArray();

    if (s->num_columns - s->num_covariates > 1)
        o = put(o, "columns", write_strings(s->columns, s->num_columns - s->num_covariates));
    for (int i = 0; list && i < s->count; i++)
        list = push(list, write_one(s, i));
    return put(o, "series", list);
}

static bool any(char *const *v, int n)
{
    for (int i = 0; i < n; i++)
        if (v[i])
            return true;
    return false;
}

cJSON *json_write_tagged(const struct tagged_set *t)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; list && i < t->count; i++) {
        const struct tagged_sentence *s = &t->items[i];
        cJSON *o = put(cJSON_CreateObject(), "tokens", write_strings(s->form, s->length));

        if (any(s->upos, s->length))
            o = put(o, "upos", write_strings(s->upos, s->length));
        if (any(s->xpos, s->length))
            o = put(o, "xpos", write_strings(s->xpos, s->length));
        list = push(list, o);
    }
    return put(cJSON_CreateObject(), "sentences", list);
}

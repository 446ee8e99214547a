/* json_data.c - reads data sets in JSON; see json.h. */
#include "server/formats/json.h"
#include "server/formats/json_lists.h"

#include <lstm/forecaster.h>
#include <lstm/tagger.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- series ---- */

struct series_reader {
    struct series_set *out;
    const struct json_lists *lists; /* NULL: none */
    const struct data_limits *limits;
    struct err *e;
};

static enum status at(struct err *e, enum status st, const char *place, const char *member)
{
    err_at(e, "%s%s", place, member);
    return st;
}

/* One number or null. */
static enum status read_value(double *out, const cJSON *v, struct err *e)
{
    if (cJSON_IsNull(v)) {
        *out = NAN;
    } else if (cJSON_IsNumber(v)) {
        *out = v->valuedouble;
    } else {
        return err_set(e, ST_INVALID, "a value must be a number, or null where it is missing");
    }
    return ST_OK;
}

static enum status read_row(double *out, const cJSON *v, int columns, struct err *e)
{
    enum status st = ST_OK;
    const cJSON *cell;
    int k = 0;

    if (columns == 1 && !cJSON_IsArray(v))
        return read_value(out, v, e);
    if (!cJSON_IsArray(v) || cJSON_GetArraySize(v) != columns)
        return err_set(e, ST_INVALID, "a row must be a list of %d values, one a column", columns);
    cJSON_ArrayForEach(cell, v)
    {
        if (!st)
            st = read_value(&out[k++], cell, e);
    }
    return st;
}

/* The numbers that stand in for [i]; NULL when values is no such list: a covariate is one only under the
 * name that lists have. */
static const double *listed(const struct json_lists *lists, const cJSON *values, size_t *n)
{
    const cJSON *i = values->child;

    if (!lists || strcmp(values->string, "values") != 0 || !cJSON_IsNumber(i) || i->next ||
        !(i->valuedouble < (double)lists->count))
        return NULL;
    return json_lists_get(lists, (size_t)i->valuedouble, n);
}

static int num_targets(const struct series_reader *r)
{
    return r->out->num_columns - r->out->num_covariates;
}

/* rows: at least so many, NaN where there is no value. */
static enum status read_values(struct series *s, struct series_reader *r, const cJSON *values,
                               size_t rows, const char *place)
{
    size_t columns = (size_t)r->out->num_columns, n;
    const double *list;
    const cJSON *v;
    enum status st = ST_OK;

    if (!cJSON_IsArray(values) || !values->child) {
        err_set(r->e, ST_INVALID, "values must be a list of at least one number or null");
        return at(r->e, ST_INVALID, place, "/values");
    }
    list = listed(r->lists, values, &n);
    if (!list)
        n = (size_t)cJSON_GetArraySize(values);
    if (n > r->limits->max_series_length) {
        err_set(r->e, ST_TOO_LARGE, "%zu values; max_series_length allows %zu", n,
                r->limits->max_series_length);
        return at(r->e, ST_TOO_LARGE, place, "/values");
    }
    rows = rows > n ? rows : n;
    s->values = malloc((rows * columns + 1) * sizeof(*s->values));
    if (!s->values)
        return err_nomem(r->e, rows * columns * sizeof(*s->values));
    for (size_t i = 0; i < rows * columns; i++)
        s->values[i] = NAN;
    if (list && num_targets(r) == 1) {
        for (size_t i = 0; i < n; i++)
            s->values[i * columns] = list[i];
        s->length = (int)rows;
        return ST_OK;
    }
    cJSON_ArrayForEach(v, values)
    {
        st = read_row(s->values + (size_t)s->length * columns, v, num_targets(r), r->e);
        if (st) {
            err_at(r->e, "%s/values/%d", place, s->length);
            return st;
        }
        s->length++;
    }
    s->length = (int)rows;
    return ST_OK;
}

/* ---- covariates ---- */

static const cJSON *covariates_of(const cJSON *obj)
{
    const cJSON *c = cJSON_GetObjectItemCaseSensitive(obj, "covariates");

    return cJSON_IsNull(c) ? NULL : c;
}

/* The column of a name among the covariates; -1: none. */
static int covariate_column(const struct series_set *s, const char *name)
{
    for (int k = s->num_columns - s->num_covariates; k < s->num_columns; k++)
        if (strcmp(s->columns[k], name) == 0)
            return k;
    return -1;
}

/* The most rows that a covariate of the series has; each must be a list. */
static enum status count_rows(size_t *rows, struct series_reader *r, const cJSON *covariates,
                              const char *place)
{
    const cJSON *list;

    *rows = 0;
    if (covariates && !cJSON_IsObject(covariates)) {
        err_set(r->e, ST_INVALID, "covariates must be an object of lists, one a name");
        return at(r->e, ST_INVALID, place, "/covariates");
    }
    cJSON_ArrayForEach(list, covariates)
    {
        size_t n = (size_t)cJSON_GetArraySize(list);

        if (cJSON_IsArray(list))
            listed(r->lists, list, &n);
        if (!cJSON_IsArray(list) || n == 0 || n > r->limits->max_series_length) {
            err_set(r->e, ST_INVALID,
                    "a covariate must be a list of 1 to %zu numbers, null where it is missing",
                    r->limits->max_series_length);
            return err_at(r->e, "%s/covariates/%s", place, list->string);
        }
        if (covariate_column(r->out, list->string) < 0) {
            err_set(r->e, ST_INVALID,
                    "'%.80s' is no covariate of the first series; all have the same ones",
                    list->string);
            return err_at(r->e, "%s/covariates/%s", place, list->string);
        }
        *rows = n > *rows ? n : *rows;
    }
    return ST_OK;
}

static enum status read_covariates(struct series *s, struct series_reader *r,
                                   const cJSON *covariates, const char *place)
{
    size_t columns = (size_t)r->out->num_columns;
    const cJSON *list, *v;

    cJSON_ArrayForEach(list, covariates)
    {
        double *to = s->values + covariate_column(r->out, list->string);
        size_t n = 0;
        const double *numbers = listed(r->lists, list, &n);
        size_t i = 0;

        for (; numbers && i < n; i++)
            to[i * columns] = numbers[i];
        if (numbers)
            continue;
        cJSON_ArrayForEach(v, list)
        {
            enum status st = read_value(&to[i * columns], v, r->e);

            if (st) {
                err_at(r->e, "%s/covariates/%s/%zu", place, list->string, i);
                return st;
            }
            i++;
        }
    }
    return ST_OK;
}

/* The names of the first series' covariates become columns behind those of the values. */
static enum status add_covariates(struct series_reader *r, const cJSON *first, const char *place)
{
    const cJSON *obj = covariates_of(first), *list;
    int n = cJSON_IsObject(obj) ? cJSON_GetArraySize(obj) : 0;
    char **columns;
    enum status st = ST_OK;

    if (n > COVARIATES_MAX) {
        err_set(r->e, ST_TOO_LARGE, "%d covariates; the most is %d", n, COVARIATES_MAX);
        return at(r->e, ST_TOO_LARGE, place, "/covariates");
    }
    if (n == 0)
        return ST_OK;
    columns =
        reallocarray(r->out->columns, (size_t)r->out->num_columns + (size_t)n, sizeof(*columns));
    if (!columns)
        return err_nomem(r->e, 0);
    r->out->columns = columns;
    cJSON_ArrayForEach(list, obj)
    {
        const char *name = list->string;

        if (!st)
            st = text_check(name, strlen(name), COLUMN_NAME_MAX, "covariate", r->e);
        for (int k = 0; !st && k < r->out->num_columns; k++)
            if (strcmp(r->out->columns[k], name) == 0)
                st = err_set(r->e, ST_INVALID, "'%.80s' is a value column and a covariate", name);
        if (st)
            return at(r->e, st, place, "/covariates");
        columns[r->out->num_columns] = strdup(name);
        if (!columns[r->out->num_columns])
            return err_nomem(r->e, 0);
        r->out->num_columns++;
        r->out->num_covariates++;
    }
    return st;
}

static enum status read_time(struct timeline *out, const cJSON *obj, const char *place,
                             struct err *e)
{
    const char *start = NULL, *frequency = NULL;
    struct timestamp t = {0};
    enum status st = json_get_string(&start, obj, place, "start", false, e);

    if (!st)
        st = json_get_string(&frequency, obj, place, "frequency", false, e);
    if (st || (!start && (!frequency || !frequency[0])))
        return st;
    if (!start) {
        err_set(e, ST_INVALID, "start is missing: a series with a frequency begins at some time");
        return at(e, ST_INVALID, place, "/start");
    }
    st = timestamp_parse(&t, start, strlen(start), e);
    if (st)
        return at(e, st, place, "/start");
    if (frequency)
        st = frequency_parse(&out->frequency, frequency, e);
    else
        out->frequency = (struct frequency){t.precision, 1};
    if (!st && frequency && out->frequency.unit == FREQ_INDEX) {
        out->start = strtoll(start, NULL, 10);
        return ST_OK;
    }
    if (!st)
        st = timeline_ordinal(&out->start, out->frequency, &t, e);
    return st ? at(e, st, place, "/frequency") : ST_OK;
}

static enum status read_one(struct series_reader *r, const cJSON *obj, const char *place,
                            const char *default_id)
{
    static const char *const members[] = {"id", "values", "start", "frequency", "covariates", NULL};
    static const char *const root[] = {"id",      "values",     "start", "frequency",
                                       "columns", "covariates", NULL};
    const cJSON *covariates = covariates_of(obj);
    size_t rows = 0;
    const char *id = default_id;
    struct timeline time = {{FREQ_INDEX, 1}, 0};
    struct series *s;
    enum status st = json_only(obj, place, default_id ? root : members, r->e);

    if (!st)
        st = json_get_string(&id, obj, place, "id", !default_id, r->e);
    if (!st) {
        st = text_check(id, strlen(id), SERIES_ID_MAX, "series id", r->e);
        if (st)
            st = at(r->e, st, place, "/id");
    }
    if (!st)
        st = read_time(&time, obj, place, r->e);
    if (!st)
        st = count_rows(&rows, r, covariates, place);
    if (st)
        return st;
    s = series_set_add(r->out, id);
    if (!s)
        return err_nomem(r->e, 0);
    s->time = time;
    st = read_values(s, r, cJSON_GetObjectItemCaseSensitive(obj, "values"), rows, place);
    return st ? st : read_covariates(s, r, covariates, place);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status refuse_twins(const struct series_set *s, const char *base, struct err *e)
{
    const char **ids = calloc((size_t)s->count + 1, sizeof(*ids));
    enum status st = ST_OK;

    if (!ids)
        return err_nomem(e, 0);
    for (int i = 0; i < s->count; i++)
        ids[i] = s->items[i].id;
    qsort(ids, (size_t)s->count, sizeof(*ids), by_id);
    for (int i = 1; !st && i < s->count; i++)
        if (strcmp(ids[i - 1], ids[i]) == 0) {
            st = err_set(e, ST_INVALID, "the series id '%.80s' is there twice", ids[i]);
            err_at(e, "%s/series", base);
        }
    free(ids);
    return st;
}

static enum status read_list(struct series_reader *r, const cJSON *list, const char *base)
{
    char place[96];
    const cJSON *item;
    enum status st = ST_OK;
    int i = 0;

    if (!cJSON_IsArray(list) || !list->child) {
        err_set(r->e, ST_INVALID, "series must be a list of at least one series");
        return at(r->e, ST_INVALID, base, "/series");
    }
    cJSON_ArrayForEach(item, list)
    {
        if (!st && (size_t)i >= r->limits->max_series)
            st = err_set(r->e, ST_TOO_LARGE, "more than max_series = %zu series",
                         r->limits->max_series);
        snprintf(place, sizeof(place), "%s/series/%d", base, i++);
        if (!st)
            st = read_one(r, item, place, NULL);
    }
    return st ? st : refuse_twins(r->out, base, r->e);
}

/* Names of the value columns; without them there is one. */
static enum status read_columns(struct series_reader *r, const cJSON *obj, const char *base)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(obj, "columns"), *c;
    int n = list ? cJSON_GetArraySize(list) : 1;
    enum status st = ST_OK;

    if (list && (!cJSON_IsArray(list) || n < 1 || n > COLUMNS_MAX)) {
        err_set(r->e, ST_INVALID, "columns must be a list of 1 to %d names", COLUMNS_MAX);
        return at(r->e, ST_INVALID, base, "/columns");
    }
    r->out->columns = calloc((size_t)n, sizeof(char *));
    if (!r->out->columns)
        return err_nomem(r->e, 0);
    if (!list) {
        r->out->columns[0] = strdup("value");
        r->out->num_columns = 1;
        return r->out->columns[0] ? ST_OK : err_nomem(r->e, 0);
    }
    cJSON_ArrayForEach(c, list)
    {
        const char *name = cJSON_IsString(c) ? c->valuestring : "";

        if (!st)
            st = text_check(name, strlen(name), COLUMN_NAME_MAX, "column name", r->e);
        if (!st && !(r->out->columns[r->out->num_columns] = strdup(name)))
            st = err_nomem(r->e, 0);
        if (!st)
            r->out->num_columns++;
    }
    return st ? at(r->e, st, base, "/columns") : ST_OK;
}

enum status json_read_series(struct series_set *out, const cJSON *obj, const char *base,
                             const char *default_id, const struct json_lists *lists,
                             const struct data_limits *limits, struct err *e)
{
    static const char *const members[] = {"series",    "id",      "values",     "start",
                                          "frequency", "columns", "covariates", NULL};
    struct series_reader r = {out, lists, limits, e};
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(obj, "series");
    const cJSON *values = cJSON_GetObjectItemCaseSensitive(obj, "values");
    enum status st;

    series_set_init(out);
    st = json_only(obj, base, members, e);
    if (!st && !list == !values) {
        st = err_set(e, ST_INVALID,
                     "give either \"values\" of one series or \"series\", a list of them");
        err_at(e, "%s", base);
    }
    if (!st)
        st = read_columns(&r, obj, base);
    if (!st)
        st = list ? add_covariates(&r, list->child, base) : add_covariates(&r, obj, base);
    if (!st && list)
        st = read_list(&r, list, base);
    else if (!st)
        st = read_one(&r, obj, base, default_id);
    if (st)
        series_set_release(out);
    return st;
}

/* ---- tagged ---- */

static enum status read_tags(char **out, const cJSON *obj, const char *place, const char *name,
                             int n, struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(obj, name), *v;
    enum status st = ST_OK;
    int i = 0;

    if (!list || cJSON_IsNull(list))
        return ST_OK;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) != n) {
        err_set(e, ST_INVALID, "%s must be a list of %d tags, one a token", name, n);
        return err_at(e, "%s/%s", place, name);
    }
    cJSON_ArrayForEach(v, list)
    {
        if (!st && !cJSON_IsNull(v)) {
            if (!cJSON_IsString(v))
                st =
                    err_set(e, ST_INVALID, "a tag must be a string, or null where it is not known");
            if (!st)
                st = text_check(v->valuestring, strlen(v->valuestring), TOKEN_BYTES_MAX, "tag", e);
            if (!st && !out[i] && !(out[i] = strdup(v->valuestring)))
                st = err_nomem(e, 0);
            if (st)
                err_at(e, "%s/%s/%d", place, name, i);
        }
        i++;
    }
    return st;
}

static enum status read_tokens(struct tagged_set *out, const cJSON *obj, const char *place,
                               struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(obj, "tokens"), *v;
    struct tagged_sentence *s;
    int n = list ? cJSON_GetArraySize(list) : 0, i = 0;
    enum status st = ST_OK;

    if (!cJSON_IsArray(list) || n < 1 || n > SENTENCE_TOKENS_MAX) {
        err_set(e, ST_INVALID, "tokens must be a list of 1 to %d strings", SENTENCE_TOKENS_MAX);
        return err_at(e, "%s/tokens", place);
    }
    s = tagged_set_add(out, n);
    if (!s)
        return err_nomem(e, 0);
    cJSON_ArrayForEach(v, list)
    {
        if (!st && !cJSON_IsString(v))
            st = err_set(e, ST_INVALID, "a token must be a string");
        if (!st)
            st = text_check(v->valuestring, strlen(v->valuestring), TOKEN_LENGTH_MAX, "token", e);
        if (!st && !(s->form[i] = strdup(v->valuestring)))
            st = err_nomem(e, 0);
        if (st) {
            err_at(e, "%s/tokens/%d", place, i);
            return st;
        }
        i++;
    }
    st = read_tags(s->upos, obj, place, "tags", n, e);
    if (!st)
        st = read_tags(s->upos, obj, place, "upos", n, e);
    return st ? st : read_tags(s->xpos, obj, place, "xpos", n, e);
}

enum status json_read_tagged(struct tagged_set *out, const cJSON *obj,
                             const struct data_limits *limits, struct err *e)
{
    static const char *const root[] = {"sentences", NULL};
    static const char *const members[] = {"tokens", "tags", "upos", "xpos", NULL};
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(obj, "sentences"), *item;
    size_t tokens = 0;
    char place[48];
    enum status st;

    tagged_set_init(out);
    st = json_only(obj, "", root, e);
    if (!st && (!cJSON_IsArray(list) || !list->child)) {
        err_set(e, ST_INVALID, "sentences must be a list of at least one sentence");
        st = err_at(e, "/sentences");
    }
    cJSON_ArrayForEach(item, list)
    {
        if (st)
            break;
        snprintf(place, sizeof(place), "/sentences/%d", out->count);
        if ((size_t)out->count >= limits->max_sentences || tokens > limits->max_tokens)
            st = err_set(e, ST_TOO_LARGE,
                         "more than max_sentences = %zu sentences or max_tokens = %zu tokens",
                         limits->max_sentences, limits->max_tokens);
        if (!st)
            st = json_only(item, place, members, e);
        if (!st)
            st = read_tokens(out, item, place, e);
        if (!st)
            tokens += (size_t)out->items[out->count - 1].length;
    }
    if (st)
        tagged_set_release(out);
    return st;
}

/* json_series.c - see json_series.h. The values of an object are collected in a scratch, since how long a series is,
 * and how many columns it has, is known when the object has ended. */
#include "server/formats/json_series.h"

#include "server/formats/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const series_member_names[] = {"id",         "values",  "start",  "frequency",
                                           "covariates", "columns", "series", NULL};

void series_reader_init(struct series_reader *r, struct series_set *out, struct json_reader *json,
                        const struct data_limits *limits, size_t len)
{
    *r = (struct series_reader){
        .json = json, .out = out, .limits = limits, .len = len, .memory = data_memory(len)};
    buf_init(&r->text, len + 1);
}

static void clear_object(struct series_object *o)
{
    size_t kept = o->num_covariates <= COVARIATES_MAX ? o->num_covariates : COVARIATES_MAX + 1;

    free(o->id.text);
    free(o->start.text);
    free(o->frequency.text);
    for (size_t i = 0; i < kept; i++)
        free(o->covariates[i].name);
    o->id = o->start = o->frequency = (struct text_member){0};
    o->values = (struct number_list){0};
    o->covariates_kind = '\0';
    o->num_covariates = 0;
    o->unknown.at = NULL;
}

void series_reader_release(struct series_reader *r)
{
    clear_object(&r->object);
    free(r->scratch);
    buf_release(&r->text);
}

void series_begin_again(struct series_reader *r)
{
    clear_object(&r->object);
    r->used = 0;
    r->memory = data_memory(r->len);
    r->st = ST_OK;
}

/* ---- what is wrong ---- */

/* The first fault counts. */
static enum status wrong(struct series_reader *r, enum status st)
{
    if (!r->st)
        r->st = st;
    return st;
}

static enum status no_memory(struct series_reader *r)
{
    return r->st ? r->st : wrong(r, err_nomem(&r->err, 0));
}

static enum status at(struct err *e, enum status st, const char *place, const char *member)
{
    err_at(e, "%s%s", place, member);
    return st;
}

enum status json_unknown_member(const struct json_name *n, const char *const *names, size_t count,
                                const char *pointer, struct err *e)
{
    const char *near, *shown;
    struct buf text;

    buf_init(&text, n->len + 1);
    json_name_text(&text, n);
    shown = text.st || !text.data ? "" : text.data;
    near = did_you_mean(shown, names, count);
    err_set(e, ST_INVALID, "'%.80s' is not a member known here%s%s%s", shown,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    err_at(e, "%s/%.80s", pointer, shown);
    buf_release(&text);
    return ST_INVALID;
}

/* ---- members as they come ---- */

/* Room for n more values; false when the set may not hold as many, or memory runs out. */
static bool make_room(struct series_reader *r, size_t n)
{
    size_t most = r->memory / sizeof(*r->scratch) + 1, capacity = r->capacity * 2 + 1024;
    double *p;

    if (n > most - r->used)
        return false;
    if (r->used + n <= r->capacity)
        return true;
    if (capacity < r->used + n)
        capacity = r->used + n;
    if (capacity > most)
        capacity = most;
    p = reallocarray(r->scratch, capacity, sizeof(*p));
    if (!p) {
        no_memory(r);
        return false;
    }
    r->scratch = p;
    r->capacity = capacity;
    return true;
}

/* One number or null, for which there is room. */
static int read_value(struct series_reader *r)
{
    char kind = json_peek(r->json);

    if (kind == '[' || kind == '{' || kind == '"' || kind == 't' || kind == 'f') {
        json_skip(r->json);
        return WRONG_VALUE;
    }
    r->scratch[r->used++] = json_read_number(r->json);
    return RIGHT;
}

/* A list of width values, or one value where width is 1. */
static int read_row(struct series_reader *r, size_t width)
{
    size_t n = 0, begin = r->used;
    int found = RIGHT;

    if (json_peek(r->json) != '[') {
        if (width == 1)
            return read_value(r);
        json_skip(r->json);
        return WRONG_ROW;
    }
    for (bool more = json_first(r->json); more; more = json_next(r->json)) {
        if (n++ < width && found == RIGHT)
            found = read_value(r);
        else
            json_skip(r->json);
    }
    if (n == width && found == RIGHT)
        return RIGHT;
    r->used = begin;
    return n == width ? found : WRONG_ROW;
}

/* A list of elements of width values each. Values are kept up to the first that is wrong, and only where
 * keep is true; elements are counted to the end. */
static void read_numbers(struct number_list *l, struct series_reader *r, size_t width, bool keep)
{
    *l = (struct number_list){.kind = json_peek(r->json), .first = r->used};
    if (l->kind != '[') {
        json_skip(r->json);
        return;
    }
    for (bool more = json_first(r->json); more; more = json_next(r->json)) {
        if (keep && l->count < r->limits->max_series_length && make_room(r, width ? width : 1)) {
            l->wrong = width == 0 ? read_value(r) : read_row(r, width);
            l->wrong_at = l->count;
            keep = l->wrong == RIGHT;
        } else {
            keep = false;
            json_skip(r->json);
        }
        l->count++;
    }
}

static size_t num_targets(const struct series_reader *r)
{
    return (size_t)(r->out->num_columns - r->out->num_covariates);
}

/* A covariate is known: values of others would only take room. The first series names them all. */
static bool is_known(const struct series_reader *r, const char *name)
{
    if (r->out->count == 0)
        return true;
    for (int k = r->out->num_columns - r->out->num_covariates; k < r->out->num_columns; k++)
        if (strcmp(r->out->columns[k], name) == 0)
            return true;
    return false;
}

static void read_covariate(struct series_reader *r)
{
    struct series_object *o = &r->object;
    struct json_name name = json_member(r->json);
    char *copy;

    if (o->num_covariates > COVARIATES_MAX) {
        o->num_covariates++;
        json_skip(r->json);
        return;
    }
    json_name_text(&r->text, &name);
    copy = r->text.st ? NULL : strdup(r->text.data);
    if (!copy) {
        no_memory(r);
        json_skip(r->json);
        return;
    }
    o->covariates[o->num_covariates].name = copy;
    read_numbers(&o->covariates[o->num_covariates++].list, r, 0, is_known(r, copy));
}

static void read_text(struct text_member *t, struct series_reader *r)
{
    t->kind = json_peek(r->json);
    if (t->kind != '"') {
        json_skip(r->json);
        return;
    }
    json_read_string(r->json, &r->text);
    if (r->json->st)
        return;
    free(t->text); /* a member that is there twice, which is found when the object ends */
    t->text = r->text.st ? NULL : strdup(r->text.data);
    if (!t->text)
        no_memory(r);
}

void series_read_member(struct series_reader *r, enum series_member m)
{
    struct series_object *o = &r->object;

    if (m == ID) {
        read_text(&o->id, r);
    } else if (m == START) {
        read_text(&o->start, r);
    } else if (m == FREQUENCY) {
        read_text(&o->frequency, r);
    } else if (m == VALUES) {
        read_numbers(&o->values, r, num_targets(r), true);
    } else {
        o->covariates_kind = json_peek(r->json);
        if (o->covariates_kind != '{')
            json_skip(r->json);
        else
            for (bool more = json_first(r->json); more; more = json_next(r->json))
                read_covariate(r);
    }
}

/* ---- an object becomes a series ---- */

/* rows of NaN. */
static enum status make_rows(struct series *s, struct series_reader *r, size_t rows)
{
    size_t cells = rows * (size_t)r->out->num_columns;
    size_t bytes = cells * sizeof(*s->values) + SERIES_BYTES;

    if (bytes > r->memory)
        return data_too_large(r->len, &r->err);
    r->memory -= bytes;
    s->values = malloc((cells + 1) * sizeof(*s->values));
    if (!s->values)
        return err_nomem(&r->err, cells * sizeof(*s->values));
    return ST_OK;
}

static enum status wrong_element(const struct number_list *l, const struct series_reader *r,
                                 struct err *e)
{
    if (l->wrong == WRONG_ROW)
        return err_set(e, ST_INVALID, "a row must be a list of %zu values, one a column",
                       num_targets(r));
    return err_set(e, ST_INVALID, "a value must be a number, or null where it is missing");
}

/* Columns from first on of all rows: the values of l row by row, and NaN behind them. */
static void copy_columns(struct series *s, const struct series_reader *r,
                         const struct number_list *l, size_t first, size_t width)
{
    size_t columns = (size_t)r->out->num_columns, rows = (size_t)s->length;
    const double *from = r->scratch + l->first;

    if (width == columns && l->count == rows) {
        memcpy(s->values, from, rows * columns * sizeof(*from));
        return;
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < width; k++)
            s->values[i * columns + first + k] = i < l->count ? from[i * width + k] : NAN;
}

/* rows: of the longest covariate. */
static enum status take_values(struct series *s, struct series_reader *r, size_t rows,
                               const char *place)
{
    const struct number_list *l = &r->object.values;
    enum status st;

    if (l->count == 0) {
        err_set(&r->err, ST_INVALID, "values must be a list of at least one number or null");
        return at(&r->err, ST_INVALID, place, "/values");
    }
    if (l->count > r->limits->max_series_length) {
        err_set(&r->err, ST_TOO_LARGE, "%zu values; max_series_length allows %zu", l->count,
                r->limits->max_series_length);
        return at(&r->err, ST_TOO_LARGE, place, "/values");
    }
    rows = rows > l->count ? rows : l->count;
    st = make_rows(s, r, rows);
    if (st)
        return st;
    if (l->wrong) {
        st = wrong_element(l, r, &r->err);
        err_at(&r->err, "%s/values/%zu", place, l->wrong_at);
        return st;
    }
    s->length = (int)rows;
    copy_columns(s, r, l, 0, num_targets(r));
    return ST_OK;
}

/* The column of a name among the covariates; -1: none. */
static int covariate_column(const struct series_set *s, const char *name)
{
    for (int k = s->num_columns - s->num_covariates; k < s->num_columns; k++)
        if (strcmp(s->columns[k], name) == 0)
            return k;
    return -1;
}

static enum status check_covariate(struct series_reader *r, const char *name,
                                   const struct number_list *l, const char *place)
{
    if (l->count == 0 || l->count > r->limits->max_series_length) {
        err_set(&r->err, ST_INVALID,
                "a covariate must be a list of 1 to %zu numbers, null where it is missing",
                r->limits->max_series_length);
        return err_at(&r->err, "%s/covariates/%s", place, name);
    }
    if (covariate_column(r->out, name) < 0) {
        err_set(&r->err, ST_INVALID,
                "'%.80s' is no covariate of the first series; all have the same ones", name);
        return err_at(&r->err, "%s/covariates/%s", place, name);
    }
    return ST_OK;
}

/* Covariates of the object that were kept. */
static size_t num_kept(const struct series_object *o)
{
    return o->num_covariates <= COVARIATES_MAX ? o->num_covariates : COVARIATES_MAX + 1;
}

/* *rows: the most that a covariate has. */
static enum status check_covariates(size_t *rows, struct series_reader *r, const char *place)
{
    const struct series_object *o = &r->object;
    enum status st = ST_OK;

    *rows = 0;
    if (o->covariates_kind && o->covariates_kind != 'n' && o->covariates_kind != '{') {
        err_set(&r->err, ST_INVALID, "covariates must be an object of lists, one a name");
        return at(&r->err, ST_INVALID, place, "/covariates");
    }
    for (size_t i = 0; !st && i < num_kept(o); i++) {
        const struct number_list *l = &o->covariates[i].list;

        st = check_covariate(r, o->covariates[i].name, l, place);
        *rows = l->count > *rows ? l->count : *rows;
    }
    return st;
}

static enum status take_covariates(struct series *s, struct series_reader *r, const char *place)
{
    const struct series_object *o = &r->object;
    size_t columns = (size_t)r->out->num_columns;

    for (size_t k = num_targets(r); k < columns; k++)
        for (size_t i = 0; i < (size_t)s->length; i++)
            s->values[i * columns + k] = NAN;
    for (size_t i = 0; i < o->num_covariates; i++) {
        const struct number_list *l = &o->covariates[i].list;
        int column = covariate_column(r->out, o->covariates[i].name);

        if (l->wrong) {
            enum status st = wrong_element(l, r, &r->err);

            err_at(&r->err, "%s/covariates/%s/%zu", place, o->covariates[i].name, l->wrong_at);
            return st;
        }
        copy_columns(s, r, l, (size_t)column, 1);
    }
    return ST_OK;
}

static enum status add_covariate(struct series_reader *r, const char *name)
{
    struct series_set *s = r->out;
    enum status st = text_check(name, strlen(name), COLUMN_NAME_MAX, "covariate", &r->err);

    for (int k = 0; !st && k < s->num_columns; k++)
        if (strcmp(s->columns[k], name) == 0)
            st = err_set(&r->err, ST_INVALID, "'%.80s' is a value column and a covariate", name);
    if (!st && !(s->columns[s->num_columns] = strdup(name)))
        st = err_nomem(&r->err, 0);
    if (st)
        return st;
    s->num_columns++;
    s->num_covariates++;
    return ST_OK;
}

/* The names of the first series' covariates become columns behind those of the values. */
static enum status add_covariates(struct series_reader *r)
{
    const struct series_object *o = &r->object;
    char **columns;
    enum status st = ST_OK;

    if (o->num_covariates > COVARIATES_MAX) {
        err_set(&r->err, ST_TOO_LARGE, "%zu covariates; the most is %d", o->num_covariates,
                COVARIATES_MAX);
        return at(&r->err, ST_TOO_LARGE, "", "/covariates");
    }
    if (o->num_covariates == 0)
        return ST_OK;
    columns = reallocarray(r->out->columns, (size_t)r->out->num_columns + o->num_covariates,
                           sizeof(*columns));
    if (!columns)
        return err_nomem(&r->err, 0);
    r->out->columns = columns;
    for (size_t i = 0; !st && i < o->num_covariates; i++)
        st = add_covariate(r, o->covariates[i].name);
    return st ? at(&r->err, st, "", "/covariates") : ST_OK;
}

/* A text that is not there, or null, is fine. */
static enum status check_text(const struct text_member *t, enum series_member m, const char *place,
                              struct err *e)
{
    if (!t->kind || t->kind == 'n' || t->kind == '"')
        return ST_OK;
    err_set(e, ST_INVALID, "%s must be a string, not %s", series_member_names[m],
            json_kind(t->kind));
    return err_at(e, "%s/%s", place, series_member_names[m]);
}

static enum status place_in_time(struct timeline *out, const char *start, const char *frequency,
                                 const char *place, struct err *e)
{
    struct timestamp t = {0};
    enum status st;

    if (!start && (!frequency || !frequency[0]))
        return ST_OK;
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

static enum status find_time(struct timeline *out, struct series_reader *r, const char *place)
{
    const struct series_object *o = &r->object;
    enum status st = check_text(&o->start, START, place, &r->err);

    *out = (struct timeline){{FREQ_INDEX, 1}, 0};
    if (!st)
        st = check_text(&o->frequency, FREQUENCY, place, &r->err);
    if (!st)
        st = place_in_time(out, o->start.text, o->frequency.text, place, &r->err);
    return st;
}

static enum status find_id(const char **out, struct series_reader *r, const char *place,
                           const char *default_id)
{
    enum status st = check_text(&r->object.id, ID, place, &r->err);

    *out = r->object.id.text ? r->object.id.text : default_id;
    if (!st && !*out) {
        err_set(&r->err, ST_INVALID, "id is missing");
        return at(&r->err, ST_INVALID, place, "/id");
    }
    if (st)
        return st;
    st = series_id_check(*out, strlen(*out), &r->err);
    return st ? at(&r->err, st, place, "/id") : ST_OK;
}

/* The fault that is found does not depend on the order of the members in the text. */
static enum status add_object(struct series_reader *r, const char *place, const char *default_id)
{
    struct timeline time;
    struct series *s = NULL;
    const char *id = NULL;
    size_t rows = 0;
    enum status st = r->out->count == 0 ? add_covariates(r) : ST_OK;

    if (!st && r->object.unknown.at)
        st = json_unknown_member(&r->object.unknown, series_member_names, COLUMNS, place, &r->err);
    if (!st)
        st = find_id(&id, r, place, default_id);
    if (!st)
        st = find_time(&time, r, place);
    if (!st)
        st = check_covariates(&rows, r, place);
    if (!st && !(s = series_set_add(r->out, id)))
        st = err_nomem(&r->err, 0);
    if (st)
        return st;
    s->time = time;
    st = take_values(s, r, rows, place);
    if (!st)
        st = take_covariates(s, r, place);
    if (!st && timeline_check(&s->time, s->length, s->id, &r->err))
        return at(&r->err, ST_INVALID, place, "/start");
    return st;
}

void series_add_object(struct series_reader *r, const char *place, const char *default_id)
{
    if (!r->st && !r->json->st)
        wrong(r, add_object(r, place, default_id));
    clear_object(&r->object);
    r->used = 0;
}

/* ---- all series ---- */

static int by_id(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status refuse_twins(const struct series_set *s, struct err *e)
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
            err_at(e, "/series");
        }
    free(ids);
    return st;
}

static void read_object(struct series_reader *r, const char *place)
{
    for (bool more = json_first(r->json); more; more = json_next(r->json)) {
        struct json_name name = json_member(r->json);
        int m = json_name_among(&name, series_member_names);

        if (m >= 0 && m < COLUMNS) {
            series_read_member(r, (enum series_member)m);
            continue;
        }
        if (!r->object.unknown.at)
            r->object.unknown = name;
        json_skip(r->json);
    }
    series_add_object(r, place, NULL);
}

/* Element i of the list. */
static void read_element(struct series_reader *r, size_t i)
{
    char place[96], kind = json_peek(r->json);

    snprintf(place, sizeof(place), "/series/%zu", i);
    if (i >= r->limits->max_series) {
        wrong(r, err_set(&r->err, ST_TOO_LARGE, "more than max_series = %zu series",
                         r->limits->max_series));
        json_skip(r->json);
    } else if (kind != '{') {
        err_set(&r->err, ST_INVALID, "%s must be an object, not %s", place, json_kind(kind));
        wrong(r, err_at(&r->err, "%s", place));
        json_skip(r->json);
    } else {
        read_object(r, place);
    }
}

void series_read_list(struct series_reader *r)
{
    size_t n = 0;

    if (json_peek(r->json) != '[') {
        json_skip(r->json);
    } else {
        for (bool more = json_first(r->json); more; more = json_next(r->json)) {
            if (r->st)
                json_skip(r->json);
            else
                read_element(r, n);
            n++;
        }
    }
    if (n == 0) {
        err_set(&r->err, ST_INVALID, "series must be a list of at least one series");
        wrong(r, at(&r->err, ST_INVALID, "", "/series"));
    } else if (!r->st && !r->json->st) {
        wrong(r, refuse_twins(r->out, &r->err));
    }
}

/* ---- columns ---- */

enum status series_one_column(struct series_reader *r, struct err *e)
{
    r->out->columns = calloc(1, sizeof(char *));
    if (!r->out->columns || !(r->out->columns[0] = strdup("value")))
        return err_nomem(e, 0);
    r->out->num_columns = 1;
    return ST_OK;
}

static enum status add_column(struct series_reader *r, struct err *e)
{
    struct series_set *s = r->out;
    const char *name = "";
    enum status st;

    if (json_peek(r->json) == '"') {
        json_read_string(r->json, &r->text);
        name = r->text.st || r->json->st ? "" : r->text.data;
    } else {
        json_skip(r->json);
    }
    st = text_check(name, strlen(name), COLUMN_NAME_MAX, "column name", e);
    if (!st && !(s->columns[s->num_columns] = strdup(name)))
        st = err_nomem(e, 0);
    s->num_columns += !st;
    return st;
}

enum status series_read_columns(struct series_reader *r, struct err *e)
{
    size_t n = 0;
    enum status st = ST_OK;

    r->out->columns = calloc(COLUMNS_MAX, sizeof(char *));
    if (!r->out->columns)
        st = err_nomem(e, 0);
    if (json_peek(r->json) != '[') {
        json_skip(r->json);
    } else {
        for (bool more = json_first(r->json); more; more = json_next(r->json)) {
            if (!st && n < COLUMNS_MAX)
                st = add_column(r, e);
            else
                json_skip(r->json);
            n++;
        }
    }
    if (n < 1 || n > COLUMNS_MAX) {
        err_set(e, ST_INVALID, "columns must be a list of 1 to %d names", COLUMNS_MAX);
        return at(e, ST_INVALID, "", "/columns");
    }
    return st ? at(e, st, "", "/columns") : ST_OK;
}

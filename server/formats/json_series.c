/* json_series.c - see json_series.h. The values of an object are collected in a scratch buffer,
 * because the length and the columns of a series are known only when the object ends. */
#include "server/formats/json_series.h"

#include "server/data/text_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const series_member_names[] = {"id",      "values", "start",       "frequency",
                                           "open",    "anchor", "date_format", "covariates",
                                           "columns", "series", NULL};

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
    free(o->open.text);
    free(o->anchor.text);
    free(o->date_format.text);
    for (size_t i = 0; i < kept; i++)
        free(o->covariates[i].name);
    o->id = o->start = o->frequency = (struct text_member){0};
    o->open = o->anchor = o->date_format = (struct text_member){0};
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

/* ---- errors ---- */

/* Keeps the first error. */
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

/* ---- members in the order of the text ---- */

/* Makes room for n more values. Returns false when the set may not hold so many, or memory runs
 * out. */
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

/* Reads a number or null. The caller has made room for it. */
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

/* Reads a list of `width` values, or one value when width is 1. */
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

/* Reads a list of elements of `width` values each. Values are kept up to the first wrong one, and
 * only when keep is true. All elements are counted. */
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

size_t series_num_targets(const struct series_reader *r)
{
    return (size_t)(r->out->num_columns - r->out->num_covariates);
}

/* Whether the name is a covariate of the set. The first series names them all, so values of others
 * would only take space. */
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
    free(t->text); /* of an earlier duplicate, which is reported when the object ends */
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
    } else if (m == OPEN) {
        read_text(&o->open, r);
    } else if (m == ANCHOR) {
        read_text(&o->anchor, r);
    } else if (m == DATE_FORMAT) {
        read_text(&o->date_format, r);
    } else if (m == VALUES) {
        read_numbers(&o->values, r, series_num_targets(r), true);
    } else {
        o->covariates_kind = json_peek(r->json);
        if (o->covariates_kind != '{')
            json_skip(r->json);
        else
            for (bool more = json_first(r->json); more; more = json_next(r->json))
                read_covariate(r);
    }
}

/* ---- an object ends ---- */

void series_add_object(struct series_reader *r, const char *place, const char *default_id)
{
    if (!r->st && !r->json->st)
        wrong(r, series_from_object(r, place, default_id));
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

/* Reads element i of the list. */
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
        wrong(r, err_at(&r->err, "/series"));
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
        return err_at(e, "/columns");
    }
    return st ? err_at(e, "/columns") : ST_OK;
}

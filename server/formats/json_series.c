/* json_series.c - reads series out of the text of a document; see json.h. The text is walked more than
 * once instead of being kept as a tree: an object's members are found first, then read in an order
 * that does not depend on how they were written. */
#include "server/formats/json.h"
#include "server/formats/json_members.h"

#include <lstm/forecaster.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum member { ID, VALUES, START, FREQUENCY, COVARIATES, COLUMNS, SERIES, NUM_MEMBERS };
static const char *const member_names[] = {"id",         "values",  "start",  "frequency",
                                           "covariates", "columns", "series", NULL};

struct series_reader {
    struct series_set *out;
    const struct data_limits *limits;
    size_t len;      /* of the text */
    size_t memory;   /* bytes that the values may still take */
    struct buf text; /* the name or string that was read last */
    struct err *e;
};

static enum status at(struct err *e, enum status st, const char *place, const char *member)
{
    err_at(e, "%s%s", place, member);
    return st;
}

/* ---- values ---- */

/* One number or null. */
static enum status read_value(double *out, const char **p, struct err *e)
{
    if (**p == '[' || **p == '{' || **p == '"' || **p == 't' || **p == 'f')
        return err_set(e, ST_INVALID, "a value must be a number, or null where it is missing");
    *out = json_number(p);
    return ST_OK;
}

static enum status read_row(double *out, const char **p, int columns, struct err *e)
{
    enum status st = ST_OK;
    const char *count = *p;
    int k = 0;

    if (columns == 1 && **p != '[')
        return read_value(out, p, e);
    if (**p != '[' || json_count(&count) != (size_t)columns)
        return err_set(e, ST_INVALID, "a row must be a list of %d values, one a column", columns);
    for (bool more = json_first(p); !st && more; more = !st && json_more(p))
        st = read_value(&out[k++], p, e);
    return st;
}

static int num_targets(const struct series_reader *r)
{
    return r->out->num_columns - r->out->num_covariates;
}

/* rows of NaN. */
static enum status make_rows(struct series *s, struct series_reader *r, size_t rows)
{
    size_t cells = rows * (size_t)r->out->num_columns;
    size_t bytes = cells * sizeof(*s->values) + SERIES_BYTES;

    if (bytes > r->memory)
        return data_too_large(r->len, r->e);
    r->memory -= bytes;
    s->values = malloc((cells + 1) * sizeof(*s->values));
    if (!s->values)
        return err_nomem(r->e, cells * sizeof(*s->values));
    for (size_t i = 0; i < cells; i++)
        s->values[i] = NAN;
    return ST_OK;
}

/* rows: at least so many, NaN where there is no value. */
static enum status read_values(struct series *s, struct series_reader *r, const char *values,
                               size_t rows, const char *place)
{
    const char *count = values;
    size_t n = values && *values == '[' ? json_count(&count) : 0;
    enum status st = ST_OK;

    if (n == 0) {
        err_set(r->e, ST_INVALID, "values must be a list of at least one number or null");
        return at(r->e, ST_INVALID, place, "/values");
    }
    if (n > r->limits->max_series_length) {
        err_set(r->e, ST_TOO_LARGE, "%zu values; max_series_length allows %zu", n,
                r->limits->max_series_length);
        return at(r->e, ST_TOO_LARGE, place, "/values");
    }
    rows = rows > n ? rows : n;
    st = make_rows(s, r, rows);
    if (st)
        return st;
    for (bool more = json_first(&values); more; more = json_more(&values)) {
        st = read_row(s->values + (size_t)s->length * (size_t)r->out->num_columns, &values,
                      num_targets(r), r->e);
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

/* The column of a name among the covariates; -1: none. */
static int covariate_column(const struct series_set *s, const char *name)
{
    for (int k = s->num_columns - s->num_covariates; k < s->num_columns; k++)
        if (strcmp(s->columns[k], name) == 0)
            return k;
    return -1;
}

/* The name of the member at *p, which moves to its value; "" when memory ran out. */
static const char *read_name(struct series_reader *r, const char **p)
{
    struct json_name name = json_name(p);

    json_name_text(&r->text, &name);
    return r->text.st ? "" : r->text.data;
}

/* One list: it must belong to a covariate that is known. */
static enum status count_list(size_t *rows, struct series_reader *r, const char **p,
                              const char *place)
{
    const char *name = read_name(r, p), *count = *p;
    size_t n = *count == '[' ? json_count(&count) : 0;

    if (r->text.st)
        return err_nomem(r->e, 0);
    if (n == 0 || n > r->limits->max_series_length) {
        err_set(r->e, ST_INVALID,
                "a covariate must be a list of 1 to %zu numbers, null where it is missing",
                r->limits->max_series_length);
        return err_at(r->e, "%s/covariates/%s", place, name);
    }
    if (covariate_column(r->out, name) < 0) {
        err_set(r->e, ST_INVALID,
                "'%.80s' is no covariate of the first series; all have the same ones", name);
        return err_at(r->e, "%s/covariates/%s", place, name);
    }
    *rows = n > *rows ? n : *rows;
    *p = count;
    return ST_OK;
}

/* The most rows that a covariate of the series has. covariates: NULL for none. */
static enum status count_rows(size_t *rows, struct series_reader *r, const char *covariates,
                              const char *place)
{
    enum status st = ST_OK;

    *rows = 0;
    if (covariates && *covariates != '{') {
        err_set(r->e, ST_INVALID, "covariates must be an object of lists, one a name");
        return at(r->e, ST_INVALID, place, "/covariates");
    }
    for (bool more = covariates && json_first(&covariates); more;
         more = !st && json_more(&covariates))
        st = count_list(rows, r, &covariates, place);
    return st;
}

static enum status read_covariates(struct series *s, struct series_reader *r,
                                   const char *covariates, const char *place)
{
    size_t columns = (size_t)r->out->num_columns;

    for (bool more = covariates && json_first(&covariates); more; more = json_more(&covariates)) {
        const char *name = read_name(r, &covariates);
        int column = r->text.st ? -1 : covariate_column(r->out, name);
        size_t i = 0;

        if (column < 0)
            return err_nomem(r->e, 0);
        for (bool next = json_first(&covariates); next; next = json_more(&covariates)) {
            enum status st =
                read_value(&s->values[i * columns + (size_t)column], &covariates, r->e);

            if (st) {
                err_at(r->e, "%s/covariates/%s/%zu", place, name, i);
                return st;
            }
            i++;
        }
    }
    return ST_OK;
}

static enum status add_covariate(struct series_reader *r, const char *name)
{
    struct series_set *s = r->out;
    enum status st = text_check(name, strlen(name), COLUMN_NAME_MAX, "covariate", r->e);

    for (int k = 0; !st && k < s->num_columns; k++)
        if (strcmp(s->columns[k], name) == 0)
            st = err_set(r->e, ST_INVALID, "'%.80s' is a value column and a covariate", name);
    if (!st && !(s->columns[s->num_columns] = strdup(name)))
        st = err_nomem(r->e, 0);
    if (st)
        return st;
    s->num_columns++;
    s->num_covariates++;
    return ST_OK;
}

/* The names of the first series' covariates become columns behind those of the values. */
static enum status add_covariates(struct series_reader *r, const char *p, const char *place)
{
    const char *count = p;
    size_t n = p && *p == '{' ? json_count_members(&count) : 0;
    char **columns;
    enum status st = ST_OK;

    if (n > COVARIATES_MAX) {
        err_set(r->e, ST_TOO_LARGE, "%zu covariates; the most is %d", n, COVARIATES_MAX);
        return at(r->e, ST_TOO_LARGE, place, "/covariates");
    }
    if (n == 0)
        return ST_OK;
    columns = reallocarray(r->out->columns, (size_t)r->out->num_columns + n, sizeof(*columns));
    if (!columns)
        return err_nomem(r->e, 0);
    r->out->columns = columns;
    for (bool more = json_first(&p); !st && more; more = !st && json_more(&p)) {
        const char *name = read_name(r, &p);

        st = r->text.st ? err_nomem(r->e, 0) : add_covariate(r, name);
        if (!st)
            (void)json_skip(&p);
    }
    return st ? at(r->e, st, place, "/covariates") : ST_OK;
}

/* ---- one series ---- */

/* A text that is not there, or null, leaves *out as it is. *out is new. */
static enum status read_text(char **out, struct series_reader *r, const char *p, const char *place,
                             enum member m)
{
    if (!p || *p == 'n')
        return ST_OK;
    if (*p != '"') {
        err_set(r->e, ST_INVALID, "%s must be a string, not %s", member_names[m], json_kind(p));
        return err_at(r->e, "%s/%s", place, member_names[m]);
    }
    json_string(&r->text, &p);
    *out = r->text.st ? NULL : strdup(r->text.data);
    return *out ? ST_OK : err_nomem(r->e, 0);
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

static enum status read_time(struct timeline *out, struct series_reader *r,
                             const char *const *member, const char *place)
{
    char *start = NULL, *frequency = NULL;
    enum status st = read_text(&start, r, member[START], place, START);

    if (!st)
        st = read_text(&frequency, r, member[FREQUENCY], place, FREQUENCY);
    if (!st)
        st = place_in_time(out, start, frequency, place, r->e);
    free(start);
    free(frequency);
    return st;
}

/* *out is new: the id that is given, or a copy of default_id, which is NULL where one must be. */
static enum status read_id(char **out, struct series_reader *r, const char *p, const char *place,
                           const char *default_id)
{
    enum status st = read_text(out, r, p, place, ID);

    if (!st && !*out && !default_id) {
        err_set(r->e, ST_INVALID, "id is missing");
        return at(r->e, ST_INVALID, place, "/id");
    }
    if (!st && !*out && !(*out = strdup(default_id)))
        return err_nomem(r->e, 0);
    if (st)
        return st;
    st = series_id_check(*out, strlen(*out), r->e);
    return st ? at(r->e, st, place, "/id") : ST_OK;
}

/* member: where the object's members are, each NULL when it is not there. */
static enum status read_one(struct series_reader *r, const char *const *member, const char *place,
                            const char *default_id)
{
    const char *covariates =
        member[COVARIATES] && *member[COVARIATES] == 'n' ? NULL : member[COVARIATES];
    struct timeline time = {{FREQ_INDEX, 1}, 0};
    struct series *s = NULL;
    char *id = NULL;
    size_t rows = 0;
    enum status st = read_id(&id, r, member[ID], place, default_id);

    if (!st)
        st = read_time(&time, r, member, place);
    if (!st)
        st = count_rows(&rows, r, covariates, place);
    if (!st && !(s = series_set_add(r->out, id)))
        st = err_nomem(r->e, 0);
    free(id);
    if (st)
        return st;
    s->time = time;
    st = read_values(s, r, member[VALUES], rows, place);
    if (!st)
        st = read_covariates(s, r, covariates, place);
    if (!st && timeline_check(&s->time, s->length, s->id, r->e))
        return at(r->e, ST_INVALID, place, "/start");
    return st;
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

static enum status read_list(struct series_reader *r, const char *p)
{
    char place[96];
    enum status st = ST_OK;
    int i = 0;

    for (bool more = json_first(&p); !st && more; more = !st && json_more(&p)) {
        const char *member[NUM_MEMBERS];

        if ((size_t)i >= r->limits->max_series)
            return err_set(r->e, ST_TOO_LARGE, "more than max_series = %zu series",
                           r->limits->max_series);
        snprintf(place, sizeof(place), "/series/%d", i++);
        st = json_members(member, &p, member_names, COLUMNS, NULL, place, r->e);
        if (!st)
            st = read_one(r, member, place, NULL);
    }
    return st ? st : refuse_twins(r->out, r->e);
}

/* Names of the value columns; without them there is one. */
static enum status read_columns(struct series_reader *r, const char *p)
{
    const char *count = p;
    size_t n = !p ? 1 : *p == '[' ? json_count(&count) : 0;
    enum status st = ST_OK;

    if (n < 1 || n > COLUMNS_MAX) {
        err_set(r->e, ST_INVALID, "columns must be a list of 1 to %d names", COLUMNS_MAX);
        return at(r->e, ST_INVALID, "", "/columns");
    }
    r->out->columns = calloc(n, sizeof(char *));
    if (!r->out->columns)
        return err_nomem(r->e, 0);
    if (!p) {
        r->out->columns[0] = strdup("value");
        r->out->num_columns = 1;
        return r->out->columns[0] ? ST_OK : err_nomem(r->e, 0);
    }
    for (bool more = json_first(&p); !st && more; more = !st && json_more(&p)) {
        const char *name = "";

        if (*p == '"') {
            json_string(&r->text, &p);
            name = r->text.st ? "" : r->text.data;
        }
        st = text_check(name, strlen(name), COLUMN_NAME_MAX, "column name", r->e);
        if (!st && !(r->out->columns[r->out->num_columns] = strdup(name)))
            st = err_nomem(r->e, 0);
        if (!st)
            r->out->num_columns++;
    }
    return st ? at(r->e, st, "", "/columns") : ST_OK;
}

/* The covariates of the first series, NULL when it has none. */
static const char *first_covariates(const char *list)
{
    if (!json_first(&list) || *list != '{')
        return NULL;
    for (bool more = json_first(&list); more; more = json_more(&list)) {
        struct json_name name = json_name(&list);

        if (json_name_is(&name, member_names[COVARIATES]))
            return list;
        (void)json_skip(&list);
    }
    return NULL;
}

/* "series" at the root. */
static enum status read_many(struct series_reader *r, const char *list)
{
    const char *p = list;
    enum status st;

    if (*list != '[' || !json_first(&p)) {
        err_set(r->e, ST_INVALID, "series must be a list of at least one series");
        return at(r->e, ST_INVALID, "", "/series");
    }
    st = add_covariates(r, first_covariates(list), "");
    return st ? st : read_list(r, list);
}

enum status json_read_series(struct series_set *out, const char *bytes, size_t len,
                             const char *default_id, const char *const *others,
                             const struct data_limits *limits, struct err *e)
{
    struct series_reader r = {
        .out = out, .limits = limits, .len = len, .memory = data_memory(len), .e = e};
    const char *p = json_begin(bytes, len), *member[NUM_MEMBERS];
    enum status st;

    series_set_init(out);
    buf_init(&r.text, len + 1);
    st = json_members(member, &p, member_names, NUM_MEMBERS, others, "", e);
    if (!st && !member[SERIES] == !member[VALUES]) {
        st = err_set(e, ST_INVALID,
                     "give either \"values\" of one series or \"series\", a list of them");
        err_at(e, "%s", "");
    }
    if (!st)
        st = read_columns(&r, member[COLUMNS]);
    if (!st && member[SERIES]) {
        st = read_many(&r, member[SERIES]);
    } else if (!st) {
        st = add_covariates(&r, member[COVARIATES], "");
        if (!st)
            st = read_one(&r, member, "", default_id);
    }
    buf_release(&r.text);
    if (st)
        series_set_release(out);
    return st;
}

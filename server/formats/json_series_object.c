/* json_series_object.c - turns an object of a JSON document, whose members have been read, into a
 * series of the set. */
#include "server/formats/json_series.h"

#include "server/data/did_you_mean.h"
#include "server/data/text_check.h"
#include "server/data/time_spelling.h"
#include "server/data/timeline_style.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum status json_unknown_member(const struct json_name *n, const char *const *names, size_t count,
                                const char *pointer, struct err *e)
{
    char clause[DID_YOU_MEAN_MAX];
    const char *shown;
    struct buf text;

    buf_init(&text, n->len + 1);
    json_name_text(&text, n);
    shown = text.st || !text.data ? "" : text.data;
    err_set(e, ST_INVALID, "'%.80s' is not a member known here%s", shown,
            did_you_mean_clause(clause, shown, names, count));
    err_at(e, "%s/%.80s", pointer, shown);
    buf_release(&text);
    return ST_INVALID;
}

static enum status at(struct err *e, enum status st, const char *place, const char *member)
{
    err_at(e, "%s%s", place, member);
    return st;
}

/* Allocates rows of NaN. */
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
        return err_set(e, ST_INVALID, "a row must be a list of %zu values, one for each column",
                       series_num_targets(r));
    return err_set(e, ST_INVALID, "a value must be a number, or null where it is missing");
}

/* Copies the values of l, row by row, to the columns from `first` on. Rows after them get NaN. */
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

/* rows: length of the longest covariate. */
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
    copy_columns(s, r, l, 0, series_num_targets(r));
    return ST_OK;
}

/* The column of a covariate by its name; -1: none. */
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

/* Number of the object's covariates that were kept. */
static size_t num_kept(const struct series_object *o)
{
    return o->num_covariates <= COVARIATES_MAX ? o->num_covariates : COVARIATES_MAX + 1;
}

/* *rows: length of the longest covariate. */
static enum status check_covariates(size_t *rows, struct series_reader *r, const char *place)
{
    const struct series_object *o = &r->object;
    enum status st = ST_OK;

    *rows = 0;
    if (o->covariates_kind && o->covariates_kind != 'n' && o->covariates_kind != '{') {
        err_set(&r->err, ST_INVALID, "covariates must be an object of lists, one for each name");
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

    for (size_t k = series_num_targets(r); k < columns; k++)
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

/* Adds the names of the first series' covariates as columns, after those of the values. */
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

/* Checks that a member is a string, null, or missing. */
static enum status check_text(const struct text_member *t, enum series_member m, const char *place,
                              struct err *e)
{
    if (!t->kind || t->kind == 'n' || t->kind == '"')
        return ST_OK;
    err_set(e, ST_INVALID, "%s must be a string, not %s", series_member_names[m],
            json_kind(t->kind));
    return err_at(e, "%s/%s", place, series_member_names[m]);
}

/* For a series without time: its row numbers begin at start. */
static enum status place_in_rows(struct timeline *out, const char *start)
{
    out->start = strtoll(start, NULL, 10);
    return ST_OK;
}

static enum status place_in_time(struct timeline *out, const char *start, const char *frequency,
                                 const char *place, struct err *e)
{
    struct timestamp t = {0};
    struct timeline named = timeline_index();
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
        st = timeline_frequency(&named, frequency, e);
    if (!st && frequency && named.frequency.unit == FREQ_INDEX)
        return place_in_rows(out, start);
    time_spelling(&out->style, start, strlen(start));
    if (!st)
        st = timeline_infer(out, &t, 1, frequency, e);
    return st ? at(e, st, place, "/frequency") : ST_OK;
}

/* Sets the place of the rows in their month, which the start alone may leave open. */
static enum status read_anchor(struct timeline *out, const char *anchor, const char *place,
                               struct err *e)
{
    struct timestamp first = timeline_stamp(out, 0);
    int64_t row = 0;
    char start[TIME_TEXT_MAX];
    enum status st = out->style.anchor ? time_anchor_parse(&out->style.anchor, anchor, e)
                                       : err_set(e, ST_INVALID,
                                                 "an anchor goes with a start that has a day, and "
                                                 "the frequency M, Q or Y");

    if (!st)
        st = timeline_row(&row, out, &first, e);
    if (!st && row != 0)
        st = err_set(e, ST_INVALID, "the anchor does not hold the start %s",
                     timeline_text(start, out, 0));
    return st ? at(e, st, place, "/anchor") : ST_OK;
}

/* Sets the properties that the start does not show: the place in the month, the steps, the way
 * times are written. */
static enum status read_style(struct timeline *out, const struct series_object *o,
                              const char *place, struct err *e)
{
    enum status st = ST_OK;

    if (o->anchor.text)
        st = read_anchor(out, o->anchor.text, place, e);
    if (!st && o->open.text && timeline_set_open(out, o->open.text, e))
        st = at(e, ST_INVALID, place, "/open");
    if (!st && o->date_format.text && time_style_format(&out->style, o->date_format.text, e))
        st = at(e, ST_INVALID, place, "/date_format");
    if (!st)
        timeline_plain_style(out);
    return st;
}

static enum status find_time(struct timeline *out, struct series_reader *r, const char *place)
{
    const struct series_object *o = &r->object;
    enum status st = check_text(&o->start, START, place, &r->err);

    *out = timeline_index();
    if (!st)
        st = check_text(&o->frequency, FREQUENCY, place, &r->err);
    if (!st)
        st = check_text(&o->open, OPEN, place, &r->err);
    if (!st)
        st = check_text(&o->anchor, ANCHOR, place, &r->err);
    if (!st)
        st = check_text(&o->date_format, DATE_FORMAT, place, &r->err);
    if (!st)
        st = place_in_time(out, o->start.text, o->frequency.text, place, &r->err);
    return st ? st : read_style(out, o, place, &r->err);
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

/* The reported error does not depend on the order of the members in the text. */
enum status series_from_object(struct series_reader *r, const char *place, const char *default_id)
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

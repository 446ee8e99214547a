/* csv.c - series as CSV: which column is what, rows into series, series onto a grid of time. */
#include "server/formats/csv.h"

#include "server/formats/csv_table.h"
#include "server/formats/json.h"

#include <lstm/forecaster.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One row's place in its series. */
struct entry {
    struct timestamp time;
    size_t row; /* in the table */
    int64_t ordinal;
    int series;
};

struct reader {
    const struct csv_options *o;
    struct csv_table t;
    int time, id; /* columns; -1: none */
    int *values;  /* (out->num_columns) column numbers */
    struct series_set *out;
    struct entry *rows; /* (t.num_rows) */
    struct err *e;
};

static const char *name_of(const struct reader *r, int column)
{
    return r->t.cells[column].at;
}

static enum status at_row(struct reader *r, enum status st, size_t row)
{
    err_at_line(r->e, r->t.lines[row + 1]);
    return st;
}

/* ---- which column is what ---- */

static int find_column(const struct reader *r, const char *name, size_t len)
{
    for (size_t i = 0; i < r->t.num_columns; i++)
        if (r->t.cells[i].len == len && memcmp(r->t.cells[i].at, name, len) == 0)
            return (int)i;
    return -1;
}

static enum status named_column(int *out, struct reader *r, const char *name, size_t len,
                                const char *parameter)
{
    const char **names;
    const char *near = NULL;
    char copy[COLUMN_NAME_MAX + 1];

    *out = find_column(r, name, len);
    if (*out >= 0)
        return ST_OK;
    snprintf(copy, sizeof(copy), "%.*s", (int)(len < COLUMN_NAME_MAX ? len : COLUMN_NAME_MAX),
             name);
    names = calloc(r->t.num_columns, sizeof(*names));
    for (size_t i = 0; names && i < r->t.num_columns; i++)
        names[i] = r->t.cells[i].at;
    if (names)
        near = did_you_mean(copy, names, r->t.num_columns);
    err_set(r->e, ST_INVALID, "there is no column '%.80s'%s%.80s%s", copy,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    free(names);
    return err_at(r->e, "?%s", parameter);
}

static bool listed(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

/* Do all cells of the column read as times? calendar: bare row numbers do not count. text: bare
 * integers do not count at all. */
static bool all_times(const struct reader *r, size_t column, bool calendar, bool text)
{
    for (size_t i = 0; i < r->t.num_rows; i++) {
        const struct csv_cell *c = csv_cell_at(&r->t, i, column);
        struct timestamp t;

        if (timestamp_parse(&t, c->at, c->len, NULL))
            return false;
        if (calendar && t.precision == FREQ_INDEX)
            return false;
        if (text && strspn(c->at, "0123456789- ") == c->len && t.precision != FREQ_M &&
            t.precision != FREQ_D)
            return false;
    }
    return true;
}

static int guess_time(const struct reader *r)
{
    static const char *const sure[] = {"time",     "date",   "ds",        "timestamp",
                                       "datetime", "period", "date_time", NULL};
    static const char *const likely[] = {"month", "year", "quarter", "week", "day", "hour", NULL};

    for (size_t i = 0; i < r->t.num_columns; i++)
        if (listed(r->t.cells[i].at, sure))
            return (int)i;
    for (size_t i = 0; i < r->t.num_columns; i++)
        if (listed(r->t.cells[i].at, likely) && all_times(r, i, true, false))
            return (int)i;
    for (size_t i = 0; i < r->t.num_columns; i++)
        if (all_times(r, i, true, true))
            return (int)i;
    return -1;
}

static int guess_id(const struct reader *r)
{
    static const char *const names[] = {"unique_id", "id", "series", "series_id", "item_id", NULL};

    for (size_t i = 0; i < r->t.num_columns; i++)
        if ((int)i != r->time && listed(r->t.cells[i].at, names))
            return (int)i;
    return -1;
}

static enum status check_header(struct reader *r)
{
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < r->t.num_columns; i++) {
        const struct csv_cell *c = &r->t.cells[i];

        if (c->len == 0) {
            err_set(r->e, ST_INVALID, "column %zu has no name in the header", i + 1);
            st = err_at_line(r->e, r->t.lines[0]);
        } else if (text_check(c->at, c->len, COLUMN_NAME_MAX, "column name", r->e)) {
            st = err_at_line(r->e, r->t.lines[0]);
        } else if (r->t.num_columns <= COLUMNS_MAX + 2 && find_column(r, c->at, c->len) != (int)i) {
            err_set(r->e, ST_INVALID, "the column '%.80s' is there twice", c->at);
            st = err_at_line(r->e, r->t.lines[0]);
        }
    }
    return st;
}

static enum status add_value_column(struct reader *r, int column)
{
    if (r->out->num_columns == COLUMNS_MAX)
        return err_set(r->e, ST_TOO_LARGE,
                       "more than %d value columns; name those to keep with ?target=", COLUMNS_MAX);
    r->values[r->out->num_columns] = column;
    r->out->columns[r->out->num_columns] = strdup(name_of(r, column));
    if (!r->out->columns[r->out->num_columns])
        return err_nomem(r->e, 0);
    r->out->num_columns++;
    return ST_OK;
}

/* The columns that a comma-separated list names. */
static enum status add_named(struct reader *r, const char *list, const char *parameter)
{
    char place[32];
    enum status st = ST_OK;
    int column = -1;

    snprintf(place, sizeof(place), "?%s", parameter);
    for (const char *p = list; !st && p;) {
        size_t n = strcspn(p, ",");

        st = named_column(&column, r, p, n, parameter);
        if (!st && (column == r->time || column == r->id)) {
            err_set(r->e, ST_INVALID, "column '%.80s' is the time or the id, not a value",
                    name_of(r, column));
            st = err_at(r->e, "%s", place);
        }
        for (int i = 0; !st && i < r->out->num_columns; i++)
            if (r->values[i] == column) {
                err_set(r->e, ST_INVALID, "column '%.80s' is named twice", name_of(r, column));
                st = err_at(r->e, "%s", place);
            }
        if (!st)
            st = add_value_column(r, column);
        p = p[n] ? p + n + 1 : NULL;
    }
    return st;
}

/* Whether a comma-separated list has the name. */
static bool in_list(const char *list, const char *name)
{
    size_t len = strlen(name);

    while (list) {
        size_t n = strcspn(list, ",");

        if (n == len && memcmp(list, name, n) == 0)
            return true;
        list = list[n] ? list + n + 1 : NULL;
    }
    return false;
}

static enum status choose_targets(struct reader *r)
{
    enum status st = r->o->target ? add_named(r, r->o->target, "target") : ST_OK;
    int targets;

    for (size_t i = 0; !st && !r->o->target && i < r->t.num_columns; i++)
        if ((int)i != r->time && (int)i != r->id && !in_list(r->o->covariates, name_of(r, (int)i)))
            st = add_value_column(r, (int)i);
    if (!st && r->out->num_columns == 0)
        st = err_set(r->e, ST_INVALID, "there is no value column beside the time and the id%s",
                     r->o->covariates ? " and the covariates" : "");
    targets = r->out->num_columns;
    if (!st && r->o->covariates)
        st = add_named(r, r->o->covariates, "covariates");
    r->out->num_covariates = r->out->num_columns - targets;
    if (!st && r->out->num_covariates > COVARIATES_MAX) {
        err_set(r->e, ST_TOO_LARGE, "%d covariates; the most is %d", r->out->num_covariates,
                COVARIATES_MAX);
        st = err_at(r->e, "?covariates");
    }
    return st;
}

static enum status choose_columns(struct reader *r)
{
    const struct csv_options *o = r->o;
    enum status st = check_header(r);

    r->time = r->id = -1;
    if (!st && o->time)
        st = named_column(&r->time, r, o->time, strlen(o->time), "time");
    else if (!st)
        r->time = guess_time(r);
    if (!st && o->id)
        st = named_column(&r->id, r, o->id, strlen(o->id), "id");
    else if (!st)
        r->id = guess_id(r);
    if (!st && r->time >= 0 && r->time == r->id)
        st = err_set(r->e, ST_INVALID, "column '%.80s' cannot be both time and id",
                     name_of(r, r->time));
    r->values = calloc(COLUMNS_MAX, sizeof(*r->values));
    r->out->columns = calloc(COLUMNS_MAX, sizeof(*r->out->columns));
    if (!st && (!r->values || !r->out->columns))
        st = err_nomem(r->e, 0);
    if (!st)
        st = choose_targets(r);
    if (!st && r->time >= 0 && !(r->out->time_column = strdup(name_of(r, r->time))))
        st = err_nomem(r->e, 0);
    if (!st && r->id >= 0 && !(r->out->id_column = strdup(name_of(r, r->id))))
        st = err_nomem(r->e, 0);
    return st;
}

/* ---- rows to series ---- */

/* Series by id: open addressing over indexes + 1. */
struct id_set {
    int *slots;
    size_t n;
};

static size_t hash_text(const char *s)
{
    uint64_t h = 14695981039346656037ULL;

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211ULL;
    return (size_t)(h ^ h >> 31);
}

static enum status find_series(int *out, struct id_set *ids, struct reader *r, const char *id,
                               size_t row)
{
    size_t i = hash_text(id) & (ids->n - 1);
    enum status st;

    for (; ids->slots[i]; i = (i + 1) & (ids->n - 1))
        if (strcmp(r->out->items[ids->slots[i] - 1].id, id) == 0) {
            *out = ids->slots[i] - 1;
            return ST_OK;
        }
    st = text_check(id, strlen(id), SERIES_ID_MAX, "series id", r->e);
    if (st)
        return at_row(r, st, row);
    if ((size_t)r->out->count >= r->o->limits.max_series)
        return err_set(r->e, ST_TOO_LARGE, "more than max_series = %zu series",
                       r->o->limits.max_series);
    if (!series_set_add(r->out, id))
        return err_nomem(r->e, 0);
    *out = r->out->count - 1;
    ids->slots[i] = r->out->count;
    return ST_OK;
}

static enum status read_entry(struct entry *out, struct id_set *ids, struct reader *r, size_t row)
{
    const struct csv_cell *c;
    enum status st;

    out->row = row;
    st = find_series(&out->series, ids, r,
                     r->id >= 0 ? csv_cell_at(&r->t, row, (size_t)r->id)->at : r->o->default_id,
                     row);
    if (st || r->time < 0)
        return st;
    c = csv_cell_at(&r->t, row, (size_t)r->time);
    st = timestamp_parse(&out->time, c->at, c->len, r->e);
    return st ? at_row(r, st, row) : ST_OK;
}

static enum status read_entries(struct reader *r)
{
    struct id_set ids = {.n = 64};
    enum status st = ST_OK;

    while (ids.n <
           2 * (r->o->limits.max_series < r->t.num_rows ? r->o->limits.max_series : r->t.num_rows))
        ids.n *= 2;
    ids.slots = calloc(ids.n, sizeof(*ids.slots));
    r->rows = calloc(r->t.num_rows, sizeof(*r->rows));
    if (!ids.slots || !r->rows) {
        free(ids.slots);
        return err_nomem(r->e, r->t.num_rows * sizeof(*r->rows));
    }
    for (size_t i = 0; !st && i < r->t.num_rows; i++)
        st = read_entry(&r->rows[i], &ids, r, i);
    free(ids.slots);
    return st;
}

static int by_series_and_time(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->time.seconds != y->time.seconds)
        return x->time.seconds < y->time.seconds ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

/* ---- one series onto its grid ---- */

static enum status duplicated(struct reader *r, const struct entry *a, const struct entry *b)
{
    const struct csv_cell *c = csv_cell_at(&r->t, b->row, (size_t)r->time);

    err_set(r->e, ST_INVALID, "series '%.80s' has the time %.60s twice: in lines %ld and %ld%s",
            r->out->items[b->series].id, c->at, r->t.lines[a->row + 1], r->t.lines[b->row + 1],
            b->time.precision == FREQ_S && b->row == a->row + 1
                ? "; where clocks were set back, an offset tells them apart (T02:00:00+01:00)"
                : "");
    return at_row(r, ST_INVALID, b->row);
}

static enum status choose_frequency(struct frequency *out, struct reader *r, struct entry *rows,
                                    size_t n)
{
    struct timestamp *t;
    enum status st;

    if (r->o->frequency && r->o->frequency[0]) {
        st = frequency_parse(out, r->o->frequency, r->e);
        return st ? err_at(r->e, "?frequency") : ST_OK;
    }
    t = calloc(n, sizeof(*t));
    if (!t)
        return err_nomem(r->e, n * sizeof(*t));
    for (size_t i = 0; i < n; i++)
        t[i] = rows[i].time;
    st = frequency_infer(out, t, n, r->e);
    free(t);
    return st ? err_wrap(r->e, "series '%.80s'", r->out->items[rows[0].series].id) : ST_OK;
}

/* Ordinals of all rows; every one must be on the grid, and none twice. */
static enum status place_rows(struct timeline *out, struct reader *r, struct entry *rows, size_t n)
{
    int64_t step = frequency_step(out->frequency);
    char name[16];
    enum status st;

    for (size_t i = 0; i < n; i++) {
        st = timeline_ordinal(&rows[i].ordinal, out->frequency, &rows[i].time, r->e);
        if (st)
            return at_row(r, st, rows[i].row);
        if (i > 0 && rows[i].ordinal == rows[i - 1].ordinal)
            return duplicated(r, &rows[i - 1], &rows[i]);
        if ((rows[i].ordinal - rows[0].ordinal) % step != 0) {
            err_set(r->e, ST_INVALID, "the time %.60s is not on the grid of frequency %s",
                    csv_cell_at(&r->t, rows[i].row, (size_t)r->time)->at,
                    frequency_name(name, out->frequency));
            return at_row(r, ST_INVALID, rows[i].row);
        }
    }
    out->start = rows[0].ordinal;
    return ST_OK;
}

static bool missing_text(const char *s)
{
    static const char *const words[] = {"", "na", "nan", "null", "n/a", NULL};

    return listed(s, words);
}

/* A decimal number and nothing else. */
static bool parse_number(double *out, const char *s)
{
    const char *p = s + (*s == '+' || *s == '-');
    size_t whole = strspn(p, "0123456789"), part = 0;

    p += whole;
    if (*p == '.') {
        part = strspn(p + 1, "0123456789");
        p += 1 + part;
    }
    if (whole + part == 0)
        return false;
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '+' || *p == '-';
        if (!strspn(p, "0123456789"))
            return false;
        p += strspn(p, "0123456789");
    }
    if (*p)
        return false;
    *out = strtod(s, NULL);
    return isfinite(*out);
}

static enum status read_number(double *out, struct reader *r, size_t row, int column)
{
    const struct csv_cell *c = csv_cell_at(&r->t, row, (size_t)column);
    char text[128];
    size_t n = c->len;
    const char *s = c->at;

    while (n > 0 && (*s == ' ' || *s == '\t')) {
        s++;
        n--;
    }
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    snprintf(text, sizeof(text), "%.*s", (int)(n < 127 ? n : 127), s);
    if (missing_text(text)) {
        *out = NAN;
        return ST_OK;
    }
    if (n < 127 && parse_number(out, text))
        return ST_OK;
    err_set(r->e, ST_INVALID,
            "'%.60s' in column '%.80s' is not a finite decimal number (missing values are empty or "
            "NA)",
            text, name_of(r, column));
    return at_row(r, ST_INVALID, row);
}

static enum status too_long(struct reader *r, const struct series *s, int64_t length)
{
    return err_set(r->e, ST_TOO_LARGE,
                   "series '%.80s' covers %lld steps of time; max_series_length allows %zu", s->id,
                   (long long)length, r->o->limits.max_series_length);
}

static enum status fill_series(struct reader *r, struct series *s, const struct entry *rows,
                               size_t n, int64_t length)
{
    int64_t step = frequency_step(s->time.frequency), columns = r->out->num_columns;
    enum status st = ST_OK;

    if (length > (int64_t)r->o->limits.max_series_length)
        return too_long(r, s, length);
    s->values = calloc((size_t)(length * columns), sizeof(*s->values));
    if (!s->values)
        return err_nomem(r->e, (size_t)(length * columns) * sizeof(*s->values));
    s->length = (int)length;
    for (int64_t i = 0; i < length * columns; i++)
        s->values[i] = NAN;
    for (size_t i = 0; !st && i < n; i++) {
        int64_t at = r->time < 0 ? (int64_t)i : (rows[i].ordinal - s->time.start) / step;

        for (int k = 0; !st && k < columns; k++)
            st = read_number(&s->values[at * columns + k], r, rows[i].row, r->values[k]);
    }
    return st;
}

static enum status build_series(struct reader *r, struct entry *rows, size_t n)
{
    struct series *s = &r->out->items[rows[0].series];
    int64_t length = (int64_t)n;
    enum status st = ST_OK;

    if (r->time >= 0) {
        st = choose_frequency(&s->time.frequency, r, rows, n);
        if (!st)
            st = place_rows(&s->time, r, rows, n);
        if (!st)
            length = (rows[n - 1].ordinal - s->time.start) / frequency_step(s->time.frequency) + 1;
    }
    return st ? st : fill_series(r, s, rows, n, length);
}

static enum status build_all(struct reader *r)
{
    enum status st = ST_OK;
    size_t from = 0;

    qsort(r->rows, r->t.num_rows, sizeof(*r->rows), by_series_and_time);
    while (!st && from < r->t.num_rows) {
        size_t n = 1;

        while (from + n < r->t.num_rows && r->rows[from + n].series == r->rows[from].series)
            n++;
        /* equal time stamps stand side by side: said before a frequency is looked for */
        for (size_t i = from + 1; !st && r->time >= 0 && i < from + n; i++)
            if (r->rows[i].time.seconds == r->rows[i - 1].time.seconds)
                st = duplicated(r, &r->rows[i - 1], &r->rows[i]);
        if (!st)
            st = build_series(r, r->rows + from, n);
        from += n;
    }
    return st;
}

enum status csv_read_series(struct series_set *out, const char *bytes, size_t len,
                            const struct csv_options *o, struct err *e)
{
    size_t max_rows = o->limits.max_series_length;
    struct reader r = {.o = o, .out = out, .e = e};
    enum status st;

    series_set_init(out);
    if (o->limits.max_series > 0 && max_rows < SIZE_MAX / o->limits.max_series)
        max_rows *= o->limits.max_series;
    st = csv_table_read(&r.t, bytes, len, max_rows, e);
    if (!st)
        st = choose_columns(&r);
    if (!st && r.time < 0 && o->frequency && o->frequency[0]) {
        err_set(e, ST_INVALID, "there is no time column for the frequency '%.40s'", o->frequency);
        st = err_at(e, "?frequency");
    }
    if (!st)
        st = read_entries(&r);
    if (!st)
        st = build_all(&r);
    csv_table_release(&r.t);
    free(r.values);
    free(r.rows);
    if (st)
        series_set_release(out);
    return st;
}

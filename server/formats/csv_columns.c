/* csv_columns.c - which column of a CSV text is what: by the caller's choice, by names, by what the
 * cells hold. */
#include "server/data/text_check.h"
#include "server/formats/csv_reader.h"
#include "server/formats/json.h"

#include <lstm/forecaster.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What the cells of a column are, but for those that are missing. */
struct cell_counts {
    size_t numbers, others;
    size_t times;          /* of the others: what is a time, or is meant to be one */
    size_t first_untimely; /* offset of the row of the first other that is no time; 0: none */
    size_t first_other;    /* offset of its row */
    char example[64];      /* what stands there */
};

struct chooser {
    struct csv_reader *r;
    struct cell_counts *kinds; /* (columns) */
    bool goes_on;              /* a column is known by its name */
};

static int find_column(const struct csv_reader *r, const char *name, size_t len)
{
    for (size_t i = 0; i < r->rows.columns; i++)
        if (strlen(r->header[i]) == len && memcmp(r->header[i], name, len) == 0)
            return (int)i;
    return -1;
}

static enum status named_column(int *out, struct csv_reader *r, const char *name, size_t len,
                                const char *parameter)
{
    char near[DID_YOU_MEAN_MAX];
    char copy[COLUMN_NAME_MAX + 1];

    *out = find_column(r, name, len);
    if (*out >= 0)
        return ST_OK;
    snprintf(copy, sizeof(copy), "%.*s", (int)(len < COLUMN_NAME_MAX ? len : COLUMN_NAME_MAX),
             name);
    err_set(r->e, ST_INVALID, "there is no column '%.80s'%s", copy,
            did_you_mean_clause(near, copy, (const char *const *)r->header, r->rows.columns));
    return err_at(r->e, "?%s", parameter);
}

static bool listed(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

/* ---- times ---- */

enum { LIKELY = 1, ANY = 2 };
static const char *const likely_times[] = {"month", "year", "quarter", "week", "day", "hour", NULL};

/* Does the cell read as a time that no row number would be? any: of a column whose name is no
 * hint. */
static bool is_time(const struct csv_cell *c, bool any)
{
    struct timestamp t;

    if (timestamp_parse(&t, c->at, c->len, NULL) || t.precision == FREQ_INDEX)
        return false;
    return !any || strspn(c->at, "0123456789- ") != c->len || t.precision == FREQ_M ||
           t.precision == FREQ_D;
}

/* Is the cell of another spelling of times than is read here: digits with . / - : between them, or
 * with a year of four digits? */
static bool meant_as_time(const struct csv_cell *c)
{
    size_t run = 0, longest = 0, parts = 0;

    for (size_t i = 0; i <= c->len; i++) {
        if (c->at[i] >= '0' && c->at[i] <= '9') {
            run++;
            continue;
        }
        parts += run > 0 && i + 1 < c->len && strchr("./-:", c->at[i]) && c->at[i];
        longest = run > longest ? run : longest;
        run = 0;
    }
    return longest == 4 || (parts > 0 && c->at[0] >= '0' && c->at[0] <= '9');
}

/* Leaves of the marks of each column those that hold for all of its cells. */
static enum status mark_times(struct csv_reader *r, unsigned char *marks, size_t n)
{
    size_t left = n;

    csv_rows_seek(&r->rows, 0);
    (void)csv_rows_next(&r->rows);
    while (left > 0 && csv_rows_next(&r->rows)) {
        left = 0;
        for (size_t i = 0; i < n; i++) {
            if (marks[i] & ANY && !is_time(&r->rows.cells[i], true))
                marks[i] &= (unsigned char)~ANY;
            if (marks[i] & LIKELY && !is_time(&r->rows.cells[i], false))
                marks[i] &= (unsigned char)~LIKELY;
            left += marks[i] != 0;
        }
    }
    return r->rows.st;
}

static int first_with(const unsigned char *marks, size_t n, int mark)
{
    for (size_t i = 0; i < n; i++)
        if (marks[i] & mark)
            return (int)i;
    return -1;
}

static enum status guess_time(struct csv_reader *r)
{
    static const char *const sure[] = {"time",     "date",   "ds",        "timestamp",
                                       "datetime", "period", "date_time", NULL};
    size_t n = r->rows.columns;
    unsigned char *marks;
    enum status st;

    for (size_t i = 0; i < n; i++)
        if (listed(r->header[i], sure)) {
            r->time = (int)i;
            return ST_OK;
        }
    marks = calloc(n + 1, 1);
    if (!marks)
        return err_nomem(r->e, n + 1);
    for (size_t i = 0; i < n; i++)
        marks[i] = listed(r->header[i], likely_times) ? LIKELY | ANY : ANY;
    st = mark_times(r, marks, n);
    r->time = first_with(marks, n, LIKELY);
    if (r->time < 0)
        r->time = first_with(marks, n, ANY);
    free(marks);
    return st;
}

static int guess_id(const struct csv_reader *r)
{
    static const char *const names[] = {"unique_id", "id", "series", "series_id", "item_id", NULL};

    for (size_t i = 0; i < r->rows.columns; i++)
        if ((int)i != r->time && listed(r->header[i], names))
            return (int)i;
    return -1;
}

/* ---- the header ---- */

static enum status keep_header(struct csv_reader *r)
{
    r->header = calloc(r->rows.columns, sizeof(*r->header));
    for (size_t i = 0; r->header && i < r->rows.columns; i++) {
        r->header[i] = strdup(r->rows.cells[i].at);
        if (!r->header[i])
            return err_nomem(r->e, 0);
    }
    return r->header ? ST_OK : err_nomem(r->e, 0);
}

static enum status check_header(struct csv_reader *r)
{
    enum status st = ST_OK;
    size_t n = r->rows.columns;

    for (size_t i = 0; !st && i < n; i++) {
        const char *name = r->header[i];

        if (!name[0])
            st = err_set(r->e, ST_INVALID, "column %zu has no name in the header", i + 1);
        else
            st = text_check(name, strlen(name), COLUMN_NAME_MAX, "column name", r->e);
        if (!st && n <= COLUMNS_MAX + 2 && find_column(r, name, strlen(name)) != (int)i)
            st = err_set(r->e, ST_INVALID, "the column '%.80s' is there twice", name);
        if (st)
            st = csv_at_row(r, st, 0);
    }
    return st;
}

/* ---- all rows ---- */

static void look_at(struct cell_counts *k, const struct csv_reader *r, const struct csv_cell *c)
{
    double v;

    if (csv_number(&v, c)) {
        k->numbers += v == v;
        return;
    }
    if (!is_time(c, false) && !k->first_untimely)
        k->first_untimely = csv_rows_offset(&r->rows);
    k->times += is_time(c, false) || meant_as_time(c);
    if (k->others++ > 0)
        return;
    k->first_other = csv_rows_offset(&r->rows);
    snprintf(k->example, sizeof(k->example), "%.*s", (int)(c->len < 40 ? c->len : 40), c->at);
}

/* Counts rows and kinds; refuses what is ragged. */
static enum status count_rows(struct chooser *ch)
{
    struct csv_reader *r = ch->r;
    size_t most = r->o->limits.max_series_length;

    if (r->o->limits.max_series > 0 && most < SIZE_MAX / r->o->limits.max_series)
        most *= r->o->limits.max_series;
    while (csv_rows_next(&r->rows)) {
        if (++r->num_rows > most)
            return err_set(r->e, ST_TOO_LARGE, "more than %zu rows", most);
        for (size_t i = 0; i < r->rows.columns; i++)
            look_at(&ch->kinds[i], r, &r->rows.cells[i]);
    }
    if (!r->rows.st && r->num_rows == 0)
        return err_set(r->e, ST_INVALID, "there is no row behind the header (line %ld)",
                       csv_rows_line(&r->rows, csv_rows_offset(&r->rows)));
    return r->rows.st;
}

/* ---- value columns ---- */

static enum status add_value_column(struct csv_reader *r, int column)
{
    if (r->out->num_columns == COLUMNS_MAX)
        return err_set(r->e, ST_TOO_LARGE,
                       "more than %d value columns; name those to keep with ?target=", COLUMNS_MAX);
    r->values[r->out->num_columns] = column;
    r->out->columns[r->out->num_columns] = strdup(r->header[column]);
    if (!r->out->columns[r->out->num_columns])
        return err_nomem(r->e, 0);
    r->out->num_columns++;
    return ST_OK;
}

/* The columns that a comma-separated list names. */
static enum status add_named(struct csv_reader *r, const char *list, const char *parameter)
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
                    r->header[column]);
            st = err_at(r->e, "%s", place);
        }
        for (int i = 0; !st && i < r->out->num_columns; i++)
            if (r->values[i] == column) {
                err_set(r->e, ST_INVALID, "column '%.80s' is named twice", r->header[column]);
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

static bool is_known(const struct csv_options *o, const char *name)
{
    for (int i = 0; i < o->num_known; i++)
        if (strcmp(o->known[i], name) == 0)
            return true;
    return false;
}

/* A column of text: most of its cells are no numbers. A few that are none are a mistake in a column
 * of numbers, which is better refused than left out. Where columns are known, others need a
 * number. */
static bool is_text(const struct chooser *ch, int column)
{
    const struct cell_counts *k = &ch->kinds[column];

    if (is_known(ch->r->o, ch->r->header[column]))
        return false;
    return k->others > k->numbers || (ch->goes_on && k->numbers == 0);
}

static enum status note_text(const struct chooser *ch, int column)
{
    const struct cell_counts *k = &ch->kinds[column];
    struct csv_reader *r = ch->r;
    char detail[256];

    if (k->others)
        snprintf(detail, sizeof(detail),
                 "column '%.60s' is left out: %zu of its cells are no numbers, the first one, "
                 "'%s', in line %ld",
                 r->header[column], k->others, k->example, csv_rows_line(&r->rows, k->first_other));
    else
        snprintf(detail, sizeof(detail),
                 "column '%.60s' is left out: it has no number, and the dataset has no such column",
                 r->header[column]);
    return series_set_note(r->out, "column_left_out", r->header[column], detail, "target")
               ? ST_OK
               : err_nomem(r->e, 0);
}

/* Where no column is the time, one whose cells or name are like times must not be left out: what it
 * orders would be read without it. */
static enum status refuse_times(const struct chooser *ch, int column)
{
    const struct cell_counts *k = &ch->kinds[column];
    struct csv_reader *r = ch->r;

    if (r->time >= 0 || (k->times <= k->others / 2 && !listed(r->header[column], likely_times)))
        return ST_OK;
    if (!k->first_untimely)
        return err_set(r->e, ST_INVALID,
                       "column '%.80s' has times, but not in every row: fill them in, or name the "
                       "columns to keep with ?target=",
                       r->header[column]);
    csv_rows_seek(&r->rows, k->first_untimely);
    if (!csv_rows_next(&r->rows))
        return r->rows.st;
    err_set(r->e, ST_INVALID,
            "'%.60s' in column '%.80s' is not a time that is read here (1949, 1949-01, 1949-01-31, "
            "1949Q1, 1949-01-31T12:00:00Z): correct it, or name the columns to keep with ?target=",
            r->rows.cells[column].at, r->header[column]);
    return csv_at_row(r, ST_INVALID, k->first_untimely);
}

static bool may_be_value(const struct csv_reader *r, int column)
{
    return column != r->time && column != r->id && !in_list(r->o->covariates, r->header[column]);
}

/* Every column that is nothing else and has numbers; where none has, the first: its cells then tell
 * what is wrong. */
static enum status guess_targets(struct chooser *ch)
{
    struct csv_reader *r = ch->r;
    int columns = (int)r->rows.columns, first = -1;
    enum status st = ST_OK;

    for (int i = 0; !st && i < columns; i++) {
        if (!may_be_value(r, i))
            continue;
        first = first < 0 ? i : first;
        st = is_text(ch, i) ? refuse_times(ch, i) : add_value_column(r, i);
    }
    if (st || first < 0)
        return st;
    if (r->out->num_columns == 0)
        return add_value_column(r, first);
    for (int i = 0; !st && i < columns; i++)
        if (may_be_value(r, i) && is_text(ch, i))
            st = note_text(ch, i);
    return st;
}

static enum status choose_targets(struct chooser *ch)
{
    struct csv_reader *r = ch->r;
    enum status st;
    int targets;

    for (size_t i = 0; i < r->rows.columns; i++)
        ch->goes_on = ch->goes_on || is_known(r->o, r->header[i]);
    st = r->o->target ? add_named(r, r->o->target, "target") : guess_targets(ch);
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

static enum status choose_time_and_id(struct csv_reader *r)
{
    const struct csv_options *o = r->o;
    enum status st =
        o->time ? named_column(&r->time, r, o->time, strlen(o->time), "time") : guess_time(r);

    if (!st && o->id)
        st = named_column(&r->id, r, o->id, strlen(o->id), "id");
    else if (!st)
        r->id = guess_id(r);
    if (!st && r->time >= 0 && r->time == r->id)
        st = err_set(r->e, ST_INVALID, "column '%.80s' cannot be both time and id",
                     r->header[r->time]);
    if (!st && r->time >= 0 && !(r->out->time_column = strdup(r->header[r->time])))
        st = err_nomem(r->e, 0);
    if (!st && r->id >= 0 && !(r->out->id_column = strdup(r->header[r->id])))
        st = err_nomem(r->e, 0);
    return st;
}

enum status csv_choose_columns(struct csv_reader *r)
{
    struct chooser ch = {.r = r, .kinds = calloc(r->rows.columns, sizeof(*ch.kinds))};
    enum status st;

    r->time = r->id = -1;
    r->values = calloc(COLUMNS_MAX, sizeof(*r->values));
    r->out->columns = calloc(COLUMNS_MAX, sizeof(*r->out->columns));
    st = ch.kinds && r->values && r->out->columns ? keep_header(r) : err_nomem(r->e, 0);
    if (!st)
        st = check_header(r);
    if (!st)
        st = count_rows(&ch);
    if (!st)
        st = choose_time_and_id(r);
    if (!st)
        st = choose_targets(&ch);
    free(ch.kinds);
    return st;
}

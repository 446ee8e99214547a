/* csv.c - series as CSV: rows into series, series onto a grid of time. The columns: csv_columns.c.
 *
 * Each row becomes an entry of 16 bytes; sorted by series and time, the entries give every series
 * its grid, and its rows are read again for their numbers. */
#include "server/formats/csv.h"

#include "server/data/text_check.h"
#include "server/formats/csv_reader.h"
#include "server/formats/json.h"
#include <lstm/hash.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum status csv_at_row(struct csv_reader *r, enum status st, size_t offset)
{
    err_at_line(r->e, csv_rows_line(&r->rows, offset));
    return st;
}

/* ---- cells ---- */

static bool missing_text(const char *s)
{
    static const char *const words[] = {"", "na", "nan", "null", "n/a"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcasecmp(s, words[i]) == 0)
            return true;
    return false;
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

bool csv_number(double *out, const struct csv_cell *c)
{
    char text[128];
    size_t n = c->len;
    const char *s = c->at;

    while (n > 0 && (*s == ' ' || *s == '\t')) {
        s++;
        n--;
    }
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    if (n >= sizeof(text))
        return false;
    memcpy(text, s, n);
    text[n] = '\0';
    if (parse_number(out, text))
        return true;
    if (!missing_text(text))
        return false;
    *out = NAN;
    return true;
}

static enum status read_number(double *out, struct csv_reader *r, int column)
{
    const struct csv_cell *c = &r->rows.cells[column];

    if (csv_number(out, c))
        return ST_OK;
    err_set(r->e, ST_INVALID,
            "'%.60s' in column '%.80s' is not a finite decimal number (missing values are empty or "
            "NA)",
            c->at, r->header[column]);
    return csv_at_row(r, ST_INVALID, csv_rows_offset(&r->rows));
}

/* The row of an entry again; its cells are good until the next one. */
static enum status read_again(struct csv_reader *r, const struct csv_entry *entry)
{
    csv_rows_seek(&r->rows, entry->offset);
    return csv_rows_next(&r->rows) ? ST_OK : r->rows.st;
}

/* ---- rows to series ---- */

/* Series by id: open addressing over indexes + 1. */
struct id_set {
    int *slots;
    size_t n;
};

static enum status find_series(int *out, struct id_set *ids, struct csv_reader *r, const char *id)
{
    size_t i = fnv1a_fold(fnv1a_text(FNV1A_START, id)) & (ids->n - 1);
    enum status st;

    for (; ids->slots[i]; i = (i + 1) & (ids->n - 1))
        if (strcmp(r->out->items[ids->slots[i] - 1].id, id) == 0) {
            *out = ids->slots[i] - 1;
            return ST_OK;
        }
    st = series_id_check(id, strlen(id), r->e);
    if (st)
        return st;
    if ((size_t)r->out->count >= r->o->limits.max_series || r->out->count >= SERIES_MAX)
        return err_set(r->e, ST_TOO_LARGE, "more than max_series = %zu series",
                       r->o->limits.max_series);
    if (!series_set_add(r->out, id))
        return err_nomem(r->e, 0);
    *out = r->out->count - 1;
    ids->slots[i] = r->out->count;
    return ST_OK;
}

/* Of the row that was read last. */
static enum status read_entry(struct csv_entry *out, struct id_set *ids, struct csv_reader *r)
{
    const char *id = r->id >= 0 ? r->rows.cells[r->id].at : r->o->default_id;
    size_t offset = csv_rows_offset(&r->rows);
    struct timestamp t = {0};
    int series = 0;
    enum status st = find_series(&series, ids, r, id);

    if (!st && r->time >= 0)
        st = timestamp_parse(&t, r->rows.cells[r->time].at, r->rows.cells[r->time].len, r->e);
    *out = (struct csv_entry){.when = t.seconds,
                              .offset = (uint32_t)offset,
                              .series = (uint32_t)series & SERIES_MAX,
                              .precision = (unsigned)t.precision & 15};
    return st ? csv_at_row(r, st, offset) : ST_OK;
}

static enum status too_long(struct csv_reader *r, const char *id, int64_t length)
{
    return err_set(r->e, ST_TOO_LARGE,
                   "series '%.80s' covers %lld steps of time; max_series_length allows %zu", id,
                   (long long)length, r->o->limits.max_series_length);
}

/* What the rows will take is known before anything is taken. */
static enum status check_memory(struct csv_reader *r)
{
    size_t row = sizeof(*r->entries) + (size_t)r->out->num_columns * sizeof(double);

    if (r->id < 0 && r->num_rows > r->o->limits.max_series_length)
        return too_long(r, r->o->default_id, (int64_t)r->num_rows);
    if (r->num_rows > data_memory(r->len) / row)
        return data_too_large(r->len, r->e);
    r->memory = data_memory(r->len) - r->num_rows * sizeof(*r->entries);
    return ST_OK;
}

static enum status read_entries(struct csv_reader *r)
{
    size_t most = r->o->limits.max_series < r->num_rows ? r->o->limits.max_series : r->num_rows;
    struct id_set ids = {.n = 64};
    enum status st = check_memory(r);

    if (st)
        return st;
    while (ids.n < 2 * most)
        ids.n *= 2;
    ids.slots = calloc(ids.n, sizeof(*ids.slots));
    r->entries = malloc(r->num_rows * sizeof(*r->entries));
    if (!ids.slots || !r->entries)
        st = err_nomem(r->e, r->num_rows * sizeof(*r->entries));
    csv_rows_seek(&r->rows, 0);
    (void)csv_rows_next(&r->rows);
    for (size_t i = 0; !st && i < r->num_rows; i++)
        st = csv_rows_next(&r->rows) ? read_entry(&r->entries[i], &ids, r) : r->rows.st;
    free(ids.slots);
    return st;
}

static int by_series_and_time(const void *a, const void *b)
{
    const struct csv_entry *x = a, *y = b;

    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->when != y->when)
        return x->when < y->when ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Most texts are in order. */
static void sort_entries(struct csv_reader *r)
{
    for (size_t i = 1; i < r->num_rows; i++)
        if (by_series_and_time(&r->entries[i - 1], &r->entries[i]) > 0) {
            qsort(r->entries, r->num_rows, sizeof(*r->entries), by_series_and_time);
            return;
        }
}

/* ---- one series onto its grid ---- */

static enum status duplicated(struct csv_reader *r, const struct csv_entry *a,
                              const struct csv_entry *b)
{
    long first = csv_rows_line(&r->rows, a->offset), second = csv_rows_line(&r->rows, b->offset);
    enum status st = read_again(r, b);

    if (st)
        return st;
    err_set(r->e, ST_INVALID, "series '%.80s' has the time %.60s twice: in lines %ld and %ld%s",
            r->out->items[b->series].id, r->rows.cells[r->time].at, first, second,
            b->precision == FREQ_S && second == first + 1
                ? "; where clocks were set back, an offset tells them apart (T02:00:00+01:00)"
                : "");
    return err_at_line(r->e, second);
}

static enum status choose_frequency(struct frequency *out, struct csv_reader *r,
                                    const struct csv_entry *rows, size_t n)
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
        t[i] = (struct timestamp){rows[i].when, (enum freq_unit)rows[i].precision};
    st = frequency_infer(out, t, n, r->e);
    free(t);
    return st ? err_wrap(r->e, "series '%.80s'", r->out->items[rows[0].series].id) : ST_OK;
}

static enum status off_grid(struct csv_reader *r, const struct csv_entry *row, struct frequency f)
{
    char name[16];
    enum status st = read_again(r, row);

    if (st)
        return st;
    err_set(r->e, ST_INVALID, "the time %.60s is not on the grid of frequency %s",
            r->rows.cells[r->time].at, frequency_name(name, f));
    return csv_at_row(r, ST_INVALID, row->offset);
}

/* Times become ordinals; every one must be on the grid, and none twice. */
static enum status place_rows(struct timeline *out, struct csv_reader *r, struct csv_entry *rows,
                              size_t n)
{
    int64_t step = frequency_step(out->frequency);
    enum status st;

    for (size_t i = 0; i < n; i++) {
        const struct timestamp t = {rows[i].when, (enum freq_unit)rows[i].precision};

        st = timeline_ordinal(&rows[i].when, out->frequency, &t, r->e);
        if (st)
            return csv_at_row(r, st, rows[i].offset);
        if (i > 0 && rows[i].when == rows[i - 1].when)
            return duplicated(r, &rows[i - 1], &rows[i]);
        if ((rows[i].when - rows[0].when) % step != 0)
            return off_grid(r, &rows[i], out->frequency);
    }
    out->start = rows[0].when;
    return ST_OK;
}

static enum status make_grid(struct csv_reader *r, struct series *s, int64_t length)
{
    size_t cells = (size_t)length * (size_t)r->out->num_columns;

    if (length > (int64_t)r->o->limits.max_series_length)
        return too_long(r, s->id, length);
    if (cells * sizeof(*s->values) + SERIES_BYTES > r->memory)
        return data_too_large(r->len, r->e);
    r->memory -= cells * sizeof(*s->values) + SERIES_BYTES;
    s->values = malloc((cells + 1) * sizeof(*s->values));
    if (!s->values)
        return err_nomem(r->e, cells * sizeof(*s->values));
    s->length = (int)length;
    for (size_t i = 0; i < cells; i++)
        s->values[i] = NAN;
    return ST_OK;
}

static enum status fill_series(struct csv_reader *r, struct series *s, const struct csv_entry *rows,
                               size_t n, int64_t length)
{
    int64_t step = frequency_step(s->time.frequency), columns = r->out->num_columns;
    enum status st = make_grid(r, s, length);

    for (size_t i = 0; !st && i < n; i++) {
        int64_t at = r->time < 0 ? (int64_t)i : (rows[i].when - s->time.start) / step;

        st = read_again(r, &rows[i]);
        for (int k = 0; !st && k < columns; k++)
            st = read_number(&s->values[at * columns + k], r, r->values[k]);
    }
    return st;
}

static enum status build_series(struct csv_reader *r, struct csv_entry *rows, size_t n)
{
    struct series *s = &r->out->items[rows[0].series];
    int64_t length = (int64_t)n;
    enum status st = ST_OK;

    if (n > r->o->limits.max_series_length)
        return too_long(r, s->id, length);
    if (r->time >= 0) {
        st = choose_frequency(&s->time.frequency, r, rows, n);
        if (!st)
            st = place_rows(&s->time, r, rows, n);
        if (!st)
            length = (rows[n - 1].when - s->time.start) / frequency_step(s->time.frequency) + 1;
    }
    return st ? st : fill_series(r, s, rows, n, length);
}

static enum status build_all(struct csv_reader *r)
{
    enum status st = ST_OK;
    size_t from = 0;

    sort_entries(r);
    while (!st && from < r->num_rows) {
        size_t n = 1;

        while (from + n < r->num_rows && r->entries[from + n].series == r->entries[from].series)
            n++;
        /* equal time stamps stand side by side: said before a frequency is looked for */
        for (size_t i = from + 1; !st && r->time >= 0 && i < from + n; i++)
            if (r->entries[i].when == r->entries[i - 1].when)
                st = duplicated(r, &r->entries[i - 1], &r->entries[i]);
        if (!st)
            st = build_series(r, r->entries + from, n);
        from += n;
    }
    return st;
}

static void reader_release(struct csv_reader *r)
{
    for (size_t i = 0; r->header && i < r->rows.columns; i++)
        free(r->header[i]);
    free(r->header);
    free(r->values);
    free(r->entries);
    csv_rows_release(&r->rows);
}

enum status csv_read_series(struct series_set *out, const char *bytes, size_t len,
                            const struct csv_options *o, struct err *e)
{
    struct csv_reader r = {.o = o, .len = len, .out = out, .e = e};
    enum status st;

    series_set_init(out);
    st = csv_rows_open(&r.rows, bytes, len, e);
    if (!st)
        st = csv_choose_columns(&r);
    if (!st && r.time < 0 && o->frequency && o->frequency[0]) {
        err_set(e, ST_INVALID, "there is no time column for the frequency '%.40s'", o->frequency);
        st = err_at(e, "?frequency");
    }
    if (!st)
        st = read_entries(&r);
    if (!st)
        st = build_all(&r);
    reader_release(&r);
    if (st)
        series_set_release(out);
    return st;
}

/* table_rows.c - see table_rows.h.
 *
 * Each row becomes an entry of 16 bytes. The entries are sorted by series and time, which gives the
 * timeline of every series. Then its rows are read again for their numbers. */
#include "server/data/table/table_rows.h"

#include "server/base/memory.h"
#include "server/data/table/aggregate.h"
#include "server/data/table/id_columns.h"
#include "server/data/table/time_columns.h"
#include "server/data/table/value_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The place of a row in its series. */
struct entry {
    int64_t when;    /* seconds of its time */
    uint32_t offset; /* table->row */
    uint32_t series : 28, precision : 4;
};

struct rows {
    struct builder *b;
    struct entry *entries; /* (n) owned */
    size_t n;
    size_t untimed;           /* rows left out because a part of their time is missing */
    struct timeline step;     /* of the aggregation */
    double *values, *counts;  /* (num_columns) of the aggregation; owned */
    struct timestamp *stamps; /* (n) of one series */
    int64_t from, to;         /* the first and last time of all */
    struct panel_week week;
    bool disordered; /* the rows of a series were not in the order of time */
    int last;        /* series of the row before; -1: none */
};

/* ---- rows to entries ---- */

/* Most rows continue the series of the row before, or begin the one after it. */
static enum status find_series(int *out, struct rows *r, const struct cell *cells)
{
    struct builder *b = r->b;
    const char *id;

    for (int i = r->last; i >= 0 && i <= r->last + 1 && i < b->out->count; i++)
        if (b->r->num_ids == 0 || id_columns_are(b->out->items[i].id, b->r, cells)) {
            *out = r->last = i;
            return ST_OK;
        }
    id = id_columns_read(&b->id, b->r, b->o->default_id, cells);
    if (b->id.st)
        return err_nomem(b->e, 0);
    if (builder_check_id(b) || builder_series(out, b, id))
        return b->e->status;
    r->last = *out;
    return ST_OK;
}

/* Reads the entry of the present row; *skip: it has no time, and may be left out. */
static enum status read_entry(struct entry *out, bool *skip, struct rows *r)
{
    struct builder *b = r->b;
    const struct cell *cells = b->t->cells;
    struct timestamp t = {0};
    int series = 0, odd = 0;
    enum status st;

    *skip = false;
    if (b->r->num_times > 0 && !time_columns_read(&t, &odd, b->r, b->o, cells)) {
        *skip = b->o->aggregate && cell_missing(cells[odd]);
        r->untimed += *skip;
        *skip = *skip || builder_skips(b, odd);
        if (*skip)
            return ST_OK;
        return time_columns_refuse(b->c, odd);
    }
    st = find_series(&series, r, cells);
    if (b->o->aggregate && r->step.frequency.unit != FREQ_INDEX)
        aggregate_floor(&t, &r->step);
    *out = (struct entry){.when = t.seconds,
                          .offset = (uint32_t)b->t->row,
                          .series = (uint32_t)series & ((1U << 28) - 1),
                          .precision = (unsigned)t.precision & 15};
    return st;
}

/* Computes the memory of all rows before any is taken. */
static enum status check_memory(struct rows *r)
{
    struct builder *b = r->b;
    size_t rows = b->r->num_rows;
    size_t row = sizeof(*r->entries) + (size_t)b->out->num_columns * sizeof(double);

    if (b->r->num_ids == 0 && !b->o->aggregate && rows > b->o->limits.max_series_length)
        return builder_too_long(b, b->o->default_id, (int64_t)rows);
    if (rows > b->memory / row)
        return data_too_large(b->t->bytes, b->e);
    b->memory -= rows * sizeof(*r->entries);
    return ST_OK;
}

static enum status read_entries(struct rows *r)
{
    struct builder *b = r->b;
    enum status st = ST_OK;

    b->t->seek(b->t, SIZE_MAX);
    for (size_t i = 0; !st && i < b->r->num_rows && b->t->next(b->t); i++) {
        bool skip = b->t->blank && b->r->num_times > 0;

        if (!skip)
            st = read_entry(&r->entries[r->n], &skip, r);
        r->n += !skip;
    }
    if (!st && !b->t->st && r->n == 0)
        return err_set(b->e, ST_INVALID, "no row has a time");
    return st ? st : b->t->st;
}

static size_t rows_of_series(const struct rows *r, size_t from)
{
    size_t n = 1;

    while (from + n < r->n && r->entries[from + n].series == r->entries[from].series)
        n++;
    return n;
}

static int by_series_and_time(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->when != y->when)
        return x->when < y->when ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool are_sorted(const struct entry *entries, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (by_series_and_time(&entries[i - 1], &entries[i]) > 0)
            return false;
    return true;
}

/* Groups the entries by series, in the order of the text, by counting. */
static enum status gather_series(struct rows *r)
{
    size_t series = (size_t)r->b->out->count, *at = calloc(series + 1, sizeof(*at));
    struct entry *entries = malloc((r->n + 1) * sizeof(*entries));

    memory_will_fill(entries, r->n * sizeof(*entries));
    if (!at || !entries) {
        free(at);
        free(entries);
        return err_nomem(r->b->e, r->n * sizeof(*entries));
    }
    for (size_t i = 0; i < r->n; i++)
        at[r->entries[i].series + 1]++;
    for (size_t i = 1; i < series; i++)
        at[i] += at[i - 1];
    for (size_t i = 0; i < r->n; i++)
        entries[at[r->entries[i].series]++] = r->entries[i];
    free(r->entries);
    free(at);
    r->entries = entries;
    return ST_OK;
}

/* Sorts only what is out of order; most tables are in order, or the rows of each series are. */
static enum status sort_entries(struct rows *r)
{
    enum status st;

    if (are_sorted(r->entries, r->n))
        return ST_OK;
    st = gather_series(r);
    if (st)
        return st;
    for (size_t from = 0, n; from < r->n; from += n) {
        struct entry *rows = r->entries + from;

        n = rows_of_series(r, from);
        if (are_sorted(rows, n))
            continue;
        qsort(rows, n, sizeof(*rows), by_series_and_time);
        for (size_t i = 1; i < n; i++)
            r->disordered = r->disordered || rows[i].offset < rows[i - 1].offset;
    }
    return ST_OK;
}

/* ---- one series ---- */

/* Reads the row of an entry again; its cells are valid until the next row is read. */
static enum status read_again(struct rows *r, const struct entry *entry)
{
    r->b->t->seek(r->b->t, entry->offset);
    return r->b->t->next(r->b->t) ? ST_OK : r->b->t->st;
}

static struct cell time_cell(const struct rows *r)
{
    return r->b->t->cells[r->b->r->times[0].column];
}

static enum status duplicated(struct rows *r, const struct entry *a, const struct entry *b)
{
    struct table *t = r->b->t;
    long first = t->number(t, a->offset), second = t->number(t, b->offset);
    enum status st = read_again(r, b);
    struct cell c;

    if (st)
        return st;
    c = time_cell(r);
    err_set(r->b->e, ST_INVALID,
            "series '%.80s' has the time %.*s twice: in %ss %ld and %ld%s; ?id= names columns "
            "that tell series apart, ?time= several that make the time, and ?aggregate=sum (or "
            "mean, last, min, max, count) joins rows",
            r->b->out->items[b->series].id, (int)(c.len < 60 ? c.len : 60), c.at, t->noun, first,
            second,
            b->precision == FREQ_S && second == first + 1
                ? ", where clocks were set back an offset tells them apart (T02:00:00+01:00)"
                : "");
    return table_at_row(t, ST_INVALID, b->offset);
}

/* Finds the distinct times of n entries. Rows with equal times are to be aggregated. */
static enum status distinct_times(size_t *m, struct rows *r, const struct entry *rows, size_t n)
{
    *m = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && rows[i].when == rows[i - 1].when) {
            if (!r->b->o->aggregate)
                return duplicated(r, &rows[i - 1], &rows[i]);
            continue;
        }
        r->stamps[(*m)++] = (struct timestamp){rows[i].when, (enum freq_unit)rows[i].precision};
    }
    return ST_OK;
}

static enum status off_grid(struct rows *r, const struct entry *entry, enum status st)
{
    return table_at_row(r->b->t, st, entry->offset);
}

/* Reads the values of the present row. */
static enum status read_values(double *out, struct rows *r)
{
    const struct roles *roles = r->b->r;

    for (int k = 0; k < roles->num_values; k++) {
        int column = roles->values[k];

        if (!cell_number(&out[k], r->b->t->cells[column], roles->styles[column]))
            return value_columns_refuse(r->b->c, column);
    }
    return ST_OK;
}

/* Joins the rows of one time, from entry i on; *end: the entry after the last of them. */
static enum status fill_row(double *out, struct rows *r, const struct entry *rows, size_t i,
                            size_t n, size_t *end)
{
    int columns = r->b->out->num_columns;
    size_t same = 1;
    enum status st = ST_OK;

    while (i + same < n && rows[i + same].when == rows[i].when && r->b->r->num_times > 0)
        same++;
    *end = i + same;
    if (r->b->o->aggregate == AGGREGATE_COUNT && r->b->r->num_values == 0) {
        out[0] = (double)same;
        return ST_OK;
    }
    if (!r->b->o->aggregate) {
        st = read_again(r, &rows[i]);
        return st ? st : read_values(out, r);
    }
    memset(r->counts, 0, (size_t)columns * sizeof(*r->counts));
    for (size_t k = 0; !st && k < same; k++) {
        st = read_again(r, &rows[i + k]);
        if (!st)
            st = read_values(r->values, r);
        if (!st)
            aggregate_add(out, r->counts, r->values, columns, r->b->o->aggregate);
    }
    if (!st)
        aggregate_end(out, r->counts, columns, r->b->o->aggregate);
    return st;
}

static enum status fill_series(struct rows *r, struct series *s, const struct entry *rows, size_t n)
{
    int64_t columns = r->b->out->num_columns, at = -1;
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < n;) {
        const struct timestamp t = {rows[i].when, (enum freq_unit)rows[i].precision};
        size_t end = i + 1;

        if (r->b->r->num_times == 0)
            at++;
        else if ((st = timeline_row(&at, &s->time, &t, r->b->e)))
            return off_grid(r, &rows[i], st);
        st = fill_row(&s->values[at * columns], r, rows, i, n, &end);
        i = end;
    }
    return st;
}

/* For counts of events, extends each series over the time of all: before its first and after its
 * last event there were none. */
static size_t widen(struct rows *r, size_t m)
{
    enum freq_unit precision = r->stamps[0].precision;

    if (r->b->o->aggregate != AGGREGATE_COUNT || r->b->r->num_times == 0)
        return m;
    if (r->stamps[0].seconds > r->from) {
        memmove(r->stamps + 1, r->stamps, m * sizeof(*r->stamps));
        r->stamps[0] = (struct timestamp){r->from, precision};
        m++;
    }
    if (r->stamps[m - 1].seconds < r->to)
        r->stamps[m++] = (struct timestamp){r->to, precision};
    return m;
}

/* Writes the m distinct times to r->stamps. */
static enum status stamps_of(size_t *m, struct rows *r, const struct entry *rows, size_t n)
{
    enum status st = distinct_times(m, r, rows, n);

    if (!st)
        *m = widen(r, *m);
    return st;
}

/* Finds the grid of a series, and adds its times to the week of the panel. */
static enum status place_series(struct rows *r, const struct entry *rows, size_t n,
                                const struct timeline *like)
{
    struct series *s = &r->b->out->items[rows[0].series];
    size_t m = n;
    enum status st;

    s->time = timeline_index();
    if (r->b->r->num_times == 0)
        return ST_OK;
    st = stamps_of(&m, r, rows, n);
    if (!st)
        st = builder_timeline(&s->time, r->b, s->id, r->stamps, m, like);
    if (!st && !like)
        st = builder_week(&r->week, r->b, &s->time, r->from, r->to, r->n);
    if (!st)
        panel_week_add(&r->week, &s->time, r->stamps, m);
    return st;
}

/* *last: the row of its last value. */
static enum status close_series(int64_t *last, struct rows *r, const struct entry *rows, size_t n)
{
    struct series *s = &r->b->out->items[rows[0].series];
    size_t m = n;
    enum status st = stamps_of(&m, r, rows, n);

    if (!st)
        st = builder_close(&s->time, r->b, s->id, r->stamps, m, &r->week);
    return st ? st : timeline_row(last, &s->time, &r->stamps[m - 1], r->b->e);
}

static enum status build_series(struct rows *r, const struct entry *rows, size_t n)
{
    struct series *s = &r->b->out->items[rows[0].series];
    bool count = r->b->o->aggregate == AGGREGATE_COUNT;
    int64_t last = (int64_t)n - 1;
    enum status st = ST_OK;

    if (r->b->r->num_times > 0)
        st = close_series(&last, r, rows, n);
    if (!st)
        st = builder_grid(r->b, s, last + 1, count ? 0 : NAN);
    return st ? st : fill_series(r, s, rows, n);
}

/* ---- all series ---- */

static void find_range(struct rows *r)
{
    r->from = INT64_MAX;
    r->to = INT64_MIN;
    for (size_t i = 0; i < r->n; i++) {
        r->from = r->entries[i].when < r->from ? r->entries[i].when : r->from;
        r->to = r->entries[i].when > r->to ? r->entries[i].when : r->to;
    }
}

/* The series with most rows comes first: it gives the frequency of those with only a few. */
static enum status build_all(struct rows *r)
{
    size_t longest = 0, most = 0;
    const struct timeline *like;
    enum status st;

    for (size_t from = 0, n; from < r->n; from += n) {
        n = rows_of_series(r, from);
        if (n > most) {
            most = n;
            longest = from;
        }
    }
    st = place_series(r, r->entries + longest, most, NULL);
    like = &r->b->out->items[r->entries[longest].series].time;
    for (size_t from = 0, n; !st && from < r->n; from += n) {
        n = rows_of_series(r, from);
        if (from != longest)
            st = place_series(r, r->entries + from, n, like);
    }
    if (!st)
        st = panel_week_end(&r->week, r->b->e);
    for (size_t from = 0, n; !st && from < r->n; from += n) {
        n = rows_of_series(r, from);
        st = build_series(r, r->entries + from, n);
    }
    return st;
}

static enum status note_rows(struct rows *r)
{
    struct series_set *out = r->b->out;
    bool fine = true;

    if (r->untimed > 0)
        fine = series_set_note(out, &(struct data_note){.code = "rows_without_time"},
                               "%zu rows are left out: their time is missing", r->untimed);
    if (fine && r->disordered && r->b->r->num_times > 0)
        fine = series_set_note(out, &(struct data_note){.code = "sorted"},
                               "the rows were not in the order of time; they are now");
    return fine ? ST_OK : err_nomem(r->b->e, 0);
}

enum status table_rows_read(struct builder *b)
{
    struct rows r = {.b = b, .step = timeline_index(), .last = -1};
    size_t columns = (size_t)b->out->num_columns + 1;
    enum status st = ST_OK;

    if (b->o->aggregate && b->o->frequency && b->o->frequency[0]) {
        r.step.style.offset = b->style.offset;
        st = timeline_frequency(&r.step, b->o->frequency, b->e);
        if (st)
            return err_at(b->e, "?frequency");
    }
    st = check_memory(&r);
    if (st)
        return st;
    r.entries = malloc((b->r->num_rows + 1) * sizeof(*r.entries));
    memory_will_fill(r.entries, b->r->num_rows * sizeof(*r.entries));
    st = r.entries ? read_entries(&r) : err_nomem(b->e, b->r->num_rows * sizeof(*r.entries));
    r.stamps = malloc((r.n + 3) * sizeof(*r.stamps));
    memory_will_fill(r.stamps, r.n * sizeof(*r.stamps));
    r.values = calloc(columns, sizeof(*r.values));
    r.counts = calloc(columns, sizeof(*r.counts));
    if (!st && (!r.stamps || !r.values || !r.counts))
        st = err_nomem(b->e, r.n * sizeof(*r.stamps));
    if (!st)
        st = sort_entries(&r);
    if (!st) {
        find_range(&r);
        st = build_all(&r);
    }
    if (!st)
        st = note_rows(&r);
    panel_week_release(&r.week);
    free(r.entries);
    free(r.stamps);
    free(r.values);
    free(r.counts);
    return st;
}

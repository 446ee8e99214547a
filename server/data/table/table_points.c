/* table_points.c - see table_points.h.
 *
 * Each cell that is not missing becomes a point of 24 bytes. The points are sorted by series and
 * time, which gives the timeline of every series. */
#include "server/data/table/table_points.h"

#include "server/data/table/column_shape.h"
#include "server/data/table/id_columns.h"
#include "server/data/table/time_columns.h"
#include "server/data/table/value_columns.h"

#include <math.h>
#include <stdlib.h>

struct point {
    int64_t when; /* seconds of its time */
    double value;
    uint32_t series : 28, precision : 4;
};

struct points {
    struct builder *b;
    struct point *items; /* (cap) owned */
    size_t n, cap;
    struct timestamp *stamps; /* (n) of one series; owned */
    struct panel_week week;
};

static enum status add(struct points *p, int series, const struct timestamp *t, double value)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 1024;
        struct point *items;

        if (cap * sizeof(*items) > p->b->memory)
            return data_too_large(p->b->t->bytes, p->b->e);
        items = reallocarray(p->items, cap, sizeof(*items));
        if (!items)
            return err_nomem(p->b->e, cap * sizeof(*items));
        p->items = items;
        p->cap = cap;
    }
    p->items[p->n++] = (struct point){t->seconds, value, (uint32_t)series & ((1U << 28) - 1),
                                      (unsigned)t->precision & 15};
    return ST_OK;
}

/* The time of the cell in value column i of the row that was read last. */
static struct timestamp time_of(const struct points *p, int i, const struct timestamp *row)
{
    const struct builder *b = p->b;
    int64_t y;
    int month, m, d;

    if (b->r->shape == SHAPE_ACROSS)
        return column_shape_time(b->r, b->t, i);
    if (b->r->shape == SHAPE_COLUMNS)
        return *row;
    if (b->r->shape == SHAPE_CLOCKS)
        return (struct timestamp){row->seconds + column_shape_clock(b->r, b->t, i), FREQ_S};
    month = column_shape_month(b->t, b->r->values[i]);
    date_from_days(floor_div(row->seconds, DAY_SECONDS), &y, &m, &d);
    return (struct timestamp){days_from_date(y, month, 1) * DAY_SECONDS, FREQ_M};
}

static enum status read_cell(struct points *p, int i, int series, const struct timestamp *row)
{
    struct builder *b = p->b;
    int column = b->r->values[i];
    struct timestamp t;
    double v;
    enum status st = ST_OK;

    if (!cell_number(&v, b->t->cells[column], b->r->styles[column]))
        return value_columns_refuse(b->c, column);
    if (isnan(v))
        return ST_OK;
    t = time_of(p, i, row);
    if (b->r->shape == SHAPE_COLUMNS)
        st = builder_series(&series, b, b->t->names[column]);
    return st ? st : add(p, series, &t, v);
}

static enum status read_row(struct points *p, size_t number)
{
    struct builder *b = p->b;
    struct timestamp t = {(int64_t)number, FREQ_INDEX};
    int series = 0, odd = 0;
    enum status st = ST_OK;

    if (b->r->num_times > 0 && !time_columns_read(&t, &odd, b->r, b->o, b->t->cells))
        return builder_skips(b, odd) ? ST_OK : time_columns_refuse(b->c, odd);
    if (builder_skips_series(b))
        return ST_OK;
    st = builder_check_id(b);
    if (!st && b->r->shape != SHAPE_COLUMNS)
        st = builder_series(&series, b,
                            id_columns_read(&b->id, b->r, b->o->default_id, b->t->cells));
    for (int i = 0; !st && i < b->r->num_values; i++)
        st = read_cell(p, i, series, &t);
    return st ? st : b->id.st ? err_nomem(b->e, 0) : ST_OK;
}

static int by_series_and_time(const void *a, const void *b)
{
    const struct point *x = a, *y = b;

    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    return x->when < y->when ? -1 : x->when > y->when;
}

static enum status twice(const struct points *p, const char *id, int64_t seconds)
{
    int64_t y;
    int m, d;

    date_from_days(floor_div(seconds, DAY_SECONDS), &y, &m, &d);
    return err_set(p->b->e, ST_INVALID,
                   "series '%.80s' has two values for the time that begins on %04lld-%02d-%02d; "
                   "?id= names columns that tell series apart",
                   id, (long long)y, m, d);
}

static void stamps_of(struct points *p, const struct point *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p->stamps[i] = (struct timestamp){items[i].when, (enum freq_unit)items[i].precision};
}

/* Finds the first and the last time of all, and begins the week of the panel. */
static enum status begin_week(struct points *p, const struct timeline *like)
{
    int64_t from = INT64_MAX, to = INT64_MIN;

    for (size_t i = 0; i < p->n; i++) {
        from = p->items[i].when < from ? p->items[i].when : from;
        to = p->items[i].when > to ? p->items[i].when : to;
    }
    return builder_week(&p->week, p->b, like, from, to, p->n);
}

/* Finds the grid of a series, and adds its times to the week of the panel. */
static enum status place_series(struct points *p, const struct point *items, size_t n,
                                const struct timeline *like)
{
    struct series *s = &p->b->out->items[items[0].series];
    enum status st = ST_OK;

    stamps_of(p, items, n);
    for (size_t i = 1; !st && i < n; i++)
        if (items[i].when == items[i - 1].when)
            st = twice(p, s->id, items[i].when);
    if (!st)
        st = builder_timeline(&s->time, p->b, s->id, p->stamps, n, like);
    if (!st && !like)
        st = begin_week(p, &s->time);
    if (!st)
        panel_week_add(&p->week, &s->time, p->stamps, n);
    return st;
}

static enum status build_series(struct points *p, const struct point *items, size_t n)
{
    struct series *s = &p->b->out->items[items[0].series];
    int64_t row = 0;
    enum status st;

    stamps_of(p, items, n);
    st = builder_close(&s->time, p->b, s->id, p->stamps, n, &p->week);
    if (!st)
        st = timeline_row(&row, &s->time, &p->stamps[n - 1], p->b->e);
    if (!st)
        st = builder_grid(p->b, s, row + 1, NAN);
    for (size_t i = 0; !st && i < n; i++) {
        st = timeline_row(&row, &s->time, &p->stamps[i], p->b->e);
        if (!st)
            s->values[row] = items[i].value;
    }
    return st;
}

static size_t points_of_series(const struct points *p, size_t from)
{
    size_t n = 1;

    while (from + n < p->n && p->items[from + n].series == p->items[from].series)
        n++;
    return n;
}

/* A series without a value keeps its name, and has one missing row. */
static enum status build_empty(struct points *p)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < p->b->out->count; i++)
        if (!p->b->out->items[i].values) {
            p->b->out->items[i].time = timeline_index();
            st = builder_grid(p->b, &p->b->out->items[i], 1, NAN);
        }
    return st;
}

static enum status build_all(struct points *p)
{
    const struct timeline *like = NULL;
    enum status st = ST_OK;

    for (size_t from = 0, n; !st && from < p->n; from += n) {
        n = points_of_series(p, from);
        st = place_series(p, p->items + from, n, like);
        if (!like)
            like = &p->b->out->items[p->items[from].series].time;
    }
    if (!st)
        st = panel_week_end(&p->week, p->b->e);
    for (size_t from = 0, n; !st && from < p->n; from += n) {
        n = points_of_series(p, from);
        st = build_series(p, p->items + from, n);
    }
    return st ? st : build_empty(p);
}

enum status table_points_read(struct builder *b)
{
    struct points p = {.b = b};
    enum status st = ST_OK;

    b->t->seek(b->t, SIZE_MAX);
    for (size_t i = 0; !st && i < b->r->num_rows && b->t->next(b->t); i++)
        if (!b->t->blank)
            st = read_row(&p, i);
    if (!st)
        st = b->t->st;
    if (!st && p.n == 0)
        st = err_set(b->e, ST_INVALID, "there is no value in any row%s",
                     b->totals > 0 ? "; ?id= keeps rows of totals" : "");
    p.stamps = st ? NULL : malloc((p.n + 1) * sizeof(*p.stamps));
    if (!st && !p.stamps)
        st = err_nomem(b->e, p.n * sizeof(*p.stamps));
    if (!st) {
        b->memory -= p.cap * sizeof(*p.items);
        qsort(p.items, p.n, sizeof(*p.items), by_series_and_time);
        st = build_all(&p);
    }
    panel_week_release(&p.week);
    free(p.items);
    free(p.stamps);
    return st;
}

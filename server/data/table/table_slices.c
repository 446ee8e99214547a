/* table_slices.c - see table_slices.h.
 *
 * A series is a slice of values in the order of the list of times, from its first to its last
 * value, with NaN between them. When the closed steps of all series are known, the slice is put on
 * its grid and freed. */
#include "server/data/table/table_slices.h"

#include "server/base/memory.h"
#include "server/data/table/column_shape.h"
#include "server/data/table/id_columns.h"
#include "server/data/table/time_columns.h"
#include "server/data/table/value_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The values of times from to from + n - 1. */
struct slice {
    double *values; /* owned; NULL: the series has none */
    size_t from, n;
};

struct slices {
    struct builder *b;
    struct timestamp *times; /* (num_times) owned */
    size_t num_times;
    struct slice *items; /* (cap) by series; owned */
    size_t cap;
    double *row; /* (num_values) of a row; owned */
    int *series; /* (num_values) of SHAPE_COLUMNS: by column, -1 before its first value; owned */
    struct timestamp *stamps; /* (num_times) of one series; owned */
    struct panel_week week;
    bool alike; /* all series take their times from the list */
};

static void release(struct slices *s)
{
    for (size_t i = 0; s->items && i < s->cap; i++)
        free(s->items[i].values);
    free(s->items);
    free(s->times);
    free(s->row);
    free(s->series);
    free(s->stamps);
    panel_week_release(&s->week);
}

/* The list of times has as many entries as there are value columns, or rows; the others are
 * series. */
static enum status open_slices(struct slices *s, struct builder *b)
{
    bool across = b->r->shape == SHAPE_ACROSS;
    size_t columns = (size_t)b->r->num_values, most = across ? columns : b->r->num_rows;

    *s = (struct slices){.b = b, .cap = across ? b->r->num_rows : columns, .alike = true};
    s->times = calloc(most + 1, sizeof(*s->times));
    s->stamps = malloc((most + 1) * sizeof(*s->stamps));
    s->items = calloc(s->cap + 1, sizeof(*s->items));
    s->row = malloc((columns + 1) * sizeof(*s->row));
    s->series = calloc(columns + 1, sizeof(*s->series));
    if (!s->times || !s->stamps || !s->items || !s->row || !s->series)
        return err_nomem(b->e, most * sizeof(*s->times));
    for (size_t i = 0; i < columns; i++)
        s->series[i] = -1;
    s->num_times = across ? columns : 0;
    for (size_t i = 0; i < s->num_times; i++)
        s->times[i] = column_shape_time(b->r, b->t, (int)i);
    return ST_OK;
}

/* Makes a slice of n values, which are subtracted from b->memory. */
static enum status add_slice(struct slice *out, struct builder *b, size_t from, size_t n)
{
    size_t bytes = n * sizeof(*out->values);

    if (bytes > b->memory)
        return data_too_large(b->t->bytes, b->e);
    out->values = malloc(bytes + 1);
    if (!out->values)
        return err_nomem(b->e, bytes);
    b->memory -= bytes;
    memory_will_fill(out->values, bytes);
    out->from = from;
    out->n = n;
    return ST_OK;
}

static enum status read_value(double *out, const struct builder *b, int i)
{
    int column = b->r->values[i];

    return cell_number(out, b->t->cells[column], b->r->styles[column])
               ? ST_OK
               : value_columns_refuse(b->c, column);
}

/* ---- one row for each series ---- */

static enum status read_series(struct slices *s)
{
    struct builder *b = s->b;
    size_t columns = (size_t)b->r->num_values, from = columns, end = 0;
    int known = b->out->count, series = 0;
    enum status st;

    if (builder_skips_series(b))
        return ST_OK;
    st = builder_check_id(b);
    if (!st)
        st = builder_series(&series, b,
                            id_columns_read(&b->id, b->r, b->o->default_id, b->t->cells));
    for (size_t i = 0; !st && i < columns; i++) {
        st = read_value(&s->row[i], b, (int)i);
        if (st || isnan(s->row[i]))
            continue;
        from = i < from ? i : from;
        end = i + 1;
    }
    if (!st && b->id.st)
        st = err_nomem(b->e, 0);
    if (st)
        return st;
    s->alike = series == known;
    if (!s->alike || from >= end)
        return ST_OK;
    st = add_slice(&s->items[series], b, from, end - from);
    if (!st && s->items[series].values)
        memcpy(s->items[series].values, s->row + from, (end - from) * sizeof(*s->row));
    return st;
}

/* ---- one column for each series ---- */

/* Begins the slice of a column at the present row, with room up to the last one. */
static enum status begin_column(struct slices *s, size_t i)
{
    struct builder *b = s->b;
    int known = b->out->count;
    enum status st = builder_series(&s->series[i], b, b->t->names[b->r->values[i]]);

    if (st)
        return st;
    s->alike = s->series[i] == known;
    if (!s->alike)
        return ST_OK;
    st = add_slice(&s->items[known], b, s->num_times, b->r->num_rows - s->num_times);
    s->items[known].n = 0;
    return st;
}

/* *counts is false for a row of totals. */
static enum status read_time(bool *counts, struct slices *s, size_t number)
{
    struct builder *b = s->b;
    struct timestamp t = {(int64_t)number, FREQ_INDEX};
    int odd = 0;

    *counts = false;
    if (b->r->num_times > 0 && !time_columns_read(&t, &odd, b->r, b->o, b->t->cells))
        return builder_skips(b, odd) ? ST_OK : time_columns_refuse(b->c, odd);
    *counts = true;
    s->alike = s->num_times == 0 || t.seconds > s->times[s->num_times - 1].seconds;
    s->times[s->num_times] = t;
    return ST_OK;
}

static enum status read_step(struct slices *s, size_t number)
{
    struct builder *b = s->b;
    bool counts;
    enum status st = read_time(&counts, s, number);

    if (!st && !counts)
        return ST_OK;
    for (size_t i = 0; !st && s->alike && i < (size_t)b->r->num_values; i++) {
        struct slice *slice;
        double v;

        st = read_value(&v, b, (int)i);
        if (!st && s->series[i] < 0 && !isnan(v))
            st = begin_column(s, i);
        slice = !st && s->alike && s->series[i] >= 0 ? &s->items[s->series[i]] : NULL;
        if (slice && slice->values) {
            slice->values[s->num_times - slice->from] = v;
            slice->n = isnan(v) ? slice->n : s->num_times - slice->from + 1;
        }
    }
    s->num_times++;
    return st;
}

/* ---- slices to series ---- */

/* Writes the times of a slice that have a value to s->stamps. */
static size_t stamps_of(struct slices *s, const struct slice *slice)
{
    size_t n = 0;

    for (size_t i = 0; i < slice->n; i++)
        if (!isnan(slice->values[i]))
            s->stamps[n++] = s->times[slice->from + i];
    return n;
}

/* like: the grid of the first series that has values. */
static enum status begin_week(struct slices *s, const struct timeline *like)
{
    size_t from = s->num_times, to = 0, n = 0;

    for (int i = 0; i < s->b->out->count; i++) {
        const struct slice *slice = &s->items[i];

        if (!slice->values)
            continue;
        from = slice->from < from ? slice->from : from;
        to = slice->from + slice->n - 1 > to ? slice->from + slice->n - 1 : to;
        for (size_t k = 0; k < slice->n; k++)
            n += !isnan(slice->values[k]);
    }
    return builder_week(&s->week, s->b, like, s->times[from].seconds, s->times[to].seconds, n);
}

static enum status place_all(struct slices *s)
{
    const struct timeline *like = NULL;
    struct builder *b = s->b;
    enum status st = ST_OK;

    for (int i = 0; !st && i < b->out->count; i++) {
        struct series *series = &b->out->items[i];
        size_t n;

        if (!s->items[i].values)
            continue;
        n = stamps_of(s, &s->items[i]);
        st = builder_timeline(&series->time, b, series->id, s->stamps, n, like);
        if (!st && !like)
            st = begin_week(s, &series->time);
        if (!st)
            panel_week_add(&s->week, &series->time, s->stamps, n);
        like = like ? like : &series->time;
    }
    if (!st && !like)
        return err_set(b->e, ST_INVALID, "there is no value in any row%s",
                       b->totals > 0 ? "; ?id= keeps rows of totals" : "");
    return st ? st : panel_week_end(&s->week, b->e);
}

/* Frees the slice. */
static enum status build(struct slices *s, struct slice *slice, struct series *series)
{
    struct builder *b = s->b;
    size_t n = stamps_of(s, slice);
    int64_t row = 0;
    enum status st = builder_close(&series->time, b, series->id, s->stamps, n, &s->week);

    if (!st)
        st = timeline_row(&row, &series->time, &s->stamps[n - 1], b->e);
    if (!st)
        st = builder_grid(b, series, row + 1, NAN);
    for (size_t i = 0; !st && i < slice->n; i++) {
        if (isnan(slice->values[i]))
            continue;
        st = timeline_row(&row, &series->time, &s->times[slice->from + i], b->e);
        if (!st)
            series->values[row] = slice->values[i];
    }
    free(slice->values);
    slice->values = NULL;
    return st;
}

/* A series without a value keeps its name, and has one missing row. */
static enum status build_all(struct slices *s)
{
    struct builder *b = s->b;
    enum status st = place_all(s);

    for (int i = 0; !st && i < b->out->count; i++)
        if (s->items[i].values)
            st = build(s, &s->items[i], &b->out->items[i]);
    for (int i = 0; !st && i < b->out->count; i++)
        if (!b->out->items[i].values) {
            b->out->items[i].time = timeline_index();
            st = builder_grid(b, &b->out->items[i], 1, NAN);
        }
    return st;
}

enum status table_slices_read(bool *done, struct builder *b)
{
    struct slices s;
    size_t memory = b->memory;
    enum status st = open_slices(&s, b);

    b->t->seek(b->t, SIZE_MAX);
    for (size_t i = 0; !st && s.alike && i < b->r->num_rows && b->t->next(b->t); i++)
        if (!b->t->blank)
            st = b->r->shape == SHAPE_ACROSS ? read_series(&s) : read_step(&s, i);
    if (!st)
        st = b->t->st;
    *done = st || s.alike;
    b->memory = memory; /* a slice is freed as soon as its series is filled */
    if (!st && s.alike)
        st = build_all(&s);
    release(&s);
    return st;
}

/* table_series.c - see table_series.h. */
#include "server/data/table/table_series.h"

#include "server/data/table/cell_spelling.h"
#include "server/data/table/choose.h"
#include "server/data/table/column_shape.h"
#include "server/data/table/id_columns.h"
#include "server/data/table/missing_cells.h"
#include "server/data/table/table_points.h"
#include "server/data/table/table_rows.h"
#include "server/data/table/table_slices.h"
#include "server/data/table/time_choice.h"
#include "server/data/table/time_reading.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_ROWS = 4000 };

/* ---- reading times ---- */

/* Copies of the time cells in the first rows of the first series; of only one, unless the reading
 * depends on their steps. */
struct sample {
    char (*text)[SURVEY_EXAMPLE];
    struct cell *cells;
    size_t n;
};

static enum status take_sample(struct sample *out, struct builder *b)
{
    const size_t most = time_has_rivals(b->r->readings) ? SAMPLE_ROWS : 1;
    char *first = NULL;
    enum status st = ST_OK;

    out->text = calloc(most, sizeof(*out->text));
    out->cells = calloc(most, sizeof(*out->cells));
    if (!out->text || !out->cells)
        return err_nomem(b->e, most * sizeof(*out->text));
    b->t->seek(b->t, SIZE_MAX);
    for (size_t i = 0; !st && i < b->r->num_rows && out->n < most && b->t->next(b->t); i++) {
        const char *id = id_columns_read(&b->id, b->r, "", b->t->cells);
        struct cell c = cell_trim(b->t->cells[b->r->times[0].column]);

        if (!first && !(first = strdup(id)))
            st = err_nomem(b->e, 0);
        if (st || strcmp(id, first) != 0 || c.len >= SURVEY_EXAMPLE || cell_missing(c))
            continue;
        memcpy(out->text[out->n], c.at, c.len);
        out->cells[out->n] = (struct cell){out->text[out->n], c.len};
        out->n++;
    }
    free(first);
    return st ? st : b->t->st;
}

static bool note_reading(const struct builder *b, bool by_steps, const char *format)
{
    const struct data_note note = {.code = "date_format",
                                   .column = b->t->names[b->r->times[0].column],
                                   .parameter = "date_format"};
    enum time_reading reading = b->r->reading;

    const struct time_traits *traits = &b->s->columns[b->r->times[0].column].traits;
    const struct data_note zone = {.code = "zone_names", .column = note.column};

    if (traits->zone_name && !series_set_note(b->out, &zone, "the names of zones are left out: %s",
                                              traits->zoned ? "the offset before them counts"
                                                            : "the times are local ones"))
        return false;
    if (traits->named_zone &&
        !series_set_note(b->out, &zone,
                         "the names of zones are read as offsets from UTC: that of the last row as "
                         "%c%02d:%02d",
                         traits->zone < 0 ? '-' : '+', abs(traits->zone) / 60,
                         abs(traits->zone) % 60))
        return false;
    if (reading == TIME_ISO || reading == TIME_ROW || reading == TIME_YEAR)
        return true;
    return series_set_note(b->out, &note, "the times are read as %s%s%s%s",
                           time_reading_words(reading), format[0] ? ", " : "", format,
                           by_steps ? "; read in another way their steps would be uneven" : "");
}

/* Sets the format in which responses write the times: that of the first cell, and the zone of all
 * cells. */
static enum status spell(struct builder *b, const char *format)
{
    const struct time_traits *traits = &b->s->columns[b->r->times[0].column].traits;

    if (traits->zones_differ)
        return ST_OK;
    if (!format[0] && traits->clocks && !traits->zoned) /* times without a zone get none */
        format = "%Y-%m-%dT%H:%M:%S";
    b->style.offset = (int16_t)traits->zone;
    if (time_style_format(&b->style, format, NULL))
        b->style.format[0] = '\0';
    return ST_OK;
}

/* Times that were joined from several columns get no format of their own, and no zone. */
static void spell_joined(struct builder *b)
{
    bool clock = b->r->times[b->r->num_times - 1].part >= PART_HOUR;

    if (clock)
        (void)time_style_format(&b->style, "%Y-%m-%dT%H:%M:%S", NULL);
}

/* For times in the names of columns. */
static void spell_names(struct builder *b)
{
    const struct roles *r = b->r;
    struct time_traits traits = {0};
    char format[CELL_SPELLING_MAX];
    struct cell c = {"", 0};

    for (int i = r->num_values - 1; i >= 0; i--) {
        c = column_shape_name(b->t, (size_t)r->values[i]);
        (void)time_readings_of(c, TIME_BIT(r->reading), &traits);
    }
    if (!traits.zones_differ &&
        !time_style_format(&b->style, cell_spelling(format, c, r->reading, &traits), NULL))
        b->style.offset = (int16_t)traits.zone;
}

static enum status choose_reading(struct builder *b, struct roles *r)
{
    struct sample sample = {0};
    char format[CELL_SPELLING_MAX] = "";
    bool by_steps = false;
    enum status st;

    if (r->num_times == 0 || r->times[0].part != PART_WHOLE) {
        if (r->num_times > 0)
            spell_joined(b);
        return ST_OK;
    }
    if (b->o->date_format)
        return spell(b, r->num_times == 1 ? b->o->date_format : "");
    st = take_sample(&sample, b);
    if (!st && sample.n > 0)
        st = time_choose(&r->reading, &by_steps, r->readings, sample.cells, sample.n,
                         b->o->frequency, b->e);
    if (st == ST_INVALID)
        (void)err_wrap(b->e, "column '%.80s'", b->t->names[r->times[0].column]);
    if (!st && sample.n > 0)
        (void)cell_spelling(format, sample.cells[0], r->reading,
                            &b->s->columns[r->times[0].column].traits);
    if (r->shape == SHAPE_CLOCKS && format[0])
        snprintf(format + strlen(format), sizeof(format) - strlen(format), " %%H:%%M");
    if (!st && r->num_times == 1)
        st = spell(b, format);
    else if (!st)
        spell_joined(b);
    if (!st && !note_reading(b, by_steps, format))
        st = err_nomem(b->e, 0);
    free(sample.text);
    free(sample.cells);
    return st;
}

/* ---- notes about the result ---- */

static enum status note_gaps(const struct builder *b)
{
    int64_t gaps = 0;
    int series = 0;

    for (int i = 0; i < b->out->count; i++) {
        const struct series *s = &b->out->items[i];
        int64_t before = gaps;

        for (int64_t k = 0; k < (int64_t)s->length * b->out->num_columns; k++)
            gaps += isnan(s->values[k]);
        series += gaps > before;
    }
    if (gaps == 0)
        return ST_OK;
    return series_set_note(b->out,
                           &(struct data_note){.code = "missing_values", .parameter = "fill"},
                           "%lld values of %d series are missing", (long long)gaps, series)
               ? ST_OK
               : err_nomem(b->e, 0);
}

/* The line of the first cell with this value in a column of the table; 0: not found. */
static long line_of_value(const struct builder *b, int column, double value)
{
    double v;

    b->t->seek(b->t, SIZE_MAX);
    while (b->t->next(b->t))
        if (cell_number(&v, b->t->cells[column], b->r->styles[column]) && v == value)
            return b->t->line(b->t, b->t->row);
    return 0;
}

/* How often a value that usually means "missing" occurs, and the range of all other values. */
struct suspects {
    double value, low, high;
    int64_t count;
};

/* A suspect is far from all others: so it is the least of all values, or the greatest. */
static bool may_have_suspects(const struct series_set *set, int column)
{
    double low = INFINITY, high = -INFINITY;

    for (int i = 0; i < set->count; i++) {
        const struct series *s = &set->items[i];

        for (int64_t k = column; k < (int64_t)s->length * set->num_columns; k += set->num_columns) {
            low = s->values[k] < low ? s->values[k] : low;
            high = s->values[k] > high ? s->values[k] : high;
        }
    }
    return missing_cells_known(low) || missing_cells_known(high);
}

static void look_for_suspects(struct suspects *out, const struct series_set *set, int column)
{
    *out = (struct suspects){.low = INFINITY, .high = -INFINITY};
    for (int i = 0; i < set->count; i++) {
        const struct series *s = &set->items[i];

        for (int64_t k = column; k < (int64_t)s->length * set->num_columns; k += set->num_columns) {
            double v = s->values[k];

            if (missing_cells_known(v) && (out->count == 0 || v == out->value)) {
                out->value = v;
                out->count++;
            } else {
                out->low = v < out->low ? v : out->low;
                out->high = v > out->high ? v : out->high;
            }
        }
    }
}

/* Notes such values when they are far from all others: -9999 among numbers from 3 to 57 is probably
 * not a number. */
static enum status note_suspects(const struct builder *b)
{
    bool fine = true;

    for (int i = 0; fine && i < b->out->num_columns; i++) {
        const bool has_column = b->r->shape == SHAPE_LONG && i < b->r->num_values;
        struct data_note note = {.code = "suspicious_values", .parameter = "missing"};
        struct suspects s;

        if (!may_have_suspects(b->out, i))
            continue;
        look_for_suspects(&s, b->out, i);
        if (s.count == 0 || !missing_cells_suspect(s.value, s.low, s.high))
            continue;
        note.column = b->out->columns[i];
        if (has_column)
            note.line = line_of_value(b, b->r->values[i], s.value);
        fine = series_set_note(b->out, &note,
                               "%lld values are %.10g, far from all others (%.6g to %.6g): "
                               "?missing=%.10g reads them as missing",
                               (long long)s.count, s.value, s.low, s.high, s.value);
    }
    return fine ? ST_OK : err_nomem(b->e, 0);
}

static enum status note_rows(const struct builder *b, const struct survey *s)
{
    bool across = b->r->shape == SHAPE_ACROSS;
    bool fine = true;

    if (s->blank_rows > 0 && b->r->num_times > 0)
        fine = series_set_note(b->out, &(struct data_note){.code = "blank_rows"},
                               "%zu empty rows are left out", s->blank_rows);
    if (fine && b->r->num_times > 0 && b->s->columns[b->r->times[0].column].traits.fraction)
        fine = series_set_note(b->out, &(struct data_note){.code = "fractions_of_seconds"},
                               "fractions of seconds are cut off");
    if (fine && b->totals > 0)
        fine = series_set_note(b->out,
                               &(struct data_note){.code = "total_row",
                                                   .line = b->t->line(b->t, b->first_total),
                                                   .parameter = across ? "id" : NULL},
                               "%zu %s left out: totals %s", b->totals,
                               b->totals == 1 ? "row is" : "rows are",
                               across ? "of the other series" : "without a time");
    return fine ? ST_OK : err_nomem(b->e, 0);
}

/* ---- all steps ---- */

static enum status check_options(const struct roles *r, const struct table_options *o,
                                 struct err *e)
{
    if (r->shape == SHAPE_LONG && r->num_times == 0 && o->frequency && o->frequency[0]) {
        err_set(e, ST_INVALID, "there is no time column for the frequency '%.40s'", o->frequency);
        return err_at(e, "?frequency");
    }
    if (o->aggregate && r->num_times == 0) {
        err_set(e, ST_INVALID, "there is no time column whose rows could be joined");
        return err_at(e, "?aggregate");
    }
    return ST_OK;
}

static enum status build(struct builder *b, struct roles *r)
{
    enum status st = builder_open(b);
    bool done = false;

    if (!st && r->shape == SHAPE_ACROSS && r->readings)
        spell_names(b);
    else if (!st && r->shape != SHAPE_ACROSS)
        st = choose_reading(b, r);
    if (!st && b->o->aggregate && b->o->frequency && b->o->frequency[0])
        b->style.format[0] = '\0';
    if (!st && (r->shape == SHAPE_ACROSS || r->shape == SHAPE_COLUMNS))
        st = table_slices_read(&done, b);
    if (!st && !done)
        st = r->shape == SHAPE_LONG ? table_rows_read(b) : table_points_read(b);
    if (!st)
        st = note_rows(b, b->s);
    if (!st)
        st = note_gaps(b);
    if (!st)
        st = note_suspects(b);
    builder_release(b);
    return st;
}

static size_t most_rows(const struct data_limits *l)
{
    size_t most = l->max_series_length;

    return l->max_series > 0 && most < SIZE_MAX / l->max_series ? most * l->max_series : most;
}

enum status table_read_series(struct series_set *out, struct table *t,
                              const struct table_options *o, struct err *e)
{
    struct survey s = {0};
    struct roles r = {0};
    struct chooser c = {.t = t, .s = &s, .o = o, .r = &r, .out = out, .e = e};
    struct builder b = {.t = t, .s = &s, .o = o, .r = &r, .c = &c, .out = out, .e = e};
    enum status st;

    series_set_init(out);
    t->missing = o->missing;
    t->censored = o->censored;
    st = survey_table(&s, t, o->time, most_rows(&o->limits), e);
    if (!st)
        st = choose_roles(&c);
    if (!st)
        st = check_options(&r, o, e);
    if (!st)
        st = build(&b, &r);
    roles_release(&r);
    survey_release(&s);
    if (st)
        series_set_release(out);
    return st;
}

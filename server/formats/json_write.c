/* json_write.c - writes data sets as JSON text, directly into a buffer, because a tree would take
 * 80 bytes for each number; see json.h. */
#include "server/formats/json.h"

#include "server/data/time_spelling.h"
#include "server/data/timeline_style.h"

#include <math.h>

void json_put_numbers(struct buf *b, const double *v, int n, int stride)
{
    buf_add(b, "[", 1);
    for (int i = 0; i < n; i++) {
        double x = v[(size_t)i * (size_t)stride];

        if (i)
            buf_add(b, ",", 1);
        if (isfinite(x))
            buf_put_f64(b, x);
        else
            buf_puts(b, "null");
    }
    buf_add(b, "]", 1);
}

/* Writes {"name": for the first member, else ,"name": */
static void put_name(struct buf *b, bool first, const char *name)
{
    buf_puts(b, first ? "{" : ",");
    buf_put_json_string(b, name);
    buf_puts(b, ":");
}

/* Writes the rows up to the last one with a value, at least one row. */
static void put_values(struct buf *b, const struct series *s, int columns, int targets, int rows)
{
    if (targets == 1) {
        json_put_numbers(b, s->values, rows, columns);
        return;
    }
    buf_puts(b, "[");
    for (int i = 0; i < rows; i++) {
        if (i)
            buf_puts(b, ",");
        json_put_numbers(b, s->values + (size_t)i * (size_t)columns, targets, 1);
    }
    buf_puts(b, "]");
}

static void put_covariates(struct buf *b, const struct series_set *set, const struct series *s)
{
    int first = set->num_columns - set->num_covariates;

    for (int k = first; k < set->num_columns; k++) {
        put_name(b, k == first, set->columns[k]);
        json_put_numbers(b, s->values + k, s->length, set->num_columns);
    }
    buf_puts(b, "}");
}

/* Writes the style of the times, as far as their start does not show it. */
static void put_style(struct buf *b, const struct timeline *t)
{
    char text[OPEN_TEXT_MAX];

    if (timeline_anchor_hidden(t)) {
        put_name(b, false, "anchor");
        buf_put_json_string(b, time_anchor_text(text, t->style.anchor));
    }
    if (timeline_open(text, t)[0]) {
        put_name(b, false, "open");
        buf_put_json_string(b, text);
    }
    if (!time_spelling_kept(&t->style)) {
        put_name(b, false, "date_format");
        buf_put_json_string(b, t->style.format);
    }
}

static void put_time(struct buf *b, const struct timeline *t)
{
    char text[TIME_TEXT_MAX], name[16];

    put_name(b, false, "start");
    buf_put_json_string(b, time_spelling_kept(&t->style) ? timeline_text(text, t, 0)
                                                         : timeline_iso_text(text, t, 0));
    put_name(b, false, "frequency"); /* without it, a start of four digits would be a year */
    buf_put_json_string(b, t->frequency.unit == FREQ_INDEX ? "index" : timeline_name(name, t));
    put_style(b, t);
}

static void put_series(struct buf *b, const struct series_set *set, const struct series *s)
{
    int observed = series_observed(set, s);

    put_name(b, true, "id");
    buf_put_json_string(b, s->id);
    if (series_has_time(s))
        put_time(b, &s->time);
    put_name(b, false, "values");
    put_values(b, s, set->num_columns, set->num_columns - set->num_covariates,
               observed > 0 || s->length == 0 ? observed : 1);
    if (set->num_covariates) {
        put_name(b, false, "covariates");
        put_covariates(b, set, s);
    }
    buf_puts(b, "}");
}

static void put_times(struct buf *b, const struct series *s, const int64_t *numbers)
{
    char text[TIME_TEXT_MAX];

    buf_puts(b, "[");
    for (int i = 0; i < s->length; i++) {
        timeline_text(text, &s->time, numbers[i]);
        if (i)
            buf_puts(b, ",");
        if (s->time.frequency.unit == FREQ_INDEX)
            buf_puts(b, text);
        else
            buf_put_json_string(b, text);
    }
    buf_puts(b, "]");
}

void json_write_some_rows(struct buf *b, const struct series_set *set, const struct series *s,
                          const int64_t *numbers, int64_t length, bool first)
{
    char name[16];

    if (!first)
        buf_puts(b, ",");
    put_name(b, true, "id");
    buf_put_json_string(b, s->id);
    put_name(b, false, "length");
    buf_put_i64(b, length);
    put_name(b, false, "frequency");
    if (s->time.frequency.unit == FREQ_INDEX)
        buf_puts(b, "null");
    else
        buf_put_json_string(b, timeline_name(name, &s->time));
    put_name(b, false, "time");
    put_times(b, s, numbers);
    put_name(b, false, "values");
    put_values(b, s, set->num_columns, set->num_columns - set->num_covariates, s->length);
    if (set->num_covariates) {
        put_name(b, false, "covariates");
        put_covariates(b, set, s);
    }
    buf_puts(b, "}");
}

static void put_strings(struct buf *b, char *const *v, int n)
{
    buf_puts(b, "[");
    for (int i = 0; i < n; i++) {
        if (i)
            buf_puts(b, ",");
        if (v[i])
            buf_put_json_string(b, v[i]);
        else
            buf_puts(b, "null");
    }
    buf_puts(b, "]");
}

void json_write_series_begin(struct buf *b, const struct series_set *set)
{
    int targets = set->num_columns - set->num_covariates;

    if (targets > 1) {
        put_name(b, true, "columns");
        put_strings(b, set->columns, targets);
    }
    put_name(b, targets <= 1, "series");
    buf_puts(b, "[");
}

void json_write_one_series(struct buf *b, const struct series_set *set, const struct series *s,
                           bool first)
{
    if (!first)
        buf_puts(b, ",");
    put_series(b, set, s);
}

void json_write_end(struct buf *b)
{
    buf_puts(b, "]}\n");
}

void json_write_series(struct buf *b, const struct series_set *s)
{
    json_write_series_begin(b, s);
    for (int i = 0; i < s->count; i++)
        json_write_one_series(b, s, &s->items[i], i == 0);
    json_write_end(b);
}

static bool any(char *const *v, int n)
{
    for (int i = 0; i < n; i++)
        if (v[i])
            return true;
    return false;
}

static void put_sentence(struct buf *b, const struct tagged_sentence *s)
{
    put_name(b, true, "tokens");
    put_strings(b, s->form, s->length);
    if (any(s->upos, s->length)) {
        put_name(b, false, "upos");
        put_strings(b, s->upos, s->length);
    }
    if (any(s->xpos, s->length)) {
        put_name(b, false, "xpos");
        put_strings(b, s->xpos, s->length);
    }
    buf_puts(b, "}");
}

void json_write_tagged_begin(struct buf *b)
{
    put_name(b, true, "sentences");
    buf_puts(b, "[");
}

void json_write_sentences(struct buf *b, const struct tagged_set *t, bool first)
{
    for (int i = 0; i < t->count; i++) {
        if (i || !first)
            buf_puts(b, ",");
        put_sentence(b, &t->items[i]);
    }
}

void json_write_tagged(struct buf *b, const struct tagged_set *t)
{
    json_write_tagged_begin(b);
    json_write_sentences(b, t, true);
    json_write_end(b);
}

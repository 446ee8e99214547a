/* csv_write.c - series as CSV text; see csv.h. */
#include "server/formats/csv.h"

#include <math.h>
#include <string.h>

void csv_write_cell(struct buf *out, const char *s)
{
    bool space = s[0] == ' ' || (s[0] && s[strlen(s) - 1] == ' ');

    if (!space && !strpbrk(s, ",;\t\"\r\n")) {
        buf_puts(out, s);
        return;
    }
    buf_puts(out, "\"");
    for (; *s; s++) {
        if (*s == '"')
            buf_puts(out, "\"");
        buf_add(out, s, 1);
    }
    buf_puts(out, "\"");
}

/* number: of the row in the series; row: index of its values in s. */
static void write_row(struct buf *out, const struct csv_layout *l, const struct series *s, int row,
                      int64_t number)
{
    int columns = l->set->num_columns;
    const double *values = s->values + (size_t)row * (size_t)columns;
    char text[TIME_TEXT_MAX];

    if (l->with_id) {
        csv_write_cell(out, s->id);
        buf_puts(out, ",");
    }
    if (l->with_time) {
        csv_write_cell(out, timeline_text(text, &s->time, number));
        buf_puts(out, ",");
    }
    for (int k = 0; k < columns; k++) {
        if (k)
            buf_puts(out, ",");
        if (columns == 1 && !l->with_id && !l->with_time && isnan(values[0]))
            buf_puts(out, "NA"); /* an empty line would be skipped when read again */
        buf_put_f64(out, values[k]);
    }
    buf_puts(out, "\n");
}

void csv_write_header(struct buf *out, const struct csv_layout *l)
{
    const struct series_set *set = l->set;

    if (l->with_id) {
        csv_write_cell(out, set->id_column ? set->id_column : "unique_id");
        buf_puts(out, ",");
    }
    if (l->with_time) {
        csv_write_cell(out, set->time_column ? set->time_column : "ds");
        buf_puts(out, ",");
    }
    for (int k = 0; k < set->num_columns; k++) {
        if (k)
            buf_puts(out, ",");
        csv_write_cell(out, set->columns[k]);
    }
    buf_puts(out, "\n");
}

void csv_write_rows(struct buf *out, const struct csv_layout *l, const struct series *s)
{
    for (int row = 0; row < s->length; row++)
        write_row(out, l, s, row, row);
}

void csv_write_some_rows(struct buf *out, const struct csv_layout *l, const struct series *s,
                         const int64_t *numbers)
{
    for (int row = 0; row < s->length; row++)
        write_row(out, l, s, row, numbers[row]);
}

void csv_write_series(struct buf *out, const struct series_set *set)
{
    struct csv_layout l = {.set = set, .with_id = set->count > 1 || set->id_column};

    for (int i = 0; i < set->count; i++)
        l.with_time = l.with_time || series_has_time(&set->items[i]);
    csv_write_header(out, &l);
    for (int i = 0; i < set->count; i++)
        csv_write_rows(out, &l, &set->items[i]);
}

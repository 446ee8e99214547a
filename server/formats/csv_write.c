/* csv_write.c - series as CSV text; see csv.h. */
#include "server/formats/csv.h"

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

static void write_row(struct buf *out, const struct series_set *set, const struct series *s,
                      int row, bool with_id, bool with_time)
{
    if (with_id) {
        csv_write_cell(out, s->id);
        buf_puts(out, ",");
    }
    if (with_time) {
        timeline_format(out, &s->time, row);
        buf_puts(out, ",");
    }
    for (int k = 0; k < set->num_columns; k++) {
        if (k)
            buf_puts(out, ",");
        if (set->num_columns == 1 && !with_id && !with_time &&
            s->values[row] != s->values[row]) /* an empty line would be skipped when read again */
            buf_puts(out, "NA");
        buf_put_f64(out, s->values[(size_t)row * (size_t)set->num_columns + (size_t)k]);
    }
    buf_puts(out, "\n");
}

void csv_write_series(struct buf *out, const struct series_set *set)
{
    bool with_id = set->count > 1 || set->id_column, with_time = false;

    for (int i = 0; i < set->count; i++)
        with_time = with_time || series_has_time(&set->items[i]);
    if (with_id) {
        csv_write_cell(out, set->id_column ? set->id_column : "unique_id");
        buf_puts(out, ",");
    }
    if (with_time) {
        csv_write_cell(out, set->time_column ? set->time_column : "ds");
        buf_puts(out, ",");
    }
    for (int k = 0; k < set->num_columns; k++) {
        if (k)
            buf_puts(out, ",");
        csv_write_cell(out, set->columns[k]);
    }
    buf_puts(out, "\n");
    for (int i = 0; i < set->count; i++)
        for (int row = 0; row < set->items[i].length; row++)
            write_row(out, set, &set->items[i], row, with_id, with_time);
}

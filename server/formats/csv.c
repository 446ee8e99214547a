/* csv.c - see csv.h. */
#include "server/formats/csv.h"

#include "server/data/table/table_series.h"
#include "server/formats/csv_rows.h"

/* What was done to the text before there were columns. */
static bool note_dialect(struct series_set *out, const struct csv_rows *r)
{
    const char separator[] = {r->separator, '\0'};
    bool fine = true;

    if (r->separator != ',')
        fine =
            series_set_note(out, &(struct data_note){.code = "separator"},
                            "cells are separated by %s", r->separator == '\t' ? "tabs" : separator);
    if (fine && r->comments > 0)
        fine = series_set_note(out, &(struct data_note){.code = "comments"},
                               "%ld lines that begin with # are left out%s", r->comments,
                               r->header_in_comment ? "; the last of them names the columns" : "");
    if (fine && !r->has_header && !r->header_in_comment)
        fine = series_set_note(
            out, &(struct data_note){.code = "no_header", .parameter = "header", .line = 1},
            "the first row is data: columns are called column_1, column_2 and so on");
    return fine;
}

enum status csv_read_series(struct series_set *out, const char *bytes, size_t len,
                            enum csv_header header, const struct table_options *o, struct err *e)
{
    struct csv_rows rows;
    enum status st;

    series_set_init(out);
    st = csv_rows_open(&rows, bytes, len, header, e);
    if (!st)
        st = table_read_series(out, &rows.t, o, e);
    if (!st && !note_dialect(out, &rows)) {
        series_set_release(out);
        st = err_nomem(e, 0);
    }
    csv_rows_release(&rows);
    return st;
}

/* csv.c - see csv.h. */
#include "server/formats/csv.h"

#include "server/data/table/table_series.h"
#include "server/formats/csv_top.h"

/* Notes the choices that were made before the columns were found. */
static bool note_dialect(struct series_set *out, const struct csv_rows *r)
{
    const char separator[] = {r->separator, '\0'};
    bool fine = true;

    if (r->separator != ',')
        fine = series_set_note(out, &(struct data_note){.code = "separator"},
                               "cells are separated by %s",
                               r->parted              ? "blanks"
                               : r->separator == '\t' ? "tabs"
                                                      : separator);
    if (fine && r->formulas)
        fine = series_set_note(out, &(struct data_note){.code = "text_formulas"},
                               "formulas of a text, such as =\"5\", are read as the text");
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

/* "3 lines above the header are left out, like 'Report'" */
static bool note_lines(struct series_set *out, const struct csv_rows *r,
                       const struct csv_left_out *l, const char *code, const char *what,
                       const char *parameter)
{
    long line;
    size_t len = 0;

    if (l->count == 0)
        return true;
    line = r->t.line(&r->t, (size_t)(l->first - r->start));
    while (l->first + len < r->text_end && len < 60 && l->first[len] != '\n' &&
           l->first[len] != '\r')
        len++;
    while (len > 0 && l->first + len < r->text_end && ((unsigned char)l->first[len] & 0xc0) == 0x80)
        len--; /* not within a character */
    return series_set_note(
        out, &(struct data_note){.code = code, .line = line, .parameter = parameter},
        "%ld %s %s left out: %s%.*s'", l->count, l->count == 1 ? "line" : "lines", what,
        l->count == 1 ? "'" : "the first is '", (int)len, l->first);
}

static bool note_left_out(struct series_set *out, const struct csv_rows *r)
{
    return note_lines(out, r, &r->titles, "title_lines",
                      r->titles.count == 1 ? "above the table is" : "above the table are",
                      "header") &&
           note_lines(out, r, &r->units, "units_line",
                      r->joined             ? "below the header completes its names, and is"
                      : r->units.count == 1 ? "between the header and the first row is"
                                            : "between the header and the first row are",
                      "header") &&
           note_lines(out, r, &r->repeated, "repeated_header",
                      r->repeated.count == 1 ? "that repeats the header is"
                                             : "that repeat the header are",
                      NULL) &&
           note_lines(out, r, &r->footers, "footer_lines",
                      r->footers.count == 1 ? "behind the last row is" : "behind the last row are",
                      NULL);
}

enum status csv_read_series(struct series_set *out, const char *bytes, size_t len,
                            enum csv_header header, const struct table_options *o, struct err *e)
{
    struct csv_rows rows;
    enum status st;

    series_set_init(out);
    st = csv_top_open(&rows, bytes, len, header, e);
    if (!st)
        st = table_read_series(out, &rows.t, o, e);
    if (!st && (!note_dialect(out, &rows) || !note_left_out(out, &rows))) {
        series_set_release(out);
        st = err_nomem(e, 0);
    }
    csv_rows_release(&rows);
    return st;
}

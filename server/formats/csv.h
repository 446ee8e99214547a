/* csv.h - series as comma-separated values: RFC 4180, and the many other forms in use (csv_rows.h,
 * csv_dialect.h). */
#ifndef SERVER_FORMATS_CSV_H
#define SERVER_FORMATS_CSV_H

#include "server/data/table/table_options.h"
#include "server/formats/csv_header.h"

/* docs/forecasting.md lists the accepted forms. out gets a note of every guess. Errors name line
 * and column. ST_MALFORMED (quotes, ragged rows, not UTF-8, NUL bytes), ST_INVALID (numbers, dates,
 * duplicates), ST_TOO_LARGE (limits, data_memory()). On error out is empty and released. */
enum status csv_read_series(struct series_set *out, const char *bytes, size_t len,
                            enum csv_header header, const struct table_options *o, struct err *e);
/* The cells before the values of a row. set: names of columns; borrowed. */
struct csv_layout {
    const struct series_set *set;
    bool with_id, with_time;
};
void csv_write_header(struct buf *out, const struct csv_layout *l);
/* Writes one row for each time step. */
void csv_write_rows(struct buf *out, const struct csv_layout *l, const struct series *s);
/* The same for a part of the rows. numbers (s->length): their numbers in the series, from which the
 * times follow. */
void csv_write_some_rows(struct buf *out, const struct csv_layout *l, const struct series *s,
                         const int64_t *numbers);
/* Writes header and rows of all series; with an id column "unique_id" if there is more than one. */
void csv_write_series(struct buf *out, const struct series_set *s);
/* Writes one cell, quoted if necessary. */
void csv_write_cell(struct buf *out, const char *s);

#endif

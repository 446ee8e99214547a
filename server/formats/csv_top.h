/* csv_top.h - finds where the table in a text begins and ends. Titles may stand above its header,
 * units below the header, sources and remarks after the last row. Private to formats/. */
#ifndef SERVER_FORMATS_CSV_TOP_H
#define SERVER_FORMATS_CSV_TOP_H

#include "server/formats/csv_rows.h"

/* Finds the separator and the header, if there is one, names the columns, and moves before the
 * first row of data. Without a header the names are "column_1", "column_2" ... Skipped lines are
 * counted in titles, units and footers. ST_MALFORMED with the line: not UTF-8, a NUL byte, quotes.
 * ST_INVALID: no row, or a name that is not text. csv_rows_release() also after an error. */
enum status csv_top_open(struct csv_rows *out, const char *bytes, size_t len,
                         enum csv_header header, struct err *e);

#endif

/* csv_top.h - where the table of a text begins and ends: titles stand above the header, units below
 * it, sources and remarks behind the last row. Private to formats/. */
#ifndef SERVER_FORMATS_CSV_TOP_H
#define SERVER_FORMATS_CSV_TOP_H

#include "server/formats/csv_rows.h"

/* Finds the separator, the header row or that there is none, names the columns, and stands before
 * the first row of data. Without a header the names are "column_1", "column_2" ... Lines that are
 * left out are counted in titles, units and footers. ST_MALFORMED with the line: no UTF-8, a NUL
 * byte, quotes. ST_INVALID: no row at all; a name that is no text. csv_rows_release() after an
 * error, too. */
enum status csv_top_open(struct csv_rows *out, const char *bytes, size_t len,
                         enum csv_header header, struct err *e);

#endif

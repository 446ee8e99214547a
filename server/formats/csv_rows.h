/* csv_rows.h - CSV text row by row, whatever the cells mean: RFC 4180 and what programs and people
 * make of it. Only one row is held at a time. Private to formats/.
 *
 * Left out: a byte order mark, a first line "sep=;", empty lines, lines that begin with '#', and an
 * empty cell behind the last column. */
#ifndef SERVER_FORMATS_CSV_ROWS_H
#define SERVER_FORMATS_CSV_ROWS_H

#include "server/data/table/table.h"
#include "server/formats/csv_header.h"

#include <lstm/buf.h>
#include <stdint.h>

enum { CSV_COLUMNS_MAX = 20000, CSV_ENDS = 4 };

struct csv_rows {
    struct table t;          /* first: what t.next() is given */
    const char *start, *end; /* the text, borrowed */
    const char *p;           /* behind the row */
    const char *first;       /* the first row of data */
    char separator;
    uint64_t ends[CSV_ENDS]; /* the separator, line ends and quotes, each in all eight bytes */
    bool has_header;
    bool header_in_comment;
    bool row_names;     /* the header has a name less than the rows have cells (R's write.table) */
    long comments;      /* lines that were left out before the header */
    struct cell *cells; /* (cap) owned */
    size_t count, cap;
    struct buf text; /* cells whose quotes were doubled */
};

/* Finds the separator (, ; tab |), reads the header row or finds that there is none, and stands
 * before the first row. Without a header the names are "column_1", "column_2" ... ST_MALFORMED with
 * the line: no UTF-8, a NUL byte, quotes. ST_INVALID: no row at all; a name that is no text.
 * csv_rows_release() after an error, too. */
enum status csv_rows_open(struct csv_rows *out, const char *bytes, size_t len,
                          enum csv_header header, struct err *e);
void csv_rows_release(struct csv_rows *r);

#endif

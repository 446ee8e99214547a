/* csv_rows.h - CSV text row by row, whatever the cells mean: RFC 4180 and what programs and people
 * make of it. Only one row is held at a time. Private to formats/.
 *
 * Left out: a byte order mark, a first line "sep=;", empty lines, lines that begin with '#', lines
 * of dashes, an empty cell behind the last column, and what csv_top.h finds around the table. */
#ifndef SERVER_FORMATS_CSV_ROWS_H
#define SERVER_FORMATS_CSV_ROWS_H

#include "server/data/table/table.h"
#include "server/formats/csv_header.h"

#include <lstm/buf.h>
#include <stdint.h>

enum { CSV_COLUMNS_MAX = 20000, CSV_ENDS = 4 };

/* Lines that are no rows of the table. */
struct csv_left_out {
    long count;
    const char *first, *last; /* in the text; NULL: none */
};

struct csv_rows {
    struct table t;          /* first: what t.next() is given */
    const char *start, *end; /* the text, borrowed; its footers lie behind the end */
    const char *text_end;
    const char *p;     /* behind the row */
    const char *first; /* the first row of data */
    char separator;
    uint64_t ends[CSV_ENDS]; /* the separator, line ends and quotes, each in all eight bytes */
    bool has_header;
    bool header_in_comment;
    bool row_names;      /* the header has a name less than the rows have cells (R's write.table) */
    long comments;       /* lines that were left out before the header */
    const char *comment; /* the last one of them; NULL */
    struct csv_left_out titles, units, repeated, footers;
    struct cell header; /* the line with the names, as it stands in the text; len 0: none */
    struct cell below;  /* lines between it and the first row: units */
    bool joined;        /* names come from two lines */
    bool formulas;      /* cells such as ="5" were seen */
    struct cell *cells; /* (cap) owned */
    size_t count, cap;
    struct buf text; /* cells whose quotes were doubled */
};

/* Finds the separator (, ; tab |) and stands at the first row; there are no names yet: csv_top.h
 * finds them. ST_MALFORMED with the line: no UTF-8, a NUL byte. csv_rows_release() after an error,
 * too. */
enum status csv_rows_open(struct csv_rows *out, const char *bytes, size_t len, struct err *e);
void csv_rows_release(struct csv_rows *r);

/* For csv_top.c. Reads the cells of the next row, however many. False: there is none, or r->t.st is
 * an error. */
bool csv_rows_read(struct csv_rows *r);
/* The cells of the row at `at`; an error of quotes counts as false, and is forgotten. */
bool csv_rows_peek(struct csv_rows *r, const char *at, const char *end);
enum status csv_rows_name(struct csv_rows *r, const char *at, size_t len);
/* Whether the line at p is no row: empty, a comment, a rule. */
bool csv_rows_between(const struct csv_rows *r, const char *p);
const char *csv_rows_line_end(const struct csv_rows *r, const char *p);

#endif

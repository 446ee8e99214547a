/* csv_rows.h - reads CSV text row by row, whatever the cells mean: RFC 4180, and the forms that
 * programs and people write. Only one row is held at a time. Private to formats/.
 *
 * It skips a byte order mark, a first line "sep=;", empty lines, lines that begin with '#', lines
 * of dashes, an empty cell after the last column, and the lines around the table that csv_top.h
 * finds. */
#ifndef SERVER_FORMATS_CSV_ROWS_H
#define SERVER_FORMATS_CSV_ROWS_H

#include "server/data/table/table.h"
#include "server/formats/csv_ends.h"
#include "server/formats/csv_header.h"

#include <lstm/buf.h>
#include <stdint.h>

enum { CSV_COLUMNS_MAX = 20000 };

/* Lines that are not rows of the table. */
struct csv_left_out {
    long count;
    const char *first, *last; /* in the text; NULL: none */
};

struct csv_rows {
    struct table t;          /* first: t.next() gets its address */
    const char *start, *end; /* the text, borrowed; footers lie after the end */
    const char *text_end;
    const char *p;     /* after the present row */
    const char *first; /* the first row of data */
    char separator;
    struct csv_ends ends;
    bool has_header;
    bool header_in_comment;
    bool row_names; /* the header has one name fewer than the rows have cells (R's write.table) */
    long comments;  /* number of comments before the header */
    const char *comment; /* the last of them, or NULL */
    struct csv_left_out titles, units, repeated, footers;
    struct cell header; /* the line of the names, as it is in the text; len 0: none */
    struct cell below;  /* the lines between it and the first row: units */
    bool joined;        /* names come from two lines */
    bool formulas;      /* cells such as ="5" were seen */
    struct cell *cells; /* (cap) owned */
    size_t count, cap;
    char *parted;    /* owned: the text with tabs for its blanks, which start points to; NULL */
    struct buf text; /* quoted cells that had doubled quotes */
};

/* Finds the separator (, ; tab |) and moves to the first row. Names are found later, by csv_top.h.
 * ST_MALFORMED with the line: not UTF-8, a NUL byte. csv_rows_release() also after an error. */
enum status csv_rows_open(struct csv_rows *out, const char *bytes, size_t len, struct err *e);
void csv_rows_release(struct csv_rows *r);

/* For csv_top.c. Reads the cells of the next row, any number of them. Returns false at the end, or
 * when r->t.st is an error. */
bool csv_rows_read(struct csv_rows *r);
/* Reads the cells of the row at `at`. Returns false on an error in its quotes, which is not
 * kept. */
bool csv_rows_peek(struct csv_rows *r, const char *at, const char *end);
enum status csv_rows_name(struct csv_rows *r, const char *at, size_t len); /* adds a column */
/* Whether the line at p is not a row: empty, a comment, a rule. */
bool csv_rows_between(const struct csv_rows *r, const char *p);
const char *csv_rows_line_end(const struct csv_rows *r, const char *p);

#endif

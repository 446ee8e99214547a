/* csv_rows.h - CSV text row by row, whatever the cells mean. Only one row is held at a time, so
 * that millions of tiny cells cost no more than their text: who needs rows again walks or seeks.
 * Private to formats/. */
#ifndef SERVER_FORMATS_CSV_ROWS_H
#define SERVER_FORMATS_CSV_ROWS_H

#include <lstm/buf.h>

#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { CSV_COLUMNS_MAX = 10000 };

struct csv_cell {
    const char *at; /* NUL-terminated, unquoted */
    size_t len;
};

struct csv_rows {
    const char *start, *end; /* the text, borrowed */
    const char *p;           /* behind the row */
    char separator;
    size_t columns;         /* of the header; every row has as many */
    const char *row;        /* where the row begins in the text */
    struct csv_cell *cells; /* (count) of the row; good until the next call; owned */
    size_t count, cap;
    struct buf text; /* the cells' own */
    enum status st;  /* the first error sticks */
    struct err *e;
};

/* Reads the header row, and finds the separator in it: , ; or tab. ST_MALFORMED with the line: no
 * UTF-8, a NUL byte, quotes. ST_INVALID: no row at all. csv_rows_release() after an error, too. */
enum status csv_rows_open(struct csv_rows *out, const char *bytes, size_t len, struct err *e);
void csv_rows_release(struct csv_rows *r);
/* Reads the next row, leaving out empty lines. False: there is none, or r->st is an error with its
 * line (a ragged row, quotes, memory). */
bool csv_rows_next(struct csv_rows *r);
/* The next row is that which began at offset; 0: the header. */
void csv_rows_seek(struct csv_rows *r, size_t offset);
static inline size_t csv_rows_offset(const struct csv_rows *r)
{
    return (size_t)(r->row - r->start);
}
/* 1-based line of the text at offset. Linear in it. */
long csv_rows_line(const struct csv_rows *r, size_t offset);

#endif

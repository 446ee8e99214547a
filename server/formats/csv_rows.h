/* csv_table.h - CSV text as rows of cells, whatever they mean. Private to formats/. */
#ifndef FORMATS_CSV_TABLE_H
#define FORMATS_CSV_TABLE_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { CSV_COLUMNS_MAX = 10000 };

struct csv_cell {
    const char *at; /* NUL-terminated, unquoted */
    size_t len;
};

/* Rows all have as many cells as the header. Everything lives in text and cells. */
struct csv_table {
    char *text;             /* owned copy, cut into cells */
    struct csv_cell *cells; /* (1 + num_rows, num_columns): the header first; owned */
    long *lines;            /* (1 + num_rows) 1-based line where each row begins; owned */
    size_t num_rows, num_columns;
};

/* max_rows: data rows. ST_MALFORMED with the line; ST_TOO_LARGE; on error nothing is owned. */
enum status csv_table_read(struct csv_table *out, const char *bytes, size_t len, size_t max_rows,
                           struct err *e);
void csv_table_release(struct csv_table *t);
static inline const struct csv_cell *csv_cell_at(const struct csv_table *t, size_t row,
                                                 size_t column)
{
    return &t->cells[(row + 1) * t->num_columns + column];
}

#endif

/* csv_dialect.h - finds the form of a CSV text: its separator, and whether its first row is a
 * header. Private to formats/. */
#ifndef SERVER_FORMATS_CSV_DIALECT_H
#define SERVER_FORMATS_CSV_DIALECT_H

#include "server/data/table/table.h"

/* Returns the separator of a first line such as "sep=;", which spreadsheets write and read, and
 * moves *p after it. Returns '\0' when there is none. */
char dialect_sep_line(const char **p, const char *end);
/* Returns the one of , ; tab | that occurs equally often in most of the first rows. */
char dialect_separator(const char *s, const char *end);
/* The kind of a cell before its column is known. A number followed by a unit counts as text
 * here. */
enum cell_kind { KIND_EMPTY, KIND_NUMBER, KIND_TIME, KIND_TEXT };
enum cell_kind dialect_kind(struct cell c);
/* Whether the cells are the header of series in rows: times, or ascending whole numbers. */
bool dialect_goes_across(const struct cell *cells, size_t n);
/* Whether the first row is data like the second, so that there is no header. */
bool dialect_no_header(const struct cell *first, size_t n, const struct cell *second,
                       size_t n_second);
/* Whether the cells may be names of columns: none is a number or a time. */
bool dialect_is_header(const struct cell *cells, size_t n);

#endif

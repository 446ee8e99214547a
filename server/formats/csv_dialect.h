/* csv_dialect.h - which of the many forms of CSV a text has: its separator, and whether its first
 * row is a header. Private to formats/. */
#ifndef SERVER_FORMATS_CSV_DIALECT_H
#define SERVER_FORMATS_CSV_DIALECT_H

#include "server/data/table/table.h"

/* The separator of a first line such as "sep=;", which spreadsheets write and read; *p is then
 * behind it. Else '\0'. */
char dialect_sep_line(const char **p, const char *end);
/* Of , ; tab | the one of which most of the first rows have the same number. */
char dialect_separator(const char *s, const char *end);
/* What a cell is before its column is known. A number with a unit behind it is text here. */
enum cell_kind { KIND_EMPTY, KIND_NUMBER, KIND_TIME, KIND_TEXT };
enum cell_kind dialect_kind(struct cell c);
/* Whether times, or whole numbers that count up, go across the columns: the header of series in
 * rows. */
bool dialect_goes_across(const struct cell *cells, size_t n);
/* Whether the first row is data like the second one. */
bool dialect_no_header(const struct cell *first, size_t n, const struct cell *second,
                       size_t n_second);
/* Whether the cells may be the names of columns: none is a number or a time. */
bool dialect_is_header(const struct cell *cells, size_t n);

#endif

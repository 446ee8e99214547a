/* blank_columns.h - tables whose cells are separated by blanks: R's write.table(), listings in
 * columns. Private to formats/. */
#ifndef SERVER_FORMATS_BLANK_COLUMNS_H
#define SERVER_FORMATS_BLANK_COLUMNS_H

#include "server/data/table/table.h"

/* Whether the beginning of the text is such a table: it has no other separator, a line of names,
 * and equally many cells in each line; the names are one fewer if R numbers the rows. */
bool blank_columns_likely(const char *bytes, size_t len);
/* Replaces each run of blanks outside quotes by a tab, and removes blanks around lines; the number
 * of lines stays. *out is new: free(). ST_NOMEM. */
enum status blank_columns_part(char **out, size_t *out_len, const char *bytes, size_t len,
                               struct err *e);

#endif

/* blank_columns.h - tables whose cells are separated by blanks: R's write.table(), listings in
 * columns. Private to formats/. */
#ifndef SERVER_FORMATS_BLANK_COLUMNS_H
#define SERVER_FORMATS_BLANK_COLUMNS_H

#include "server/data/table/table.h"

/* Whether the beginning of the text is such a table: no other separator, a line of names, and as
 * many cells in each line; one less among the names where R numbers the rows. */
bool blank_columns_likely(const char *bytes, size_t len);
/* The text with a tab for each run of blanks outside of quotes, and none around its lines, of which
 * there are as many. *out is new: free(). ST_NOMEM. */
enum status blank_columns_part(char **out, size_t *out_len, const char *bytes, size_t len,
                               struct err *e);

#endif

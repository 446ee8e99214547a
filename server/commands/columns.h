/* columns.h - tables of text in aligned columns. */
#ifndef SERVER_COMMANDS_COLUMNS_H
#define SERVER_COMMANDS_COLUMNS_H

#include <lstm/buf.h>
#include <stddef.h>

enum { COLUMNS_SHOWN_MAX = 64 };

/* Writes rows of cells that `separator` parts, the first one with the names, as an aligned table.
 * With ',' cells may be quoted as in CSV. Columns whose cells below the first row are all numbers
 * stand at the right. Those behind the first `plain` columns have at most `digits` significant
 * digits. At most COLUMNS_SHOWN_MAX columns are shown. Control characters are shown as '?', so that
 * data cannot steer a terminal. */
void columns_put(struct buf *out, const char *text, size_t len, char separator, int plain,
                 int digits);

#endif

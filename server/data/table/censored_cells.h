/* censored_cells.h - values beyond what could be measured: "<1", "> 100", "≤0.5". They are no
 * numbers unless the caller says what they count as. */
#ifndef SERVER_DATA_TABLE_CENSORED_CELLS_H
#define SERVER_DATA_TABLE_CENSORED_CELLS_H

#include "server/data/table/table.h"

/* Whether the cell is such a sign and a number. *limit (may be NULL): the number's cell. */
bool cell_censored(struct cell c, struct cell *limit);
/* Makes those of n cells their limit, or empties them. */
void censored_cells_read(struct cell *cells, size_t n, enum censored how);
/* "limit", "missing"; false: no such. */
bool censored_from_name(enum censored *out, const char *name);
extern const char *const censored_names[];

#endif

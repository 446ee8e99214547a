/* censored_cells.h - values beyond what could be measured: "<1", "> 100", "≤0.5". They are not
 * numbers unless the caller chooses what they count as. */
#ifndef SERVER_DATA_TABLE_CENSORED_CELLS_H
#define SERVER_DATA_TABLE_CENSORED_CELLS_H

#include "server/data/table/table.h"

/* Whether the cell is such a sign followed by a number. *limit (may be NULL): the number. */
bool cell_censored(struct cell c, struct cell *limit);
/* Replaces such cells among n by their limit, or empties them. */
void censored_cells_read(struct cell *cells, size_t n, enum censored how);
/* Reads "limit" or "missing"; returns false for other names. */
bool censored_from_name(enum censored *out, const char *name);
extern const char *const censored_names[];

#endif

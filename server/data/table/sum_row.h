/* sum_row.h - a last row that sums the others up without saying so: it has no time, and each of its
 * numbers is the sum or the mean of those above it. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_SUM_ROW_H
#define SERVER_DATA_TABLE_SUM_ROW_H

#include "server/data/table/chooser.h"

/* Whether the last row is one. Needs the styles of c->r. The table's own errors; ST_NOMEM. */
enum status sum_row_find(bool *out, const struct chooser *c);

#endif

/* sum_row.h - a first or last row that sums the others up without saying so: it has no time, and
 * its numbers are sums or means of those of the others. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_SUM_ROW_H
#define SERVER_DATA_TABLE_SUM_ROW_H

#include "server/data/table/chooser.h"

/* Its place into *out; SIZE_MAX: there is none. Needs the styles of c->r. The table's own errors;
 * ST_NOMEM. */
enum status sum_row_find(size_t *out, const struct chooser *c);

#endif

/* sum_row.h - recognises a first or last row that sums up the others without a label: it has no
 * time, and each of its numbers is the sum or the mean of those in the other rows. Private to
 * data/table/. */
#ifndef SERVER_DATA_TABLE_SUM_ROW_H
#define SERVER_DATA_TABLE_SUM_ROW_H

#include "server/data/table/chooser.h"

/* *out: the place of that row, or SIZE_MAX. Needs the styles of c->r. Errors of the table;
 * ST_NOMEM. */
enum status sum_row_find(size_t *out, const struct chooser *c);

#endif

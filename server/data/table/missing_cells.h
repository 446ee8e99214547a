/* missing_cells.h - texts that the caller lists as missing (?missing=-9999), and values that are
 * probably meant as missing. */
#ifndef SERVER_DATA_TABLE_MISSING_CELLS_H
#define SERVER_DATA_TABLE_MISSING_CELLS_H

#include "server/data/table/table.h"

/* Empties each of n cells that is in the comma-separated list, as a text or as a number. */
void missing_cells_empty(struct cell *cells, size_t n, const char *list);
/* Whether v, such as -9999, means "missing" in many files, and lies so far from all other values
 * (low to high) that it is not one of them. */
bool missing_cells_suspect(double v, double low, double high);
/* Whether v is one of such values. */
bool missing_cells_known(double v);

#endif

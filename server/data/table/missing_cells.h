/* missing_cells.h - texts that count as missing because the caller lists them (?missing=-9999), and
 * values that are probably meant so. */
#ifndef SERVER_DATA_TABLE_MISSING_CELLS_H
#define SERVER_DATA_TABLE_MISSING_CELLS_H

#include "server/data/table/table.h"

/* Empties those of n cells that are in the comma-separated list, as texts or as numbers. */
void missing_cells_empty(struct cell *cells, size_t n, const char *list);
/* Whether a value that stands for nothing in many files, such as -9999, lies so far from all others
 * (low to high, without it) that it is none of them. */
bool missing_cells_suspect(double v, double low, double high);
/* Whether v is one of such values. */
bool missing_cells_known(double v);

#endif

/* regrid.h - rows that were read on one timeline, laid on another one that they go on with. */
#ifndef SERVER_DATA_REGRID_H
#define SERVER_DATA_REGRID_H

#include "server/data/data.h"

/* *out: s with its rows where their stamps lie on t, from row *first of t on; out->time begins
 * there. Rows without any value at steps that t leaves out are dropped. out->id is s's; the values
 * are s's too where *owned is NULL, else they are *owned, which the caller frees.
 * ST_INVALID naming the series: other frequencies (the multiple of a single row does not count), a
 * stamp off the grid, a value at a closed step. ST_TOO_LARGE, ST_NOMEM. */
enum status series_regrid(struct series *out, double **owned, int64_t *first,
                          const struct series *s, int columns, const struct timeline *t,
                          struct err *e);

#endif

/* regrid.h - moves rows from the timeline that they were read on to the one that they continue. */
#ifndef SERVER_DATA_REGRID_H
#define SERVER_DATA_REGRID_H

#include "server/data/data.h"

/* *out: s, with its rows where their times lie on t, from row *first of t on; out->time begins
 * there. Rows without any value at steps that t leaves out are dropped. out->id belongs to s. The
 * values do too if *owned is NULL; otherwise they are *owned, which the caller frees. ST_INVALID
 * naming the series: different frequencies (the multiple of a single row does not matter), a time
 * off the grid, a value at a closed step. ST_TOO_LARGE, ST_NOMEM. */
enum status series_regrid(struct series *out, double **owned, int64_t *first,
                          const struct series *s, int columns, const struct timeline *t,
                          struct err *e);

#endif

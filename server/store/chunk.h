/* chunk.h - the rows of a series, stored CHUNK_ROWS at a time: so that an append rewrites one chunk and a
 * long series is no single huge blob. A row has a double of every column. All run inside a caller's
 * transaction. Private to store/. */
#ifndef STORE_CHUNK_H
#define STORE_CHUNK_H

#include "server/store/db.h"

enum { CHUNK_ROWS = 4096 };

/* Appends rows (n, columns) to the `length` rows that are there. */
enum status chunk_append(struct db *db, int64_t series, int64_t length, int columns,
                         const double *rows, int64_t n, struct err *e);

/* *open: how many of the rows at the end have none of the first `targets` columns' values. */
enum status chunk_count_open(int64_t *open, struct db *db, int64_t series, int64_t length,
                             int columns, int targets, struct err *e);

/* What rows (n, columns) know, into the stored ones from `first` on; *missing grows by the number of
 * values that were missing and are not any more. */
enum status chunk_merge(int64_t *missing, struct db *db, int64_t series, int64_t length,
                        int64_t first, const double *rows, int64_t n, int columns, struct err *e);

/* to->values: new, the to->length rows of all chunks. ST_CORRUPT when they are not that many. */
enum status chunk_load(struct series *to, struct db *db, int64_t series, int columns,
                       struct err *e);

#endif

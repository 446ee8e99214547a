/* chunk.h - the rows of a series, stored in chunks of bounded size: an append rewrites one chunk,
 * and a reader holds one. A row has a double of every column. All run inside a caller's
 * transaction. Private to store/. */
#ifndef SERVER_STORE_CHUNK_H
#define SERVER_STORE_CHUNK_H

#include "server/store/sqlite/connection.h"

enum {
    CHUNK_ROWS_MAX = 4096,
    CHUNK_BYTES_MAX = 64 << 10 /* sixteen pages: what an append of one row writes anew at most */
};

/* Rows of a whole chunk: the largest power of two that both bounds allow. columns:
 * 1..COLUMNS_MAX. */
int64_t chunk_rows(int columns);

/* One chunk, written over the one that is there. */
enum status chunk_write(struct db *db, int64_t series, int64_t chunk, const void *rows,
                        size_t bytes, struct err *e);

/* The rows of one series as they are stored. */
struct stored_rows {
    int64_t series; /* its id */
    int64_t length; /* rows that are there */
    int columns;
};

/* Appends rows (n, columns). */
enum status chunk_append(struct db *db, const struct stored_rows *to, const double *rows, int64_t n,
                         struct err *e);

/* *open: how many of the rows at the end have none of the first `targets` columns' values. */
enum status chunk_count_open(int64_t *open, struct db *db, const struct stored_rows *of,
                             int targets, struct err *e);

/* Writes the values of rows (n, columns) that are not missing over the stored rows from `first` on;
 * *missing grows by the number of stored values that were missing and no longer are. */
enum status chunk_merge(int64_t *missing, struct db *db, const struct stored_rows *into,
                        int64_t first, const double *rows, int64_t n, struct err *e);

/* How rows are put over stored ones, and what came of it. */
struct row_upsert {
    enum on_conflict mode;
    int targets; /* a stored row is there when it has a value of the first so many columns */
    struct row_counts *counts; /* grow; borrowed */
    int64_t missing; /* grows by the number of stored values that were missing and no longer are */
};
/* Rows (n, columns) into the stored ones from `first` on. Chunks in which nothing changes are not
 * written. */
enum status chunk_upsert(struct row_upsert *u, struct db *db, const struct stored_rows *into,
                         int64_t first, const double *rows, int64_t n, struct err *e);

/* Chunk number `chunk` into block, which has room for chunk_rows(columns) rows; *n: its rows, 0
 * behind the last one. ST_CORRUPT when they are not as many as they should be. */
enum status chunk_read(double *block, int64_t *n, struct db *db, const struct stored_rows *of,
                       int64_t chunk, struct err *e);

/* to->values: new, the to->length rows of all chunks. ST_CORRUPT when they are not that many. */
enum status chunk_load(struct series *to, struct db *db, int64_t series, int columns,
                       struct err *e);

#endif

/* chunk.h - the rows of a series, stored in chunks of limited size, so that an append rewrites one
 * chunk and a reader holds one. A row has a double for every column. All functions run inside the
 * caller's transaction. Private to store/. */
#ifndef SERVER_STORE_CHUNK_H
#define SERVER_STORE_CHUNK_H

#include "server/store/connection.h"

enum {
    CHUNK_ROWS_MAX = 4096,
    CHUNK_BYTES_MAX = 64 << 10 /* sixteen pages: the most that an append of one row rewrites */
};

/* Rows of a full chunk: the largest power of two within both limits. columns: 1..COLUMNS_MAX. */
int64_t chunk_rows(int columns);

/* Writes one chunk, in place of any earlier one. */
enum status chunk_write(struct db *db, int64_t series, int64_t chunk, const void *rows,
                        size_t bytes, struct err *e);

/* The rows of one series in the database. */
struct stored_rows {
    int64_t series; /* id of its row */
    int64_t length; /* number of rows */
    int columns;
};

/* Appends rows (n, columns). */
enum status chunk_append(struct db *db, const struct stored_rows *to, const double *rows, int64_t n,
                         struct err *e);

/* *open: how many rows at the end have no value in the first `targets` columns. */
enum status chunk_count_open(int64_t *open, struct db *db, const struct stored_rows *of,
                             int targets, struct err *e);

/* Writes the values of rows (n, columns) that are not missing over the stored rows from `first` on.
 * Adds to *missing the number of missing values that get a value. */
enum status chunk_merge(int64_t *missing, struct db *db, const struct stored_rows *into,
                        int64_t first, const double *rows, int64_t n, struct err *e);

/* How rows are merged with stored ones, and the result. */
struct row_upsert {
    enum on_conflict mode;
    /* A stored row counts as known when one of its first so many columns has a value. */
    int targets;
    struct row_counts *counts; /* counters to add to; borrowed */
    int64_t missing;           /* counter of missing values that get a value */
};
/* Merges rows (n, columns) into the stored ones from `first` on. A chunk without changes is not
 * written. */
enum status chunk_upsert(struct row_upsert *u, struct db *db, const struct stored_rows *into,
                         int64_t first, const double *rows, int64_t n, struct err *e);

/* Reads chunk number `chunk` into block, which has room for chunk_rows(columns) rows. *n: its rows,
 * 0 after the last one. ST_CORRUPT when their number is wrong. */
enum status chunk_read(double *block, int64_t *n, struct db *db, const struct stored_rows *of,
                       int64_t chunk, struct err *e);

/* Reads all chunks. to->values is new, with to->length rows. ST_CORRUPT when their number is
 * wrong. */
enum status chunk_load(struct series *to, struct db *db, int64_t series, int columns,
                       struct err *e);

#endif

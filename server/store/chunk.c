/* chunk.c - the rows of a series in the table series_chunk: see chunk.h. */
#include "server/store/chunk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t chunk_rows(int columns)
{
    int64_t rows = CHUNK_ROWS_MAX;

    while (rows > 1 && rows * columns * (int64_t)sizeof(double) > CHUNK_BYTES_MAX)
        rows /= 2;
    return rows;
}

enum status chunk_write(struct db *db, int64_t series, int64_t chunk, const void *rows,
                        size_t bytes, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT INTO series_chunk (series, chunk, rows) VALUES (:series, :chunk, :rows) ON "
              "CONFLICT (series, chunk) DO UPDATE SET rows = excluded.rows");
    stmt_bind_i64(&q, ":series", series);
    stmt_bind_i64(&q, ":chunk", chunk);
    stmt_bind_blob(&q, ":rows", rows, bytes);
    stmt_run(&q);
    return stmt_close(&q);
}

/* Reads a chunk, which must have that many bytes, into block. */
static enum status read_chunk(double *block, struct db *db, int64_t series, int64_t chunk,
                              size_t bytes, struct err *e)
{
    struct stmt q;
    size_t n = 0;

    stmt_open(&q, db, e, "SELECT rows FROM series_chunk WHERE series = :series AND chunk = :chunk");
    stmt_bind_i64(&q, ":series", series);
    stmt_bind_i64(&q, ":chunk", chunk);
    if (stmt_row(&q)) {
        const void *p = stmt_blob(&q, 0, &n);

        if (p && n == bytes)
            memcpy(block, p, n);
    }
    if (!q.st && n != bytes)
        q.st = err_set(e, ST_CORRUPT, "database: chunk %lld of series %lld is damaged",
                       (long long)chunk, (long long)series);
    return stmt_close(&q);
}

/* Appends n rows to a last chunk that has `have` rows. */
static enum status fill_chunk(struct db *db, int64_t series, int64_t chunk, int64_t have,
                              const double *rows, int64_t n, size_t width, struct err *e)
{
    size_t old = (size_t)have * width, more = (size_t)n * width;
    double *block = malloc(old + more + sizeof(double));
    enum status st;

    if (!block)
        return err_nomem(e, old + more);
    st = read_chunk(block, db, series, chunk, old, e);
    if (!st) {
        memcpy((char *)block + old, rows, more);
        st = chunk_write(db, series, chunk, block, old + more, e);
    }
    free(block);
    return st;
}

enum status chunk_append(struct db *db, const struct stored_rows *to, const double *rows, int64_t n,
                         struct err *e)
{
    size_t width = (size_t)to->columns * sizeof(double);
    int64_t whole = chunk_rows(to->columns), length = to->length;
    enum status st = ST_OK;

    while (!st && n > 0) {
        int64_t chunk = length / whole, have = length % whole;
        int64_t part = n < whole - have ? n : whole - have;

        if (have)
            st = fill_chunk(db, to->series, chunk, have, rows, part, width, e);
        else
            st = chunk_write(db, to->series, chunk, rows, (size_t)part * width, e);
        rows += part * to->columns;
        length += part;
        n -= part;
    }
    return st;
}

/* Bytes of a full chunk. */
static size_t chunk_room(int columns)
{
    return (size_t)chunk_rows(columns) * (size_t)columns * sizeof(double);
}

/* Rows of a chunk; 0 after the last one. */
static int64_t rows_of_chunk(int64_t length, int64_t chunk, int64_t whole)
{
    int64_t left = length - chunk * whole;

    return left < 0 ? 0 : (left < whole ? left : whole);
}

enum status chunk_read(double *block, int64_t *n, struct db *db, const struct stored_rows *of,
                       int64_t chunk, struct err *e)
{
    size_t width = (size_t)of->columns * sizeof(double);

    *n = rows_of_chunk(of->length, chunk, chunk_rows(of->columns));
    return *n ? read_chunk(block, db, of->series, chunk, (size_t)*n * width, e) : ST_OK;
}

static bool has_value(const double *row, int targets)
{
    for (int k = 0; k < targets; k++)
        if (!isnan(row[k]))
            return true;
    return false;
}

enum status chunk_count_open(int64_t *open, struct db *db, const struct stored_rows *of,
                             int targets, struct err *e)
{
    int64_t last = (of->length - 1) / chunk_rows(of->columns);
    double *block = malloc(chunk_room(of->columns));
    enum status st = block ? ST_OK : err_nomem(e, chunk_room(of->columns));
    bool ended = false;

    *open = 0;
    for (int64_t c = last; !st && !ended && of->length && c >= 0; c--) {
        int64_t n = 0;

        st = chunk_read(block, &n, db, of, c, e);
        for (int64_t i = n - 1; !st && !ended && i >= 0; i--) {
            ended = has_value(block + i * of->columns, targets);
            *open += !ended;
        }
    }
    free(block);
    return st;
}

enum status chunk_merge(int64_t *missing, struct db *db, const struct stored_rows *into,
                        int64_t first, const double *rows, int64_t n, struct err *e)
{
    int columns = into->columns;
    size_t width = (size_t)columns * sizeof(double);
    int64_t whole = chunk_rows(columns);
    double *block = malloc(chunk_room(columns));
    enum status st = block ? ST_OK : err_nomem(e, chunk_room(columns));

    while (!st && n > 0) {
        int64_t chunk = first / whole, at = first % whole;
        int64_t have = rows_of_chunk(into->length, chunk, whole);
        int64_t part = n < have - at ? n : have - at;

        st = read_chunk(block, db, into->series, chunk, (size_t)have * width, e);
        for (int64_t i = 0; !st && i < part * columns; i++) {
            double *to = block + at * columns + i;

            if (isnan(rows[i]))
                continue;
            *missing += isnan(*to);
            *to = rows[i];
        }
        if (!st)
            st = chunk_write(db, into->series, chunk, block, (size_t)have * width, e);
        rows += part * columns;
        first += part;
        n -= part;
    }
    free(block);
    return st;
}

/* Writes the values of a new row over those of a stored row. Returns whether that changes it. */
static bool merge_row(int64_t *missing, double *to, const double *row, int columns)
{
    bool changed = false;

    for (int k = 0; k < columns; k++)
        if (!isnan(row[k]) && !(to[k] == row[k])) {
            *missing += isnan(to[k]);
            to[k] = row[k];
            changed = true;
        }
    return changed;
}

static bool upsert_row(struct row_upsert *u, double *to, const double *row, int columns)
{
    bool there = has_value(to, u->targets), changed;

    if (!has_value(row, columns))
        return false; /* the new rows have a gap here */
    changed = !(there && u->mode == CONFLICT_IGNORE) && merge_row(&u->missing, to, row, columns);
    if (!changed)
        u->counts->ignored++;
    else if (there || !has_value(row, u->targets))
        u->counts->replaced++;
    else
        u->counts->appended++;
    return changed;
}

enum status chunk_upsert(struct row_upsert *u, struct db *db, const struct stored_rows *into,
                         int64_t first, const double *rows, int64_t n, struct err *e)
{
    int columns = into->columns;
    size_t width = (size_t)columns * sizeof(double);
    int64_t whole = chunk_rows(columns);
    double *block = malloc(chunk_room(columns));
    enum status st = block ? ST_OK : err_nomem(e, chunk_room(columns));

    while (!st && n > 0) {
        int64_t chunk = first / whole, at = first % whole;
        int64_t have = rows_of_chunk(into->length, chunk, whole);
        int64_t part = n < have - at ? n : have - at;
        bool changed = false;

        st = read_chunk(block, db, into->series, chunk, (size_t)have * width, e);
        for (int64_t i = 0; !st && i < part; i++)
            changed |= upsert_row(u, block + (at + i) * columns, rows + i * columns, columns);
        if (!st && changed)
            st = chunk_write(db, into->series, chunk, block, (size_t)have * width, e);
        rows += part * columns;
        first += part;
        n -= part;
    }
    free(block);
    return st;
}

enum status chunk_load(struct series *to, struct db *db, int64_t series, int columns, struct err *e)
{
    size_t total = (size_t)to->length * (size_t)columns * sizeof(double), done = 0;
    struct stmt q;

    to->values = malloc(total + sizeof(double));
    if (!to->values)
        return err_nomem(e, total);
    stmt_open(&q, db, e, "SELECT rows FROM series_chunk WHERE series = :id ORDER BY chunk");
    stmt_bind_i64(&q, ":id", series);
    while (stmt_row(&q)) {
        size_t n = 0;
        const void *p = stmt_blob(&q, 0, &n);

        if (!p || n > total - done) {
            q.st = err_set(e, ST_CORRUPT, "database: series '%.80s' is damaged", to->id);
            break;
        }
        memcpy((char *)to->values + done, p, n);
        done += n;
    }
    if (!q.st && done != total)
        q.st = err_set(e, ST_CORRUPT, "database: series '%.80s' is incomplete", to->id);
    return stmt_close(&q);
}

/* migrate_chunks.c - cuts chunks of 4096 rows, with any number of columns, into chunks of limited
 * size.
 *
 * chunk_rows() is a power of two up to 4096, so an old chunk becomes whole new ones, and none have
 * to be joined. SQL is not used for it: substr() would read the whole old chunk for every piece. */
#include "server/store/sqlite/migrate.h"

#include "server/store/chunk.h"

#include <string.h>

enum { OLD_CHUNK_ROWS = 4096 };

/* Number of columns of a data set, whose names are joined by U+001F. */
static int count_columns(const char *joined)
{
    int n = 1;

    for (; *joined; joined++)
        n += *joined == '\x1f';
    return n < COLUMNS_MAX ? n : COLUMNS_MAX;
}

/* The last piece takes the rest, so that a damaged chunk is still found to be damaged. */
static enum status cut(struct db *db, int64_t series, int64_t chunk, const uint8_t *bytes, size_t n,
                       int columns, struct err *e)
{
    int64_t rows = chunk_rows(columns), pieces = OLD_CHUNK_ROWS / rows;
    size_t size = (size_t)rows * (size_t)columns * sizeof(double);
    enum status st = ST_OK;

    for (int64_t i = 0; !st && i < pieces; i++) {
        size_t part = i + 1 < pieces && n > size ? size : n;

        if (part > 0 || i == 0)
            st = chunk_write(db, series, chunk * pieces + i, part ? bytes : (const uint8_t *)"",
                             part, e);
        bytes = part ? bytes + part : bytes;
        n -= part;
    }
    return st;
}

enum status migrate_chunks(struct db *db, struct err *e)
{
    struct stmt q;
    enum status st = ST_OK, end;

    stmt_open(
        &q, db, e,
        "SELECT o.series, o.chunk, o.rows, d.columns FROM old_series_chunk o JOIN series s ON "
        "s.id = o.series JOIN dataset d ON d.id = s.dataset ORDER BY o.series, o.chunk");
    while (!st && stmt_row(&q)) {
        int64_t chunk = stmt_within(&q, 1, 0, INT32_MAX / OLD_CHUNK_ROWS);
        char columns[COLUMNS_MAX * (COLUMN_NAME_MAX + 1) + 1];
        size_t n = 0;
        const uint8_t *bytes = stmt_blob(&q, 2, &n);

        stmt_copy(&q, 3, columns, sizeof(columns));
        st = q.st ? q.st : cut(db, stmt_i64(&q, 0), chunk, bytes, n, count_columns(columns), e);
    }
    end = stmt_close(&q);
    st = st ? st : end;
    return st ? st : db_exec(db, "DROP TABLE old_series_chunk", e);
}

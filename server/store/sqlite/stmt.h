/* stmt.h - one prepared statement. After the first error all calls do nothing, so callers bind and
 * step freely and check once, at stmt_close(). */
#ifndef SERVER_STORE_SQLITE_STMT_H
#define SERVER_STORE_SQLITE_STMT_H

#include "server/store/sqlite/db.h"

struct stmt {
    struct db *db;
    struct sqlite3_stmt *s;
    struct stmt_slot *slot; /* its place in the cache; NULL: not in the cache */
    const char *sql;
    enum status st;
    struct err *e;
};

/* sql: a literal; the connection keeps the statement by its address. Values are bound by name; an
 * unknown name is ST_INTERNAL. */
void stmt_open(struct stmt *q, struct db *db, struct err *e, const char *sql);
void stmt_bind_i64(struct stmt *q, const char *name, int64_t v);
void stmt_bind_f64(struct stmt *q, const char *name, double v);       /* NaN: NULL */
void stmt_bind_text(struct stmt *q, const char *name, const char *v); /* NULL: NULL; borrowed */
void stmt_bind_blob(struct stmt *q, const char *name, const void *p, size_t n); /* NULL p: NULL */
bool stmt_row(struct stmt *q); /* true: there is a row; columns are borrowed until the next call */
void stmt_run(struct stmt *q); /* steps to the end; ready for the next set of values */
enum status stmt_close(struct stmt *q); /* always call it; returns ST_OK or the first error */

int64_t stmt_i64(struct stmt *q, int column);
/* An integer that must lie in lo..hi. Otherwise ST_CORRUPT, and lo is returned: nothing read from
 * the file may be used as an index or a size unchecked. */
int64_t stmt_within(struct stmt *q, int column, int64_t lo, int64_t hi);
double stmt_f64(struct stmt *q, int column); /* NULL: NaN */
char *stmt_text(struct stmt *q, int column); /* malloc'ed; NULL for NULL; q keeps an error */
void stmt_copy(struct stmt *q, int column, char *out, size_t cap);
const void *stmt_blob(struct stmt *q, int column, size_t *n); /* borrowed; NULL when empty */
/* A malloc'ed copy, never NULL on success. */
void stmt_take_blob(struct stmt *q, int column, uint8_t **bytes, size_t *n);

/* The only integer of a query without parameters; sql: a literal. */
enum status db_int(int64_t *out, struct db *db, const char *sql, struct err *e);
enum status db_page_count(int64_t *pages, struct db *db, struct err *e); /* of the file */

#endif

/* stmt.h - one prepared statement. After the first error all calls do nothing, so callers bind and
 * step freely and check once, at stmt_close(). Private to store/. */
#ifndef SERVER_STORE_STMT_H
#define SERVER_STORE_STMT_H

#include "server/store/driver.h"

/* sql: a literal; the connection keeps the statement by its address. Values are bound by name; an
 * unknown name is ST_INTERNAL. */
static inline void stmt_open(struct stmt *q, struct db *db, struct err *e, const char *sql)
{
    *q = (struct stmt){.db = db, .sql = sql, .e = e};
    db->driver->open_stmt(q);
}

/* Always call it. Returns ST_OK or the first error. */
static inline enum status stmt_close(struct stmt *q)
{
    q->db->driver->close_stmt(q);
    return q->st;
}

static inline void stmt_bind_i64(struct stmt *q, const char *name, int64_t v)
{
    if (!q->st)
        q->db->driver->bind_i64(q, name, v);
}

/* NaN: NULL. */
static inline void stmt_bind_f64(struct stmt *q, const char *name, double v)
{
    if (!q->st)
        q->db->driver->bind_f64(q, name, v);
}

/* NULL: NULL; borrowed until the statement has run. */
static inline void stmt_bind_text(struct stmt *q, const char *name, const char *v)
{
    if (!q->st)
        q->db->driver->bind_text(q, name, v);
}

/* NULL p: NULL; borrowed. */
static inline void stmt_bind_blob(struct stmt *q, const char *name, const void *p, size_t n)
{
    if (!q->st)
        q->db->driver->bind_blob(q, name, p, n);
}

/* true: there is a row; columns are borrowed until the next call. */
static inline bool stmt_row(struct stmt *q)
{
    return !q->st && q->db->driver->row(q);
}

/* Steps to the end; ready for the next set of values. */
void stmt_run(struct stmt *q);

static inline int64_t stmt_i64(struct stmt *q, int column)
{
    return q->st ? 0 : q->db->driver->i64(q, column);
}

/* An integer that must lie in lo..hi. Otherwise ST_CORRUPT, and lo is returned: nothing read from
 * the database may be used as an index or a size unchecked. */
int64_t stmt_within(struct stmt *q, int column, int64_t lo, int64_t hi);
double stmt_f64(struct stmt *q, int column); /* NULL: NaN */
char *stmt_text(struct stmt *q, int column); /* malloc'ed; NULL for NULL; q keeps an error */
void stmt_copy(struct stmt *q, int column, char *out, size_t cap);
const void *stmt_blob(struct stmt *q, int column, size_t *n); /* borrowed; NULL when empty */
/* A malloc'ed copy, never NULL on success. */
void stmt_take_blob(struct stmt *q, int column, uint8_t **bytes, size_t *n);

/* The only integer of a query without parameters; sql: a literal. */
enum status db_int(int64_t *out, struct db *db, const char *sql, struct err *e);

#endif

/* stmt.c - see stmt.h. */
#include "server/store/stmt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void stmt_run(struct stmt *q)
{
    while (stmt_row(q)) {}
    q->db->driver->rewind(q);
}

int64_t stmt_within(struct stmt *q, int column, int64_t lo, int64_t hi)
{
    int64_t v = stmt_i64(q, column);

    if (!q->st && (v < lo || v > hi))
        q->st = err_set(q->e, ST_CORRUPT,
                        "database: a stored %s is %lld, which is not within %lld to %lld",
                        q->db->driver->name(q, column), (long long)v, (long long)lo, (long long)hi);
    return q->st ? lo : v;
}

double stmt_f64(struct stmt *q, int column)
{
    if (q->st || q->db->driver->is_null(q, column))
        return NAN;
    return q->db->driver->f64(q, column);
}

char *stmt_text(struct stmt *q, int column)
{
    const char *text;
    char *copy;

    if (q->st || q->db->driver->is_null(q, column))
        return NULL;
    text = q->db->driver->text(q, column);
    copy = text ? strdup(text) : NULL;
    if (!copy)
        q->st = err_nomem(q->e, 0);
    return copy;
}

void stmt_copy(struct stmt *q, int column, char *out, size_t cap)
{
    const char *text = q->st ? NULL : q->db->driver->text(q, column);

    snprintf(out, cap, "%s", text ? text : "");
}

const void *stmt_blob(struct stmt *q, int column, size_t *n)
{
    *n = 0;
    return q->st ? NULL : q->db->driver->blob(q, column, n);
}

void stmt_take_blob(struct stmt *q, int column, uint8_t **bytes, size_t *n)
{
    const void *p = stmt_blob(q, column, n);

    *bytes = q->st ? NULL : malloc(*n + 1);
    if (*bytes && p)
        memcpy(*bytes, p, *n);
    else if (!*bytes && !q->st)
        q->st = err_nomem(q->e, *n);
}

enum status db_int(int64_t *out, struct db *db, const char *sql, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    *out = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

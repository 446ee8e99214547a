/* stmt.c - see stmt.h. */
#include "server/store/stmt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status sqlite_error(sqlite3 *db, int rc, const char *sql, struct err *e)
{
    enum status st = ST_IO;

    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        st = ST_BUSY;
        break;
    case SQLITE_NOMEM:
        return err_nomem(e, 0);
    case SQLITE_CONSTRAINT:
        st = ST_CONFLICT;
        break;
    case SQLITE_TOOBIG:
        st = ST_TOO_LARGE;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        st = ST_CORRUPT;
        break;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
        st = ST_INTERNAL;
        break;
    default:
        break;
    }
    return err_set(e, st, "database: %s (%s) in: %.200s", db ? sqlite3_errmsg(db) : "not open",
                   sqlite3_errstr(rc), sql ? sql : "-");
}

static void fail(struct stmt *q, int rc)
{
    if (!q->st)
        q->st = sqlite_error(q->db, rc, q->sql, q->e);
}

void stmt_open(struct stmt *q, sqlite3 *db, struct err *e, const char *sql)
{
    int rc;

    *q = (struct stmt){.db = db, .sql = sql, .e = e};
    rc = sqlite3_prepare_v2(db, sql, -1, &q->s, NULL);
    if (rc != SQLITE_OK)
        fail(q, rc);
}

/* The index of ":name"; 0 and an error when the statement has none. */
static int index_of(struct stmt *q, const char *name)
{
    int i = q->st ? 0 : sqlite3_bind_parameter_index(q->s, name);

    if (!i && !q->st)
        q->st = err_set(q->e, ST_INTERNAL, "database: no parameter %s in: %.200s", name, q->sql);
    return i;
}

void stmt_bind_i64(struct stmt *q, const char *name, int64_t v)
{
    int i = index_of(q, name), rc = i ? sqlite3_bind_int64(q->s, i, v) : SQLITE_OK;

    if (rc != SQLITE_OK)
        fail(q, rc);
}

void stmt_bind_f64(struct stmt *q, const char *name, double v)
{
    int i = index_of(q, name), rc = SQLITE_OK;

    if (i)
        rc = isnan(v) ? sqlite3_bind_null(q->s, i) : sqlite3_bind_double(q->s, i, v);
    if (rc != SQLITE_OK)
        fail(q, rc);
}

void stmt_bind_text(struct stmt *q, const char *name, const char *v)
{
    int i = index_of(q, name), rc = SQLITE_OK;

    if (i)
        rc = v ? sqlite3_bind_text64(q->s, i, v, strlen(v), SQLITE_STATIC, SQLITE_UTF8)
               : sqlite3_bind_null(q->s, i);
    if (rc != SQLITE_OK)
        fail(q, rc);
}

void stmt_bind_blob(struct stmt *q, const char *name, const void *p, size_t n)
{
    int i = index_of(q, name), rc = SQLITE_OK;

    if (i)
        rc = p ? sqlite3_bind_blob64(q->s, i, p, n, SQLITE_STATIC) : sqlite3_bind_null(q->s, i);
    if (rc != SQLITE_OK)
        fail(q, rc);
}

bool stmt_row(struct stmt *q)
{
    int rc;

    if (q->st)
        return false;
    rc = sqlite3_step(q->s);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        fail(q, rc);
    return rc == SQLITE_ROW;
}

void stmt_reset(struct stmt *q)
{
    if (q->s)
        sqlite3_reset(q->s);
}

void stmt_run(struct stmt *q)
{
    while (stmt_row(q)) {}
    stmt_reset(q);
}

enum status stmt_close(struct stmt *q)
{
    sqlite3_finalize(q->s);
    q->s = NULL;
    return q->st;
}

int64_t stmt_i64(struct stmt *q, int column)
{
    return q->st ? 0 : sqlite3_column_int64(q->s, column);
}

double stmt_f64(struct stmt *q, int column)
{
    if (q->st || sqlite3_column_type(q->s, column) == SQLITE_NULL)
        return NAN;
    return sqlite3_column_double(q->s, column);
}

char *stmt_text(struct stmt *q, int column)
{
    const unsigned char *text;
    char *copy;

    if (q->st || sqlite3_column_type(q->s, column) == SQLITE_NULL)
        return NULL;
    text = sqlite3_column_text(q->s, column);
    copy = text ? strdup((const char *)text) : NULL;
    if (!copy)
        q->st = err_nomem(q->e, 0);
    return copy;
}

void stmt_copy(struct stmt *q, int column, char *out, size_t cap)
{
    const unsigned char *text = q->st ? NULL : sqlite3_column_text(q->s, column);

    snprintf(out, cap, "%s", text ? (const char *)text : "");
}

const void *stmt_blob(struct stmt *q, int column, size_t *n)
{
    const void *p = q->st ? NULL : sqlite3_column_blob(q->s, column);

    *n = p ? (size_t)sqlite3_column_bytes(q->s, column) : 0;
    return p;
}

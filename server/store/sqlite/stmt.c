/* stmt.c - see stmt.h. */
#include "server/store/sqlite/stmt.h"

#include "server/store/sqlite/sqlite_error.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(struct stmt *q, int rc)
{
    if (!q->st)
        q->st = sqlite_error(q->db->h, q->db->path, rc, q->sql, q->e);
}

/* ---- the cache: open addressing by the literal's address, a few probes; a statement that finds no
 * place is prepared for one use ---- */

/* The slot that holds sql, or a free one for it; NULL when it is in use (a statement within itself)
 * or there is no free one. */
static struct stmt_slot *find_slot(struct db *db, const char *sql)
{
    size_t at = ((uintptr_t)sql >> 3) * 0x9e3779b9u;

    for (size_t i = 0; i < 8; i++) {
        struct stmt_slot *slot = &db->slots[(at + i) % STMT_SLOTS];

        if (!slot->s)
            return slot;
        if (slot->sql == sql)
            return slot->taken || strcmp(sqlite3_sql(slot->s), sql) != 0 ? NULL : slot;
    }
    return NULL;
}

void stmt_open(struct stmt *q, struct db *db, struct err *e, const char *sql)
{
    struct stmt_slot *slot = find_slot(db, sql);
    int rc = SQLITE_OK;

    *q = (struct stmt){.db = db, .sql = sql, .e = e};
    errno = 0;
    if (slot && slot->s)
        q->s = slot->s;
    else
        rc = sqlite3_prepare_v3(db->h, sql, -1, slot ? SQLITE_PREPARE_PERSISTENT : 0, &q->s, NULL);
    if (rc != SQLITE_OK) {
        fail(q, rc);
    } else if (slot) {
        *slot = (struct stmt_slot){.sql = sql, .s = q->s, .taken = true};
        q->slot = slot;
    }
}

enum status stmt_close(struct stmt *q)
{
    if (q->slot) {
        sqlite3_reset(q->s); /* ends its read of the file */
        sqlite3_clear_bindings(q->s);
        q->slot->taken = false;
    } else {
        sqlite3_finalize(q->s);
    }
    q->s = NULL;
    q->slot = NULL;
    return q->st;
}

/* ---- binding ---- */

/* The index of ":name". When the statement has none, returns 0 and sets an error. */
static int index_of(struct stmt *q, const char *name)
{
    int i = q->st ? 0 : sqlite3_bind_parameter_index(q->s, name);

    if (!i && !q->st)
        q->st = sqlite_error(q->db->h, q->db->path, SQLITE_RANGE, q->sql, q->e);
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

/* ---- rows ---- */

bool stmt_row(struct stmt *q)
{
    int rc;

    if (q->st)
        return false;
    errno = 0;
    rc = sqlite3_step(q->s);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        fail(q, rc);
    return rc == SQLITE_ROW;
}

void stmt_run(struct stmt *q)
{
    while (stmt_row(q)) {}
    if (q->s)
        sqlite3_reset(q->s);
}

int64_t stmt_i64(struct stmt *q, int column)
{
    return q->st ? 0 : sqlite3_column_int64(q->s, column);
}

int64_t stmt_within(struct stmt *q, int column, int64_t lo, int64_t hi)
{
    int64_t v = stmt_i64(q, column);

    if (!q->st && (v < lo || v > hi))
        q->st = err_set(
            q->e, ST_CORRUPT, "database: a stored %s is %lld, which is not within %lld to %lld",
            sqlite3_column_name(q->s, column), (long long)v, (long long)lo, (long long)hi);
    return q->st ? lo : v;
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

void stmt_take_blob(struct stmt *q, int column, uint8_t **bytes, size_t *n)
{
    const void *p = stmt_blob(q, column, n);

    *bytes = q->st ? NULL : malloc(*n + 1);
    if (*bytes && p)
        memcpy(*bytes, p, *n);
    else if (!*bytes && !q->st)
        q->st = err_nomem(q->e, *n);
}

/* ---- functions that open their own statement ---- */

enum status db_int(int64_t *out, struct db *db, const char *sql, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    *out = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

enum status db_page_count(int64_t *pages, struct db *db, struct err *e)
{
    return db_int(pages, db, "PRAGMA page_count", e);
}

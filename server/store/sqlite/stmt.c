/* stmt.c - see stmt.h. */
#include "server/store/sqlite/stmt.h"

#include "server/store/sqlite/sqlite_error.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>

static void fail(struct stmt *q, int rc)
{
    if (!q->st)
        q->st = sqlite_error(q->db->sqlite->h, q->db->sqlite->path, rc, q->sql, q->e);
}

/* ---- the cache: open addressing by the literal's address, a few probes; a statement that finds no
 * place is prepared for one use ---- */

/* The slot that holds sql, or a free one for it; NULL when it is in use (a statement within itself)
 * or there is no free one. */
static struct stmt_slot *find_slot(struct db *db, const char *sql)
{
    size_t at = ((uintptr_t)sql >> 3) * 0x9e3779b9u;

    for (size_t i = 0; i < 8; i++) {
        struct stmt_slot *slot = &db->sqlite->slots[(at + i) % STMT_SLOTS];

        if (!slot->s)
            return slot;
        if (slot->sql == sql)
            return slot->taken || strcmp(sqlite3_sql(slot->s), sql) != 0 ? NULL : slot;
    }
    return NULL;
}

void sqlite_stmt_open(struct stmt *q)
{
    struct stmt_slot *slot = find_slot(q->db, q->sql);
    int rc = SQLITE_OK;

    errno = 0;
    if (slot && slot->s)
        q->s = slot->s;
    else
        rc = sqlite3_prepare_v3(q->db->sqlite->h, q->sql, -1, slot ? SQLITE_PREPARE_PERSISTENT : 0,
                                &q->s, NULL);
    if (rc != SQLITE_OK) {
        fail(q, rc);
    } else if (slot) {
        *slot = (struct stmt_slot){.sql = q->sql, .s = q->s, .taken = true};
        q->slot = slot;
    }
}

void sqlite_stmt_close(struct stmt *q)
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
}

/* ---- binding ---- */

/* The index of ":name". When the statement has none, returns 0 and sets an error. */
static int index_of(struct stmt *q, const char *name)
{
    int i = sqlite3_bind_parameter_index(q->s, name);

    if (!i)
        fail(q, SQLITE_RANGE);
    return i;
}

static void bound(struct stmt *q, int rc)
{
    if (rc != SQLITE_OK)
        fail(q, rc);
}

void sqlite_bind_i64(struct stmt *q, const char *name, int64_t v)
{
    int i = index_of(q, name);

    if (i)
        bound(q, sqlite3_bind_int64(q->s, i, v));
}

void sqlite_bind_f64(struct stmt *q, const char *name, double v)
{
    int i = index_of(q, name);

    if (i)
        bound(q, isnan(v) ? sqlite3_bind_null(q->s, i) : sqlite3_bind_double(q->s, i, v));
}

void sqlite_bind_text(struct stmt *q, const char *name, const char *v)
{
    int i = index_of(q, name);

    if (i)
        bound(q, v ? sqlite3_bind_text64(q->s, i, v, strlen(v), SQLITE_STATIC, SQLITE_UTF8)
                   : sqlite3_bind_null(q->s, i));
}

void sqlite_bind_blob(struct stmt *q, const char *name, const void *p, size_t n)
{
    int i = index_of(q, name);

    if (i)
        bound(q,
              p ? sqlite3_bind_blob64(q->s, i, p, n, SQLITE_STATIC) : sqlite3_bind_null(q->s, i));
}

/* ---- rows ---- */

bool sqlite_row(struct stmt *q)
{
    int rc;

    errno = 0;
    rc = sqlite3_step(q->s);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        fail(q, rc);
    return rc == SQLITE_ROW;
}

void sqlite_rewind(struct stmt *q)
{
    if (q->s)
        sqlite3_reset(q->s);
}

bool sqlite_is_null(struct stmt *q, int column)
{
    return sqlite3_column_type(q->s, column) == SQLITE_NULL;
}

int64_t sqlite_i64(struct stmt *q, int column)
{
    return sqlite3_column_int64(q->s, column);
}

double sqlite_f64(struct stmt *q, int column)
{
    return sqlite3_column_double(q->s, column);
}

const char *sqlite_text(struct stmt *q, int column)
{
    return (const char *)sqlite3_column_text(q->s, column);
}

const void *sqlite_blob(struct stmt *q, int column, size_t *n)
{
    const void *p = sqlite3_column_blob(q->s, column);

    *n = p ? (size_t)sqlite3_column_bytes(q->s, column) : 0;
    return p;
}

const char *sqlite_name(struct stmt *q, int column)
{
    return sqlite3_column_name(q->s, column);
}

enum status db_page_count(int64_t *pages, struct db *db, struct err *e)
{
    return db_int(pages, db, "PRAGMA page_count", e);
}

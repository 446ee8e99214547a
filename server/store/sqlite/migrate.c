/* migrate.c - brings the schema forward: one transaction for each migration, from the embedded SQL
 * files. */
#include "server/store/sqlite/migrate.h"

#include "server/base/embedded.h"
#include "server/store/chunk.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/sqlite_error.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUT_CHUNKS = 12 }; /* the migration that migrate_chunks() completes */

/* Finds migration number n ("migrations/000n_….sql"), or returns NULL. */
static const struct embedded_file *migration(int n)
{
    char prefix[32];

    snprintf(prefix, sizeof(prefix), "migrations/%04d_", n);
    for (size_t i = 0; i < embedded_count; i++)
        if (strncmp(embedded_files[i].name, prefix, strlen(prefix)) == 0 &&
            !strstr(embedded_files[i].name, ".postgres.sql"))
            return &embedded_files[i];
    return NULL;
}

int store_newest_schema_version(void)
{
    int n = 0;

    while (migration(n + 1))
        n++;
    return n;
}

/* Runs the SQL of migration n and sets the version, inside the caller's transaction. The text ends
 * with a NUL. */
static enum status apply(struct db *db, int n, struct err *e)
{
    const struct embedded_file *f = migration(n);
    char version[64];
    enum status st = f ? db_exec(db, (const char *)f->data, e)
                       : err_set(e, ST_INTERNAL, "there is no migration %d", n);

    if (!st && n == CUT_CHUNKS)
        st = migrate_chunks(db, e);
    snprintf(version, sizeof(version), "PRAGMA user_version = %d", n);
    if (!st)
        st = db_exec(db, version, e);
    return st ? err_wrap(e, "%s", f ? f->name : "migrations") : ST_OK;
}

/* Versions of the file before and after a step, and the newest that this program knows. */
struct versions {
    int64_t now;
    int newest;
};

/* Runs one migration. It reads the version under the write lock, because two programs that open an
 * old file at once must not both migrate it. */
static enum status step(struct db *db, void *ctx, struct err *e)
{
    struct versions *v = ctx;
    enum status st = db_int(&v->now, db, "PRAGMA user_version", e);

    if (!st && v->now < v->newest) {
        st = apply(db, (int)v->now + 1, e);
        v->now += 1;
    }
    return st;
}

static enum status new_file(struct db *db, struct err *e)
{
    char sql[64];
    enum status st = db_exec(db, "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL", e);

    snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", STORE_APPLICATION_ID);
    return st ? st : db_exec(db, sql, e);
}

enum status check_ours(struct db *db, const char *path, struct err *e)
{
    int64_t id = 0;
    enum status st = db_int(&id, db, "PRAGMA application_id", e);

    if (!st && id != STORE_APPLICATION_ID)
        st = err_set(e, ST_INVALID,
                     "%s is an SQLite database, but not one of lstmd; give another file", path);
    return st;
}

/* Marks a new file as lstmd's. Refuses one of another program or a newer lstmd, and does not change
 * it. */
static enum status check_file(struct db *db, const char *path, int newest, struct err *e)
{
    int64_t id = 0, tables = 0, version = 0;
    enum status st = db_int(&id, db, "PRAGMA application_id", e);

    if (!st)
        st = db_int(&version, db, "PRAGMA user_version", e);
    if (!st)
        st = db_int(&tables, db, "SELECT count(*) FROM sqlite_schema", e);
    if (st)
        return st;
    if (id == 0 && tables == 0 && version == 0)
        return new_file(db, e);
    st = check_ours(db, path, e);
    if (st)
        return st;
    if (version < 0 || version > newest)
        return err_set(e, ST_INVALID,
                       "the database %s has schema %lld; this lstmd knows 1 to %d: use a newer "
                       "lstmd, or a backup made before the upgrade",
                       path, (long long)version, newest);
    return ST_OK;
}

/* Switches to WAL mode. A restored backup is not in it. A file system without shared memory cannot
 * have it. */
static enum status use_wal(struct db *db, const char *path, struct err *e)
{
    char mode[16] = "";
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e, "PRAGMA journal_mode=WAL");
    if (stmt_row(&q))
        stmt_copy(&q, 0, mode, sizeof(mode));
    st = stmt_close(&q);
    if (!st && strcmp(mode, "wal") != 0)
        st = err_set(e, ST_IO,
                     "%s: this file system cannot hold a write-ahead log (journal mode '%s'); put "
                     "the database on a local disk",
                     path, mode);
    return st;
}

enum status migrate(struct db *db, const char *path, struct err *e)
{
    struct versions v = {.newest = store_newest_schema_version()};
    enum status st = check_file(db, path, v.newest, e);

    if (!st && sqlite3_db_readonly(db->sqlite->h, "main") == 1)
        st = err_readonly(e, path, 0);
    if (!st)
        st = use_wal(db, path, e);
    if (!st)
        st = db_int(&v.now, db, "PRAGMA user_version", e);
    if (st || v.now == v.newest)
        return st;
    /* Otherwise dropping a table that is made again would delete the rows that refer to it. A
     * transaction cannot change this setting. */
    st = db_exec(db, "PRAGMA foreign_keys = OFF", e);
    while (!st && v.now < v.newest)
        st = transaction_write(db, step, &v, e);
    return st ? st : db_exec(db, "PRAGMA foreign_keys = ON", e);
}

enum status sqlite_schema_version(int *out, struct store *s, struct err *e)
{
    struct db *db = NULL;
    int64_t v = 0;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = db_int(&v, db, "PRAGMA user_version", e);
    *out = (int)v;
    return st;
}

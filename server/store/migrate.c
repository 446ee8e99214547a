/* migrate.c - the schema, brought forward: one transaction a migration, from the embedded SQL files. */
#include "server/embedded.h"
#include "server/store/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { APPLICATION_ID = 0x4c53544d }; /* "LSTM" */

/* Migration number n ("migrations/000n_….sql"), or NULL. */
static const struct embedded_file *migration(int n)
{
    char prefix[32];

    snprintf(prefix, sizeof(prefix), "migrations/%04d_", n);
    for (size_t i = 0; i < embedded_count; i++)
        if (strncmp(embedded_files[i].name, prefix, strlen(prefix)) == 0)
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

static enum status apply(struct db *db, int n, struct err *e)
{
    const struct embedded_file *f = migration(n);
    char *sql = f ? malloc(f->size + 1) : NULL;
    char version[64];
    enum status st;

    if (!sql)
        return err_nomem(e, f ? f->size : 0);
    memcpy(sql, f->data, f->size);
    sql[f->size] = '\0';
    snprintf(version, sizeof(version), "PRAGMA user_version = %d", n);
    st = db_begin(db, e);
    if (!st) {
        st = db_exec(db, sql, e);
        if (!st)
            st = db_exec(db, version, e);
        st = db_end(db, st, e);
    }
    free(sql);
    if (st)
        err_wrap(e, "%s", f->name);
    return st;
}

/* A new file becomes ours; a file of somebody else's is left alone. */
static enum status claim_file(struct db *db, const char *path, struct err *e)
{
    int64_t id = 0, tables = 0, version = 0;
    char sql[64];
    enum status st = db_int(&id, db, "PRAGMA application_id", e);

    if (!st)
        st = db_int(&version, db, "PRAGMA user_version", e);
    if (!st)
        st = db_int(&tables, db, "SELECT count(*) FROM sqlite_schema", e);
    if (st == ST_CORRUPT)
        return err_set(e, ST_INVALID, "%s is not an SQLite database; give another file", path);
    if (st || id == APPLICATION_ID)
        return st;
    if (id != 0 || tables != 0 || version != 0)
        return err_set(e, ST_INVALID,
                       "%s is an SQLite database, but not one of lstmd; give another file", path);
    st = db_exec(db, "PRAGMA journal_mode=WAL", e);
    snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
    return st ? st : db_exec(db, sql, e);
}

enum status migrate(struct db *db, const char *path, struct err *e)
{
    int newest = store_newest_schema_version();
    int64_t version = 0;
    enum status st = claim_file(db, path, e);

    if (!st)
        st = db_int(&version, db, "PRAGMA user_version", e);
    if (!st && version > newest)
        return err_set(e, ST_INVALID,
                       "the database %s has schema version %lld; this lstmd knows versions up to "
                       "%d: use a newer lstmd, or a backup made before the upgrade",
                       path, (long long)version, newest);
    for (int n = (int)version + 1; !st && n <= newest; n++)
        st = apply(db, n, e);
    return st;
}

enum status store_schema_version(int *out, struct store *s, struct err *e)
{
    struct db *db = NULL;
    int64_t v = 0;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = db_int(&v, db, "PRAGMA user_version", e);
    *out = (int)v;
    return st;
}

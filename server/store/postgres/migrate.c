/* migrate.c - see migrate.h.
 *
 * The migrations of both databases have the same numbers. A PostgreSQL database begins with the
 * schema of the first migration that has a file for PostgreSQL; each later one has its own file. */
#include "server/store/postgres/migrate.h"

#include "server/base/embedded.h"
#include "server/store/connection.h"
#include "server/store/postgres/conn.h"
#include "server/store/postgres/transaction.h"

#include <stdio.h>
#include <string.h>

#define ENDING ".postgres.sql"

static const struct embedded_file *migration(int n)
{
    char prefix[32];

    snprintf(prefix, sizeof(prefix), "migrations/%04d_", n);
    for (size_t i = 0; i < embedded_count; i++) {
        const char *name = embedded_files[i].name;
        size_t len = strlen(name);

        if (strncmp(name, prefix, strlen(prefix)) == 0 && len > strlen(ENDING) &&
            strcmp(name + len - strlen(ENDING), ENDING) == 0)
            return &embedded_files[i];
    }
    return NULL;
}

/* The number of the first migration for PostgreSQL. */
static int first(void)
{
    int n = 1;

    while (n < store_newest_schema_version() && !migration(n))
        n++;
    return n;
}

static enum status version_of(int64_t *out, struct db *db, struct err *e)
{
    int64_t there = 0;
    enum status st = db_int(&there, db,
                            "SELECT CASE WHEN to_regclass('schema_version') IS NULL THEN 0 ELSE 1 "
                            "END",
                            e);

    *out = 0;
    return st || !there
               ? st
               : db_int(out, db, "SELECT coalesce(max(version), 0) FROM schema_version", e);
}

static enum status apply(struct db *db, int n, struct err *e)
{
    const struct embedded_file *f = migration(n);
    char sql[80];
    enum status st = f ? db_exec(db, (const char *)f->data, e)
                       : err_set(e, ST_INTERNAL, "there is no migration %d for PostgreSQL", n);

    snprintf(sql, sizeof(sql), "INSERT INTO schema_version (version) VALUES (%d)", n);
    if (!st)
        st = db_exec(db, sql, e);
    return st ? err_wrap(e, "%s", f ? f->name : "migrations") : ST_OK;
}

static enum status lock(struct db *db, struct err *e)
{
    char sql[100];

    snprintf(sql, sizeof(sql), "SELECT pg_advisory_xact_lock(%d, " SQL_SCHEMA_KEY ")",
             LOCK_MIGRATE);
    return db_exec(db, sql, e);
}

struct versions {
    int64_t now;
    int newest;
};

/* One migration. The version is read under the lock, because two programs that begin at once must
 * not both migrate. */
static enum status step(struct db *db, void *ctx, struct err *e)
{
    struct versions *v = ctx;
    enum status st = lock(db, e);

    if (!st)
        st = version_of(&v->now, db, e);
    if (!st && v->now < v->newest) {
        int next = v->now ? (int)v->now + 1 : first();

        st = apply(db, next, e);
        v->now = next;
    }
    return st;
}

enum status postgres_migrate(struct db *db, const char *where, struct err *e)
{
    struct versions v = {.newest = store_newest_schema_version()};
    enum status st = version_of(&v.now, db, e);

    if (!st && v.now > v.newest)
        return err_set(e, ST_INVALID,
                       "%.200s has schema %lld; this lstmd knows %d to %d: use a newer lstmd, or a "
                       "backup made before the upgrade",
                       where, (long long)v.now, first(), v.newest);
    while (!st && v.now < v.newest)
        st = transaction_write(db, step, &v, e);
    return st;
}

enum status postgres_schema_version(int *out, struct store *s, struct err *e)
{
    struct db *db = NULL;
    int64_t v = 0;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = version_of(&v, db, e);
    *out = (int)v;
    return st;
}

/* care.c - see care.h. */
#include "server/store/postgres/care.h"

#include "server/base/clock.h"
#include "server/store/connection.h"
#include "server/store/state.h"

enum status postgres_ping(struct store *s, struct err *e)
{
    struct db *db = NULL;
    int64_t n = 0;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = db_int(&n, db, "SELECT count(*) FROM dataset_sequence", e);
    return st ? st : postgres_trouble(s, e);
}

enum status postgres_trouble(struct store *s, struct err *e)
{
    if (!atomic_load(&s->postgres->taken))
        return ST_OK;
    return err_set(e, ST_READONLY, "another lstmd uses %.200s by now: stop one of them",
                   s->postgres->where);
}

void postgres_disk(int64_t *free_bytes, int64_t *size, const struct store *s)
{
    (void)s;
    *free_bytes = *size = -1;
}

int64_t postgres_last_backup(const struct store *s)
{
    (void)s;
    return 0;
}

enum status postgres_used_bytes(int64_t *out, struct db *db, struct err *e)
{
    return db_int(out, db,
                  "SELECT CAST((SELECT coalesce(sum(bytes), 0) FROM dataset) + (SELECT "
                  "coalesce(sum(bytes), 0) FROM model_version) AS BIGINT)",
                  e);
}

enum status postgres_total_bytes(int64_t *out, struct db *db, struct err *e)
{
    return db_int(out, db,
                  "SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)), 0) AS BIGINT) FROM "
                  "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
                  "current_schema() AND c.relkind = 'r'",
                  e);
}

void postgres_shrink(struct db *db)
{
    (void)db;
}

enum status postgres_delete_by(struct store *s, deletion *fn, const void *ctx, struct err *e)
{
    return fn(s, ctx, e);
}

/* In a transaction that failed the question fails too, and so does what comes after. */
int64_t postgres_clock_ms(struct db *db)
{
    struct err ignored = {0};
    int64_t ms = 0;

    if (db_int(&ms, db,
               "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)",
               &ignored))
        ms = clock_ms();
    return ms;
}

/* A new key has a greater number, a revoked one a time; old ones are removed in the same
 * transaction in which a key is made. */
enum status postgres_data_version(int64_t *out, struct db *db, struct err *e)
{
    return db_int(out, db,
                  "SELECT CAST(coalesce(max(id), 0) * 4194304 + count(*) * 2048 + "
                  "count(revoked_at) AS BIGINT) FROM api_key",
                  e);
}

/* retention.c - removes old data: versions of models except the newest ones, and jobs that ended
 * long ago. Each call is one short transaction. */
#include "server/store/blob.h"
#include "server/store/connection.h"
#include "server/store/job_states.h"

#include <stdio.h>
#include <string.h>

enum { JOBS_AT_ONCE = 20 };

/* ---- versions ---- */

struct old_version {
    int64_t keep;
    struct retired_version *out;
    int64_t model; /* number of the model; 0: none */
};

/* Finds the oldest version that is not among the newest `keep` of its model, has no alias, and is
 * not the start of a queued or running job. Without an alias the newest version serves, which is
 * kept. */
static enum status find_version(struct old_version *v, struct db *db, struct err *e)
{
    struct stmt q;

    stmt_open(
        &q, db, e,
        "SELECT m.id, m.name, v.version FROM model m CROSS JOIN model_version v "
        "WHERE v.model = m.id AND m.num_versions > :keep AND v.version <= (SELECT version FROM "
        "model_version "
        "WHERE model = m.id ORDER BY version DESC LIMIT 1 OFFSET :keep) AND NOT EXISTS "
        "(SELECT 1 FROM model_alias a WHERE a.model = m.id AND a.version = v.version) AND NOT "
        "EXISTS (SELECT 1 FROM job j WHERE j.state IN (" SQL_QUEUED ", " SQL_RUNNING
        ") AND j.warm_start = m.name || '/' || v.version) ORDER BY m.num_versions, m.id, "
        "v.version LIMIT 1");
    stmt_bind_i64(&q, ":keep", v->keep);
    if (stmt_row(&q)) {
        v->model = stmt_i64(&q, 0);
        stmt_copy(&q, 1, v->out->name, sizeof(v->out->name));
        v->out->version = stmt_i64(&q, 2);
    }
    return stmt_close(&q);
}

static enum status remove_version(struct db *db, const struct old_version *v, struct err *e)
{
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e, "DELETE FROM model_version WHERE model = :model AND version = :version");
    stmt_bind_i64(&q, ":model", v->model);
    stmt_bind_i64(&q, ":version", v->out->version);
    stmt_run(&q);
    st = stmt_close(&q);
    if (st)
        return st;
    stmt_open(&q, db, e, "UPDATE model SET num_versions = num_versions - 1 WHERE id = :model");
    stmt_bind_i64(&q, ":model", v->model);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status retire_version(struct db *db, void *ctx, struct err *e)
{
    struct old_version *v = ctx;
    enum status st = find_version(v, db, e);

    return st || !v->model ? st : remove_version(db, v, e);
}

static enum status retire_and_shrink(struct store *s, const void *ctx, struct err *e)
{
    struct old_version v = *(const struct old_version *)ctx;
    struct db *db = NULL;
    enum status st;

    v.model = 0;
    v.out->version = 0;
    st = db_get(&db, s, e);
    if (!st)
        st = transaction_write(db, retire_version, &v, e);
    if (st)
        v.out->version = 0;
    if (st || !v.model)
        return st;
    blob_collect(db, false);
    db_shrink(db);
    return ST_OK;
}

enum status store_retire_version(struct retired_version *out, struct store *s, int64_t keep,
                                 struct err *e)
{
    const struct old_version v = {.keep = keep, .out = out};

    *out = (struct retired_version){0};
    return keep > 0 ? store_delete_by(s, retire_and_shrink, &v, e) : ST_OK;
}

/* ---- jobs ---- */

/* Ids are in the order of submission, and a job is submitted before it ends. So only jobs with
 * smaller ids than that of the limit need to be searched. */
enum { ID_TIME_LEN = 10 };

static void id_at(char out[ID_TIME_LEN + 1], int64_t ms)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    for (int i = ID_TIME_LEN - 1; i >= 0; i--, ms >>= 5)
        out[i] = digits[ms & 31];
    out[ID_TIME_LEN] = '\0';
}

struct old_jobs {
    int64_t before; /* ms since 1970 */
    int *count;
};

static enum status retire_jobs(struct db *db, void *ctx, struct err *e)
{
    const struct old_jobs *o = ctx;
    char end[ID_TIME_LEN + 1];
    struct stmt q;

    id_at(end, o->before);
    stmt_open(&q, db, e,
              "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE id < :end AND state NOT IN "
              "(" SQL_QUEUED ", " SQL_RUNNING ") AND finished_at < :before ORDER BY id LIMIT :n)");
    stmt_bind_text(&q, ":end", end);
    stmt_bind_i64(&q, ":before", o->before);
    stmt_bind_i64(&q, ":n", JOBS_AT_ONCE);
    stmt_run(&q);
    *o->count = (int)db_changes(db);
    return stmt_close(&q);
}

static enum status retire_jobs_and_shrink(struct store *s, const void *ctx, struct err *e)
{
    struct old_jobs o = *(const struct old_jobs *)ctx;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *o.count = 0;
    if (!st)
        st = transaction_write(db, retire_jobs, &o, e);
    if (st)
        *o.count = 0;
    if (!st && *o.count)
        db_shrink(db);
    return st;
}

enum status store_retire_jobs(int *count, struct store *s, int64_t before, struct err *e)
{
    const struct old_jobs o = {before, count};

    return store_delete_by(s, retire_jobs_and_shrink, &o, e);
}

/* job_run.c - every change of a job's state: claimed, let go, checkpointed, ended. */
#include "server/store/blob.h"
#include "server/store/dataset.h"
#include "server/store/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- claiming and letting go ---- */

static enum status release_all(struct store *s, const void *ctx, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    (void)ctx;
    return st ? st
              : db_exec(db,
                        "UPDATE job SET state = " SQL_QUEUED
                        ", owner = NULL, lease_until = NULL, deaths = "
                        "deaths + 1 "
                        "WHERE state = " SQL_RUNNING,
                        e);
}

enum status store_job_release_all(int *count, struct store *s, struct err *e)
{
    struct db *db = NULL;
    enum status st =
        store_delete_by(s, release_all, NULL, e); /* a daemon starts on a full disk too */

    if (!st)
        st = db_get(&db, s, e);
    *count = st ? 0 : (int)db_changes(db);
    return st;
}

static enum status load_snapshot(uint8_t **bytes, size_t *len, struct db *db, const char *id,
                                 struct err *e)
{
    struct stmt q;
    enum status st = db_begin_read(db, e);

    *bytes = NULL;
    *len = 0;
    if (st)
        return st;
    stmt_open(&q, db, e, "SELECT state FROM job_snapshot WHERE job = :id");
    stmt_bind_text(&q, ":id", id);
    if (stmt_row(&q))
        stmt_take_blob(&q, 0, bytes, len);
    st = stmt_close(&q);
    if (!st && *bytes)
        st = blob_join(bytes, len, db, id, 0, 0, e);
    st = db_end(db, st, e);
    if (st) {
        free(*bytes);
        *bytes = NULL;
        *len = 0;
    }
    return st;
}

static enum status take_oldest(char id[JOB_ID_LEN + 1], struct db *db, const char *owner,
                               int64_t lease_ms, struct err *e)
{
    struct stmt q;
    bool found;
    enum status st;

    stmt_open(&q, db, e,
              "UPDATE job SET state = " SQL_RUNNING
              ", owner = :owner, lease_until = :lease, attempts = attempts "
              "+ 1, started_at = coalesce(started_at, :now) WHERE id = (SELECT id FROM job WHERE "
              "state = " SQL_QUEUED
              " AND (deaths = 0 OR NOT EXISTS (SELECT 1 FROM job WHERE state = " SQL_RUNNING " AND "
              "deaths > 0)) ORDER BY id LIMIT 1) RETURNING id");
    stmt_bind_text(&q, ":owner", owner);
    stmt_bind_i64(&q, ":lease", clock_ms() + lease_ms);
    stmt_bind_i64(&q, ":now", clock_ms());
    found = stmt_row(&q);
    if (found)
        stmt_copy(&q, 0, id, JOB_ID_LEN + 1);
    while (stmt_row(&q)) {}
    st = stmt_close(&q);
    return !st && !found ? err_set(e, ST_NOT_FOUND, "no job is queued") : st;
}

enum status store_job_claim(struct job *out, uint8_t **snapshot, size_t *snapshot_len,
                            struct store *s, const char *owner, int64_t lease_ms, struct err *e)
{
    char id[JOB_ID_LEN + 1] = "";
    int64_t queued = 0;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct job){0};
    *snapshot = NULL;
    *snapshot_len = 0;
    if (!st) /* without a write lock when there is nothing to do */
        st = db_int(&queued, db, "SELECT EXISTS (SELECT 1 FROM job WHERE state = " SQL_QUEUED ")",
                    e);
    if (!st && !queued)
        st = err_set(e, ST_NOT_FOUND, "no job is queued");
    if (!st)
        st = db_begin(db, e);
    if (st)
        return st;
    st = take_oldest(id, db, owner, lease_ms, e);
    if (!st)
        st = job_find(out, db, id, e);
    st = db_end(db, st, e);
    if (!st) { /* behind the transaction: it may be long */
        st = load_snapshot(snapshot, snapshot_len, db, id, e);
        if (st)
            (void)store_job_release(s, id, NULL);
    }
    if (st)
        job_release(out);
    return st;
}

static enum status run_for(struct db *db, const char *sql, const char *id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    stmt_bind_text(&q, ":id", id);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_job_release(struct store *s, const char *id, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = db_begin(db, e);
    if (st)
        return st;
    /* a job that is let go on purpose has not failed: it does not count as an attempt */
    st = run_for(db,
                 "UPDATE job SET state = " SQL_QUEUED
                 ", owner = NULL, lease_until = NULL, attempts = "
                 "max(attempts - 1, 0) WHERE id = :id AND state = " SQL_RUNNING,
                 id, e);
    return db_end(db, st, e);
}

/* ---- progress ---- */

enum status job_put_history(struct db *db, const char *id, const struct job_advance *a,
                            struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT OR REPLACE INTO job_history (job, epoch, loss, validation_loss) VALUES (:id, "
              ":epoch, :loss, :validation)");
    for (int i = 0; !q.st && i < a->epochs; i++) {
        stmt_bind_text(&q, ":id", id);
        stmt_bind_i64(&q, ":epoch", a->first_epoch + i);
        stmt_bind_f64(&q, ":loss", a->loss[i]);
        stmt_bind_f64(&q, ":validation", a->validation ? a->validation[i] : NAN);
        stmt_run(&q);
    }
    return stmt_close(&q);
}

enum status job_put_progress(struct db *db, const char *id, const struct job_progress *p,
                             int64_t lease_until, struct err *e)
{
    struct stmt q;

    stmt_open(
        &q, db, e,
        "UPDATE job SET epoch = :epoch, epochs = :epochs, fraction = :fraction, loss = :loss, "
        "validation_loss = :validation, samples_per_second = :speed, eta_seconds = :eta, "
        "lease_until = :lease WHERE id = :id AND state = " SQL_RUNNING);
    stmt_bind_text(&q, ":id", id);
    stmt_bind_i64(&q, ":epoch", p->epoch);
    stmt_bind_i64(&q, ":epochs", p->epochs);
    stmt_bind_f64(&q, ":fraction", isfinite(p->fraction) ? p->fraction : 0);
    stmt_bind_f64(&q, ":loss", p->loss);
    stmt_bind_f64(&q, ":validation", p->validation_loss);
    stmt_bind_f64(&q, ":speed", p->samples_per_second);
    stmt_bind_f64(&q, ":eta", p->eta_seconds);
    stmt_bind_i64(&q, ":lease", lease_until);
    stmt_run(&q);
    if (!q.st && db_changes(db) == 0)
        q.st = err_set(e, ST_CONFLICT, "job %s is not running", id);
    return stmt_close(&q);
}

/* The row of the snapshot, behind the parts of the blob. */
static enum status put_snapshot(struct db *db, const char *id, int64_t blob, const uint8_t *bytes,
                                size_t len, struct err *e)
{
    struct stmt q;
    enum status st;

    if (!bytes)
        return ST_OK;
    stmt_open(&q, db, e, "INSERT OR REPLACE INTO job_snapshot (job, state) VALUES (:id, :state)");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_blob(&q, ":state", bytes, len);
    stmt_run(&q);
    st = stmt_close(&q);
    return st ? st : blob_publish(db, blob, id, 0, 0, e);
}

/* A later state than any before it: whatever ended the process before has not stopped this job. */
static enum status forgive_deaths(struct db *db, const char *id, const struct job_progress *p,
                                  struct err *e)
{
    return p->advanced
               ? run_for(db, "UPDATE job SET deaths = 0 WHERE id = :id AND deaths > 0", id, e)
               : ST_OK;
}

static enum status cancel_asked(bool *cancel, struct db *db, const char *id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "SELECT cancel FROM job WHERE id = :id");
    stmt_bind_text(&q, ":id", id);
    *cancel = stmt_row(&q) && stmt_i64(&q, 0) != 0;
    return stmt_close(&q);
}

enum status store_job_checkpoint(bool *cancel, struct store *s, const char *id,
                                 const struct job_advance *a, int64_t lease_ms, struct err *e)
{
    struct db *db = NULL;
    int64_t blob = 0;
    size_t rest = 0;
    enum status st = db_get(&db, s, e);

    *cancel = false;
    if (!st)
        st = blob_write(&blob, &rest, db, a->snapshot, a->snapshot_len, e);
    if (!st)
        st = db_begin(db, e);
    if (st) {
        blob_drop(db, blob);
        return st;
    }
    st = job_put_progress(db, id, &a->progress, clock_ms() + lease_ms, e);
    if (!st)
        st = put_snapshot(db, id, blob, a->snapshot ? a->snapshot + rest : NULL,
                          a->snapshot_len - rest, e);
    if (!st)
        st = forgive_deaths(db, id, &a->progress, e);
    if (!st)
        st = job_put_history(db, id, a, e);
    if (!st)
        st = cancel_asked(cancel, db, id, e);
    st = db_end(db, st, e);
    if (st)
        blob_drop(db, blob);
    else if (a->snapshot)
        blob_collect(db, false);
    return st;
}

enum status store_job_history(double **loss, double **validation, int *n, struct store *s,
                              const char *id, int first_epoch, int most, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    int cap = 0;
    enum status st = db_get(&db, s, e);

    *loss = *validation = NULL;
    *n = 0;
    if (st)
        return st;
    stmt_open(&q, db, e,
              "SELECT loss, validation_loss FROM job_history WHERE job = :id AND epoch >= :first "
              "ORDER BY epoch LIMIT :most");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_i64(&q, ":first", first_epoch);
    stmt_bind_i64(&q, ":most", most);
    while (stmt_row(&q)) {
        if (*n == cap) {
            int grown = cap ? cap * 2 : 256;
            double *a = realloc(*loss, (size_t)grown * sizeof(*a)), *b;

            *loss = a ? a : *loss;
            b = a ? realloc(*validation, (size_t)grown * sizeof(*b)) : NULL;
            *validation = b ? b : *validation;
            if (!a || !b) {
                q.st = err_nomem(e, (size_t)grown * sizeof(*a));
                break;
            }
            cap = grown;
        }
        (*loss)[*n] = stmt_f64(&q, 0);
        (*validation)[(*n)++] = stmt_f64(&q, 1);
    }
    st = stmt_close(&q);
    if (st) {
        free(*loss);
        free(*validation);
        *loss = *validation = NULL;
        *n = 0;
    }
    return st;
}

/* ---- the end ---- */

enum status job_finish(struct db *db, const struct job *j, enum job_state final, const char *error,
                       int64_t version, const char *metrics, struct err *e)
{
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e,
              "UPDATE job SET state = :state, finished_at = :now, error = :error, model_version = "
              ":version, metrics = :metrics, owner = NULL, lease_until = NULL, eta_seconds = NULL "
              "WHERE id = :id");
    stmt_bind_text(&q, ":id", j->id);
    stmt_bind_i64(&q, ":state", final);
    stmt_bind_i64(&q, ":now", clock_ms());
    stmt_bind_text(&q, ":error", error);
    if (version)
        stmt_bind_i64(&q, ":version", version);
    else
        stmt_bind_text(&q, ":version", NULL);
    stmt_bind_text(&q, ":metrics", metrics);
    stmt_run(&q);
    st = stmt_close(&q);
    if (!st)
        st = run_for(db, "DELETE FROM job_snapshot WHERE job = :id", j->id, e);
    if (!st && j->dataset_id)
        st = dataset_collect(db, j->dataset_id, e);
    if (!st && j->validation_dataset_id && j->validation_dataset_id != j->dataset_id)
        st = dataset_collect(db, j->validation_dataset_id, e);
    return st;
}

void job_give_back(struct db *db)
{
    blob_collect(db, false);
    db_shrink(db);
}

enum status job_running(struct job *out, struct db *db, const char *id, struct err *e)
{
    enum status st = job_find(out, db, id, e);

    if (!st && out->state != JOB_RUNNING) {
        st = err_set(e, ST_CONFLICT, "job %s is %s", id, job_state_name(out->state));
        job_release(out);
    }
    return st;
}

enum status store_job_fail(struct store *s, const char *id, enum job_state final, const char *error,
                           struct err *e)
{
    struct job j = {0};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = db_begin(db, e);
    if (st)
        return st;
    st = job_running(&j, db, id, e);
    if (!st)
        st = job_finish(db, &j, final, error, 0, NULL, e);
    job_release(&j);
    st = db_end(db, st, e);
    if (!st)
        job_give_back(db);
    return st;
}

enum status store_job_set_arithmetic(struct store *s, const char *id, const char *arithmetic,
                                     struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    if (st)
        return st;
    stmt_open(&q, db, e,
              "UPDATE job SET arithmetic = :arithmetic WHERE id = :id AND state = " SQL_RUNNING);
    stmt_bind_text(&q, ":arithmetic", arithmetic);
    stmt_bind_text(&q, ":id", id);
    stmt_run(&q);
    if (!q.st && db_changes(db) == 0)
        q.st = err_set(e, ST_CONFLICT, "job %s is not running", id);
    return stmt_close(&q);
}

static enum status put_back_to_start(struct db *db, const char *id, const char *note, struct err *e)
{
    struct stmt q;

    stmt_open(
        &q, db, e,
        "UPDATE job SET note = :note, epoch = 0, fraction = 0, loss = NULL, validation_loss = "
        "NULL, samples_per_second = NULL, eta_seconds = NULL WHERE id = :id");
    stmt_bind_text(&q, ":note", note);
    stmt_bind_text(&q, ":id", id);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_job_restart(struct store *s, const char *id, const char *note, struct err *e)
{
    struct job j = {0};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = db_begin(db, e);
    if (st)
        return st;
    st = job_running(&j, db, id, e);
    if (!st)
        st = run_for(db, "DELETE FROM job_snapshot WHERE job = :id", id, e);
    if (!st)
        st = run_for(db, "DELETE FROM job_history WHERE job = :id", id, e);
    if (!st)
        st = put_back_to_start(db, id, note, e);
    job_release(&j);
    st = db_end(db, st, e);
    if (!st)
        blob_collect(db, false);
    return st;
}

static enum status put_result(struct db *db, const char *id, const char *result, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "INSERT INTO job_result (job, result) VALUES (:id, :result)");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_text(&q, ":result", result);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_job_complete(struct store *s, const char *id, const struct job_advance *a,
                               const struct job_result *r, struct err *e)
{
    struct job j = {0};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = db_begin(db, e);
    if (st)
        return st;
    st = job_running(&j, db, id, e);
    if (!st)
        st = job_put_history(db, id, a, e);
    if (!st)
        st = job_put_progress(db, id, &a->progress, 0, e);
    if (!st)
        st = put_result(db, id, r->result, e);
    if (!st)
        st = job_finish(db, &j, JOB_SUCCEEDED, NULL, 0, r->metrics, e);
    job_release(&j);
    st = db_end(db, st, e);
    if (!st)
        job_give_back(db);
    return st;
}

enum status store_job_result(char **json, struct store *s, const char *id, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *json = NULL;
    if (st)
        return st;
    stmt_open(&q, db, e, "SELECT result FROM job_result WHERE job = :id");
    stmt_bind_text(&q, ":id", id);
    if (stmt_row(&q))
        *json = stmt_text(&q, 0);
    return stmt_close(&q);
}

enum status store_job_cancel(struct job *out, struct store *s, const char *id, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct job){0};
    if (!st)
        st = db_begin(db, e);
    if (st)
        return st;
    st = job_find(out, db, id, e);
    if (!st && job_state_final(out->state))
        st = err_set(e, ST_CONFLICT, "job %s has ended already: it is %s", id,
                     job_state_name(out->state));
    if (!st)
        st = run_for(db, "UPDATE job SET cancel = 1 WHERE id = :id", id, e);
    if (!st && out->state == JOB_QUEUED)
        st = job_finish(db, out, JOB_CANCELLED, NULL, 0, NULL, e);
    job_release(out);
    if (!st)
        st = job_find(out, db, id, e);
    st = db_end(db, st, e);
    if (st)
        job_release(out);
    else if (out->state == JOB_CANCELLED)
        job_give_back(db);
    return st;
}

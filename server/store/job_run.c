/* job_run.c - what a worker writes into its job: checkpoints, the end; and cancelling. job_claim.c
 * gives jobs to workers. */
#include "server/store/blob.h"
#include "server/store/dataset.h"
#include "server/store/event.h"
#include "server/store/job.h"
#include "server/store/job_states.h"
#include "server/store/lease.h"
#include "server/store/setback.h"
#include "server/store/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum status run_for(struct db *db, const char *sql, const char *id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    stmt_bind_text(&q, ":id", id);
    stmt_run(&q);
    return stmt_close(&q);
}

/* ---- progress ---- */

enum status job_put_history(struct db *db, const char *id, const struct job_advance *a,
                            struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT INTO job_history (job, epoch, loss, validation_loss) VALUES (:id, :epoch, "
              ":loss, :validation) ON CONFLICT (job, epoch) DO UPDATE SET loss = excluded.loss, "
              "validation_loss = excluded.validation_loss");
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
                             struct err *e)
{
    struct stmt q;

    stmt_open(
        &q, db, e,
        "UPDATE job SET epoch = :epoch, epochs = :epochs, fraction = :fraction, loss = :loss, "
        "validation_loss = :validation, samples_per_second = :speed, eta_seconds = :eta WHERE id "
        "= :id");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_i64(&q, ":epoch", p->epoch);
    stmt_bind_i64(&q, ":epochs", p->epochs);
    stmt_bind_f64(&q, ":fraction", isfinite(p->fraction) ? p->fraction : 0);
    stmt_bind_f64(&q, ":loss", p->loss);
    stmt_bind_f64(&q, ":validation", p->validation_loss);
    stmt_bind_f64(&q, ":speed", p->samples_per_second);
    stmt_bind_f64(&q, ":eta", p->eta_seconds);
    stmt_run(&q);
    return stmt_close(&q);
}

/* Writes the row of the snapshot, with the bytes after the parts of the blob. */
static enum status put_snapshot(struct db *db, const char *id, const struct job_advance *a,
                                int64_t blob, size_t rest, struct err *e)
{
    struct stmt q;
    enum status st;

    if (!a->snapshot)
        return ST_OK;
    st = run_for(db, "DELETE FROM job_snapshot WHERE job = :id", id, e); /* frees the old blob */
    if (st)
        return st;
    stmt_open(&q, db, e,
              "INSERT INTO job_snapshot (job, state, epoch, fraction) VALUES (:id, "
              ":state, :epoch, :fraction)");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_blob(&q, ":state", a->snapshot + rest, a->snapshot_len - rest);
    stmt_bind_i64(&q, ":epoch", a->first_epoch + a->epochs - 1);
    stmt_bind_f64(&q, ":fraction", isfinite(a->progress.fraction) ? a->progress.fraction : 0);
    stmt_run(&q);
    st = stmt_close(&q);
    return st ? st : blob_publish(db, blob, id, 0, 0, e);
}

/* The job has come further than ever before, so it is not what ended the process earlier, and its
 * data can be read. */
static enum status forgive(struct db *db, const char *id, const struct job_progress *p,
                           struct err *e)
{
    enum status st;

    if (!p->advanced)
        return ST_OK;
    st = run_for(db, "UPDATE job SET deaths = 0 WHERE id = :id AND deaths > 0", id, e);
    return st ? st : setback_clear(db, id, e);
}

static enum status cancel_requested(bool *cancel, struct db *db, const char *id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "SELECT cancel FROM job WHERE id = :id");
    stmt_bind_text(&q, ":id", id);
    *cancel = stmt_row(&q) && stmt_i64(&q, 0) != 0;
    return stmt_close(&q);
}

/* Progress of a running job, as it is stored. */
struct checkpoint {
    const struct lease *lease;
    const struct job_advance *a;
    int64_t blob; /* of the snapshot's first bytes; 0: none */
    size_t rest;  /* where the others begin */
    bool cancel;  /* result: the job is to be cancelled */
};

static enum status put_checkpoint(struct db *db, void *ctx, struct err *e)
{
    struct checkpoint *c = ctx;
    const struct job_advance *a = c->a;
    const char *id = c->lease->id;
    enum status st = lease_renew(db, c->lease, e);

    if (!st)
        st = job_put_progress(db, id, &a->progress, e);
    if (!st)
        st = put_snapshot(db, id, a, c->blob, c->rest, e);
    if (!st)
        st = forgive(db, id, &a->progress, e);
    if (!st)
        st = job_put_history(db, id, a, e);
    if (!st)
        st = cancel_requested(&c->cancel, db, id, e);
    return st;
}

enum status store_job_checkpoint(bool *cancel, struct store *s, const struct lease *l,
                                 const struct job_advance *a, struct err *e)
{
    struct checkpoint c = {.lease = l, .a = a};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = blob_write(&c.blob, &c.rest, db, a->snapshot, a->snapshot_len, e);
    if (!st)
        st = transaction_write(db, put_checkpoint, &c, e);
    *cancel = c.cancel;
    if (st)
        blob_drop(db, c.blob);
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
              "nullif(:version, 0), metrics = :metrics, lease_token = nullif(:token, 0), "
              "eta_seconds = NULL "
              "WHERE id = :id");
    stmt_bind_i64(&q, ":token", j->lease_token);
    stmt_bind_text(&q, ":id", j->id);
    stmt_bind_i64(&q, ":state", final);
    stmt_bind_i64(&q, ":now", clock_ms());
    stmt_bind_text(&q, ":error", error);
    stmt_bind_i64(&q, ":version", version);
    stmt_bind_text(&q, ":metrics", metrics);
    stmt_run(&q);
    st = stmt_close(&q);
    if (!st)
        st = lease_end(db, j->id, e);
    if (!st)
        st = setback_clear(db, j->id, e);
    if (!st)
        st = run_for(db, "DELETE FROM job_snapshot WHERE job = :id", j->id, e);
    if (!st && j->dataset_id)
        st = dataset_collect(db, j->dataset_id, e);
    if (!st && j->validation_dataset_id && j->validation_dataset_id != j->dataset_id)
        st = dataset_collect(db, j->validation_dataset_id, e);
    return st ? st : event_job(db, j, final, error, version, e);
}

void job_give_back(struct db *db)
{
    blob_collect(db, false);
    db_shrink(db);
}

struct leased {
    const struct lease *lease;
    job_change *change;
    void *ctx;
};

static enum status change_leased(struct db *db, void *ctx, struct err *e)
{
    const struct leased *c = ctx;
    struct job j = {0};
    enum status st = lease_renew(db, c->lease, e);

    if (!st)
        st = job_find(&j, db, c->lease->id, e);
    j.lease_token = c->lease->token;
    if (!st)
        st = c->change(db, &j, c->ctx, e);
    job_release(&j);
    return st;
}

enum status job_change_leased(struct db *db, const struct lease *l, job_change *change, void *ctx,
                              struct err *e)
{
    struct leased c = {l, change, ctx};

    return transaction_write(db, change_leased, &c, e);
}

/* The end of a job without a result. */
struct failure {
    enum job_state final;
    const char *error; /* problem JSON, or NULL */
};

static enum status fail_job(struct db *db, const struct job *j, void *ctx, struct err *e)
{
    const struct failure *f = ctx;

    return job_finish(db, j, f->final, f->error, 0, NULL, e);
}

enum status store_job_fail(struct store *s, const struct lease *l, enum job_state final,
                           const char *error, struct err *e)
{
    struct failure f = {final, error};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = job_change_leased(db, l, fail_job, &f, e);
    if (!st)
        job_give_back(db);
    return st;
}

static enum status set_arithmetic(struct db *db, const struct job *j, void *ctx, struct err *e)
{
    const char *const *name = ctx;
    struct stmt q;

    stmt_open(&q, db, e, "UPDATE job SET arithmetic = :arithmetic WHERE id = :id");
    stmt_bind_text(&q, ":arithmetic", *name);
    stmt_bind_text(&q, ":id", j->id);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_job_set_arithmetic(struct store *s, const struct lease *l, const char *arithmetic,
                                     struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : job_change_leased(db, l, set_arithmetic, &arithmetic, e);
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

static enum status restart(struct db *db, const struct job *j, void *ctx, struct err *e)
{
    const char *const *note = ctx;
    enum status st = run_for(db, "DELETE FROM job_snapshot WHERE job = :id", j->id, e);

    if (!st)
        st = run_for(db, "DELETE FROM job_history WHERE job = :id", j->id, e);
    return st ? st : put_back_to_start(db, j->id, *note, e);
}

enum status store_job_restart(struct store *s, const struct lease *l, const char *note,
                              struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = job_change_leased(db, l, restart, &note, e);
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

/* The last progress of a job, and its result. */
struct completion {
    const struct job_advance *a;
    const struct job_result *r;
};

static enum status complete(struct db *db, const struct job *j, void *ctx, struct err *e)
{
    const struct completion *c = ctx;
    enum status st = job_put_history(db, j->id, c->a, e);

    if (!st)
        st = job_put_progress(db, j->id, &c->a->progress, e);
    if (!st)
        st = put_result(db, j->id, c->r->result, e);
    if (!st)
        st = job_finish(db, j, JOB_SUCCEEDED, NULL, 0, c->r->metrics, e);
    return st;
}

enum status store_job_complete(struct store *s, const struct lease *l, const struct job_advance *a,
                               const struct job_result *r, struct err *e)
{
    struct completion c = {a, r};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = job_change_leased(db, l, complete, &c, e);
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

/* A job that is cancelled, before and after. */
struct cancellation {
    const char *id;
    struct job *job;
};

static enum status cancel(struct db *db, void *ctx, struct err *e)
{
    const struct cancellation *c = ctx;
    struct job *j = c->job;
    enum status st = job_find(j, db, c->id, e);

    if (!st && job_state_final(j->state))
        st = err_set(e, ST_CONFLICT, "job %s has ended already: it is %s", c->id,
                     job_state_name(j->state));
    if (!st)
        st = run_for(db, "UPDATE job SET cancel = 1 WHERE id = :id", c->id, e);
    if (!st && j->state == JOB_QUEUED)
        st = job_finish(db, j, JOB_CANCELLED, NULL, 0, NULL, e);
    job_release(j);
    return st ? st : job_find(j, db, c->id, e);
}

enum status store_job_cancel(struct job *out, struct store *s, const char *id, struct err *e)
{
    struct cancellation c = {id, out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct job){0};
    if (!st)
        st = transaction_write(db, cancel, &c, e);
    if (st)
        job_release(out);
    else if (out->state == JOB_CANCELLED)
        job_give_back(db);
    return st;
}

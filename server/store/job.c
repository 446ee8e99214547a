/* job.c - table job: submit, read, list, and every change of state. */
#include "server/store/job.h"
#include "server/store/dataset.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define COLUMNS                                                                                    \
    "id, task, dataset, model, dataset_id, state, cancel, created_at, started_at, finished_at, "   \
    "params, epoch, epochs, fraction, loss, validation_loss, samples_per_second, eta_seconds, "    \
    "error, model_version, metrics, attempts"

static const char *const states[] = {"queued", "running", "succeeded", "failed", "cancelled"};

const char *job_state_name(enum job_state st)
{
    return states[st];
}

bool job_state_from_name(enum job_state *out, const char *s)
{
    for (int i = 0; i < 5; i++)
        if (strcmp(states[i], s) == 0) {
            *out = (enum job_state)i;
            return true;
        }
    return false;
}

void job_release(struct job *j)
{
    free(j->task);
    free(j->dataset);
    free(j->model);
    free(j->params);
    free(j->error);
    free(j->metrics);
    memset(j, 0, sizeof(*j));
}

void job_list_release(struct job_list *l)
{
    for (int i = 0; i < l->count; i++)
        job_release(&l->items[i]);
    free(l->items);
    *l = (struct job_list){0};
}

/* ---- ids: 48 bits of milliseconds, 80 random ones that only grow within a millisecond ---- */

static enum status new_id(char out[JOB_ID_LEN + 1], struct err *e)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static uint64_t last_ms;
    static uint8_t tail[10];
    uint64_t now = (uint64_t)clock_ms();
    bool ok = true;

    pthread_mutex_lock(&lock);
    if (now <= last_ms) {
        now = last_ms;
        for (int i = 9; i >= 0 && ++tail[i] == 0; i--) {}
    } else {
        ok = getrandom(tail, sizeof(tail), 0) == (ssize_t)sizeof(tail);
        tail[0] &= 0x7f; /* room to count up */
        last_ms = now;
    }
    for (int i = 9; i >= 0; i--, now >>= 5)
        out[i] = digits[now & 31];
    for (int i = 0; i < 16; i++) {
        unsigned bit = (unsigned)i * 5, pair = (unsigned)tail[bit / 8] << 8;

        pair |= bit / 8 + 1 < 10 ? tail[bit / 8 + 1] : 0u;
        out[10 + i] = digits[pair >> (11 - bit % 8) & 31];
    }
    out[JOB_ID_LEN] = '\0';
    pthread_mutex_unlock(&lock);
    return ok ? ST_OK : err_set(e, ST_IO, "no random numbers to be had");
}

/* ---- reading ---- */

static void read_row(struct job *j, struct stmt *q)
{
    *j = (struct job){
        .task = stmt_text(q, 1),
        .dataset = stmt_text(q, 2),
        .model = stmt_text(q, 3),
        .dataset_id = stmt_i64(q, 4),
        .state = (enum job_state)stmt_i64(q, 5),
        .cancel_requested = stmt_i64(q, 6) != 0,
        .created_at = stmt_i64(q, 7),
        .started_at = stmt_i64(q, 8),
        .finished_at = stmt_i64(q, 9),
        .params = stmt_text(q, 10),
        .progress = {.epoch = (int)stmt_i64(q, 11),
                     .epochs = (int)stmt_i64(q, 12),
                     .fraction = stmt_f64(q, 13),
                     .loss = stmt_f64(q, 14),
                     .validation_loss = stmt_f64(q, 15),
                     .samples_per_second = stmt_f64(q, 16),
                     .eta_seconds = stmt_f64(q, 17)},
        .error = stmt_text(q, 18),
        .model_version = stmt_i64(q, 19),
        .metrics = stmt_text(q, 20),
        .attempts = (int)stmt_i64(q, 21),
    };
    stmt_copy(q, 0, j->id, sizeof(j->id));
}

enum status job_find(struct job *out, struct db *db, const char *id, struct err *e)
{
    struct stmt q;
    bool found;
    enum status st;

    *out = (struct job){0};
    stmt_open(&q, db, e, "SELECT " COLUMNS " FROM job WHERE id = :id");
    stmt_bind_text(&q, ":id", id);
    found = stmt_row(&q);
    if (found)
        read_row(out, &q);
    st = stmt_close(&q);
    if (!st && !found)
        st = err_set(e, ST_NOT_FOUND, "there is no job '%.80s'", id);
    if (st)
        job_release(out);
    return st;
}

enum status store_job_get(struct job *out, struct store *s, const char *id, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct job){0};
    return st ? st : job_find(out, db, id, e);
}

/* One literal for each combination, so that each finds its index. */
static const char *list_sql(int state, const char *model)
{
    if (state >= 0 && model)
        return "SELECT " COLUMNS " FROM job WHERE model = :model AND +state = :state AND "
               "(:before = '' OR id < :before) ORDER BY id DESC LIMIT :limit";
    if (state >= 0)
        return "SELECT " COLUMNS " FROM job WHERE state = :state AND (:before = '' OR id < "
               ":before) ORDER BY id DESC LIMIT :limit";
    if (model)
        return "SELECT " COLUMNS " FROM job WHERE model = :model AND (:before = '' OR id < "
               ":before) ORDER BY id DESC LIMIT :limit";
    return "SELECT " COLUMNS " FROM job WHERE id < CASE :before WHEN '' THEN '~' ELSE :before END "
           "ORDER BY id DESC LIMIT :limit";
}

enum status store_job_list(struct job_list *out, struct store *s, int state, const char *model,
                           const char *before, int limit, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *out = (struct job_list){0};
    if (st)
        return st;
    out->items = calloc((size_t)limit + 1, sizeof(*out->items));
    if (!out->items)
        return err_nomem(e, 0);
    stmt_open(&q, db, e, list_sql(state, model));
    if (state >= 0)
        stmt_bind_i64(&q, ":state", state);
    if (model)
        stmt_bind_text(&q, ":model", model);
    stmt_bind_text(&q, ":before", before);
    stmt_bind_i64(&q, ":limit", limit);
    while (out->count < limit && stmt_row(&q))
        read_row(&out->items[out->count++], &q);
    st = stmt_close(&q);
    if (st)
        job_list_release(out);
    return st;
}

enum status store_job_counts(int64_t counts[5], struct store *s, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    memset(counts, 0, 5 * sizeof(*counts));
    if (st)
        return st;
    stmt_open(&q, db, e, "SELECT state, count(*) FROM job GROUP BY state");
    while (stmt_row(&q)) {
        int64_t i = stmt_i64(&q, 0);

        if (i >= 0 && i < 5)
            counts[i] = stmt_i64(&q, 1);
    }
    return stmt_close(&q);
}

/* ---- submitting ---- */

static enum status find_by_key(struct job *out, bool *existing, struct db *db,
                               const struct job_submission *sub, struct err *e)
{
    char id[JOB_ID_LEN + 1] = "", digest[DIGEST_LEN + 1] = "";
    struct stmt q;
    enum status st;

    *existing = false;
    if (!sub->idempotency_key)
        return ST_OK;
    stmt_open(&q, db, e, "SELECT id, request_digest FROM job WHERE idempotency_key = :key");
    stmt_bind_text(&q, ":key", sub->idempotency_key);
    if (stmt_row(&q)) {
        stmt_copy(&q, 0, id, sizeof(id));
        stmt_copy(&q, 1, digest, sizeof(digest));
        *existing = true;
    }
    st = stmt_close(&q);
    if (st || !*existing)
        return st;
    if (strcmp(digest, sub->request_digest) != 0)
        return err_set(e, ST_CONFLICT,
                       "the Idempotency-Key was used for another request (job %s); give this one "
                       "a key of its own",
                       id);
    return job_find(out, db, id, e);
}

enum status store_job_find_retry(struct job *out, bool *existing, struct store *s,
                                 const struct job_submission *sub, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct job){0};
    *existing = false;
    return st ? st : find_by_key(out, existing, db, sub, e);
}

static enum status check_queue(struct db *db, int max_queue, struct err *e)
{
    int64_t queued = 0;
    enum status st = db_int(&queued, db, "SELECT count(*) FROM job WHERE state = 0", e);

    if (!st && queued >= max_queue)
        st = err_set(e, ST_BUSY, "%lld jobs are queued; max_queue allows %d: try again later",
                     (long long)queued, max_queue);
    return st;
}

static enum status insert_job(char id[JOB_ID_LEN + 1], struct db *db,
                              const struct job_submission *sub, struct err *e)
{
    struct stmt q;
    enum status st = new_id(id, e);

    if (st)
        return st;
    stmt_open(&q, db, e,
              "INSERT INTO job (id, task, dataset, dataset_id, model, state, created_at, params, "
              "idempotency_key, request_digest) VALUES (:id, :task, :dataset, :dataset_id, :model, "
              "0, :created, :params, :key, :digest)");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_text(&q, ":task", sub->task);
    stmt_bind_text(&q, ":dataset", sub->dataset);
    stmt_bind_i64(&q, ":dataset_id", sub->dataset_id);
    stmt_bind_text(&q, ":model", sub->model);
    stmt_bind_i64(&q, ":created", clock_ms());
    stmt_bind_text(&q, ":params", sub->params);
    stmt_bind_text(&q, ":key", sub->idempotency_key);
    stmt_bind_text(&q, ":digest", sub->request_digest);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_job_submit(struct job *out, bool *existing, struct store *s,
                             const struct job_submission *sub, struct err *e)
{
    char id[JOB_ID_LEN + 1];
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct job){0};
    if (!st)
        st = db_begin(db, e);
    if (st)
        return st;
    st = find_by_key(out, existing, db, sub, e);
    if (!st && !*existing) {
        st = check_queue(db, sub->max_queue, e);
        if (!st)
            st = insert_job(id, db, sub, e);
        if (st == ST_CONFLICT) /* the content went between the look and the submission */
            st = err_set(e, ST_CONFLICT, "the dataset '%s' has just been replaced; try again",
                         sub->dataset);
        if (!st)
            st = job_find(out, db, id, e);
    }
    st = db_end(db, st, e);
    if (st)
        job_release(out);
    return st;
}

/* ---- claiming and letting go ---- */

enum status store_job_release_all(int *count, struct store *s, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = db_exec(
            db, "UPDATE job SET state = 0, owner = NULL, lease_until = NULL WHERE state = 1", e);
    *count = st ? 0 : db_changes(db);
    return st;
}

static enum status load_snapshot(uint8_t **bytes, size_t *len, struct db *db, const char *id,
                                 struct err *e)
{
    struct stmt q;

    *bytes = NULL;
    *len = 0;
    stmt_open(&q, db, e, "SELECT state FROM job_snapshot WHERE job = :id");
    stmt_bind_text(&q, ":id", id);
    if (stmt_row(&q)) {
        const void *p = stmt_blob(&q, 0, len);

        *bytes = malloc(*len + 1);
        if (*bytes && p)
            memcpy(*bytes, p, *len);
        else if (!*bytes)
            q.st = err_nomem(e, *len);
    }
    return stmt_close(&q);
}

static enum status take_oldest(char id[JOB_ID_LEN + 1], struct db *db, const char *owner,
                               int64_t lease_ms, struct err *e)
{
    struct stmt q;
    bool found;
    enum status st;

    stmt_open(&q, db, e,
              "UPDATE job SET state = 1, owner = :owner, lease_until = :lease, attempts = attempts "
              "+ 1, started_at = coalesce(started_at, :now) WHERE id = (SELECT id FROM job WHERE "
              "state = 0 ORDER BY id LIMIT 1) RETURNING id");
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
        st = db_int(&queued, db, "SELECT EXISTS (SELECT 1 FROM job WHERE state = 0)", e);
    if (!st && !queued)
        st = err_set(e, ST_NOT_FOUND, "no job is queued");
    if (!st)
        st = db_begin(db, e);
    if (st)
        return st;
    st = take_oldest(id, db, owner, lease_ms, e);
    if (!st)
        st = job_find(out, db, id, e);
    if (!st)
        st = load_snapshot(snapshot, snapshot_len, db, id, e);
    st = db_end(db, st, e);
    if (st) {
        job_release(out);
        free(*snapshot);
        *snapshot = NULL;
    }
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

    /* a job that is let go on purpose has not failed: it does not count as an attempt */
    return st ? st
              : run_for(db,
                        "UPDATE job SET state = 0, owner = NULL, lease_until = NULL, attempts = "
                        "max(attempts - 1, 0) WHERE id = :id AND state = 1",
                        id, e);
}

/* ---- progress ---- */

enum status job_put_history(struct db *db, const char *id, int first_epoch, const double *loss,
                            const double *validation, int n, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT OR REPLACE INTO job_history (job, epoch, loss, validation_loss) VALUES (:id, "
              ":epoch, :loss, :validation)");
    for (int i = 0; !q.st && i < n; i++) {
        stmt_bind_text(&q, ":id", id);
        stmt_bind_i64(&q, ":epoch", first_epoch + i);
        stmt_bind_f64(&q, ":loss", loss[i]);
        stmt_bind_f64(&q, ":validation", validation ? validation[i] : NAN);
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
        "lease_until = :lease WHERE id = :id AND state = 1");
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

static enum status put_snapshot(struct db *db, const char *id, const uint8_t *bytes, size_t len,
                                struct err *e)
{
    struct stmt q;

    if (!bytes)
        return ST_OK;
    stmt_open(&q, db, e, "INSERT OR REPLACE INTO job_snapshot (job, state) VALUES (:id, :state)");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_blob(&q, ":state", bytes, len);
    stmt_run(&q);
    return stmt_close(&q);
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
                                 const struct job_progress *p, const uint8_t *snapshot,
                                 size_t snapshot_len, int first_epoch, const double *loss,
                                 const double *validation, int n, int64_t lease_ms, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *cancel = false;
    if (!st)
        st = db_begin(db, e);
    if (st)
        return st;
    st = job_put_progress(db, id, p, clock_ms() + lease_ms, e);
    if (!st)
        st = put_snapshot(db, id, snapshot, snapshot_len, e);
    if (!st)
        st = job_put_history(db, id, first_epoch, loss, validation, n, e);
    if (!st)
        st = cancel_asked(cancel, db, id, e);
    return db_end(db, st, e);
}

enum status store_job_history(double **loss, double **validation, int *n, struct store *s,
                              const char *id, int first_epoch, struct err *e)
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
              "ORDER BY epoch");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_i64(&q, ":first", first_epoch);
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
    return st;
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
    return db_end(db, st, e);
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
    if (!st) {
        job_release(out);
        st = job_find(out, db, id, e);
    }
    return db_end(db, st, e);
}

/* job.c - table job: submit, read, list, delete. job_claim.c and job_run.c change the
 * state of a job. */
#include "server/store/job.h"
#include "server/store/connection.h"
#include "server/store/dataset.h"
#include "server/store/file_limit.h"
#include "server/store/job_states.h"
#include "server/store/job_turn.h"
#include "server/store/model_version.h"
#include "server/store/quota.h"
#include "server/store/retrain_check.h"
#include "server/store/training.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define COLUMNS                                                                                    \
    "id, task, dataset, model, dataset_id, state, cancel, created_at, started_at, finished_at, "   \
    "params, epoch, epochs, fraction, loss, validation_loss, samples_per_second, eta_seconds, "    \
    "error, model_version, metrics, attempts, backtest, search, warm_start, validation_dataset, "  \
    "validation_dataset_id, deaths, arithmetic, note, promote, promotion, api_key, "               \
    "lease_token"

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
    free(j->backtest);
    free(j->search);
    free(j->warm_start);
    free(j->validation_dataset);
    free(j->arithmetic);
    free(j->note);
    free(j->promote);
    free(j->promotion);
    memset(j, 0, sizeof(*j));
}

void job_list_release(struct job_list *l)
{
    for (int i = 0; i < l->count; i++)
        job_release(&l->items[i]);
    free(l->items);
    *l = (struct job_list){0};
}

/* ---- ids: 48 bits of milliseconds, then 80 random bits that only grow within a millisecond
 * ---- */

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
    return ok ? ST_OK : err_set(e, ST_IO, "the system returns no random numbers");
}

/* ---- reading ---- */

static void read_row(struct job *j, struct stmt *q)
{
    *j = (struct job){
        .task = stmt_text(q, 1),
        .dataset = stmt_text(q, 2),
        .model = stmt_text(q, 3),
        .dataset_id = stmt_i64(q, 4),
        .state = (enum job_state)stmt_within(q, 5, JOB_QUEUED, JOB_CANCELLED),
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
        .backtest = stmt_text(q, 22),
        .search = stmt_text(q, 23),
        .warm_start = stmt_text(q, 24),
        .validation_dataset = stmt_text(q, 25),
        .validation_dataset_id = stmt_i64(q, 26),
        .deaths = (int)stmt_i64(q, 27),
        .arithmetic = stmt_text(q, 28),
        .note = stmt_text(q, 29),
        .promote = stmt_text(q, 30),
        .promotion = stmt_text(q, 31),
        .api_key = stmt_i64(q, 32),
        .lease_token = stmt_i64(q, 33),
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

/* A key may see a job if it may see both its data set and its model. A backtest may have no
 * model. */
#define COVERED                                                                                    \
    "AND (:names IS NULL OR (glob(:names, dataset) AND (model = '' OR glob(:names, model)))) "

/* Each combination of filters has a statement of its own, so that SQLite uses the right index. */
static const char *list_sql(int state, const char *model)
{
    if (state >= 0 && model)
        return "SELECT " COLUMNS " FROM job WHERE model = :model AND state = :state AND id < "
               ":before " COVERED "ORDER BY id DESC LIMIT :limit";
    if (state >= 0)
        return "SELECT " COLUMNS " FROM job WHERE state = :state AND id < :before " COVERED
               "ORDER BY id DESC "
               "LIMIT :limit";
    if (model)
        return "SELECT " COLUMNS " FROM job WHERE model = :model AND id < :before " COVERED
               "ORDER BY id DESC "
               "LIMIT :limit";
    return "SELECT " COLUMNS " FROM job WHERE id < :before " COVERED
           "ORDER BY id DESC LIMIT :limit";
}

enum status store_job_list(struct job_list *out, struct store *s, int state, const char *model,
                           const char *names, const char *before, int limit, struct err *e)
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
    stmt_bind_text(&q, ":names", names);
    stmt_bind_text(&q, ":before", before[0] ? before : "~"); /* sorts after every id */
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

enum status store_job_oldest_queued(int64_t *created_at, struct store *s, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *created_at = 0;
    return st ? st : job_turn_oldest(created_at, db, e);
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
    if (strcmp(digest, sub->request_digest ? sub->request_digest : "") != 0)
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

static enum status insert_job(char id[JOB_ID_LEN + 1], struct db *db,
                              const struct job_submission *sub, struct err *e)
{
    struct stmt q;
    enum status st = new_id(id, e);

    if (st)
        return st;
    stmt_open(&q, db, e,
              "INSERT INTO job (id, task, dataset, dataset_id, model, state, created_at, params, "
              "idempotency_key, request_digest, backtest, search, warm_start, validation_dataset, "
              "validation_dataset_id, promote, api_key) VALUES (:id, :task, :dataset, :dataset_id, "
              ":model, 0, "
              ":created, :params, :key, :digest, :backtest, :search, :warm, :validation, "
              "nullif(:validation_id, 0), :promote, :api_key)");
    stmt_bind_text(&q, ":promote", sub->promote);
    stmt_bind_i64(&q, ":api_key", sub->api_key);
    stmt_bind_text(&q, ":validation", sub->validation_dataset);
    stmt_bind_i64(&q, ":validation_id", sub->validation_dataset_id);
    stmt_bind_text(&q, ":warm", sub->warm_start);
    stmt_bind_text(&q, ":backtest", sub->backtest);
    stmt_bind_text(&q, ":search", sub->search);
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

/* The version may have been removed between look-up and submission. */
static enum status check_warm_start(struct db *db, const char *from, struct err *e)
{
    char name[NAME_MAX_LEN + 1] = "";
    const char *slash = from ? strchr(from, '/') : NULL;
    struct model_version v = {0};
    enum status st;

    if (!slash || slash - from > NAME_MAX_LEN)
        return ST_OK;
    memcpy(name, from, (size_t)(slash - from));
    st = model_find(&v, db, name, version_number(strtoll(slash + 1, NULL, 10)), e);
    model_version_release(&v);
    if (st == ST_NOT_FOUND)
        st = err_set(e, ST_CONFLICT, "the version %s has just been removed; try again", from);
    return st;
}

/* A request for a job, and the job that it made or found. */
struct submitting {
    const struct job_submission *sub;
    struct job *job;
    bool existing;
};

static enum status submit(struct db *db, void *ctx, struct err *e)
{
    struct submitting *c = ctx;
    char id[JOB_ID_LEN + 1];
    bool created = false;
    enum status st = find_by_key(c->job, &c->existing, db, c->sub, e);

    if (st || c->existing)
        return st;
    st = quota_check_left(db, e);
    if (!st)
        st = store_training_may(db->store, c->sub->api_key, e);
    if (!st)
        st = job_turn_room(db, c->sub->api_key, c->sub->max_queue, e);
    if (!st)
        st = file_limit_check(db, 0, e);
    if (!st)
        st = check_warm_start(db, c->sub->warm_start, e);
    if (st)
        return st;
    st = insert_job(id, db, c->sub, e);
    if (st == ST_CONFLICT) /* the content was deleted between look-up and submission */
        st = err_set(e, ST_CONFLICT, "a dataset of the job has just been replaced; try again");
    if (!st && c->sub->retrain)
        st = retrain_set(&created, db, c->sub->model, c->sub->retrain, e);
    return st ? st : job_find(c->job, db, id, e);
}

enum status store_job_submit(struct job *out, bool *existing, struct store *s,
                             const struct job_submission *sub, struct err *e)
{
    struct submitting c = {.sub = sub, .job = out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct job){0};
    if (!st)
        st = transaction_write(db, submit, &c, e);
    *existing = c.existing;
    if (st)
        job_release(out);
    return st;
}

/* ---- deleting ---- */

/* ON DELETE CASCADE deletes its history, snapshot and result too. */
static enum status delete_row(struct db *db, const char *id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "DELETE FROM job WHERE id = :id");
    stmt_bind_text(&q, ":id", id);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status delete_ended(struct db *db, void *ctx, struct err *e)
{
    const char *const *of = ctx, *id = *of;
    struct job j = {0};
    enum status st = job_find(&j, db, id, e);

    if (!st && !job_state_final(j.state))
        st = err_set(e, ST_CONFLICT, "job %s is %s; cancel it first, or wait for its end", id,
                     job_state_name(j.state));
    if (!st)
        st = delete_row(db, id, e);
    job_release(&j);
    return st;
}

static enum status delete_job(struct store *s, const void *ctx, struct err *e)
{
    const char *id = ctx;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = transaction_write(db, delete_ended, &id, e);
    if (!st)
        db_shrink(db);
    return st;
}

enum status store_job_delete(struct store *s, const char *id, struct err *e)
{
    return store_delete_by(s, delete_job, id, e);
}

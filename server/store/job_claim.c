/* job_claim.c - gives jobs to workers, and takes them back. */
#include "server/store/blob.h"
#include "server/store/connection.h"
#include "server/store/job.h"
#include "server/store/job_states.h"
#include "server/store/job_turn.h"
#include "server/store/lease.h"
#include "server/store/state.h"

#include <stdlib.h>
#include <string.h>

/* ---- taking back ---- */

/* The start of a process. */
struct start {
    const char *owner;
    int count;
};

/* All at once is right for a process that has the database to itself: the one before has ended, and
 * its jobs need not wait for the ends of its leases. Where processes share a database this would
 * take the jobs from processes that run, so there only leases that ended count. */
static enum status take_back(struct db *db, void *ctx, struct err *e)
{
    struct start *c = ctx;
    char first[JOB_ID_LEN + 1];
    int64_t before = db->store->exclusive ? INT64_MAX : lease_clock_ms(db);

    return lease_reclaim(&c->count, first, db, c->owner, before, e);
}

static enum status take_back_in(struct store *s, const void *ctx, struct err *e)
{
    struct start *const *c = ctx;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : transaction_write(db, take_back, *c, e);
}

enum status store_job_take_back(int *count, struct store *s, const char *owner, struct err *e)
{
    struct start c = {.owner = owner}, *at = &c;
    enum status st = store_delete_by(s, take_back_in, &at, e); /* must work on a full disk too */

    *count = st ? 0 : c.count;
    return st;
}

/* ---- claiming ---- */

/* A claim by a worker, and the result. */
struct claim {
    const char *owner;
    struct store *store;
    int64_t key; /* whose turn it was */
    char id[JOB_ID_LEN + 1];
    struct job *job;
    struct lease *lease;
};

/* What the snapshot of a job includes. */
struct kept {
    bool found;
    int64_t epoch;
    double fraction;
};

static enum status find_kept(struct kept *k, struct db *db, const char *id, struct err *e)
{
    struct stmt q;

    *k = (struct kept){0};
    stmt_open(&q, db, e, "SELECT epoch, fraction FROM job_snapshot WHERE job = :id");
    stmt_bind_text(&q, ":id", id);
    k->found = stmt_row(&q);
    if (k->found) {
        k->epoch = stmt_i64(&q, 0);
        k->fraction = stmt_f64(&q, 1);
    }
    return stmt_close(&q);
}

static enum status delete_later(struct db *db, const char *id, int64_t epoch, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "DELETE FROM job_history WHERE job = :id AND epoch > :epoch");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_i64(&q, ":epoch", epoch);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status mark_running(struct db *db, const char *id, const struct kept *k, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "UPDATE job SET state = " SQL_RUNNING
              ", attempts = attempts + 1, started_at = coalesce(started_at, :now), fraction = "
              ":fraction, epoch = CASE WHEN :found = 1 THEN epoch ELSE 0 END, loss = CASE WHEN "
              ":found = 1 THEN loss END, validation_loss = CASE WHEN :found = 1 THEN "
              "validation_loss END WHERE id = :id");
    stmt_bind_i64(&q, ":now", clock_ms());
    stmt_bind_f64(&q, ":fraction", k->fraction);
    stmt_bind_i64(&q, ":found", k->found);
    stmt_bind_text(&q, ":id", id);
    stmt_run(&q);
    return stmt_close(&q);
}

/* A job that came back is first: it has waited for its turn already. */
static enum status choose(struct claim *c, struct db *db, struct err *e)
{
    int64_t last = atomic_load(&c->store->last_key), key;
    bool may = false;
    int count;
    enum status st = lease_reclaim(&count, c->id, db, c->owner, lease_clock_ms(db), e);

    if (!st && c->id[0])
        st = job_turn_again(&may, &key, db, c->id, e);
    c->key = last;
    return st || may ? st : job_turn_next(c->id, &c->key, db, last, e);
}

static enum status claim_next(struct db *db, void *ctx, struct err *e)
{
    struct claim *c = ctx;
    struct kept k;
    enum status st = choose(c, db, e);

    if (!st)
        st = find_kept(&k, db, c->id, e);
    if (!st)
        st = delete_later(db, c->id, k.epoch, e);
    if (!st)
        st = mark_running(db, c->id, &k, e);
    if (!st)
        st = lease_take(c->lease, db, c->id, c->owner, e);
    if (!st)
        st = job_find(c->job, db, c->id, e);
    if (!st)
        c->job->kept_epochs = (int)k.epoch;
    return st;
}

/* Looks without the write lock, in case there is no job. */
static enum status look(struct db *db, const char *owner, struct err *e)
{
    int64_t queued = 0;
    bool ended = false;
    enum status st = db_int(&queued, db,
                            "SELECT CASE WHEN EXISTS (SELECT 1 FROM job WHERE state = " SQL_QUEUED
                            ") THEN 1 ELSE 0 END",
                            e);

    if (!st && !queued)
        st = lease_any_before(&ended, db, owner, lease_clock_ms(db), e);
    return st || queued || ended ? st : err_set(e, ST_NOT_FOUND, "no job is queued");
}

enum status store_job_claim(struct job *out, struct lease *lease, struct store *s,
                            const char *owner, struct err *e)
{
    struct claim c = {.owner = owner, .store = s, .job = out, .lease = lease};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct job){0};
    *lease = (struct lease){0};
    if (!st)
        st = look(db, owner, e);
    if (!st)
        st = transaction_write(db, claim_next, &c, e);
    if (!st)
        atomic_store(&s->last_key, c.key);
    if (st)
        job_release(out);
    return st;
}

/* The snapshot of a job while it is read. */
struct reading {
    const char *id;
    uint8_t *bytes; /* NULL: none */
    size_t len;
};

static enum status read_snapshot(struct db *db, void *ctx, struct err *e)
{
    struct reading *c = ctx;
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e, "SELECT state FROM job_snapshot WHERE job = :id");
    stmt_bind_text(&q, ":id", c->id);
    if (stmt_row(&q))
        stmt_take_blob(&q, 0, &c->bytes, &c->len);
    st = stmt_close(&q);
    return !st && c->bytes ? blob_join(&c->bytes, &c->len, db, c->id, 0, 0, e) : st;
}

enum status store_job_snapshot(uint8_t **snapshot, size_t *len, struct store *s, const char *id,
                               struct err *e)
{
    struct reading c = {.id = id};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = transaction_read(db, read_snapshot, &c, e);
    if (st) {
        free(c.bytes);
        c = (struct reading){0};
    }
    *snapshot = c.bytes;
    *len = c.len;
    return st;
}

/* ---- releasing ---- */

enum status job_let_go(struct db *db, const struct job *j, void *ctx, struct err *e)
{
    struct stmt q;
    enum status st = lease_end(db, j->id, e);

    (void)ctx;
    if (st)
        return st;
    stmt_open(&q, db, e,
              "UPDATE job SET state = " SQL_QUEUED
              ", attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END WHERE id = :id");
    stmt_bind_text(&q, ":id", j->id);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_job_release(struct store *s, const struct lease *l, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : job_change_leased(db, l, job_let_go, NULL, e);
}

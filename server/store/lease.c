/* lease.c - see lease.h.
 *
 * Nobody takes a lease of its own owner, even after its end. If a whole process stood still for a
 * while, its workers find their jobs again. A process that gives up a job removes its name from the
 * lease, and then anybody may take the job after the lease's end. */
#include "server/store/lease.h"

#include "server/store/job_states.h"
#include "server/store/state.h"

#include <stdio.h>

enum { AT_ONCE = 16 }; /* leases that one statement renews */

int64_t lease_clock_ms(struct db *db)
{
    return db->driver->clock_ms(db);
}

enum status lease_take(struct lease *out, struct db *db, const char *id, const char *owner,
                       struct err *e)
{
    struct stmt q;

    snprintf(out->id, sizeof(out->id), "%s", id);
    stmt_open(&q, db, e,
              "INSERT INTO job_lease (job, owner, until) VALUES (:id, :owner, :until) RETURNING "
              "token");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_text(&q, ":owner", owner);
    stmt_bind_i64(&q, ":until", lease_clock_ms(db) + LEASE_MS);
    out->token = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

enum status lease_renew(struct db *db, const struct lease *l, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "UPDATE job_lease SET until = :until WHERE token = :token AND job = :id");
    stmt_bind_i64(&q, ":until", lease_clock_ms(db) + LEASE_MS);
    stmt_bind_i64(&q, ":token", l->token);
    stmt_bind_text(&q, ":id", l->id);
    stmt_run(&q);
    if (!q.st && db_changes(db) == 0)
        q.st = err_set(e, ST_LOST, "job %s has ended, or another worker runs it", l->id);
    return stmt_close(&q);
}

enum status lease_end(struct db *db, const char *id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "DELETE FROM job_lease WHERE job = :id");
    stmt_bind_text(&q, ":id", id);
    stmt_run(&q);
    return stmt_close(&q);
}

/* ---- leases of others that ended ---- */

#define ENDED "until < :before AND owner <> :owner"

static void bind_ended(struct stmt *q, const char *owner, int64_t before)
{
    stmt_bind_i64(q, ":before", before);
    stmt_bind_text(q, ":owner", owner);
}

enum status lease_any_before(bool *any, struct db *db, const char *owner, int64_t before,
                             struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "SELECT 1 FROM job_lease WHERE " ENDED " LIMIT 1");
    bind_ended(&q, owner, before);
    *any = stmt_row(&q);
    return stmt_close(&q);
}

static enum status run_ended(int *count, struct db *db, const char *sql, const char *owner,
                             int64_t before, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    bind_ended(&q, owner, before);
    stmt_run(&q);
    *count = q.st ? 0 : (int)db_changes(db);
    return stmt_close(&q);
}

enum status lease_reclaim(int *count, char first[JOB_ID_LEN + 1], struct db *db, const char *owner,
                          int64_t before, struct err *e)
{
    struct stmt q;
    enum status st;

    *count = 0;
    first[0] = '\0';
    stmt_open(&q, db, e, "SELECT min(job) FROM job_lease WHERE " ENDED);
    bind_ended(&q, owner, before);
    if (stmt_row(&q))
        stmt_copy(&q, 0, first, JOB_ID_LEN + 1);
    st = stmt_close(&q);
    if (st || !first[0])
        return st;
    st = run_ended(count, db,
                   "UPDATE job SET state = " SQL_QUEUED ", deaths = deaths + 1 WHERE id IN (SELECT "
                   "job FROM job_lease WHERE " ENDED ")",
                   owner, before, e);
    return st ? st : run_ended(count, db, "DELETE FROM job_lease WHERE " ENDED, owner, before, e);
}

/* ---- renewing many ---- */

static const char *const slots[AT_ONCE] = {":t0",  ":t1",  ":t2",  ":t3", ":t4",  ":t5",
                                           ":t6",  ":t7",  ":t8",  ":t9", ":t10", ":t11",
                                           ":t12", ":t13", ":t14", ":t15"};
#define TOKENS                                                                                     \
    "(:t0, :t1, :t2, :t3, :t4, :t5, :t6, :t7, :t8, :t9, :t10, :t11, :t12, :t13, :t14, :t15)"

static void found(struct lease_renewal *r, int n, int64_t token, bool cancel)
{
    for (int i = 0; i < n; i++)
        if (r[i].lease.token == token) {
            r[i].lost = false;
            r[i].cancel = cancel;
        }
}

/* Renews up to AT_ONCE leases of r: those that are stalled if owner is "", otherwise the others.
 * Without the CAST, SQLite 3.40 reads the whole table of jobs for each. */
static enum status renew_some(struct lease_renewal *r, int n, struct db *db, const char *owner,
                              struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "UPDATE job_lease SET until = CASE WHEN :owner = '' THEN until ELSE :until END, "
              "owner = :owner WHERE token IN " TOKENS
              " RETURNING token, (SELECT cancel FROM job WHERE job.id = CAST(job_lease.job AS "
              "TEXT))");
    for (int i = 0; i < AT_ONCE; i++)
        stmt_bind_i64(&q, slots[i],
                      i < n && r[i].stalled == (owner[0] == '\0') ? r[i].lease.token : 0);
    stmt_bind_i64(&q, ":until", lease_clock_ms(db) + LEASE_MS);
    stmt_bind_text(&q, ":owner", owner);
    while (stmt_row(&q))
        found(r, n, stmt_i64(&q, 0), stmt_i64(&q, 1) != 0);
    return stmt_close(&q);
}

struct renewing {
    struct lease_renewal *r;
    int n;
    const char *owner;
};

static enum status renew_all(struct db *db, void *ctx, struct err *e)
{
    const struct renewing *c = ctx;
    enum status st = ST_OK;

    for (int i = 0; !st && i < c->n; i += AT_ONCE) {
        struct lease_renewal *some = c->r + i;
        int n = c->n - i < AT_ONCE ? c->n - i : AT_ONCE, stalled = 0;

        for (int k = 0; k < n; k++) {
            some[k].lost = true;
            some[k].cancel = false;
            stalled += some[k].stalled;
        }
        if (stalled < n)
            st = renew_some(some, n, db, c->owner, e);
        if (!st && stalled)
            st = renew_some(some, n, db, "", e);
    }
    return st;
}

enum status store_leases_renew(struct lease_renewal *r, int n, struct store *s, const char *owner,
                               struct err *e)
{
    struct renewing c = {r, n, owner};
    struct db *db = NULL;
    enum status st = n > 0 ? db_get(&db, s, e) : ST_OK;

    if (st || n <= 0)
        return st;
    return transaction_write_relaxed(db, renew_all, &c, e);
}

enum status store_leases_ended(bool *any, struct store *s, const char *owner, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *any = false;
    return st ? st : lease_any_before(any, db, owner, lease_clock_ms(db), e);
}

/* setback.c - see setback.h. */
#include "server/store/setback.h"

#include "server/store/job.h"
#include "server/store/job_states.h"
#include "server/store/lease.h"
#include "server/store/state.h"

/* A row of job_setback. */
struct setbacks {
    int64_t count, since;
};

static enum status find(struct setbacks *b, struct db *db, const char *id, struct err *e)
{
    struct stmt q;

    *b = (struct setbacks){0};
    stmt_open(&q, db, e, "SELECT count, since FROM job_setback WHERE job = :id");
    stmt_bind_text(&q, ":id", id);
    if (stmt_row(&q)) {
        b->count = stmt_within(&q, 0, 0, INT32_MAX - 1);
        b->since = stmt_i64(&q, 1);
    }
    return stmt_close(&q);
}

static int64_t pause_after(int64_t count, const struct setback_rule *rule)
{
    int64_t pause = rule->pause_ms;

    for (int64_t i = 1; i < count && pause < rule->pause_max_ms; i++)
        pause *= 2;
    return pause < rule->pause_max_ms ? pause : rule->pause_max_ms;
}

static enum status put(struct db *db, const char *id, const struct setbacks *b, int64_t retry_at,
                       struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT INTO job_setback (job, count, since, retry_at) VALUES (:id, :count, :since, "
              ":retry_at) ON CONFLICT (job) DO UPDATE SET count = excluded.count, since = "
              "excluded.since, retry_at = excluded.retry_at");
    stmt_bind_text(&q, ":id", id);
    stmt_bind_i64(&q, ":count", b->count);
    stmt_bind_i64(&q, ":since", b->since);
    stmt_bind_i64(&q, ":retry_at", retry_at);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status setback_clear(struct db *db, const char *id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "DELETE FROM job_setback WHERE job = :id");
    stmt_bind_text(&q, ":id", id);
    stmt_run(&q);
    return stmt_close(&q);
}

/* ---- the change of a running job ---- */

struct setting_back {
    const struct setback_rule *rule;
    bool again;
};

static enum status set_back(struct db *db, const struct job *j, void *ctx, struct err *e)
{
    struct setting_back *c = ctx;
    int64_t now = lease_clock_ms(db);
    struct setbacks b;
    enum status st = find(&b, db, j->id, e);

    if (st)
        return st;
    if (!b.count)
        b.since = now;
    c->again = b.count < SETBACKS_MIN || now - b.since < c->rule->limit_ms;
    if (!c->again)
        return ST_OK;
    b.count++;
    st = put(db, j->id, &b, now + pause_after(b.count, c->rule), e);
    return st ? st : job_let_go(db, j, NULL, e);
}

enum status store_job_set_back(bool *again, struct store *s, const struct lease *l,
                               const struct setback_rule *rule, struct err *e)
{
    struct setting_back c = {.rule = rule};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = job_change_leased(db, l, set_back, &c, e);
    *again = !st && c.again;
    return st;
}

/* The time is compared with that of this moment, and with none from before: while a job waits that
 * could run, every look says so. Workers that find it take it. */
enum status store_jobs_waited(bool *any, struct store *s, struct err *e)
{
    struct stmt q;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *any = false;
    if (st)
        return st;
    stmt_open(&q, db, e,
              "SELECT 1 FROM job_setback b JOIN job j ON j.id = b.job WHERE b.retry_at <= :now AND "
              "j.state = " SQL_QUEUED " LIMIT 1");
    stmt_bind_i64(&q, ":now", lease_clock_ms(db));
    *any = stmt_row(&q);
    return stmt_close(&q);
}

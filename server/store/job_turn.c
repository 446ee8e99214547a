/* job_turn.c - see job_turn.h. Every statement reads a few rows by the index job_by_turn, except
 * those that count a full queue. INDEXED BY is needed because SQLite would otherwise choose the
 * index of states, and sort. */
#include "server/store/job_turn.h"

#include "server/store/job_states.h"
#include "server/store/lease.h"
#include "server/store/training.h"

#define MAY_RUN                                                                                    \
    "state = " SQL_QUEUED                                                                          \
    " AND (deaths = 0 OR NOT EXISTS (SELECT 1 FROM job WHERE state = " SQL_RUNNING                 \
    " AND deaths > 0)) AND NOT EXISTS (SELECT 1 FROM job_setback b WHERE b.job = job.id AND "      \
    "b.retry_at > :now)"

/* ---- adding ---- */

static enum status int_of(int64_t *out, struct db *db, const char *sql, int64_t key, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    stmt_bind_i64(&q, ":key", key);
    *out = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

enum status job_turn_room(struct db *db, int64_t key, int max_queue, struct err *e)
{
    int64_t queued = 0, mine = 0, others = 0;
    enum status st = db_int(&queued, db, "SELECT count(*) FROM job WHERE state = " SQL_QUEUED, e);

    if (st || queued < max_queue)
        return st;
    st = int_of(&mine, db,
                "SELECT count(*) FROM job WHERE state = " SQL_QUEUED " AND api_key = :key", key, e);
    if (!st)
        st = int_of(&others, db,
                    "SELECT count(DISTINCT api_key) FROM job WHERE state = " SQL_QUEUED
                    " AND api_key <> :key",
                    key, e);
    if (!st && (others == 0 || mine >= max_queue / (others + 1)))
        st = err_set(e, ST_BUSY, "%lld jobs are queued; max_queue allows %d: try again later",
                     (long long)queued, max_queue);
    return st;
}

/* ---- taking ---- */

/* *found: whether a key with a number greater than above has a job that may run. */
static enum status next_key(int64_t *key, bool *found, struct db *db, int64_t above, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT api_key FROM job INDEXED BY job_by_turn WHERE " MAY_RUN
              " AND api_key > :above ORDER BY api_key, id "
              "LIMIT 1");
    stmt_bind_i64(&q, ":above", above);
    stmt_bind_i64(&q, ":now", lease_clock_ms(db));
    *found = stmt_row(&q);
    if (*found)
        *key = stmt_i64(&q, 0);
    return stmt_close(&q);
}

static enum status oldest_of(char id[JOB_ID_LEN + 1], struct db *db, int64_t key, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT id FROM job INDEXED BY job_by_turn WHERE " MAY_RUN
              " AND api_key = :key ORDER BY id LIMIT 1");
    stmt_bind_i64(&q, ":key", key);
    stmt_bind_i64(&q, ":now", lease_clock_ms(db));
    id[0] = '\0';
    if (stmt_row(&q))
        stmt_copy(&q, 0, id, JOB_ID_LEN + 1);
    return stmt_close(&q);
}

enum status job_turn_next(char id[JOB_ID_LEN + 1], int64_t *key, struct db *db, int64_t last,
                          struct err *e)
{
    struct err why = {0};

    (void)err_set(&why, ST_NOT_FOUND, "no job is queued that may run");
    for (int round = 0; round < 2;
         round++) { /* keys after last, then those from the first to last */
        int64_t above = round ? -1 : last;
        bool found = true;

        while (found) {
            enum status st = next_key(key, &found, db, above, e);

            if (st)
                return st;
            if (!found || (round && *key > last))
                break;
            if (store_training_may(db->store, *key, &why) == ST_OK)
                return oldest_of(id, db, *key, e);
            above = *key;
        }
    }
    return err_set(e, why.status, "%s", why.message);
}

/* Ids begin with the time of their submission, so the first of a key is its oldest. */
static enum status submitted(int64_t *created_at, struct db *db, int64_t key, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT created_at FROM job INDEXED BY job_by_turn WHERE " MAY_RUN
              " AND api_key = :key ORDER BY id LIMIT 1");
    stmt_bind_i64(&q, ":key", key);
    stmt_bind_i64(&q, ":now", lease_clock_ms(db));
    *created_at = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

enum status job_turn_oldest(int64_t *created_at, struct db *db, struct err *e)
{
    int64_t key = -1;
    bool found = true;
    enum status st = ST_OK;

    *created_at = 0;
    while (!st && found) {
        struct err empty = {0};
        int64_t at = 0;

        st = next_key(&key, &found, db, key, e);
        if (!st && found && store_training_may(db->store, key, &empty) == ST_OK)
            st = submitted(&at, db, key, e);
        if (at && (!*created_at || at < *created_at))
            *created_at = at;
    }
    return st;
}

enum status job_turn_again(bool *may, int64_t *key, struct db *db, const char *id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "SELECT api_key FROM job WHERE id = :id AND " MAY_RUN);
    stmt_bind_text(&q, ":id", id);
    stmt_bind_i64(&q, ":now", lease_clock_ms(db));
    *may = stmt_row(&q);
    if (*may)
        *key = stmt_i64(&q, 0);
    return stmt_close(&q);
}

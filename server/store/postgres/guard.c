/* guard.c - see guard.h.
 *
 * The lock ends with its session, so a daemon that was killed leaves none. After a break the thread
 * connects and takes the lock again. If another daemon has it by then, this one writes no more. */
#include "server/store/postgres/guard.h"

#include "server/base/log.h"
#include "server/store/audit_queue.h"
#include "server/store/connection.h"
#include "server/store/key_cache.h"
#include "server/store/postgres/conn.h"
#include "server/store/postgres/transaction.h"
#include "server/store/state.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICK_MS = 300, LOOK_MS = 1000 };

struct guard {
    struct store *store;
    struct db db; /* the session that holds the lock */
    pthread_t thread;
    bool runs, stop; /* stop: guarded by lock */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int64_t next_look;
    bool trouble;
};

static enum status take(struct guard *g, bool *got, struct err *e)
{
    char sql[120];
    int64_t taken = 0;
    enum status st;

    snprintf(sql, sizeof(sql),
             "SELECT CASE WHEN pg_try_advisory_lock(%d, " SQL_SCHEMA_KEY ") THEN 1 ELSE 0 END",
             LOCK_DAEMON);
    st = db_int(&taken, &g->db, sql, e);
    *got = taken != 0;
    return st;
}

static struct guard *guard_new(struct store *s)
{
    struct guard *g = calloc(1, sizeof(*g));
    pthread_condattr_t attr;

    if (!g)
        return NULL;
    g->store = s;
    if (pthread_mutex_init(&g->lock, NULL)) {
        free(g);
        return NULL;
    }
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    if (pthread_cond_init(&g->wake, &attr)) {
        (void)pthread_mutex_destroy(&g->lock);
        free(g);
        g = NULL;
    }
    (void)pthread_condattr_destroy(&attr);
    return g;
}

enum status guard_take(struct store *s, struct err *e)
{
    struct guard *g = guard_new(s);
    bool got = false;
    enum status st;

    if (!g)
        return err_nomem(e, sizeof(*g));
    s->postgres->guard = g;
    st = db_open_another(&g->db, s, e);
    if (!st)
        st = take(g, &got, e);
    if (!st && !got)
        st = err_set(e, ST_CONFLICT, "%.200s is in use by another lstmd", s->postgres->where);
    s->exclusive = !st;
    return st;
}

/* Looks whether the session lives; connects and locks again if it does not. */
static void look(struct guard *g)
{
    struct err e = {0};
    int64_t one = 0;
    bool got = true;
    enum status st = ST_OK;

    if (postgres_broken(&g->db) || db_exec(&g->db, "SELECT 1", &e)) {
        st = postgres_reconnect(&g->db, &e);
        if (!st)
            st = take(g, &got, &e);
    } else if (!db_int(&one, &g->db,
                       "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = "
                       "pg_backend_pid()",
                       &e) &&
               !one) {
        st = take(g, &got, &e); /* the connection was made anew within a call */
    }
    if (st && !g->trouble)
        log_msg(LOG_ERROR, "storage", "%s", e.message);
    else if (!st && g->trouble)
        log_msg(LOG_INFO, "storage", "the database can be used again");
    g->trouble = st != ST_OK;
    if (!st && !got && !atomic_exchange(&g->store->postgres->taken, true))
        log_msg(LOG_ERROR, "storage", "another lstmd has taken the database; nothing is written");
    else if (!st && got)
        atomic_store(&g->store->postgres->taken, false);
}

static void tick(struct guard *g)
{
    int64_t now = clock_monotonic_ms();
    struct db *db = NULL;
    struct err ignored = {0};

    if (now >= g->next_look) {
        look(g);
        g->next_look = now + LOOK_MS;
    }
    if (g->trouble || db_get(&db, g->store, &ignored))
        return;
    key_cache_tick(g->store, db);
    (void)audit_queue_tick(g->store->audit, db, clock_ms(), now);
}

/* Waits for a tick. Returns false when the thread is to end. */
static bool pause_for_tick(struct guard *g)
{
    int64_t at = clock_monotonic_ms() + TICK_MS;
    struct timespec until = {.tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000};
    bool stop;

    (void)pthread_mutex_lock(&g->lock);
    while (!g->stop && pthread_cond_timedwait(&g->wake, &g->lock, &until) == 0) {}
    stop = g->stop;
    (void)pthread_mutex_unlock(&g->lock);
    return !stop;
}

static void *run(void *ctx)
{
    struct guard *g = ctx;
    struct db *db = NULL;
    struct err ignored = {0};

    while (pause_for_tick(g))
        tick(g);
    key_cache_note_use(g->store);
    if (!db_get(&db, g->store, &ignored))
        audit_queue_flush(g->store->audit, db);
    return NULL;
}

enum status guard_start(struct store *s, struct err *e)
{
    struct guard *g = s->postgres->guard;
    int rc = pthread_create(&g->thread, NULL, run, g);

    if (rc)
        return err_set(e, ST_IO, "cannot start the database's thread: %s", strerror(rc));
    g->runs = true;
    return ST_OK;
}

void guard_stop(struct store *s)
{
    struct guard *g = s->postgres->guard;

    if (!g)
        return;
    (void)pthread_mutex_lock(&g->lock);
    g->stop = true;
    (void)pthread_cond_signal(&g->wake);
    (void)pthread_mutex_unlock(&g->lock);
    if (g->runs)
        pthread_join(g->thread, NULL);
    db_close(&g->db);
    (void)pthread_cond_destroy(&g->wake);
    (void)pthread_mutex_destroy(&g->lock);
    free(g);
    s->postgres->guard = NULL;
}

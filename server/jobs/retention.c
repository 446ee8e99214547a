/* retention.c - see retention.h. */
#include "server/jobs/retention.h"

#include "server/base/clock.h"
#include "server/base/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_MS = 50 /* between two steps, for others that write */ };
#define DAY_MS ((int64_t)86400 * 1000)

struct retention {
    struct store *store;
    struct model_cache *cache;
    struct retention_config config;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping; /* guarded by lock */
};

/* ---- one step ---- */

static bool retire_version(struct store *s, struct model_cache *cache,
                           const struct retention_config *c)
{
    struct retired_version v;
    struct err e = {0};
    enum status st = store_retire_version(&v, s, c->keep_versions, &e);

    if (st && st != ST_BUSY)
        log_msg(LOG_WARN, "retention", "%s", e.message);
    if (st || !v.version)
        return false;
    if (cache)
        model_cache_remove(cache, v.name, v.version);
    log_msg(LOG_INFO, "retention", "model %s version %lld removed: keep_versions is %lld", v.name,
            (long long)v.version, (long long)c->keep_versions);
    return true;
}

static bool retire_jobs(struct store *s, const struct retention_config *c, int64_t now)
{
    struct err e = {0};
    int count = 0;
    enum status st = store_retire_jobs(&count, s, now - c->keep_jobs_days * DAY_MS, &e);

    if (st && st != ST_BUSY)
        log_msg(LOG_WARN, "retention", "%s", e.message);
    if (!st && count)
        log_msg(LOG_INFO, "retention", "%d jobs removed: keep_jobs_days is %lld", count,
                (long long)c->keep_jobs_days);
    return !st && count > 0;
}

bool retention_step(struct store *s, struct model_cache *cache, const struct retention_config *c,
                    int64_t now)
{
    bool more = false;

    if (c->keep_versions > 0)
        more = retire_version(s, cache, c);
    if (c->keep_jobs_days > 0)
        more = retire_jobs(s, c, now) || more;
    return more;
}

/* ---- the thread ---- */

/* Returns false when the thread must end. */
static bool pause_for(struct retention *r, int ms)
{
    const struct timespec until = clock_deadline(ms);
    bool goes_on;
    int rc = 0;

    (void)pthread_mutex_lock(&r->lock);
    while (!r->stopping && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&r->wake, &r->lock, &until);
    goes_on = !r->stopping;
    (void)pthread_mutex_unlock(&r->lock);
    return goes_on;
}

static void *run(void *ctx)
{
    struct retention *r = ctx;
    bool more = true;

    while (pause_for(r, more ? PAUSE_MS : r->config.interval_ms))
        more = retention_step(r->store, r->cache, &r->config, clock_ms());
    return NULL;
}

/* Signals are for the main thread. */
static enum status start_thread(struct retention *r, struct err *e)
{
    sigset_t all, before;
    int rc;

    if (pthread_mutex_init(&r->lock, NULL))
        return err_nomem(e, 0);
    if (clock_cond_init(&r->wake)) {
        (void)pthread_mutex_destroy(&r->lock);
        return err_nomem(e, 0);
    }
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    rc = pthread_create(&r->thread, NULL, run, r);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!rc)
        return ST_OK;
    (void)pthread_cond_destroy(&r->wake);
    (void)pthread_mutex_destroy(&r->lock);
    return err_set(e, ST_IO, "cannot start the thread of the retention: %s", strerror(rc));
}

enum status retention_start(struct retention **out, struct store *s, struct model_cache *cache,
                            const struct retention_config *c, struct err *e)
{
    struct retention *r;
    enum status st;

    *out = NULL;
    if (!c->keep_versions && !c->keep_jobs_days)
        return ST_OK;
    r = calloc(1, sizeof(*r));
    if (!r)
        return err_nomem(e, sizeof(*r));
    r->store = s;
    r->cache = cache;
    r->config = *c;
    st = start_thread(r, e);
    if (st) {
        free(r);
        return st;
    }
    *out = r;
    return ST_OK;
}

void retention_stop(struct retention *r)
{
    if (!r)
        return;
    (void)pthread_mutex_lock(&r->lock);
    r->stopping = true;
    (void)pthread_cond_signal(&r->wake);
    (void)pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    (void)pthread_cond_destroy(&r->wake);
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
}

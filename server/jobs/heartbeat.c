/* heartbeat.c - see heartbeat.h.
 *
 * Between two checkpoints, while data are loaded or a result waits for the disk, only this thread
 * shows that the process lives. If a training hangs for hours, that must not keep its job for ever:
 * its lease is given up, and another worker takes it from its last snapshot. */
#include "server/jobs/heartbeat.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/store/setback.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct heartbeat {
    struct heartbeat_config config;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;       /* guarded by lock */
    atomic_bool failing; /* the last beat failed */
    /* Of the thread. */
    int stalled;                   /* jobs, at the last beat */
    struct lease_renewal *renewal; /* (jobs) */
};

static void report_stalled(struct heartbeat *h, int n)
{
    int stalled = 0;

    for (int i = 0; i < n; i++)
        stalled += h->renewal[i].stalled;
    for (int i = 0; i < n && stalled > h->stalled; i++)
        if (h->renewal[i].stalled)
            log_msg(LOG_WARN, "lease",
                    "job %s has not gone on for %lld s (stall_seconds); another worker may take it",
                    h->renewal[i].lease.id, (long long)(h->config.stall_ms / 1000));
    h->stalled = stalled;
}

static void beat(struct heartbeat *h)
{
    const struct heartbeat_config *c = &h->config;
    int n = running_leases(c->running, h->renewal, c->jobs, c->stall_ms);
    struct err e = {0};
    bool ended = false, waited = false;
    enum status st = store_leases_renew(h->renewal, n, c->store, c->owner, &e);

    report_stalled(h, n);
    if (!st)
        running_renewed(c->running, h->renewal, n);
    if (!st)
        st = store_leases_ended(&ended, c->store, c->owner, &e);
    if (!st)
        st = store_jobs_waited(&waited, c->store, &e);
    if (ended || waited)
        c->wake(c->wake_ctx);
    if (st && !atomic_load(&h->failing))
        log_msg(LOG_WARN, "lease", "leases cannot be renewed for now: %s", e.message);
    atomic_store(&h->failing, st != ST_OK);
}

/* Returns false when the thread is to stop. */
static bool pause_thread(struct heartbeat *h)
{
    struct timespec until = clock_deadline(h->config.interval_ms);
    bool stopping;
    int rc = 0;

    (void)pthread_mutex_lock(&h->lock);
    while (!h->stopping && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&h->wake, &h->lock, &until);
    stopping = h->stopping;
    (void)pthread_mutex_unlock(&h->lock);
    return !stopping;
}

static void *run(void *ctx)
{
    struct heartbeat *h = ctx;

    while (pause_thread(h))
        beat(h);
    return NULL;
}

static void destroy(struct heartbeat *h)
{
    (void)pthread_cond_destroy(&h->wake);
    (void)pthread_mutex_destroy(&h->lock);
    free(h->renewal);
    free(h);
}

enum status heartbeat_start(struct heartbeat **out, const struct heartbeat_config *c, struct err *e)
{
    struct heartbeat *h = calloc(1, sizeof(*h));
    int rc;

    *out = NULL;
    if (!h)
        return err_nomem(e, sizeof(*h));
    h->config = *c;
    h->renewal = calloc((size_t)c->jobs + 1, sizeof(*h->renewal));
    if (!h->renewal || pthread_mutex_init(&h->lock, NULL) || clock_cond_init(&h->wake)) {
        free(h->renewal);
        free(h);
        return err_nomem(e, 0);
    }
    rc = pthread_create(&h->thread, NULL, run, h);
    if (rc) {
        destroy(h);
        return err_set(e, ST_IO, "cannot start the thread of leases: %s", strerror(rc));
    }
    *out = h;
    return ST_OK;
}

void heartbeat_stop(struct heartbeat *h)
{
    if (!h)
        return;
    (void)pthread_mutex_lock(&h->lock);
    h->stopping = true;
    (void)pthread_cond_signal(&h->wake);
    (void)pthread_mutex_unlock(&h->lock);
    (void)pthread_join(h->thread, NULL);
    destroy(h);
}

bool heartbeat_failing(const struct heartbeat *h)
{
    return atomic_load(&h->failing);
}

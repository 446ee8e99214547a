/* sources.c - see sources.h. */
#include "server/sources/sources.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/sources/fetch.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEASE_MINUTES = 15,   /* a fetch that is under way for longer counts as dead */
    PAUSE_MS_MAX = 60000, /* between two looks at the schedule */
    TROUBLE_MS = 5000,    /* after a look that failed */
};

struct sources {
    struct store *store;
    struct sources_config config;
    pthread_t thread[FETCHES_AT_ONCE];
    int started; /* threads */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    unsigned wakes; /* guarded by lock */
    atomic_bool stopping;
    atomic_uint_least64_t count[FETCH_STOPPED];
};

static bool is_over(void *ctx)
{
    return atomic_load(&((struct sources *)ctx)->stopping);
}

/* ---- one look at the schedule ---- */

static void tell(const struct source *r, enum fetch_result result)
{
    static const char *const words[] = {"changed", "unchanged", "failed"};
    const struct log_field f[] = {log_str("dataset", r->name), log_str("result", words[result]),
                                  log_int("failures", r->failures)};

    log_event(result == FETCH_FAILED ? LOG_WARN : LOG_INFO, "fetch", f,
              (int)(sizeof(f) / sizeof(f[0])));
}

static void fetch(struct sources *s, struct source *r)
{
    const struct fetch_stop stop = {is_over, s};
    struct err e = {0};
    enum fetch_result result = fetch_source(r, s->store, &s->config, &stop);

    if (result == FETCH_STOPPED) {
        r->next_at = clock_ms(); /* goes on at the next start */
    } else {
        atomic_fetch_add(&s->count[result], 1);
        tell(r, result);
    }
    if (store_source_finish(s->store, r, &e))
        log_msg(LOG_WARN, "fetch", "the result of fetching %s cannot be stored: %s", r->name,
                e.message);
    if (s->config.on_change)
        s->config.on_change(s->config.on_change_ctx, r->name);
}

/* Returns how long to wait for the next look, ms. */
static int64_t look_for_fetch(struct sources *s)
{
    struct source r = {0};
    struct err e = {0};
    bool found = false;
    int64_t next = INT64_MAX, now;
    enum status st =
        store_source_claim(&r, &found, &next, s->store, (int64_t)LEASE_MINUTES * 60000, &e);

    if (st) {
        if (st != ST_BUSY)
            log_msg(LOG_WARN, "fetch", "the schedule cannot be read: %s", e.message);
        return TROUBLE_MS;
    }
    if (found)
        fetch(s, &r);
    source_release(&r);
    now = clock_ms();
    if (found || next <= now)
        return 0;
    return next - now;
}

static int64_t look(struct sources *s)
{
    const struct fetch_stop stop = {is_over, s};
    int64_t ms = look_for_fetch(s), other = INT64_MAX;

    if (ms > 0 && s->config.also)
        other = s->config.also(s->config.also_ctx, &stop);
    return other < ms ? other : ms;
}

/* ---- threads ---- */

static unsigned wakes(struct sources *s)
{
    unsigned n;

    (void)pthread_mutex_lock(&s->lock);
    n = s->wakes;
    (void)pthread_mutex_unlock(&s->lock);
    return n;
}

/* Waits, unless it was woken since `seen`. */
static void pause_for(struct sources *s, int64_t ms, unsigned seen)
{
    const struct timespec until = clock_deadline(ms < PAUSE_MS_MAX ? ms : PAUSE_MS_MAX);
    int rc = 0;

    (void)pthread_mutex_lock(&s->lock);
    while (!rc && s->wakes == seen && !atomic_load(&s->stopping))
        rc = pthread_cond_timedwait(&s->wake, &s->lock, &until);
    (void)pthread_mutex_unlock(&s->lock);
}

static void *run(void *ctx)
{
    struct sources *s = ctx;

    while (!atomic_load(&s->stopping)) {
        unsigned seen = wakes(s);
        int64_t ms = look(s);

        if (ms > 0)
            pause_for(s, ms, seen);
    }
    return NULL;
}

/* Signals are for the main thread. */
static enum status start_threads(struct sources *s, struct err *e)
{
    sigset_t all, before;
    int rc = 0;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    while (!rc && s->started < FETCHES_AT_ONCE) {
        rc = pthread_create(&s->thread[s->started], NULL, run, s);
        s->started += !rc;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc ? err_set(e, ST_IO, "cannot start a thread for fetches: %s", strerror(rc)) : ST_OK;
}

enum status sources_start(struct sources **out, struct store *store, const struct sources_config *c,
                          struct err *e)
{
    struct sources *s = calloc(1, sizeof(*s));
    enum status st;

    *out = NULL;
    if (!s)
        return err_nomem(e, sizeof(*s));
    s->store = store;
    s->config = *c;
    if (pthread_mutex_init(&s->lock, NULL)) {
        free(s);
        return err_nomem(e, 0);
    }
    if (clock_cond_init(&s->wake)) {
        (void)pthread_mutex_destroy(&s->lock);
        free(s);
        return err_nomem(e, 0);
    }
    st = store_source_take_back(store, e);
    if (!st)
        st = start_threads(s, e);
    if (st)
        sources_stop(s);
    else
        *out = s;
    return st;
}

void sources_wake(struct sources *s)
{
    if (!s)
        return;
    (void)pthread_mutex_lock(&s->lock);
    s->wakes++;
    (void)pthread_cond_broadcast(&s->wake);
    (void)pthread_mutex_unlock(&s->lock);
}

void sources_stop(struct sources *s)
{
    if (!s)
        return;
    atomic_store(&s->stopping, true);
    sources_wake(s);
    for (int i = 0; i < s->started; i++)
        pthread_join(s->thread[i], NULL);
    (void)pthread_cond_destroy(&s->wake);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

void sources_count(struct sources_counts *out, struct sources *s)
{
    *out = (struct sources_counts){0};
    if (!s)
        return;
    out->changed = atomic_load(&s->count[FETCH_CHANGED]);
    out->unchanged = atomic_load(&s->count[FETCH_UNCHANGED]);
    out->failed = atomic_load(&s->count[FETCH_FAILED]);
}

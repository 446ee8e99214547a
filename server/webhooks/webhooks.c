/* webhooks.c - see webhooks.h. */
#include "server/webhooks/webhooks.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/repeater.h"
#include "server/store/audit.h"
#include "server/webhooks/backoff.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { LOOK_MS = 250, TRIM_MS = 60000 };

/* The attempt of one webhook. Its thread uses a, until it sets done. */
struct slot {
    struct webhooks *owner;
    bool busy; /* used only by the repeater, as are all members but these two */
    atomic_bool done;
    pthread_t thread;
    bool joined;
    struct attempt a;
    uint32_t random;
};

struct webhooks {
    struct store *store;
    struct webhooks_config config;
    struct repeater *repeater;
    atomic_bool stop;
    struct slot slot[WEBHOOKS_MAX];
    int64_t next_trim; /* of the monotonic clock */
    atomic_uint_least64_t delivered, failed, retried;
    atomic_int_least64_t pending;
};

/* ---- an attempt on its thread ---- */

static void *run(void *ctx)
{
    struct slot *s = ctx;
    struct webhooks *w = s->owner;

    attempt_run(&s->a, s->random);
    atomic_store(&s->done, true);
    repeater_wake(w->repeater);
    return NULL;
}

/* Signals are for the main thread. */
static enum status start_thread(struct slot *s, struct err *e)
{
    sigset_t all, before;
    int rc;

    atomic_store(&s->done, false);
    s->joined = false;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    rc = pthread_create(&s->thread, NULL, run, s);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc ? err_set(e, ST_IO, "cannot start a thread: %s", strerror(rc)) : ST_OK;
}

/* Consumes d. */
static enum status start_attempt(struct webhooks *w, struct slot *s, const struct webhook *hook,
                                 struct due_delivery *d, struct err *e)
{
    enum status st;

    s->owner = w;
    s->a = (struct attempt){.due = *d,
                            .url = strdup(hook->url),
                            .timeout_ms = w->config.timeout_ms,
                            .stop = &w->stop,
                            .send = w->config.send,
                            .ctx = w->config.ctx};
    memcpy(s->a.secret, hook->secret, sizeof(s->a.secret));
    if (getrandom(&s->random, sizeof(s->random), 0) != (ssize_t)sizeof(s->random))
        s->random = 0;
    st = s->a.url ? start_thread(s, e) : err_nomem(e, 0);
    s->busy = !st;
    if (st)
        attempt_release(&s->a);
    return st;
}

/* ---- what became of it ---- */

static void audit_gone(struct webhooks *w, int64_t webhook)
{
    struct audit_entry a = {.status = 0};
    struct err e = {0};

    audit_set(a.key, sizeof(a.key), ACCESS_RECEIVER);
    audit_set(a.action, sizeof(a.action), "disable");
    (void)snprintf(a.resource, sizeof(a.resource), "/v1/webhooks/%lld", (long long)webhook);
    if (store_audit_add(w->store, &a, &e))
        log_msg(LOG_WARN, "audit", "webhook %lld: %s", (long long)webhook, e.message);
}

static void count(struct webhooks *w, const struct delivery_outcome *o)
{
    long long id = (long long)o->webhook;

    if (o->delivered)
        atomic_fetch_add(&w->delivered, 1);
    else if (o->next_at)
        atomic_fetch_add(&w->retried, 1);
    else
        atomic_fetch_add(&w->failed, 1);
    if (o->gone) {
        log_msg(LOG_WARN, "webhook", "webhook %lld is disabled: its receiver answered 410", id);
        audit_gone(w, o->webhook);
    } else if (!o->delivered && !o->next_at) {
        log_msg(LOG_WARN, "webhook", "webhook %lld: a message was given up: %s", id, o->error);
    }
}

/* Records an attempt that is over. If the store refuses, the slot stays busy and the next look
 * tries again, so that the message is not sent anew meanwhile. */
static void collect(struct webhooks *w, struct slot *s)
{
    struct err e = {0};
    enum status st = ST_OK;

    if (!s->joined)
        (void)pthread_join(s->thread, NULL);
    s->joined = true;
    if (!s->a.cancelled)
        st = store_delivery_record(w->store, &s->a.outcome, &e);
    if (st && st != ST_BUSY)
        log_msg(LOG_WARN, "webhook", "an attempt cannot be recorded yet: %s", e.message);
    if (st && !atomic_load(&w->stop))
        return;
    if (!st && !s->a.cancelled)
        count(w, &s->a.outcome);
    attempt_release(&s->a);
    s->busy = false;
}

/* ---- a look ---- */

static struct slot *slot_of(struct webhooks *w, int64_t webhook, bool *busy)
{
    struct slot *found = NULL;

    *busy = false;
    for (int i = 0; i < WEBHOOKS_MAX; i++) {
        struct slot *s = &w->slot[i];

        if (s->busy && s->a.due.webhook == webhook)
            *busy = true;
        if (!s->busy)
            found = s;
    }
    return found;
}

static enum status start_next(struct webhooks *w, const struct webhook *hook, struct err *e)
{
    struct due_delivery d;
    bool found = false, busy = false;
    struct slot *s = slot_of(w, hook->id, &busy);
    enum status st;

    if (hook->disabled_at || !hook->pending || busy || !s)
        return ST_OK;
    st = store_delivery_next(&d, &found, w->store, hook->id, clock_ms(), e);
    return st || !found ? st : start_attempt(w, s, hook, &d, e);
}

static enum status trim(struct webhooks *w, const struct webhook_list *l, struct err *e)
{
    int64_t before = clock_ms() - w->config.keep_days * BACKOFF_DAY_MS;
    bool more = false, any = false;
    enum status st = ST_OK;

    if (clock_monotonic_ms() < w->next_trim)
        return ST_OK;
    for (int i = 0; !st && i < l->count; i++) {
        st = store_delivery_trim(&more, w->store, l->items[i].id, w->config.keep_deliveries, before,
                                 e);
        any = any || more;
    }
    if (!st && !any)
        w->next_trim = clock_monotonic_ms() + TRIM_MS;
    return st;
}

static int look(void *ctx)
{
    struct webhooks *w = ctx;
    struct webhook_list list = {0};
    struct err e = {0};
    int64_t pending = 0;
    enum status st;

    for (int i = 0; i < WEBHOOKS_MAX; i++)
        if (w->slot[i].busy && atomic_load(&w->slot[i].done))
            collect(w, &w->slot[i]);
    st = store_webhook_list(&list, w->store, 0, WEBHOOKS_MAX, &e);
    for (int i = 0; !st && i < list.count; i++) {
        pending += list.items[i].pending;
        st = start_next(w, &list.items[i], &e);
    }
    if (!st)
        st = trim(w, &list, &e);
    if (st && st != ST_BUSY)
        log_msg(LOG_WARN, "webhook", "deliveries cannot be looked for: %s", e.message);
    atomic_store(&w->pending, pending);
    webhook_list_release(&list);
    return LOOK_MS;
}

/* ---- the whole ---- */

enum status webhooks_start(struct webhooks **out, struct store *s, const struct webhooks_config *c,
                           struct err *e)
{
    struct webhooks *w = calloc(1, sizeof(*w));
    enum status st;

    *out = NULL;
    if (!w)
        return err_nomem(e, sizeof(*w));
    w->store = s;
    w->config = *c;
    st = repeater_start(&w->repeater, look, w, "the webhooks", e);
    if (st) {
        free(w);
        return st;
    }
    *out = w;
    return ST_OK;
}

void webhooks_stop(struct webhooks *w)
{
    if (!w)
        return;
    atomic_store(&w->stop, true);
    repeater_stop(w->repeater);
    for (int i = 0; i < WEBHOOKS_MAX; i++)
        if (w->slot[i].busy)
            collect(w, &w->slot[i]);
    repeater_free(w->repeater);
    free(w);
}

void webhooks_read_counts(struct webhooks_counts *out, struct webhooks *w)
{
    *out = (struct webhooks_counts){0};
    if (!w)
        return;
    *out = (struct webhooks_counts){.delivered = atomic_load(&w->delivered),
                                    .failed = atomic_load(&w->failed),
                                    .retried = atomic_load(&w->retried),
                                    .pending = atomic_load(&w->pending)};
}

/* waiters.c - see waiters.h. */
#include "server/http/waiters.h"

#include <lstm/hash.h>

#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { PROBE_MS = 1000 };

enum status waiters_init(struct waiters *w, struct err *e)
{
    memset(w, 0, sizeof(*w));
    if (pthread_mutex_init(&w->lock, NULL))
        return err_nomem(e, 0);
    return ST_OK;
}

void waiters_release(struct waiters *w)
{
    (void)pthread_mutex_destroy(&w->lock);
}

/* The bucket of a topic, by the part of it that counts. */
static unsigned bucket_of(const char *topic)
{
    return fnv1a_fold(fnv1a(FNV1A_START, topic, strnlen(topic, HTTP_TOPIC_MAX - 1))) %
           WAITERS_BUCKETS;
}

void waiters_moment(struct waiters_moment *m, const struct waiters *w)
{
    for (int i = 0; i < WAITERS_BUCKETS; i++)
        m->generation[i] = atomic_load(&w->generation[i]);
}

static void unlink_locked(struct waiters *w, struct waiter *me)
{
    if (me->prev)
        me->prev->next = me->next;
    else
        w->head[me->bucket] = me->next;
    if (me->next)
        me->next->prev = me->prev;
    me->next = me->prev = NULL;
    me->queued = false;
}

static void wake_locked(struct waiters *w, struct waiter *me, bool over)
{
    unlink_locked(w, me);
    me->over = over;
    MHD_resume_connection(me->connection);
}

bool waiters_suspend(struct waiters *w, struct waiter *me, const char *topic, int64_t deadline_ms,
                     const struct waiters_moment *m)
{
    (void)pthread_mutex_lock(&w->lock);
    if (w->finished) {
        me->over = true;
        (void)pthread_mutex_unlock(&w->lock);
        return false;
    }
    me->bucket = bucket_of(topic);
    me->deadline_ms = deadline_ms;
    me->over = false;
    (void)snprintf(me->topic, sizeof(me->topic), "%s", topic);
    MHD_suspend_connection(me->connection);
    if (m->generation[me->bucket] != atomic_load(&w->generation[me->bucket])) {
        MHD_resume_connection(me->connection);
    } else {
        me->queued = true;
        me->prev = NULL;
        me->next = w->head[me->bucket];
        if (me->next)
            me->next->prev = me;
        w->head[me->bucket] = me;
    }
    (void)pthread_mutex_unlock(&w->lock);
    return true;
}

bool waiters_over(struct waiters *w, const struct waiter *me)
{
    bool over;

    (void)pthread_mutex_lock(&w->lock);
    over = me->over;
    (void)pthread_mutex_unlock(&w->lock);
    return over;
}

void waiters_again(struct waiters *w, struct waiter *me)
{
    (void)pthread_mutex_lock(&w->lock);
    me->over = false;
    (void)pthread_mutex_unlock(&w->lock);
}

void waiters_forget(struct waiters *w, struct waiter *me)
{
    (void)pthread_mutex_lock(&w->lock);
    if (me->queued)
        unlink_locked(w, me);
    (void)pthread_mutex_unlock(&w->lock);
}

void waiters_notify(struct waiters *w, const char *topic)
{
    unsigned bucket = bucket_of(topic);
    struct waiter *next;

    (void)pthread_mutex_lock(&w->lock);
    (void)atomic_fetch_add(&w->generation[bucket], 1);
    for (struct waiter *p = w->head[bucket]; p; p = next) {
        next = p->next;
        if (strncmp(p->topic, topic, HTTP_TOPIC_MAX - 1) == 0)
            wake_locked(w, p, false);
    }
    (void)pthread_mutex_unlock(&w->lock);
}

/* The fd is open: a suspended connection is not closed, and is resumed only under the lock. A
 * client that has only shut down its sending side counts as gone too; it gets its response
 * early. */
static bool client_gone(const struct waiter *me)
{
    struct pollfd p = {.fd = me->fd, .events = POLLRDHUP};

    return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

int64_t waiters_tick(struct waiters *w, int64_t now_ms)
{
    int64_t soonest = INT64_MAX;
    struct waiter *next;
    bool probe;

    (void)pthread_mutex_lock(&w->lock);
    probe = now_ms >= w->next_probe_ms;
    if (probe)
        w->next_probe_ms = now_ms + PROBE_MS;
    for (int i = 0; i < WAITERS_BUCKETS; i++)
        for (struct waiter *p = w->head[i]; p; p = next) {
            next = p->next;
            if (now_ms >= p->deadline_ms || (probe && client_gone(p)))
                wake_locked(w, p, true);
            else if (p->deadline_ms < soonest)
                soonest = p->deadline_ms;
        }
    (void)pthread_mutex_unlock(&w->lock);
    return soonest;
}

void waiters_finish(struct waiters *w)
{
    (void)pthread_mutex_lock(&w->lock);
    w->finished = true;
    for (int i = 0; i < WAITERS_BUCKETS; i++)
        while (w->head[i])
            wake_locked(w, w->head[i], true);
    (void)pthread_mutex_unlock(&w->lock);
}

/* waiters.h - connections that wait for a topic without holding a thread. Private to http/.
 *
 * A wait cannot miss its wake-up. Every topic belongs to a bucket with a generation. The
 * generations are read before the handler checks the state that it may wait for, and a wait whose
 * generation has changed since then is woken at once.
 *
 * Lock order: waiters.lock before libmicrohttpd's own locks; no lock of ours is taken inside. */
#ifndef SERVER_HTTP_WAITERS_H
#define SERVER_HTTP_WAITERS_H

#include "server/http/http_types.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WAITERS_BUCKETS = 64 };

struct MHD_Connection;

/* Belongs to a request or a stream. Other threads use it only while it is queued, under the
 * lock. */
struct waiter {
    struct waiter *next, *prev;
    struct MHD_Connection *connection;
    int fd;
    unsigned bucket;
    int64_t deadline_ms;
    char topic[HTTP_TOPIC_MAX];
    bool queued;
    bool over; /* woken by the deadline, the end of the client, or draining */
};

struct waiters {
    pthread_mutex_t lock;
    struct waiter *head[WAITERS_BUCKETS];
    atomic_uint generation[WAITERS_BUCKETS];
    bool finished; /* under lock */
    int64_t next_probe_ms;
};

struct waiters_moment {
    unsigned generation[WAITERS_BUCKETS];
};

enum status waiters_init(struct waiters *w, struct err *e);
void waiters_release(struct waiters *w); /* called when nothing waits any more */

void waiters_moment(struct waiters_moment *m, const struct waiters *w);
/* Suspends me->connection (me->connection and me->fd are set) until topic is notified after moment
 * m, or until deadline_ms. Returns false when the server drains; then nothing was suspended. Called
 * by the connection's thread. */
bool waiters_suspend(struct waiters *w, struct waiter *me, const char *topic, int64_t deadline_ms,
                     const struct waiters_moment *m);
/* Whether me was woken for another reason than its topic. */
bool waiters_over(struct waiters *w, const struct waiter *me);
/* Resets `over`, for a stream that continues after its keep-alive. */
void waiters_again(struct waiters *w, struct waiter *me);
/* Removes me, if it is queued. */
void waiters_forget(struct waiters *w, struct waiter *me);

void waiters_notify(struct waiters *w, const char *topic);
/* Wakes those whose deadline has passed and, once a second, those whose client has gone. Returns
 * the next deadline, or INT64_MAX when nothing waits. */
int64_t waiters_tick(struct waiters *w, int64_t now_ms);
/* Wakes all waiters; nothing can wait from now on. */
void waiters_finish(struct waiters *w);

#endif

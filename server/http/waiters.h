/* waiters.h - connections that wait for a topic without holding a thread. Private to http/.
 *
 * A wait cannot miss its wake-up: every topic belongs to a bucket with a generation; the
 * generations are read before the handler looks at the state it may wait for, and a wait whose
 * generation has moved since is woken at once.
 *
 * Lock order: waiters.lock before libmicrohttpd's own locks; nothing of ours is taken inside. */
#ifndef SERVER_HTTP_WAITERS_H
#define SERVER_HTTP_WAITERS_H

#include "server/http/http_types.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WAITERS_BUCKETS = 64 };

struct MHD_Connection;

/* Belongs to a request or a stream; touched by others only while it is queued, under the lock. */
struct waiter {
    struct waiter *next, *prev;
    struct MHD_Connection *connection;
    int fd;
    unsigned bucket;
    int64_t deadline_ms;
    char topic[HTTP_TOPIC_MAX];
    bool queued;
    bool over; /* woken because the deadline has passed, the client has gone or the server drains */
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
void waiters_release(struct waiters *w); /* nobody waits any more */

void waiters_moment(struct waiters_moment *m, const struct waiters *w);
/* Suspends me->connection (me->fd and me->connection are set) until topic is notified after m,
 * or deadline_ms. False: the server drains, nothing was suspended. Called by the connection's
 * thread. */
bool waiters_suspend(struct waiters *w, struct waiter *me, const char *topic, int64_t deadline_ms,
                     const struct waiters_moment *m);
/* Why me was woken. */
bool waiters_over(struct waiters *w, const struct waiter *me);
/* What was over begins again: a stream that goes on after its keep-alive. */
void waiters_again(struct waiters *w, struct waiter *me);
/* Takes me out, if it is in. */
void waiters_forget(struct waiters *w, struct waiter *me);

void waiters_notify(struct waiters *w, const char *topic);
/* Wakes those whose deadline has passed and, once a second, those whose client has gone. Returns
 * the next deadline, INT64_MAX when nobody waits. */
int64_t waiters_tick(struct waiters *w, int64_t now_ms);
/* Wakes everybody; from now on nobody waits. */
void waiters_finish(struct waiters *w);

#endif

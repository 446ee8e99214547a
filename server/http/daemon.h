/* daemon.h - struct http, shared by the files that make up the server. Private to http/.
 *
 * Threads: libmicrohttpd's pool calls on_*() and the handlers that are answered at once; a
 * connection belongs to one of them for its life. The request workers call all other handlers
 * (work.h). One ticker thread wakes waits and cuts slow senders. Locks: conns.lock, waiters.lock,
 * flight_lock and the request pool's are leaves among each other; none is held while another one
 * of ours is taken. */
#ifndef SERVER_HTTP_DAEMON_H
#define SERVER_HTTP_DAEMON_H

#include "server/http/conns.h"
#include "server/http/keys.h"
#include "server/http/listen.h"
#include "server/http/route.h"
#include "server/http/spool.h"
#include "server/http/stats.h"
#include "server/http/tries.h"
#include "server/http/waiters.h"

#include <microhttpd.h>

struct request_pool;
struct tls;

struct http {
    struct http_config config;
    struct route_table routes;
    struct keys keys;
    bool check_host; /* of every request, against allowed_hosts */
    struct stats stats;
    struct tries *tries; /* wrong keys */
    struct conns conns;
    struct waiters waiters;
    struct request_pool *pool;
    struct spool spool;
    atomic_size_t bodies; /* bytes, of max_bodies_bytes */
    struct MHD_Daemon *mhd;
    struct tls *tls;                /* NULL: connections are not encrypted */
    struct MHD_Response *no_memory; /* made at the start, because later it could not be */
    struct listener listener;
    atomic_bool draining;
    atomic_bool hurry; /* the time to finish requests in flight is over */

    pthread_t ticker;
    int wake_fd; /* eventfd: the ticker has something to do */
    atomic_bool stopping;

    atomic_uint in_flight;       /* requests between their first line and their end */
    atomic_bool landing;         /* somebody waits for the last one */
    pthread_mutex_t flight_lock; /* for landed only */
    pthread_cond_t landed;
};

/* adapter.c: starts libmicrohttpd on h->listener. */
enum status adapter_start(struct http *h, struct err *e);
/* errorpage.c: libmicrohttpd's own MHD_queue_response(); NULL when it cannot be found. */
typedef enum MHD_Result queue_response(struct MHD_Connection *, unsigned int,
                                       struct MHD_Response *);
queue_response *real_queue_response(void);

void flight_begin(struct http *h);
void flight_end(struct http *h);
void ticker_wake(struct http *h);

#endif

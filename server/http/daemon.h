/* daemon.h - struct http, shared by the files that make up the server. Private to http/.
 *
 * Threads: libmicrohttpd's pool calls the on_*() functions, and the handlers that respond at once;
 * a connection belongs to one of its threads for life. Request workers call all other handlers
 * (work.h). One ticker thread wakes waits and cuts slow senders. Locks: none of conns.lock,
 * waiters.lock, flight_lock and the request pool's lock is held while another of ours is taken. */
#ifndef SERVER_HTTP_DAEMON_H
#define SERVER_HTTP_DAEMON_H

#include "server/http/conns.h"
#include "server/http/keys.h"
#include "server/http/listen.h"
#include "server/http/rates.h"
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
    bool check_host; /* Host of every request must be in allowed_hosts */
    struct stats stats;
    struct tries *tries; /* counts wrong keys */
    struct rates *rates; /* counts requests of keys that have a limit */
    struct conns conns;
    struct waiters waiters;
    struct request_pool *pool;
    struct spool spool;
    atomic_size_t bodies; /* bytes of bodies held, limited by max_bodies_bytes */
    struct MHD_Daemon *mhd;
    struct tls *tls;                /* NULL: connections are not encrypted */
    struct MHD_Response *no_memory; /* made at start, because it may be impossible later */
    struct listener listener;
    atomic_bool draining;
    atomic_bool hurry; /* the time for finishing requests is over */

    pthread_t ticker;
    int wake_fd; /* eventfd: wakes the ticker */
    atomic_bool stopping;

    atomic_uint in_flight;       /* requests between their first line and their end */
    atomic_bool landing;         /* a thread waits for the last one to end */
    pthread_mutex_t flight_lock; /* used only with landed */
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

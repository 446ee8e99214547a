/* request_pool.h - the threads that compute answers, so that those that read requests never do.
 * Private to http/.
 *
 * Every request has a lane (enum http_lane), by the time it may take. Every thread has a floor and
 * serves the lanes from there upwards, so that a short request always finds a thread that no long
 * one can hold. Of the requests that a thread may serve, the one with the earliest due time is
 * next. The due time is the arrival, plus the expected cost of lane and body, plus that of
 * everything that its client has waiting. So cheap requests come before expensive ones, none waits
 * forever, and a client that sends many requests delays only itself.
 *
 * Lock order: the pool's lock is a leaf; the callbacks run without it. */
#ifndef SERVER_HTTP_REQUEST_POOL_H
#define SERVER_HTTP_REQUEST_POOL_H

#include "server/http/http_types.h"

/* A waiting request. It belongs to the pool from request_pool_add() until serve() or end(). */
struct pool_item {
    struct pool_item *next, *prev;
    enum http_lane lane;
    const char *client; /* its address; borrowed */
    size_t bytes;       /* of its body */
    int64_t arrived_ms, cost_ms, due_ms;
};

struct request_pool_config {
    unsigned workers;     /* threads whose floor is HTTP_BULK, and as many with HTTP_WORK; >= 1 */
    unsigned max_waiting; /* requests; any more are refused */
    void *ctx;
    /* Computes the response, on a thread of the pool. The item belongs to serve() from now on. */
    void (*serve)(void *ctx, struct pool_item *item);
    /* The item will not be served: it was swept, or the pool stops. On any thread. */
    void (*end)(void *ctx, struct pool_item *item);
};

struct request_pool;

/* Starts the threads. c is copied. ST_IO when a thread cannot be started. */
enum status request_pool_start(struct request_pool **out, const struct request_pool_config *c,
                               struct err *e);
/* Queues an item with lane, client and bytes set. Returns false when too many wait, or the pool
 * stops. */
bool request_pool_add(struct request_pool *p, struct pool_item *item);
/* Ends the waiting items for which over() returns true; over() is called under the lock. */
void request_pool_sweep(struct request_pool *p, bool (*over)(void *ctx, struct pool_item *item));
/* Ends all waiting items and joins the threads, each after the item that it serves. Nothing can be
 * queued from now on. NULL does nothing. */
void request_pool_stop(struct request_pool *p);
void request_pool_free(struct request_pool *p); /* after request_pool_stop(); NULL is fine */
/* Numbers of requests that wait and that are being served, by lane, and of those refused since the
 * start. */
void request_pool_counts(struct request_pool *p, struct http_pool_counts *out);

#endif

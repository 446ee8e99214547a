/* request_pool.h - the threads that compute answers, so that those that read requests never do.
 * Private to http/.
 *
 * Every request has a lane (enum http_lane): how long it may take. Every thread has a floor and
 * serves the lanes from there upwards, so that a short request always finds a thread that no long
 * one can hold. Among those that a thread may serve, the request with the earliest due time goes
 * first: its arrival, plus the time that its lane and its body are expected to take, plus what
 * its client has waiting already. So the cheap go before the dear, nobody starves, and a client
 * that sends many requests at once delays itself, not others.
 *
 * Lock order: the pool's lock is a leaf; the callbacks run without it. */
#ifndef SERVER_HTTP_REQUEST_POOL_H
#define SERVER_HTTP_REQUEST_POOL_H

#include "server/http/http_types.h"

/* A request that waits; part of it, touched by the pool from add to serve or end. */
struct pool_item {
    struct pool_item *next, *prev;
    enum http_lane lane;
    const char *client; /* its address; borrowed */
    size_t bytes;       /* of its body */
    int64_t arrived_ms, cost_ms, due_ms;
};

struct request_pool_config {
    unsigned workers;     /* threads whose floor is HTTP_BULK, and as many with HTTP_WORK; >= 1 */
    unsigned max_waiting; /* requests; one more is refused */
    void *ctx;
    /* Computes the answer, on a thread of the pool; the item is the callee's from now on. */
    void (*serve)(void *ctx, struct pool_item *item);
    /* The item will not be served: it was swept, or the pool stops. On any thread. */
    void (*end)(void *ctx, struct pool_item *item);
};

struct request_pool;

/* Starts the threads. c is copied. ST_IO when a thread cannot be started. */
enum status request_pool_start(struct request_pool **out, const struct request_pool_config *c,
                               struct err *e);
/* Queues an item with lane, client and bytes set. False: too many wait, or the pool stops. */
bool request_pool_add(struct request_pool *p, struct pool_item *item);
/* Ends the waiting items for which over() is true; over() runs under the lock. */
void request_pool_sweep(struct request_pool *p, bool (*over)(void *ctx, struct pool_item *item));
/* Ends what waits and joins the threads, each behind the item that it serves. From now on nothing
 * is queued. NULL is fine. */
void request_pool_stop(struct request_pool *p);
void request_pool_free(struct request_pool *p); /* after request_pool_stop(); NULL is fine */
/* Requests that wait and that are being served, by lane; refused since the start. */
void request_pool_counts(struct request_pool *p, struct http_pool_counts *out);

#endif

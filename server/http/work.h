/* work.h - a request while its response is computed: on the thread that reads requests, or on a
 * request worker while the connection is suspended. Private to http/.
 *
 * The connection's thread makes every call of libmicrohttpd except MHD_resume_connection(). Between
 * suspension and resumption the request belongs to the pool. A worker puts the response in
 * r->answer, and does not touch the request after resuming the connection. */
#ifndef SERVER_HTTP_WORK_H
#define SERVER_HTTP_WORK_H

#include "server/http/daemon.h"

struct http_res;
struct request;

/* Start and stop the request workers of h. Requests after the stop get 503. h->pool is freed with
 * h. */
enum status work_start(struct http *h, struct err *e);
void work_stop(struct http *h);
/* Called by the ticker: ends requests that have waited too long or have lost their client. */
void work_tick(struct http *h, int64_t now_ms);

/* Calls the handler, here or on a worker, again after a wait. On the connection's thread. */
enum MHD_Result work_run(struct request *r);
/* The audit of a route that writes: before its handler runs, which an error refuses, and after it.
 * rq: r->rq, or a request that its handler makes. The resource is the one that was made, if any. */
enum status work_begin(const struct request *r, const struct http_req *rq,
                       const struct http_route *route, struct err *e);
void work_tell_done(const struct request *r, const struct http_req *rq,
                    const struct http_route *route, const struct http_res *rs);
/* The request that w is part of. */
struct request *work_request(const struct http_work *w);
/* Called when the connection is resumed: sends a worker's response, or ends a wait. */
enum MHD_Result work_go_on(struct request *r);

#endif

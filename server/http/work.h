/* work.h - a request while its answer is computed: on the thread that reads requests, or on a
 * request worker with the connection suspended. Private to http/.
 *
 * The connection's thread makes every call of libmicrohttpd but MHD_resume_connection(). Between
 * suspension and resumption the request belongs to the pool; a worker leaves what the handler
 * made in r->answer and touches the request no more behind the resumption. */
#ifndef SERVER_HTTP_WORK_H
#define SERVER_HTTP_WORK_H

#include "server/http/daemon.h"

struct request;

/* Starts the request workers of h, and stops them: what comes later is answered 503. h->pool is
 * freed with h. */
enum status work_start(struct http *h, struct err *e);
void work_stop(struct http *h);
/* Ends what waits too long or has lost its client. By the ticker. */
void work_tick(struct http *h, int64_t now_ms);

/* Calls the handler, here or on a worker; again after a wait. The connection's thread. */
enum MHD_Result work_run(struct request *r);
/* The connection is resumed: the answer that a worker made, or the end of a wait. */
enum MHD_Result work_go_on(struct request *r);

#endif

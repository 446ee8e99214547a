/* http.h - the front door. Only server/http knows libmicrohttpd; everybody else sees requests and
 * responses as plain structs.
 *
 * A handler reads a struct http_req, fills a struct http_res and returns. The lane of its route
 * decides on which thread it runs: those that read requests and answer probes run only what is
 * answered at once (HTTP_INLINE); all else runs on request workers, while the connection is
 * suspended. A handler that finds that it has more to do than its lane allows calls http_move()
 * and is called again there. A handler that has to wait (?wait=) calls http_res_wait(): no thread
 * is held, and the handler is called again when its topic is notified or the deadline has passed.
 * A handler that works for long calls http_go_on() between slices of its work. */
#ifndef SERVER_HTTP_HTTP_H
#define SERVER_HTTP_HTTP_H

#include "server/http/http_types.h"

/* The value of a query parameter or NULL. Names not listed in the route are refused before the
 * handler. */
const char *http_query(const struct http_req *rq, const char *name);
/* The value of a header field (case-insensitive) or NULL. */
const char *http_header(const struct http_req *rq, const char *name);

/* What ends the tag of a compressed answer; the rest is the plain one's. */
#define HTTP_ETAG_GZIP "-gzip"

/* One entity tag of If-Match or If-None-Match, without its quotes and HTTP_ETAG_GZIP: both
 * representations are of one state. */
struct http_etag {
    const char *value; /* (len), borrowed from the header; not NUL-terminated */
    size_t len;
    bool weak; /* W/"..." */
    bool gzip; /* of a compressed answer */
};
/* The next tag of the list at *at, which moves behind it. False: there is none. The grammar of both
 * headers was checked before the handler of a route that is conditional. */
bool http_etag_next(struct http_etag *out, const char **at);
/* Whether the header is "*". */
bool http_etag_any(const char *header);

/* ST_MALFORMED (pointer "?limit") unless absent (*out untouched) or an integer in [min, max]. */
enum status http_query_int(int64_t *out, const struct http_req *rq, const char *name, int64_t min,
                           int64_t max, struct err *e);
/* True for 1, true, yes and a bare name; false for 0, false, no and absent; else ST_MALFORMED. */
enum status http_query_bool(bool *out, const struct http_req *rq, const char *name, struct err *e);
/* The value of a parameter that is declared as HTTP_INTEGER, and so was checked before the handler;
 * absent when it was not sent. */
int64_t http_query_number(const struct http_req *rq, const char *name, int64_t absent);

/* Picks from offered (NULL-terminated media types, the first is the default) by Accept's
 * q-values; the answer rs (may be NULL) varies with it then. ?format=json|csv|svg|conllu|tsv, when
 * the route lists "format", wins. ST_NOT_ACCEPTABLE lists what is offered. *out: one of offered. */
enum status http_accept(const char **out, const struct http_req *rq, struct http_res *rs,
                        const char *const *offered, struct err *e);
/* The body's media type, with the courtesy that a form-urlencoded or absent type whose body
 * begins with { or [ (after white space) is application/json. Never NULL. */
const char *http_body_type(const struct http_req *rq);

/* Between two slices of a handler's work: ST_OK to go on. Else the work is of no use any more, and
 * the handler returns the error: ST_BUSY when it has taken longer than work_seconds or the server
 * stops, ST_CANCELLED when the client has closed its connection. Costs a look at the clock. */
enum status http_go_on(const struct http_req *rq, struct err *e);

/* When lane is below the one that the handler runs in: true, and the handler releases what it has
 * and returns, to be called again in that lane. Else false, and the handler goes on. */
bool http_move(struct http_res *rs, const struct http_req *rq, enum http_lane lane);
void http_res_status(struct http_res *rs, int status);
/* Response header; value copied. Refuses (drops, logs) values with control characters. */
void http_res_header(struct http_res *rs, const char *name, const char *value);
/* Adds a field of the request to Vary: the answer depends on it. */
void http_res_vary(struct http_res *rs, const char *field);
/* The body. data is owned by the response from now on (malloc'ed). status 0 leaves the status
 * (200). */
void http_res_body(struct http_res *rs, int status, const char *content_type, char *data,
                   size_t len);
void http_res_copy(struct http_res *rs, int status, const char *content_type, const char *data,
                   size_t len);
/* A buffer for a body that may be large (at most max bytes): what it holds beyond some 256 KiB goes
 * to a file. Give it to http_res_buf(), or release it. */
void http_res_open(struct http_res *rs, struct buf *b, size_t max);
/* The same from a buf, which is taken; an error in it becomes a problem answer. */
void http_res_buf(struct http_res *rs, int status, const char *content_type, struct buf *b);
/* Bytes shared with others (a cache), which never change: release(ctx) is called some time after
 * they are sent, at the latest when the connection ends. */
void http_res_shared(struct http_res *rs, int status, const char *content_type, const char *data,
                     size_t len, void (*release)(void *ctx), void *ctx);
/* A body that is there as gzip of len bytes, and never changes: sent as it is to clients that read
 * that, unpacked to others. etag: of the plain one, as in http_res_etag(). */
void http_res_gzip(struct http_res *rs, const char *content_type, const char *data, size_t len,
                   const char *etag);
/* Strong ETag (without quotes): sets the header; answers If-None-Match with 304 for GET and
 * HEAD. */
void http_res_etag(struct http_res *rs, const char *etag);
/* application/problem+json; the one place where a status becomes a code (problem.c). Adds
 * Retry-After for ST_BUSY. An ST_NOMEM, ST_IO or ST_INTERNAL error is logged with its message
 * and answered without it. */
void http_res_err(struct http_res *rs, const struct err *e);
/* HTTP status code of a status: the table. */
int http_status_code(enum status st);
/* The problem document alone, for errors kept elsewhere (jobs):
 * {"type","title","status","detail",...}; malloc'ed JSON text or NULL. */
char *http_problem_text(const struct err *e, const char *instance);
/* Ask to be called again when topic is notified or deadline_ms, of clock_monotonic_ms(), has
 * passed, to within 0.1 s. The handler is also called again, with wait_over, when the client has
 * gone or the server is draining; asking once more then is answered with 503. A notification
 * between the handler's look and the wait is not lost. Of a topic the first 127 bytes count. */
void http_res_wait(struct http_res *rs, const char *topic, int64_t deadline_ms);
/* text/event-stream; comments every 15 s; X-Accel-Buffering: no. s is copied; woken by topic. */
void http_res_stream(struct http_res *rs, const char *topic, const struct http_stream *s);

/* Whether a request to the route may change something. */
bool http_route_writes(const struct http_route *route);

extern const double http_bucket_bounds[HTTP_BUCKETS - 1]; /* seconds; the last is +Inf */

/* Whether text is a list for allowed_hosts: hosts with or without a port, separated by commas or
 * blanks. */
bool http_hosts_ok(const char *text);

/* Whether text is an address to listen on; what is taken, for an error. */
bool http_listen_ok(const char *text);
extern const char http_listen_forms[];
/* Whether such an address is reached from this machine alone. */
bool http_listen_local(const char *text);
/* The URL by which this machine reaches it, "http://127.0.0.1:8080" for ":8080", or "unix:/path".
 * malloc'ed; NULL when out of memory or not an address. */
char *http_listen_url(const char *text, bool tls);

/* Whether text is a list for trusted_proxies: addresses, networks (10.0.0.0/8) and unix. */
bool http_proxies_ok(const char *text);
/* Whether text is a path_prefix: "/apps/lstmd", without a slash at its end, or nothing. */
bool http_prefix_ok(const char *text);

/* Whether text is a list for cors_origins: origins (https://app.example.com:8443) or *, separated
 * by commas or blanks. */
bool http_origins_ok(const char *text);

/* Starts listening and serving. config and what it points to are borrowed until http_stop(). *out
 * is set before the first request is answered, NULL on error. ST_IO names the address and the
 * reason. */
enum status http_start(struct http **out, const struct http_config *config, struct err *e);
/* The port in use (for port 0; 0: none) and the URL "http://127.0.0.1:8080" or "unix:/path", which
 * lives as long as h. */
int http_port(const struct http *h);
const char *http_url(const struct http *h);
/* Reads the files of the certificate and its key again; open connections go on. On an error
 * (ST_INVALID, ST_IO, ST_NOMEM) the one before stays in use. ST_OK without TLS. One at a time. */
enum status http_reload_certificate(struct http *h, struct err *e);
/* When the certificate ends, in seconds since 1970; 0 without TLS. Any thread. */
int64_t http_certificate_expires(const struct http *h);
/* Wakes every connection that waits on topic. Any thread. */
void http_notify(struct http *h, const char *topic);
/* The first step of a shutdown: streams end, waits are over, and every answer closes its
 * connection. New connections are still taken, so that /readyz can answer 503 (http_draining()) for
 * as long as the caller leaves a balancer to see it; http_stop() then closes the door. */
void http_drain(struct http *h);
bool http_draining(const struct http *h);
/* The second step: no new connections; waits for the requests in flight up to deadline_ms from
 * now, then closes what is left and frees h. A handler that is running is always waited for.
 * http_drain() is implied. NULL is fine. */
void http_stop(struct http *h, int64_t deadline_ms);
/* A copy of row i's counters; false when there is no row i. Behind the rows of the table there
 * is one more, pattern "" and HTTP_OTHER, for what no route served (404, 405, what cannot be
 * read). */
bool http_stats(const struct http *h, int i, struct http_stats_row *out);
unsigned http_connections(const struct http *h);

void http_pool_counts(const struct http *h, struct http_pool_counts *out);
extern const char *const http_key_failure_names[HTTP_KEY_FAILURES]; /* "missing", "unknown" ... */
void http_key_counts(const struct http *h, struct http_key_counts *out);

/* A response without a connection, for unit tests of handlers: after a handler ran, look into
 * it. */
struct http_res *http_res_new(const struct http_req *rq);
void http_res_free(struct http_res *rs);
int http_res_get(const struct http_res *rs, const char **content_type, const char **data,
                 size_t *len); /* returns the status; 0 when it asks to wait */
/* The value of a header that was set, or NULL. */
const char *http_res_get_header(const struct http_res *rs, const char *name);

#endif

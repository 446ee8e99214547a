/* http.h - the interface of the HTTP server. Only server/http uses libmicrohttpd; all other code
 * sees requests and responses as plain structs.
 *
 * A handler reads a struct http_req, fills a struct http_res and returns. The lane of its route
 * decides on which thread it runs. Threads that read requests and answer probes run only handlers
 * that respond at once (HTTP_INLINE); all others run on request workers, while the connection is
 * suspended. A handler with more work than its lane allows calls http_move() and is called again in
 * another lane. A handler that must wait (?wait=) calls http_res_wait(). It holds no thread
 * meanwhile, and is called again when its topic is notified or the deadline has passed. A handler
 * that works for long calls http_go_on() between slices of its work. */
#ifndef SERVER_HTTP_HTTP_H
#define SERVER_HTTP_HTTP_H

#include "server/http/http_types.h"

/* The value of a query parameter, or NULL. Names that the route does not list are refused before
 * the handler is called. */
const char *http_query(const struct http_req *rq, const char *name);
/* The value of a header field (case-insensitive), or NULL. */
const char *http_header(const struct http_req *rq, const char *name);

/* The ending of a compressed response's tag; the rest is the tag of the uncompressed one. */
#define HTTP_ETAG_GZIP "-gzip"

/* One entity tag of If-Match or If-None-Match, without quotes and HTTP_ETAG_GZIP, because both
 * representations belong to one state. */
struct http_etag {
    const char *value; /* (len), borrowed from the header; not NUL-terminated */
    size_t len;
    bool weak; /* W/"..." */
    bool gzip; /* of a compressed response */
};
/* Reads the next tag of the list at *at, and moves *at after it. Returns false when there is none.
 * For routes that are conditional, the grammar was checked before the handler is called. */
bool http_etag_next(struct http_etag *out, const char **at);
/* Whether the header is "*". */
bool http_etag_any(const char *header);

/* ST_MALFORMED (pointer "?limit") unless the parameter is an integer in [min, max]. When it is
 * absent, *out is untouched. */
enum status http_query_int(int64_t *out, const struct http_req *rq, const char *name, int64_t min,
                           int64_t max, struct err *e);
/* True for 1, true, yes and a bare name; false for 0, false, no and absent; else ST_MALFORMED. */
enum status http_query_bool(bool *out, const struct http_req *rq, const char *name, struct err *e);
/* The value of a parameter that is declared as HTTP_INTEGER, and so was checked already; `absent`
 * when it was not sent. */
int64_t http_query_number(const struct http_req *rq, const char *name, int64_t absent);

/* Chooses from offered (NULL-terminated media types, the first is the default) by the q-values of
 * Accept, which is then added to Vary of rs (may be NULL). ?format=json|csv|svg|conllu|tsv has
 * priority, if the route lists "format". ST_NOT_ACCEPTABLE lists the offers. *out: one of
 * offered. */
enum status http_accept(const char **out, const struct http_req *rq, struct http_res *rs,
                        const char *const *offered, struct err *e);
/* The body's media type. A form-urlencoded or missing type counts as application/json when the body
 * begins with { or [ (after white space). Never NULL. */
const char *http_body_type(const struct http_req *rq);

/* Prepares a body that came from elsewhere as that of a request is prepared: unpacks gzip, which
 * its first bytes show, and converts text in the charset of content_type to UTF-8. body->max limits
 * the result. ST_MALFORMED, ST_UNSUPPORTED, ST_TOO_LARGE, ST_NOMEM. */
enum status http_body_prepare(struct buf *body, const char *content_type, struct err *e);

/* Called between two slices of a handler's work: ST_OK to go on. Otherwise the work is useless, and
 * the handler returns the error: ST_BUSY when it has taken longer than work_seconds or the server
 * stops, ST_CANCELLED when the client has closed its connection. Usually costs only a reading of
 * the clock. */
enum status http_go_on(const struct http_req *rq, struct err *e);

/* Returns true when lane is below the one that the handler runs in. The handler then releases what
 * it holds and returns, and is called again in that lane. Otherwise false, and the handler goes
 * on. */
bool http_move(struct http_res *rs, const struct http_req *rq, enum http_lane lane);
void http_res_status(struct http_res *rs, int status);
/* Adds a response header; value is copied. A value with control characters is dropped and
 * logged. */
void http_res_header(struct http_res *rs, const char *name, const char *value);
/* Adds a field of the request to Vary, because the response depends on it. */
void http_res_vary(struct http_res *rs, const char *field);
/* Sets the body. The response owns data (malloc'ed) from now on. status 0 keeps the present status
 * (200). */
void http_res_body(struct http_res *rs, int status, const char *content_type, char *data,
                   size_t len);
void http_res_copy(struct http_res *rs, int status, const char *content_type, const char *data,
                   size_t len);
/* Opens a buffer for a body that may be large (at most max bytes): bytes beyond some 256 KiB go to
 * a file. Pass it to http_res_buf(), or release it. */
void http_res_open(struct http_res *rs, struct buf *b, size_t max);
/* Sets the body from a buf, which is taken over; an error in it becomes a problem document. */
void http_res_buf(struct http_res *rs, int status, const char *content_type, struct buf *b);
/* Sets a body that is shared with others (a cache), and never changes. release(ctx) is called after
 * it was sent, at the latest when the connection ends. */
void http_res_shared(struct http_res *rs, int status, const char *content_type, const char *data,
                     size_t len, void (*release)(void *ctx), void *ctx);
/* Sets a body that exists as gzip of len bytes and never changes. Clients that accept gzip get it
 * as it is, others get it unpacked. etag: of the uncompressed body, as in http_res_etag(). */
void http_res_gzip(struct http_res *rs, const char *content_type, const char *data, size_t len,
                   const char *etag);
/* Sets a strong ETag (without quotes). With a matching If-None-Match, a response to GET or HEAD
 * becomes 304. */
void http_res_etag(struct http_res *rs, const char *etag);
/* Makes the response a problem document; problem.c has the only table from status to HTTP code.
 * Adds Retry-After for ST_BUSY. An ST_NOMEM, ST_IO or ST_INTERNAL error is logged with its message,
 * which the client does not get. */
void http_res_err(struct http_res *rs, const struct err *e);
/* HTTP status code of a status: the table. */
int http_status_code(enum status st);
/* The problem document alone, for errors kept elsewhere (jobs):
 * {"type","title","status","detail",...}; malloc'ed JSON text or NULL. */
char *http_problem_text(const struct err *e, const char *instance);
/* Asks that the handler is called again when topic is notified, or deadline_ms of
 * clock_monotonic_ms() has passed, to within 0.1 s. It is also called, with wait_over, when the
 * client has gone or the server is draining; waiting once more is then answered with 503. A
 * notification between the handler's check and the wait is not lost. Only the first 127 bytes of a
 * topic count. */
void http_res_wait(struct http_res *rs, const char *topic, int64_t deadline_ms);
/* Starts a text/event-stream, with a comment every 15 s and X-Accel-Buffering: no. s is copied.
 * topic wakes it. */
void http_res_stream(struct http_res *rs, const char *topic, const struct http_stream *s);

/* Whether a request to the route may change something. */
bool http_route_writes(const struct http_route *route);

extern const double http_bucket_bounds[HTTP_BUCKETS - 1]; /* seconds; the last is +Inf */

/* Whether text is valid for allowed_hosts: a list of hosts with or without a port, separated by
 * commas or blanks. */
bool http_hosts_ok(const char *text);

/* Whether text is an address to listen on; and the accepted forms, for an error. */
bool http_listen_ok(const char *text);
extern const char http_listen_forms[];
/* Whether such an address can be reached only from this machine. */
bool http_listen_local(const char *text);
/* The URL by which this machine reaches it, "http://127.0.0.1:8080" for ":8080", or "unix:/path".
 * malloc'ed; NULL when out of memory or not an address. */
char *http_listen_url(const char *text, bool tls);

/* Whether text is valid for trusted_proxies: a list of addresses, networks (10.0.0.0/8) and
 * unix. */
bool http_proxies_ok(const char *text);
/* Whether text is valid for path_prefix: "/apps/lstmd", without a slash at its end, or empty. */
bool http_prefix_ok(const char *text);

/* Whether text is valid for cors_origins: a list of origins (https://app.example.com:8443) or *,
 * separated by commas or blanks. */
bool http_origins_ok(const char *text);

/* Starts listening and serving. config and what it points to are borrowed until http_stop(). *out
 * is set before the first request is answered, NULL on error. ST_IO names the address and the
 * reason. */
enum status http_start(struct http **out, const struct http_config *config, struct err *e);
/* The port in use (useful for port 0; 0: none), and the URL "http://127.0.0.1:8080" or
 * "unix:/path", which lives as long as h. */
int http_port(const struct http *h);
const char *http_url(const struct http *h);
/* Reads the files of certificate and key again; open connections continue. On an error (ST_INVALID,
 * ST_IO, ST_NOMEM) the previous certificate stays in use. ST_OK without TLS. One call at a time. */
enum status http_reload_certificate(struct http *h, struct err *e);
/* When the certificate expires, in seconds since 1970; 0 without TLS. Any thread. */
int64_t http_certificate_expires(const struct http *h);
/* Wakes every connection that waits on topic. Any thread. */
void http_notify(struct http *h, const char *topic);
/* The first step of a shutdown: streams and waits end, and every response closes its connection.
 * New connections are still accepted, so that /readyz can answer 503 (http_draining()) until a load
 * balancer has seen it; http_stop() then refuses them. */
void http_drain(struct http *h);
bool http_draining(const struct http *h);
/* The second step: accepts no more connections, waits for the requests in flight up to deadline_ms
 * from now, then closes the rest and frees h. A running handler is always waited for. Includes
 * http_drain(). NULL does nothing. */
void http_stop(struct http *h, int64_t deadline_ms);
/* Copies the counters of row i; returns false when there is no row i. After the rows of the table
 * there is one more, with pattern "" and HTTP_OTHER, for requests that no route served (404, 405,
 * unreadable). */
bool http_stats(const struct http *h, int i, struct http_stats_row *out);
unsigned http_connections(const struct http *h);

void http_pool_counts(const struct http *h, struct http_pool_counts *out);
extern const char *const http_key_failure_names[HTTP_KEY_FAILURES]; /* "missing", "unknown" ... */
void http_key_counts(const struct http *h, struct http_key_counts *out);

/* A response without a connection, for unit tests, which read it after the handler ran. */
struct http_res *http_res_new(const struct http_req *rq);
void http_res_free(struct http_res *rs);
int http_res_get(const struct http_res *rs, const char **content_type, const char **data,
                 size_t *len); /* returns the status; 0 when it asks to wait */
/* The value of a header that was set, or NULL. */
const char *http_res_get_header(const struct http_res *rs, const char *name);

#endif

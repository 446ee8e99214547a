/* http_types.h - requests, routes and configuration as plain structs: what api/ and all parts of
 * http/ have in common. http.h has the functions on them. */
#ifndef SERVER_HTTP_HTTP_TYPES_H
#define SERVER_HTTP_HTTP_TYPES_H

#include "server/base/access.h"

#include <lstm/buf.h>
#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

struct http;      /* a running server */
struct http_res;  /* a response, filled by its handler */
struct http_work; /* how long a handler may go on */

enum { HTTP_BUCKETS = 12, HTTP_TOPIC_MAX = 128 };

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_OTHER
};

/* How much work a request is; a higher lane is a shorter one. A route that does not name its lane
 * gets the one in which it cannot hold up anything else. */
enum http_lane {
    HTTP_BULK,   /* seconds: large bodies and whatever grows without a small bound */
    HTTP_WORK,   /* grows with its input, which is not large */
    HTTP_WRITE,  /* a small change of the store, which may wait for another writer */
    HTTP_READ,   /* a small read of the store */
    HTTP_INLINE, /* microseconds, and nothing that waits: on the thread that reads requests */
    HTTP_LANES
};

/* Who may use a route. The numbers of the first two are what false and true are. */
enum http_access {
    ACCESS_ADMIN, /* what a row gets that names nothing */
    ACCESS_OPEN,  /* everybody: health, readiness, version */
    ACCESS_KEY,   /* whoever has a valid key */
    ACCESS_READ,  /* whose key has that scope */
    ACCESS_PREDICT,
    ACCESS_TRAIN
};

struct http_pair {
    const char *name, *value; /* decoded; value "" when there is none */
};

/* The header of a request: name and value of each field, in the order of the client. */
struct http_fields {
    const struct http_pair *list;
    int count;
};

/* Everything is borrowed and lives until the response is done. */
struct http_req {
    enum http_method method; /* handlers of GET see HTTP_GET for HEAD as well */
    const char *path;        /* decoded, as matched */
    const char *prefix;   /* the path under which a proxy serves us, for links; "" or NULL: none */
    const char *param[3]; /* what {name} placeholders of the route's pattern matched, in order */
    const struct http_pair *query;
    int num_query;
    const char *body; /* NUL-terminated behind its length; never NULL */
    size_t body_len;
    const char *content_type; /* lower case, without parameters; "" when there was none */
    const char *request_id;
    bool waited;                      /* the handler is called again after http_res_wait() */
    bool wait_over;                   /* ... and the deadline has passed */
    enum http_lane lane;              /* that the handler is called in */
    struct http_work *work;           /* for http_go_on(); NULL: nothing ends this request early */
    const struct http_fields *fields; /* NULL: no headers */
    const struct access *key;         /* of who asks; NULL: nobody in particular, who may all */
};

/* Called until it reports the end. Fills out with whole events to send; leaves it empty when there
 * is nothing now (it is called again when the topic is notified). ctx is released with free_ctx
 * when the stream is over. */
struct http_stream {
    void *ctx;
    bool (*next)(void *ctx, struct buf *out); /* false: the end, after sending what is in out */
    void (*free_ctx)(void *ctx);
};

typedef void http_handler(void *app, const struct http_req *rq, struct http_res *rs);

/* What the value of a query parameter must be. */
enum http_parameter_kind { HTTP_TEXT, HTTP_INTEGER, HTTP_FLAG, HTTP_CHOICE, HTTP_CHECKED };

/* A query parameter: a name means the same on every path. Values are checked against the table
 * before a handler runs, so that no handler can write first and refuse then. */
struct http_parameter {
    const char *name;
    enum http_parameter_kind kind;
    int64_t min, max;                                       /* of HTTP_INTEGER */
    const char *const *choices;                             /* of HTTP_CHOICE, NULL-terminated */
    enum status (*check)(const char *value, struct err *e); /* of HTTP_CHECKED */
};

/* A row of the route table. Patterns are literal segments and {placeholders}: "/v1/jobs/{id}". A
 * known pattern with another method is 405 with Allow; OPTIONS answers 204. */
struct http_route {
    enum http_method method; /* GET serves HEAD too */
    const char *pattern;
    http_handler *handler;
    const char *query; /* space-separated names it takes, or NULL for none */
    bool body;         /* takes a body; else a non-empty one is 400 */
    enum http_access access;
    enum http_lane lane;
    bool reads; /* changes nothing though it is no GET */
    /* Evaluates If-Match and If-None-Match. A route that changes something and does not is asked
     * with neither: else it would do what its client made conditional. */
    bool conditional;
    bool form; /* takes multipart/form-data with one file in the place of its body */
};

struct http_limits {
    size_t max_body_bytes, max_header_bytes;
    size_t max_bodies_bytes; /* of all requests that are read, wait or are worked on, together */
    size_t max_unsent_bytes; /* of all large answers that are not sent yet, in files */
    unsigned max_connections;
    unsigned request_deadline_seconds, idle_timeout_seconds;
    unsigned max_waiting;  /* requests that wait for a worker */
    unsigned wait_seconds; /* for a worker, at most */
    unsigned work_seconds; /* of one request, at most; see http_go_on() */
};

/* A request that changes something, or that was refused for its key. Borrowed. */
struct http_event {
    const struct http_route *route;
    const char *resource;     /* its path, or that of what it made */
    const struct access *key; /* NULL: nobody in particular */
    const char *client, *request_id;
    bool dry_run; /* nothing was stored */
    int status;   /* of the answer */
};
struct http_audit {
    /* The handler of a route that writes has run; the answer is not sent yet. */
    void (*done)(void *app, const struct http_event *event);
    /* The key did not open the route. On threads that read requests: it may not wait. */
    void (*refused)(void *app, const struct http_event *event);
};

enum http_key_state { HTTP_KEY_UNKNOWN, HTTP_KEY_VALID, HTTP_KEY_EXPIRED, HTTP_KEY_REVOKED };

/* Keys that are kept elsewhere. Called on threads that read requests: neither may wait. */
struct http_keyring {
    /* Whether requests without a key are refused. */
    bool (*needed)(void *app);
    /* Whose key `sent` is; fills *out unless it is not known. */
    enum http_key_state (*find)(void *app, const char *sent, struct access *out);
};

struct http_config {
    const char *listen; /* what http_listen_ok() takes */
    bool local_only;    /* refuse to serve other machines: there is no key */
    unsigned threads;   /* that read requests; >= 1 */
    unsigned workers;   /* threads for large requests, and as many for smaller ones; >= 1 */
    struct http_limits limits;
    const char *spool_dir; /* where large answers lie until they are sent; NULL: /tmp */
    const char *api_key;   /* NULL or "": none is needed, unless there is a read_key */
    const char *read_key;  /* with the scopes read and predict; NULL or "": none */
    const struct http_keyring *keyring; /* beside these two; borrowed; NULL: none */
    const struct http_audit *audit;     /* borrowed; NULL: none */
    /* Names by which the server is reached, "a.test, b.test:8080"; NULL or "": none. On loopback
     * other names are refused in Host, beyond it where this is set. See origin.h. */
    const char *allowed_hosts;
    const char *trusted_proxies; /* who may report the client, see proxy.h; NULL or "": nobody */
    const char *path_prefix;     /* under which a proxy serves us; NULL or "": none */
    bool forwarded;              /* the client is in Forwarded, not in X-Forwarded-For */
    const char *cors_origins;    /* whose pages may use the API, see cors.h; NULL or "": none */
    const char *tls_certificate, *tls_key; /* PEM files; NULL or "": no TLS */
    const struct http_route *routes;
    int num_routes;
    const struct http_parameter *parameters; /* NULL: every parameter is text */
    int num_parameters;
    void *app;
};

/* Counters for /metrics. Read with http_stats(). */
struct http_stats_row {
    const char *pattern;
    enum http_method method;
    uint64_t count[6];             /* by status class: [2] is 2xx ... */
    double seconds;                /* summed */
    uint64_t bucket[HTTP_BUCKETS]; /* cumulative, upper bounds http_bucket_bounds[] */
};
/* The request workers and what is held for requests, for /metrics. */
struct http_pool_counts {
    unsigned waiting[HTTP_LANES], serving[HTTP_LANES], all_waiting;
    uint64_t refused;      /* since the start, because too many waited */
    size_t bodies, unsent; /* bytes */
    uint64_t evicted;      /* connections since the start, closed to make room for others */
};

/* Requests that were refused for their key. */
enum { HTTP_KEY_FAILURES = 6 };
struct http_key_counts {
    uint64_t failures[HTTP_KEY_FAILURES]; /* since the start, by http_key_failure_names[] */
    unsigned held;                        /* refusals that are held back now */
    unsigned addresses;                   /* that sent a wrong key lately */
};

#endif

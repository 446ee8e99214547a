/* http_types.h - requests, routes and configuration as plain structs, for api/ and all parts of
 * http/. The functions on them are in http.h. */
#ifndef SERVER_HTTP_HTTP_TYPES_H
#define SERVER_HTTP_HTTP_TYPES_H

#include "server/base/access.h"

#include <lstm/buf.h>
#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

struct http;      /* a running server */
struct http_res;  /* a response, filled by its handler */
struct http_work; /* limits how long a handler may work */

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

/* How much work a request is; a higher lane means less. A route that names no lane gets the one in
 * which it can delay nothing else. */
enum http_lane {
    HTTP_BULK,   /* seconds: large bodies, and work without a small bound */
    HTTP_WORK,   /* work that grows with its input, which is not large */
    HTTP_WRITE,  /* a small change of the store, which may wait for another writer */
    HTTP_READ,   /* a small read of the store */
    HTTP_INLINE, /* microseconds, without waiting: on the thread that reads requests */
    HTTP_LANES
};

/* Who may use a route. The first two must equal false and true. */
enum http_access {
    ACCESS_ADMIN, /* the default of a row that names none */
    ACCESS_OPEN,  /* everybody: health, readiness, version */
    ACCESS_KEY,   /* any valid key */
    ACCESS_READ,  /* keys with the scope read; others likewise */
    ACCESS_PREDICT,
    ACCESS_TRAIN
};

struct http_pair {
    const char *name, *value; /* decoded; value "" when there is none */
};

/* The header of a request: name and value of each field, in the client's order. */
struct http_fields {
    const struct http_pair *list;
    int count;
};

/* A request. Everything is borrowed and lives until the response is done. */
struct http_req {
    enum http_method method; /* handlers of GET see HTTP_GET for HEAD too */
    const char *path;        /* decoded, as matched */
    const char *prefix;      /* path under which a proxy serves us, for links; "" or NULL: none */
    const char *param[3]; /* values of the {name} placeholders of the route's pattern, in order */
    const struct http_pair *query;
    int num_query;
    const char *body; /* followed by a NUL; never NULL */
    size_t body_len;
    const char *content_type; /* lower case, without parameters; "" when there was none */
    const char *request_id;
    bool waited;                      /* the handler is called again after http_res_wait() */
    bool wait_over;                   /* with waited: because the deadline has passed */
    enum http_lane lane;              /* in which the handler is called */
    struct http_work *work;           /* for http_go_on(); NULL: no limit */
    const struct http_fields *fields; /* NULL: no headers */
    const struct access *key;         /* rights of the client; NULL: all */
};

/* A source of events. next() is called until it returns false. It fills out with whole events; an
 * empty out means that there are none now, and it is called again when the topic is notified.
 * free_ctx() releases ctx when the stream ends. */
struct http_stream {
    void *ctx;
    bool (*next)(void *ctx, struct buf *out); /* false: the end, after the events in out */
    void (*free_ctx)(void *ctx);
};

typedef void http_handler(void *app, const struct http_req *rq, struct http_res *rs);

/* The kinds of values of query parameters. */
enum http_parameter_kind { HTTP_TEXT, HTTP_INTEGER, HTTP_FLAG, HTTP_CHOICE, HTTP_CHECKED };

/* A query parameter; a name means the same on every path. Values are checked against the table
 * before a handler runs, so that no handler refuses a value after it has written something. */
struct http_parameter {
    const char *name;
    enum http_parameter_kind kind;
    int64_t min, max;                                       /* of HTTP_INTEGER */
    const char *const *choices;                             /* of HTTP_CHOICE, NULL-terminated */
    enum status (*check)(const char *value, struct err *e); /* of HTTP_CHECKED */
};

/* A row of the route table. Patterns consist of literal segments and {placeholders}:
 * "/v1/jobs/{id}". A known pattern with another method gives 405 with Allow; OPTIONS gives 204. */
struct http_route {
    enum http_method method; /* GET serves HEAD too */
    const char *pattern;
    http_handler *handler;
    const char *query; /* names of its parameters, space-separated; NULL: none */
    bool body;         /* accepts a body; otherwise a non-empty one gives 400 */
    enum http_access access;
    enum http_lane lane;
    bool reads; /* changes nothing, although it is not a GET */
    /* Evaluates If-Match and If-None-Match. A route that changes something without evaluating them
     * refuses both, since it would ignore the client's condition. */
    bool conditional;
    bool form; /* accepts multipart/form-data with one file in place of its body */
    /* Of another protocol, which decides what its query may hold: any parameter is accepted, and
     * the handler checks those that it knows. `query` only documents their names. */
    bool foreign;
};

struct http_limits {
    size_t max_body_bytes, max_header_bytes;
    size_t max_bodies_bytes; /* of all requests that arrive, wait or are worked on */
    size_t max_unsent_bytes; /* of all large responses that are not sent yet, in files */
    unsigned max_connections;
    unsigned request_deadline_seconds, idle_timeout_seconds;
    unsigned max_waiting;  /* most requests that wait for a worker */
    unsigned wait_seconds; /* longest wait for a worker */
    unsigned work_seconds; /* longest work on one request; see http_go_on() */
};

/* A request that changes something, or was refused because of its key. All members are borrowed. */
struct http_event {
    const struct http_route *route;
    const char *resource;     /* its path, or that of the resource that it made */
    const struct access *key; /* NULL: no key */
    const char *client, *request_id;
    bool dry_run; /* nothing was stored */
    int status;   /* of the response */
};
struct http_audit {
    /* The handler of a route that writes is about to run, on this thread. Returns an error to
     * refuse the request. */
    enum status (*begin)(void *app, const struct http_req *rq, struct err *e);
    /* The handler of a route that writes has run; the response is not sent yet. */
    void (*done)(void *app, const struct http_event *event);
    /* The key was refused. Called on threads that read requests, so it must not wait. */
    void (*refused)(void *app, const struct http_event *event);
};

enum http_key_state { HTTP_KEY_UNKNOWN, HTTP_KEY_VALID, HTTP_KEY_EXPIRED, HTTP_KEY_REVOKED };

/* Access to keys that are kept elsewhere. Called on threads that read requests, so it must not
 * wait. */
struct http_keyring {
    /* Whether requests without a key are refused. */
    bool (*needed)(void *app);
    /* Finds the owner of the key `sent`; fills *out unless it is unknown. */
    enum http_key_state (*find)(void *app, const char *sent, struct access *out);
};

struct http_config {
    const char *listen; /* a text that http_listen_ok() accepts */
    bool local_only;    /* refuse to serve other machines, because there is no key */
    unsigned threads;   /* that read requests; >= 1 */
    unsigned workers;   /* threads for large requests, and as many for smaller ones; >= 1 */
    struct http_limits limits;
    const char *spool_dir; /* folder of large responses until they are sent; NULL: /tmp */
    const char *api_key;   /* NULL or "": no key is needed, unless there is a read_key */
    const char *read_key;  /* with the scopes read and predict; NULL or "": none */
    const struct http_keyring *keyring; /* further keys; borrowed; NULL: none */
    const struct http_audit *audit;     /* borrowed; NULL: none */
    /* Names of the server, "a.test, b.test:8080"; NULL or "": none. Other names in Host are refused
     * on loopback, and elsewhere when this is set. See origin.h. */
    const char *allowed_hosts;
    const char
        *trusted_proxies;    /* proxies that may report the client, see proxy.h; NULL or "": none */
    const char *path_prefix; /* path under which a proxy serves us; NULL or "": none */
    bool forwarded;          /* Forwarded holds the client, not X-Forwarded-For */
    const char
        *cors_origins; /* origins whose pages may use the API, see cors.h; NULL or "": none */
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
    uint64_t count[6];             /* by class of status: [2] is 2xx ... */
    double seconds;                /* sum of durations */
    uint64_t bucket[HTTP_BUCKETS]; /* cumulative; upper bounds are http_bucket_bounds[] */
};
/* Counters of the request workers, and of memory held for requests; for /metrics. */
struct http_pool_counts {
    unsigned waiting[HTTP_LANES], serving[HTTP_LANES], all_waiting;
    uint64_t refused;      /* since the start, because too many waited */
    size_t bodies, unsent; /* bytes */
    uint64_t evicted;      /* connections closed to make room, since the start */
};

/* Counters of requests that were refused for their key. */
enum { HTTP_KEY_FAILURES = 7 };
struct http_key_counts {
    uint64_t failures[HTTP_KEY_FAILURES]; /* since the start, by http_key_failure_names[] */
    unsigned held;                        /* refusals that are delayed now */
    unsigned addresses;                   /* addresses that sent a wrong key lately */
};

#endif

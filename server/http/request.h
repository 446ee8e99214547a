/* request.h - one request from its first line to its end. Private to http/.
 *
 * libmicrohttpd calls in this order: the request line is there (request_new), the header is
 * there (request_begin), a part of the body (request_feed, any number of times), all is there
 * (request_finish, again after each wait), it is over (request_end). A request that is refused
 * by its header is answered at once when a long body would follow, else behind its body, which
 * is thrown away: so the connection stays usable and the client sees the answer. */
#ifndef SERVER_HTTP_REQUEST_H
#define SERVER_HTTP_REQUEST_H

#include "server/http/coding.h"
#include "server/http/daemon.h"
#include "server/http/go_on.h"
#include "server/http/proxy.h"
#include "server/http/query.h"
#include "server/http/request_pool.h"

enum { REQUEST_RAW = 256, REQUEST_FIELDS = 16 };

/* Who has the request: its connection's thread, or the pool, which hands it back with an answer. */
enum request_place { REQUEST_HERE, REQUEST_AWAY, REQUEST_BACK };

/* Kept by its connection and used again. */
struct request {
    struct http_req rq; /* what the handler sees */
    struct http_fields fields;
    struct http_pair *field_list; /* some_fields or owned; the texts are libmicrohttpd's */
    struct http *http;
    struct conn *conn;
    struct MHD_Connection *connection;
    char *raw;                      /* the target as it came; some_raw or owned */
    char client[PROXY_ADDRESS_MAX]; /* who sent it, as text; "" when that is not known */
    char method_name[16], content_type[128], id[REQUEST_ID_MAX + 1];
    struct route_match match;
    int row;                    /* of the route table, -1 for none */
    bool head;                  /* HEAD: the answer has no body */
    bool begun;                 /* request_begin() was called */
    bool waiting;               /* for a topic */
    atomic_int place;           /* enum request_place */
    struct http_res *refusal;   /* owned; what the header led to, instead of the handler */
    struct tries_address *held; /* who sent the wrong key that refusal is for, or NULL; hold.c */
    int64_t held_until_ms, held_since_us;
    int64_t retry_seconds;   /* for Retry-After, where it is not 0 */
    struct http_res *answer; /* owned; what a worker left */
    struct pool_item item;
    struct http_work work;
    size_t counted;           /* of max_bodies_bytes */
    struct spool_file unsent; /* its numbers, of max_unsent_bytes */
    struct buf body;
    enum coding coding;  /* of the body as it came */
    const char *charset; /* of the body; NULL: UTF-8, or no text */
    bool form;           /* the body is a form with a file; see form.h */
    char *form_text;     /* owned; names and values of its fields */
    bool bulk;           /* see body.h */
    uint64_t expected, received,
        discard_max; /* bytes of body: announced, come, thrown away at most */
    bool chunked, expects_continue;
    bool close; /* where this request ends is in doubt: nothing more is read from the connection */
    struct waiter waiter;
    int64_t started_us;
    int status; /* that was answered, 0 before */
    size_t sent;
    /* From here on nothing is cleared for a new request. */
    struct access key;            /* set where rq.key is */
    struct target target;         /* begins without a block */
    struct waiters_moment moment; /* before the handler looked at what it waits for */
    char some_raw[REQUEST_RAW];
    struct http_pair some_fields[REQUEST_FIELDS];
};

/* NULL when out of memory. raw: the request target, copied. */
struct request *request_new(struct http *h, struct conn *c, struct MHD_Connection *connection,
                            const char *raw);
enum MHD_Result request_begin(struct request *r, const char *method, const char *version);
enum MHD_Result request_feed(struct request *r, const char *data, size_t n);
enum MHD_Result request_finish(struct request *r);
/* Whether a body of so many bytes fits into what is left of max_bodies_bytes; else ST_BUSY. Only
 * what has come is counted: announcing a body takes nothing from others. */
bool request_has_room(const struct request *r, uint64_t bytes, struct err *e);
/* Frees the body, which is of no use any more. */
void request_drop_body(struct request *r);
/* Logs, counts and frees. */
void request_end(struct request *r);
/* libmicrohttpd wants to answer by itself. id: that of the request, or a new one. False when the
 * connection was cut already. */
bool request_refused_by_library(struct conn *c, int status, char id[REQUEST_ID_MAX + 1]);

/* What came is no well-formed request: answers so and counts it, unless an answer is on its way. */
void request_refuse_bytes(struct conn *c, int kind, const char *detail);

/* The connection is being closed. When bytes came and no request was made of them (libmicrohttpd
 * closes without a word when it finds no request line), says so. */
void request_missed(struct http *h, struct conn *c);

/* check.c: looks at what the header says; fills r->rq and r->match, or r->refusal. False when
 * out of memory. */
bool request_check(struct request *r, const char *method, const char *version);
/* Whether the answer to the header has to come before the body, or in its place. */
bool request_is_early(const struct request *r);
/* hold.c: counts a wrong key. kind and e: of its refusal, which may become another one. */
int request_hold(struct request *r, int kind, struct err *e);
/* Whether r->refusal has to wait still; the connection is suspended then. */
bool request_is_held(struct request *r);
/* What is held back ends otherwise. */
void request_let_go(struct request *r);
/* Makes r->refusal; false when out of memory. */
bool request_refuse(struct request *r, int kind, const struct err *e);
/* send.c: queues rs, which is consumed. */
enum MHD_Result request_send(struct request *r, struct http_res *rs);
enum MHD_Result request_send_no_memory(struct request *r);

#endif

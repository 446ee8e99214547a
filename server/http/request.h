/* request.h - one request from its first line to its end. Private to http/.
 *
 * libmicrohttpd calls in this order: the request line is complete (request_new), the header is
 * complete (request_begin), a part of the body (request_feed, any number of times), everything is
 * complete (request_finish, again after each wait), the end (request_end). A request that is
 * refused by its header is answered at once if a long body would follow. Otherwise it is answered
 * after its body, which is discarded: so the connection stays usable and the client sees the
 * response. */
#ifndef SERVER_HTTP_REQUEST_H
#define SERVER_HTTP_REQUEST_H

#include "server/http/coding.h"
#include "server/http/daemon.h"
#include "server/http/go_on.h"
#include "server/http/proxy.h"
#include "server/http/query.h"
#include "server/http/request_pool.h"

enum { REQUEST_RAW = 256, REQUEST_FIELDS = 16 };

/* Who owns the request: its connection's thread, or the pool, which returns it with a response. */
enum request_place { REQUEST_HERE, REQUEST_AWAY, REQUEST_BACK };

/* Kept by its connection and reused. */
struct request {
    struct http_req rq; /* as the handler sees it */
    struct http_fields fields;
    struct http_pair *field_list; /* some_fields or owned; the texts are libmicrohttpd's */
    struct http *http;
    struct conn *conn;
    struct MHD_Connection *connection;
    char *raw;                      /* the target as received; some_raw or owned */
    char client[PROXY_ADDRESS_MAX]; /* address of the client as text; "" when it is unknown */
    char method_name[16], content_type[128], id[REQUEST_ID_MAX + 1];
    struct route_match match;
    int row;                    /* in the route table; -1: none */
    bool head;                  /* HEAD: the response has no body */
    bool begun;                 /* request_begin() was called */
    bool waiting;               /* for a topic */
    atomic_int place;           /* enum request_place */
    struct http_res *refusal;   /* owned; the response if the header is refused */
    struct tries_address *held; /* sender of the wrong key that refusal is for, or NULL; hold.c */
    int64_t held_until_ms, held_since_us;
    int64_t retry_seconds;   /* for Retry-After, unless 0 */
    struct rate rate;        /* of the key, if it has a limit of requests */
    struct http_res *answer; /* owned; the response of a worker */
    struct pool_item item;
    struct http_work work;
    size_t counted;           /* of max_bodies_bytes */
    struct spool_file unsent; /* its numbers, of max_unsent_bytes */
    struct buf body;
    enum coding coding;  /* of the body as received */
    const char *charset; /* of the body; NULL: UTF-8, or not text */
    bool form;           /* the body is a form with a file; see form.h */
    char *form_text;     /* owned; names and values of its fields */
    bool bulk;           /* see body.h */
    uint64_t expected, received,
        discard_max; /* bytes of body: announced, received, most to be discarded */
    bool chunked, expects_continue;
    bool close; /* the end of this request is in doubt: nothing more is read from the connection */
    struct waiter waiter;
    int64_t started_us;
    int status; /* of the response; 0 before */
    size_t sent;
    /* From here on nothing is cleared when the struct is reused. */
    struct access key;            /* set when rq.key is */
    struct target target;         /* begins without a block */
    struct waiters_moment moment; /* before the handler checked what it waits for */
    char some_raw[REQUEST_RAW];
    struct http_pair some_fields[REQUEST_FIELDS];
};

/* Returns NULL when out of memory. raw: the request target, copied. */
struct request *request_new(struct http *h, struct conn *c, struct MHD_Connection *connection,
                            const char *raw);
enum MHD_Result request_begin(struct request *r, const char *method, const char *version);
enum MHD_Result request_feed(struct request *r, const char *data, size_t n);
enum MHD_Result request_finish(struct request *r);
/* Whether a body of so many bytes fits into the rest of max_bodies_bytes; ST_BUSY if not. Only
 * received bytes are counted: announcing a body takes nothing from others. */
bool request_has_room(const struct request *r, uint64_t bytes, struct err *e);
/* Frees the body when it is not needed any more. */
void request_drop_body(struct request *r);
/* Logs, counts and frees. */
void request_end(struct request *r);
/* libmicrohttpd is about to respond by itself. id: of the request, or a new one. Returns false when
 * the connection was cut already. */
bool request_refused_by_library(struct conn *c, int status, char id[REQUEST_ID_MAX + 1]);

/* Responds to bytes that are not a well-formed request, and counts them, unless a response is being
 * sent. */
void request_refuse_bytes(struct conn *c, int kind, const char *detail);

/* The connection is about to be closed. Logs it when bytes came but no request: libmicrohttpd
 * closes silently when it finds no request line. */
void request_missed(struct http *h, struct conn *c);

/* check.c: checks the header. Fills r->rq and r->match, or r->refusal. Returns false when out of
 * memory. */
bool request_check(struct request *r, const char *method, const char *version);
/* Whether the response must be sent before the body, or in its place. */
bool request_is_early(const struct request *r);
/* hold.c: counts a wrong key. kind and e: of its refusal, which may be changed. */
int request_hold(struct request *r, int kind, struct err *e);
/* Whether r->refusal must still wait; the connection is suspended then. */
bool request_is_held(struct request *r);
/* Ends the delay of a refusal that is not sent. */
void request_let_go(struct request *r);
/* Reports to the audit that the key of r may not use the route. path: what it asked for. */
void request_tell_refused(const struct request *r, const struct http_route *route, const char *path,
                          int status);
/* Makes r->refusal; false when out of memory. */
bool request_refuse(struct request *r, int kind, const struct err *e);
/* send.c: queues rs, which is consumed. */
enum MHD_Result request_send(struct request *r, struct http_res *rs);
enum MHD_Result request_send_no_memory(struct request *r);

#endif

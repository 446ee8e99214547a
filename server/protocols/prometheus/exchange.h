/* exchange.h - one request of a client of Prometheus: what it asks the API for, and the forms of
 * success and error. Private to prometheus/. */
#ifndef SERVER_PROTOCOLS_PROMETHEUS_EXCHANGE_H
#define SERVER_PROTOCOLS_PROMETHEUS_EXCHANGE_H

#include "server/http/inner.h"

#include <cjson/cJSON.h>

enum { EXCHANGE_WARNINGS_MAX = 10 };

/* Initialise with exchange_begin(). */
struct exchange {
    void *app;
    const struct http_req *rq;
    struct http_res *rs;
    bool over;          /* an error was sent, or the response comes later */
    int64_t deadline;   /* of clock_monotonic_ms(); 0: only that of the server */
    struct buf warning; /* texts as JSON, with commas between */
    int num_warnings;
};

void exchange_begin(struct exchange *x, void *app, const struct http_req *rq, struct http_res *rs);
void exchange_end(struct exchange *x);

/* Sends the error; x is over. */
void exchange_refuse(struct exchange *x, const struct err *e);
/* Adds a warning to the response, unless there are many already. */
void exchange_warn(struct exchange *x, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Refuses when the client or the server has no more time. Returns whether x goes on. */
bool exchange_goes_on(struct exchange *x);

/* How a refusal of the API is handled. */
enum exchange_care {
    CARE_STOP, /* it is the response */
    CARE_WARN, /* it becomes a warning, unless every further request would be refused too */
    CARE_SKIP  /* the same without a warning */
};
/* Asks the API; returns true with a good reply. The caller releases out in any case. */
bool exchange_ask(struct http_reply *out, struct exchange *x, const struct http_inner *in,
                  enum exchange_care care);
/* The same, for the JSON of the reply: new, or NULL. */
cJSON *exchange_json(struct exchange *x, const struct http_inner *in, enum exchange_care care);

/* Begins a successful response of at most this many bytes, up to "data":; and sends it. */
void exchange_open(struct exchange *x, struct buf *b);
void exchange_send(struct exchange *x, struct buf *b);

#endif

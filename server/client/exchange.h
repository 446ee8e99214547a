/* exchange.h - requests to the HTTP interface, over TCP, TLS or a unix socket. */
#ifndef SERVER_CLIENT_EXCHANGE_H
#define SERVER_CLIENT_EXCHANGE_H

#include <lstm/buf.h>
#include <stdio.h>

enum { ANSWER_MAX = 256 << 20, ANSWER_TYPE_MAX = 100 }; /* bytes that are kept in memory */

struct client;

struct client_options {
    const char *url;    /* "http://host:port", "https://...", with a path or not; "unix:/path" */
    const char *key;    /* sent as a bearer token; NULL or "": none */
    const char *cacert; /* PEM file to trust in place of the system's; NULL: none */
    bool own;           /* this machine's own daemon, whose certificate has its public name */
    /* Polled about once a second and when a signal arrives; true ends the request with
     * ST_CANCELLED. May be NULL. */
    bool (*give_up)(void);
};

/* Strings are copied. ST_INVALID: not a URL of these kinds. ST_NOMEM, ST_INTERNAL. Must be called
 * before other threads are started, because libcurl is initialised. */
enum status client_open(struct client **out, const struct client_options *o, struct err *e);
void client_close(struct client *c); /* NULL is fine */

struct exchange {
    const char *method, *path; /* path with its query, encoded: "/v1/models?limit=10" */
    const char *type;          /* Content-Type; NULL: none is sent, so that the bytes decide */
    const char *coding;        /* Content-Encoding; NULL: none */
    const char *accept;        /* NULL: any */
    const char *once;          /* Idempotency-Key: sent twice, it acts once; NULL: none */
    const void *body;          /* NULL: none, or from */
    size_t len;
    FILE *from; /* the body is read from here, until its end */
    FILE *to;   /* the body of a successful answer goes here; NULL: into the answer */
};

struct answer {
    long status; /* HTTP status */
    char type[ANSWER_TYPE_MAX];
    struct buf body; /* NUL-terminated when it is not empty */
};
void answer_release(struct answer *a);

/* Sends a request and reads the answer, whatever its status is. a must be zero or released. ST_IO:
 * the server cannot be reached or breaks off, or `from` or `to` fails. ST_TOO_LARGE: the answer is
 * longer than ANSWER_MAX. ST_CANCELLED: by give_up. */
enum status client_send(struct answer *a, struct client *c, const struct exchange *x,
                        struct err *e);

/* Appends text as it stands in a path or a query: what RFC 3986 does not call unreserved is
 * percent-encoded. */
void client_put_encoded(struct buf *out, const char *text);

#endif

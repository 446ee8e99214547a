/* conns.h - the open connections: how many, and who is too slow. Private to http/.
 *
 * libmicrohttpd's timeout starts anew with every byte, so that a client that sends one byte a
 * second is never timed out. Here every connection has a deadline by which its request must have
 * arrived; behind it the connection is answered 408 on the socket itself and shut down. This is
 * safe because the phase decides who writes: the request is either taken (CONN_BUSY) or cut
 * (CONN_CUT), once.
 *
 * When there are more than max_connections, one goes for each that comes: the one that has been
 * idle for longest, or has not finished its request's header for longest; where there is none, one
 * whose body comes at a crawl; then one whose client has stopped reading its answer. A request
 * that is waited for or worked on is never given up for another one. Where nobody can go, the new
 * connection is over the limit: it gets answers to probes, and 503 to all else.
 *
 * A connection that is closed although its client is still sending would lose the answer to the
 * reset that follows; such ones linger: sending is shut down, what comes is thrown away for some
 * time. */
#ifndef SERVER_HTTP_CONNS_H
#define SERVER_HTTP_CONNS_H

#include "server/http/http_types.h"
#include "server/http/request_id.h"
#include "server/http/wire.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

enum conn_phase {
    CONN_HEAD, /* idle, or a header is on its way */
    CONN_BODY, /* a body is on its way */
    CONN_BUSY, /* the answer is being made */
    CONN_SEND, /* the answer is on its way */
    CONN_CUT   /* answered and shut down from outside */
};
enum { LINGER_MAX = 64 };

struct request;
struct MHD_Response;
struct gnutls_session_int;

struct conn {
    struct conn *next, *prev;
    struct http *http;
    int fd;                             /* libmicrohttpd's */
    bool tls;                           /* what is on fd is encrypted */
    struct gnutls_session_int *session; /* of tls, or NULL; libmicrohttpd's */
    atomic_int phase;
    atomic_int_least64_t deadline_ms;
    atomic_int_least64_t since_ms; /* when it became idle, or the body began */
    atomic_size_t body_bytes;      /* of the request under way, that have come */
    char id[REQUEST_ID_MAX + 1];   /* of the request; set before CONN_BODY, read behind it */
    struct request *request;       /* the one under way; the connection's thread only */
    struct request *spare;         /* memory for the next one, owned */
    struct MHD_Response *kept;     /* the last shared answer, or NULL; send.c */
    const char *kept_data;
    size_t kept_len;
    int kept_headers;
    char kept_id[REQUEST_ID_MAX + 1]; /* that is in its header */
    bool heard;                       /* with tls: bytes of the client were deciphered */
    bool served;                      /* a request line was read, or refused */
    bool over_limit;                  /* beyond max_connections: will be refused */
    bool first;                       /* there was no other when it came: the ticker sleeps */
    bool refused;                     /* wire's fault was answered */
    bool linger;                      /* the connection's thread only */
    char client[INET6_ADDRSTRLEN];    /* its address as text, "" when it is not known */
    struct wire wire;                 /* what comes; the connection's thread only */
};

struct conns {
    pthread_mutex_t lock; /* guards the list and keeps every fd in it open */
    struct conn *head;
    atomic_uint count;
    atomic_uint_least64_t evicted; /* since the start, to make room for others */
    struct http_limits limits;
    struct {
        int fd;
        int64_t until_ms;
    } lingering[LINGER_MAX]; /* under lock */
    int num_lingering;
};

enum status conns_init(struct conns *s, const struct http_limits *limits, struct err *e);
void conns_release(struct conns *s); /* every connection is closed */

/* NULL when out of memory. client: its address, borrowed, or NULL. */
struct conn *conns_add(struct conns *s, struct http *h, int fd, const struct sockaddr *client);
/* The connection is being closed; frees c. */
void conns_remove(struct conns *s, struct conn *c);

/* The header is there, a body follows. */
void conn_begin_body(struct conn *c);
/* A request began to arrive, or the connection waits for the next one. */
void conn_begin(struct conns *s, struct conn *c);
void conn_idle(struct conns *s, struct conn *c);
/* Lets go of the answer that is kept. */
void conn_forget_kept(struct conn *c);
/* From now on the connection's thread answers; false when it was cut. */
bool conn_take(struct conn *c, enum conn_phase phase);
/* Writes a whole answer past libmicrohttpd; the caller owns the connection's output and closes. On
 * the thread of the connection. */
void conn_answer_raw(struct conn *c, int kind, const char *detail, const char *id);
/* The same on another thread, where a connection with TLS gets no answer: two threads must not use
 * one session. */
void conn_answer_raw_from_outside(struct conn *c, int kind, const char *detail, const char *id);

/* Cuts who is too slow and reads from the lingering. Returns the next deadline or INT64_MAX. */
int64_t conns_tick(struct conns *s, int64_t now_ms);
/* Whether bytes have come from the client (with TLS: of a request, not of the handshake), and for
 * how long no more. */
bool conn_received(const struct conn *c, int64_t *silent_ms);
/* Fills p with what conns_tick() would like to be woken for; returns how many. */
int conns_poll_set(struct conns *s, struct pollfd p[LINGER_MAX]);
/* Shuts every socket down. */
void conns_shutdown(struct conns *s);

#endif

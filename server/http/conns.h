/* conns.h - the open connections: their number, and those that are too slow. Private to http/.
 *
 * libmicrohttpd's timeout begins anew with every byte, so a client that sends one byte a second
 * never times out. Here every connection has a deadline by which its request must have arrived.
 * After it, the connection gets a 408 on the socket itself and is shut down. The phase decides who
 * may write, which makes this safe: a request is either taken (CONN_BUSY) or cut (CONN_CUT), once.
 *
 * When there are more than max_connections, one is closed for each new one. It is the one that has
 * been idle, or sending its request's header, for longest; otherwise one whose body comes very
 * slowly; otherwise one whose client has stopped reading its response. A request that waits or is
 * worked on is never given up. If none can be closed, the new connection is over the limit: it gets
 * responses to probes, and 503 to everything else.
 *
 * If a connection is closed while its client is still sending, a reset follows, which destroys the
 * response. Such connections linger: sending is shut down, and received bytes are discarded for
 * some time. */
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
    CONN_HEAD, /* idle, or a header is arriving */
    CONN_BODY, /* a body is arriving */
    CONN_BUSY, /* the response is being made */
    CONN_SEND, /* the response is being sent */
    CONN_CUT   /* answered and shut down by another thread */
};
enum { LINGER_MAX = 64 };

struct request;
struct MHD_Response;
struct gnutls_session_int;

struct conn {
    struct conn *next, *prev;
    struct http *http;
    int fd;                             /* libmicrohttpd's */
    bool tls;                           /* the bytes on fd are encrypted */
    struct gnutls_session_int *session; /* with tls, else NULL; libmicrohttpd's */
    atomic_int phase;
    atomic_int_least64_t deadline_ms;
    atomic_int_least64_t since_ms; /* when it became idle, or the body began */
    atomic_size_t body_bytes;      /* received, of the present request */
    char id[REQUEST_ID_MAX + 1];   /* of the request; set before CONN_BODY, read only after that */
    struct request *request;       /* the present one; used only by the connection's thread */
    struct request *spare;         /* memory for the next request; owned */
    struct MHD_Response *kept;     /* the last shared response, or NULL; see send.c */
    const char *kept_data;
    size_t kept_len;
    int kept_headers;
    char kept_id[REQUEST_ID_MAX + 1]; /* the request id in its header */
    bool heard;                       /* with tls: bytes of the client were deciphered */
    bool served;                      /* a request line was read or refused */
    bool over_limit;                  /* beyond max_connections; will be refused */
    bool first;                       /* the only connection when it came: the ticker sleeps */
    bool refused;                     /* a response to wire's fault was sent */
    bool linger;                      /* used only by the connection's thread */
    char client[INET6_ADDRSTRLEN];    /* its address as text; "" when it is not known */
    struct wire wire;                 /* receiving state; used only by the connection's thread */
};

struct conns {
    pthread_mutex_t lock; /* guards the list and keeps every fd in it open */
    struct conn *head;
    atomic_uint count;
    atomic_uint_least64_t evicted; /* number of connections closed to make room */
    struct http_limits limits;
    struct {
        int fd;
        int64_t until_ms;
    } lingering[LINGER_MAX]; /* under lock */
    int num_lingering;
};

enum status conns_init(struct conns *s, const struct http_limits *limits, struct err *e);
void conns_release(struct conns *s); /* called when every connection is closed */

/* Returns NULL when out of memory. client: its address, borrowed, or NULL. */
struct conn *conns_add(struct conns *s, struct http *h, int fd, const struct sockaddr *client,
                       bool tls);
/* The connection is about to be closed. Frees c. */
void conns_remove(struct conns *s, struct conn *c);

/* The header is complete, and a body follows. */
void conn_begin_body(struct conn *c);
/* A request has begun to arrive, or the connection waits for the next one. */
void conn_begin(struct conns *s, struct conn *c);
void conn_idle(struct conns *s, struct conn *c);
/* Drops the kept response. */
void conn_forget_kept(struct conn *c);
/* From now on the connection's thread answers. Returns false when it was cut. */
bool conn_take(struct conn *c, enum conn_phase phase);
/* Writes a whole response without libmicrohttpd. The caller owns the connection's output, and
 * closes it. To be called on the connection's thread. */
void conn_answer_raw(struct conn *c, int kind, const char *detail, const char *id);
/* The same on another thread. A connection with TLS gets no response then, since two threads must
 * not use one session. */
void conn_answer_raw_from_outside(struct conn *c, int kind, const char *detail, const char *id);

/* Cuts connections that are too slow, and reads from those that linger. Returns the next deadline,
 * or INT64_MAX. */
int64_t conns_tick(struct conns *s, int64_t now_ms);
/* Whether the client has sent bytes (with TLS: of a request, not of the handshake). *silent_ms: the
 * time since the last of them. */
bool conn_received(const struct conn *c, int64_t *silent_ms);
/* Fills p with the sockets that conns_tick() should be woken for. Returns their number. */
int conns_poll_set(struct conns *s, struct pollfd p[LINGER_MAX]);
/* Shuts every socket down. */
void conns_shutdown(struct conns *s);

#endif

/* outbound.h - requests that the daemon itself sends to other servers, by URLs of its clients.
 *
 * HTTPS, or HTTP where the operator allows it; no other protocol. Where a request goes is checked
 * at each connection, after name resolution (address_rules.h), and again at each redirect. Proxies
 * of the environment, .netrc and cookies are not used. Bytes, time and redirects have limits. */
#ifndef SERVER_CLIENT_OUTBOUND_H
#define SERVER_CLIENT_OUTBOUND_H

#include <lstm/buf.h>

enum {
    OUTBOUND_URL_MAX = 2000,   /* bytes */
    OUTBOUND_REDIRECTS = 5,    /* followed at most */
    OUTBOUND_FIELD_MAX = 256,  /* bytes of a header field of a reply that is kept */
    OUTBOUND_HEADERS_MAX = 16, /* of a request */
    OUTBOUND_REASON_MAX = 256, /* bytes */
};

/* What the operator allows. Borrowed while requests are made. */
struct outbound_rules {
    bool http;          /* http:// too */
    const char *allow;  /* networks and hosts that need not be public; see address_rules.h */
    const char *cacert; /* PEM file to trust in place of the system's; NULL or "": none */
};

/* Before other threads are started, because libcurl is initialised. ST_INTERNAL. */
enum status outbound_start(struct err *e);
void outbound_stop(void);

/* Whether a request to url could be allowed: its form, its scheme, no name and password in it. Asks
 * no name server. ST_INVALID, ST_FORBIDDEN (a scheme that the operator does not allow). */
enum status outbound_check_url(const char *url, const struct outbound_rules *rules, struct err *e);

struct outbound_request {
    const char *url;
    const char *method; /* "GET" or "POST" */
    /* "Name: value", NULL-terminated, at most OUTBOUND_HEADERS_MAX; NULL: none. Another host, port
     * or scheme, after a redirect, gets only Accept, If-None-Match and If-Modified-Since. */
    const char *const *headers;
    const void *body; /* of a POST; borrowed */
    size_t len;
    size_t max_bytes;        /* of the reply's body, decompressed */
    bool cut;                /* keep the first max_bytes instead of failing */
    bool no_redirects;       /* a redirect is then a reply like others */
    long connect_ms, all_ms; /* limits of time; 0: 10 s and 60 s */
    /* Polled about once a second; true ends the request with ST_CANCELLED. May be NULL. */
    bool (*give_up)(void *ctx);
    void *ctx;
};

struct outbound_reply {
    int status;                             /* HTTP status */
    char type[OUTBOUND_FIELD_MAX];          /* Content-Type, complete; "": none */
    char etag[OUTBOUND_FIELD_MAX];          /* "": none, or longer */
    char last_modified[OUTBOUND_FIELD_MAX]; /* "": none, or longer */
    int64_t retry_after;                    /* seconds, 0: none */
    struct buf body;                        /* NUL-terminated when it is not empty */
};

/* Sends a request and reads the reply, whatever its HTTP status is. reply must be zero or released.
 * Errors are sentences for the owner of the URL. ST_INVALID: the URL. ST_FORBIDDEN: it leads where
 * the operator does not allow. ST_TOO_LARGE: more than max_bytes. ST_IO: no connection, broken off,
 * too slow, too many redirects. ST_CANCELLED: by give_up. ST_NOMEM. */
enum status outbound_send(struct outbound_reply *reply, const struct outbound_request *request,
                          const struct outbound_rules *rules, struct err *e);
void outbound_release(struct outbound_reply *reply);

#endif

/* go_on.h - whether work on a request is still useful: its client is there, and its time is not
 * over. Private to http/. */
#ifndef SERVER_HTTP_GO_ON_H
#define SERVER_HTTP_GO_ON_H

#include "server/http/http_types.h"

/* The state that http_go_on() checks. */
struct http_work {
    struct http *http;
    int fd; /* open while the connection is suspended */
    int64_t deadline_ms, next_look_ms;
    int64_t ended_ms; /* when the end of the client's input was first seen; 0: not yet */
    bool probed;      /* a 100 Continue was sent to find out whether the client is there */
    bool old;         /* the client speaks HTTP/1.0, which has no interim responses */
};

struct spool; /* receives the large responses of the server */
struct spool *go_on_spool(const struct http_work *w);
/* For a request that waits for a worker: whether its client has closed the connection. Checks at
 * most ten times a second; returns false in between. */
bool go_on_lost(struct http_work *w, int64_t now_ms);

#endif

/* go_on.h - whether the work on a request is still of use: its client is there, its time is not
 * over. Private to http/. */
#ifndef SERVER_HTTP_GO_ON_H
#define SERVER_HTTP_GO_ON_H

#include "server/http/http_types.h"

/* What http_go_on() looks at. */
struct http_work {
    struct http *http;
    int fd; /* open while the connection is suspended */
    int64_t deadline_ms, next_look_ms;
    int64_t ended_ms; /* when the end of the client's input was first seen; 0: not yet */
    bool probed;      /* a 100 Continue was sent to see whether the client is there */
    bool old;         /* the client speaks HTTP/1.0, which has no interim answers */
};

struct spool; /* where the large answers of the server go */
struct spool *go_on_spool(const struct http_work *w);
/* For a request that waits for a worker: whether its client has closed the connection. Looks at
 * most ten times a second; in between false. */
bool go_on_lost(struct http_work *w, int64_t now_ms);

#endif

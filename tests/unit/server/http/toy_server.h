/* toy_server.h - a real server in this process, on a port of its own, with routes that show how
 * HTTP requests are handled, and a raw client. */
#ifndef TESTS_UNIT_SERVER_HTTP_TOY_SERVER_H
#define TESTS_UNIT_SERVER_HTTP_TOY_SERVER_H

#include "server/http/http.h"

#include <stdatomic.h>

enum { TOY_ANSWER_MAX = 1 << 20 };

struct toy {
    struct http *http;
    struct http_config config;
    /* counted by the routes */
    atomic_int handled, waits, streams_open, streams_freed;
    atomic_int given_up; /* calls of /slices that were told to end */
    atomic_int value;    /* /wait responds when it is not 0; /events sends its changes */
    atomic_int hold;     /* /slow returns when it is 0 */
    atomic_int shared;   /* responses of /shared that are not released yet */
};

/* toy->config may be changed between init and start. */
void toy_init(struct toy *t);
void toy_start(struct toy *t);
void toy_stop(struct toy *t);
/* Sets value and wakes the requests that wait for it. */
void toy_set(struct toy *t, int value);

/* Returns a connected socket whose receive timeout is that many seconds. */
int toy_connect(const struct toy *t, int seconds);
void toy_send(int fd, const char *data, size_t n);
/* Reads until the text `until` has arrived (NULL: only the end), the peer closes, or the timeout.
 * The result is NUL-terminated. Returns true if `until` arrived; with NULL, if the peer closed. */
bool toy_read(int fd, char *answer, size_t cap, const char *until);
/* One exchange: connects, sends, reads to the end. Returns the first status, or 0. */
int toy_ask(const struct toy *t, char *answer, size_t cap, const char *request);
/* Returns how often `what`, such as "HTTP/1.1 ", occurs in text. */
int toy_count(const char *text, const char *what);

#endif

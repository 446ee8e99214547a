/* toy_server.h - a real server in this process, on a port of its own, with routes that show what
 * the front door does; and a raw client. */
#ifndef TESTS_UNIT_SERVER_HTTP_TOY_SERVER_H
#define TESTS_UNIT_SERVER_HTTP_TOY_SERVER_H

#include "server/http/http.h"

#include <stdatomic.h>

enum { TOY_ANSWER_MAX = 1 << 20 };

struct toy {
    struct http *http;
    struct http_config config;
    /* what the routes count */
    atomic_int handled, waits, streams_open, streams_freed;
    atomic_int given_up; /* /slices was told to end */
    atomic_int value;    /* /wait answers when it is not 0; /events tells its changes */
    atomic_int hold;     /* /slow returns when it is 0 */
    atomic_int shared;   /* answers of /shared that are not released yet */
};

/* toy->config may be changed between init and start. */
void toy_init(struct toy *t);
void toy_start(struct toy *t);
void toy_stop(struct toy *t);
/* Sets value and wakes who waits for it. */
void toy_set(struct toy *t, int value);

/* A connected socket with a receive timeout of seconds. */
int toy_connect(const struct toy *t, int seconds);
void toy_send(int fd, const char *data, size_t n);
/* Reads until the text `until` has come (NULL: the end), the peer closes, or the timeout. The
 * answer is NUL-terminated. True when `until` came, or with NULL, when the peer closed. */
bool toy_read(int fd, char *answer, size_t cap, const char *until);
/* One exchange: connect, send, read to the end. Returns the first status, 0 when there is none. */
int toy_ask(const struct toy *t, char *answer, size_t cap, const char *request);
/* How many "HTTP/1.1 " answers are in text. */
int toy_count(const char *text, const char *what);

#endif

/* web_server.h - a small HTTP server of a test, which writes its answers byte by byte. */
#ifndef TESTS_UNIT_SERVER_CLIENT_WEB_SERVER_H
#define TESTS_UNIT_SERVER_CLIENT_WEB_SERVER_H

#include "tests/unit/server/http/certificate.h"

#include <lstm/buf.h>
#include <pthread.h>
#include <stdbool.h>

enum { WEB_REQUEST_MAX = 65536, WEB_CONNECTIONS_MAX = 256 };

/* One request on a connection of its own. */
struct web_exchange {
    const char *request; /* NUL-terminated, with its body */
    char path[2048];     /* with its query */
    struct buf answer;   /* to be filled: status line, fields, blank line, body */
    bool stall;          /* keep the connection open after the answer, until the server stops */
    unsigned drip_ms;    /* one byte of the answer after the other, so many ms apart; 0: at once */
};

struct web_server {
    char url[64]; /* "http://127.0.0.1:PORT" or https, without a slash */
    void (*respond)(void *ctx, struct web_exchange *x); /* on several threads, one after another */
    void *ctx;
    pthread_mutex_t lock;       /* held while respond() runs, and for the two below */
    int requests;               /* so far */
    char last[WEB_REQUEST_MAX]; /* the last request */
    /* Private: */
    int listener, stop[2];
    pthread_t thread, of[WEB_CONNECTIONS_MAX];
    int num;
    void *credentials;
};

/* tls: serves https with it; NULL: http. s must be zero but for respond and ctx. */
void web_server_start(struct web_server *s, const struct certificate *tls);
void web_server_stop(struct web_server *s);
/* Fills the answer: status line, Content-Length, further fields ("A: b\r\n", or ""), body. */
void web_answer(struct web_exchange *x, const char *status, const char *fields, const char *body);
int web_requests(struct web_server *s); /* so far */
/* Whether the last request holds the text. */
bool web_last_has(struct web_server *s, const char *text);

#endif

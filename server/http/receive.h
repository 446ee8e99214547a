/* receive.h - passes received bytes through a connection's struct wire before libmicrohttpd gets
 * them. receive.c does so for bytes of a socket, tls_receive.c for those that GnuTLS deciphered.
 * Private to http/. */
#ifndef SERVER_HTTP_RECEIVE_H
#define SERVER_HTTP_RECEIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct conn;

/* Called when c->wire is broken: responds once with the reason, and counts it. Only on the
 * connection's thread. */
void receive_refuse(struct conn *c);

/* Reads at most n bytes; returns 0 at the end, a negative number when there are none now or the
 * connection is broken. again: bytes were read in the same call before, so this call must not
 * wait. */
typedef ssize_t receive_source(struct conn *c, void *buf, size_t n, bool again);
/* Whether there are bytes that the socket does not show any more. */
typedef bool receive_question(const struct conn *c);

/* Returns at most cap bytes of whole lines and bodies for libmicrohttpd, or what source returned,
 * or -1 (errno ECONNRESET) after a fault. more may be NULL. */
ssize_t receive_through(struct conn *c, receive_source *source, receive_question *more, char *out,
                        size_t cap);
/* Whether a request of c is being answered. Then the end of input is held back. */
bool receive_is_answering(const struct conn *c);

#endif

/* receive.h - passes what libmicrohttpd receives on a connection through its struct wire first.
 * receive.c does so for bytes of a socket, tls_receive.c for those that GnuTLS deciphered. Private
 * to http/. */
#ifndef SERVER_HTTP_RECEIVE_H
#define SERVER_HTTP_RECEIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct conn;

/* Call it when c->wire is broken: answers once with what is wrong, and counts it. Only on the
 * thread of the connection. */
void receive_refuse(struct conn *c);

/* Reads at most n bytes; 0 at the end, negative when there are none now or the connection is
 * broken. again: others were read in the same call, so that this one must not wait. */
typedef ssize_t receive_source(struct conn *c, void *buf, size_t n, bool again);
/* Whether bytes are left that the socket does not show any more. */
typedef bool receive_question(const struct conn *c);

/* At most cap bytes of whole lines and bodies for libmicrohttpd, or what source returned, or -1
 * (errno ECONNRESET) behind a fault. more may be NULL. */
ssize_t receive_through(struct conn *c, receive_source *source, receive_question *more, char *out,
                        size_t cap);
/* Whether a request of c is being answered: then the end of input is held back, as long as it
 * takes. */
bool receive_is_answering(const struct conn *c);

#endif

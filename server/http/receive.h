/* receive.h - what libmicrohttpd receives on a connection goes through its struct wire first.
 * Private to http/. */
#ifndef SERVER_HTTP_RECEIVE_H
#define SERVER_HTTP_RECEIVE_H

#include "server/http/conns.h"

/* False when c->fd is too large a number. */
bool receive_attach(struct conn *c);
void receive_detach(const struct conn *c); /* before c->fd is closed */
/* c->wire is broken: answers once what is wrong and counts it. The connection's thread only. */
void receive_refuse(struct conn *c);

#endif

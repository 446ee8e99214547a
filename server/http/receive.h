/* receive.h - passes what libmicrohttpd receives on a connection through its struct wire first.
 * Private to http/. */
#ifndef SERVER_HTTP_RECEIVE_H
#define SERVER_HTTP_RECEIVE_H

struct conn;

/* Call it when c->wire is broken: answers once with what is wrong, and counts it. Only on the
 * thread of the connection. */
void receive_refuse(struct conn *c);

#endif

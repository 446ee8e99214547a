/* receive.h - what libmicrohttpd receives on a connection goes through its struct wire first.
 * Private to http/. */
#ifndef SERVER_HTTP_RECEIVE_H
#define SERVER_HTTP_RECEIVE_H

struct conn;

/* c->wire is broken: answers once what is wrong and counts it. The connection's thread only. */
void receive_refuse(struct conn *c);

#endif

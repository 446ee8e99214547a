/* wire.h - the framing of requests, checked on the bytes as they come (RFC 9112). Private to http/.
 *
 * Where one request ends and the next begins has to be the same for us and for every proxy in
 * front. libmicrohttpd is lenient about it, its versions differ, and its callbacks no longer show
 * the bytes: a NUL cuts a header off, a folded line is joined. So every byte passes through here
 * before libmicrohttpd gets it. What the grammar does not allow is a fault: nothing from there on
 * is passed. What the grammar allows but versions read differently is left out: an empty line
 * before the request line, blanks around a header's value, chunk extensions, trailers. */
#ifndef SERVER_HTTP_WIRE_H
#define SERVER_HTTP_WIRE_H

#include "server/http/wire_types.h"

void wire_init(struct wire *w, size_t max_header_bytes);
/* True when nothing more can be passed, because of w->fault. */
bool wire_broken(const struct wire *w);
/* The receiver has no room for the blanks that are held. */
void wire_overflow(struct wire *w);
/* Passes n bytes of in on to out; returns how many came out, at most n + w->held_len (before the
 * call). The two may overlap when in is at out + w->held_len or behind it. When a request begins,
 * *began becomes its place in out: once w is broken, what is there belongs to the faulty one. */
size_t wire_pass(struct wire *w, char *out, const char *in, size_t n, size_t *began);

#endif

/* wire.h - checks the framing of requests on the received bytes (RFC 9112). Private to http/.
 *
 * The end of one request and the beginning of the next must be the same for us and for every proxy
 * in front. libmicrohttpd is lenient about it, its versions differ, and its callbacks no longer
 * show the bytes: a NUL cuts a header off, a folded line is joined. So every byte passes through
 * here before libmicrohttpd gets it. Bytes that the grammar does not allow are a fault, and nothing
 * is passed from there on. Bytes that the grammar allows but versions read differently are removed:
 * an empty line before the request line, blanks around a header's value, chunk extensions,
 * trailers. */
#ifndef SERVER_HTTP_WIRE_H
#define SERVER_HTTP_WIRE_H

#include "server/http/wire_types.h"

void wire_init(struct wire *w, size_t max_header_bytes);
/* Whether a fault, w->fault, was found, so that nothing more is passed. */
bool wire_broken(const struct wire *w);
/* Called when the receiver has no room for the blanks that are held. */
void wire_overflow(struct wire *w);
/* Passes n bytes of in to out. Returns how many came out, at most n + w->held_len (before the
 * call). The two may overlap if in is at or after out + w->held_len. When a request begins, *began
 * becomes its place in out: once w is broken, the bytes there belong to the faulty request. */
size_t wire_pass(struct wire *w, char *out, const char *in, size_t n, size_t *began);

#endif

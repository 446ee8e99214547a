/* base64.h - bytes as text (RFC 4648, section 4), by nettle. */
#ifndef SERVER_PROTOCOLS_BASE64_H
#define SERVER_PROTOCOLS_BASE64_H

#include <lstm/buf.h>

/* Appends the n bytes, encoded with padding and without line breaks. */
void base64_put(struct buf *b, const void *bytes, size_t n);

#endif

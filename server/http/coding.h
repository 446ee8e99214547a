/* coding.h - content codings (RFC 9110, section 8.4): unpacks compressed bodies, and decides
 * whether a client reads compressed responses. Private to http/.
 *
 * gzip is RFC 1952, with one member or several. deflate is the zlib format of RFC 1950; the bare
 * data of RFC 1951, which some clients send under that name, are read too. */
#ifndef SERVER_HTTP_CODING_H
#define SERVER_HTTP_CODING_H

#include "server/http/http_types.h"

#define CODING_READ "gzip, deflate" /* for the Accept-Encoding of a 415 */

enum coding { CODING_NONE, CODING_GZIP, CODING_DEFLATE, CODING_UNKNOWN };

/* *out: the coding that a Content-Encoding names; header may be NULL. ST_UNSUPPORTED with
 * CODING_UNKNOWN: one that is not read, or several. */
enum status coding_find(enum coding *out, const char *header, struct err *e);

/* Whether the client accepts gzip (Accept-Encoding) and does not prefer the uncompressed
 * response. */
bool coding_gzip_wanted(const struct http_fields *f);

/* Called with every n bytes that were unpacked, before they are kept, and from time to time with 0.
 * An error stops the unpacking. */
typedef enum status coding_step(void *ctx, size_t n, struct err *e);

/* Unpacks the n bytes at data and appends them to out; coding is gzip or deflate. ST_MALFORMED:
 * they are not in that coding, end too early, or are followed by other bytes (zeros after gzip are
 * padding). ST_TOO_LARGE: more than out->max; no more than that is held. ST_NOMEM; errors of
 * step. */
enum status coding_decode(struct buf *out, const char *data, size_t n, enum coding coding,
                          coding_step *step, void *ctx, struct err *e);

#endif

/* coding.h - content codings (RFC 9110, section 8.4): bodies that come compressed, and whether a
 * client reads a compressed answer. Private to http/.
 *
 * gzip is RFC 1952, one member or several. deflate is the zlib format of RFC 1950; the bare data of
 * RFC 1951, which some clients send by that name, is read as well. */
#ifndef SERVER_HTTP_CODING_H
#define SERVER_HTTP_CODING_H

#include "server/http/http_types.h"

#define CODING_READ "gzip, deflate" /* for the Accept-Encoding of a 415 */

enum coding { CODING_NONE, CODING_GZIP, CODING_DEFLATE, CODING_UNKNOWN };

/* What a Content-Encoding names; header may be NULL. ST_UNSUPPORTED with CODING_UNKNOWN: not one
 * that is read, or several. */
enum status coding_find(enum coding *out, const char *header, struct err *e);

/* Whether gzip is among the client's choices (Accept-Encoding) and not below the plain answer. */
bool coding_gzip_wanted(const struct http_fields *f);

/* Called with each n bytes that were unpacked, before they are kept, and now and then with 0. An
 * error ends the unpacking. */
typedef enum status coding_step(void *ctx, size_t n, struct err *e);

/* Appends the n bytes at data, unpacked, to out; coding is gzip or deflate. ST_MALFORMED: they are
 * not of that coding, end too early, or have something behind their end (zeros behind gzip are
 * padding). ST_TOO_LARGE: more than out->max, of which no more is held. ST_NOMEM; what step
 * returns. */
enum status coding_decode(struct buf *out, const char *data, size_t n, enum coding coding,
                          coding_step *step, void *ctx, struct err *e);

#endif

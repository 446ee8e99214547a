/* body.h - prepares a body for its handler: unpacks it, takes the file out of a form, and converts
 * text to UTF-8. Private to http/. */
#ifndef SERVER_HTTP_BODY_H
#define SERVER_HTTP_BODY_H

#include <lstm/status.h>
#include <stdbool.h>

struct request;

enum {
    BODY_BULK_BYTES = 1 << 20, /* a body of this size is much work on any path */
    BODY_INLINE_BYTES = 1 << 16
};

/* Whether preparing the body is more work than the thread that reads requests should do. */
bool body_is_work(const struct request *r);
/* Called before the first call of the handler. Growth of the body counts as body bytes. ST_OK with
 * r->bulk set: it is more than r's lane may unpack; call again in HTTP_BULK. ST_MALFORMED,
 * ST_TOO_LARGE, ST_BUSY. */
enum status body_read(struct request *r, struct err *e);

#endif

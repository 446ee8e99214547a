/* body.h - a body as its handler sees it: unpacked, the file of a form, and text as UTF-8. Private
 * to http/. */
#ifndef SERVER_HTTP_BODY_H
#define SERVER_HTTP_BODY_H

#include <lstm/status.h>
#include <stdbool.h>

struct request;

enum {
    BODY_BULK_BYTES = 1 << 20, /* a body of so many is much work wherever it goes */
    BODY_INLINE_BYTES = 1 << 16
};

/* Whether more is to be done to the body than the thread that reads requests should do. */
bool body_is_work(const struct request *r);
/* Before the first call of the handler. What the body grows by is counted with it. ST_OK with
 * r->bulk set: it is more than the lane of r may unpack; call again in HTTP_BULK. ST_MALFORMED,
 * ST_TOO_LARGE, ST_BUSY. */
enum status body_read(struct request *r, struct err *e);

#endif

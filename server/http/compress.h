/* compress.h - gzip for answers (RFC 9110, section 8.4). Private to http/.
 *
 * What is text and longer than some KiB goes out compressed to a client that reads it. Such an
 * answer is another representation: its strong ETag is the plain one's with "-gzip" behind it.
 * Preconditions take either, because a tag of the list is read without that ending
 * (http_etag_next()). Event streams stay plain: each event has to leave at once. */
#ifndef SERVER_HTTP_COMPRESS_H
#define SERVER_HTTP_COMPRESS_H

#include "server/http/response.h"

struct http_route;

/* Behind the handler of route, in rq's lane: compresses the answer where that is of use, and says
 * in Vary that it depends on the client. An answer that is too long for the thread that reads
 * requests moves on to a worker. Where packing fails the plain answer stays. */
void response_compress(struct http_res *rs, const struct http_req *rq,
                       const struct http_route *route);

#endif

/* compress.h - gzip for responses (RFC 9110, section 8.4). Private to http/.
 *
 * Text longer than some KiB is compressed for clients that accept it. The compressed response is
 * another representation: its strong ETag is the uncompressed one's with "-gzip" appended.
 * Preconditions accept either, because http_etag_next() removes that ending. Event streams are not
 * compressed, since each event must be sent at once. */
#ifndef SERVER_HTTP_COMPRESS_H
#define SERVER_HTTP_COMPRESS_H

#include "server/http/response.h"

struct http_route;

/* Called after the handler of route, in rq's lane. Compresses the response if that is useful, and
 * adds to Vary that it depends on the client. A response that is too long for the thread that reads
 * requests moves to a worker. If compressing fails, the response stays uncompressed. */
void response_compress(struct http_res *rs, const struct http_req *rq,
                       const struct http_route *route);

#endif

/* stream.h - an event stream on its way to a client. Private to http/. */
#ifndef SERVER_HTTP_STREAM_H
#define SERVER_HTTP_STREAM_H

#include "server/http/daemon.h"

/* Makes a response that takes events from s until s ends, waits for topic in between, and sends a
 * comment every 15 s. It owns s->ctx from now on. NULL when out of memory; then s is untouched. */
struct MHD_Response *stream_response(struct http *h, struct MHD_Connection *connection, int fd,
                                     const char *topic, const struct http_stream *s);

#endif

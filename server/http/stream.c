/* stream.c - see stream.h. libmicrohttpd calls read_stream() when the socket accepts bytes. When
 * there are none the call suspends the connection, which then holds no thread. */
#include "server/http/stream.h"

#include "server/base/clock.h"
#include "server/http/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16384, KEEP_ALIVE_MS = 15000, PENDING_BYTES_MAX = 64 << 20 };

struct stream {
    struct http *http;
    struct http_stream source;
    char topic[HTTP_TOPIC_MAX];
    struct buf pending; /* events from next(); the bytes from `sent` on are still to be sent */
    size_t sent;
    int64_t last_ms; /* when the connection last got bytes */
    bool ended;
    struct waiter waiter;
};

static void free_stream(void *ctx)
{
    struct stream *s = ctx;

    waiters_forget(&s->http->waiters, &s->waiter);
    if (s->source.free_ctx)
        s->source.free_ctx(s->source.ctx);
    buf_release(&s->pending);
    free(s);
}

/* Copies pending bytes into out. */
static size_t give(struct stream *s, char *out, size_t max)
{
    size_t n = s->pending.len - s->sent;

    if (n > max)
        n = max;
    if (n == 0)
        return 0;
    memcpy(out, s->pending.data + s->sent, n);
    s->sent += n;
    s->last_ms = clock_monotonic_ms();
    if (s->sent == s->pending.len) {
        buf_release(&s->pending);
        s->sent = 0;
    }
    return n;
}

static ssize_t read_stream(void *ctx, uint64_t position, char *out, size_t max)
{
    struct stream *s = ctx;
    struct waiters_moment moment;
    size_t n = give(s, out, max);

    (void)position;
    if (n > 0)
        return (ssize_t)n;
    if (s->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    waiters_moment(&moment, &s->http->waiters);
    s->ended = !s->source.next(s->source.ctx, &s->pending);
    if (s->pending.st)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (s->pending.len == 0 && !s->ended &&
        (clock_monotonic_ms() - s->last_ms >= KEEP_ALIVE_MS ||
         waiters_over(&s->http->waiters, &s->waiter)))
        buf_puts(&s->pending, ": keep-alive\n\n"); /* also shows whether the client is there */
    n = give(s, out, max);
    if (n > 0)
        waiters_again(&s->http->waiters, &s->waiter);
    if (n > 0)
        return (ssize_t)n;
    if (s->ended || !waiters_suspend(&s->http->waiters, &s->waiter, s->topic,
                                     s->last_ms + KEEP_ALIVE_MS, &moment))
        return MHD_CONTENT_READER_END_OF_STREAM;
    return 0;
}

struct MHD_Response *stream_response(struct http *h, struct MHD_Connection *connection, int fd,
                                     const char *topic, const struct http_stream *source)
{
    struct stream *s = calloc(1, sizeof(*s));
    struct MHD_Response *r;

    if (!s)
        return NULL;
    s->http = h;
    (void)snprintf(s->topic, sizeof(s->topic), "%s", topic);
    buf_init(&s->pending, PENDING_BYTES_MAX);
    s->last_ms = clock_monotonic_ms();
    s->waiter = (struct waiter){.connection = connection, .fd = fd};
    r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream, s,
                                          free_stream);
    if (!r) {
        free(s);
        return NULL;
    }
    s->source = *source;
    return r;
}

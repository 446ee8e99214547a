/* send.c - a filled response on its way out: the headers that every answer has, and the body
 * without copying it. */
#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/stream.h"

#include <stdlib.h>
#include <string.h>

static enum MHD_Result queue(struct request *r, int status, struct MHD_Response *response)
{
    r->status = status;
    return real_queue_response()(r->connection, (unsigned)status, response);
}

enum MHD_Result request_send_no_memory(struct request *r)
{
    return queue(r, 503, r->http->no_memory);
}

static void release_nothing(void *ctx)
{
    (void)ctx;
}

/* Moves the body from rs into a new response. A 304 has it for its length only, which libmicrohttpd
 * states and RFC 9110 wants to be that of the 200. */
static struct MHD_Response *make_body(struct http_res *rs, int status)
{
    bool none = !rs->data || status == 204;
    struct MHD_Response *m;

    if (none)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    m = MHD_create_response_from_buffer_with_free_callback_cls(
        rs->len, (void *)rs->data, rs->release ? rs->release : release_nothing, rs->release_ctx);
    if (m) {
        rs->release = NULL; /* moved */
        rs->data = NULL;
    }
    return m;
}

/* Not for HEAD: libmicrohttpd 0.9.75 would send the last chunk all the same. */
static struct MHD_Response *make_stream(struct request *r, struct http_res *rs)
{
    struct MHD_Response *m =
        stream_response(r->http, r->connection, r->conn->fd, rs->topic, &rs->stream);

    if (m)
        rs->stream = (struct http_stream){0}; /* moved */
    return m;
}

static bool add_headers(struct MHD_Response *m, const struct request *r, const struct http_res *rs,
                        int status)
{
    bool ok = MHD_add_response_header(m, "X-Request-Id", r->id) == MHD_YES &&
              MHD_add_response_header(m, "X-Content-Type-Options", "nosniff") == MHD_YES;

    if (ok && status != 304 && status != 204 && rs->content_type[0])
        ok = MHD_add_response_header(m, "Content-Type", rs->content_type) == MHD_YES;
    for (int i = 0; ok && i < rs->num_headers; i++)
        ok = MHD_add_response_header(m, rs->header[i].name, rs->header[i].value) == MHD_YES;
    if (ok && (r->close || atomic_load(&r->http->draining)))
        ok = MHD_add_response_header(m, "Connection", "close") == MHD_YES;
    return ok;
}

enum MHD_Result request_send(struct request *r, struct http_res *rs)
{
    int status = response_status(rs);
    struct MHD_Response *m = NULL;
    enum MHD_Result sent;

    if (!rs->no_memory) {
        r->sent = status == 304 || r->head || rs->kind != RESPONSE_BODY ? 0 : rs->len;
        m = rs->kind == RESPONSE_STREAM && !r->head ? make_stream(r, rs) : make_body(rs, status);
    }
    if (m && !add_headers(m, r, rs, status)) {
        MHD_destroy_response(m);
        m = NULL;
    }
    http_res_free(rs);
    if (!m)
        return request_send_no_memory(r);
    sent = queue(r, status, m);
    MHD_destroy_response(m);
    return sent;
}

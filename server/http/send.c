/* send.c - sends a response: adds the headers that every response has, and sends the body without a
 * copy.
 *
 * Shared bytes are often requested again on the same connection. So the connection keeps
 * libmicrohttpd's response for them; only the request id in it changes. */
#include "server/http/cors.h"
#include "server/http/http.h"
#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/response.h"
#include "server/http/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Most bytes that an idle connection may keep. */
enum { KEPT_BYTES_MAX = 64 * 1024 };

static enum MHD_Result queue(struct request *r, int status, struct MHD_Response *response)
{
    r->status = status;
    (void)conn_take(r->conn, CONN_SEND);
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

/* Moves the body from rs into a new response. A 304 has it only for its length: libmicrohttpd sends
 * that, and RFC 9110 requires that it equals that of the 200. */
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

/* libmicrohttpd closes the file. Its bytes are returned when the request ends. */
static struct MHD_Response *make_file(struct request *r, struct http_res *rs)
{
    int fd = spool_take(&rs->file);
    struct MHD_Response *m = MHD_create_response_from_fd64(rs->file.len, fd);

    r->unsent = rs->file;
    if (!m)
        (void)close(fd);
    return m;
}

/* Not used for HEAD: libmicrohttpd 0.9.75 would send the last chunk even then. */
static struct MHD_Response *make_stream(struct request *r, struct http_res *rs)
{
    struct MHD_Response *m =
        stream_response(r->http, r->connection, r->conn->fd, rs->topic, &rs->stream);

    if (m)
        rs->stream = (struct http_stream){0}; /* moved */
    return m;
}

/* draft-ietf-httpapi-ratelimit-headers-10: the limit per minute, and the remaining requests. */
static bool add_rate(struct MHD_Response *m, const struct rate *rate)
{
    char policy[64], left[64];

    if (!rate->limit)
        return true;
    (void)snprintf(policy, sizeof(policy), "\"requests\";q=%lld;w=60", (long long)rate->limit);
    (void)snprintf(left, sizeof(left), "\"requests\";r=%lld;t=%lld", (long long)rate->remaining,
                   (long long)rate->seconds);
    return MHD_add_response_header(m, "RateLimit-Policy", policy) == MHD_YES &&
           MHD_add_response_header(m, "RateLimit", left) == MHD_YES;
}

static bool add_headers(struct MHD_Response *m, const struct request *r, const struct http_res *rs,
                        int status)
{
    bool ok = MHD_add_response_header(m, "X-Request-Id", r->id) == MHD_YES &&
              MHD_add_response_header(m, "X-Content-Type-Options", "nosniff") == MHD_YES &&
              MHD_add_response_header(m, "Cross-Origin-Resource-Policy", "same-origin") == MHD_YES;

    if (ok && status != 304 && status != 204 && rs->content_type[0])
        ok = MHD_add_response_header(m, "Content-Type", rs->content_type) == MHD_YES;
    for (int i = 0; ok && i < rs->num_headers; i++)
        ok = MHD_add_response_header(m, rs->header[i].name, rs->header[i].value) == MHD_YES;
    if (ok)
        ok = add_rate(m, &r->rate);
    if (ok && (r->close || atomic_load(&r->http->draining)))
        ok = MHD_add_response_header(m, "Connection", "close") == MHD_YES;
    return ok;
}

/* ---- a response that is kept ---- */

static bool may_be_kept(const struct request *r, const struct http_res *rs, int status)
{
    return rs->shared && rs->kind == RESPONSE_BODY && status == 200 && rs->len <= KEPT_BYTES_MAX &&
           !r->close && !r->rate.limit && !atomic_load(&r->http->draining);
}

static bool has_header(struct MHD_Response *m, const char *name, const char *value)
{
    const char *is = MHD_get_response_header(m, name);

    return is && strcmp(is, value) == 0;
}

/* Whether rs has the same bytes and headers as the kept response. That response holds the bytes, so
 * no other body can be at their address. */
static bool is_kept(const struct conn *c, const struct http_res *rs)
{
    if (!c->kept || c->kept_data != rs->data || c->kept_len != rs->len ||
        c->kept_headers != rs->num_headers ||
        !has_header(c->kept, "Content-Type", rs->content_type))
        return false;
    for (int i = 0; i < rs->num_headers; i++)
        if (!has_header(c->kept, rs->header[i].name, rs->header[i].value))
            return false;
    return true;
}

/* Writes the id of this request into the kept response; NULL when that fails. */
static struct MHD_Response *take_kept(struct request *r)
{
    struct conn *c = r->conn;

    if (MHD_del_response_header(c->kept, "X-Request-Id", c->kept_id) != MHD_YES ||
        MHD_add_response_header(c->kept, "X-Request-Id", r->id) != MHD_YES) {
        conn_forget_kept(c);
        return NULL;
    }
    memcpy(c->kept_id, r->id, sizeof(c->kept_id));
    return c->kept;
}

/* Takes over the caller's reference to m. */
static void keep(struct request *r, struct MHD_Response *m, const char *data, size_t len,
                 int num_headers)
{
    struct conn *c = r->conn;

    conn_forget_kept(c);
    c->kept = m;
    c->kept_data = data;
    c->kept_len = len;
    c->kept_headers = num_headers;
    memcpy(c->kept_id, r->id, sizeof(c->kept_id));
}

/* ---- any response ---- */

/* Prepends the path under which a proxy serves us to a location of ours. */
static void put_prefix(struct http_res *rs, const char *prefix)
{
    const char *place = prefix && prefix[0] ? http_res_get_header(rs, "Location") : NULL;
    char text[1024];

    if (place && place[0] == '/' &&
        snprintf(text, sizeof(text), "%s%s", prefix, place) < (int)sizeof(text))
        http_res_header(rs, "Location", text);
}

enum MHD_Result request_send(struct request *r, struct http_res *rs)
{
    int status = response_status(rs), num_headers;
    bool keeping = may_be_kept(r, rs, status);
    const char *data = rs->data;
    size_t len = rs->len;
    struct MHD_Response *m = NULL;
    enum MHD_Result sent;

    put_prefix(rs, r->rq.prefix);
    cors_mark(rs, http_header(&r->rq, "Origin"), r->http->config.cors_origins);
    num_headers = rs->num_headers;
    if (keeping && is_kept(r->conn, rs)) {
        r->sent = r->head ? 0 : rs->len;
        m = take_kept(r);
    }
    if (m) {
        http_res_free(rs);
        return queue(r, status, m);
    }
    if (!rs->no_memory) {
        r->sent = status == 304 || r->head || rs->kind == RESPONSE_STREAM ? 0 : rs->len;
        if (rs->kind == RESPONSE_STREAM && !r->head)
            m = make_stream(r, rs);
        else
            m = rs->kind == RESPONSE_FILE ? make_file(r, rs) : make_body(rs, status);
    }
    if (m && !add_headers(m, r, rs, status)) {
        MHD_destroy_response(m);
        m = NULL;
    }
    http_res_free(rs);
    if (!m)
        return request_send_no_memory(r);
    sent = queue(r, status, m);
    if (keeping)
        keep(r, m, data, len, num_headers);
    else
        MHD_destroy_response(m);
    return sent;
}

/* intake.c - receives a request: its beginning, its body piece by piece, and its end. */
#include "server/http/http.h"
#include "server/http/request.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/http/problem.h"
#include "server/http/work.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The body of a refused request is read and discarded up to this size, so that the client gets the
 * response. */
enum { DISCARD_MAX = 1 << 20 };

static int64_t now_us(void)
{
    return clock_monotonic_ns() / 1000;
}

struct request *request_new(struct http *h, struct conn *c, struct MHD_Connection *connection,
                            const char *raw)
{
    struct request *r = c->spare ? c->spare : malloc(sizeof(*r));
    size_t n = strlen(raw) + 1;

    c->spare = NULL;
    if (!r)
        return NULL;
    memset(r, 0, offsetof(struct request, key));
    r->target.block = NULL;
    r->raw = n <= sizeof(r->some_raw) ? r->some_raw : malloc(n);
    if (!r->raw) {
        free(r);
        return NULL;
    }
    memcpy(r->raw, raw, n);
    r->http = h;
    r->conn = c;
    r->connection = connection;
    r->row = -1;
    r->started_us = now_us();
    r->waiter = (struct waiter){.connection = connection, .fd = c->fd};
    request_id_make(r->id);
    r->rq.request_id = r->id;
    r->rq.path = "";
    r->rq.body = "";
    r->rq.content_type = "";
    buf_init(&r->body, h->config.limits.max_body_bytes);
    c->request = r;
    c->served = true;
    conn_begin(&h->conns, c);
    flight_begin(h);
    return r;
}

/* ---- the body's memory ---- */

bool request_has_room(const struct request *r, uint64_t bytes, struct err *e)
{
    size_t max = r->http->config.limits.max_bodies_bytes;
    size_t used = atomic_load(&r->http->bodies);

    if (bytes == 0 || (used <= max && bytes <= max - used))
        return true;
    err_set(e, ST_BUSY,
            "the requests that are being read or worked on have bodies of %zu bytes, and may have "
            "%zu (max_bodies_bytes); try again later",
            used, max);
    return false;
}

/* Counts n received bytes and adds them to the body. */
static bool take_bytes(struct request *r, const char *data, size_t n, struct err *e)
{
    if (!request_has_room(r, n, e))
        return false;
    (void)atomic_fetch_add(&r->http->bodies, n);
    r->counted += n;
    if (!r->body.data && r->expected <= r->body.max)
        buf_want(&r->body, (size_t)r->expected);
    buf_add(&r->body, data, n);
    return buf_status(&r->body, e) == ST_OK;
}

void request_drop_body(struct request *r)
{
    buf_release(&r->body);
    r->rq.body = "";
    r->rq.body_len = 0;
    (void)atomic_fetch_sub(&r->http->bodies, r->counted);
    r->counted = 0;
}

/* ---- the steps ---- */

bool request_is_early(const struct request *r)
{
    return r->close || r->expected > DISCARD_MAX ||
           (r->expects_continue && (r->expected > 0 || r->chunked));
}

/* Responds before the body. libmicrohttpd closes the connection afterwards. */
static enum MHD_Result answer_early(struct request *r)
{
    struct http_res *rs = r->refusal;

    if (!conn_take(r->conn, CONN_BUSY))
        return MHD_NO;
    r->refusal = NULL;
    r->conn->linger = true;
    return request_send(r, rs);
}

enum MHD_Result request_begin(struct request *r, const char *method, const char *version)
{
    r->begun = true;
    r->work.old = strcmp(version, "HTTP/1.0") == 0;
    if (!request_check(r, method, version)) {
        if (!conn_take(r->conn, CONN_BUSY))
            return MHD_NO;
        r->conn->linger = true;
        return request_send_no_memory(r);
    }
    r->discard_max = DISCARD_MAX;
    if (r->refusal && request_is_early(r))
        return answer_early(r);
    conn_begin_body(r->conn);
    return conn_take(r->conn, CONN_BODY) ? MHD_YES : MHD_NO;
}

/* Stops reading a body: responds on the socket itself, because libmicrohttpd accepts no response in
 * the middle of a body. The connection is closed then. */
static enum MHD_Result give_up(struct request *r)
{
    const char *type, *data;
    size_t len;

    if (!conn_take(r->conn, CONN_CUT))
        return MHD_NO;
    r->status = r->refusal ? http_res_get(r->refusal, &type, &data, &len) : 413;
    conn_answer_raw(r->conn, problem_of_code(r->status),
                    "the body is larger than max_body_bytes or came with a request that was "
                    "refused; it was not read to its end",
                    r->id);
    r->conn->linger = true;
    return MHD_NO;
}

enum MHD_Result request_feed(struct request *r, const char *data, size_t n)
{
    size_t max = r->http->config.limits.max_body_bytes;
    struct err e = {0};

    if (atomic_load(&r->conn->phase) == CONN_CUT)
        return MHD_NO;
    r->received += n;
    atomic_store(&r->conn->body_bytes, r->received);
    if (!r->refusal && r->row >= 0 && !r->http->routes.rows[r->row].route->body) {
        err_set(&e, ST_MALFORMED, "%s takes no body on this path", r->method_name);
        if (!request_refuse(r, ST_MALFORMED, &e))
            return MHD_NO;
    }
    if (!r->refusal && r->received > max) {
        r->discard_max = 2 * (uint64_t)max + DISCARD_MAX;
        err_set(&e, ST_TOO_LARGE, "the body is larger than %zu bytes (max_body_bytes)", max);
        if (!request_refuse(r, ST_TOO_LARGE, &e))
            return MHD_NO;
    }
    if (!r->refusal && !take_bytes(r, data, n, &e) && !request_refuse(r, (int)e.status, &e))
        return MHD_NO;
    if (r->refusal)
        request_drop_body(r);
    return r->refusal && r->received > r->discard_max ? give_up(r) : MHD_YES;
}

enum MHD_Result request_finish(struct request *r)
{
    struct http_res *refusal = r->refusal;

    if (!conn_take(r->conn, CONN_BUSY))
        return MHD_NO;
    if (refusal && request_is_held(r))
        return MHD_YES;
    r->refusal = NULL;
    if (refusal)
        return request_send(r, refusal);
    if (r->waiting || atomic_load(&r->place) == REQUEST_BACK)
        return work_go_on(r);
    r->rq.body = r->body.data ? r->body.data : "";
    r->rq.body_len = r->body.len;
    return work_run(r);
}

/* ---- the end ---- */

bool request_refused_by_library(struct conn *c, int status, char id[REQUEST_ID_MAX + 1])
{
    struct request *r = c->request;

    c->served = true;
    c->linger = true;
    if (r)
        r->status = status;
    if (r)
        memcpy(id, r->id, sizeof(r->id));
    else
        request_id_make(id);
    return conn_take(c, CONN_BUSY);
}

/* The query is not logged, since it may hold text of a client. */
static void log_request(const struct request *r, int64_t microseconds)
{
    char path[512];
    size_t n = strcspn(r->raw, "?");

    if (!log_enabled(LOG_INFO))
        return;
    if (n >= sizeof(path))
        n = sizeof(path) - 1;
    memcpy(path, r->raw, n);
    path[n] = '\0';
    log_event_soon(LOG_INFO, "request",
                   (struct log_field[]){
                       log_str("method", r->method_name[0] ? r->method_name : "-"),
                       log_str("path", path),
                       log_int("status", r->status),
                       log_num("ms", (double)microseconds / 1000),
                       log_int("received", (int64_t)r->received),
                       log_int("sent", (int64_t)r->sent),
                       log_str("client", r->client),
                       log_str("request_id", r->id),
                       log_str("key", r->rq.key ? r->key.name : NULL),
                   },
                   r->rq.key ? 9 : 8);
}

/* Answers, counts and logs bytes that did not become a request. */
static void answer_unread(struct conn *c, int kind, const char *detail)
{
    struct http *h = c->http;
    struct request r = {.http = h, .conn = c, .row = -1, .started_us = now_us()};
    char raw[] = "-";

    r.status = problem_code(kind);
    r.raw = raw;
    memcpy(r.client, c->client, sizeof(c->client));
    request_id_make(r.id);
    conn_answer_raw(c, kind, detail, r.id);
    c->linger = true;
    stats_count(&h->stats, -1, r.status, 0);
    log_request(&r, 0);
}

void request_missed(struct http *h, struct conn *c)
{
    int64_t silent_ms = 0;
    bool late;

    if (c->served || !conn_received(c, &silent_ms) || !conn_take(c, CONN_CUT))
        return;
    late = silent_ms >= (int64_t)h->config.limits.idle_timeout_seconds * 1000;
    answer_unread(c, late ? PROBLEM_TIMEOUT : ST_MALFORMED,
                  late ? "no whole request line came in time (idle_timeout_seconds)"
                       : "this is not HTTP: a request begins with a line such as "
                         "'GET /v1/datasets HTTP/1.1'");
}

void request_refuse_bytes(struct conn *c, int kind, const char *detail)
{
    struct request *r = c->request;
    int phase = atomic_load(&c->phase);

    c->served = true;
    if ((phase != CONN_HEAD && phase != CONN_BODY) || !conn_take(c, CONN_CUT))
        return;
    if (!r) {
        answer_unread(c, kind, detail);
        return;
    }
    r->status = problem_code(kind);
    conn_answer_raw(c, kind, detail, r->id);
    c->linger = true;
}

void request_end(struct request *r)
{
    int64_t microseconds = now_us() - r->started_us;
    struct http *h = r->http;

    if (atomic_load(&r->conn->phase) == CONN_CUT && r->status == 0)
        r->status = 408;
    stats_count(&h->stats, r->row, r->status ? r->status : 400, microseconds);
    log_request(r, microseconds);
    r->conn->request = NULL;
    if (r->waiter.topic[0])
        waiters_forget(&h->waiters, &r->waiter);
    request_let_go(r);
    http_res_free(r->refusal);
    if (atomic_load(&r->place) ==
        REQUEST_BACK) /* a worker returned it after the connection ended */
        http_res_free(r->answer);
    request_drop_body(r);
    spool_return(&h->spool, &r->unsent);
    target_release(&r->target);
    free(r->form_text);
    if (r->field_list != r->some_fields)
        free(r->field_list);
    if (r->raw != r->some_raw)
        free(r->raw);
    memory_after_request(r->received);
    r->conn->spare = r;
    flight_end(h);
}

/* work.c - see work.h. */
#include "server/http/work.h"

#include "server/base/log.h"
#include "server/http/charset.h"
#include "server/http/problem.h"
#include "server/http/request.h"

#include <linux/sockios.h>
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
    LOOK_MS = 100,        /* between two looks at the client's connection */
    GONE_MS = 1000,       /* a short answer needs no probe of a client that ended its side */
    BULK_BYTES = 1 << 20, /* a body of so many is much work wherever it goes */
    INLINE_DECODE_BYTES = 1 << 16,
    MS = 1000
};

static struct request *request_of(struct pool_item *item)
{
    return (struct request *)((char *)item - offsetof(struct request, item));
}

struct spool *work_spool(const struct http_work *w)
{
    return &w->http->spool;
}

/* ---- between two slices ---- */

/* Sends an interim answer, once all that was sent before has arrived: the socket then takes it
 * whole. libmicrohttpd sends nothing while the connection is suspended. */
static void probe_client(struct http_work *w)
{
    static const char probe[] = "HTTP/1.1 100 Continue\r\n\r\n";
    int unsent = 0;

    if (ioctl(w->fd, SIOCOUTQ, &unsent) || unsent > 0)
        return;
    (void)send(w->fd, probe, sizeof(probe) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    w->probed = true;
}

/* The fd is open: the connection of a request that is worked on is suspended. The end of input
 * comes from a client that has closed its connection and from one that has shut down its sending
 * side and waits for the answer. Only bytes tell them apart: the system of a client that has closed
 * replies with a reset, which the next look sees as POLLERR or POLLHUP. */
static bool client_gone(struct http_work *w, int64_t now_ms)
{
    struct pollfd p = {.fd = w->fd, .events = POLLRDHUP};

    if (poll(&p, 1, 0) <= 0)
        return false;
    if (p.revents & (POLLHUP | POLLERR))
        return true;
    if (w->ended_ms == 0)
        w->ended_ms = now_ms;
    if (w->probed || now_ms - w->ended_ms < GONE_MS)
        return false;
    if (!w->old)
        probe_client(w);
    return w->old;
}

enum status http_go_on(const struct http_req *rq, struct err *e)
{
    struct http_work *w = rq->work;
    int64_t now = w ? http_now_ms() : 0;

    if (!w || now < w->next_look_ms)
        return ST_OK;
    w->next_look_ms = now + LOOK_MS;
    if (atomic_load(&w->http->hurry))
        return err_set(e, ST_BUSY, "the server is shutting down; ask again");
    if (rq->lane < HTTP_INLINE && client_gone(w, now))
        return err_set(e, ST_CANCELLED, "the client closed its connection");
    if (now < w->deadline_ms)
        return ST_OK;
    return err_set(
        e, ST_BUSY,
        "the answer was not ready within %u seconds (request_work_seconds); ask for less "
        "at once",
        w->http->config.limits.work_seconds);
}

/* ---- the handler ---- */

static void prepare(struct request *r)
{
    const struct http_limits *l = &r->http->config.limits;
    int64_t now = http_now_ms();

    r->work.http = r->http;
    r->work.fd = r->conn->fd;
    r->work.deadline_ms = now + (int64_t)l->work_seconds * MS;
    r->work.next_look_ms = 0;
    r->rq.work = &r->work;
}

/* The body as UTF-8, before its first handler; what it grows by is counted with it. */
static enum status decode_body(struct request *r, struct err *e)
{
    const char *charset = r->charset;
    size_t before = r->body.len;
    enum status st;

    r->charset = NULL;
    if (!charset)
        return ST_OK;
    st = charset_decode(&r->body, charset, e);
    if (!st && r->body.len > before) {
        (void)atomic_fetch_add(&r->http->bodies, r->body.len - before);
        r->counted += r->body.len - before;
    }
    r->rq.body = r->body.data ? r->body.data : "";
    r->rq.body_len = r->body.len;
    return st;
}

/* What the handler makes of the request in its lane; NULL when out of memory. */
static struct http_res *call(struct request *r)
{
    const struct http_route *route = r->http->routes.rows[r->row].route;
    struct http_res *rs = http_res_new(&r->rq);
    struct err e = {0};

    if (!rs)
        return NULL;
    waiters_moment(&r->moment, &r->http->waiters);
    prepare(r);
    if (decode_body(r, &e)) {
        http_res_err(rs, &e);
        return rs;
    }
    route->handler(r->http->config.app, &r->rq, rs);
    if (rs->kind == RESPONSE_WAIT && r->rq.wait_over) {
        err_set(&e, ST_BUSY, "the wait is over; ask again");
        http_res_err(rs, &e);
    }
    return rs;
}

static enum http_lane lane_of(const struct request *r)
{
    enum http_lane lane = r->http->routes.rows[r->row].route->lane;

    if (r->charset && lane == HTTP_INLINE && r->body.len > INLINE_DECODE_BYTES)
        lane = HTTP_WORK;
    return r->body.len >= BULK_BYTES && lane < HTTP_WRITE ? HTTP_BULK : lane;
}

/* With r->answer set; r is touched no more. */
static void hand_back(struct request *r)
{
    struct MHD_Connection *connection = r->connection;

    atomic_store(&r->place, REQUEST_BACK);
    MHD_resume_connection(connection);
}

/* Suspends the connection before a worker can resume it. */
static enum MHD_Result give_to_worker(struct request *r, enum http_lane lane)
{
    struct err e = {0};

    r->rq.lane = lane;
    prepare(r); /* what the sweep looks at */
    r->item.lane = lane;
    r->item.client = r->conn->client;
    r->item.bytes = r->body.len;
    atomic_store(&r->place, REQUEST_AWAY);
    MHD_suspend_connection(r->connection);
    if (request_pool_add(r->http->pool, &r->item))
        return MHD_YES;
    err_set(&e, ST_BUSY, "%u requests are waiting already (max_waiting_requests); try again later",
            r->http->config.limits.max_waiting);
    r->answer = http_res_new(&r->rq);
    if (r->answer)
        http_res_err(r->answer, &e);
    hand_back(r);
    return MHD_YES;
}

/* Waits, moves on, or sends. */
static enum MHD_Result settle(struct request *r, struct http_res *rs)
{
    if (!rs)
        return request_send_no_memory(r);
    if (rs->kind == RESPONSE_MOVE && !rs->no_memory) {
        enum http_lane lane = rs->lane;

        http_res_free(rs);
        return give_to_worker(r, lane);
    }
    if (rs->kind != RESPONSE_WAIT || rs->no_memory)
        return request_send(r, rs);
    r->waiting =
        waiters_suspend(&r->http->waiters, &r->waiter, rs->topic, rs->deadline_ms, &r->moment);
    http_res_free(rs);
    if (r->waiting)
        return MHD_YES;
    r->rq.waited = true;
    r->rq.wait_over = true;
    return work_run(r);
}

enum MHD_Result work_run(struct request *r)
{
    enum http_lane lane = lane_of(r);

    if (lane < HTTP_INLINE)
        return give_to_worker(r, lane);
    r->rq.lane = lane;
    return settle(r, call(r));
}

enum MHD_Result work_go_on(struct request *r)
{
    struct http_res *rs = r->answer;

    if (atomic_load(&r->place) == REQUEST_BACK) {
        atomic_store(&r->place, REQUEST_HERE);
        r->answer = NULL;
        return settle(r, rs);
    }
    r->waiting = false;
    r->rq.waited = true;
    r->rq.wait_over = waiters_over(&r->http->waiters, &r->waiter);
    return work_run(r);
}

/* ---- on a worker ---- */

static void serve(void *ctx, struct pool_item *item)
{
    struct request *r = request_of(item);
    struct http_res *rs = call(r);

    (void)ctx;
    if (rs && !r->head)
        response_spool(rs, &r->http->spool);
    if (rs && rs->kind != RESPONSE_WAIT && rs->kind != RESPONSE_MOVE)
        request_drop_body(r);
    r->answer = rs;
    hand_back(r);
}

/* The item is not in the pool any more. */
static void end(void *ctx, struct pool_item *item)
{
    struct request *r = request_of(item);
    struct http *h = ctx;
    struct err e = {0};

    if (atomic_load(&h->draining))
        err_set(&e, ST_BUSY, "the server is shutting down; ask again");
    else
        err_set(&e, ST_BUSY,
                "no worker was free within %u seconds (request_wait_seconds); try again later",
                h->config.limits.wait_seconds);
    r->answer = http_res_new(&r->rq);
    if (r->answer)
        http_res_err(r->answer, &e);
    hand_back(r);
}

/* ---- life ---- */

static bool over(void *ctx, struct pool_item *item)
{
    const struct http *h = ctx;
    struct request *r = request_of(item);
    int64_t now = http_now_ms();

    if (now - item->arrived_ms >= (int64_t)h->config.limits.wait_seconds * MS)
        return true;
    if (now < r->work.next_look_ms)
        return false;
    r->work.next_look_ms = now + LOOK_MS;
    return client_gone(&r->work, now);
}

void work_tick(struct http *h, int64_t now_ms)
{
    (void)now_ms;
    request_pool_sweep(h->pool, over);
}

enum status work_start(struct http *h, struct err *e)
{
    const struct http_config *c = &h->config;
    const struct request_pool_config pc = {.workers = c->workers > 1 ? c->workers : 1,
                                           .max_waiting = c->limits.max_waiting,
                                           .ctx = h,
                                           .serve = serve,
                                           .end = end};

    return request_pool_start(&h->pool, &pc, e);
}

void work_stop(struct http *h)
{
    request_pool_stop(h->pool);
}

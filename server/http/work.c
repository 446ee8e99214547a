/* work.c - see work.h. */
#include "server/http/work.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/http/body.h"
#include "server/http/compress.h"
#include "server/http/http.h"
#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/response.h"

#include <stddef.h>

enum { MS = 1000 };

static struct request *request_of(struct pool_item *item)
{
    return (struct request *)((char *)item - offsetof(struct request, item));
}

/* ---- the handler ---- */

static void prepare(struct request *r)
{
    const struct http_limits *l = &r->http->config.limits;
    int64_t now = clock_monotonic_ms();

    r->work.http = r->http;
    r->work.fd = r->conn->fd;
    r->work.deadline_ms = now + (int64_t)l->work_seconds * MS;
    r->work.next_look_ms = 0;
    r->rq.work = &r->work;
}

struct request *work_request(const struct http_work *w)
{
    return (struct request *)((char *)w - offsetof(struct request, work));
}

void work_tell_done(const struct request *r, const struct http_req *rq,
                    const struct http_route *route, const struct http_res *rs)
{
    const struct http_config *c = &r->http->config;
    const char *place = http_res_get_header(rs, "Location");
    struct http_event event = {.route = route,
                               .resource = place && place[0] == '/' ? place : rq->path,
                               .key = rq->key,
                               .client = r->client,
                               .request_id = r->id,
                               .status = response_status(rs)};

    if (!c->audit || !http_route_writes(route) || rs->kind == RESPONSE_WAIT ||
        rs->kind == RESPONSE_MOVE)
        return;
    (void)http_query_bool(&event.dry_run, rq, "dry_run", NULL);
    c->audit->done(c->app, &event);
}

enum status work_begin(const struct request *r, const struct http_req *rq,
                       const struct http_route *route, struct err *e)
{
    const struct http_config *c = &r->http->config;

    return c->audit && http_route_writes(route) ? c->audit->begin(c->app, rq, e) : ST_OK;
}

/* Calls the handler in the request's lane. Returns NULL when out of memory. */
static struct http_res *call(struct request *r)
{
    const struct http_route *route = r->http->routes.rows[r->row].route;
    struct http_res *rs = http_res_new(&r->rq);
    struct err e = {0};

    if (!rs)
        return NULL;
    waiters_moment(&r->moment, &r->http->waiters);
    prepare(r);
    if (body_read(r, &e)) {
        http_res_err(rs, &e);
        return rs;
    }
    if (r->bulk && http_move(rs, &r->rq, HTTP_BULK))
        return rs;
    if (work_begin(r, &r->rq, route, &e)) {
        http_res_err(rs, &e);
        return rs;
    }
    route->handler(r->http->config.app, &r->rq, rs);
    if (rs->kind == RESPONSE_WAIT && r->rq.wait_over) {
        err_set(&e, ST_BUSY, "the wait is over; ask again");
        http_res_err(rs, &e);
    }
    work_tell_done(r, &r->rq, route, rs);
    response_compress(rs, &r->rq, route);
    return rs;
}

static enum http_lane lane_of(const struct request *r)
{
    enum http_lane lane = r->http->routes.rows[r->row].route->lane;

    if (lane > HTTP_WORK && body_is_work(r))
        lane = HTTP_WORK;
    return r->body.len >= BODY_BULK_BYTES && lane < HTTP_WRITE ? HTTP_BULK : lane;
}

/* Returns the request with r->answer set; r is not touched afterwards. */
static void hand_back(struct request *r)
{
    struct MHD_Connection *connection = r->connection;

    atomic_store(&r->place, REQUEST_BACK);
    MHD_resume_connection(connection);
}

/* Suspends the connection before a worker could resume it. */
static enum MHD_Result give_to_worker(struct request *r, enum http_lane lane)
{
    struct err e = {0};

    r->rq.lane = lane;
    prepare(r); /* for the sweep */
    r->item.lane = lane;
    r->item.client = r->client;
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

/* Waits, moves to another lane, or sends. */
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

/* Called when the item has left the pool without being served. */
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

/* ---- starting and stopping ---- */

static bool over(void *ctx, struct pool_item *item)
{
    const struct http *h = ctx;
    struct request *r = request_of(item);
    int64_t now = clock_monotonic_ms();

    if (now - item->arrived_ms >= (int64_t)h->config.limits.wait_seconds * MS)
        return true;
    return go_on_lost(&r->work, now);
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

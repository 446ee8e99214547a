/* toy_server.c - see toy_server.h. */
#include "tests/unit/server/http/toy_server.h"

#include "server/base/clock.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* ---- routes ---- */

static void get_hello(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct toy *t = app;

    (void)rq;
    atomic_fetch_add(&t->handled, 1);
    http_res_copy(rs, 200, "text/plain", "hello\n", 6);
    http_res_etag(rs, "v1");
}

/* Writes everything that a handler sees, one item per line. */
static void echo(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct toy *t = app;
    struct buf b;

    atomic_fetch_add(&t->handled, 1);
    buf_init(&b, 1 << 20);
    buf_printf(&b, "path %s\nname %s\ntype %s\nlen %zu\n", rq->path,
               rq->param[0] ? rq->param[0] : "-", rq->content_type, rq->body_len);
    for (int i = 0; i < rq->num_query; i++)
        buf_printf(&b, "query %s=%s\n", rq->query[i].name, rq->query[i].value);
    buf_printf(&b, "header %s\n", http_header(rq, "x-thing") ? http_header(rq, "x-thing") : "-");
    buf_puts(&b, "body ");
    buf_add(&b, rq->body, rq->body_len);
    ck_assert_int_eq(rq->body[rq->body_len], '\0');
    http_res_buf(rs, 200, "text/plain", &b);
    buf_release(&b);
}

static void put_length(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct toy *t = app;
    char text[64];

    atomic_fetch_add(&t->handled, 1);
    snprintf(text, sizeof(text), "length %zu lane %d\n", rq->body_len, (int)rq->lane);
    http_res_copy(rs, 200, "text/plain", text, strlen(text));
}

static void get_wait(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct toy *t = app;
    int64_t ms = 30000;
    int value = atomic_load(&t->value);
    char text[64];

    (void)http_query_int(&ms, rq, "ms", 0, 60000, NULL);
    if (value == 0 && !rq->wait_over) {
        atomic_fetch_add(&t->waits, 1);
        http_res_wait(rs, "value", clock_monotonic_ms() + ms);
        return;
    }
    snprintf(text, sizeof(text), "value %d waited %d over %d\n", value, rq->waited, rq->wait_over);
    http_res_copy(rs, 200, "text/plain", text, strlen(text));
}

/* Waits again, whatever happened. */
static void get_forever(void *app, const struct http_req *rq, struct http_res *rs)
{
    (void)app;
    (void)rq;
    http_res_wait(rs, "never", clock_monotonic_ms() + 1);
}

struct events {
    struct toy *t;
    int last;
};

static bool next_event(void *ctx, struct buf *out)
{
    struct events *s = ctx;
    int value = atomic_load(&s->t->value);

    if (value != s->last)
        buf_printf(out, "data: %d\n\n", value);
    s->last = value;
    return value < 100;
}

static void free_events(void *ctx)
{
    struct events *s = ctx;

    atomic_fetch_add(&s->t->streams_freed, 1);
    free(s);
}

static void get_events(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct events *s = calloc(1, sizeof(*s));

    (void)rq;
    ck_assert_ptr_nonnull(s);
    s->t = app;
    atomic_fetch_add(&s->t->streams_open, 1);
    http_res_stream(rs, "value",
                    &(struct http_stream){.ctx = s, .next = next_event, .free_ctx = free_events});
}

static void get_slow(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct toy *t = app;

    (void)rq;
    atomic_fetch_add(&t->handled, 1);
    while (atomic_load(&t->hold))
        usleep(1000);
    http_res_copy(rs, 200, "text/plain", "slow\n", 5);
}

/* Moves to the lane that the request names, and then writes the lane that it is called in. */
static void get_move(void *app, const struct http_req *rq, struct http_res *rs)
{
    int64_t lane = HTTP_INLINE;
    char text[32];

    (void)app;
    (void)http_query_int(&lane, rq, "lane", 0, HTTP_LANES - 1, NULL);
    if (http_move(rs, rq, (enum http_lane)lane))
        return;
    snprintf(text, sizeof(text), "lane %d\n", (int)rq->lane);
    http_res_copy(rs, 200, "text/plain", text, strlen(text));
}

/* Works in slices until value is set, or until nobody needs the result. */
static void get_slices(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct toy *t = app;
    struct err e = {0};

    atomic_fetch_add(&t->handled, 1);
    while (!http_go_on(rq, &e)) {
        if (atomic_load(&t->value)) {
            http_res_copy(rs, 200, "text/plain", "done\n", 5);
            return;
        }
        usleep(1000);
    }
    atomic_fetch_add(&t->given_up, 1);
    http_res_err(rs, &e);
}

/* Sends that many bytes, piece by piece or as one block. */
static void get_large(void *app, const struct http_req *rq, struct http_res *rs)
{
    int64_t bytes = 1;
    bool block = false;
    char *whole;
    struct buf b;

    (void)app;
    (void)http_query_int(&bytes, rq, "bytes", 1, 1 << 28, NULL);
    (void)http_query_bool(&block, rq, "block", NULL);
    if (block) {
        whole = malloc((size_t)bytes);
        ck_assert_ptr_nonnull(whole);
        memset(whole, 'a', (size_t)bytes);
        http_res_body(rs, 200, "text/plain", whole, (size_t)bytes);
        return;
    }
    http_res_open(rs, &b, 1 << 28);
    for (int64_t i = 0; i < bytes; i++)
        buf_add(&b, "a", 1);
    http_res_buf(rs, 200, "text/plain", &b);
    buf_release(&b);
}

static void get_big(void *app, const struct http_req *rq, struct http_res *rs)
{
    static char data[900000];

    (void)app;
    (void)rq;
    http_res_shared(rs, 200, "application/octet-stream", data, sizeof(data), NULL, NULL);
}

static void release_shared(void *ctx)
{
    struct toy *t = ctx;

    atomic_fetch_sub(&t->shared, 1);
}

/* Sends the same bytes for a and c, with different headers, and other bytes for b. */
static void get_shared(void *app, const struct http_req *rq, struct http_res *rs)
{
    static const char bytes[] = "first\nother\n";
    const char *name = rq->param[0];
    struct toy *t = app;

    atomic_fetch_add(&t->shared, 1);
    http_res_shared(rs, 200, *name == 'c' ? "text/csv" : "text/plain",
                    bytes + (*name == 'b' ? 6 : 0), 6, release_shared, t);
    http_res_etag(rs, name);
}

/* Sends that many bytes of text in lines, at once. */
static void get_text(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct toy *t = app;
    int64_t bytes = 1;
    struct buf b;

    (void)http_query_int(&bytes, rq, "bytes", 1, 1 << 20, NULL);
    atomic_fetch_add(&t->handled, 1);
    buf_init(&b, 2 << 20);
    for (int i = 0; (int64_t)b.len < bytes; i++)
        buf_printf(&b, "line %d of lane %d\n", i, (int)rq->lane);
    http_res_buf(rs, 200, "text/plain", &b);
    http_res_etag(rs, "abc");
    buf_release(&b);
}

static void get_place(void *app, const struct http_req *rq, struct http_res *rs)
{
    (void)app;
    (void)rq;
    http_res_header(rs, "Location", "/hello");
    http_res_copy(rs, 201, "text/plain", "", 0);
}

static void get_error(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct err e = {0};

    (void)app;
    err_set(&e, ST_CONFLICT, "'%s' is in use", rq->param[0]);
    http_res_err(rs, &e);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/hello", get_hello, "a b", false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/read", get_hello, NULL, false, ACCESS_READ, HTTP_READ},
    {HTTP_GET, "/move", get_move, "lane", false, ACCESS_READ, HTTP_INLINE},
    {HTTP_GET, "/text", get_text, "bytes", false, ACCESS_READ, HTTP_INLINE},
    {HTTP_GET, "/text/{name}", get_text, "bytes", false, ACCESS_READ, HTTP_INLINE},
    {HTTP_GET, "/slices", get_slices, NULL, false, ACCESS_READ, HTTP_WORK},
    {HTTP_GET, "/large", get_large, "bytes block", false, ACCESS_READ, HTTP_WORK},
    {HTTP_GET, "/echo/{name}", echo, "a b", false, ACCESS_READ},
    {HTTP_PUT, "/echo/{name}", echo, "a b", true, ACCESS_TRAIN},
    {HTTP_PUT, "/length", put_length, NULL, true, ACCESS_TRAIN, HTTP_INLINE},
    {HTTP_POST, "/form/{name}", echo, "a b", true, ACCESS_TRAIN, .form = true},
    {HTTP_GET, "/wait", get_wait, "ms", false, ACCESS_READ},
    {HTTP_GET, "/forever", get_forever, NULL, false, ACCESS_READ},
    {HTTP_GET, "/events", get_events, NULL, false, ACCESS_READ},
    {HTTP_GET, "/slow", get_slow, NULL, false, ACCESS_READ},
    {HTTP_GET, "/big", get_big, NULL, false, ACCESS_READ},
    {HTTP_GET, "/shared/{name}", get_shared, NULL, false, ACCESS_READ},
    {HTTP_GET, "/place", get_place, NULL, false, ACCESS_READ},
    {HTTP_GET, "/error/{name}", get_error, NULL, false, ACCESS_READ},
    {HTTP_POST, "/m/forecast", echo, NULL, true, ACCESS_PREDICT, .reads = true},
};

/* ---- start and stop ---- */

void toy_init(struct toy *t)
{
    memset(t, 0, sizeof(*t));
    t->config = (struct http_config){
        .listen = "127.0.0.1:0",
        .allowed_hosts = "x a", /* the Host of most tests */
        .threads = 3,
        .workers = 2,
        .limits = {.max_body_bytes = 100000,
                   .max_bodies_bytes = 1000000,
                   .max_unsent_bytes = 10000000,
                   .max_header_bytes = 8192,
                   .max_waiting = 100,
                   .wait_seconds = 30,
                   .work_seconds = 30,
                   .max_connections = 100,
                   .request_deadline_seconds = 30,
                   .idle_timeout_seconds = 30},
        .routes = routes,
        .num_routes = sizeof(routes) / sizeof(routes[0]),
        .app = t,
    };
}

void toy_start(struct toy *t)
{
    struct err e = {0};

    ck_assert_msg(http_start(&t->http, &t->config, &e) == ST_OK, "%s", e.message);
    ck_assert_int_gt(http_port(t->http), 0);
}

void toy_stop(struct toy *t)
{
    http_stop(t->http, 5000);
    t->http = NULL;
}

void toy_set(struct toy *t, int value)
{
    atomic_store(&t->value, value);
    http_notify(t->http, "value");
}

/* ---- a raw client ---- */

int toy_connect(const struct toy *t, int seconds)
{
    const struct sockaddr_in a = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)http_port(t->http)),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const struct timeval tv = {.tv_sec = seconds};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)), 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

/* The server may close the connection while data is sent. */
void toy_send(int fd, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t m = send(fd, data, n, MSG_NOSIGNAL);

        if (m <= 0)
            return;
        data += m;
        n -= (size_t)m;
    }
}

bool toy_read(int fd, char *answer, size_t cap, const char *until)
{
    size_t used = 0;

    answer[0] = '\0';
    while (used + 1 < cap) {
        ssize_t n = recv(fd, answer + used, cap - used - 1, 0);

        if (n < 0)
            return errno == ECONNRESET && !until;
        if (n == 0)
            return !until;
        used += (size_t)n;
        answer[used] = '\0';
        if (until && strstr(answer, until))
            return true;
    }
    return false;
}

int toy_ask(const struct toy *t, char *answer, size_t cap, const char *request)
{
    int fd = toy_connect(t, 10), status = 0;

    toy_send(fd, request, strlen(request));
    ck_assert_msg(toy_read(fd, answer, cap, NULL), "the connection stays open after %.60s: %.200s",
                  request, answer);
    close(fd);
    if (strncmp(answer, "HTTP/1.1 ", 9) == 0)
        status = (int)strtol(answer + 9, NULL, 10);
    return status;
}

int toy_count(const char *text, const char *what)
{
    int n = 0;

    for (const char *p = text; (p = strstr(p, what)) != NULL; p += strlen(what))
        n++;
    return n;
}

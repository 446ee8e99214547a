/* test_start.c - starting and stopping a server. */
#include "server/base/clock.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#define HOST "Host: a\r\n"
#define END  "Host: a\r\nConnection: close\r\n\r\n"

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

static void setup(void)
{
    toy_init(&toy);
    toy_start(&toy);
}

static void teardown(void)
{
    if (toy.http)
        toy_stop(&toy);
}

START_TEST(a_port_in_use_is_told)
{
    struct http_config config = toy.config;
    struct http *second = NULL;
    struct err e = {0};
    char listen[64];

    snprintf(listen, sizeof(listen), "127.0.0.1:%d", http_port(toy.http));
    config.listen = listen;
    ck_assert_int_eq(http_start(&second, &config, &e), ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, listen));
    ck_assert_ptr_nonnull(strstr(e.message, "in use"));
    config.listen = "nonsense";
    ck_assert_int_eq(http_start(&second, &config, &e), ST_INVALID);
    config.listen = "203.0.113.1:80";
    ck_assert_int_eq(http_start(&second, &config, &e), ST_IO);
    http_stop(NULL, 0);
}
END_TEST

START_TEST(start_and_stop_again_and_again)
{
    for (unsigned threads = 0; threads < 6; threads++) {
        struct toy t;

        toy_init(&t);
        t.config.threads = threads;
        t.config.limits.max_connections = 1;
        toy_start(&t);
        ck_assert_int_eq(toy_ask(&t, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
        toy_stop(&t);
    }
}
END_TEST

/* ---- a client that is there before the server is ---- */

enum { EARLY_STARTS = 100 };

struct early {
    struct toy toy;
    atomic_int asked, without; /* requests, and those that did not find the server */
    atomic_bool over;
    struct sockaddr_in address;
};

static void find_server(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct early *y = ctx;

    (void)rq;
    if (!y->toy.http)
        atomic_fetch_add(&y->without, 1);
    atomic_fetch_add(&y->asked, 1);
    http_res_copy(rs, 200, "text/plain", "", 0);
}

static void *ask_without_end(void *ctx)
{
    static const char request[] = "GET /find HTTP/1.1\r\n" END;
    struct early *y = ctx;

    while (!atomic_load(&y->over)) {
        const struct timeval tv = {.tv_sec = 10};
        char byte;
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
        if (connect(fd, (const struct sockaddr *)&y->address, sizeof(y->address)) == 0) {
            toy_send(fd, request, sizeof(request) - 1);
            (void)!read(fd, &byte, 1);
        }
        close(fd);
    }
    return NULL;
}

/* A port that nobody listens on now. */
static struct sockaddr_in free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &size), 0);
    close(fd);
    return a;
}

START_TEST(the_first_request_finds_the_server)
{
    static const struct http_route routes[] = {
        {HTTP_GET, "/find", find_server, NULL, false, false}};
    static struct early y;
    char listen[64];
    pthread_t client;

    toy_init(&y.toy);
    y.address = free_port();
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", ntohs(y.address.sin_port));
    y.toy.config.listen = listen;
    y.toy.config.routes = routes;
    y.toy.config.num_routes = 1;
    y.toy.config.app = &y;
    ck_assert_int_eq(pthread_create(&client, NULL, ask_without_end, &y), 0);
    for (int i = 0; i < EARLY_STARTS; i++) {
        int before = atomic_load(&y.asked);

        toy_start(&y.toy);
        while (atomic_load(&y.asked) == before)
            ck_assert_int_eq(usleep(100), 0); /* Check's limit of time is the deadline */
        toy_stop(&y.toy);
    }
    atomic_store(&y.over, true);
    ck_assert_int_eq(pthread_join(client, NULL), 0);
    ck_assert_int_eq(atomic_load(&y.without), 0);
}
END_TEST

static int open_with(const char *request)
{
    int fd = toy_connect(&toy, 20);

    toy_send(fd, request, strlen(request));
    return fd;
}

static void until(atomic_int *what, int n)
{
    int64_t deadline = clock_monotonic_ms() + 20000;

    while (atomic_load(what) < n) {
        ck_assert_msg(clock_monotonic_ms() < deadline, "%d, not %d, after 20 s", atomic_load(what),
                      n);
        usleep(1000);
    }
}

START_TEST(draining_ends_streams)
{
    int fd[10];

    for (int i = 0; i < 10; i++) {
        fd[i] = open_with("GET /events HTTP/1.1\r\n" HOST "\r\n");
        ck_assert(toy_read(fd[i], answer, sizeof(answer), "\r\n\r\n"));
    }
    ck_assert(!http_draining(toy.http));
    http_drain(toy.http);
    ck_assert(http_draining(toy.http));
    until(&toy.streams_freed, 10);
    /* The door is still open, and what is asked now closes its connection. */
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" HOST "\r\n"),
                     200);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /wait HTTP/1.1\r\n" HOST "\r\n"),
                     200);
    ck_assert_ptr_nonnull(strstr(answer, "over 1"));
    toy_ask(&toy, answer, sizeof(answer), "GET /events HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < 10; i++)
        close(fd[i]);
}
END_TEST

static void *stop_it(void *ctx)
{
    http_stop(toy.http, *(const int64_t *)ctx);
    return NULL;
}

START_TEST(requests_in_flight_are_finished)
{
    const int64_t patience = 20000;
    pthread_t thread;
    int fd;

    atomic_store(&toy.hold, 1);
    fd = open_with("GET /slow HTTP/1.1\r\n" HOST "\r\n");
    until(&toy.handled, 1);
    ck_assert_int_eq(pthread_create(&thread, NULL, stop_it, (void *)(uintptr_t)&patience), 0);
    while (!http_draining(toy.http))
        usleep(1000);
    atomic_store(&toy.hold, 0);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_ptr_nonnull(strstr(answer, "slow\n"));
    pthread_join(thread, NULL);
    toy.http = NULL;
    close(fd);
}
END_TEST

START_TEST(a_slow_upload_does_not_hold_up_the_end)
{
    int64_t start;
    int fd;

    fd = open_with("PUT /echo/x HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\nabc");
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
    start = clock_monotonic_ms();
    http_stop(toy.http, 200);
    toy.http = NULL;
    ck_assert_int_lt(clock_monotonic_ms() - start, 10000);
    close(fd);
}
END_TEST

START_TEST(an_ipv6_address)
{
    struct err e = {0};

    toy_stop(&toy);
    toy.config.listen = "[::1]:0";
    if (http_start(&toy.http, &toy.config, &e)) {
        ck_assert_ptr_nonnull(strstr(e.message, "[::1]:0")); /* a machine without IPv6 */
        return;
    }
    ck_assert_int_eq(strncmp(http_url(toy.http), "http://[::1]:", 13), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_port_in_use_is_told,
        start_and_stop_again_and_again,
        the_first_request_finds_the_server,
    };
    Suite *s = suite_create("http start");
    TCase *t = tcase_create("starting");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(t, tests[i]);
    tcase_add_test(t, draining_ends_streams);
    tcase_add_test(t, requests_in_flight_are_finished);
    tcase_add_test(t, a_slow_upload_does_not_hold_up_the_end);
    tcase_add_test(t, an_ipv6_address);
    suite_add_tcase(s, t);
    return suite_run(s);
}

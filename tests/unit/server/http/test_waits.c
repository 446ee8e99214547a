/* test_waits.c - what takes time: waits, event streams, slow clients, limits, draining, keys. */
#include "tests/unit/server/http/toy_server.h"

#include "server/base/clock.h"
#include "tests/unit/suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

#define HOST "Host: x\r\n"
#define END  "Host: x\r\nConnection: close\r\n\r\n"

static void setup(void)
{
    toy_init(&toy);
}

static void teardown(void)
{
    if (toy.http)
        toy_stop(&toy);
}

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

/* ---- waits ---- */

START_TEST(a_wait_ends_when_its_topic_is_notified)
{
    int fd;

    toy_start(&toy);
    fd = open_with("GET /wait HTTP/1.1\r\n" END);
    until(&toy.waits, 1);
    http_notify(toy.http, "other");
    toy_set(&toy, 7);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_ptr_nonnull(strstr(answer, "value 7 waited 1 over 0"));
    close(fd);
}
END_TEST

START_TEST(a_wait_ends_at_its_deadline)
{
    int64_t start;

    toy_start(&toy);
    start = clock_monotonic_ms();
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /wait?ms=300 HTTP/1.1\r\n" END),
                     200);
    ck_assert_ptr_nonnull(strstr(answer, "value 0 waited 1 over 1"));
    ck_assert_int_ge(clock_monotonic_ms() - start, 300);
}
END_TEST

START_TEST(waits_hold_no_thread)
{
    int fd[50];

    toy_start(&toy);
    for (int i = 0; i < 50; i++)
        fd[i] = open_with("GET /wait HTTP/1.1\r\n" END);
    until(&toy.waits, 50);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
    toy_set(&toy, 1);
    for (int i = 0; i < 50; i++) {
        ck_assert(toy_read(fd[i], answer, sizeof(answer), NULL));
        ck_assert_ptr_nonnull(strstr(answer, "value 1 waited 1 over 0"));
        close(fd[i]);
    }
}
END_TEST

static void *flip(void *ctx)
{
    atomic_int *stop = ctx;

    for (int i = 0; !atomic_load(stop); i++)
        toy_set(&toy, i % 3 == 0 ? 0 : i); /* to 0, that is, wait, then to something else */
    toy_set(&toy, 1);
    return NULL;
}

/* A wake-up between the handler's look and the suspension would leave a request waiting for its
 * deadline, which is behind this test's. */
START_TEST(no_wake_up_is_lost)
{
    pthread_t thread;
    atomic_int stop = 0;
    int fd;

    toy_start(&toy);
    ck_assert_int_eq(pthread_create(&thread, NULL, flip, &stop), 0);
    fd = toy_connect(&toy, 20);
    for (int i = 0; i < 2000; i++) {
        static const char ask[] = "GET /wait HTTP/1.1\r\n" HOST "\r\n";

        toy_send(fd, ask, sizeof(ask) - 1);
        ck_assert_msg(toy_read(fd, answer, sizeof(answer), "waited"), "request %d: '%s'", i,
                      answer);
        ck_assert_ptr_nonnull(strstr(answer, "over"));
    }
    close(fd);
    atomic_store(&stop, 1);
    pthread_join(thread, NULL);
}
END_TEST

START_TEST(asking_to_wait_for_ever_is_answered)
{
    toy_start(&toy);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /forever HTTP/1.1\r\n" END), 503);
    ck_assert_ptr_nonnull(strstr(answer, "Retry-After: "));
}
END_TEST

START_TEST(a_client_that_leaves_ends_its_wait)
{
    int fd;

    toy_start(&toy);
    fd = open_with("GET /wait HTTP/1.1\r\n" HOST "\r\n");
    until(&toy.waits, 1);
    close(fd);
    for (int64_t end = clock_monotonic_ms() + 20000; http_connections(toy.http) > 0; usleep(1000))
        ck_assert_int_lt(clock_monotonic_ms(), end);
}
END_TEST

START_TEST(stopping_wakes_those_who_wait)
{
    int fd[10];

    toy_start(&toy);
    for (int i = 0; i < 10; i++)
        fd[i] = open_with("GET /wait HTTP/1.1\r\n" HOST "\r\n");
    until(&toy.waits, 10);
    toy_stop(&toy);
    for (int i = 0; i < 10; i++) {
        ck_assert(toy_read(fd[i], answer, sizeof(answer), NULL));
        ck_assert_ptr_nonnull(strstr(answer, "value 0 waited 1 over 1"));
        ck_assert_ptr_nonnull(strstr(answer, "Connection: close"));
        close(fd[i]);
    }
}
END_TEST

/* ---- event streams ---- */

START_TEST(a_stream_tells_and_ends)
{
    int fd;

    toy_start(&toy);
    fd = open_with("GET /events HTTP/1.1\r\n" END);
    ck_assert_msg(toy_read(fd, answer, sizeof(answer), "\r\n\r\n"), "no header: %s", answer);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Type: text/event-stream"));
    ck_assert_ptr_nonnull(strstr(answer, "X-Accel-Buffering: no"));
    for (int i = 1; i < 20; i++) {
        char want[32];

        snprintf(want, sizeof(want), "data: %d\n\n", i);
        toy_set(&toy, i);
        ck_assert_msg(toy_read(fd, answer, sizeof(answer), want), "%s: %s", want, answer);
    }
    toy_set(&toy, 100);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_ptr_nonnull(strstr(answer, "data: 100\n\n"));
    close(fd);
    until(&toy.streams_freed, 1);
}
END_TEST

START_TEST(a_stream_is_freed_when_its_client_leaves)
{
    int fd[20];

    toy_start(&toy);
    for (int i = 0; i < 20; i++)
        fd[i] = open_with("GET /events HTTP/1.1\r\n" HOST "\r\n");
    until(&toy.streams_open, 20);
    for (int i = 0; i < 20; i++)
        close(fd[i]);
    until(&toy.streams_freed, 20);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
}
END_TEST

START_TEST(head_of_a_stream_is_only_its_head)
{
    toy_start(&toy);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "HEAD /events HTTP/1.1\r\n" END), 200);
    ck_assert_str_eq(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
    until(&toy.streams_freed, 1);
}
END_TEST

START_TEST(a_stream_for_http_1_0)
{
    int fd;

    toy_start(&toy);
    atomic_store(&toy.value, 100);
    fd = open_with("GET /events HTTP/1.0\r\n\r\n");
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_ptr_nonnull(strstr(answer, "\r\n\r\ndata: 100\n\n"));
    close(fd);
}
END_TEST

START_TEST(draining_ends_streams)
{
    int fd[10];

    toy_start(&toy);
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

/* ---- stopping ---- */

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

    toy_start(&toy);
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

    toy_start(&toy);
    fd = open_with("PUT /echo/x HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\nabc");
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
    start = clock_monotonic_ms();
    http_stop(toy.http, 200);
    toy.http = NULL;
    ck_assert_int_lt(clock_monotonic_ms() - start, 10000);
    close(fd);
}
END_TEST

/* ---- slow senders ---- */

/* What trickles in must not move the deadline. */
static void trickle(const char *first, int status)
{
    int64_t start = clock_monotonic_ms();
    int fd = toy_connect(&toy, 20);
    ssize_t n = 0;

    toy_send(fd, first, strlen(first));
    for (int i = 0; i < 4000 && n <= 0; i++) {
        if (send(fd, "x", 1, MSG_NOSIGNAL) < 0)
            break;
        n = recv(fd, answer, 1, MSG_PEEK | MSG_DONTWAIT);
        if (n == 0)
            break;
        usleep(5000);
    }
    (void)toy_read(fd, answer, sizeof(answer), NULL);
    ck_assert_int_lt(clock_monotonic_ms() - start, 15000);
    if (answer[0]) /* a reset may have taken the answer away, for we did not stop sending */
        ck_assert_msg(strtol(answer + 9, NULL, 10) == status, "%s", answer);
    close(fd);
}

START_TEST(slow_senders_are_cut_off)
{
    toy.config.limits.request_deadline_seconds = 1;
    toy_start(&toy);
    trickle("GET /hello HTTP/1.1\r\nX: ", 408);
    trickle("PUT /echo/x HTTP/1.1\r\n" HOST "Content-Length: 90000\r\n\r\n", 408);
    trickle("PUT /echo/x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nffff\r\n", 408);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
}
END_TEST

START_TEST(a_sender_that_falls_silent_is_told)
{
    static const char *const beginnings[] = {"GET /hello HTTP/1.1\r\nX: ",
                                             "PUT /echo/x HTTP/1.1\r\nX-Request-Id: mine\r\n" HOST
                                             "Content-Length: 10\r\n\r\nabc"};

    toy.config.limits.request_deadline_seconds = 1;
    toy_start(&toy);
    for (int i = 0; i < 2; i++) {
        int fd = open_with(beginnings[i]);

        ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
        ck_assert_msg(strncmp(answer, "HTTP/1.1 408 ", 13) == 0, "'%s'", answer);
        ck_assert_ptr_nonnull(strstr(answer, "request_deadline_seconds"));
        if (i == 1)
            ck_assert_ptr_nonnull(strstr(answer, "X-Request-Id: mine\r\n"));
        close(fd);
    }
}
END_TEST

START_TEST(a_slow_handler_is_not_a_slow_sender)
{
    int64_t end;
    int fd;

    toy.config.limits.request_deadline_seconds = 1;
    toy_start(&toy);
    atomic_store(&toy.hold, 1);
    fd = open_with("GET /slow HTTP/1.1\r\n" END);
    for (end = clock_monotonic_ms() + 1500; clock_monotonic_ms() < end; usleep(1000))
        ;
    atomic_store(&toy.hold, 0);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_ptr_nonnull(strstr(answer, "slow\n"));
    close(fd);
}
END_TEST

START_TEST(an_idle_connection_is_closed)
{
    int fd;

    toy.config.limits.idle_timeout_seconds = 1;
    toy_start(&toy);
    fd = open_with("GET /hello HTTP/1.1\r\n" HOST "\r\n");
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 "), 1);
    close(fd);
}
END_TEST

/* ---- keys ---- */

START_TEST(keys_are_asked_for)
{
    static const struct {
        const char *request;
        int status;
    } rows[] = {
        {"GET /hello HTTP/1.1\r\n" END, 200}, /* open */
        {"GET /echo/x HTTP/1.1\r\n" END, 401},
        {"GET /echo/x HTTP/1.1\r\nX-API-Key: wrong\r\n" END, 401},
        {"GET /echo/x HTTP/1.1\r\nAuthorization: Basic full\r\n" END, 401},
        {"GET /echo/x HTTP/1.1\r\nX-API-Key: look\r\n" END, 200},
        {"GET /echo/x HTTP/1.1\r\nAuthorization: Bearer full\r\n" END, 200},
        {"PUT /echo/x HTTP/1.1\r\nX-API-Key: look\r\nContent-Length: 1\r\n" END "a", 403},
        {"PUT /echo/x HTTP/1.1\r\nX-API-Key: full\r\nContent-Length: 1\r\n" END "a", 200},
        {"PUT /echo/x HTTP/1.1\r\nContent-Length: 1\r\n" END "a", 401},
        {"POST /m/forecast HTTP/1.1\r\nX-API-Key: look\r\nContent-Length: 1\r\n" END "a", 200},
        {"GET /nothing HTTP/1.1\r\n" END, 404},
        {"DELETE /echo/x HTTP/1.1\r\n" END, 405},
    };

    toy.config.api_key = "full";
    toy.config.read_key = "look";
    toy_start(&toy);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int status = toy_ask(&toy, answer, sizeof(answer), rows[i].request);

        ck_assert_msg(status == rows[i].status, "%s: %d", rows[i].request, status);
        ck_assert_int_eq(toy_count(answer, "WWW-Authenticate: Bearer"), status == 401);
    }
}
END_TEST

START_TEST(an_ipv6_address)
{
    struct err e = {0};

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
        a_wait_ends_when_its_topic_is_notified,
        a_wait_ends_at_its_deadline,
        waits_hold_no_thread,
        no_wake_up_is_lost,
        asking_to_wait_for_ever_is_answered,
        a_client_that_leaves_ends_its_wait,
        stopping_wakes_those_who_wait,
        a_stream_tells_and_ends,
        a_stream_is_freed_when_its_client_leaves,
        head_of_a_stream_is_only_its_head,
        a_stream_for_http_1_0,
        draining_ends_streams,
        requests_in_flight_are_finished,
        a_slow_upload_does_not_hold_up_the_end,
        slow_senders_are_cut_off,
        a_sender_that_falls_silent_is_told,
        a_slow_handler_is_not_a_slow_sender,
        an_idle_connection_is_closed,
        keys_are_asked_for,
        an_ipv6_address,
    };
    Suite *s = suite_create("http waits");
    TCase *t = tcase_create("time");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_conns.c - the connection that is closed when there are more than max_connections. */
#include "tests/unit/server/http/toy_server.h"

#include "server/base/clock.h"
#include "server/http/conns.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

enum { MAX = 5 };
#define HOST  "Host: x\r\n"
#define END   "Host: x\r\nConnection: close\r\n\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" HOST "\r\n"

static void setup(void)
{
    toy_init(&toy);
    toy.config.limits.max_connections = MAX;
    toy_start(&toy);
}

static void teardown(void)
{
    toy_set(&toy, 1000);
    toy_stop(&toy);
}

static int open_with(const char *request)
{
    int fd = toy_connect(&toy, 20);

    toy_send(fd, request, strlen(request));
    return fd;
}

static int open_idle(void)
{
    int fd = open_with(HELLO);

    ck_assert(toy_read(fd, answer, sizeof(answer), "hello\n"));
    return fd;
}

/* The server has closed it, or does so soon. */
static bool is_closed(int fd)
{
    char byte;

    return recv(fd, &byte, 1, 0) <= 0;
}

static bool still_answers(int fd)
{
    toy_send(fd, HELLO, strlen(HELLO));
    return toy_read(fd, answer, sizeof(answer), "hello\n");
}

static void until_open(unsigned n)
{
    for (int64_t by = clock_monotonic_ms() + 20000; http_connections(toy.http) != n; usleep(1000))
        ck_assert_msg(clock_monotonic_ms() < by, "%u are open, not %u", http_connections(toy.http),
                      n);
}

static uint64_t evicted(void)
{
    struct http_pool_counts c;

    http_pool_counts(toy.http, &c);
    return c.evicted;
}

/* The clock that measures idle times has ticks of some milliseconds. */
static void pass_time(void)
{
    int64_t by = clock_monotonic_ms() + 30;

    while (clock_monotonic_ms() < by)
        usleep(1000);
}

START_TEST(the_longest_idle_goes)
{
    int fd[MAX], more;

    for (int i = 0; i < MAX; i++) {
        fd[i] = open_idle();
        pass_time();
    }
    ck_assert(still_answers(fd[0])); /* now the second one is idle for longest */
    pass_time();
    more = open_with("GET /echo/x HTTP/1.1\r\n" HOST "\r\n");
    ck_assert(toy_read(more, answer, sizeof(answer), "path /echo/x"));
    ck_assert(is_closed(fd[1]));
    for (int i = 0; i < MAX; i++)
        ck_assert(i == 1 || still_answers(fd[i]));
    ck_assert_uint_eq(evicted(), 1);
    for (int i = 0; i < MAX; i++)
        close(fd[i]);
    close(more);
}
END_TEST

START_TEST(a_slow_header_goes_before_a_request_that_came_later)
{
    static const char request[] = "GET /echo/x HTTP/1.1\r\n" END;
    int64_t by = clock_monotonic_ms() + 10000;
    int fd[MAX];

    for (int i = 0; i < MAX; i++)
        fd[i] = open_with("GET /hello HTTP/1.1\r\nX: ");
    until_open(MAX);
    /* a connection with unread bytes is not closed: the first request may come too early */
    while (toy_ask(&toy, answer, sizeof(answer), request) != 200)
        ck_assert_int_lt(clock_monotonic_ms(), by);
    for (int i = 0; i < 3 * MAX; i++)
        ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), request), 200);
    ck_assert_uint_ge(evicted(), 1);
    for (int i = 0; i < MAX; i++)
        close(fd[i]);
}
END_TEST

START_TEST(a_flood_of_silent_connections_keeps_nobody_out)
{
    int fd[20 * MAX];

    for (int i = 0; i < 20 * MAX; i++)
        fd[i] = toy_connect(&toy, 20);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /echo/x HTTP/1.1\r\n" END), 200);
    for (int i = 0; i < 20 * MAX; i++)
        close(fd[i]);
    until_open(0);
}
END_TEST

static void until_waiting(int n)
{
    for (int64_t by = clock_monotonic_ms() + 20000; atomic_load(&toy.waits) < n; usleep(1000))
        ck_assert_int_lt(clock_monotonic_ms(), by);
}

START_TEST(who_waits_stays_and_the_new_one_is_told)
{
    int fd[MAX];

    for (int i = 0; i < MAX; i++)
        fd[i] = open_with("GET /wait HTTP/1.1\r\n" HOST "\r\n");
    until_waiting(MAX);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /echo/x HTTP/1.1\r\n" END), 503);
    ck_assert_ptr_nonnull(strstr(answer, "max_connections"));
    ck_assert_ptr_nonnull(strstr(answer, "Retry-After: "));
    /* a probe */
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
    toy_set(&toy, 1);
    for (int i = 0; i < MAX; i++) {
        ck_assert(toy_read(fd[i], answer, sizeof(answer), "value 1"));
        close(fd[i]);
    }
    ck_assert_uint_eq(evicted(), 0);
    until_open(0);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /echo/x HTTP/1.1\r\n" END), 200);
}
END_TEST

START_TEST(a_stream_between_two_events_stays)
{
    int fd[MAX];

    toy_set(&toy, 1);
    for (int i = 0; i < MAX; i++) {
        fd[i] = open_with("GET /events HTTP/1.1\r\n" HOST "\r\n");
        ck_assert(toy_read(fd[i], answer, sizeof(answer), "data: 1\n"));
    }
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /echo/x HTTP/1.1\r\n" END), 503);
    toy_set(&toy, 100);
    for (int i = 0; i < MAX; i++) {
        ck_assert(toy_read(fd[i], answer, sizeof(answer), "data: 100"));
        close(fd[i]);
    }
}
END_TEST

START_TEST(a_body_at_a_crawl_goes_where_nobody_is_idle)
{
    int fd[MAX], answered = 0, told = 0;

    for (int i = 0; i < MAX; i++)
        fd[i] = open_with("PUT /echo/x HTTP/1.1\r\n" HOST "Content-Length: 90000\r\n\r\nabc");
    until_open(MAX);
    for (int64_t by = clock_monotonic_ms() + 20000; answered != 200; usleep(10000)) {
        ck_assert_int_lt(clock_monotonic_ms(), by);
        answered = toy_ask(&toy, answer, sizeof(answer), "GET /echo/x HTTP/1.1\r\n" END);
        ck_assert(answered == 200 || answered == 503);
    }
    for (int i = 0; i < MAX; i++) {
        char byte;

        if (recv(fd[i], &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) {
            ck_assert(toy_read(fd[i], answer, sizeof(answer), "too slowly"));
            ck_assert_ptr_nonnull(strstr(answer, "HTTP/1.1 503"));
            told++;
        }
        close(fd[i]);
    }
    ck_assert_int_ge(told, 1);
    ck_assert_int_lt(told, MAX);
}
END_TEST

/* ---- the first connection wakes the ticker, which sleeps for a minute while there is none ---- */

static struct conns bare;
static struct conn *both[2];
static int ends[2];
static pthread_barrier_t start;

static void *add_one(void *ctx)
{
    int i = ctx == &both[1];

    (void)pthread_barrier_wait(&start);
    both[i] = conns_add(&bare, NULL, ends[i], NULL, false);
    return NULL;
}

START_TEST(of_two_that_come_at_once_one_is_the_first)
{
    struct err e = {0};

    ck_assert_int_eq(conns_init(&bare, &toy.config.limits, &e), ST_OK);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    ck_assert_int_eq(pthread_barrier_init(&start, NULL, 2), 0);
    for (int round = 0; round < 2000; round++) {
        pthread_t other;

        ck_assert_int_eq(pthread_create(&other, NULL, add_one, &both[1]), 0);
        (void)add_one(&both[0]);
        ck_assert_int_eq(pthread_join(other, NULL), 0);
        ck_assert_msg(both[0]->first != both[1]->first, "round %d: %d and %d", round,
                      both[0]->first, both[1]->first);
        conns_remove(&bare, both[0]);
        conns_remove(&bare, both[1]);
    }
    (void)pthread_barrier_destroy(&start);
    conns_release(&bare);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

/* ---- who is too slow ---- */

static void restart_in_haste(void)
{
    toy_stop(&toy);
    toy.config.limits.request_deadline_seconds = 1;
    toy.config.limits.idle_timeout_seconds = 1;
    toy_start(&toy);
}

/* A client that sends a byte every few milliseconds. */
struct slow {
    int fd;
    bool over; /* it is answered, or cut off */
};

static void send_one_more(struct slow *s)
{
    ssize_t n;

    if (s->over)
        return;
    s->over = send(s->fd, "x", 1, MSG_NOSIGNAL) < 0;
    n = recv(s->fd, answer, 1, MSG_PEEK | MSG_DONTWAIT);
    s->over = s->over || n >= 0;
}

/* What trickles in must not move the deadline. */
START_TEST(slow_senders_are_cut_off)
{
    static const char *const beginnings[] = {
        "GET /hello HTTP/1.1\r\nX: ",
        "PUT /echo/x HTTP/1.1\r\n" HOST "Content-Length: 90000\r\n\r\n",
        "PUT /echo/x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nffff\r\n"};
    struct slow slow[3];
    int64_t begun = clock_monotonic_ms();

    restart_in_haste();
    for (int i = 0; i < 3; i++)
        slow[i] = (struct slow){.fd = open_with(beginnings[i])};
    while (!slow[0].over || !slow[1].over || !slow[2].over) {
        for (int i = 0; i < 3; i++)
            send_one_more(&slow[i]);
        ck_assert_int_lt(clock_monotonic_ms() - begun, 15000);
        usleep(5000);
    }
    for (int i = 0; i < 3; i++) {
        (void)toy_read(slow[i].fd, answer, sizeof(answer), NULL);
        if (answer[0]) /* a reset may have taken the answer away, for we did not stop sending */
            ck_assert_msg(strtol(answer + 9, NULL, 10) == 408, "%s", answer);
        close(slow[i].fd);
    }
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
}
END_TEST

START_TEST(a_sender_that_falls_silent_is_told)
{
    static const char *const beginnings[] = {"GET /hello HTTP/1.1\r\nX: ",
                                             "PUT /echo/x HTTP/1.1\r\nX-Request-Id: mine\r\n" HOST
                                             "Content-Length: 10\r\n\r\nabc"};
    int fd[2];

    restart_in_haste();
    for (int i = 0; i < 2; i++)
        fd[i] = open_with(beginnings[i]);
    for (int i = 0; i < 2; i++) {
        ck_assert(toy_read(fd[i], answer, sizeof(answer), NULL));
        ck_assert_msg(strncmp(answer, "HTTP/1.1 408 ", 13) == 0, "'%s'", answer);
        ck_assert_ptr_nonnull(strstr(answer, "request_deadline_seconds"));
        if (i == 1)
            ck_assert_ptr_nonnull(strstr(answer, "X-Request-Id: mine\r\n"));
        close(fd[i]);
    }
}
END_TEST

START_TEST(a_slow_handler_is_not_a_slow_sender)
{
    int64_t end;
    int fd;

    restart_in_haste();
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

    restart_in_haste();
    fd = open_with("GET /hello HTTP/1.1\r\n" HOST "\r\n");
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 "), 1);
    close(fd);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_longest_idle_goes,
        a_slow_header_goes_before_a_request_that_came_later,
        a_flood_of_silent_connections_keeps_nobody_out,
        who_waits_stays_and_the_new_one_is_told,
        a_stream_between_two_events_stays,
        a_body_at_a_crawl_goes_where_nobody_is_idle,
        of_two_that_come_at_once_one_is_the_first,
    };
    Suite *s = suite_create("http connections");
    TCase *t = tcase_create("connections");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(t, tests[i]);
    tcase_add_test(t, slow_senders_are_cut_off);
    tcase_add_test(t, a_sender_that_falls_silent_is_told);
    tcase_add_test(t, a_slow_handler_is_not_a_slow_sender);
    tcase_add_test(t, an_idle_connection_is_closed);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}

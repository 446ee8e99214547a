/* test_work.c - waiting of requests for workers, large responses, and the memory of all bodies. */
#include "tests/unit/server/http/toy_server.h"

#include "server/base/clock.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

#define END "Host: x\r\nConnection: close\r\n\r\n"

static void setup(void)
{
    toy_init(&toy);
}

static void teardown(void)
{
    atomic_store(&toy.hold, 0);
    if (toy.http)
        toy_stop(&toy);
}

static int open_with(const char *request)
{
    int fd = toy_connect(&toy, 30);

    toy_send(fd, request, strlen(request));
    return fd;
}

static void until(atomic_int *what, int n)
{
    for (int64_t by = clock_monotonic_ms() + 20000; atomic_load(what) < n; usleep(1000))
        ck_assert_msg(clock_monotonic_ms() < by, "%d, not %d, after 20 s", atomic_load(what), n);
}

static struct http_pool_counts counts(void)
{
    struct http_pool_counts c;

    http_pool_counts(toy.http, &c);
    return c;
}

static void until_waiting(unsigned n)
{
    for (int64_t by = clock_monotonic_ms() + 20000; counts().all_waiting < n; usleep(1000))
        ck_assert_int_lt(clock_monotonic_ms(), by);
}

/* Holds both threads that do bulk work, and queues more of it. */
static void hold_bulk(int fd[], int n)
{
    atomic_store(&toy.hold, 1);
    for (int i = 0; i < n; i++)
        fd[i] = open_with("GET /slow HTTP/1.1\r\n" END);
    until(&toy.handled, 2);
}

static void expect_slow(int fd[], int n)
{
    atomic_store(&toy.hold, 0);
    for (int i = 0; i < n; i++) {
        ck_assert(toy_read(fd[i], answer, sizeof(answer), NULL));
        ck_assert_ptr_nonnull(strstr(answer, "slow"));
        close(fd[i]);
    }
}

START_TEST(probes_reads_and_small_work_do_not_wait_for_bulk)
{
    static const char *const asks[] = {"GET /hello HTTP/1.1\r\n" END, "GET /read HTTP/1.1\r\n" END,
                                       "GET /move?lane=1 HTTP/1.1\r\n" END,
                                       "GET /move?lane=2 HTTP/1.1\r\n" END};
    int fd[20];

    toy_start(&toy);
    hold_bulk(fd, 20);
    for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
        ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), asks[i]), 200);
    expect_slow(fd, 20);
}
END_TEST

START_TEST(a_handler_moves_to_a_longer_lane_only)
{
    toy_start(&toy);
    for (int lane = 0; lane < HTTP_LANES; lane++) {
        char ask[96], is[32];

        snprintf(ask, sizeof(ask), "GET /move?lane=%d HTTP/1.1\r\n" END, lane);
        snprintf(is, sizeof(is), "lane %d", lane);
        ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), ask), 200);
        ck_assert_msg(strstr(answer, is), "%s: %s", is, answer);
    }
}
END_TEST

START_TEST(too_many_that_wait_are_refused_and_told_when_to_come_again)
{
    int fd[5];

    toy.config.limits.max_waiting = 3;
    toy_start(&toy);
    hold_bulk(fd, 2);
    for (int i = 2; i < 5; i++)
        fd[i] = open_with("GET /slow HTTP/1.1\r\n" END);
    until_waiting(3);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /slow HTTP/1.1\r\n" END), 503);
    ck_assert_ptr_nonnull(strstr(answer, "Retry-After: "));
    ck_assert_ptr_nonnull(strstr(answer, "max_waiting_requests"));
    expect_slow(fd, 5);
    ck_assert_uint_eq(counts().refused, 1);
}
END_TEST

START_TEST(who_waits_too_long_is_told)
{
    int fd[2];

    toy.config.limits.wait_seconds = 1;
    toy_start(&toy);
    hold_bulk(fd, 2);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /slow HTTP/1.1\r\n" END), 503);
    ck_assert_ptr_nonnull(strstr(answer, "request_wait_seconds"));
    ck_assert_ptr_nonnull(strstr(answer, "Retry-After: "));
    expect_slow(fd, 2);
    ck_assert_int_eq(atomic_load(&toy.handled), 2);
}
END_TEST

START_TEST(work_ends_when_its_time_is_over)
{
    toy.config.limits.work_seconds = 1;
    toy_start(&toy);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /slices HTTP/1.1\r\n" END), 503);
    ck_assert_ptr_nonnull(strstr(answer, "request_work_seconds"));
}
END_TEST

START_TEST(work_ends_when_its_client_has_left)
{
    int fd;

    toy_start(&toy);
    fd = open_with("GET /slices HTTP/1.1\r\n" END);
    until(&toy.handled, 1);
    close(fd);
    until(&toy.given_up, 1);
}
END_TEST

START_TEST(who_left_while_waiting_is_not_served)
{
    int fd[2], left;

    toy_start(&toy);
    hold_bulk(fd, 2);
    left = open_with("GET /slow HTTP/1.1\r\n" END);
    until_waiting(1);
    close(left);
    for (int64_t by = clock_monotonic_ms() + 20000; counts().all_waiting > 0; usleep(1000))
        ck_assert_int_lt(clock_monotonic_ms(), by);
    expect_slow(fd, 2);
    ck_assert_int_eq(atomic_load(&toy.handled), 2);
}
END_TEST

START_TEST(the_end_does_not_wait_for_work_in_slices)
{
    int fd;

    toy_start(&toy);
    fd = open_with("GET /slices HTTP/1.1\r\n" END);
    until(&toy.handled, 1);
    http_stop(toy.http, 200);
    toy.http = NULL;
    ck_assert_int_eq(atomic_load(&toy.given_up), 1);
    close(fd);
}
END_TEST

/* ---- clients that end their sending side and then read ---- */

static int half_closed(const char *request)
{
    int fd = open_with(request);

    shutdown(fd, SHUT_WR);
    return fd;
}

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static const struct {
    const char *ask;
    size_t body; /* bytes that follow */
    const char *expect;
} halves[] = {
    {"GET /hello HTTP/1.1\r\n" END, 0, "hello"},
    {"GET /read HTTP/1.1\r\n" END, 0, "hello"},
    {"GET /move?lane=1 HTTP/1.1\r\n" END, 0, "lane 1"},
    {"GET /move?lane=1 HTTP/1.1\r\nHost: x\r\n\r\n", 0, "lane 1"},
    {"GET /move?lane=1 HTTP/1.0\r\n" END, 0, "lane 1"},
    {"PUT /echo/a HTTP/1.1\r\nContent-Length: 90000\r\n" END, 90000, "len 90000"},
    {"GET /large?bytes=250000 HTTP/1.1\r\n" END, 0, "Content-Length: 250000"},
    {"GET /large?bytes=900000 HTTP/1.1\r\n" END, 0, "Content-Length: 900000"},
    {"GET /big HTTP/1.1\r\n" END, 0, "Content-Length: 900000"},
    {"GET /wait?ms=10 HTTP/1.1\r\n" END, 0, "over 1"},
    {"GET /read HTTP/1.1\r\nHost: x\r\n\r\nGET /move?lane=0 HTTP/1.1\r\n" END, 0, "lane 0"},
};

START_TEST(who_ends_its_side_gets_its_answer)
{
    static char body[90000];
    int fd;

    toy_start(&toy);
    fd = open_with(halves[_i].ask);
    memset(body, 'b', sizeof(body));
    toy_send(fd, body, halves[_i].body);
    shutdown(fd, SHUT_WR);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_msg(strstr(answer, halves[_i].expect), "%s: %.300s", halves[_i].ask, answer);
    ck_assert_ptr_null(strstr(answer, "100 Continue"));
    close(fd);
}
END_TEST

/* A 100 Continue shows whether such a client is still there. */
START_TEST(who_ends_its_side_may_wait_for_long)
{
    double cpu = cpu_seconds();
    int fd;

    toy_start(&toy);
    fd = half_closed("GET /slices HTTP/1.1\r\n" END);
    ck_assert(toy_read(fd, answer, sizeof(answer), "HTTP/1.1 100 Continue\r\n\r\n"));
    atomic_store(&toy.value, 1);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_int_eq(strncmp(answer, "HTTP/1.1 200", 12), 0);
    ck_assert_ptr_nonnull(strstr(answer, "done"));
    ck_assert_double_lt(cpu_seconds() - cpu, 0.5);
    close(fd);
}
END_TEST

START_TEST(who_ends_its_side_may_wait_for_a_worker)
{
    double cpu = cpu_seconds();
    int fd[3];

    toy_start(&toy);
    hold_bulk(fd, 2);
    fd[2] = half_closed("GET /slow HTTP/1.1\r\n" END);
    ck_assert(toy_read(fd[2], answer, sizeof(answer), "HTTP/1.1 100 Continue\r\n\r\n"));
    ck_assert_uint_eq(counts().all_waiting, 1);
    expect_slow(fd, 3);
    ck_assert_double_lt(cpu_seconds() - cpu, 0.5);
}
END_TEST

/* Interim answers came with HTTP/1.1, so that an older client that ends its side counts as gone. */
START_TEST(an_old_client_that_ends_its_side_is_not_probed)
{
    int fd;

    toy_start(&toy);
    fd = half_closed("GET /slices HTTP/1.0\r\n" END);
    until(&toy.given_up, 1);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_ptr_null(strstr(answer, "100 Continue"));
    close(fd);
}
END_TEST

/* ---- large answers ---- */

/* Reads an answer of so many 'a' and compares its length. */
static void expect_large(int fd, size_t bytes)
{
    static char block[1 << 16], as[sizeof(block)];
    char length[64];
    size_t body = 0;
    const char *begin;
    ssize_t n;

    memset(as, 'a', sizeof(as));
    ck_assert(toy_read(fd, answer, 4096, "\r\n\r\n"));
    snprintf(length, sizeof(length), "Content-Length: %zu\r\n", bytes);
    ck_assert_msg(strstr(answer, length), "%s in %.600s", length, answer);
    begin = strstr(answer, "\r\n\r\n") + 4;
    body = strlen(begin);
    ck_assert_uint_eq(strspn(begin, "a"), body);
    while (body < bytes && (n = recv(fd, block, sizeof(block), 0)) > 0) {
        ck_assert_mem_eq(block, as, (size_t)n);
        body += (size_t)n;
    }
    ck_assert_uint_eq(body, bytes);
}

static const struct {
    const char *ask;
    size_t bytes;
    bool in_file;
} large[] = {
    {"GET /large?bytes=1000 HTTP/1.1\r\n" END, 1000, false},
    {"GET /large?bytes=250000 HTTP/1.1\r\n" END, 250000, false},
    {"GET /large?bytes=262144 HTTP/1.1\r\n" END, 262144, true},
    {"GET /large?bytes=3000000 HTTP/1.1\r\n" END, 3000000, true},
    {"GET /large?bytes=262143&block HTTP/1.1\r\n" END, 262143, false},
    {"GET /large?bytes=3000000&block HTTP/1.1\r\n" END, 3000000, true},
};

START_TEST(large_answers_come_whole)
{
    int fd;

    toy_start(&toy);
    fd = open_with(large[_i].ask);
    expect_large(fd, large[_i].bytes);
    close(fd);
    for (int64_t by = clock_monotonic_ms() + 20000; counts().unsent > 0; usleep(1000))
        ck_assert_int_lt(clock_monotonic_ms(), by);
}
END_TEST

/* Responses that clients do not read are in files, up to a limit. */
START_TEST(unread_answers_are_bounded)
{
    static const char ask[] = "GET /large?bytes=8000000 HTTP/1.1\r\n" END;
    int fd[3];

    toy.config.limits.max_unsent_bytes = 20000000;
    toy_start(&toy);
    for (int i = 0; i < 2; i++) {
        fd[i] = open_with(ask);
        ck_assert(toy_read(fd[i], answer, 200, "HTTP/1.1 200"));
    }
    ck_assert_uint_eq(counts().unsent, 16000000);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), ask), 503);
    ck_assert_ptr_nonnull(strstr(answer, "Retry-After: "));
    ck_assert_uint_eq(counts().unsent, 16000000);
    for (int i = 0; i < 2; i++)
        close(fd[i]);
    for (int64_t by = clock_monotonic_ms() + 20000; counts().unsent > 0; usleep(1000))
        ck_assert_int_lt(clock_monotonic_ms(), by);
}
END_TEST

START_TEST(head_of_a_large_answer)
{
    toy_start(&toy);
    ck_assert_int_eq(
        toy_ask(&toy, answer, sizeof(answer), "HEAD /large?bytes=3000000 HTTP/1.1\r\n" END), 200);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Length: 3000000\r\n"));
    ck_assert_str_eq(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}
END_TEST

START_TEST(where_no_file_can_be_made_there_is_an_error)
{
    toy.config.spool_dir = "/nowhere/at/all";
    toy_start(&toy);
    ck_assert_int_eq(
        toy_ask(&toy, answer, sizeof(answer), "GET /large?bytes=3000000 HTTP/1.1\r\n" END), 500);
    ck_assert_int_eq(
        toy_ask(&toy, answer, sizeof(answer), "GET /large?bytes=3000000&block HTTP/1.1\r\n" END),
        500);
    ck_assert_ptr_null(strstr(answer, "nowhere"));
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /large?bytes=9 HTTP/1.1\r\n" END),
                     200);
}
END_TEST

/* ---- bodies ---- */

/* A part of a body that is announced as larger. */
static int send_part(size_t announced, size_t sent)
{
    static char block[100000];
    char head[128];
    int fd = toy_connect(&toy, 30);

    snprintf(head, sizeof(head), "PUT /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n",
             announced);
    toy_send(fd, head, strlen(head));
    memset(block, 'b', sizeof(block));
    toy_send(fd, block, sent);
    return fd;
}

static void until_bodies(size_t n)
{
    for (int64_t by = clock_monotonic_ms() + 20000; counts().bodies != n; usleep(1000))
        ck_assert_msg(clock_monotonic_ms() < by, "%zu bytes, not %zu", counts().bodies, n);
}

START_TEST(bodies_are_bounded_together)
{
    int fd[3];

    toy.config.limits.max_bodies_bytes = 250000;
    toy_start(&toy);
    for (int i = 0; i < 3; i++)
        fd[i] = send_part(100000, i < 2 ? 90000 : 0);
    until_bodies(180000); /* what is only announced takes nothing */
    close(fd[2]);
    fd[2] = send_part(80000, 80000);
    ck_assert(toy_read(fd[2], answer, sizeof(answer), "max_bodies_bytes"));
    ck_assert_ptr_nonnull(strstr(answer, "HTTP/1.1 503"));
    close(fd[2]);
    for (int i = 0; i < 2; i++)
        close(fd[i]);
    until_bodies(0);
    fd[0] = send_part(100000, 100000);
    ck_assert(toy_read(fd[0], answer, sizeof(answer), "len 100000"));
    close(fd[0]);
    until_bodies(0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        probes_reads_and_small_work_do_not_wait_for_bulk,
        a_handler_moves_to_a_longer_lane_only,
        too_many_that_wait_are_refused_and_told_when_to_come_again,
        who_waits_too_long_is_told,
        work_ends_when_its_time_is_over,
        work_ends_when_its_client_has_left,
        who_left_while_waiting_is_not_served,
        the_end_does_not_wait_for_work_in_slices,
        who_ends_its_side_may_wait_for_long,
        who_ends_its_side_may_wait_for_a_worker,
        an_old_client_that_ends_its_side_is_not_probed,
        unread_answers_are_bounded,
        head_of_a_large_answer,
        where_no_file_can_be_made_there_is_an_error,
        bodies_are_bounded_together,
    };
    Suite *s = suite_create("http work");
    TCase *t = tcase_create("work");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(t, tests[i]);
    tcase_add_loop_test(t, large_answers_come_whole, 0, sizeof(large) / sizeof(large[0]));
    tcase_add_loop_test(t, who_ends_its_side_gets_its_answer, 0,
                        sizeof(halves) / sizeof(halves[0]));
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}

/* test_stream.c - event streams: changes are sent, streams end, and are freed if nobody reads. */
#include "server/base/clock.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

static void setup(void)
{
    toy_init(&toy);
}

static void teardown(void)
{
    if (toy.http)
        toy_stop(&toy);
}

#define END  "Host: x\r\nConnection: close\r\n\r\n"
#define HOST "Host: x\r\n"

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

int main(void)
{
    Suite *s = suite_create("http stream");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_stream_tells_and_ends);
    tcase_add_test(t, a_stream_is_freed_when_its_client_leaves);
    tcase_add_test(t, head_of_a_stream_is_only_its_head);
    tcase_add_test(t, a_stream_for_http_1_0);
    suite_add_tcase(s, t);
    return suite_run(s);
}

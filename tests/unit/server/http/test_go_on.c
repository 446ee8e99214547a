/* test_go_on.c - when the work on a request is not needed any more. */
#include "server/http/go_on.h"

#include "server/base/clock.h"
#include "server/http/daemon.h"
#include "server/http/http.h"
#include "tests/unit/suite.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct http http;
static struct http_work work;
static struct http_req request;
static struct err e;
static int client;

/* Two ends of a TCP connection: only that has resets. */
static void connect_pair(int fd[2])
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(a);
    int door = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_eq(bind(door, (struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq(listen(door, 1), 0);
    ck_assert_int_eq(getsockname(door, (struct sockaddr *)&a, &len), 0);
    fd[0] = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fd[0], (struct sockaddr *)&a, sizeof(a)), 0);
    fd[1] = accept(door, NULL, NULL);
    ck_assert_int_ge(fd[1], 0);
    close(door);
}

static void setup(void)
{
    int fd[2];

    connect_pair(fd);
    client = fd[0];
    memset(&http, 0, sizeof(http));
    http.config.limits.work_seconds = 7;
    work =
        (struct http_work){.http = &http, .fd = fd[1], .deadline_ms = clock_monotonic_ms() + 60000};
    request = (struct http_req){.work = &work, .lane = HTTP_WORK};
    e = (struct err){0};
}

static void teardown(void)
{
    if (client >= 0)
        close(client);
    close(work.fd);
}

/* Looks at the client now, without waiting for the time of the next look. */
static enum status look(void)
{
    work.next_look_ms = 0;
    return http_go_on(&request, &e);
}

static void leave(void)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    struct pollfd p = {.fd = work.fd, .events = POLLRDHUP};

    setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    close(client);
    client = -1;
    ck_assert_int_eq(poll(&p, 1, 5000), 1);
}

/* The client ends its input; it may still wait for the response. */
static void end_input(void)
{
    struct pollfd p = {.fd = work.fd, .events = POLLRDHUP};

    shutdown(client, SHUT_WR);
    ck_assert_int_eq(poll(&p, 1, 5000), 1);
}

START_TEST(nothing_ends_a_request_without_work)
{
    request.work = NULL;
    atomic_store(&http.hurry, true);
    ck_assert_int_eq(http_go_on(&request, &e), ST_OK);
}
END_TEST

START_TEST(it_looks_ten_times_a_second)
{
    ck_assert_int_eq(look(), ST_OK);
    ck_assert_int_gt(work.next_look_ms, clock_monotonic_ms());
    ck_assert_int_le(work.next_look_ms, clock_monotonic_ms() + 100);
    atomic_store(&http.hurry, true);
    ck_assert_int_eq(http_go_on(&request, &e), ST_OK); /* not before the next look */
    ck_assert_int_eq(look(), ST_BUSY);
    ck_assert_ptr_nonnull(strstr(e.message, "shutting down"));
}
END_TEST

START_TEST(its_time_ends)
{
    work.deadline_ms = clock_monotonic_ms() - 1;
    ck_assert_int_eq(look(), ST_BUSY);
    ck_assert_ptr_nonnull(strstr(e.message, "within 7 seconds (request_work_seconds)"));
}
END_TEST

START_TEST(a_client_that_has_left_is_noticed)
{
    ck_assert_int_eq(look(), ST_OK);
    leave();
    ck_assert_int_eq(look(), ST_CANCELLED);
    request.lane = HTTP_INLINE; /* its connection is not suspended: nobody may look at it */
    ck_assert_int_eq(look(), ST_OK);
    ck_assert(!go_on_lost(&work, 0));
    ck_assert(go_on_lost(&work, work.next_look_ms));
    ck_assert(!go_on_lost(&work, work.next_look_ms - 1));
}
END_TEST

/* A client that ended its input gets an interim answer after a second, once. */
START_TEST(a_client_that_waits_is_probed)
{
    char got[64] = "";

    end_input();
    ck_assert(!go_on_lost(&work, 1000));
    ck_assert(!go_on_lost(&work, 1999)); /* a short answer needs no probe */
    ck_assert_int_eq(recv(client, got, sizeof(got), MSG_DONTWAIT), -1);
    ck_assert(!go_on_lost(&work, 2099));
    ck_assert(work.probed);
    ck_assert_int_eq(recv(client, got, sizeof(got) - 1, 0), 25);
    ck_assert_str_eq(got, "HTTP/1.1 100 Continue\r\n\r\n");
    ck_assert(!go_on_lost(&work, 5000));
    ck_assert_int_eq(recv(client, got, sizeof(got), MSG_DONTWAIT), -1);
}
END_TEST

/* One that has closed answers the probe with a reset. */
START_TEST(the_probe_tells_who_has_closed)
{
    struct pollfd p = {.fd = work.fd, .events = 0};

    close(client);
    client = -1;
    ck_assert(!go_on_lost(&work, 1000));
    ck_assert(!go_on_lost(&work, 2100));
    ck_assert(work.probed);
    ck_assert_int_eq(poll(&p, 1, 5000), 1);
    ck_assert(go_on_lost(&work, 2300));
}
END_TEST

/* HTTP/1.0 has no interim responses: a client that ends its input has left. */
START_TEST(an_old_client_is_not_probed)
{
    work.old = true;
    end_input();
    ck_assert(!go_on_lost(&work, 1000));
    ck_assert(go_on_lost(&work, 2100));
    ck_assert(!work.probed);
}
END_TEST

START_TEST(large_answers_go_where_the_server_has_them)
{
    ck_assert_ptr_eq(go_on_spool(&work), &http.spool);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("go_on");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, nothing_ends_a_request_without_work);
    tcase_add_test(t, it_looks_ten_times_a_second);
    tcase_add_test(t, its_time_ends);
    tcase_add_test(t, a_client_that_has_left_is_noticed);
    tcase_add_test(t, a_client_that_waits_is_probed);
    tcase_add_test(t, the_probe_tells_who_has_closed);
    tcase_add_test(t, an_old_client_is_not_probed);
    tcase_add_test(t, large_answers_go_where_the_server_has_them);
    suite_add_tcase(s, t);
    return suite_run(s);
}

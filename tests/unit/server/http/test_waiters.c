/* test_waiters.c - connections that wait: woken by their topic, their deadline, their end. */
#include "server/http/waiters.h"

#include "server/base/clock.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <dlfcn.h>
#include <microhttpd.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

static int connections[4], suspended[4], resumed[4];

static void setup(void)
{
    toy_init(&toy);
    memset(resumed, 0, sizeof(resumed));
    memset(suspended, 0, sizeof(suspended));
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
 * deadline, which is later than the end of this test. */
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

/* ---- by hand, with connections that are none ---- */

/* They take the place of libmicrohttpd's functions, and count the calls for connections of the
 * test. */

static bool is_ours(const void *c)
{
    return (const char *)c >= (const char *)connections &&
           (const char *)c < (const char *)(connections + 4);
}

static void hand_on(const char *name, struct MHD_Connection *c)
{
    void (*real)(struct MHD_Connection *);
    void *symbol = dlsym(RTLD_NEXT, name);

    memcpy(&real, &symbol, sizeof(real));
    real(c);
}

void MHD_suspend_connection(struct MHD_Connection *c)
{
    if (is_ours(c))
        suspended[(const int *)(void *)c - connections]++;
    else
        hand_on("MHD_suspend_connection", c);
}

void MHD_resume_connection(struct MHD_Connection *c)
{
    if (is_ours(c))
        resumed[(const int *)(void *)c - connections]++;
    else
        hand_on("MHD_resume_connection", c);
}

static struct waiter waiter_of(int i)
{
    return (struct waiter){.connection = (struct MHD_Connection *)(void *)&connections[i],
                           .fd = -1};
}

START_TEST(a_wait_whose_topic_has_moved_does_not_begin)
{
    struct waiter a = waiter_of(0), b = waiter_of(1);
    struct waiters_moment before, after;
    struct waiters w;
    struct err e;

    ck_assert_int_eq(waiters_init(&w, &e), ST_OK);
    waiters_moment(&before, &w);
    waiters_notify(&w, "job/1"); /* between the look and the wait */
    waiters_moment(&after, &w);
    ck_assert(waiters_suspend(&w, &a, "job/1", 1000, &before));
    ck_assert_int_eq(resumed[0], 1);
    ck_assert(waiters_suspend(&w, &b, "job/1", 1000, &after));
    ck_assert_int_eq(resumed[1], 0);
    waiters_notify(&w, "job/2");
    ck_assert_int_eq(resumed[1], 0);
    waiters_notify(&w, "job/1");
    ck_assert_int_eq(resumed[1], 1);
    ck_assert(!waiters_over(&w, &b));
    ck_assert_int_eq(suspended[0] + suspended[1], 2);
    waiters_release(&w);
}
END_TEST

START_TEST(deadlines_are_kept_and_who_is_forgotten_is_not_woken)
{
    struct waiter a = waiter_of(0), b = waiter_of(1), c = waiter_of(2), late = waiter_of(3);
    struct waiters_moment m;
    struct waiters w;
    struct err e;

    ck_assert_int_eq(waiters_init(&w, &e), ST_OK);
    waiters_moment(&m, &w);
    ck_assert_int_eq(waiters_tick(&w, 0), INT64_MAX);
    ck_assert(waiters_suspend(&w, &a, "x", 500, &m));
    ck_assert(waiters_suspend(&w, &b, "x", 300, &m));
    ck_assert(waiters_suspend(&w, &c, "x", 400, &m));
    ck_assert_int_eq(waiters_tick(&w, 299), 300);
    ck_assert_int_eq(waiters_tick(&w, 300), 400);
    ck_assert_int_eq(resumed[1], 1);
    ck_assert(waiters_over(&w, &b));
    waiters_again(&w, &b);
    ck_assert(!waiters_over(&w, &b));
    waiters_forget(&w, &c);
    waiters_forget(&w, &c);
    waiters_finish(&w);
    ck_assert(resumed[0] == 1 && resumed[2] == 0 && waiters_over(&w, &a));
    ck_assert(!waiters_suspend(&w, &late, "x", 900, &m));
    ck_assert(waiters_over(&w, &late) && suspended[3] == 0);
    waiters_release(&w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http waiters");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_wait_ends_when_its_topic_is_notified);
    tcase_add_test(t, a_wait_ends_at_its_deadline);
    tcase_add_test(t, waits_hold_no_thread);
    tcase_add_test(t, no_wake_up_is_lost);
    tcase_add_test(t, asking_to_wait_for_ever_is_answered);
    tcase_add_test(t, a_client_that_leaves_ends_its_wait);
    tcase_add_test(t, stopping_wakes_those_who_wait);
    tcase_add_test(t, a_wait_whose_topic_has_moved_does_not_begin);
    tcase_add_test(t, deadlines_are_kept_and_who_is_forgotten_is_not_woken);
    suite_add_tcase(s, t);
    return suite_run(s);
}

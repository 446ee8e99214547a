/* test_hold.c - the refusal of a wrong key is delayed, and no other request is. */
#include "server/base/clock.h"
#include "server/http/tries.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

static void setup(void)
{
    toy_init(&toy);
    toy.config.api_key = "right";
    toy.config.trusted_proxies = "127.0.0.1";
    toy_start(&toy);
}

static void teardown(void)
{
    toy_stop(&toy);
}

#define END      "Host: x\r\nConnection: close\r\n\r\n"
#define WRONG    "GET /read HTTP/1.1\r\nX-Api-Key: wrong\r\n"
#define RIGHT    "GET /read HTTP/1.1\r\nX-Api-Key: right\r\n"
#define FROM(ip) "X-Forwarded-For: " ip "\r\n"

static int ask(const char *request)
{
    return toy_ask(&toy, answer, sizeof(answer), request);
}

static int send_to(const char *request)
{
    int fd = toy_connect(&toy, 30);

    toy_send(fd, request, strlen(request));
    return fd;
}

static struct http_key_counts counts(void)
{
    struct http_key_counts c;

    http_key_counts(toy.http, &c);
    return c;
}

static void until_held(unsigned n)
{
    int64_t deadline = clock_monotonic_ms() + 20000;

    while (counts().held != n) {
        ck_assert_msg(clock_monotonic_ms() < deadline, "%u held, not %u", counts().held, n);
        usleep(1000);
    }
}

START_TEST(wrong_keys_one_after_another_take_longer_and_longer)
{
    int64_t start = clock_monotonic_ms();

    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(ask(WRONG END), 401);
        ck_assert_ptr_nonnull(strstr(answer, "unknown-key"));
        ck_assert_ptr_nonnull(strstr(answer, "WWW-Authenticate: Bearer"));
    }
    ck_assert_int_ge(clock_monotonic_ms() - start, 100 + 200 + 400 + 800 + 1600);
    ck_assert_uint_eq(counts().failures[1], 5);
    ck_assert_uint_eq(counts().addresses, 1);
    ck_assert_uint_eq(counts().held, 0);
}
END_TEST

/* Five refusals of wrong keys are delayed by 0.1 to 1.6 s; other requests wait for none of them. */
START_TEST(right_keys_and_other_addresses_are_not_held_up)
{
    int wrong[5];
    int64_t start = clock_monotonic_ms();

    for (int i = 0; i < 5; i++)
        wrong[i] = send_to(WRONG FROM("192.0.2.1") END);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(ask(RIGHT FROM("192.0.2.1") END), 200);
    ck_assert_int_eq(ask(WRONG FROM("192.0.2.2") END), 401);
    ck_assert_int_eq(ask("GET /hello HTTP/1.1\r\n" END), 200);
    ck_assert_uint_ge(counts().held, 1); /* of the five */
    for (int i = 0; i < 5; i++) {
        ck_assert(toy_read(wrong[i], answer, sizeof(answer), NULL));
        ck_assert_ptr_eq(strstr(answer, "HTTP/1.1 401 "), answer);
        close(wrong[i]);
    }
    ck_assert_int_ge(clock_monotonic_ms() - start, 1600);
    ck_assert_uint_eq(counts().addresses, 2);
}
END_TEST

START_TEST(beyond_the_bound_the_answer_is_429_at_once)
{
    int wrong[TRIES_HELD_MAX];
    int64_t start;

    for (int i = 0; i < TRIES_HELD_MAX; i++) {
        wrong[i] = send_to(WRONG END);
        until_held((unsigned)i + 1);
    }
    start = clock_monotonic_ms();
    ck_assert_int_eq(ask("GET /read HTTP/1.1\r\nX-Api-Key: wrong\r\nHost: x\r\n\r\n"), 429);
    ck_assert_int_lt(clock_monotonic_ms() - start, 4000); /* the others wait for 5 s */
    ck_assert_ptr_nonnull(strstr(answer, "Retry-After: 5\r\n"));
    ck_assert_ptr_nonnull(strstr(answer, "too-many-wrong-keys"));
    ck_assert_ptr_nonnull(strstr(answer, "Connection: close"));
    ck_assert_ptr_null(strstr(answer, "wrong\""));
    ck_assert_int_eq(ask(RIGHT END), 200);
    for (int i = 0; i < TRIES_HELD_MAX; i++)
        close(wrong[i]);
}
END_TEST

/* Neither closing nor shutting down a connection ends a delay, or lets another one begin. */
START_TEST(who_leaves_is_held_all_the_same)
{
    int64_t start;
    int fd;

    for (int i = 0; i < 4; i++)
        close(send_to(WRONG END));
    until_held(4);
    start = clock_monotonic_ms();
    fd = send_to(WRONG END);
    ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_ptr_eq(strstr(answer, "HTTP/1.1 401 "), answer);
    ck_assert_int_ge(clock_monotonic_ms() - start, 1600);
    close(fd);
    until_held(0);
}
END_TEST

START_TEST(a_body_is_read_before_the_wait)
{
    static const char put[] = "PUT /length HTTP/1.1\r\nX-Api-Key: wrong\r\nContent-Length: 3\r\n";
    char request[300];
    int64_t start = clock_monotonic_ms();

    (void)snprintf(request, sizeof(request), "%s%sabc", put, END);
    ck_assert_int_eq(ask(request), 401);
    ck_assert_int_eq(ask(request), 401);
    ck_assert_int_ge(clock_monotonic_ms() - start, 300);
}
END_TEST

/* A refusal before the body cannot be delayed, so beyond a short delay it becomes a 429. */
START_TEST(an_answer_in_front_of_the_body_becomes_429)
{
    static const char put[] = "PUT /length HTTP/1.1\r\nHost: x\r\nX-Api-Key: wrong\r\n"
                              "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n";

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(ask(put), 401);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(ask(put), 429);
    ck_assert_ptr_nonnull(strstr(answer, "Retry-After: 5\r\n"));
    ck_assert_uint_eq(counts().failures[1], 7);
}
END_TEST

/* Only guesses count: neither a request without a key, nor one whose key may do less. */
START_TEST(other_refusals_are_not_held_back)
{
    int64_t start = clock_monotonic_ms();

    for (int i = 0; i < 50; i++)
        ck_assert_int_eq(ask("GET /read HTTP/1.1\r\n" END), 401);
    ck_assert_int_lt(clock_monotonic_ms() - start, 50 * TRIES_FIRST_MS);
    ck_assert_uint_eq(counts().failures[0], 50);
    ck_assert_uint_eq(counts().addresses, 0);
}
END_TEST

START_TEST(a_server_that_stops_answers_who_is_held)
{
    int fd[4];

    for (int i = 0; i < 4; i++)
        fd[i] = send_to(WRONG END);
    until_held(4);
    http_drain(toy.http);
    until_held(0);
    for (int i = 0; i < 4; i++) {
        ck_assert(toy_read(fd[i], answer, sizeof(answer), NULL));
        ck_assert_ptr_eq(strstr(answer, "HTTP/1.1 401 "), answer);
        close(fd[i]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hold");
    TCase *t = tcase_create("hold");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, wrong_keys_one_after_another_take_longer_and_longer);
    tcase_add_test(t, right_keys_and_other_addresses_are_not_held_up);
    tcase_add_test(t, beyond_the_bound_the_answer_is_429_at_once);
    tcase_add_test(t, who_leaves_is_held_all_the_same);
    tcase_add_test(t, a_body_is_read_before_the_wait);
    tcase_add_test(t, an_answer_in_front_of_the_body_becomes_429);
    tcase_add_test(t, other_refusals_are_not_held_back);
    tcase_add_test(t, a_server_that_stops_answers_who_is_held);
    suite_add_tcase(s, t);
    return suite_run(s);
}

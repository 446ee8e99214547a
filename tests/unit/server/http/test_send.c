/* test_send.c - headers of answers, and shared bytes again and again on one connection. */
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
    toy_start(&toy);
}

static void teardown(void)
{
    toy_stop(&toy);
}

#define END "Host: x\r\nConnection: close\r\n\r\n"

static const struct {
    const char *line, *header, *id; /* what is asked */
    const char *status, *type, *etag, *body;
} shared[] = {
    {"GET /shared/a", "", "1", "200 OK", "text/plain", "\"a\"", "first\n"},
    {"GET /shared/a", "", "2", "200 OK", "text/plain", "\"a\"", "first\n"},
    {"GET /shared/a", "", "2", "200 OK", "text/plain", "\"a\"", "first\n"},
    {"GET /shared/aa", "", "2", "200 OK", "text/plain", "\"aa\"", "first\n"},
    {"GET /shared/c", "", "2", "200 OK", "text/csv", "\"c\"", "first\n"},
    {"HEAD /shared/a", "", "3", "200 OK", "text/plain", "\"a\"", ""},
    {"GET /shared/a", "If-None-Match: \"a\"\r\n", "4", "304 Not Modified", "", "\"a\"", ""},
    {"GET /shared/a", "If-None-Match: \"b\"\r\n", "5", "200 OK", "text/plain", "\"a\"", "first\n"},
    {"GET /shared/c", "", "6", "200 OK", "text/csv", "\"c\"", "first\n"},
    {"GET /shared/aa", "", "7", "200 OK", "text/plain", "\"aa\"", "first\n"},
    {"GET /shared/b", "", "8", "200 OK", "text/plain", "\"b\"", "other\n"},
    {"GET /hello", "", "9", "200 OK", "text/plain", "", "hello\n"},
    {"GET /shared/b", "", "10", "200 OK", "text/plain", "\"b\"", "other\n"},
    {"GET /shared/b", "Connection: close\r\n", "11", "200 OK", "text/plain", "\"b\"", "other\n"},
};

static void expect_header(const char *name, const char *value)
{
    char line[128];

    snprintf(line, sizeof(line), "\r\n%s: %s%s", name, value, *value ? "\r\n" : "");
    ck_assert_int_eq(toy_count(answer, line), *value ? 1 : 0);
}

START_TEST(shared_bytes_keep_their_headers)
{
    int fd = toy_connect(&toy, 5);
    char request[256];

    for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
        snprintf(request, sizeof(request),
                 "%s HTTP/1.1\r\nHost: x\r\n%sX-Request-Id: id-%s\r\n\r\n", shared[i].line,
                 shared[i].header, shared[i].id);
        toy_send(fd, request, strlen(request));
        ck_assert(
            toy_read(fd, answer, sizeof(answer), *shared[i].body ? shared[i].body : "\r\n\r\n"));
        snprintf(request, sizeof(request), "HTTP/1.1 %s\r\n", shared[i].status);
        ck_assert_ptr_eq(strstr(answer, request), answer);
        snprintf(request, sizeof(request), "id-%s", shared[i].id);
        ck_assert_int_eq(toy_count(answer, "X-Request-Id: "), 1);
        expect_header("X-Request-Id", request);
        if (strstr(shared[i].line, "shared")) {
            expect_header("Content-Type", shared[i].type);
            expect_header("ETag", shared[i].etag);
        }
    }
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    close(fd);
    for (int i = 0; i < 500 && atomic_load(&toy.shared) > 0; i++)
        usleep(10000);
    ck_assert_int_eq(atomic_load(&toy.shared), 0);
}
END_TEST

START_TEST(a_large_answer_arrives_whole)
{
    toy_ask(&toy, answer, sizeof(answer), "GET /big HTTP/1.1\r\n" END);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Length: 900000"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http send");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, shared_bytes_keep_their_headers);
    tcase_add_test(t, a_large_answer_arrives_whole);
    suite_add_tcase(s, t);
    return suite_run(s);
}

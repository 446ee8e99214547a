/* test_intake.c - a request as its bytes come: in parts, too many of them, counted. */
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
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

#define END   "Host: x\r\nConnection: close\r\n\r\n"
#define HOST  "Host: x\r\n"
#define CLOSE "Connection: close\r\n"

/* The text behind the header, parsed; NULL when it is no JSON. */
static cJSON *body_of(const char *text)
{
    const char *body = strstr(text, "\r\n\r\n");

    return body ? cJSON_Parse(body + 4) : NULL;
}

static void check_problem(const char *request, int status)
{
    cJSON *o = body_of(answer);

    ck_assert_msg(o != NULL, "%.60s: no JSON: %s", request, answer);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Type: application/problem+json\r\n"));
    ck_assert_ptr_nonnull(strstr(answer, "Cache-Control: no-store\r\n"));
    ck_assert_int_eq(cJSON_GetObjectItem(o, "status")->valueint, status);
    ck_assert_int_eq(strncmp(cJSON_GetObjectItem(o, "type")->valuestring, "/problems/", 10), 0);
    ck_assert_int_gt((int)strlen(cJSON_GetObjectItem(o, "detail")->valuestring), 8);
    cJSON_Delete(o);
}

/* Sends n bytes in chunks, or as they are with a Content-Length. */
static int put_body(size_t n, bool chunked)
{
    static char data[65536];
    char line[160];
    int fd = toy_connect(&toy, 10);

    snprintf(line, sizeof(line), "PUT /echo/x HTTP/1.1\r\nHost: x\r\n");
    toy_send(fd, line, strlen(line));
    if (chunked)
        snprintf(line, sizeof(line), "Transfer-Encoding: chunked\r\n" CLOSE "\r\n");
    else
        snprintf(line, sizeof(line), "Content-Length: %zu\r\n" CLOSE "\r\n", n);
    toy_send(fd, line, strlen(line));
    memset(data, 'x', sizeof(data));
    for (size_t sent = 0; sent < n;) {
        size_t part = n - sent < sizeof(data) ? n - sent : sizeof(data);

        snprintf(line, sizeof(line), "%zx\r\n", part);
        if (chunked)
            toy_send(fd, line, strlen(line));
        toy_send(fd, data, part);
        if (chunked)
            toy_send(fd, "\r\n", 2);
        sent += part;
    }
    if (chunked)
        toy_send(fd, "0\r\n\r\n", 5);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    close(fd);
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

START_TEST(bodies_have_a_limit)
{
    static const size_t sizes[] = {100001, 500000, 1000000, 1300000, 4000000, 20000000};

    for (int chunked = 0; chunked < 2; chunked++) {
        ck_assert_int_eq(put_body(100000, chunked), 200);
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            /* The client sends everything before it reads, and gets the answer all the same. */
            ck_assert_msg(put_body(sizes[i], chunked) == 413, "%zu: %.200s", sizes[i], answer);
            ck_assert_ptr_nonnull(strstr(answer, "max_body_bytes"));
            check_problem("body", 413);
        }
    }
    ck_assert_int_eq(atomic_load(&toy.handled), 2);
}
END_TEST

START_TEST(continue_is_said_only_to_those_who_may)
{
    static const char ask[] =
        "PUT /echo/x HTTP/1.1\r\n" HOST CLOSE "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    int fd = toy_connect(&toy, 10);

    toy_send(fd, ask, strlen(ask));
    ck_assert(toy_read(fd, answer, sizeof(answer), "100 Continue\r\n\r\n"));
    toy_send(fd, "abc", 3);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_ptr_nonnull(strstr(answer, "body abc"));
    close(fd);
}
END_TEST

START_TEST(requests_can_be_pipelined)
{
    static const char ask[] = "GET /hello HTTP/1.1\r\n" HOST "\r\n"
                              "PUT /echo/x HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
                              "GET /nothing HTTP/1.1\r\n" HOST "\r\n"
                              "GET /hello HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}"
                              "HEAD /hello HTTP/1.1\r\n" HOST "\r\n"
                              "GET /hello HTTP/1.1\r\n" HOST "If-None-Match: *\r\n\r\n"
                              "GET /hello HTTP/1.1\r\n" END;
    static const char *const order[] = {"200", "200", "404", "400", "200", "304", "200"};
    const char *p = answer;

    toy_ask(&toy, answer, sizeof(answer), ask);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 "), 7);
    for (int i = 0; i < 7; i++) {
        p = strstr(p, "HTTP/1.1 ") + 9;
        ck_assert_msg(strncmp(p, order[i], 3) == 0, "answer %d: %.3s", i, p);
    }
}
END_TEST

START_TEST(byte_by_byte)
{
    static const char ask[] = "PUT /echo/x?a=%41 HTTP/1.1\r\n" HOST CLOSE
                              "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    int fd = toy_connect(&toy, 10);

    for (size_t i = 0; i + 1 < sizeof(ask); i++)
        toy_send(fd, ask + i, 1);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    ck_assert_ptr_nonnull(strstr(answer, "query a=A\nheader -\nbody abc"));
    close(fd);
}
END_TEST

START_TEST(requests_are_counted_by_route)
{
    struct http_stats_row r;

    toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END);
    toy_ask(&toy, answer, sizeof(answer), "HEAD /hello HTTP/1.1\r\n" END);
    toy_ask(&toy, answer, sizeof(answer), "GET /hello?c=1 HTTP/1.1\r\n" END);
    toy_ask(&toy, answer, sizeof(answer), "GET /nothing HTTP/1.1\r\n" END);
    http_drain(toy.http); /* also: no race with the last request's end */
    ck_assert(http_stats(toy.http, 0, &r));
    ck_assert_str_eq(r.pattern, "/hello");
    ck_assert(!http_stats(toy.http, toy.config.num_routes + 1, &r));
    for (;;) {
        ck_assert(http_stats(toy.http, toy.config.num_routes, &r));
        if (r.count[4] == 1)
            break;
        usleep(1000);
    }
    ck_assert(http_stats(toy.http, 0, &r));
    ck_assert_uint_eq(r.count[2], 2);
    ck_assert_uint_eq(r.count[4], 1);
    ck_assert_uint_eq(r.bucket[11], 3);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http intake");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, bodies_have_a_limit);
    tcase_add_test(t, continue_is_said_only_to_those_who_may);
    tcase_add_test(t, requests_can_be_pipelined);
    tcase_add_test(t, byte_by_byte);
    tcase_add_test(t, requests_are_counted_by_route);
    suite_add_tcase(s, t);
    return suite_run(s);
}

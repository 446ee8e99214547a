/* test_errorpage.c - requests that libmicrohttpd refuses by itself get a problem document. */
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <string.h>

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

START_TEST(a_long_target_is_refused)
{
    for (size_t n = 10000; n < 1000000; n *= 10) {
        struct buf b;
        int status;

        buf_init(&b, n + 200);
        buf_puts(&b, "GET /");
        for (size_t i = 0; i < n; i++)
            buf_puts(&b, "a");
        buf_puts(&b, " HTTP/1.1\r\n" END);
        status = toy_ask(&toy, answer, sizeof(answer), b.data);
        ck_assert_msg(status == 414 || status == 431, "%d", status);
        check_problem("long target", status);
        buf_release(&b);
    }
}
END_TEST

START_TEST(many_small_headers_are_refused)
{
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_puts(&b, "GET /hello HTTP/1.1\r\n");
    for (int i = 0; i < 5000; i++)
        buf_printf(&b, "h%d:\r\n", i);
    buf_puts(&b, END);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), b.data), 431);
    check_problem("many headers", 431);
    buf_release(&b);
}
END_TEST

/* Few bytes, whose parsed form is more than the memory that a connection has. */
START_TEST(a_header_that_grows_is_refused)
{
    struct buf b;

    buf_init(&b, 1 << 16);
    buf_puts(&b, "GET /hello HTTP/1.1\r\n");
    for (int i = 0; i < 1500; i++)
        buf_puts(&b, "a:\r\n");
    buf_puts(&b, END);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), b.data), 431);
    ck_assert_ptr_nonnull(strstr(answer, "(max_header_bytes)"));
    check_problem("a header that grows", 431);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 "), 1);
    ck_assert_int_eq(atomic_load(&toy.handled), 0);
    buf_release(&b);
}
END_TEST

/* Requests before a fault are answered; the line that replaces the fault is not. */
START_TEST(a_fault_behind_a_request_has_one_page)
{
    toy_ask(&toy, answer, sizeof(answer),
            "GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nbad line\r\n\r\n");
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 "), 2);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 200 "), 1);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 400 "), 1);
    ck_assert_ptr_nonnull(strstr(answer, "blank"));
    ck_assert_ptr_null(strstr(answer, "<html"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http errorpage");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_long_target_is_refused);
    tcase_add_test(t, many_small_headers_are_refused);
    tcase_add_test(t, a_header_that_grows_is_refused);
    tcase_add_test(t, a_fault_behind_a_request_has_one_page);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_response.c - responses that own their parts. */
#include "server/http/http.h"
#include "server/http/problem.h"
#include "server/http/response.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int released;

static void count_release(void *ctx)
{
    released += *(int *)ctx;
}

START_TEST(a_response_owns_what_it_is_given)
{
    struct http_res *rs = http_res_new(NULL);
    const char *type, *data;
    size_t len;
    int one = 1;
    struct buf b;

    released = 0;
    http_res_shared(rs, 201, "text/csv", "abc", 3, count_release, &one);
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 201);
    ck_assert_str_eq(type, "text/csv");
    ck_assert_uint_eq(len, 3);
    http_res_copy(rs, 0, "text/plain", "xy", 2); /* replaces the body, keeps the status */
    ck_assert_int_eq(released, 1);
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 201);
    ck_assert_mem_eq(data, "xy", 2);
    buf_init(&b, 4);
    buf_puts(&b, "abcd");
    http_res_buf(rs, 200, "text/csv", &b);
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 200);
    ck_assert_mem_eq(data, "abcd", 4);
    buf_puts(&b, "abcde");
    http_res_buf(rs, 200, "text/csv", &b);
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 413);
    ck_assert_str_eq(type, PROBLEM_MEDIA_TYPE);
    http_res_free(rs);
    http_res_free(NULL);
}
END_TEST

START_TEST(headers_replace_and_refuse)
{
    struct http_res *rs = http_res_new(NULL);
    char name[16];

    http_res_header(rs, "Location", "/a");
    http_res_header(rs, "location", "/b");
    ck_assert_str_eq(http_res_get_header(rs, "LOCATION"), "/b");
    http_res_header(rs, "X-Bad", "a\r\nSet-Cookie: b");
    ck_assert_ptr_null(http_res_get_header(rs, "X-Bad"));
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof(name), "X-%d", i);
        http_res_header(rs, name, "1");
    }
    ck_assert_ptr_nonnull(http_res_get_header(rs, "X-0"));
    ck_assert_ptr_null(http_res_get_header(rs, "X-39"));
    http_res_free(rs);
}
END_TEST

START_TEST(a_store_that_is_away_is_for_later)
{
    struct http_res *rs = http_res_new(NULL);
    const char *type, *data;
    struct err e = {0};
    size_t len;

    err_set(&e, ST_UNAVAILABLE, "cannot use the database");
    http_res_err(rs, &e);
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 503);
    ck_assert_str_eq(type, PROBLEM_MEDIA_TYPE);
    ck_assert_ptr_nonnull(strstr(data, "/problems/storage-unavailable"));
    ck_assert_ptr_nonnull(strstr(data, "cannot use the database"));
    ck_assert_int_ge(atoi(http_res_get_header(rs, "Retry-After")), 1);
    http_res_free(rs);
}
END_TEST

START_TEST(an_error_replaces_all)
{
    const struct http_req rq = {.path = "/v1/x", .request_id = "r-1"};
    struct http_res *rs = http_res_new(&rq);
    const char *type, *data;
    struct err e = {0};
    size_t len;

    http_res_copy(rs, 201, "text/plain", "x", 1);
    http_res_header(rs, "Location", "/a");
    http_res_etag(rs, "abc");
    err_set(&e, ST_BUSY, "the queue is full (max_queue is 2)");
    http_res_err(rs, &e);
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 503);
    ck_assert_str_eq(type, PROBLEM_MEDIA_TYPE);
    ck_assert_ptr_nonnull(strstr(data, "max_queue is 2"));
    ck_assert_ptr_nonnull(strstr(data, "\"instance\":\"/v1/x\""));
    ck_assert_ptr_nonnull(strstr(data, "\"request_id\":\"r-1\""));
    ck_assert_int_ge(atoi(http_res_get_header(rs, "Retry-After")), 1);
    ck_assert_str_eq(http_res_get_header(rs, "Cache-Control"), "no-store");
    ck_assert_ptr_null(http_res_get_header(rs, "Location"));
    ck_assert_ptr_null(http_res_get_header(rs, "ETag"));
    http_res_free(rs);
}
END_TEST

START_TEST(a_fault_of_ours_keeps_its_message_to_the_log)
{
    static const enum status faults[] = {ST_IO, ST_INTERNAL, ST_NOMEM, ST_OK};

    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct http_res *rs = http_res_new(NULL);
        const char *type, *data;
        struct err e = {0};
        size_t len;

        err_set(&e, faults[i], "disk /secret/path is gone");
        http_res_err(rs, &e);
        ck_assert_int_eq(http_res_get(rs, &type, &data, &len), faults[i] == ST_NOMEM ? 503 : 500);
        ck_assert_ptr_null(strstr(data, "secret"));
        http_res_free(rs);
    }
}
END_TEST

START_TEST(etag_and_if_none_match)
{
    const struct http_pair h[] = {{"If-None-Match", "\"zzz\""}, {"if-none-match", "W/\"abc\""}};
    const struct http_fields f = {h, 2};
    struct http_req rq = {.method = HTTP_GET, .fields = &f};
    struct http_res *rs = http_res_new(&rq);
    const char *type, *data;
    size_t len;

    http_res_etag(rs, "abc"); /* before the body: the order must not matter */
    http_res_copy(rs, 200, "text/plain", "x", 1);
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 304);
    ck_assert_uint_eq(len, 0);
    ck_assert_str_eq(http_res_get_header(rs, "ETag"), "\"abc\"");
    http_res_status(rs, 404);
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 404);
    http_res_free(rs);

    rq.method = HTTP_PUT; /* there it is a precondition, which is the handler's matter */
    rs = http_res_new(&rq);
    http_res_copy(rs, 200, "text/plain", "x", 1);
    http_res_etag(rs, "abc");
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 200);
    http_res_free(rs);
}
END_TEST

START_TEST(waits_and_streams_without_a_connection)
{
    struct http_res *rs = http_res_new(NULL);
    const char *type, *data;
    size_t len;
    int one = 1;

    released = 0;
    http_res_wait(rs, "job/1", 5);
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 0);
    http_res_stream(rs, "job/1", &(struct http_stream){.ctx = &one, .free_ctx = count_release});
    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 200);
    ck_assert_str_eq(type, "text/event-stream");
    ck_assert_str_eq(http_res_get_header(rs, "X-Accel-Buffering"), "no");
    http_res_free(rs);
    ck_assert_int_eq(released, 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http responses");
    TCase *t = tcase_create("responses");

    tcase_add_test(t, a_response_owns_what_it_is_given);
    tcase_add_test(t, headers_replace_and_refuse);
    tcase_add_test(t, a_store_that_is_away_is_for_later);
    tcase_add_test(t, an_error_replaces_all);
    tcase_add_test(t, a_fault_of_ours_keeps_its_message_to_the_log);
    tcase_add_test(t, etag_and_if_none_match);
    tcase_add_test(t, waits_and_streams_without_a_connection);
    suite_add_tcase(s, t);
    return suite_run(s);
}

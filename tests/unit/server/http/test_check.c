/* test_check.c - checks that need only the header of a request, by the response to the client. */
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <stdio.h>
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

#define END  "Host: x\r\nConnection: close\r\n\r\n"
#define HOST "Host: x\r\n"

static const struct {
    const char *request;
    int status;
    const char *has; /* somewhere in the answer */
} rows[] = {
    {"GET /hello HTTP/1.1\r\n" END, 200, "\r\n\r\nhello\n"},
    {"GET /hello HTTP/1.0\r\n\r\n", 200, "\r\n\r\nhello\n"},
    {"GET http://x/hello HTTP/1.1\r\n" END, 200, "hello\n"},
    {"GET /hello?a=1&b= HTTP/1.1\r\n" END, 200, "hello\n"},
    {"\r\nGET /hello HTTP/1.1\r\n" END, 200, "hello\n"},
    {"GET /hello HTTP/1.1\r\nIf-None-Match: \"v1\"\r\n" END, 304, "ETag: \"v1\""},
    {"GET /hello HTTP/1.1\r\nIf-None-Match: \"v0\", W/\"v1\"\r\n" END, 304, "Content-Length: 6"},
    {"GET /hello HTTP/1.1\r\nIf-None-Match: *\r\n" END, 304, "ETag"},
    {"GET /hello HTTP/1.1\r\nIf-None-Match: \"v0\"\r\n" END, 200, "hello\n"},
    {"HEAD /hello HTTP/1.1\r\n" END, 200, "Content-Length: 6"},
    {"HEAD /nothing HTTP/1.1\r\n" END, 404, "application/problem+json"},
    {"OPTIONS /hello HTTP/1.1\r\n" END, 204, "Allow: GET, HEAD, OPTIONS"},
    {"OPTIONS /echo/x HTTP/1.1\r\n" END, 204, "Allow: GET, HEAD, PUT, OPTIONS"},
    {"OPTIONS * HTTP/1.1\r\n" END, 204, "Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS"},
    {"OPTIONS /nothing HTTP/1.1\r\n" END, 404, "not-found"},
    {"DELETE /hello HTTP/1.1\r\n" END, 405, "Allow: GET, HEAD, OPTIONS"},
    {"BREW /hello HTTP/1.1\r\n" END, 405, "method-not-allowed"},
    {"get /hello HTTP/1.1\r\n" END, 405, "method-not-allowed"},
    {"GET /hello/ HTTP/1.1\r\n" END, 404, "not-found"},
    {"GET //hello HTTP/1.1\r\n" END, 404, "not-found"},
    {"GET /x/../hello HTTP/1.1\r\n" END, 404, "not-found"},
    {"GET /%68ello HTTP/1.1\r\n" END, 200, "hello\n"},
    {"GET /hello?c=1 HTTP/1.1\r\n" END, 400, "\"parameter\":\"c\""},
    {"GET /hello?c=1 HTTP/1.1\r\n" END, 400, "are: a, b"},
    {"GET /hello?a=1&a=2 HTTP/1.1\r\n" END, 400, "twice"},
    {"GET /hello?a=%ff HTTP/1.1\r\n" END, 400, "UTF-8"},
    {"GET /hello%zz HTTP/1.1\r\n" END, 400, "malformed-request"},
    {"GET /hello%00 HTTP/1.1\r\n" END, 400, "NUL"},
    {"GET /echo/%0a HTTP/1.1\r\n" END, 400, "control"},
    {"GET /hel lo HTTP/1.1\r\n" END, 400, "blank"},
    {"GET hello HTTP/1.1\r\n" END, 400, "begin with '/'"},
    {"GET /echo/a%2Fb%20c?a=1+2 HTTP/1.1\r\nX-Thing: v\r\n" END, 200,
     "path /echo/a/b c\nname a/b c\ntype \nlen 0\nquery a=1 2\nheader v\nbody "},
    {"PUT /echo/x HTTP/1.1\r\nContent-Type: Text/CSV; charset=utf-8\r\nContent-Length: 3\r\n" END
     "abc",
     200, "type text/csv\nlen 3\nheader -\nbody abc"},
    {"PUT /echo/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END
     "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
     200, "len 5\nheader -\nbody abcde"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Length: 0\r\n" END, 200, "len 0"},
    {"PUT /echo/x HTTP/1.1\r\n" END, 200, "len 0"},
    {"GET /error/a%22b HTTP/1.1\r\n" END, 409, "'a\\\"b' is in use"},
    {"GET /hello HTTP/1.1\r\nContent-Length: 0\r\n" END, 200, "hello\n"},
    {"GET /hello HTTP/1.1\r\nContent-Length: 2\r\n" END "{}", 400, "takes no body"},
    {"GET /hello HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "2\r\n{}\r\n0\r\n\r\n", 400,
     "takes no body"},
    {"GET /hello HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "0\r\n\r\n", 200, "hello\n"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Encoding: br\r\nContent-Length: 3\r\n" END "abc", 415,
     "gzip"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Encoding: identity\r\nContent-Length: 3\r\n" END "abc", 200,
     "body abc"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Length: 100001\r\n" END, 413, "max_body_bytes"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Length: 99999999999\r\n" END, 413, "max_body_bytes"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Length: 9999999999999999999999\r\n" END, 413, "too-large"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Length: 100001\r\nExpect: 100-continue\r\n" HOST "\r\n", 413,
     "max_body_bytes"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Length: -1\r\n" END, 400, "malformed-request"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Length: 1x\r\n" END "1", 400, "malformed-request"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n" END "abc", 400,
     "not both"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" HOST
     "\r\n0\r\n\r\nGET /hello HTTP/1.1\r\n" END,
     400, "not both"},
    {"PUT /echo/x HTTP/1.1\r\nTransfer-Encoding: gzip\r\n" HOST "\r\nabc", 501, "gzip"},
    {"PUT /echo/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "zz\r\nabc", 400,
     "malformed-request"},
    {"PUT /echo/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "fffffffffffffffff\r\nabc", 413,
     "too-large"},
    {"GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "Host"},
    {"GET /hello HTTP/1.1\r\nHost: a\r\n" END, 400, "Host"},
    {"GET /hello\r\n\r\n", 400, "malformed-request"},
    {"GET /hello FOO\r\n" END, 400, "malformed-request"},
    {"GET /hello HTTP/2.0\r\n" END, 505, "http-version-not-supported"},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http-version-not-supported"},
    {"GET /hello HTTP/1.1\r\nno colon\r\n" END, 400, "malformed-request"},
    {"garbage\r\n\r\n", 400, "malformed-request"},
    {"GET /hello HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n", 421, "Host is 'evil'"},
    {"GET http://evil/hello HTTP/1.1\r\n" END, 421, "request target is 'evil'"},
    {"PUT /echo/x HTTP/1.1\r\nOrigin: http://evil\r\n" END, 403, "foreign-origin"},
    {"GET /hello HTTP/1.1\r\nOrigin: http://evil\r\n" END, 200, "hello\n"},
    {"PUT /echo/x HTTP/1.1\r\nOrigin: http://x\r\nOrigin: http://x\r\n" END, 400, "more than once"},
    {"PUT /echo/x HTTP/1.1\r\nIf-Match: \"a\"\r\n" END, 400, "no condition on this path"},
    {"PUT /echo/x HTTP/1.1\r\nContent-Type: text/csv; charset=ebcdic\r\n" END, 415, "ebcdic"},
};

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

START_TEST(answers)
{
    const char *request = rows[_i].request;
    int status = toy_ask(&toy, answer, sizeof(answer), request);
    bool head = strncmp(request, "HEAD", 4) == 0;

    ck_assert_msg(status == rows[_i].status, "%.80s: %d, expected %d: %.600s", request, status,
                  rows[_i].status, answer);
    ck_assert_msg(strstr(answer, rows[_i].has), "%.80s: no %s in %.600s", request, rows[_i].has,
                  answer);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 "), 1);
    ck_assert_int_eq(toy_count(answer, "X-Request-Id: "), 1);
    ck_assert_int_eq(toy_count(answer, "X-Content-Type-Options: nosniff"), 1);
    ck_assert_int_eq(toy_count(answer, "Cross-Origin-Resource-Policy: same-origin"), 1);
    ck_assert_int_eq(toy_count(answer, "Date: "), 1);
    ck_assert_ptr_null(strstr(answer, "<html"));
    if (status >= 400 && !head)
        check_problem(request, status);
    if (head || status == 304 || status == 204)
        ck_assert_str_eq(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}
END_TEST

START_TEST(request_ids_come_back)
{
    static const char *const ids[][2] = {
        {"abc-1.2_Z", "X-Request-Id: abc-1.2_Z\r\n"},
        {"a b", NULL},
        {"<script>", NULL},
        {"", NULL},
    };
    char request[256];

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        snprintf(request, sizeof(request), "GET /%s HTTP/1.1\r\nX-Request-Id: %s\r\n" END,
                 i % 2 ? "hello" : "nothing", ids[i][0]);
        toy_ask(&toy, answer, sizeof(answer), request);
        if (ids[i][1])
            ck_assert_ptr_nonnull(strstr(answer, ids[i][1]));
        else
            ck_assert_ptr_null(strstr(answer, ids[i][0][0] ? ids[i][0] : "X-Request-Id: \r"));
    }
}
END_TEST

static void ask_with_header(size_t n)
{
    struct buf b;

    buf_init(&b, n + 200);
    buf_puts(&b, "GET /hello HTTP/1.1\r\nX-Pad: ");
    while (n-- > 0)
        buf_puts(&b, "x");
    buf_puts(&b, "\r\n" END);
    toy_ask(&toy, answer, sizeof(answer), b.data);
    buf_release(&b);
}

START_TEST(headers_have_a_limit)
{
    ask_with_header(7000);
    ck_assert_ptr_nonnull(strstr(answer, "HTTP/1.1 200 "));
    for (size_t n = 9000; n < 3000000; n *= 3) {
        ask_with_header(n);
        ck_assert_msg(strstr(answer, "HTTP/1.1 431 "), "%zu: %.300s", n, answer);
        ck_assert_ptr_nonnull(strstr(answer, "max_header_bytes"));
        check_problem("large header", 431);
    }
}
END_TEST

START_TEST(keys_are_asked_for)
{
    static const struct {
        const char *request;
        int status;
    } keyed[] = {
        {"GET /hello HTTP/1.1\r\n" END, 200}, /* open */
        {"GET /echo/x HTTP/1.1\r\n" END, 401},
        {"GET /echo/x HTTP/1.1\r\nX-API-Key: wrong\r\n" END, 401},
        {"GET /echo/x HTTP/1.1\r\nAuthorization: Basic full\r\n" END, 401},
        {"GET /echo/x HTTP/1.1\r\nX-API-Key: look\r\n" END, 200},
        {"GET /echo/x HTTP/1.1\r\nAuthorization: Bearer full\r\n" END, 200},
        {"PUT /echo/x HTTP/1.1\r\nX-API-Key: look\r\nContent-Length: 1\r\n" END "a", 403},
        {"PUT /echo/x HTTP/1.1\r\nX-API-Key: full\r\nContent-Length: 1\r\n" END "a", 200},
        {"PUT /echo/x HTTP/1.1\r\nContent-Length: 1\r\n" END "a", 401},
        {"POST /m/forecast HTTP/1.1\r\nX-API-Key: look\r\nContent-Length: 1\r\n" END "a", 200},
        {"GET /nothing HTTP/1.1\r\n" END, 404},
        {"DELETE /echo/x HTTP/1.1\r\n" END, 405},
    };

    toy_stop(&toy);
    toy.config.api_key = "full";
    toy.config.read_key = "look";
    toy_start(&toy);
    for (size_t i = 0; i < sizeof(keyed) / sizeof(keyed[0]); i++) {
        int status = toy_ask(&toy, answer, sizeof(answer), keyed[i].request);

        ck_assert_msg(status == keyed[i].status, "%s: %d", keyed[i].request, status);
        ck_assert_int_eq(toy_count(answer, "WWW-Authenticate: Bearer"),
                         status == 401 || status == 403);
        ck_assert_int_eq(toy_count(answer, "error=\"invalid_token\""),
                         strstr(keyed[i].request, "wrong") != NULL);
        ck_assert_int_eq(toy_count(answer, "error=\"insufficient_scope\", scope=\"train\""),
                         status == 403);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http check");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, answers, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, request_ids_come_back);
    tcase_add_test(t, headers_have_a_limit);
    tcase_add_test(t, keys_are_asked_for);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_server.c - a real server and real sockets: what a client gets for what it sends. */
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

/* ---- one request, one answer ---- */

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
    {"PUT /echo/x HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n" END "abc", 415,
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

/* ---- shared bytes, again and again on one connection ---- */

static const struct {
    const char *line, *header, *id; /* what is asked */
    const char *status, *type, *etag, *body;
} shared[] = {
    {"GET /shared/a", "", "1", "200 OK", "text/plain", "\"a\"", "first\n"},
    {"GET /shared/a", "", "2", "200 OK", "text/plain", "\"a\"", "first\n"},
    {"GET /shared/a", "", "2", "200 OK", "text/plain", "\"a\"", "first\n"},
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

/* ---- sizes ---- */

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

/* ---- connections ---- */

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

START_TEST(a_large_answer_arrives_whole)
{
    toy_ask(&toy, answer, sizeof(answer), "GET /big HTTP/1.1\r\n" END);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Length: 900000"));
}
END_TEST

START_TEST(clients_that_go_away)
{
    static const char *const parts[] = {
        "",
        "G",
        "GET /hello HTTP/1.1\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\n",
        "PUT /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
        "PUT /echo/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
        "GET /big HTTP/1.1\r\nHost: x\r\n\r\n"};

    for (int i = 0; i < 70; i++) {
        const char *part = parts[i % 7];
        int fd = toy_connect(&toy, 10);
        const struct linger reset = {.l_onoff = 1, .l_linger = 0};

        toy_send(fd, part, strlen(part));
        if (i % 2)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        close(fd);
    }
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
}
END_TEST

/* ---- libcurl, as our clients are ---- */

static size_t collect(char *data, size_t size, size_t n, void *ctx)
{
    buf_add(ctx, data, size * n);
    return size * n;
}

START_TEST(curl_reuses_its_connection)
{
    CURL *c = curl_easy_init();
    char url[128];
    long connects = 0, status = 0;
    int total = 0;
    struct buf b;

    ck_assert_ptr_nonnull(c);
    buf_init(&b, 1 << 16);
    for (int i = 0; i < 20; i++) {
        snprintf(url, sizeof(url), "%s/%s", http_url(toy.http), i % 3 ? "hello" : "nothing");
        curl_easy_setopt(c, CURLOPT_URL, url);
        curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
        curl_easy_setopt(c, CURLOPT_WRITEDATA, &b);
        ck_assert_int_eq(curl_easy_perform(c), CURLE_OK);
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
        ck_assert_int_eq(status, i % 3 ? 200 : 404);
        curl_easy_getinfo(c, CURLINFO_NUM_CONNECTS, &connects);
        total += (int)connects;
    }
    ck_assert_int_eq(total, 1);
    ck_assert_uint_eq(http_connections(toy.http), 1);
    curl_easy_cleanup(c);
    buf_release(&b);
}
END_TEST

/* ---- counters ---- */

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

/* ---- garbage ---- */

START_TEST(garbage_never_hurts)
{
    static const char *const bricks[] = {"GET ",
                                         "PUT ",
                                         "/",
                                         "/hello",
                                         "/echo/x",
                                         "?a=1",
                                         " HTTP/1.1",
                                         "\r\n",
                                         "\r\n\r\n",
                                         "Host: x",
                                         ":",
                                         "%",
                                         "%00",
                                         "\xff",
                                         "Content-Length: ",
                                         "5",
                                         "-1",
                                         "chunked",
                                         "Transfer-Encoding: ",
                                         "\n",
                                         "\t",
                                         "Expect: 100-continue",
                                         "999999999999",
                                         "&",
                                         "="};
    unsigned seed = 12345;
    char request[512];

    for (int i = 0; i < 1000; i++) {
        int fd = toy_connect(&toy, 5);
        size_t n = 0;

        for (int k = 0; k < 24; k++) {
            const char *brick;

            seed = seed * 1664525U + 1013904223U;
            brick = bricks[(seed >> 16) % (sizeof(bricks) / sizeof(bricks[0]))];
            n += (size_t)snprintf(request + n, sizeof(request) - n, "%s", brick);
            if ((seed >> 8) % 7 == 0 && n + 1 < sizeof(request))
                request[n++] = (char)(seed >> 20);
        }
        toy_send(fd, request, n);
        shutdown(fd, SHUT_WR);
        (void)toy_read(fd, answer, sizeof(answer), NULL);
        ck_assert_msg(!strstr(answer, "<html"), "HTML for %s", request);
        ck_assert_ptr_null(strstr(answer, "HTTP/1.1 500"));
        close(fd);
    }
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        request_ids_come_back,
        shared_bytes_keep_their_headers,
        headers_have_a_limit,
        a_long_target_is_refused,
        many_small_headers_are_refused,
        bodies_have_a_limit,
        continue_is_said_only_to_those_who_may,
        requests_can_be_pipelined,
        byte_by_byte,
        a_large_answer_arrives_whole,
        clients_that_go_away,
        curl_reuses_its_connection,
        requests_are_counted_by_route,
        garbage_never_hurts,
    };
    Suite *s = suite_create("http server");
    TCase *t = tcase_create("answers");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, answers, 0, sizeof(rows) / sizeof(rows[0]));
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return suite_run(s);
}

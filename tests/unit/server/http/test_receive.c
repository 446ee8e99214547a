/* test_receive.c - a real server and raw sockets: a request whose framing breaks RFC 9112 gets 400,
 * runs no handler and ends the connection; trailing blanks are allowed. */
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

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
    toy.config.api_key = "secret";
    toy_start(&toy);
}

static void teardown(void)
{
    toy_stop(&toy);
}

#define KEY      "Authorization: Bearer secret\r\n"
#define HOST     "Host: x\r\n"
#define HELLO    "GET /hello HTTP/1.1\r\n" HOST KEY
#define PUT      "PUT /echo/x HTTP/1.1\r\n" HOST KEY
#define CHUNKED  "Transfer-Encoding: chunked\r\n"
#define BYTES(s) s, sizeof(s) - 1

/* Sends n bytes, `step` at a time, and reads to the end. Returns the first status. */
static int ask_bytes(const char *bytes, size_t n, size_t step)
{
    int fd = toy_connect(&toy, 10);

    for (size_t i = 0; i < n; i += step)
        toy_send(fd, bytes + i, n - i < step ? n - i : step);
    ck_assert_msg(toy_read(fd, answer, sizeof(answer), NULL), "the connection stays open: %.300s",
                  answer);
    close(fd);
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

struct row {
    const char *bytes;
    size_t n;
    int status;
    const char *has; /* somewhere in the answer */
};

static const struct row rows[] = {
    /* Each would be answered 200 without the one thing that is wrong with it. */
    {BYTES(PUT "Content-Length : 3\r\n\r\nabc"), 400, "followed by a blank"},
    {BYTES(PUT "Content-Length\t: 3\r\n\r\nabc"), 400, "followed by a blank"},
    {BYTES(PUT "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"), 400, "followed by a blank"},
    {BYTES(HELLO "X-Thing: a\r\n b\r\n\r\n"), 400, "folded"},
    {BYTES(HELLO "X-Thing: a\r\n\tb\r\n\r\n"), 400, "folded"},
    {BYTES(HELLO "X-Thing:\r\n \r\n\r\n"), 400, "folded"},
    {BYTES(HELLO "X-Thing: a\0b\r\n\r\n"), 400, "NUL"},
    {BYTES(HELLO "X-Th\0ing: a\r\n\r\n"), 400, "NUL"},
    {BYTES(HELLO "X-Thing: a\rb\r\n\r\n"), 400, "CR"},
    {BYTES(HELLO "X-Thing: a\rContent-Length: 5\r\n\r\n"), 400, "CR"},
    {BYTES(HELLO "X-Thing: a\nContent-Length: 5\r\n\r\n"), 400, "bare LF"},
    {BYTES(HELLO "X-Thing: a\x01\r\n\r\n"), 400, "0x01"},
    {BYTES(HELLO "Bad Name: a\r\n\r\n"), 400, "blank"},
    {BYTES(HELLO ": a\r\n\r\n"), 400, "no name"},
    {BYTES("GET /hello HTTP/1.1\r\n" HOST "Authorization: Bearer secret\0junk\r\n\r\n"), 400,
     "NUL"},
    {BYTES("GET /hello HTTP/1.1\r\n" HOST "X-API-Key: secret\0\r\n\r\n"), 400, "NUL"},
    {BYTES("GET /hello\0zzz HTTP/1.1\r\n" HOST KEY "\r\n"), 400, "NUL"},
    {BYTES("PUT /echo/f\0zzz HTTP/1.1\r\n" HOST KEY "Content-Length: 0\r\n\r\n"), 400, "NUL"},
    {BYTES("GET /hello?a=1\0 HTTP/1.1\r\n" HOST KEY "\r\n"), 400, "NUL"},
    {BYTES("GET\0 /hello HTTP/1.1\r\n" HOST KEY "\r\n"), 400, "not HTTP"},
    {BYTES("GET /hello HTTP/1.1\0\r\n" HOST KEY "\r\n"), 400, "NUL"},
    {BYTES("GET /hello\rx HTTP/1.1\r\n" HOST KEY "\r\n"), 400, "request line"},
    {BYTES("GET /hello HTTP/1.1\r\r\n" HOST KEY "\r\n"), 400, "CR"},
    {BYTES("GET\t/hello\tHTTP/1.1\r\n" HOST KEY "\r\n"), 400, "not HTTP"},
    {BYTES("GET  /hello HTTP/1.1\r\n" HOST KEY "\r\n"), 400, "two blanks"},
    {BYTES("GET /hello HTTP/1.1 \r\n" HOST KEY "\r\n"), 400, "two blanks"},
    {BYTES("GET /hello HTTP/1.1\n" HOST KEY "\r\n"), 400, "bare LF"},
    {BYTES("GET /hello HTTP/1.1\nHost: x\n\n"), 400, "bare LF"},
    {BYTES(HELLO "\n"), 400, "bare LF"},
    {BYTES("GET /hello HTTP/1.1\r\n" KEY "\r\n"), 400, "Host"},
    {BYTES(PUT "Content-Length: +3\r\n\r\nabc"), 400, "'+3'"},
    {BYTES(PUT "Content-Length: 0x3\r\n\r\nabc"), 400, "'0x3'"},
    {BYTES(PUT "Content-Length: 3 0\r\n\r\nabc"), 400, "'3 0'"},
    {BYTES(PUT "Content-Length: 3, 3\r\n\r\nabc"), 400, "'3, 3'"},
    {BYTES(PUT "Content-Length:\r\n\r\n"), 400, "''"},
    {BYTES(PUT "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400, "not both"},
    {BYTES(PUT "Content-Length: 3\r\n" CHUNKED "\r\n0\r\n\r\n"), 400, "not both"},
    {BYTES(PUT CHUNKED CHUNKED "\r\n0\r\n\r\n"), 400, "not both"},
    {BYTES(PUT "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"), 400, "in doubt"},
    {BYTES(PUT "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"), 400, "in doubt"},
    {BYTES(PUT "Transfer-Encoding: chunked;\r\n\r\n0\r\n\r\n"), 400, "in doubt"},
    {BYTES(PUT "Transfer-Encoding: \x0b"
               "chunked\r\n\r\n0\r\n\r\n"),
     400, "0x0b"},
    {BYTES("PUT /echo/x HTTP/1.0\r\n" KEY CHUNKED "\r\n0\r\n\r\n"), 400, "HTTP/1.0"},
    {BYTES(PUT "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501, "gzip"},
    {BYTES(PUT "Transfer-Encoding: identity\r\n\r\n"), 501, "identity"},
    {BYTES(PUT CHUNKED "\r\n3\nabc\r\n0\r\n\r\n"), 400, "bare LF"},
    {BYTES(PUT CHUNKED "\r\n3\r\nabc\n0\r\n\r\n"), 400, "CR LF"},
    {BYTES(PUT CHUNKED "\r\n3;a\nb\r\nabc\r\n0\r\n\r\n"), 400, "bare LF"},
    {BYTES(PUT CHUNKED "\r\n+3\r\nabc\r\n0\r\n\r\n"), 400, "hexadecimal"},
    {BYTES(PUT CHUNKED "\r\n 3\r\nabc\r\n0\r\n\r\n"), 400, "hexadecimal"},
    {BYTES(PUT CHUNKED "\r\n3 \r\nabc\r\n0\r\n\r\n"), 400, "blank"},
    {BYTES(PUT CHUNKED "\r\n0x3\r\nabc\r\n0\r\n\r\n"), 400, "0x78"},
    {BYTES(PUT CHUNKED "\r\n2\r\nabc\r\n0\r\n\r\n"), 400, "size is wrong"},
    {BYTES(PUT CHUNKED "\r\n3\r\nabc\r\n0\r\nX : 1\r\n\r\n"), 400, "followed by a blank"},
    {BYTES(PUT CHUNKED "\r\n3\r\nabc\r\n0\r\nX: 1\r\n 2\r\n\r\n"), 400, "folded"},
    {BYTES("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"), 400, "not HTTP"},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void check_refused(const struct row *q, const char *how)
{
    ck_assert_msg(strstr(answer, q->has), "row %d, %s: no '%s' in %.600s", (int)(q - rows), how,
                  q->has, answer);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 "), 1);
    ck_assert_int_eq(toy_count(answer, "X-Request-Id: "), 1);
    ck_assert_int_eq(toy_count(answer, "Connection: close\r\n"), 1);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Type: application/problem+json\r\n"));
}

/* Sends the bytes of a row, `step` at a time, and checks the status. */
static void ask_row(const struct row *q, size_t step)
{
    int status = ask_bytes(q->bytes, q->n, step);

    ck_assert_msg(status == q->status, "row %d, step %zu: %d: %.500s", (int)(q - rows), step,
                  status, answer);
}

START_TEST(faults_are_refused)
{
    for (const struct row *q = rows; q < rows + ROWS; q++) {
        ask_row(q, q->n);
        check_refused(q, "whole");
        ask_row(q, 1);
        check_refused(q, "byte by byte");
        ck_assert_msg(atomic_load(&toy.handled) == 0, "row %d is handled", (int)(q - rows));
    }
}
END_TEST

static void check_behind_others(const struct row *q)
{
    static const char before[] = HELLO "\r\n" PUT "Content-Length: 3\r\n\r\nabc";
    size_t n = sizeof(before) - 1;
    char bytes[1024], code[16];
    int number = (int)(q - rows);

    ck_assert_uint_le(n + q->n, sizeof(bytes));
    memcpy(bytes, before, n);
    memcpy(bytes + n, q->bytes, q->n);
    ck_assert_int_eq(ask_bytes(bytes, n + q->n, n + q->n), 200);
    ck_assert_msg(toy_count(answer, "HTTP/1.1 ") == 3, "row %d: %.900s", number, answer);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 200 "), 2);
    snprintf(code, sizeof(code), "HTTP/1.1 %d ", q->status);
    ck_assert_msg(toy_count(answer, code) == 1, "row %d: %.900s", number, answer);
    ck_assert_msg(strstr(answer, q->has), "row %d: no '%s' in %.900s", number, q->has, answer);
    ck_assert_int_eq(atomic_exchange(&toy.handled, 0), 2);
}

/* Requests before the faulty one on the same connection are answered, in order. */
START_TEST(requests_before_a_fault_are_answered)
{
    for (const struct row *q = rows; q < rows + ROWS; q++)
        check_behind_others(q);
}
END_TEST

/* A request that closes the connection is its last one: bytes after it are ignored. */
START_TEST(nothing_is_answered_behind_the_last_request)
{
    static const char bytes[] = HELLO "Connection: close\r\n\r\nGET /hello\0 HTTP/1.1\r\n\r\n";

    ck_assert_int_eq(ask_bytes(BYTES(bytes), sizeof(bytes)), 200);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 "), 1);
}
END_TEST

#define LAST "Connection: close\r\n"

static const struct row accepted[] = {
    {BYTES(PUT LAST "Content-Length: 3 \r\n\r\nabc"), 200, "len 3\nheader -\nbody abc"},
    {BYTES(PUT LAST "Content-Length: \t 3\t \t\r\n\r\nabc"), 200, "len 3\nheader -\nbody abc"},
    {BYTES(PUT LAST "Transfer-Encoding: chunked \r\n\r\n3\r\nabc\r\n0\r\n\r\n"), 200, "body abc"},
    {BYTES(PUT "Connection: close \t\r\nContent-Length:3\r\n\r\nabc"), 200, "body abc"},
    {BYTES(PUT LAST "X-Thing:   a  b\t \r\nContent-Length: 0  \r\n\r\n"), 200, "header a  b\n"},
    {BYTES(PUT LAST "X-Thing: \xc3\xa9 \t\xff\r\nContent-Length: 0\r\n\r\n"), 200,
     "\xc3\xa9 \t\xff"},
    {BYTES("GET /hello HTTP/1.1\r\nHost: x \r\n" LAST "Authorization: Bearer secret \r\n\r\n"), 200,
     "hello"},
    {BYTES("GET /hello HTTP/1.1\r\n" HOST LAST "X-API-Key: secret\t\r\n\r\n"), 200, "hello"},
    {BYTES(PUT LAST "Content-Type: text/csv \r\nContent-Length: 3\r\n\r\nabc"), 200,
     "type text/csv\n"},
    {BYTES("\r\n" HELLO LAST "\r\n"), 200, "hello"},
    {BYTES(PUT LAST CHUNKED "\r\n3 ;a=\"b\"\r\nabc\r\n0\r\nX-Sum: 1 \r\n\r\n"), 200, "body abc"},
    {BYTES(PUT LAST CHUNKED "\r\n0000000000000003\r\nabc\r\n00\r\n\r\n"), 200, "body abc"},
    {BYTES("GET /hello HTTP/1.0\r\n" KEY "\r\n"), 200, "hello"},
};

static void check_accepted(const struct row *q)
{
    for (size_t i = 0; i < 6; i++) {
        size_t step = i < 5 ? i + 1 : q->n;
        int status = ask_bytes(q->bytes, q->n, step);

        ck_assert_msg(status == q->status, "step %zu: %d: %.500s", step, status, answer);
        ck_assert_msg(strstr(answer, q->has), "no '%s' in %.600s", q->has, answer);
    }
}

START_TEST(well_formed_requests_are_answered)
{
    for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
        check_accepted(&accepted[i]);
}
END_TEST

/* A request with n times c in its middle. */
static int ask_filled(const char *before, char c, size_t n, const char *after)
{
    struct buf b;
    int status;

    buf_init(&b, n + 1024);
    buf_puts(&b, before);
    for (size_t i = 0; i < n; i++)
        buf_add(&b, &c, 1);
    buf_puts(&b, after);
    status = ask_bytes(b.data, b.len, b.len);
    buf_release(&b);
    return status;
}

START_TEST(endless_lines_are_refused)
{
    ck_assert_int_eq(ask_filled(PUT CHUNKED "\r\n", '0', 100000, "3\r\nabc\r\n0\r\n\r\n"), 400);
    ck_assert_ptr_nonnull(strstr(answer, "16 digits"));
    ck_assert_int_eq(ask_filled(PUT CHUNKED "\r\n3;", 'a', 100000, "\r\nabc\r\n0\r\n\r\n"), 400);
    ck_assert_int_eq(ask_filled(PUT CHUNKED "\r\n3\r\nabc\r\n0\r\nX:", 'a', 100000, "\r\n\r\n"),
                     431);
    ck_assert_int_eq(ask_filled(PUT CHUNKED "\r\n", 'f', 100000, "\r\n"), 413);
    ck_assert_int_eq(ask_filled(PUT "Content-Length: ", '9', 5000, "\r\n\r\n"), 413);
    ck_assert_int_eq(ask_filled(PUT "Content-Length: 0", ' ', 200, "\r\n" LAST "\r\n"), 200);
    ck_assert_int_eq(ask_filled(PUT "Content-Length: 0", ' ', 2000, "\r\n" LAST "\r\n"), 400);
    ck_assert_int_eq(ask_filled("GET /", 'a', 100000, " HTTP/1.1\r\n" HOST "\r\n"), 414);
    ck_assert_int_eq(ask_filled("", '\0', 100000, "\r\n\r\n"), 400);
}
END_TEST

/* The faulty one is counted, as a request without a route. */
START_TEST(faults_are_counted)
{
    struct http_stats_row r;

    ck_assert_int_eq(ask_bytes(BYTES(HELLO "X: \0\r\n\r\n"), 4096), 400);
    ck_assert_int_eq(ask_bytes(BYTES(HELLO "\r\n" HELLO "X: \0\r\n\r\n"), 4096), 200);
    for (int i = 0;; i++) {
        ck_assert(http_stats(toy.http, toy.config.num_routes, &r));
        if (r.count[4] == 2)
            break;
        ck_assert_int_lt(i, 5000);
        usleep(1000);
    }
}
END_TEST

/* Many requests on one connection, in parts that cut them anywhere, large bodies between. */
START_TEST(long_streams_keep_their_framing)
{
    static char body[30000];
    struct buf b;
    int n = 40;

    memset(body, 'z', sizeof(body));
    buf_init(&b, 4 << 20);
    for (int i = 0; i < n; i++) {
        bool last = i == n - 1;

        if (i % 2) {
            buf_printf(&b, PUT "%sContent-Length: %d  \r\n\r\n", last ? LAST : "", 100 * i);
            buf_add(&b, body, (size_t)(100 * i));
        } else {
            buf_printf(&b, PUT CHUNKED "\r\n%x;ext\r\n", 700 * i + 1);
            buf_add(&b, body, (size_t)(700 * i + 1));
            buf_puts(&b, "\r\n0\r\nX-T: 1\r\n\r\n");
        }
    }
    ck_assert_int_eq(ask_bytes(b.data, b.len, 1447), 200);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 200 "), n);
    ck_assert_int_eq(ask_bytes(b.data, b.len, b.len), 200);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 200 "), n);
    buf_release(&b);
}
END_TEST

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
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), HELLO LAST "\r\n"), 200);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http framing");
    TCase *t = tcase_create("framing");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, faults_are_refused);
    tcase_add_test(t, requests_before_a_fault_are_answered);
    tcase_add_test(t, well_formed_requests_are_answered);
    tcase_add_test(t, nothing_is_answered_behind_the_last_request);
    tcase_add_test(t, endless_lines_are_refused);
    tcase_add_test(t, faults_are_counted);
    tcase_add_test(t, long_streams_keep_their_framing);
    tcase_add_test(t, garbage_never_hurts);
    suite_add_tcase(s, t);
    return suite_run(s);
}

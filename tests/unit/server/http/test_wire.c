/* test_wire.c - the output and the faults of the check of framing, for input as a whole, byte by
 * byte, and cut in two at every place. */
#include "server/http/problem.h"
#include "server/http/wire.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HEADER = 400, ROOM = 4096 };

#define HOST      "Host: x\r\n"
#define GET(more) "GET /a HTTP/1.1\r\n" HOST more "\r\n"
#define PUT(more) "PUT /a HTTP/1.1\r\n" HOST more "\r\n"
#define CHUNKED   "Transfer-Encoding:chunked\r\n"
#define BYTES(s)  s, sizeof(s) - 1

struct row {
    const char *in;
    size_t n;
    const char *out; /* of what is well-formed; NULL: a fault */
    int kind;        /* of the fault */
};

/* The normal form has no blanks around values. */
#define NORMAL(method, more) method " /a HTTP/1.1\r\nHost:x\r\n" more "\r\n"

static const struct row passes[] = {
    {BYTES(GET("")), NORMAL("GET", ""), 0},
    {BYTES("\r\n" GET("")), NORMAL("GET", ""), 0},
    {BYTES(GET("") "\r\n" GET("")), NORMAL("GET", "") NORMAL("GET", ""), 0},
    {BYTES("GET /a HTTP/1.0\r\n\r\n"), "GET /a HTTP/1.0\r\n\r\n", 0},
    {BYTES("GET http://x/a?b=%20 HTTP/1.1\r\n" HOST "\r\n"),
     "GET http://x/a?b=%20 HTTP/1.1\r\nHost:x\r\n\r\n", 0},
    {BYTES("GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n"), "GET /\xc3\xa9 HTTP/1.1\r\nHost:x\r\n\r\n",
     0},
    {BYTES(PUT("Content-Length: 3\r\n") "abc"), NORMAL("PUT", "Content-Length:3\r\n") "abc", 0},
    {BYTES(PUT("Content-Length:3 \r\n") "abc"), NORMAL("PUT", "Content-Length:3\r\n") "abc", 0},
    {BYTES(PUT("Content-Length: \t 3\t \r\n") "abc" GET("")),
     NORMAL("PUT", "Content-Length:3\r\n") "abc" NORMAL("GET", ""), 0},
    {BYTES(PUT("content-LENGTH: 003\r\n") "\r\n\n" GET("")),
     NORMAL("PUT", "content-LENGTH:003\r\n") "\r\n\n" NORMAL("GET", ""), 0},
    {BYTES(PUT("Content-Length: 0\r\n") GET("")),
     NORMAL("PUT", "Content-Length:0\r\n") NORMAL("GET", ""), 0},
    {BYTES(GET("Accept: a,  b \t; q=1   \r\nX: \r\n")),
     NORMAL("GET", "Accept:a,  b \t; q=1\r\nX:\r\n"), 0},
    {BYTES(GET("X-Name: \xff\xfe :;\"\r\n")), NORMAL("GET", "X-Name:\xff\xfe :;\"\r\n"), 0},
    {BYTES(PUT(CHUNKED) "3\r\nabc\r\n0\r\n\r\n" GET("")),
     NORMAL("PUT", CHUNKED) "3\r\nabc\r\n0\r\n\r\n" NORMAL("GET", ""), 0},
    {BYTES(PUT("Transfer-Encoding: Chunked  \r\n") "0000000000000003\r\n\r\na\r\n000\r\n\r\n"),
     NORMAL("PUT", "Transfer-Encoding:Chunked\r\n") "0000000000000003\r\n\r\na\r\n000\r\n\r\n", 0},
    {BYTES(PUT(CHUNKED) "1;a=\"b;\xc3\"\r\nx\r\n2 ;c\r\nyz\r\n0;d\r\n\r\n"),
     NORMAL("PUT", CHUNKED) "1\r\nx\r\n2\r\nyz\r\n0\r\n\r\n", 0},
    {BYTES(PUT(CHUNKED) "0\r\nX-Sum: 1 \r\nContent-Length: 7\r\n\r\n" GET("")),
     NORMAL("PUT", CHUNKED) "0\r\n\r\n" NORMAL("GET", ""), 0},
    {BYTES("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), "OPTIONS * HTTP/1.1\r\nHost:x\r\n\r\n", 0},
};

#define BAD(s) BYTES(s), NULL, ST_MALFORMED

static const struct row faults[] = {
    /* the request line */
    {BAD("GET /a\r\n\r\n")},
    {BAD("GET  /a HTTP/1.1\r\n" HOST "\r\n")},
    {BAD("GET /a  HTTP/1.1\r\n" HOST "\r\n")},
    {BAD("GET /a b HTTP/1.1\r\n" HOST "\r\n")},
    {BAD("GET /a HTTP/1.1 \r\n" HOST "\r\n")},
    {BAD("GET\t/a\tHTTP/1.1\r\n" HOST "\r\n")},
    {BAD("GET /a\tb HTTP/1.1\r\n" HOST "\r\n")},
    {BAD("GET /a\0b HTTP/1.1\r\n" HOST "\r\n")},
    {BAD("GET /a\x7f HTTP/1.1\r\n" HOST "\r\n")},
    {BAD("GET /a HTTP/1.1\0\r\n" HOST "\r\n")},
    {BAD("GET /a HTTP/1.1\r\r\n" HOST "\r\n")},
    {BAD("GET /a HTTP/1.1\n" HOST "\r\n")},
    {BAD("GET /a HTTP/11\r\n" HOST "\r\n")},
    {BAD("GET /a http/1.1\r\n" HOST "\r\n")},
    {BAD("GET /a HTTP/1.10\r\n" HOST "\r\n")},
    {BAD("GE\0T /a HTTP/1.1\r\n" HOST "\r\n")},
    {BAD("G(T /a HTTP/1.1\r\n" HOST "\r\n")},
    {BAD(" GET /a HTTP/1.1\r\n" HOST "\r\n")},
    {BAD("\r\n\r\n" GET(""))},
    {BAD("\n" GET(""))},
    {BAD("\rGET /a HTTP/1.1\r\n" HOST "\r\n")},
    {BAD("\x16\x03\x01\x02\0\x01\0\x01\xfc")},
    /* header lines */
    {BAD(PUT("Content-Length : 3\r\n") "abc")},
    {BAD(PUT("Content-Length\t: 3\r\n") "abc")},
    {BAD(PUT("Content Length: 3\r\n") "abc")},
    {BAD(PUT("Content-Length\0: 3\r\n") "abc")},
    {BAD(PUT("Content-Length\x0b: 3\r\n") "abc")},
    {BAD(GET("Bad[name]: 3\r\n"))},
    {BAD(GET(": nameless\r\n"))},
    {BAD(GET("no colon\r\n"))},
    {BAD(GET("X: a\r\n b\r\n"))},
    {BAD(GET("X: a\r\n\tb\r\n"))},
    {BAD(GET("X:\r\n \r\n"))},
    {BAD("GET /a HTTP/1.1\r\n " HOST "\r\n")},
    {BAD(GET("X: a\0b\r\n"))},
    {BAD(GET("X: \0\r\n"))},
    {BAD(GET("X: a\rb\r\n"))},
    {BAD(GET("X: a\r\r\n"))},
    {BAD(GET("X: a\nY: b\r\n"))},
    {BAD(GET("X: a \n"))},
    {BAD(GET("X: a\x01\r\n"))},
    {BAD(GET("X: a\x7f\r\n"))},
    {BAD("GET /a HTTP/1.1\r\nHost: x\r\n\n")},
    {BAD("GET /a HTTP/1.1\nHost: x\n\n")},
    {BAD("GET /a HTTP/1.1\r\nHost: x\r\n\rX")},
    {BAD("GET /a HTTP/1.1\r\n\r\n")},
    {BAD("GET /a HTTP/1.1\r\n" HOST HOST "\r\n")},
    {BAD("GET /a HTTP/1.0\r\n" HOST HOST "\r\n")},
    /* what frames the body */
    {BAD(PUT("Content-Length: \r\n"))},
    {BAD(PUT("Content-Length: +3\r\n") "abc")},
    {BAD(PUT("Content-Length: -3\r\n") "abc")},
    {BAD(PUT("Content-Length: 0x3\r\n") "abc")},
    {BAD(PUT("Content-Length: 3 0\r\n") "abc")},
    {BAD(PUT("Content-Length: 3,3\r\n") "abc")},
    {BAD(PUT("Content-Length: 3.0\r\n") "abc")},
    {BAD(PUT("Content-Length: 3;\r\n") "abc")},
    {BAD(PUT("Content-Length: 3\r\nContent-Length: 3\r\n") "abc")},
    {BAD(PUT("Content-Length: 3\r\n" CHUNKED) "3\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED "Content-Length: 3\r\n") "3\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED CHUNKED) "0\r\n\r\n")},
    {BAD("PUT /a HTTP/1.0\r\n" HOST CHUNKED "\r\n0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding: \r\n"))},
    {BAD(PUT("Transfer-Encoding: chunked, chunked\r\n") "0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding: chunked, gzip\r\n") "0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding: chunked,\r\n") "0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding: ,chunked\r\n") "0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding: \"chunked\"\r\n") "0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding: chunked;q=1\r\n") "0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding: chunked foo\r\n") "0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding: \x0b"
             "chunked\r\n") "0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding : chunked\r\n") "0\r\n\r\n")},
    {BAD(PUT("Transfer-Encoding:\r\n chunked\r\n") "0\r\n\r\n")},
    /* chunks */
    {BAD(PUT(CHUNKED) "\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) " 3\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3 \r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "+3\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "-3\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "0x3\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3\rabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3\0\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3;a\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3;a\0\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3;a\rb\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3\r\nabc\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3\r\nabcd\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "3\r\nabc\r0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "00000000000000003\r\nabc\r\n0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "0\r\nX : 1\r\n\r\n")},
    {BAD(PUT(CHUNKED) "0\r\nX: 1\r\n 2\r\n\r\n")},
    {BAD(PUT(CHUNKED) "0\r\nX: \0\r\n\r\n")},
    {BAD(PUT(CHUNKED) "0\r\nX: 1\n\r\n")},
    {BAD(PUT(CHUNKED) "0\r\n\n")},
    /* other kinds */
    {BYTES("GET /a HTTP/2.0\r\n" HOST "\r\n"), NULL, PROBLEM_VERSION},
    {BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), NULL, PROBLEM_VERSION},
    {BYTES("GET /a HTTP/0.9\r\n\r\n"), NULL, PROBLEM_VERSION},
    {BYTES(PUT("Transfer-Encoding: gzip\r\n")), NULL, PROBLEM_NOT_IMPLEMENTED},
    {BYTES(PUT("Transfer-Encoding: gzip, chunked\r\n")), NULL, PROBLEM_NOT_IMPLEMENTED},
    {BYTES(PUT("Transfer-Encoding: xchunked\r\n")), NULL, PROBLEM_NOT_IMPLEMENTED},
    {BYTES(PUT("Content-Length: 18446744073709551616\r\n")), NULL, ST_TOO_LARGE},
    {BYTES(PUT(CHUNKED) "fffffffffffffffff\r\n"), NULL, ST_TOO_LARGE},
};

/* ---- the tests ---- */

static struct wire w;
static char out[ROOM];
static size_t out_len;

static void begin(void)
{
    wire_init(&w, MAX_HEADER);
    out_len = 0;
}

/* In memory of its own, so that a read or a write too far is seen. */
static void pass(const char *in, size_t n)
{
    size_t held = w.held_len, began = 0, k;
    char *exact = malloc(held + n + 1);

    ck_assert_ptr_nonnull(exact);
    memcpy(exact + held, in, n);
    k = wire_pass(&w, exact, exact + held, n, &began);
    ck_assert_uint_le(k, held + n);
    ck_assert_uint_le(began, k);
    ck_assert_uint_le(out_len + k, sizeof(out));
    memcpy(out + out_len, exact, k);
    out_len += k;
    free(exact);
}

static void check_pass(const struct row *q, const char *how)
{
    ck_assert_msg(!w.fault, "%s, %s: %s", q->in, how, w.detail);
    ck_assert_msg(out_len == strlen(q->out) && memcmp(out, q->out, out_len) == 0,
                  "%s, %s: %.*s, expected %s", q->in, how, (int)out_len, out, q->out);
}

static void check_fault(const struct row *q, const char *how)
{
    ck_assert_msg(wire_broken(&w), "row %d, %s: %s: no fault", (int)(q - faults), how, q->in);
    ck_assert_msg(w.fault == q->kind, "%s, %s: kind %d, expected %d", q->in, how, w.fault, q->kind);
    ck_assert_int_gt((int)strlen(w.detail), 10);
}

static void all_ways(const struct row *q, void (*check)(const struct row *, const char *))
{
    begin();
    pass(q->in, q->n);
    check(q, "whole");
    begin();
    for (size_t i = 0; i < q->n; i++)
        pass(q->in + i, 1);
    check(q, "byte by byte");
    for (size_t cut = 1; cut < q->n; cut++) {
        begin();
        pass(q->in, cut);
        pass(q->in + cut, q->n - cut);
        check(q, "cut in two");
    }
}

START_TEST(well_formed_requests_pass)
{
    all_ways(&passes[_i], check_pass);
}
END_TEST

START_TEST(faults_are_found)
{
    all_ways(&faults[_i], check_fault);
}
END_TEST

/* Complete requests before a fault come out, and `began` is where the faulty one begins. */
START_TEST(faults_leave_complete_requests)
{
    static const char good[] = GET(""), normal[] = NORMAL("GET", "");
    const struct row *q = &faults[_i];
    char *in = malloc(sizeof(good) + q->n);
    size_t began = SIZE_MAX, n = sizeof(good) - 1;

    ck_assert_ptr_nonnull(in);
    memcpy(in, good, n);
    memcpy(in + n, q->in, q->n);
    begin();
    (void)wire_pass(&w, in, in, n + q->n, &began);
    check_fault(q, "behind another");
    ck_assert_uint_eq(began, sizeof(normal) - 1);
    ck_assert_int_eq(memcmp(in, normal, began), 0);
    ck_assert_uint_le(began + WIRE_POISON, n + q->n);
    free(in);
}
END_TEST

/* Fills a request with n bytes of c between two texts. */
static void pass_filled(const char *before, char c, size_t n, const char *after)
{
    begin();
    pass(before, strlen(before));
    for (size_t i = 0; i < n; i++)
        pass(&c, 1);
    pass(after, strlen(after));
}

START_TEST(sizes_have_limits)
{
    pass_filled("GET /", 'a', MAX_HEADER - 30, " HTTP/1.0\r\n\r\n");
    ck_assert_int_eq(w.fault, 0);
    pass_filled("GET /", 'a', MAX_HEADER, " HTTP/1.0\r\n\r\n");
    ck_assert_int_eq(w.fault, PROBLEM_TARGET);
    pass_filled("GET / HTTP/1.0\r\nX:", 'a', MAX_HEADER, "\r\n\r\n");
    ck_assert_int_eq(w.fault, PROBLEM_HEADERS);
    pass_filled("GET / HTTP/1.0\r\nX:", ' ', MAX_HEADER, "\r\n\r\n");
    ck_assert_int_eq(w.fault, PROBLEM_HEADERS);
    pass_filled("GET / HTTP/1.0\r\nX:a", ' ', WIRE_HELD_MAX, "b\r\n\r\n");
    ck_assert_int_eq(w.fault, 0);
    pass_filled("GET / HTTP/1.0\r\nX:a", ' ', WIRE_HELD_MAX + 1, "b\r\n\r\n");
    ck_assert_int_eq(w.fault, ST_MALFORMED);
    pass_filled(PUT(CHUNKED), '0', 100000, "\r\n\r\n");
    ck_assert_int_eq(w.fault, ST_MALFORMED);
    pass_filled(PUT(CHUNKED) "1;", 'a', WIRE_CHUNK_LINE_MAX - 10, "\r\nx\r\n0\r\n\r\n" GET(""));
    ck_assert_int_eq(w.fault, 0);
    pass_filled(PUT(CHUNKED) "1;", 'a', WIRE_CHUNK_LINE_MAX, "\r\nx\r\n0\r\n\r\n");
    ck_assert_int_eq(w.fault, ST_MALFORMED);
    pass_filled(PUT(CHUNKED) "0\r\nX:", 'a', MAX_HEADER, "\r\n\r\n");
    ck_assert_int_eq(w.fault, PROBLEM_HEADERS);
}
END_TEST

/* A chunked body of many chunks does not count as header, nor does a request before this one. */
START_TEST(limits_are_those_of_one_request)
{
    begin();
    for (int i = 0; i < 10; i++) {
        out_len = 0;
        pass(BYTES(PUT(CHUNKED)));
        for (int k = 0; k < 100; k++)
            pass(BYTES("5;name=value\r\nabcde\r\n"));
        out_len = 0;
        pass(BYTES("0\r\nX-Sum: 1\r\n\r\n" PUT("Content-Length: 600\r\n")));
        for (int k = 0; k < 200; k++)
            pass(BYTES("\0\r\n"));
    }
    ck_assert_msg(!w.fault, "%s", w.detail);
    ck_assert_uint_eq(w.count, 0);
}
END_TEST

/* The bytes that replace a faulty request (WIRE_POISON) would not fit into fewer. */
START_TEST(a_fault_counts_from_the_fifth_byte)
{
    begin();
    for (int i = 1; i < WIRE_POISON; i++) {
        pass("\x01", 1);
        ck_assert(!wire_broken(&w));
    }
    pass("\x01", 1);
    ck_assert(wire_broken(&w));
    ck_assert_uint_eq(out_len, 0);
    pass(BYTES(GET("")));
    ck_assert_uint_eq(out_len, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http wire");
    TCase *t = tcase_create("framing");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, well_formed_requests_pass, 0, sizeof(passes) / sizeof(passes[0]));
    tcase_add_loop_test(t, faults_are_found, 0, sizeof(faults) / sizeof(faults[0]));
    tcase_add_loop_test(t, faults_leave_complete_requests, 0, sizeof(faults) / sizeof(faults[0]));
    tcase_add_test(t, sizes_have_limits);
    tcase_add_test(t, limits_are_those_of_one_request);
    tcase_add_test(t, a_fault_counts_from_the_fifth_byte);
    suite_add_tcase(s, t);
    return suite_run(s);
}

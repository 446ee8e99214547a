/* test_wire_header.c - the steps of a request line and its fields: their output and their
 * faults. */
#include "server/http/problem.h"
#include "server/http/wire.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct wire w;
static char out[1000];

/* What goes out of a request in one piece, byte by byte when `single`. */
static const char *pass(const char *in, bool single)
{
    char piece[1000];
    size_t n = strlen(in), len = 0, began = 0;

    wire_init(&w, 800);
    for (size_t i = 0; i < n; i += single ? 1 : n) {
        size_t k = single ? 1 : n, held = w.held_len;

        memcpy(piece + held, in + i, k);
        k = wire_pass(&w, piece, piece + held, k, &began);
        memcpy(out + len, piece, k);
        len += k;
    }
    out[len] = '\0';
    return out;
}

START_TEST(blanks_around_values_are_left_out)
{
    for (int single = 0; single < 2; single++)
        ck_assert_str_eq(pass("\r\nPUT /a?b HTTP/1.1\r\nHost: \t x\t \r\nX:a  b \r\nY: \r\n"
                              "Content-Length: 2 \r\n\r\nab",
                              single),
                         "PUT /a?b HTTP/1.1\r\nHost:x\r\nX:a  b\r\nY:\r\n"
                         "Content-Length:2\r\n\r\nab");
}
END_TEST

static const struct {
    const char *in;
    int kind;
    const char *says;
} faults[] = {
    {"GET  /a HTTP/1.1\r\nHost: x\r\n\r\n", ST_MALFORMED, "two blanks"},
    {"GET /a HTTP/1.1 \r\nHost: x\r\n\r\n", ST_MALFORMED, "two blanks"},
    {"GET /a HTTP/2.0\r\nHost: x\r\n\r\n", PROBLEM_VERSION, "HTTP/1.1"},
    {"GET /a HTTP/1.10\r\nHost: x\r\n\r\n", ST_MALFORMED, "request line"},
    {"GET /a HTTP/1.1\r\nHost : x\r\n\r\n", ST_MALFORMED, "followed by a blank"},
    {"GET /a HTTP/1.1\r\n: x\r\n\r\n", ST_MALFORMED, "no name"},
    {"GET /a HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", ST_MALFORMED, "folded"},
    {"GET /a HTTP/1.1\r\n\r\n", ST_MALFORMED, "Host"},
    {"GET /a HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", ST_MALFORMED, "Host"},
    {"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n", ST_MALFORMED, "'+2'"},
    {"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551616\r\n\r\n", ST_TOO_LARGE,
     ""},
    {"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
     ST_MALFORMED, "not both"},
    {"PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
     PROBLEM_NOT_IMPLEMENTED, "gzip"},
    {"PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", ST_MALFORMED,
     "in doubt"},
    {"PUT /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", ST_MALFORMED, "HTTP/1.0"},
};

START_TEST(faults_are_named)
{
    for (int single = 0; single < 2; single++) {
        pass(faults[_i].in, single);
        ck_assert_msg(wire_broken(&w), "%s: no fault", faults[_i].in);
        ck_assert_int_eq(w.fault, faults[_i].kind);
        ck_assert_msg(strstr(w.detail, faults[_i].says), "%s: %s", faults[_i].in, w.detail);
    }
}
END_TEST

/* HTTP/1.0 needs no Host. */
START_TEST(an_old_request_passes)
{
    ck_assert_str_eq(pass("GET / HTTP/1.0\r\n\r\n", false), "GET / HTTP/1.0\r\n\r\n");
    ck_assert_int_eq(w.fault, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("wire_header");
    TCase *t = tcase_create("all");

    tcase_add_test(t, blanks_around_values_are_left_out);
    tcase_add_loop_test(t, faults_are_named, 0, sizeof(faults) / sizeof(faults[0]));
    tcase_add_test(t, an_old_request_passes);
    suite_add_tcase(s, t);
    return suite_run(s);
}

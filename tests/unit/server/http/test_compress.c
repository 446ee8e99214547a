/* test_compress.c - which responses are compressed, and their tags. */
#include "server/http/compress.h"

#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

#define END  "Host: x\r\nConnection: close\r\n\r\n"
#define GZIP "Accept-Encoding: gzip\r\n"

static void setup(void)
{
    toy_init(&toy);
    toy.config.limits.max_body_bytes = 3 << 20;
    toy.config.limits.max_bodies_bytes = 4 << 20;
    toy_start(&toy);
}

static void teardown(void)
{
    toy_stop(&toy);
}

/* ---- answers ---- */

/* Reads an answer of any bytes to its end; its length. */
static size_t ask(const char *request, const char **body, size_t *body_len)
{
    int fd = toy_connect(&toy, 20);
    size_t used = 0;
    ssize_t n;

    toy_send(fd, request, strlen(request));
    while (used + 1 < sizeof(answer) &&
           (n = read(fd, answer + used, sizeof(answer) - used - 1)) > 0)
        used += (size_t)n;
    answer[used] = '\0';
    close(fd);
    *body = strstr(answer, "\r\n\r\n");
    ck_assert_ptr_nonnull(*body);
    *body += 4;
    *body_len = used - (size_t)(*body - answer);
    return used;
}

static bool has(const char *line)
{
    const char *end = strstr(answer, "\r\n\r\n"), *at = strcasestr(answer, line);

    return at && at < end;
}

static size_t unpacked(char *out, size_t cap, const char *body, size_t n)
{
    z_stream z = {0};

    ck_assert_int_eq(inflateInit2(&z, 31), Z_OK);
    z.next_in = (unsigned char *)body;
    z.avail_in = (unsigned)n;
    z.next_out = (unsigned char *)out;
    z.avail_out = (unsigned)cap;
    ck_assert_int_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
    ck_assert_uint_eq(z.avail_in, 0);
    ck_assert_int_eq(inflateEnd(&z), Z_OK);
    return z.total_out;
}

START_TEST(long_text_goes_out_packed_to_who_reads_it)
{
    static const char *const paths[] = {"/text?bytes=10000",           "/text/a?bytes=10000",
                                        "/text/a?bytes=100000",        "/text?bytes=100000",
                                        "/large?bytes=10000",          "/large?bytes=1000000",
                                        "/large?block=1&bytes=1000000"};
    static char plain[1 << 21], request[200];
    const char *body;
    size_t n, len;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\n" GZIP END, paths[i]);
        ask(request, &body, &n);
        ck_assert_msg(has("Content-Encoding: gzip") && has("Vary: Accept-Encoding"), "%s",
                      paths[i]);
        len = unpacked(plain, sizeof(plain), body, n);
        ck_assert_uint_ge(len, (size_t)strtol(strstr(paths[i], "bytes=") + 6, NULL, 10));
        ck_assert_uint_lt(n, len / 2);
        ck_assert(strncmp(plain, "line 0 of lane ", 15) == 0 || plain[len - 1] == 'a');
        /* a long answer that names no probe is packed by a worker */
        if (strncmp(plain, "line", 4) == 0)
            ck_assert_int_eq(plain[15] - '0', i == 2 ? HTTP_READ : HTTP_INLINE);
        snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\n" END, paths[i]);
        ask(request, &body, &n);
        ck_assert(!has("Content-Encoding") && has("Vary: Accept-Encoding"));
        ck_assert(n == len || len > sizeof(answer) / 2);
    }
}
END_TEST

START_TEST(what_is_short_or_no_text_stays_plain)
{
    static const char *const requests[] = {"GET /text?bytes=1000 HTTP/1.1\r\n" GZIP END,
                                           "GET /big HTTP/1.1\r\n" GZIP END,
                                           "GET /error/x HTTP/1.1\r\n" GZIP END};
    const char *body;
    size_t n;

    for (size_t i = 0; i < 3; i++) {
        ask(requests[i], &body, &n);
        ck_assert(!has("Content-Encoding") && !has("Vary"));
    }
    ask("GET /text?bytes=9000 HTTP/1.1\r\nAccept-Encoding: gzip;q=0, br\r\n" END, &body, &n);
    ck_assert(!has("Content-Encoding") && has("Vary: Accept-Encoding"));
    ck_assert(has("ETag: \"abc\""));
}
END_TEST

START_TEST(head_has_the_header_of_get)
{
    char length[80];
    const char *body;
    size_t n, none;

    ask("GET /text?bytes=9000 HTTP/1.1\r\n" GZIP END, &body, &n);
    snprintf(length, sizeof(length), "Content-Length: %zu\r\n", n);
    ck_assert(has(length));
    ask("HEAD /text?bytes=9000 HTTP/1.1\r\n" GZIP END, &body, &none);
    ck_assert_uint_eq(none, 0);
    ck_assert(has("200 OK") && has("Content-Encoding: gzip") && has(length));
    ck_assert(has("ETag: \"abc-gzip\""));
}
END_TEST

START_TEST(each_representation_has_its_tag)
{
#define GET "GET /text?bytes=9000 HTTP/1.1\r\n"
    const char *body;
    size_t n;

    ask(GET GZIP END, &body, &n);
    ck_assert(has("200 OK") && has("ETag: \"abc-gzip\""));
    ask(GET GZIP "If-None-Match: \"x\", \"abc-gzip\"\r\n" END, &body, &n);
    ck_assert(has("304 ") && has("ETag: \"abc-gzip\"") && has("Vary"));
    ck_assert_uint_eq(n, 0);
    ask(GET GZIP "If-None-Match: \"abc\"\r\n" END, &body, &n);
    ck_assert(has("304 ") && has("ETag: \"abc\""));
    ask(GET "If-None-Match: W/\"abc\"\r\n" END, &body, &n);
    ck_assert(has("304 ") && has("ETag: \"abc\""));
    /* the client has the other coding than it would get */
    ask(GET "If-None-Match: \"abc-gzip\"\r\n" END, &body, &n);
    ck_assert(has("200 OK") && has("ETag: \"abc\""));
    ask(GET GZIP "If-None-Match: \"abd-gzip\"\r\n" END, &body, &n);
    ck_assert(has("200 OK") && has("Content-Encoding"));
#undef GET
}
END_TEST

int main(void)
{
    Suite *s = suite_create("compress");
    TCase *t = tcase_create("compress");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, long_text_goes_out_packed_to_who_reads_it);
    tcase_add_test(t, what_is_short_or_no_text_stays_plain);
    tcase_add_test(t, head_has_the_header_of_get);
    tcase_add_test(t, each_representation_has_its_tag);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_body.c - compressed bodies: what the handler gets, and what is refused. */
#include "server/http/body.h"

#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];
static unsigned char packed[1 << 16];

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

/* n bytes of text, packed for the window of zlib; how many that makes. */
static size_t pack(const char *text, size_t n, int window)
{
    z_stream z = {0};

    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, window, 8, 0), Z_OK);
    z.next_in = (unsigned char *)text;
    z.avail_in = (unsigned)n;
    z.next_out = packed;
    z.avail_out = sizeof(packed);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    ck_assert_int_eq(deflateEnd(&z), Z_OK);
    return z.total_out;
}

static int put_to(const char *path, size_t n, const char *coding, const char *type)
{
    char head[300];
    int fd = toy_connect(&toy, 20), status = 0;

    snprintf(head, sizeof(head),
             "PUT %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: "
             "%s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
             path, coding, type, n);
    toy_send(fd, head, strlen(head));
    toy_send(fd, (const char *)packed, n);
    ck_assert(toy_read(fd, answer, sizeof(answer), NULL));
    close(fd);
    if (strncmp(answer, "HTTP/1.1 ", 9) == 0)
        status = (int)strtol(answer + 9, NULL, 10);
    return status;
}

static int put(size_t n, const char *coding, const char *type)
{
    return put_to("/echo/n", n, coding, type);
}

static int put_long(const char *text, size_t n)
{
    return put_to("/length", pack(text, n, 31), "gzip", "text/csv");
}

START_TEST(a_packed_body_reaches_its_handler_as_it_was)
{
    size_t n = pack("caf\xe9 2020", 9, 31);

    ck_assert_int_eq(put(n, "gzip", "text/csv"), 200);
    ck_assert_ptr_nonnull(strstr(answer, "len 9\n"));
    ck_assert_int_eq(put(n, "identity, x-gzip", "text/csv; charset=latin1"), 200);
    ck_assert_ptr_nonnull(strstr(answer, "body caf\xc3\xa9 2020"));
    ck_assert_int_eq(put(pack("abc", 3, 15), "deflate", "text/csv"), 200);
    ck_assert_ptr_nonnull(strstr(answer, "body abc"));
    ck_assert_int_eq(put(pack("abc", 3, -15), "deflate", "text/csv"), 200);
    ck_assert_ptr_nonnull(strstr(answer, "body abc"));
    ck_assert_int_eq(put(0, "gzip", "text/csv"), 200);
    ck_assert_ptr_nonnull(strstr(answer, "len 0\n"));
}
END_TEST

START_TEST(a_bomb_is_refused_and_leaves_nothing)
{
    size_t n = 4 << 20;
    char *zeros = calloc(1, n);

    ck_assert_ptr_nonnull(zeros);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(put_long(zeros, n), 413);
        ck_assert_ptr_nonnull(strstr(answer, "max_body_bytes"));
        /* no memory is in use any more: 3 of 4 MiB fit */
        ck_assert_int_eq(put_long(zeros, (3 << 20) - 4096), 200);
    }
    ck_assert_int_eq(atomic_load(&toy.handled), 3);
    free(zeros);
}
END_TEST

START_TEST(what_is_large_unpacked_is_served_as_bulk)
{
    char *zeros = calloc(1, 2 << 20);

    ck_assert_ptr_nonnull(zeros);
    ck_assert_int_eq(put_long(zeros, 1000), 200);
    ck_assert_ptr_nonnull(strstr(answer, "length 1000 lane 1\n"));
    ck_assert_int_eq(put_long(zeros, (1 << 20) + 1), 200);
    ck_assert_ptr_nonnull(strstr(answer, "length 1048577 lane 0\n"));
    free(zeros);
}
END_TEST

START_TEST(bodies_of_all_together_are_bounded_unpacked)
{
    size_t n = 3 << 20;
    char *zeros = calloc(1, n);

    ck_assert_ptr_nonnull(zeros);
    toy_stop(&toy);
    toy.config.limits.max_bodies_bytes = 2 << 20;
    toy_start(&toy);
    ck_assert_int_eq(put_long(zeros, n), 503);
    ck_assert_ptr_nonnull(strstr(answer, "max_bodies_bytes"));
    ck_assert_int_eq(put_long(zeros, n / 2), 200);
    free(zeros);
}
END_TEST

START_TEST(what_is_no_gzip_is_refused)
{
    size_t n = pack("month,y\n2020-01,1\n", 18, 31);

    ck_assert_int_eq(put(n - 3, "gzip", "text/csv"), 400);
    ck_assert_ptr_nonnull(strstr(answer, "within its gzip data"));
    ck_assert_int_eq(put(n, "br", "text/csv"), 415);
    ck_assert_ptr_nonnull(strstr(answer, "\r\nAccept-Encoding: gzip, deflate\r\n"));
    ck_assert_int_eq(put(n, "gzip, gzip", "text/csv"), 415);
    packed[n - 5] ^= 1;
    ck_assert_int_eq(put(n, "gzip", "text/csv"), 400);
    ck_assert_ptr_nonnull(strstr(answer, "incorrect"));
    memcpy(packed, "month,y\n", 8);
    ck_assert_int_eq(put(8, "gzip", "text/csv"), 400);
    ck_assert_ptr_nonnull(strstr(answer, "the body is not gzip: "));
    ck_assert_int_eq(atomic_load(&toy.handled), 0);
}
END_TEST

START_TEST(a_body_from_elsewhere_is_prepared_like_one)
{
    size_t n = pack("month,y\n2020-01,1\n", 18, 31);
    struct err e = {0};
    struct buf b;

    buf_init(&b, 1000);
    buf_add(&b, packed, n);
    ck_assert_int_eq(http_body_prepare(&b, "text/csv", &e), ST_OK);
    ck_assert_str_eq(b.data, "month,y\n2020-01,1\n");
    buf_release(&b);
    buf_add(&b, "f\xfc", 2);
    ck_assert_int_eq(http_body_prepare(&b, "text/csv; charset=latin1", &e), ST_OK);
    ck_assert_str_eq(b.data, "f\xc3\xbc");
    ck_assert_int_eq(http_body_prepare(&b, "text/csv; charset=klingon", &e), ST_UNSUPPORTED);
    buf_release(&b);
    buf_init(&b, 17);
    buf_add(&b, packed, n > 17 ? 17 : n);
    ck_assert_int_ne(http_body_prepare(&b, "", &e), ST_OK);
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("body");
    TCase *t = tcase_create("body");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_packed_body_reaches_its_handler_as_it_was);
    tcase_add_test(t, a_bomb_is_refused_and_leaves_nothing);
    tcase_add_test(t, what_is_large_unpacked_is_served_as_bulk);
    tcase_add_test(t, bodies_of_all_together_are_bounded_unpacked);
    tcase_add_test(t, what_is_no_gzip_is_refused);
    tcase_add_test(t, a_body_from_elsewhere_is_prepared_like_one);
    suite_add_tcase(s, t);
    return suite_run(s);
}

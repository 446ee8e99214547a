/* test_listen.c - the addresses to listen on. */
#include "server/http/listen.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *text, *host, *port; /* host NULL: refused */
} addresses[] = {
    {"127.0.0.1:8080", "127.0.0.1", "8080"},
    {"0.0.0.0:0", "0.0.0.0", "0"},
    {"[::1]:8080", "::1", "8080"},
    {"[::]:65535", "::", "65535"},
    {":80", "", "80"},
    {"*:80", "", "80"},
    {"localhost:80", "localhost", "80"},
    {"127.0.0.1", NULL, NULL},
    {"127.0.0.1:", NULL, NULL},
    {"127.0.0.1:65536", NULL, NULL},
    {"127.0.0.1:-1", NULL, NULL},
    {"127.0.0.1:80x", NULL, NULL},
    {"127.0.0.1:999999", NULL, NULL},
    {"::1:80", NULL, NULL},
    {"", NULL, NULL},
    {":", NULL, NULL},
};

START_TEST(addresses_are_parsed)
{
    struct listen_address a;
    struct err e = {0};
    enum status st = listen_parse(&a, addresses[_i].text, &e);

    if (!addresses[_i].host) {
        ck_assert_msg(st == ST_INVALID, "'%s' was taken", addresses[_i].text);
        return;
    }
    ck_assert_msg(st == ST_OK, "%s", e.message);
    ck_assert_str_eq(a.host, addresses[_i].host);
    ck_assert_str_eq(a.port, addresses[_i].port);
}
END_TEST

START_TEST(a_socket_knows_whom_it_serves)
{
    char url[LISTEN_URL_MAX], text[32];
    struct err e = {0};
    int fd, port, other, taken;

    ck_assert_msg(listen_open(&fd, &port, url, "127.0.0.1:0", false, &e) == ST_OK, "%s", e.message);
    ck_assert_int_gt(port, 0);
    ck_assert_ptr_nonnull(strstr(url, "http://127.0.0.1:"));
    ck_assert(listen_is_local(fd));
    snprintf(text, sizeof(text), "127.0.0.1:%d", port);
    ck_assert_int_eq(listen_open(&other, &taken, url, text, false, &e), ST_IO); /* in use */
    close(fd);
    ck_assert_int_eq(listen_open(&fd, &port, url, "0.0.0.0:0", true, &e), ST_OK);
    ck_assert(!listen_is_local(fd));
    ck_assert_ptr_nonnull(strstr(url, "https://127.0.0.1:"));
    close(fd);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http listen");
    TCase *t = tcase_create("http listen");

    tcase_add_loop_test(t, addresses_are_parsed, 0, sizeof(addresses) / sizeof(addresses[0]));
    tcase_add_test(t, a_socket_knows_whom_it_serves);
    suite_add_tcase(s, t);
    return suite_run(s);
}

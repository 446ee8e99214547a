/* test_listen.c - the addresses to listen on. */
#include "server/http/listen.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
    {"localhost:80", "127.0.0.1", "80"},
    {"127.0.0.1", NULL, NULL},
    {"127.0.0.1:", NULL, NULL},
    {"127.0.0.1:65536", NULL, NULL},
    {"127.0.0.1:-1", NULL, NULL},
    {"127.0.0.1:80x", NULL, NULL},
    {"127.0.0.1:999999", NULL, NULL},
    {"::1:80", NULL, NULL},
    {"example.com:80", NULL, NULL},
    {"[127.0.0.1]:80", NULL, NULL},
    {"[::1:80", NULL, NULL},
    {"[fe80::1%eth0]:80", NULL, NULL},
    {"unix:", NULL, NULL},
    {"unix:/", NULL, NULL},
    {"unix:relative", NULL, NULL},
    {"unix:/"
     "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
     "1234567890123456",
     NULL, NULL},
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

START_TEST(a_path_is_parsed)
{
    struct listen_address a;

    ck_assert_int_eq(listen_parse(&a, "unix:/run/lstmd/a:1", NULL), ST_OK);
    ck_assert_str_eq(a.path, "/run/lstmd/a:1");
    ck_assert_str_eq(a.host, "");
}
END_TEST

static void open_ok(struct listener *l, const char *text, bool tls)
{
    struct err e = {0};

    ck_assert_msg(listen_open(l, text, tls, &e) == ST_OK, "%s", e.message);
}

START_TEST(a_socket_knows_whom_it_serves)
{
    struct listener l, other;
    char text[32];
    struct err e = {0};

    open_ok(&l, "127.0.0.1:0", false);
    ck_assert_int_gt(l.port, 0);
    ck_assert_ptr_nonnull(strstr(l.url, "http://127.0.0.1:"));
    ck_assert(listen_is_local(l.fd));
    snprintf(text, sizeof(text), "127.0.0.1:%d", l.port);
    ck_assert_int_eq(listen_open(&other, text, false, &e), ST_IO); /* in use */
    ck_assert_int_eq(other.fd, -1);
    listen_close(&l);
    open_ok(&l, "0.0.0.0:0", true);
    ck_assert(!listen_is_local(l.fd));
    ck_assert_ptr_nonnull(strstr(l.url, "https://127.0.0.1:"));
    listen_close(&l);
    open_ok(&l, ":0", false);
    ck_assert(!listen_is_local(l.fd));
    listen_close(&l);
    listen_close(&l);
}
END_TEST

/* ---- sockets of this machine ---- */

static char folder[64], path[128], text[160];

static void setup(void)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/lstmd-listen-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/sock", folder);
    (void)snprintf(text, sizeof(text), "unix:%s", path);
}

static void teardown(void)
{
    (void)unlink(path);
    (void)rmdir(folder);
}

START_TEST(a_path_is_made_and_removed)
{
    struct listener l;
    struct stat is;

    open_ok(&l, text, false);
    ck_assert_str_eq(l.url, text);
    ck_assert(listen_is_local(l.fd));
    ck_assert_int_eq(stat(path, &is), 0);
    ck_assert_int_eq(is.st_mode & 0777, 0660);
    listen_close(&l);
    ck_assert_int_ne(stat(path, &is), 0);
}
END_TEST

START_TEST(only_a_dead_socket_is_replaced)
{
    struct listener l, other;
    struct err e = {0};
    struct stat is;
    FILE *f;

    open_ok(&l, text, false);
    ck_assert_int_eq(listen_open(&other, text, false, &e), ST_IO); /* somebody listens */
    ck_assert_int_eq(stat(path, &is), 0);
    (void)close(l.fd); /* as if killed */
    open_ok(&other, text, false);
    listen_close(&other);
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(listen_open(&other, text, false, &e), ST_IO); /* a file is nobody's socket */
    ck_assert_int_eq(stat(path, &is), 0);
    ck_assert_ptr_nonnull(strstr(e.message, path));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http listen");
    TCase *t = tcase_create("http listen"), *files = tcase_create("paths");

    tcase_add_loop_test(t, addresses_are_parsed, 0, sizeof(addresses) / sizeof(addresses[0]));
    tcase_add_test(t, a_path_is_parsed);
    tcase_add_test(t, a_socket_knows_whom_it_serves);
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(files, setup, teardown);
    tcase_add_test(files, a_path_is_made_and_removed);
    tcase_add_test(files, only_a_dead_socket_is_replaced);
    suite_add_tcase(s, files);
    return suite_run(s);
}

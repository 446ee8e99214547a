/* test_tls.c - a daemon with a certificate: the API over https, SIGHUP, the health check, and the
 * messages about a configuration that cannot work. */
#include "tests/integration/suite.h"
#include "tests/unit/server/http/certificate.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { DEADLINE_MS = 60000, ROWS = 60000 };

static struct daemon d;
static struct reply r;
static struct certificate one, two;
static char out[16384];

static void setup(void)
{
    daemon_init(&d);
    certificate_make(&one, d.dir, "one", 100, NULL);
    certificate_make(&two, d.dir, "two", 5, NULL);
    (void)snprintf(d.ca, sizeof d.ca, "%s/trusted", d.dir);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void copy(const char *to, const char *from)
{
    char text[16384];

    certificate_write(to, text, certificate_read(text, sizeof text, from));
}

/* With the first certificate, which the client trusts. */
static void start(void)
{
    const char *args[] = {"--tls-cert", one.certificate, "--tls-key", one.key, NULL};

    copy(d.ca, one.certificate);
    daemon_start(&d, args);
}

/* More than a buffer, and more than the part of an answer that is kept in memory. */
static char *many_rows(void)
{
    char *text = malloc((size_t)ROWS * 32), *at = text;

    ck_assert_ptr_nonnull(text);
    at += sprintf(at, "time,value\n");
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "%04d-%02d-%02dT%02d:00:00Z,%d\n", 2000 + i / 8064, 1 + i / 672 % 12,
                      1 + i / 24 % 28, i % 24, i % 97);
    return text;
}

START_TEST(the_api_is_served_over_https)
{
    char *rows = many_rows();

    start();
    ck_assert_int_eq(strncmp(d.url, "https://", 8), 0);
    put(&r, &d, "/v1/datasets/hours?frequency=H", "text/csv", rows, 201);
    get(&r, &d, "/v1/datasets/hours/data?format=csv", 200);
    ck_assert_uint_gt(r.len, 1 << 20);
    put(&r, &d, "/v1/datasets/small", "text/csv", "value\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", 201);
    run_job(
        &r, &d,
        "{\"task\":\"forecast\",\"dataset\":\"small\",\"model\":\"m\",\"params\":{\"epochs\":2}}",
        "succeeded");
    get(&r, &d, "/v1/models/m/forecast?horizon=2", 200);
    get(&r, &d, "/metrics", 200);
    ck_assert_ptr_nonnull(strstr(r.body, "\nlstmd_certificate_expires_timestamp_seconds 1"));
    free(rows);
}
END_TEST

/* Polls, because the daemon handles the signal some time after it was sent. */
static void wait_until_trusted(bool trusted)
{
    const struct request ready = {.method = "GET", .path = "/readyz"};
    int64_t deadline = now_ms() + DEADLINE_MS;

    while (http_try(&r, &d, &ready) != trusted)
        ck_assert_msg(now_ms() < deadline, "the certificate was not exchanged");
}

START_TEST(sighup_exchanges_the_certificate)
{
    int64_t deadline = now_ms() + DEADLINE_MS;

    start();
    copy(one.certificate, two.certificate);
    copy(one.key, two.key);
    ck_assert_int_eq(kill(d.pid, SIGHUP), 0);
    wait_until_trusted(false);
    copy(d.ca, two.certificate);
    wait_until_trusted(true);
    ck_assert(daemon_log_has(&d, "is good for 5 days"));
    certificate_write(one.key, "nonsense", 8);
    ck_assert_int_eq(kill(d.pid, SIGHUP), 0);
    while (!daemon_log_has(&d, "the one before stays in use"))
        ck_assert_int_lt(now_ms(), deadline);
    get(&r, &d, "/readyz", 200);
}
END_TEST

/* Without a URL the certificate is not checked, since it bears a public name; with one it is. */
START_TEST(the_health_check_knows_its_own_daemon)
{
    const char *own[] = {"healthcheck",   "--listen",  NULL,    "--tls-cert",
                         one.certificate, "--tls-key", one.key, NULL};
    const char *other[] = {"healthcheck", NULL, NULL};

    start();
    own[2] = d.url + strlen("https://");
    ck_assert_msg(daemon_run(out, sizeof out, own) == 0, "%s", out);
    other[1] = d.url;
    ck_assert_int_eq(daemon_run(out, sizeof out, other), 1);
    ck_assert_msg(strstr(out, "certificate") != NULL, "%s", out);
}
END_TEST

START_TEST(commands_check_the_certificate)
{
    const char *unknown[] = {"list", "--url", NULL, NULL};
    const char *trusted[] = {"list", "--url", NULL, "--cacert", NULL, NULL};

    start();
    unknown[2] = trusted[2] = d.url;
    trusted[4] = d.ca;
    ck_assert_int_eq(daemon_run(out, sizeof out, unknown), 1);
    ck_assert_msg(strstr(out, "certificate") != NULL, "%s", out);
    ck_assert_msg(daemon_run(out, sizeof out, trusted) == 0, "%s", out);
    ck_assert_msg(strstr(out, "serving_version") != NULL, "%s", out);
}
END_TEST

START_TEST(what_cannot_work_does_not_start)
{
    const char *half[] = {"serve", "--listen",   "127.0.0.1:0",   "--database",
                          d.db,    "--tls-cert", one.certificate, NULL};
    const char *strange[] = {"serve",      "--listen",      "127.0.0.1:0", "--database", d.db,
                             "--tls-cert", one.certificate, "--tls-key",   two.key,      NULL};

    ck_assert_int_eq(daemon_run(out, sizeof out, half), 2);
    ck_assert_msg(strstr(out, "tls_cert is set but tls_key is not") != NULL, "%s", out);
    ck_assert_int_eq(daemon_run(out, sizeof out, strange), 1);
    ck_assert_msg(strstr(out, "does not belong to the first certificate") != NULL, "%s", out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tls");
    TCase *t = tcase_create("tls");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_api_is_served_over_https);
    tcase_add_test(t, sighup_exchanges_the_certificate);
    tcase_add_test(t, the_health_check_knows_its_own_daemon);
    tcase_add_test(t, commands_check_the_certificate);
    tcase_add_test(t, what_cannot_work_does_not_start);
    suite_add_tcase(s, t);
    return suite_run(s);
}

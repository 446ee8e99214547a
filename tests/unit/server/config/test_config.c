/* test_config.c - the configuration: precedence, ranges, messages. */
#include "server/base/log_line.h"
#include "server/config/config.h"
#include "tests/unit/server/config/given.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

START_TEST(flag_beats_environment_beats_file_beats_default)
{
    struct config c;
    struct err e;

    ck_assert_int_eq(given_load(&c, "", NULL, NULL, &e), ST_OK);
    ck_assert_int_eq(c.max_queue, 100);
    ck_assert_int_eq(c.max_body_bytes, 64 << 20);
    ck_assert_str_eq(c.listen, "127.0.0.1:8080");
    ck_assert(c.checkpoint_interval_seconds == 2.0);
    config_release(&c);
    ck_assert_int_eq(given_load(&c, "", NULL, "max_queue = 1\n", &e), ST_OK);
    ck_assert_int_eq(c.max_queue, 1);
    config_release(&c);
    ck_assert_int_eq(given_load(&c, "", "LSTMD_MAX_QUEUE=2", "max_queue = 1\n", &e), ST_OK);
    ck_assert_int_eq(c.max_queue, 2);
    config_release(&c);
    ck_assert_int_eq(given_load(&c, "--max-queue=3", "LSTMD_MAX_QUEUE=2", "max_queue = 1\n", &e),
                     ST_OK);
    ck_assert_int_eq(c.max_queue, 3);
    ck_assert_int_eq(c.max_connections, 512);
    config_release(&c);
}
END_TEST

static const struct {
    const char *flags, *variable, *file, *message;
} refused[] = {
    {"--workers 257", NULL, NULL, "--workers is 257; it must be an integer from 0 to 256"},
    {"--workers -1", NULL, NULL, "--workers is -1; "},
    {"--workers 1.5", NULL, NULL, "--workers is 1.5; "},
    {"--workers 0x10", NULL, NULL, "--workers is 0x10; "},
    {"--workers 99999999999999999999", NULL, NULL, "--workers is 99999999999999999999; "},
    {"--workers=", NULL, NULL, "--workers is empty; "},
    {"--workers", NULL, NULL, "--workers needs a value behind it"},
    {"--wrkers 2", NULL, NULL, "--wrkers is unknown; did you mean --workers?"},
    {"--qqqqqqqq 2", NULL, NULL, "--qqqqqqqq is unknown; lstmd serve --help"},
    {"-w 2", NULL, NULL, "-w is unknown; flags begin with two dashes"},
    {"--print-config=1", NULL, NULL, "--print-config=1 takes no value"},
    {"a b c", NULL, NULL, "c: too many arguments"},
    {"--max_body_bytes 5G", NULL, NULL,
     "--max_body_bytes is 5G; it must be a number of bytes from 1K to 4G"},
    {"--max_body_bytes 1Mx", NULL, NULL, "--max_body_bytes is 1Mx; "},
    {"--max_body_bytes 9223372036854775807G", NULL, NULL, "--max_body_bytes is "},
    {"--checkpoint_interval_seconds nan", NULL, NULL, "it must be a number from 0 to 3600"},
    {"--checkpoint_interval_seconds 1e400", NULL, NULL, "it must be a number from 0 to 3600"},
    {"--log_level loud", NULL, NULL, "it must be one of debug, info, warn, error"},
    {"--listen 8080", NULL, NULL, "--listen is 8080; it must be address:port"},
    {"--listen 127.0.0.1:65536", NULL, NULL, "--listen is 127.0.0.1:65536; "},
    {"--listen ::1:8080", NULL, NULL, "--listen is ::1:8080; "},
    {"--listen 127.0.0.1:", NULL, NULL, "--listen is 127.0.0.1:; "},
    {"--database=", NULL, NULL, "--database is empty; it must be a path"},
    {"--api_key k\x80y", NULL, NULL, "--api_key is not usable; "},
    {"--allowed_hosts http://a.test", NULL, NULL,
     "--allowed_hosts is http://a.test; it must be host names or addresses, with or without"},
    {"--allowed_hosts a.test,*.b.test", NULL, NULL, "--allowed_hosts is a.test,*.b.test; "},
    {"", "LSTMD_ALLOWED_HOSTS=a.test:99999", NULL, "LSTMD_ALLOWED_HOSTS is a.test:99999; "},
    {"--read_key r", NULL, NULL, "read_key is set but api_key is not"},
    {"--api_key=", NULL, NULL, "--api_key is empty; leave it out where none is wanted"},
    {"--read-key-file=", NULL, NULL, "--read_key_file is empty; leave it out"},
    {"", "LSTMD_API_KEY=", "api_key = hush\n", "LSTMD_API_KEY is empty; leave it out"},
    {"", "LSTMD_API_KEY_FILE=", NULL, "LSTMD_API_KEY_FILE is empty; leave it out"},
    {"--insecure=maybe", NULL, NULL, "--insecure is maybe; it must be true or false"},
    {"", "LSTMD_API_KEY_GENERATE=", NULL, "LSTMD_API_KEY_GENERATE is empty; it must be true or"},
    {"--config=", NULL, NULL, "the name of the configuration (--config, LSTMD_CONFIG) is empty"},
    {"", "LSTMD_CONFIG=", NULL, "the name of the configuration (--config, LSTMD_CONFIG) is empty"},
    {"--config /tmp", NULL, NULL, "configuration /tmp cannot be read"},
    {"--config /nonexistent/x.conf", NULL, NULL, "/nonexistent/x.conf cannot be read"},
    {"", "LSTMD_WORKERS=many", NULL, "LSTMD_WORKERS is many; "},
    {"", "LSTMD_WORKRS=2", NULL, "LSTMD_WORKRS is unknown; did you mean LSTMD_WORKERS?"},
    {"", NULL, "\n# x\nworkers = 300\n", ":3: workers is 300; it must be an integer from 0 to 256"},
    {"", NULL, "worker = 3\n", ":1: worker is unknown; did you mean workers?"},
    {"", NULL, "workers = 3\nworkers = 4\n", ":2: workers is given twice"},
    {"", NULL, "workers = 3\n 4\n", ":2: workers is given twice, or the line begins with a blank"},
    {"", NULL, "[server]\nworkers = 3\n", ":2: workers stands in the section [server]"},
    {"", NULL, "workers\n", ":1: neither a comment nor"},
};

START_TEST(refusal_names_place_value_and_what_is_right)
{
    struct config c;
    struct err e;
    enum status st = given_load(&c, refused[_i].flags, refused[_i].variable, refused[_i].file, &e);

    ck_assert_msg(st != ST_OK, "%s %s: accepted", refused[_i].flags, refused[_i].message);
    ck_assert_msg(strstr(e.message, refused[_i].message) != NULL, "got \"%s\", expected \"%s\"",
                  e.message, refused[_i].message);
    ck_assert_ptr_null(c.listen);
}
END_TEST

START_TEST(secret_is_in_no_message)
{
    struct config c;
    struct err e;

    ck_assert_int_ne(given_load(&c, "", "LSTMD_API_KEY=hush hush", NULL, &e), ST_OK);
    ck_assert_ptr_null(strstr(e.message, "hush"));
}
END_TEST

static const char *const ignored[] = {"LSTMD_BIN=/x",
                                      "LSTMD_TEST_SEED=1",
                                      "LSTMD_GOLDEN=/x",
                                      "LSTMD_CPU=scalar",
                                      "LSTMD_PORT=tcp://1.2.3.4",
                                      "LSTMD_PORT_8080_TCP_ADDR=1.2.3.4",
                                      "LSTMD_SERVICE_HOST=x",
                                      "LSTMDX=1"};

START_TEST(variables_of_tests_and_of_kubernetes_are_let_pass)
{
    struct config c;
    struct err e;

    ck_assert_msg(given_load(&c, "", ignored[_i], NULL, &e) == ST_OK, "%s", e.message);
    config_release(&c);
}
END_TEST

START_TEST(switches_and_operands_are_told_apart)
{
    char *argv[] = {"--check-config", "file", "--", "--not-a-flag"};
    char *envp[] = {NULL};
    struct config_options o;
    struct config c;
    struct err e = {0};

    ck_assert_int_eq(config_load(&c, &o, 4, argv, envp, &e), ST_OK);
    ck_assert(o.check_config && !o.print_config && !o.help);
    ck_assert_int_eq(o.num_operands, 2);
    ck_assert_str_eq(o.operands[0], "file");
    ck_assert_str_eq(o.operands[1], "--not-a-flag");
    config_release(&c);
}
END_TEST

static const char *const urls[][2] = {{"127.0.0.1:8080", "http://127.0.0.1:8080"},
                                      {"0.0.0.0:80", "http://127.0.0.1:80"},
                                      {"[::]:8080", "http://[::1]:8080"},
                                      {"[::1]:9", "http://[::1]:9"}};

START_TEST(local_url_of_a_wildcard_is_loopback)
{
    char flags[64], *url;
    struct config c;
    struct err e;

    (void)snprintf(flags, sizeof flags, "--listen %s", urls[_i][0]);
    ck_assert_int_eq(given_load(&c, flags, NULL, NULL, &e), ST_OK);
    url = config_local_url(&c);
    ck_assert_str_eq(url, urls[_i][1]);
    free(url);
    config_release(&c);
}
END_TEST

START_TEST(secrets_of_flags_are_overwritten_and_nothing_else)
{
    char api[] = "--api-key", key[] = "secret", read[] = "--read_key=other", last[] = "--api-key",
         workers[] = "--workers=3", db[] = "--database", path[] = "api-key", end[] = "--",
         operand[] = "--api-key=kept";
    char *argv[] = {api, key, read, workers, db, path, last, key, end, operand};
    char *cut[] = {last};

    config_hide_secrets(10, argv);
    ck_assert_str_eq(api, "--api-key");
    ck_assert_str_eq(key, "******");
    ck_assert_str_eq(read, "--read_key=*****");
    ck_assert_str_eq(workers, "--workers=3");
    ck_assert_str_eq(path, "api-key");
    ck_assert_str_eq(operand, "--api-key=kept");
    config_hide_secrets(1, cut);
    ck_assert_str_eq(last, "--api-key");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("config");
    TCase *t = tcase_create("all");

    tcase_add_test(t, flag_beats_environment_beats_file_beats_default);
    tcase_add_loop_test(t, refusal_names_place_value_and_what_is_right, 0, COUNT(refused));
    tcase_add_test(t, secret_is_in_no_message);
    tcase_add_loop_test(t, variables_of_tests_and_of_kubernetes_are_let_pass, 0, COUNT(ignored));
    tcase_add_test(t, switches_and_operands_are_told_apart);
    tcase_add_loop_test(t, local_url_of_a_wildcard_is_loopback, 0, COUNT(urls));
    tcase_add_test(t, secrets_of_flags_are_overwritten_and_nothing_else);
    suite_add_tcase(s, t);
    return suite_run(s);
}

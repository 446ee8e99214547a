/* Configuration: precedence, ranges, messages, and that config/lstmd.conf tells the truth. */
#include "server/base/log_line.h"
#include "server/config/config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static char path[64];

/* A configuration file with this text; its path is in `path`. */
static void write_file(const char *text, size_t n)
{
    int fd;

    (void)snprintf(path, sizeof path, "/tmp/lstmd-conf-XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, text, n), (int)n);
    close(fd);
}

/* Loads with flags separated by blanks and at most one variable; line: the file's text, or NULL. */
static enum status load(struct config *c, const char *flags, const char *variable, const char *file,
                        struct err *e)
{
    char copy[512], config_variable[100], *argv[16], *rest = NULL;
    char *envp[] = {"PATH=/bin", NULL, NULL, NULL};
    struct config_options o;
    enum status st;
    int argc = 0;

    (void)snprintf(copy, sizeof copy, "%s", flags);
    for (char *t = strtok_r(copy, " ", &rest); t; t = strtok_r(NULL, " ", &rest))
        argv[argc++] = t;
    if (file) {
        write_file(file, strlen(file));
        (void)snprintf(config_variable, sizeof config_variable, "LSTMD_CONFIG=%s", path);
    }
    envp[1] = file ? config_variable : "HOME=/";
    envp[2] = (char *)variable;
    *e = (struct err){0};
    st = config_load(c, &o, argc, argv, envp, e);
    if (file)
        unlink(path);
    return st;
}

START_TEST(flag_beats_environment_beats_file_beats_default)
{
    struct config c;
    struct err e;

    ck_assert_int_eq(load(&c, "", NULL, NULL, &e), ST_OK);
    ck_assert_int_eq(c.max_queue, 100);
    ck_assert_int_eq(c.max_body_bytes, 64 << 20);
    ck_assert_str_eq(c.listen, "127.0.0.1:8080");
    ck_assert(c.checkpoint_interval_seconds == 2.0);
    config_release(&c);
    ck_assert_int_eq(load(&c, "", NULL, "max_queue = 1\n", &e), ST_OK);
    ck_assert_int_eq(c.max_queue, 1);
    config_release(&c);
    ck_assert_int_eq(load(&c, "", "LSTMD_MAX_QUEUE=2", "max_queue = 1\n", &e), ST_OK);
    ck_assert_int_eq(c.max_queue, 2);
    config_release(&c);
    ck_assert_int_eq(load(&c, "--max-queue=3", "LSTMD_MAX_QUEUE=2", "max_queue = 1\n", &e), ST_OK);
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
    enum status st = load(&c, refused[_i].flags, refused[_i].variable, refused[_i].file, &e);

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

    ck_assert_int_ne(load(&c, "", "LSTMD_API_KEY=hush hush", NULL, &e), ST_OK);
    ck_assert_ptr_null(strstr(e.message, "hush"));
}
END_TEST

START_TEST(file_with_nul_or_long_line_is_refused)
{
    char text[600];
    struct config c;
    struct config_options o;
    struct err e = {0};
    char *argv[] = {"--config", path};
    char *envp[] = {NULL};

    write_file("workers = 1\0\n", 13);
    ck_assert_int_eq(config_load(&c, &o, 2, argv, envp, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "NUL"));
    unlink(path);
    memset(text, 'x', sizeof text);
    memcpy(text, "workers = 1\ndatabase = ", 23);
    write_file(text, sizeof text);
    ck_assert_int_eq(config_load(&c, &o, 2, argv, envp, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, ":2: the line is longer than"));
    unlink(path);
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

    ck_assert_msg(load(&c, "", ignored[_i], NULL, &e) == ST_OK, "%s", e.message);
    config_release(&c);
}
END_TEST

static const struct {
    const char *text;
    long long bytes;
} sizes[] = {{"2048", 2048},    {"2K", 2048},     {"2k", 2048},     {"1M", 1 << 20},
             {"1MiB", 1 << 20}, {"1MB", 1 << 20}, {"1G", 1LL << 30}};

START_TEST(sizes_take_suffixes)
{
    char flags[64];
    struct config c;
    struct err e;

    (void)snprintf(flags, sizeof flags, "--max_body_bytes %s", sizes[_i].text);
    ck_assert_msg(load(&c, flags, NULL, NULL, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(c.max_body_bytes, sizes[_i].bytes);
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

/* ---- keys, and what is open ---- */

static const struct {
    const char *flags, *message; /* NULL: good */
} secured[] = {
    {"", NULL},
    {"--listen 127.0.0.1:0", NULL},
    {"--listen 127.8.8.8:80", NULL},
    {"--listen [::1]:80", NULL},
    {"--listen [::ffff:127.0.0.1]:80", NULL},
    {"--listen 0.0.0.0:80",
     "listen is 0.0.0.0:80, which other machines reach, and there is no key"},
    {"--listen [::]:80", "--insecure leaves the API open"},
    {"--listen 192.0.2.1:80", "set api_key or api_key_file, or listen on 127.0.0.1"},
    {"--listen 128.0.0.1:80", "there is no key"},
    {"--listen [::ffff:192.0.2.1]:80", "there is no key"},
    {"--listen [2001:db8::1]:80", "there is no key"},
    {"--listen 0.0.0.0:80 --insecure", NULL},
    {"--listen 0.0.0.0:80 --insecure=false", "there is no key"},
    {"--listen 0.0.0.0:80 --api_key hush", NULL},
    {"--listen 0.0.0.0:80 --api_key_file /nonexistent/key", "/nonexistent/key cannot be read"},
    {"--insecure --api_key_file /nonexistent/key", "api_key_file: key file /nonexistent/key"},
    {"--api_key_generate", "api_key_file is not set"},
    {"--listen 0.0.0.0:80 --api_key_generate --api_key_file /nonexistent/key --insecure", NULL},
    {"--api_key hush --read_key_file /nonexistent/key", "read_key_file: key file /nonexistent"},
};

START_TEST(without_a_key_nothing_is_open_beyond_loopback)
{
    struct config c;
    struct err e;
    bool made;
    enum status st;

    ck_assert_msg(load(&c, secured[_i].flags, NULL, NULL, &e) == ST_OK, "%s", e.message);
    st = config_secure(&c, true, &made, &e);
    ck_assert_msg((st == ST_OK) == !secured[_i].message, "%s: %d %s", secured[_i].flags, st,
                  e.message);
    if (secured[_i].message)
        ck_assert_msg(strstr(e.message, secured[_i].message) != NULL, "%s: %s", secured[_i].flags,
                      e.message);
    ck_assert(!made);
    config_release(&c);
}
END_TEST

/* A key file with "filed" in it; its path. */
static const char *key_file(void)
{
    static char name[64];
    int fd;

    (void)snprintf(name, sizeof name, "/tmp/lstmd-key-XXXXXX");
    fd = mkstemp(name);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, "filed\n", 6), 6);
    close(fd);
    return name;
}

/* %s: the key file. */
static const struct {
    const char *flags, *variable, *file, *key;
    bool over;
} sources[] = {
    {"--api-key-file %s", NULL, NULL, "filed", false},
    {"--api-key-file %s", NULL, "api_key =\n", "filed", false},
    {"--api-key-file %s --api-key flag", NULL, NULL, "flag", false},
    {"--api-key-file %s", "LSTMD_API_KEY=env", NULL, "filed", true},
    {"--api-key-file %s", NULL, "api_key = file\n", "filed", true},
    {"--insecure --api-key-file %s", NULL, NULL, "filed", false},
    {"--api-key-generate --api-key-file %s", NULL, NULL, "filed", false},
    {"--api-key-generate --insecure --api-key-file %s", NULL, NULL, "", false},
};

START_TEST(the_stronger_source_of_a_key_counts)
{
    const char *name = key_file(), *hole = strstr(sources[_i].flags, "%s");
    char flags[200];
    struct config c;
    struct err e;
    bool made;

    (void)snprintf(flags, sizeof flags, "%.*s%s%s", (int)(hole - sources[_i].flags),
                   sources[_i].flags, name, hole + 2);
    ck_assert_msg(load(&c, flags, sources[_i].variable, sources[_i].file, &e) == ST_OK, "%s",
                  e.message);
    ck_assert_msg(config_secure(&c, true, &made, &e) == ST_OK, "%s", e.message);
    ck_assert_str_eq(c.api_key, sources[_i].key);
    ck_assert(!made);
    for (int k = 0; k < CONFIG_KEYS; k++)
        ck_assert(c.over_key[k] ==
                  (sources[_i].over && strcmp(config_key(k).name, "api_key") == 0));
    config_release(&c);
    unlink(name);
}
END_TEST

START_TEST(what_overrides_the_file_is_known)
{
    struct config c;
    struct err e;
    int over = 0;

    ck_assert_int_eq(load(&c, "--workers 3", "LSTMD_MAX_QUEUE=8",
                          "max_queue = 7\nworkers = 2\nmax_series = 5\n", &e),
                     ST_OK);
    for (int k = 0; k < CONFIG_KEYS; k++) {
        const char *name = config_key(k).name;
        bool expected = strcmp(name, "max_queue") == 0 || strcmp(name, "workers") == 0;

        ck_assert_msg(c.over_file[k] == expected, "%s", name);
        over += c.over_file[k];
    }
    ck_assert_int_eq(over, 2);
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
    ck_assert_int_eq(load(&c, flags, NULL, NULL, &e), ST_OK);
    url = config_local_url(&c);
    ck_assert_str_eq(url, urls[_i][1]);
    free(url);
    config_release(&c);
}
END_TEST

START_TEST(thread_counts_are_positive_and_follow_the_key)
{
    struct config c;
    struct err e;

    ck_assert_int_eq(load(&c, "", NULL, NULL, &e), ST_OK);
    ck_assert_uint_ge(config_workers(&c), 1);
    ck_assert_uint_ge(config_http_threads(&c), 1);
    ck_assert_uint_le(config_http_threads(&c), 4);
    config_release(&c);
    ck_assert_int_eq(load(&c, "--workers 7 --http_threads 9", NULL, NULL, &e), ST_OK);
    ck_assert_uint_eq(config_workers(&c), 7);
    ck_assert_uint_eq(config_http_threads(&c), 9);
    config_release(&c);
}
END_TEST

START_TEST(printed_configuration_reads_back_without_its_secrets)
{
    struct config c, again;
    struct buf first, second;
    struct err e;

    ck_assert_int_eq(load(&c,
                          "--workers 3 --max_body_bytes 5K --checkpoint_interval_seconds 0.25 "
                          "--log_format text --api_key hush",
                          NULL, NULL, &e),
                     ST_OK);
    buf_init(&first, 1 << 20);
    config_print(&first, &c);
    ck_assert_int_eq(buf_status(&first, &e), ST_OK);
    ck_assert_ptr_null(strstr(first.data, "hush"));
    ck_assert_ptr_nonnull(strstr(first.data, "# api_key is set"));
    ck_assert_ptr_nonnull(strstr(first.data, "# from a flag\nworkers = 3\n"));
    ck_assert_int_eq(load(&again, "", NULL, first.data, &e), ST_OK);
    ck_assert_int_eq(again.workers, 3);
    ck_assert_int_eq(again.max_body_bytes, 5120);
    ck_assert(again.checkpoint_interval_seconds == 0.25);
    ck_assert_int_eq(again.log_format, LOG_TEXT);
    ck_assert_str_eq(again.api_key, "");
    buf_init(&second, 1 << 20);
    config_print_help(&second);
    ck_assert_ptr_nonnull(strstr(second.data, "--max_body_bytes"));
    buf_release(&first);
    buf_release(&second);
    config_release(&c);
    config_release(&again);
}
END_TEST

/* config/lstmd.conf is what --print-config says of the defaults: every key, every comment, nothing
 * else. */
START_TEST(shipped_file_is_the_printed_default)
{
    FILE *f = fopen("config/lstmd.conf", "rb");
    char shipped[65536], line[100];
    struct config c;
    struct buf printed;
    struct err e;
    size_t n;

    ck_assert_msg(f != NULL, "run this from the root of the source tree");
    n = fread(shipped, 1, sizeof shipped - 1, f);
    shipped[n] = '\0';
    fclose(f);
    ck_assert_int_eq(load(&c, "", NULL, NULL, &e), ST_OK);
    buf_init(&printed, 1 << 20);
    config_print(&printed, &c);
    ck_assert_str_eq(shipped, printed.data);
    for (int k = 0; k < CONFIG_KEYS; k++) {
        struct config_key_info key = config_key(k);

        (void)snprintf(line, sizeof line, "\n%s =%s%s\n", key.name, key.fallback[0] ? " " : "",
                       key.fallback);
        ck_assert_msg(strstr(shipped, line) != NULL, "no line \"%s = %s\"", key.name, key.fallback);
    }
    buf_release(&printed);
    config_release(&c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("config");
    TCase *t = tcase_create("config");
    SRunner *r;
    int failed;

    tcase_add_test(t, flag_beats_environment_beats_file_beats_default);
    tcase_add_loop_test(t, refusal_names_place_value_and_what_is_right, 0, COUNT(refused));
    tcase_add_test(t, secret_is_in_no_message);
    tcase_add_test(t, file_with_nul_or_long_line_is_refused);
    tcase_add_loop_test(t, variables_of_tests_and_of_kubernetes_are_let_pass, 0, COUNT(ignored));
    tcase_add_loop_test(t, sizes_take_suffixes, 0, COUNT(sizes));
    tcase_add_test(t, switches_and_operands_are_told_apart);
    tcase_add_loop_test(t, without_a_key_nothing_is_open_beyond_loopback, 0, COUNT(secured));
    tcase_add_loop_test(t, the_stronger_source_of_a_key_counts, 0, COUNT(sources));
    tcase_add_test(t, what_overrides_the_file_is_known);
    tcase_add_loop_test(t, local_url_of_a_wildcard_is_loopback, 0, COUNT(urls));
    tcase_add_test(t, thread_counts_are_positive_and_follow_the_key);
    tcase_add_test(t, printed_configuration_reads_back_without_its_secrets);
    tcase_add_test(t, shipped_file_is_the_printed_default);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* test_config_table.c - values of keys: read, bounded, printed. */
#include "server/base/log_line.h"
#include "server/config/config.h"
#include "tests/unit/server/config/given.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

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
    ck_assert_msg(given_load(&c, flags, NULL, NULL, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(c.max_body_bytes, sizes[_i].bytes);
    config_release(&c);
}
END_TEST

START_TEST(thread_counts_are_positive_and_follow_the_key)
{
    struct config c;
    struct err e;

    ck_assert_int_eq(given_load(&c, "", NULL, NULL, &e), ST_OK);
    ck_assert_uint_ge(config_workers(&c), 1);
    ck_assert_uint_ge(config_http_threads(&c), 1);
    ck_assert_uint_le(config_http_threads(&c), 4);
    config_release(&c);
    ck_assert_int_eq(given_load(&c, "--workers 7 --http_threads 9", NULL, NULL, &e), ST_OK);
    ck_assert_uint_eq(config_workers(&c), 7);
    ck_assert_uint_eq(config_http_threads(&c), 9);
    config_release(&c);
}
END_TEST

static const struct {
    const char *flags;
    unsigned least, most;
} shares[] = {{"--max_connections 1", 1, 4},
              {"--max_connections 4800", 6, 6},
              {"--max_connections 13000", 17, 17},
              {"--max_connections 65535", 64, 64},
              {"--max_connections 13000 --http_threads 2", 2, 2}};

START_TEST(many_connections_are_shared_among_threads)
{
    struct config c;
    struct err e;

    ck_assert_int_eq(given_load(&c, shares[_i].flags, NULL, NULL, &e), ST_OK);
    ck_assert_uint_ge(config_http_threads(&c), shares[_i].least);
    ck_assert_uint_le(config_http_threads(&c), shares[_i].most);
    config_release(&c);
}
END_TEST

START_TEST(printed_configuration_reads_back_without_its_secrets)
{
    struct config c, again;
    struct buf first, second;
    struct err e;

    ck_assert_int_eq(
        given_load(&c,
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
    ck_assert_int_eq(given_load(&again, "", NULL, first.data, &e), ST_OK);
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
    ck_assert_int_eq(given_load(&c, "", NULL, NULL, &e), ST_OK);
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
    Suite *s = suite_create("config_table");
    TCase *t = tcase_create("all");

    tcase_add_loop_test(t, sizes_take_suffixes, 0, COUNT(sizes));
    tcase_add_test(t, thread_counts_are_positive_and_follow_the_key);
    tcase_add_loop_test(t, many_connections_are_shared_among_threads, 0,
                        (int)(sizeof(shares) / sizeof(shares[0])));
    tcase_add_test(t, printed_configuration_reads_back_without_its_secrets);
    tcase_add_test(t, shipped_file_is_the_printed_default);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_config_file.c - the file of the configuration. */
#include "server/config/config.h"
#include "tests/unit/server/config/given.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

START_TEST(file_with_nul_or_long_line_is_refused)
{
    char text[600];
    struct config c;
    struct config_options o;
    struct err e = {0};
    char *argv[] = {"--config", given_path};
    char *envp[] = {NULL};

    given_write_file("workers = 1\0\n", 13);
    ck_assert_int_eq(config_load(&c, &o, 2, argv, envp, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "NUL"));
    unlink(given_path);
    memset(text, 'x', sizeof text);
    memcpy(text, "workers = 1\ndatabase = ", 23);
    given_write_file(text, sizeof text);
    ck_assert_int_eq(config_load(&c, &o, 2, argv, envp, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, ":2: the line is longer than"));
    unlink(given_path);
}
END_TEST

START_TEST(what_overrides_the_file_is_known)
{
    struct config c;
    struct err e;
    int over = 0;

    ck_assert_int_eq(given_load(&c, "--workers 3", "LSTMD_MAX_QUEUE=8",
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

START_TEST(what_is_printed_names_its_place)
{
    struct config c;
    struct err e;
    struct buf out;
    char line[200];

    ck_assert_int_eq(given_load(&c, "--workers 3", "LSTMD_MAX_QUEUE=8",
                                "max_series = 5\n# a comment\nworkers = 2\n", &e),
                     ST_OK);
    buf_init(&out, 1 << 20);
    config_print(&out, &c);
    snprintf(line, sizeof line, "# from %s, line 1\nmax_series = 5\n", given_path);
    ck_assert_ptr_nonnull(strstr(out.data, line));
    snprintf(line, sizeof line,
             "# from a flag; the value in %s, line 3, is not used\nworkers = 3\n", given_path);
    ck_assert_ptr_nonnull(strstr(out.data, line));
    ck_assert_ptr_nonnull(strstr(out.data, "# from the environment\nmax_queue = 8\n"));
    buf_release(&out);
    config_release(&c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("config_file");
    TCase *t = tcase_create("all");

    tcase_add_test(t, file_with_nul_or_long_line_is_refused);
    tcase_add_test(t, what_overrides_the_file_is_known);
    tcase_add_test(t, what_is_printed_names_its_place);
    suite_add_tcase(s, t);
    return suite_run(s);
}

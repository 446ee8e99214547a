/* test_config_manual.c - every key is in both manual pages. */
#include "server/config/config_manual.h"

#include "server/config/config.h"
#include "server/config/config_table.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct buf page;

static void setup(void)
{
    buf_init(&page, 1 << 20);
}

static void teardown(void)
{
    buf_release(&page);
}

static void has(const char *text)
{
    ck_assert_msg(strstr(page.data, text) != NULL, "no %s", text);
}

START_TEST(every_key_is_explained)
{
    config_manual_keys(&page);
    ck_assert_int_eq(buf_status(&page, NULL), ST_OK);
    for (int k = 0; k < CONFIG_KEYS; k++) {
        char tag[100];

        snprintf(tag, sizeof(tag), ".TP\n\\fB%s\\fR\n", config_table[k].name);
        has(tag);
    }
    has("\n.br\nValue: an integer from 0 to 64\n.br\nUnit: threads; 0: one per core, at most 4, "
        "but "
        "one for "
        "every 800 of max_connections\n"
        ".br\nDefault: 0\n"); /* of http_threads */
}
END_TEST

START_TEST(every_key_is_a_flag)
{
    config_manual_flags(&page);
    ck_assert_int_eq(buf_status(&page, NULL), ST_OK);
    has(".TP\n\\fB\\-\\-max\\-body\\-bytes\\fR \\fIVALUE\\fR\n");
    has("\\fB\\-\\-listen\\fR");
    ck_assert_ptr_null(strstr(page.data, "\n\n"));
}
END_TEST

/* A full buffer is an error for the caller, not a crash. */
START_TEST(a_page_that_does_not_fit_is_an_error)
{
    struct buf small;

    buf_init(&small, 100);
    config_manual_keys(&small);
    config_manual_flags(&small);
    ck_assert_int_eq(buf_status(&small, NULL), ST_TOO_LARGE);
    buf_release(&small);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("config_manual");
    TCase *t = tcase_create("manual");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, every_key_is_explained);
    tcase_add_test(t, every_key_is_a_flag);
    tcase_add_test(t, a_page_that_does_not_fit_is_an_error);
    suite_add_tcase(s, t);
    return suite_run(s);
}

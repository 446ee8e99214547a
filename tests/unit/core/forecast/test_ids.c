/* test_ids.c - ids with line breaks in a model file. */
#include "core/forecast/ids.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *const ids[] = {"a\nb", "\n", "back\\slash", "\\n", "\\", "plain", "a\\\nb"};
enum { COUNT = sizeof(ids) / sizeof(ids[0]) };

START_TEST(escaped_ids_have_no_line_break_and_come_back)
{
    char **v = NULL;
    struct err e = {0};

    ck_assert(ids_need_escapes(ids, COUNT));
    ck_assert_int_eq(ids_escape(&v, ids, COUNT, &e), ST_OK);
    for (int i = 0; i < COUNT; i++) {
        ck_assert_ptr_null(strchr(v[i], '\n'));
        ck_assert(ids_unescape(v[i]));
        ck_assert_str_eq(v[i], ids[i]);
    }
    free(v);
}
END_TEST

START_TEST(ids_without_line_breaks_stay_as_they_are)
{
    ck_assert(!ids_need_escapes(ids + 2, 3));
    ck_assert(!ids_need_escapes(ids, 0));
}
END_TEST

static const char *const wrong[] = {"\\", "a\\x", "\\\\\\"};

START_TEST(other_escapes_are_refused)
{
    char text[16];

    strncpy(text, wrong[_i], sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    ck_assert(!ids_unescape(text));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ids");
    TCase *t = tcase_create("ids");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_test(t, escaped_ids_have_no_line_break_and_come_back);
    tcase_add_test(t, ids_without_line_breaks_stay_as_they_are);
    tcase_add_loop_test(t, other_escapes_are_refused, 0, 3);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

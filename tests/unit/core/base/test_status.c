/* test_status.c - errors carry a message, a place, and stay valid UTF-8. */
#include <check.h>
#include <lstm/status.h>
#include <stdlib.h>
#include <string.h>

START_TEST(every_status_has_its_own_name)
{
    for (int i = 0; i < ST_COUNT; i++) {
        ck_assert_str_ne(status_name((enum status)i), "unknown");
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(status_name((enum status)i), status_name((enum status)j));
    }
    ck_assert_str_eq(status_name(ST_COUNT), "unknown");
    ck_assert_str_eq(status_name((enum status) - 1), "unknown");
}
END_TEST

START_TEST(set_fills_and_clears_the_place)
{
    struct err e = {0};

    ck_assert_int_eq(err_set(&e, ST_INVALID, "%s is %d", "x", 3), ST_INVALID);
    ck_assert_str_eq(e.message, "x is 3");
    ck_assert_int_eq(err_at(&e, "/params/%s", "x"), ST_INVALID);
    ck_assert_int_eq(err_at(&e, "/other"), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/params/x");
    ck_assert_int_eq(err_at_line(&e, 7), ST_INVALID);
    ck_assert_int_eq(e.line, 0);
    err_set(&e, ST_MALFORMED, "again");
    ck_assert_str_eq(e.pointer, "");
    err_at_line(&e, 7);
    err_at_line(&e, 8);
    err_at(&e, "/late");
    ck_assert_int_eq(e.line, 7);
    ck_assert_str_eq(e.pointer, "");
}
END_TEST

START_TEST(wrap_puts_context_in_front)
{
    struct err e = {0};

    err_set(&e, ST_CORRUPT, "cut off");
    ck_assert_int_eq(err_wrap(&e, "model %s", "a"), ST_CORRUPT);
    ck_assert_str_eq(e.message, "model a: cut off");
}
END_TEST

START_TEST(no_err_is_fine)
{
    ck_assert_int_eq(err_set(NULL, ST_BUSY, "x"), ST_BUSY);
    ck_assert_int_eq(err_wrap(NULL, "x"), ST_OK);
    ck_assert_int_eq(err_at(NULL, "x"), ST_OK);
    ck_assert_int_eq(err_at_line(NULL, 1), ST_OK);
    ck_assert_int_eq(err_nomem(NULL, 1), ST_NOMEM);
}
END_TEST

START_TEST(long_messages_are_cut_between_characters)
{
    char s[700];
    struct err e = {0};

    for (size_t shift = 0; shift < 4; shift++) {
        memset(s, 'a', shift);
        for (size_t i = shift; i + 3 < sizeof(s); i += 3)
            memcpy(s + i, "\xE2\x82\xAC", 4);
        err_set(&e, ST_INVALID, "%s", s);
        ck_assert_uint_lt(strlen(e.message), sizeof(e.message));
        ck_assert_uint_eq((strlen(e.message) - shift) % 3, 0);
        err_wrap(&e, "%s", s);
        ck_assert_ptr_null(strchr(e.message, '?'));
    }
}
END_TEST

START_TEST(what_is_no_utf8_is_replaced)
{
    struct err e = {0};

    err_set(&e, ST_INVALID, "%.4s|%s", "ab\xE2\x82\xAC", "\xFFz\xC0\x80");
    ck_assert_str_eq(e.message, "ab?\?|?z?\?");
    err_set(&e, ST_NOMEM, "x");
    err_nomem(&e, 12);
    ck_assert_ptr_nonnull(strstr(e.message, "12 bytes"));
    err_nomem(&e, 0);
    ck_assert_str_eq(e.message, "out of memory");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("status");
    TCase *t = tcase_create("status");
    SRunner *r;
    int failed;

    tcase_add_test(t, every_status_has_its_own_name);
    tcase_add_test(t, set_fills_and_clears_the_place);
    tcase_add_test(t, wrap_puts_context_in_front);
    tcase_add_test(t, no_err_is_fine);
    tcase_add_test(t, long_messages_are_cut_between_characters);
    tcase_add_test(t, what_is_no_utf8_is_replaced);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

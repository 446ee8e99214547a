/* test_precondition.c - If-Match and If-None-Match against what is there. */
#include "server/data/precondition.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void add(struct etag_list *l, const char *value, bool weak)
{
    struct err e = {0};

    ck_assert_int_eq(etag_list_add(l, value, strlen(value), weak, &e), ST_OK);
}

START_TEST(no_condition_holds)
{
    struct precondition none = {0};

    ck_assert_int_eq(precondition_check(NULL, true, "x"), PRECONDITION_HOLDS);
    ck_assert_int_eq(precondition_check(&none, false, ""), PRECONDITION_HOLDS);
}
END_TEST

START_TEST(a_star_is_about_existence)
{
    struct precondition must = {.match.any = true}, must_not = {.none_match.any = true};

    ck_assert_int_eq(precondition_check(&must, true, "x"), PRECONDITION_HOLDS);
    ck_assert_int_eq(precondition_check(&must, false, ""), MATCH_FAILS);
    ck_assert_int_eq(precondition_check(&must_not, true, "x"), NONE_MATCH_FAILS);
    ck_assert_int_eq(precondition_check(&must_not, false, ""), PRECONDITION_HOLDS);
}
END_TEST

START_TEST(one_of_a_list_is_enough)
{
    struct precondition p = {0};

    for (int i = 0; i < 9; i++)
        add(&p.match, "other", false);
    ck_assert_int_eq(precondition_check(&p, true, "x"), MATCH_FAILS);
    ck_assert_int_eq(precondition_check(&p, true, "othe"), MATCH_FAILS);
    add(&p.match, "x", false);
    ck_assert_int_eq(precondition_check(&p, true, "x"), PRECONDITION_HOLDS);
    ck_assert_int_eq(precondition_check(&p, false, ""), MATCH_FAILS);
    precondition_release(&p);
    ck_assert_int_eq(p.match.count, 0);
    add(&p.none_match, "x", false);
    ck_assert_int_eq(precondition_check(&p, true, "x"), NONE_MATCH_FAILS);
    ck_assert_int_eq(precondition_check(&p, true, "y"), PRECONDITION_HOLDS);
    precondition_release(&p);
}
END_TEST

START_TEST(if_match_compares_strongly)
{
    struct precondition p = {0};

    add(&p.match, "x", true);
    ck_assert_int_eq(precondition_check(&p, true, "x"), MATCH_FAILS);
    add(&p.match, "x", false);
    ck_assert_int_eq(precondition_check(&p, true, "x"), PRECONDITION_HOLDS);
    precondition_release(&p);
}
END_TEST

START_TEST(if_none_match_compares_weakly)
{
    struct precondition p = {0};

    add(&p.none_match, "x", true);
    ck_assert_int_eq(precondition_check(&p, true, "x"), NONE_MATCH_FAILS);
    ck_assert_int_eq(precondition_check(&p, true, "y"), PRECONDITION_HOLDS);
    precondition_release(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("precondition");
    TCase *t = tcase_create("precondition");
    SRunner *r;
    int failed;

    tcase_add_test(t, no_condition_holds);
    tcase_add_test(t, a_star_is_about_existence);
    tcase_add_test(t, one_of_a_list_is_enough);
    tcase_add_test(t, if_match_compares_strongly);
    tcase_add_test(t, if_none_match_compares_weakly);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* test_sort.c - orders of doubles, ints and strings. */
#include "core/base/sort.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

START_TEST(doubles_ascend)
{
    double v[] = {2, -1e-300, 1e300, 0, -(double)INFINITY, 1e-300, -3};

    qsort(v, 7, sizeof(*v), compare_doubles);
    for (int i = 1; i < 7; i++)
        ck_assert(v[i - 1] < v[i]);
    ck_assert_int_eq(compare_doubles(&v[0], &v[0]), 0);
}
END_TEST

START_TEST(ints_ascend_without_overflow)
{
    int v[] = {2147483647, -2147483647, 0, 7};

    qsort(v, 4, sizeof(*v), compare_ints);
    ck_assert(v[0] == -2147483647 && v[1] == 0 && v[2] == 7 && v[3] == 2147483647);
    ck_assert_int_eq(compare_ints(&v[1], &v[1]), 0);
}
END_TEST

START_TEST(strings_ascend_by_bytes)
{
    const char *v[] = {"b", "\xc3\xa4", "", "ab", "a"};

    qsort(v, 5, sizeof(*v), compare_strings);
    ck_assert_str_eq(v[0], "");
    ck_assert_str_eq(v[1], "a");
    ck_assert_str_eq(v[2], "ab");
    ck_assert_str_eq(v[3], "b");
    ck_assert_str_eq(v[4], "\xc3\xa4");
}
END_TEST

START_TEST(the_smaller_and_the_larger)
{
    ck_assert(min_int(-1, 2) == -1 && min_int(2, -1) == -1 && min_int(3, 3) == 3);
    ck_assert(max_int(-1, 2) == 2 && max_int(2, -1) == 2 && max_int(3, 3) == 3);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sort");
    TCase *t = tcase_create("sort");
    SRunner *r;
    int failed;

    tcase_add_test(t, doubles_ascend);
    tcase_add_test(t, ints_ascend_without_overflow);
    tcase_add_test(t, strings_ascend_by_bytes);
    tcase_add_test(t, the_smaller_and_the_larger);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

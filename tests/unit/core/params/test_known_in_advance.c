/* test_known_in_advance.c - the set of names of covariates that are known in advance. */
#include <check.h>
#include <lstm/params.h>
#include <stdlib.h>
#include <string.h>

START_TEST(names_are_a_set)
{
    struct params p = {0};
    char name[300];
    struct err e = {0};

    ck_assert(!params_known_in_advance(&p, "a"));
    ck_assert(!params_add_known_in_advance(&p, "ab", &e));
    ck_assert(!params_add_known_in_advance(&p, "a", &e));
    ck_assert(!params_add_known_in_advance(&p, "ab", &e));
    ck_assert_str_eq(p.future_covariates, "ab\x1f"
                                          "a");
    ck_assert(params_known_in_advance(&p, "a") && params_known_in_advance(&p, "ab") &&
              !params_known_in_advance(&p, "b"));
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    for (int i = 0; i < 4; i++) {
        name[0] = (char)('a' + i);
        if (params_add_known_in_advance(&p, name, &e))
            break;
    }
    ck_assert_int_eq(e.status, ST_TOO_LARGE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("known_in_advance");
    TCase *t = tcase_create("known_in_advance");
    SRunner *r;
    int failed;

    tcase_add_test(t, names_are_a_set);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* test_did_you_mean.c - similar names, and the clause that suggests one. */
#include "server/data/did_you_mean.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"epochs", "hidden_size", "horizon", "seed"};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static const struct {
    const char *name, *near;
} rows[] = {
    {"epoch", "epochs"}, /* one is missing */
    {"hiden_sizes", "hidden_size"},
    {"horzion", "horizon"}, /* neighbours swapped: one edit */
    {"sed", "seed"},
    {"s", NULL},
    {"", NULL},
    {"seed", NULL}, /* it is known: nothing else is near */
    {"learning_rate", NULL},
};

START_TEST(near_names_are_found)
{
    const char *near = did_you_mean(rows[_i].name, names, NAMES);

    if (rows[_i].near)
        ck_assert_msg(near && !strcmp(near, rows[_i].near), "%s", rows[_i].name);
    else
        ck_assert_msg(!near, "%s: %s", rows[_i].name, near ? near : "");
}
END_TEST

START_TEST(long_names_are_near_to_none)
{
    char a[82], b[82];
    const char *const candidates[] = {b};

    memset(a, 'a', 80);
    memset(b, 'a', 80);
    a[80] = b[80] = '\0';
    b[0] = 'b';
    ck_assert_ptr_eq(did_you_mean(a, candidates, 1), b);
    b[80] = 'a';
    b[81] = '\0';
    ck_assert_ptr_null(did_you_mean(a, candidates, 1));
}
END_TEST

START_TEST(the_clause_ends_a_message)
{
    char clause[DID_YOU_MEAN_MAX], longest[81];
    const char *const candidates[] = {longest};

    ck_assert_str_eq(did_you_mean_clause(clause, "epoch", names, NAMES),
                     "; did you mean 'epochs'?");
    ck_assert_str_eq(did_you_mean_clause(clause, "learning_rate", names, NAMES), "");
    ck_assert_str_eq(did_you_mean_clause(clause, "epoch", NULL, 0), "");
    memset(longest, 'a', 80);
    longest[80] = '\0';
    (void)did_you_mean_clause(clause, longest + 1, candidates, 1);
    ck_assert_uint_eq(strlen(clause), strlen("; did you mean ''?") + 80);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("did you mean");
    TCase *t = tcase_create("did you mean");
    SRunner *r;
    int failed;

    tcase_add_loop_test(t, near_names_are_found, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, long_names_are_near_to_none);
    tcase_add_test(t, the_clause_ends_a_message);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* test_context.c - the log-linear model of words and their neighbours. */
#include "core/tagging/context.h"
#include "tests/unit/core/tagging/neighbours.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(scores_do_not_depend_on_what_was_there)
{
    struct neighbours f;
    struct context *c;
    float y[6] = {0}, z[6] = {1, 2, 3, 4, 5, NAN};

    neighbours_setup(&f);
    c = neighbours_fit(&f, NULL, 1);
    neighbours_scores(y, &f, c, 0, 1);
    neighbours_scores(z, &f, c, 0, 1);
    ck_assert_mem_eq(y, z, sizeof(y));
    context_free(c);
    neighbours_teardown(&f);
}
END_TEST

START_TEST(names_of_its_own)
{
    ck_assert(context_owns("context.keys"));
    ck_assert(context_owns("context.scale"));
    ck_assert(context_owns("context.weight"));
    ck_assert(!context_owns("linear.weight"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("context");
    TCase *t = tcase_create("all");

    tcase_add_test(t, scores_do_not_depend_on_what_was_there);
    tcase_add_test(t, names_of_its_own);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_bayes_regression.c - posterior and evidence, against formulas that are known. */
#include "core/forecast/calendar/bayes_regression.h"
#include "tests/unit/suite.h"

#include <math.h>

/* One column: precision x'x + 1/s^2, and the evidence by its closed form. */
START_TEST(one_coefficient_is_between_prior_and_data)
{
    const struct bayes_regression q = {
        .count = 1, .xx = {{8}}, .xy = {4}, .mean = {2}, .spread = {0.5}};
    double b, precision = 8 + 4, mean = (4 + 4 * 2) / precision;
    double odds = (precision * mean * mean - 4 * 2 * 2) / 2 - 0.5 * log(precision * 0.5 * 0.5);

    ck_assert_double_eq_tol(bayes_regression_solve(&b, &q), odds, 1e-12);
    ck_assert_double_eq_tol(b, mean, 1e-12);
}
END_TEST

/* With wide priors it is least squares: 2 b0 + b1 = 5, b0 + 3 b1 = 10. */
START_TEST(wide_priors_give_least_squares)
{
    const struct bayes_regression q = {
        .count = 2, .xx = {{2, 1}, {1, 3}}, .xy = {5, 10}, .spread = {1e6, 1e6}};
    double b[2];

    bayes_regression_solve(b, &q);
    ck_assert_double_eq_tol(b[0], 1, 1e-6);
    ck_assert_double_eq_tol(b[1], 3, 1e-6);
}
END_TEST

/* For orthogonal columns, the logarithms of the odds add up. */
START_TEST(odds_of_independent_columns_add_up)
{
    const struct bayes_regression both = {
        .count = 2, .xx = {{9, 0}, {0, 16}}, .xy = {6, 0.1}, .spread = {1, 0.3}};
    const struct bayes_regression first = {.count = 1, .xx = {{9}}, .xy = {6}, .spread = {1}};
    const struct bayes_regression second = {.count = 1, .xx = {{16}}, .xy = {0.1}, .spread = {0.3}};
    double b[2], c, sum = bayes_regression_solve(&c, &first);

    ck_assert_double_gt(sum, 0); /* the data are for it */
    ck_assert_double_lt(bayes_regression_solve(&c, &second), 0);
    sum += bayes_regression_solve(&c, &second);
    ck_assert_double_eq_tol(bayes_regression_solve(b, &both), sum, 1e-12);
    ck_assert_double_eq_tol(b[1], c, 1e-12);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bayes_regression");
    TCase *t = tcase_create("all");

    tcase_add_test(t, one_coefficient_is_between_prior_and_data);
    tcase_add_test(t, wide_priors_give_least_squares);
    tcase_add_test(t, odds_of_independent_columns_add_up);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_demand_sizes.c - the distribution of a step that has a demand or none. */
#include "core/forecast/ensemble/demand_sizes.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

START_TEST(quantiles_are_zeros_and_sizes)
{
    const double y[7] = {1, 0, 0, 0, 2, 0, 0};
    struct demand_sizes s;

    demand_sizes_fit(&s, y, 7);
    ck_assert_int_eq(s.count, 2);
    ck_assert(s.counts);
    ck_assert_double_eq(demand_quantile(&s, 3.0 / 7, 0.025), 0);
    ck_assert_double_eq(demand_quantile(&s, 3.0 / 7, 0.5), 0);
    ck_assert_double_ge(demand_quantile(&s, 3.0 / 7, 0.975), 2);
    for (double u = 0.01; u < 1; u += 0.01) {
        double v = demand_quantile(&s, 3.0 / 7, u);

        ck_assert_double_ge(v, demand_quantile(&s, 3.0 / 7, u - 0.005));
        ck_assert_double_eq(v, floor(v));
        ck_assert_double_ge(v, 0);
    }
}
END_TEST

static double mean_of(const struct demand_sizes *s, double mean)
{
    double sum = 0;

    for (int i = 0; i < 10000; i++)
        sum += demand_quantile(s, mean, (i + 0.5) / 10000) / 10000;
    return sum;
}

START_TEST(quantiles_have_the_mean_that_is_asked_for)
{
    double y[60];
    struct demand_sizes s;

    for (int t = 0; t < 60; t++)
        y[t] = t % 3 ? 0 : 1.5 + t % 7;
    demand_sizes_fit(&s, y, 60);
    ck_assert(!s.counts);
    ck_assert_double_eq_tol(mean_of(&s, 0.2), 0.2, 0.02);
    ck_assert_double_eq_tol(mean_of(&s, 1.5), 1.5, 0.08);
    ck_assert_double_eq_tol(mean_of(&s, 30), 30, 1.5); /* more than any size: larger sizes */
    ck_assert_double_eq(demand_quantile(&s, 0, 0.99), 0);
}
END_TEST

START_TEST(nothing_was_ever_asked_for)
{
    const double y[3] = {0, 0, 0};
    struct demand_sizes s;

    demand_sizes_fit(&s, y, 3);
    ck_assert_int_eq(s.count, 0);
    ck_assert_double_eq(demand_quantile(&s, 1, 0.99), 0);
}
END_TEST

START_TEST(a_filled_gap_leaves_counts)
{
    double y[40] = {0};
    struct demand_sizes s;

    for (int t = 0; t < 40; t += 4)
        y[t] = 3;
    y[7] = 0.75;
    demand_sizes_fit(&s, y, 40);
    ck_assert(s.counts);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("demand_sizes");
    TCase *t = tcase_create("demand_sizes");

    tcase_add_test(t, quantiles_are_zeros_and_sizes);
    tcase_add_test(t, quantiles_have_the_mean_that_is_asked_for);
    tcase_add_test(t, nothing_was_ever_asked_for);
    tcase_add_test(t, a_filled_gap_leaves_counts);
    suite_add_tcase(s, t);
    return run_suite(s);
}

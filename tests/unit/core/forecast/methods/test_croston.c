/* test_croston.c - sizes, intervals and probabilities of demands. */
#include "core/forecast/methods/croston.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>

enum { N = 4000 };

/* One demand of 6 every third step. */
static void fill_regular(double *y, int n)
{
    for (int t = 0; t < n; t++)
        y[t] = t % 3 == 2 ? 6 : 0;
}

START_TEST(regular_demands_have_their_rate)
{
    double y[60], rates[61];

    fill_regular(y, 60);
    demand_rates(rates, y, 60, 0);
    ck_assert_double_eq_tol(rates[60], 2, 1e-12);
    croston_rates(rates, y, 60, 0);
    ck_assert_double_eq_tol(rates[60], 2, 1e-12);
    /* Syntetos and Boylan take alpha / 2 off. */
    croston_rates(rates, y, 60, 0.2);
    ck_assert_double_eq_tol(rates[60], 2 * 0.9, 1e-12);
    tsb_rates(rates, y, 60, 0, 0);
    ck_assert_double_eq_tol(rates[60], 2, 1e-12);
}
END_TEST

START_TEST(a_rate_is_made_of_what_came_before)
{
    double y[8] = {0, 0, 4, 0, 0, 4, 9, 9}, a[9], b[9];

    tsb_rates(a, y, 8, 0.1, 0.1);
    tsb_rates(b, y, 5, 0.1, 0.1);
    for (int t = 0; t <= 5; t++)
        ck_assert_double_eq(a[t], b[t]);
    ck_assert_double_eq(a[2], 0);
    ck_assert_double_gt(a[3], 0);
    croston_rates(a, y, 8, 0.1);
    ck_assert_double_eq(a[2], 0);
    ck_assert_double_eq_tol(a[3], 0.95 * 4.0 / 3, 1e-12);
    ck_assert_double_eq(a[5], a[3]); /* until the next demand */
}
END_TEST

START_TEST(the_forecast_of_what_nobody_buys_falls)
{
    double y[60], rates[61];

    fill_regular(y, 30);
    for (int t = 30; t < 60; t++)
        y[t] = 0;
    tsb_rates(rates, y, 60, 0.1, 0.1);
    ck_assert_double_lt(rates[60], 0.1 * rates[30]);
    croston_rates(rates, y, 60, 0.1);
    ck_assert_double_eq(rates[60], rates[30]);
}
END_TEST

/* Demands at random: Croston's ratio is too high by about alpha / (2 - alpha) of it, SBA's is
 * not. */
START_TEST(random_demands_are_forecast_without_bias)
{
    static double y[N], rates[N + 1];
    double truth = 0.25 * 5.5, mean[2] = {0};
    struct rng r;

    rng_seed(&r, 1);
    for (int t = 0; t < N; t++)
        y[t] = rng_below(&r, 4) ? 0 : 1 + rng_below(&r, 10);
    croston_rates(rates, y, N, 0.3);
    for (int t = 100; t < N; t++)
        mean[0] += rates[t] / (N - 100);
    tsb_rates(rates, y, N, 0.3, 0.1);
    for (int t = 100; t < N; t++)
        mean[1] += rates[t] / (N - 100);
    ck_assert_double_eq_tol(mean[0] / truth, 1, 0.06);
    ck_assert_double_eq_tol(mean[1] / truth, 1, 0.06);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("croston");
    TCase *t = tcase_create("croston");

    tcase_add_test(t, regular_demands_have_their_rate);
    tcase_add_test(t, a_rate_is_made_of_what_came_before);
    tcase_add_test(t, the_forecast_of_what_nobody_buys_falls);
    tcase_add_test(t, random_demands_are_forecast_without_bias);
    suite_add_tcase(s, t);
    return run_suite(s);
}

/* test_metrics.c - error measures against numbers worked out by hand. */
#include "tests/unit/core/forecast/series.h"

#include <math.h>

static const double tiny = 1e-12;

START_TEST(measures_agree_with_a_calculation_by_hand)
{
    const double truth[] = {100, 200, 0, 50}, forecast[] = {110, 180, 5, 50};
    struct metrics m;

    /* errors 10, 20, 5, 0 */
    metrics_compute(&m, truth, forecast, 4, 7);
    ck_assert_double_eq_tol(m.mae, 35.0 / 4, tiny);
    ck_assert_double_eq_tol(m.rmse, sqrt(525.0 / 4), tiny);
    /* 10 %, 10 %, left out, 0 % */
    ck_assert_double_eq_tol(m.mape, 20.0 / 3, tiny);
    /* 200 (10/210 + 20/380 + 5/5 + 0) / 4 */
    ck_assert_double_eq_tol(m.smape, 50 * (10.0 / 210 + 20.0 / 380 + 1), tiny);
    ck_assert_double_eq_tol(m.mase, 35.0 / 4 / 7, tiny);
}
END_TEST

START_TEST(missing_truths_are_left_out)
{
    const double truth[] = {NAN, 10, NAN}, forecast[] = {1e9, 12, -5};
    struct metrics m;

    metrics_compute(&m, truth, forecast, 3, NAN);
    ck_assert_double_eq_tol(m.mae, 2, tiny);
    ck_assert_double_eq_tol(m.rmse, 2, tiny);
    ck_assert_double_eq_tol(m.mape, 20, tiny);
    ck_assert(isnan(m.mase));
}
END_TEST

START_TEST(nothing_to_score_is_nan)
{
    const double gap[] = {NAN}, zero[] = {0};
    struct metrics m;

    metrics_compute(&m, gap, zero, 1, 1);
    ck_assert(isnan(m.mae) && isnan(m.rmse) && isnan(m.mape) && isnan(m.smape) && isnan(m.mase));
    metrics_compute(&m, gap, zero, 0, 1);
    ck_assert(isnan(m.mae));
    metrics_compute(&m, zero, zero, 1, 0);
    ck_assert_double_eq(m.mae, 0);
    ck_assert_double_eq(m.smape, 0); /* 0/0 is 0 */
    ck_assert(isnan(m.mape) && isnan(m.mase));
}
END_TEST

START_TEST(huge_and_tiny_values_do_not_overflow)
{
    const double huge[] = {1e300, -1e300}, small[] = {1e-300, 3e-300}, none[] = {0, 0};
    struct metrics m;

    metrics_compute(&m, huge, none, 2, 1e300);
    ck_assert_double_eq_tol(m.rmse / 1e300, 1, tiny);
    ck_assert_double_eq_tol(m.mae / 1e300, 1, tiny);
    ck_assert_double_eq_tol(m.mase, 1, tiny);
    ck_assert_double_eq_tol(m.smape, 200, tiny);
    metrics_compute(&m, small, none, 2, 1e-300);
    ck_assert_double_eq_tol(m.rmse / 1e-300, sqrt(5), tiny);
    ck_assert_double_eq_tol(m.mase, 2, tiny);
}
END_TEST

START_TEST(the_scale_of_mase_is_the_mean_seasonal_change)
{
    const double y[] = {1, 5, 2, 9, NAN, 9};

    ck_assert_double_eq_tol(mase_scale(y, 4, 1), (4 + 3 + 7) / 3.0, tiny);
    ck_assert_double_eq_tol(mase_scale(y, 4, 2), (1 + 4) / 2.0, tiny);
    ck_assert_double_eq_tol(mase_scale(y, 6, 2), (1 + 4 + 0) / 3.0, tiny);
    ck_assert(isnan(mase_scale(y, 4, 4)));
    ck_assert(isnan(mase_scale(y, 4, 0)));
}
END_TEST

/* The numbers of R's forecast package for its snaive() on the last year of AirPassengers. */
START_TEST(rounding_is_no_scale)
{
    const double y[] = {0.1 + 0.2, 50, 0.3, 50, 0.3};

    ck_assert_double_eq(mase_scale(y, 5, 2), 0);
    ck_assert_double_gt(mase_scale(y, 5, 1), 49);
}
END_TEST
START_TEST(seasonal_naive_on_air_passengers_is_known)
{
    struct metrics m;

    metrics_compute(&m, air + 132, air + 120, 12, mase_scale(air, 132, 12));
    ck_assert_double_eq_tol(m.mae, 47.83333, 1e-5);
    ck_assert_double_eq_tol(m.rmse, 50.70832, 1e-5);
    ck_assert_double_eq_tol(m.mape, 9.987533, 1e-6);
    ck_assert_double_eq_tol(m.smape, 10.57181, 1e-5);
    ck_assert_double_eq_tol(m.mase, 1.570881, 1e-6);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecast metrics");
    TCase *t = tcase_create("metrics");

    tcase_add_test(t, measures_agree_with_a_calculation_by_hand);
    tcase_add_test(t, missing_truths_are_left_out);
    tcase_add_test(t, nothing_to_score_is_nan);
    tcase_add_test(t, huge_and_tiny_values_do_not_overflow);
    tcase_add_test(t, the_scale_of_mase_is_the_mean_seasonal_change);
    tcase_add_test(t, rounding_is_no_scale);
    tcase_add_test(t, seasonal_naive_on_air_passengers_is_known);
    suite_add_tcase(s, t);
    return run_suite(s);
}

/* test_scaled_ets.c - the scale that a series is smoothed on, and its bounds. */
#include "core/forecast/methods/scaled_ets.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

START_TEST(logarithms_are_taken_where_the_season_grows_with_the_level)
{
    double y[200];
    struct scaled_ets c;
    struct err e = {0};

    ck_assert_int_eq(scaled_ets_fit(&c, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(c.scaling.kind, SCALING_LOG);
    fill_seasonal(y, 200, 12, 3, 9);
    ck_assert_int_eq(scaled_ets_fit(&c, y, 200, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(c.scaling.kind, SCALING_STANDARD);
    y[5] = -1;
    ck_assert_int_eq(scaled_ets_fit(&c, y, 200, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(c.scaling.kind, SCALING_STANDARD);
}
END_TEST

/* Any forecast stays within the range of the history, widened by half of it on each side. */
START_TEST(forecasts_stay_near_the_history)
{
    const double w[4] = {1, 3, 2, 5};
    struct scaled_ets c = {0};

    scaled_ets_range(&c, w, 4);
    ck_assert_double_eq(c.low, -1);
    ck_assert_double_eq(c.high, 7);
    ck_assert_double_eq(scaled_ets_keep(&c, 100, 0), 7);
    ck_assert_double_eq(scaled_ets_keep(&c, -100, 0), -1);
    ck_assert_double_eq(scaled_ets_keep(&c, 4, 0), 4);
    ck_assert_double_eq(scaled_ets_keep(&c, NAN, 3), 3);
}
END_TEST

/* Growth by a constant factor is a line of logarithms, and the forecast has the units of y. */
START_TEST(growth_by_a_factor_is_continued)
{
    double y[60], out[6];
    struct scaled_ets c;
    struct err e = {0};
    const int n = 54;

    for (int i = 0; i < 60; i++)
        y[i] = 100 * pow(1.02, i);
    ck_assert_int_eq(scaled_ets_fit(&c, y, n, 1, SCALING_LOG, &e), ST_OK);
    ck_assert_int_eq(c.scaling.kind, SCALING_LOG);
    ck_assert_int_eq(scaled_ets_forecast(out, &c, y, n, &n, 1, 6, &e), ST_OK);
    for (int h = 0; h < 6; h++)
        ck_assert_double_eq_tol(out[h] / y[n + h], 1, 0.02);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("scaled_ets");
    TCase *t = tcase_create("scaled_ets");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, logarithms_are_taken_where_the_season_grows_with_the_level);
    tcase_add_test(t, forecasts_stay_near_the_history);
    tcase_add_test(t, growth_by_a_factor_is_continued);
    suite_add_tcase(s, t);
    return run_suite(s);
}

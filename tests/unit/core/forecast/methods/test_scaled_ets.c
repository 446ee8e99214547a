/* test_scaled_ets.c - the scale that a series is smoothed on, and its bounds. */
#include "core/forecast/methods/scaled_ets.h"
#include "tests/unit/core/forecast/series.h"

#include <float.h>
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
    const double w[5] = {1, 3, 2, 4, 5};
    struct scaled_ets c = {0};

    scaled_ets_range(&c, w, 5);
    ck_assert_double_eq(c.low, -1);
    ck_assert_double_eq(c.high, 7);
    for (int step = 1; step <= 2; step++) {
        ck_assert_double_eq(scaled_ets_keep(&c, 100, 5, step, 0), 7);
        ck_assert_double_eq(scaled_ets_keep(&c, -100, 5, step, 0), -1);
        ck_assert_double_eq(scaled_ets_keep(&c, 4, 5, step, 0), 4);
        ck_assert_double_eq(scaled_ets_keep(&c, NAN, 5, step, 3), 3);
    }
}
END_TEST

/* After half the length of the history the bounds move on, by a range in that length. */
START_TEST(the_range_recedes_as_a_trend_does)
{
    const double w[5] = {1, 3, 2, 4, 5};
    struct scaled_ets c = {0};

    scaled_ets_range(&c, w, 5);
    ck_assert_double_eq(scaled_ets_keep(&c, 100, 5, 6, 0), 11);
    ck_assert_double_eq(scaled_ets_keep(&c, -100, 5, 6, 0), -5);
    ck_assert_double_eq(scaled_ets_keep(&c, 1e9, 5, 402, 0), 407);
    c.scaling.kind = SCALING_LOG;
    ck_assert_double_eq(scaled_ets_keep(&c, 1e9, 5, 402, 0), 15);
    c.low = -DBL_MAX;
    c.high = DBL_MAX;
    ck_assert_double_eq(scaled_ets_keep(&c, DBL_MAX, 5, 402, 0), DBL_MAX);
    ck_assert_double_eq(scaled_ets_keep(&c, -DBL_MAX, 5, 402, 0), -DBL_MAX);
}
END_TEST

static void line_goes_on(double slope, double tolerance)
{
    enum { N = 30, STEPS = 90 };
    double y[N + STEPS], out[STEPS];
    struct scaled_ets c;
    struct err e = {0};
    const int n = N;

    for (int i = 0; i < N + STEPS; i++)
        y[i] = 200 + slope * i;
    ck_assert_int_eq(scaled_ets_fit(&c, y, n, 1, SCALING_STANDARD, &e), ST_OK);
    ck_assert_int_eq(scaled_ets_forecast(out, &c, y, n, &n, 1, STEPS, &e), ST_OK);
    for (int h = 0; h < STEPS; h++)
        ck_assert_double_eq_tol(out[h], y[n + h], tolerance);
}

/* Forecasts of lines went on flat once they were half the range beyond the history. */
START_TEST(a_line_goes_on_for_three_times_its_length)
{
    line_goes_on(2, 0.1);
    line_goes_on(-3, 0.1);
    line_goes_on(0.001, 0.001);
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
    tcase_add_test(t, the_range_recedes_as_a_trend_does);
    tcase_add_test(t, a_line_goes_on_for_three_times_its_length);
    tcase_add_test(t, growth_by_a_factor_is_continued);
    suite_add_tcase(s, t);
    return run_suite(s);
}

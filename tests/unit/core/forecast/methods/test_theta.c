/* test_theta.c - the Theta method on a line and on a season. */
#include "core/forecast/methods/theta.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

START_TEST(theta_halves_the_slope_of_a_line)
{
    double y[60], out[10];
    struct theta m = {.alpha = 0.5};
    struct err e = {0};
    int n = 60;

    for (int i = 0; i < 60; i++)
        y[i] = 7 + 2 * i;
    /* The level lags (1 - alpha) / alpha slopes behind; half of that difference is added again. */
    ck_assert_int_eq(theta_path(out, &m, y, n, &n, 1, 10, &e), ST_OK);
    ck_assert_double_eq_tol(out[0], 7 + 2 * 59 - 2 + 2, 1e-6);
    for (int h = 1; h < 10; h++)
        ck_assert_double_eq_tol(out[h] - out[h - 1], 1, 1e-9);
}
END_TEST

START_TEST(theta_finds_a_season_and_repeats_it)
{
    double y[84], out[12];
    struct theta m;
    struct err e = {0};
    const int n = 72;

    for (int i = 0; i < 84; i++)
        y[i] = 50 + 10 * sin(2 * M_PI * i / 12);
    ck_assert_int_eq(theta_fit(&m, y, n, 12, &e), ST_OK);
    ck_assert_int_eq(m.season, 12);
    ck_assert_int_eq(theta_path(out, &m, y, n, &n, 1, 12, &e), ST_OK);
    for (int h = 0; h < 12; h++)
        ck_assert_double_eq_tol(out[h], y[n + h], 0.5);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("theta");
    TCase *t = tcase_create("theta");

    tcase_add_test(t, theta_halves_the_slope_of_a_line);
    tcase_add_test(t, theta_finds_a_season_and_repeats_it);
    suite_add_tcase(s, t);
    return run_suite(s);
}

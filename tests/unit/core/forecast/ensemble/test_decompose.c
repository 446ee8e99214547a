/* test_decompose.c - the parts of a path are those that it was made of, and add up to it. */
#include "core/forecast/ensemble/decompose.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

enum { STEPS_OF_TEST = 40, LENGTH_OF_TEST = 200 };

static double level[STEPS_OF_TEST], trend[STEPS_OF_TEST], season[STEPS_OF_TEST];
static double season2[STEPS_OF_TEST], rest[STEPS_OF_TEST], path[LENGTH_OF_TEST];
static const struct path_parts parts = {level, trend, season, season2, rest};

static void check_sum(int steps)
{
    for (int h = 0; h < steps; h++)
        ck_assert_double_eq_tol(level[h] + trend[h] + season[h] + season2[h] + rest[h], path[h],
                                1e-9);
}

START_TEST(a_line_with_a_season_is_taken_apart)
{
    static const int seasons[] = {4, 5, 12, 24};
    double space[LENGTH_OF_TEST];

    for (size_t k = 0; k < sizeof(seasons) / sizeof(seasons[0]); k++) {
        int m = seasons[k];

        ck_assert_int_le(decompose_length(STEPS_OF_TEST, m, 0), LENGTH_OF_TEST);
        for (int h = 0; h < LENGTH_OF_TEST; h++)
            path[h] = 100 + 2 * h + 10 * sin(2 * M_PI * h / m);
        decompose_path(&parts, path, STEPS_OF_TEST, m, 0, space);
        check_sum(STEPS_OF_TEST);
        for (int h = 0; h < STEPS_OF_TEST; h++) {
            ck_assert_double_eq_tol(level[h] + trend[h], 100 + 2 * h, 1e-9);
            ck_assert_double_eq_tol(season[h], 10 * sin(2 * M_PI * h / m), 1e-9);
            ck_assert_double_eq_tol(season2[h], 0, 1e-9);
        }
    }
}
END_TEST

/* Also where fewer steps are wanted than a season has. */
START_TEST(a_day_and_a_week_are_told_apart)
{
    double space[LENGTH_OF_TEST];

    for (int h = 0; h < LENGTH_OF_TEST; h++)
        path[h] = 50 + 10 * (h % 4 == 1) - 2.5 + 7 * (h / 4 % 7 == 6) - 1;
    decompose_path(&parts, path, 30, 4, 28, space);
    check_sum(30);
    for (int h = 0; h < 30; h++) {
        ck_assert_double_eq_tol(season[h], 10 * (h % 4 == 1) - 2.5, 1e-9);
        ck_assert_double_eq_tol(season2[h], 7 * (h / 4 % 7 == 6) - 1, 1e-9);
        ck_assert_double_eq_tol(trend[h], 0, 1e-9);
    }
    decompose_path(&parts, path, 3, 4, 28, space);
    check_sum(3);
    ck_assert_double_eq_tol(season[1], 7.5, 1e-9);
}
END_TEST

START_TEST(without_a_season_all_is_level_and_trend)
{
    double space[LENGTH_OF_TEST];

    ck_assert_int_eq(decompose_length(7, 0, 0), 7);
    for (int h = 0; h < LENGTH_OF_TEST; h++)
        path[h] = 5 - pow(0.5, h);
    decompose_path(&parts, path, 7, 0, 0, space);
    check_sum(7);
    for (int h = 0; h < 7; h++) {
        ck_assert_double_eq(level[h], path[0]);
        ck_assert_double_eq_tol(trend[h], path[h] - path[0], 1e-12);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("decompose");
    TCase *t = tcase_create("decompose");

    tcase_add_test(t, a_line_with_a_season_is_taken_apart);
    tcase_add_test(t, a_day_and_a_week_are_told_apart);
    tcase_add_test(t, without_a_season_all_is_level_and_trend);
    suite_add_tcase(s, t);
    return run_suite(s);
}

/* test_season.c - strength and length of a season, and the forecast that repeats it. */
#include "core/forecast/series/season.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>
#include <math.h>

START_TEST(strength_tells_seasons_from_noise)
{
    double y[400], s;
    struct err e = {0};

    fill_seasonal(y, 400, 12, 0, 1);
    ck_assert_int_eq(season_strength(&s, y, 400, 12, &e), ST_OK);
    ck_assert_double_gt(s, 0.99);
    ck_assert_int_eq(season_strength(&s, y, 400, 7, &e), ST_OK);
    ck_assert_double_lt(s, 0.2);
    for (int i = 0; i < 400; i++)
        y[i] = (double)(i * 2654435761u % 1000u);
    ck_assert_int_eq(season_strength(&s, y, 400, 12, &e), ST_OK);
    ck_assert_double_lt(s, 0.2);
    ck_assert_int_eq(season_strength(&s, y, 35, 12, &e), ST_OK);
    ck_assert_double_eq(s, 0); /* fewer than three seasons */
    memset(y, 0, sizeof(y));
    ck_assert_int_eq(season_strength(&s, y, 400, 12, &e), ST_OK);
    ck_assert_double_eq(s, 0);
}
END_TEST

START_TEST(seasonal_naive_repeats_the_season)
{
    const double y[] = {1, 2, 3, 4, 5}, want[] = {3, 4, 5, 3, 4};
    double out[5];

    seasonal_naive(out, y, 5, 3, 5);
    ck_assert_mem_eq(out, want, sizeof(want));
    seasonal_naive(out, y, 5, 6, 2);
    ck_assert_double_eq(out[1], 5);
}
END_TEST

/* Hours have a day and a week, as long as the history holds two of them. */
START_TEST(a_season_of_hours_is_a_day_and_a_week)
{
    static const struct {
        int season_length, n, season1, season2;
    } cases[] = {{24, 400, 24, 168}, {168, 400, 24, 168}, {24, 300, 24, 0},     {24, 40, 0, 0},
                 {12, 60, 12, 0},    {1, 60, 0, 0},       {96, 100000, 96, 672}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int season1, season2;

        season_lengths(&season1, &season2, cases[i].season_length, cases[i].n);
        ck_assert_int_eq(season1, cases[i].season1);
        ck_assert_int_eq(season2, cases[i].season2);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("season");
    TCase *t = tcase_create("season");

    tcase_add_test(t, strength_tells_seasons_from_noise);
    tcase_add_test(t, seasonal_naive_repeats_the_season);
    tcase_add_test(t, a_season_of_hours_is_a_day_and_a_week);
    suite_add_tcase(s, t);
    return run_suite(s);
}

/* test_ets.c - exponential smoothing of series whose level, trend and season are known. */
#include "core/forecast/methods/ets.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>
#include <math.h>

START_TEST(a_line_with_a_season_is_continued)
{
    double y[120], out[24];
    struct ets m;
    struct err e = {0};
    int n = 96;

    fill_seasonal(y, 120, 12, 0, 1);
    ck_assert_int_eq(ets_fit(&m, NULL, y, n, 12, 0, false, &e), ST_OK);
    ck_assert_int_eq(m.season1, 12);
    ck_assert_int_eq(ets_path(out, &m, y, n, &n, 1, 24, &e), ST_OK);
    for (int h = 0; h < 24; h++)
        ck_assert_double_eq_tol(out[h], y[n + h], 0.2);
}
END_TEST

/* Two years of quarters are too few values for the information criterion of a season. */
START_TEST(eight_quarters_keep_their_season)
{
    const double y[12] = {100, 140, 180, 90, 104, 139, 185, 93, 102, 141, 181, 92};
    double out[4];
    struct ets m;
    struct err e = {0};
    int n = 8;

    ck_assert_int_eq(ets_fit(&m, NULL, y, n, 4, 0, false, &e), ST_OK);
    ck_assert_int_eq(m.season1, 4);
    ck_assert(!m.trend);
    ck_assert_int_eq(ets_path(out, &m, y, n, &n, 1, 4, &e), ST_OK);
    for (int h = 0; h < 4; h++)
        ck_assert_double_eq_tol(out[h], y[n + h], 10);
}
END_TEST

START_TEST(a_random_walk_is_followed_and_noise_is_averaged)
{
    double walk[400], noise[400];
    struct ets m;
    struct rng r;
    struct err e = {0};

    rng_seed(&r, 3);
    for (int i = 0; i < 400; i++) {
        noise[i] = (double)rng_normal(&r);
        walk[i] = noise[i] + (i ? walk[i - 1] : 0);
    }
    ck_assert_int_eq(ets_fit(&m, NULL, walk, 400, 0, 0, false, &e), ST_OK);
    ck_assert_double_gt(m.alpha, 0.8);
    ck_assert_int_eq(ets_fit(&m, NULL, noise, 400, 12, 0, false, &e), ST_OK);
    ck_assert_double_lt(m.alpha, 0.2);
    ck_assert_int_eq(m.season1, 0);
}
END_TEST

START_TEST(a_day_and_a_week_are_told_apart)
{
    static double y[24 * 7 * 6];
    double out[168];
    struct ets m;
    struct err e = {0};
    int n = 24 * 7 * 5;

    for (int i = 0; i < 24 * 7 * 6; i++)
        y[i] = 20 + 5 * sin(2 * M_PI * (i % 24) / 24) + (i / 24 % 7 < 5 ? 4 : -6);
    ck_assert_int_eq(ets_fit(&m, NULL, y, n, 24, 168, false, &e), ST_OK);
    ck_assert_int_eq(m.season2, 168);
    ck_assert_int_eq(ets_path(out, &m, y, n, &n, 1, 168, &e), ST_OK);
    for (int h = 0; h < 168; h++)
        ck_assert_double_eq_tol(out[h], y[n + h], 0.5);
}
END_TEST

START_TEST(a_fixed_form_is_kept)
{
    struct ets m = {.season1 = 12, .phi = 1};
    double y[AIR];
    struct err e = {0};

    for (int i = 0; i < AIR; i++)
        y[i] = log(air[i]);
    ck_assert_int_eq(ets_fit(&m, NULL, y, AIR, 12, 0, true, &e), ST_OK);
    ck_assert_int_eq(m.season1, 12);
    ck_assert(!m.trend);
    ck_assert_int_eq(ets_fit(&m, NULL, y, AIR, 12, 0, false, &e), ST_OK);
    ck_assert(m.trend);
}
END_TEST

/* Nothing but a level: the forecast of a constant is the constant, whatever alpha is. */
START_TEST(a_constant_is_continued_exactly)
{
    double y[30], out[5];
    struct ets m;
    struct err e = {0};
    const int n = 30;

    for (int i = 0; i < n; i++)
        y[i] = 7;
    ck_assert_int_eq(ets_fit(&m, NULL, y, n, 0, 0, false, &e), ST_OK);
    ck_assert_int_eq(ets_path(out, &m, y, n, &n, 1, 5, &e), ST_OK);
    for (int h = 0; h < 5; h++)
        ck_assert_double_eq_tol(out[h], 7, 1e-9);
}
END_TEST

/* A season without noise or trend: the season before is the exact forecast. */
START_TEST(a_season_without_noise_is_continued)
{
    double y[72], out[12];
    struct ets m;
    struct err e = {0};
    const int n = 60;

    for (int i = 0; i < 72; i++)
        y[i] = 10 + (i * 5) % 12;
    ck_assert_int_eq(ets_fit(&m, NULL, y, n, 12, 0, false, &e), ST_OK);
    ck_assert_int_eq(m.season1, 12);
    ck_assert_int_eq(ets_path(out, &m, y, n, &n, 1, 12, &e), ST_OK);
    for (int h = 0; h < 12; h++)
        ck_assert_double_eq_tol(out[h], y[n + h], 0.01);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ets");
    TCase *t = tcase_create("ets");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_line_with_a_season_is_continued);
    tcase_add_test(t, eight_quarters_keep_their_season);
    tcase_add_test(t, a_random_walk_is_followed_and_noise_is_averaged);
    tcase_add_test(t, a_day_and_a_week_are_told_apart);
    tcase_add_test(t, a_fixed_form_is_kept);
    tcase_add_test(t, a_constant_is_continued_exactly);
    tcase_add_test(t, a_season_without_noise_is_continued);
    suite_add_tcase(s, t);
    return run_suite(s);
}

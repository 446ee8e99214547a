/* test_holt.c - smoothing with a season that multiplies. */
#include "core/forecast/methods/holt.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

START_TEST(a_season_that_multiplies_is_continued)
{
    enum { N = 84, H = 12 };
    const int origin = N - H;
    struct holt m;
    double y[N], out[H];
    struct err e = {0};

    for (int i = 0; i < N; i++)
        y[i] = (100 + 2 * i) * (1 + 0.4 * sin(6.283185307179586 * i / 12));
    ck_assert_int_eq(holt_fit(&m, y, origin, 12, &e), ST_OK);
    ck_assert_int_eq(m.season, 12);
    ck_assert_int_eq(holt_path(out, &m, y, N, &origin, 1, H, &e), ST_OK);
    for (int h = 0; h < H; h++)
        ck_assert_double_eq_tol(out[h] / y[origin + h], 1, 0.03);
    y[3] = 0;
    ck_assert_int_eq(holt_fit(&m, y, origin, 12, &e), ST_OK);
    ck_assert_int_eq(m.season, 0);
}
END_TEST

/* Without noise and with a season of ones the forecast is the line itself. */
START_TEST(a_line_is_continued)
{
    enum { N = 60, H = 12 };
    const int origin = N - H;
    struct holt m;
    double y[N], out[H];
    struct err e = {0};

    for (int i = 0; i < N; i++)
        y[i] = 100 + 3 * i;
    ck_assert_int_eq(holt_fit(&m, y, origin, 12, &e), ST_OK);
    ck_assert_int_eq(m.season, 12);
    ck_assert_int_eq(holt_path(out, &m, y, origin, &origin, 1, H, &e), ST_OK);
    ck_assert_double_eq_tol(out[0] / y[origin], 1, 0.02);
    ck_assert_double_eq_tol(out[H - 1] / y[N - 1], 1, 0.06); /* the trend is damped */
}
END_TEST

START_TEST(too_little_is_not_fitted)
{
    struct holt m = {.season = 4};
    double y[11];
    struct err e = {0};

    for (int i = 0; i < 11; i++)
        y[i] = 1 + i;
    ck_assert_int_eq(holt_fit(&m, y, 11, 4, &e), ST_OK);
    ck_assert_int_eq(m.season, 0);
    m.season = 4;
    ck_assert_int_eq(holt_fit(&m, y, 11, 1, &e), ST_OK);
    ck_assert_int_eq(m.season, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("holt");
    TCase *t = tcase_create("holt");

    tcase_add_test(t, a_season_that_multiplies_is_continued);
    tcase_add_test(t, a_line_is_continued);
    tcase_add_test(t, too_little_is_not_fitted);
    suite_add_tcase(s, t);
    return run_suite(s);
}

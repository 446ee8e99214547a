/* test_imapa.c - demand from sums over several steps. */
#include "core/forecast/methods/croston.h"
#include "core/forecast/methods/imapa.h"
#include "tests/unit/core/forecast/series.h"

START_TEST(levels_follow_the_interval)
{
    double y[40] = {0}, all[40];

    for (int t = 0; t < 40; t++) {
        y[t] = t % 5 == 0;
        all[t] = 1;
    }
    ck_assert_int_eq(imapa_levels(y, 40), 5);
    ck_assert_int_eq(imapa_levels(all, 40), 1);
    ck_assert_int_eq(imapa_levels(y, 8), 2); /* four sums have to fit in */
    y[0] = y[5] = 0;
    ck_assert_int_eq(imapa_levels(y, 6), 1); /* no demand */
}
END_TEST

START_TEST(one_level_is_smoothing)
{
    const double y[10] = {0, 3, 0, 0, 5, 0, 1, 0, 0, 2};
    double a[11], b[11];

    imapa_rates(a, y, 10, 1, 0.2);
    demand_rates(b, y, 10, 0.2);
    for (int t = 0; t <= 10; t++)
        ck_assert_double_eq_tol(a[t], b[t], 1e-12);
}
END_TEST

/* Sums of three steps that end at the origin are all 6, wherever the origin is. */
START_TEST(sums_end_at_the_origin)
{
    double y[60], rates[61];

    for (int t = 0; t < 60; t++)
        y[t] = t % 3 == 2 ? 6 : 0;
    imapa_rates(rates, y, 60, 3, 0);
    for (int t = 57; t <= 60; t++)
        ck_assert_double_eq_tol(rates[t], 2, 0.05);
    y[59] = 60;
    imapa_rates(rates, y, 60, 3, 0);
    ck_assert_double_gt(rates[60], 2.5);
    ck_assert_double_eq_tol(rates[59], 2, 0.05);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("imapa");
    TCase *t = tcase_create("imapa");

    tcase_add_test(t, levels_follow_the_interval);
    tcase_add_test(t, one_level_is_smoothing);
    tcase_add_test(t, sums_end_at_the_origin);
    suite_add_tcase(s, t);
    return run_suite(s);
}

/* test_harmonic.c - a season of sines whose period is no whole number of steps. */
#include "core/forecast/methods/harmonic.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

START_TEST(sines_find_a_season_that_is_no_whole_number)
{
    enum { WEEKS = 500, H = 26 };
    const int origin = WEEKS - H;
    struct harmonic m = {0};
    double y[WEEKS], out[H];
    struct err e = {0};

    for (int i = 0; i < WEEKS; i++)
        y[i] =
            0.01 * i + 3 * sin(6.283185307179586 * i / (365.25 / 7)) + 0.1 * ((i * 7919) % 13 - 6);
    ck_assert_int_eq(harmonic_fit(&m, y, origin, 52, 0, false, &e), ST_OK);
    ck_assert_double_eq_tol(m.period[0], 52.18, 0.01);
    ck_assert_int_ge(m.order[0], 1);
    ck_assert_int_eq(m.order[1], 0);
    ck_assert_int_eq(harmonic_path(out, &m, y, WEEKS, &origin, 1, H, &e), ST_OK);
    for (int h = 0; h < H; h++)
        ck_assert_double_eq_tol(out[h], y[origin + h], 1.2);
    /* White noise has no season. */
    for (int i = 0; i < WEEKS; i++)
        y[i] = (double)((i * 2654435761u) % 1009u) / 1009;
    ck_assert_int_eq(harmonic_fit(&m, y, WEEKS, 12, 0, false, &e), ST_OK);
    ck_assert_int_le(m.order[0], 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("harmonic");
    TCase *t = tcase_create("harmonic");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, sines_find_a_season_that_is_no_whole_number);
    suite_add_tcase(s, t);
    return run_suite(s);
}

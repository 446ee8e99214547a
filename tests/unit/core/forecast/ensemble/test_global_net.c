/* test_global_net.c - the inputs of the nets of a panel. */
#include "core/forecast/ensemble/global_net.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

/* A season on a rising level: the inputs are the changes against the season before, less their
 * level. */
START_TEST(a_net_sees_changes_against_the_season_less_their_level)
{
    enum { N = 96, W = 12, H = 12 };
    struct global_frame f;
    float x[W];
    double y[N + H], level;

    for (int i = 0; i < N + H; i++)
        y[i] = 5.0 * (i % 12) + 0.5 * (i / 12.0) + 0.01 * ((i * 7919) % 13 - 6);
    global_frame_fit(&f, y, N, 12, 0, W, H);
    ck_assert_int_eq(f.season, 12);
    ck_assert_double_gt(f.error_scale, 0);
    level = global_net_input(x, 0, 1, &f, y, N, W);
    ck_assert_double_eq_tol(level, 0.5, 0.1);
    for (int i = 0; i < W; i++)
        ck_assert_float_eq_tol(
            x[i], (float)asinh((y[N - W + i] - y[N - W + i - 12] - level) / f.error_scale), 1e-5f);
    for (int h = 0; h < H; h++)
        ck_assert_double_eq_tol(global_net_base(&f, y, N, level, h), y[N + h], 0.5);
    /* Too short, or constant: there is no such member. */
    global_frame_fit(&f, y, 5, 0, 0, W, H);
    ck_assert_double_eq(f.error_scale, 0);
    for (int i = 0; i < N; i++)
        y[i] = 3;
    global_frame_fit(&f, y, N, 12, 0, W, H);
    ck_assert_double_eq(f.error_scale, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("global_net");
    TCase *t = tcase_create("global_net");

    tcase_add_test(t, a_net_sees_changes_against_the_season_less_their_level);
    suite_add_tcase(s, t);
    return run_suite(s);
}

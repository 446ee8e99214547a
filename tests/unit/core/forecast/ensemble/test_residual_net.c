/* test_residual_net.c - the inputs of the residual net, computed by hand. */
#include "core/forecast/ensemble/residual_net.h"
#include "tests/unit/suite.h"

#include <math.h>

enum { W = 3, H = 2, STRIDE = 3, SEASON = 2 };

static double paths[MEMBER_COUNT * STRIDE], weight[MEMBER_COUNT];

/* Two members with a weight: the first forecasts 10, 20, 30, the second 30, 40, 50. */
static struct forecast_origin origin(const double *w, int past)
{
    for (int k = 0; k < MEMBER_COUNT; k++) {
        weight[k] = k == 0 ? 0.75 : k == 1 ? 0.25 : 0;
        for (int h = 0; h < STRIDE; h++)
            paths[k * STRIDE + h] = 10 * (h + 1) + (k == 1 ? 20 : 0);
    }
    return (struct forecast_origin){.w = w + past,
                                    .past = past,
                                    .paths = paths,
                                    .stride = STRIDE,
                                    .weight = weight,
                                    .error_scale = 2,
                                    .season = SEASON};
}

static float feature(const float *x, int t, int row, int k)
{
    return x[(t * 2 + row) * RESIDUAL_NET_FEATURES + k];
}

START_TEST(the_base_is_the_weighted_mean)
{
    const double w[1] = {0};
    struct forecast_origin o = origin(w, 0);
    double base[STRIDE];

    forecast_origin_base(base, &o, STRIDE);
    ck_assert_double_eq_tol(base[0], 15, 1e-12);
    ck_assert_double_eq_tol(base[2], 35, 1e-12);
}
END_TEST

START_TEST(the_net_reads_changes_level_and_members)
{
    const double w[6] = {1, 2, 4, 7, 11, 16};
    struct forecast_origin o = origin(w, 6);
    float x[(W + H) * 2 * RESIDUAL_NET_FEATURES];
    double space[W + H + SEASON];

    ck_assert_uint_eq(residual_net_space(W, H, SEASON), W + H + SEASON);
    residual_net_input(x, 1, 2, &o, W, H, space);
    /* The last step of the past: 16 - 7 against the season before, in units of 2. */
    ck_assert_float_eq_tol(feature(x, 2, 1, 0), (float)asinh(4.5), 1e-6f);
    ck_assert_float_eq_tol(feature(x, 2, 1, 1), 0, 1e-6f); /* the level of the origin */
    ck_assert_float_eq_tol(feature(x, 0, 1, 1), (float)asinh(-4), 1e-6f); /* 5.5 to 13.5 */
    ck_assert_float_eq(feature(x, 2, 1, 2), 0);
    ck_assert_float_eq(feature(x, 2, 1, 3), 0);
    /* The first step ahead: the base 15 after 11; members 10 and 30. */
    ck_assert_float_eq_tol(feature(x, 3, 1, 0), (float)asinh(2), 1e-6f);
    ck_assert_float_eq(feature(x, 3, 1, 2), 0.5f);
    ck_assert_float_eq(feature(x, 4, 1, 2), 1);
    ck_assert_float_eq_tol(feature(x, 3, 1, 3), (float)asinh(-2.5), 1e-6f);
    ck_assert_float_eq_tol(feature(x, 3, 1, 4), (float)asinh(7.5), 1e-6f);
}
END_TEST

/* With one past step and a season of two, that step stands for all. With three, the step of the
 * same phase is used. */
START_TEST(a_short_past_is_repeated_by_seasons)
{
    const double w[3] = {5, 8, 6};
    struct forecast_origin o = origin(w, 3), one = origin(w, 1);
    float x[(W + H) * 2 * RESIDUAL_NET_FEATURES];
    double v[W + H + SEASON];

    residual_net_input(x, 0, 2, &o, W, H, v);
    ck_assert_double_eq(v[4], 6);
    ck_assert_double_eq(v[2], 5);
    ck_assert_double_eq(v[1], 8); /* four steps back is like two back */
    ck_assert_double_eq(v[0], 5);
    residual_net_input(x, 0, 2, &one, W, H, v);
    for (int i = 0; i < W + SEASON; i++)
        ck_assert_double_eq(v[i], 5);
}
END_TEST

START_TEST(a_mirror_turns_all_changes_of_one_row)
{
    const double w[6] = {1, 2, 4, 7, 11, 16};
    struct forecast_origin o = origin(w, 6);
    float x[(W + H) * 2 * RESIDUAL_NET_FEATURES];
    double space[W + H + SEASON];

    residual_net_input(x, 0, 2, &o, W, H, space);
    residual_net_input(x, 1, 2, &o, W, H, space);
    residual_net_mirror(x, 1, 2, W + H);
    for (int t = 0; t < W + H; t++)
        for (int k = 0; k < RESIDUAL_NET_FEATURES; k++)
            ck_assert_float_eq(feature(x, t, 1, k),
                               k == 2 ? feature(x, t, 0, k) : -feature(x, t, 0, k));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("residual_net");
    TCase *t = tcase_create("all");

    tcase_add_test(t, the_base_is_the_weighted_mean);
    tcase_add_test(t, the_net_reads_changes_level_and_members);
    tcase_add_test(t, a_short_past_is_repeated_by_seasons);
    tcase_add_test(t, a_mirror_turns_all_changes_of_one_row);
    suite_add_tcase(s, t);
    return suite_run(s);
}

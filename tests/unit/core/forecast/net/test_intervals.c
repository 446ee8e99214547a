/* test_intervals.c - intervals hold the share that they promise. */
#include "core/forecast/net/intervals.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>
#include <math.h>
#include <stdlib.h>

/* Means of equal residuals differ by their rounding; nevertheless the stored shape never falls. */
START_TEST(the_shape_of_equal_residuals_never_falls)
{
    enum { N = 997, H = 2 };
    double *r = malloc(N * H * sizeof(*r));
    struct intervals b;
    struct err e = {0};

    ck_assert_ptr_nonnull(r);
    for (int i = 0; i < N * H; i++)
        r[i] = i % 3 ? 0.1 : -0.3;
    ck_assert_int_eq(intervals_fit(&b, r, N, H, &e), ST_OK);
    ck_assert_int_gt(b.shape_count, 10);
    for (int i = 1; i < b.shape_count; i++)
        ck_assert_double_ge(b.shape[i], b.shape[i - 1]);
    intervals_release(&b);
    free(r);
}
END_TEST

START_TEST(intervals_hold_their_share_and_widen)
{
    enum { N = 2000, H = 4 };
    double *r = malloc(N * H * sizeof(*r)), inside = 0, before = 0;
    struct intervals b;
    struct rng rng;
    struct err e = {0};

    rng_seed(&rng, 3);
    for (int i = 0; i < N * H; i++)
        r[i] = (1 + i % H) * (double)rng_normal(&rng);
    ck_assert_int_eq(intervals_fit(&b, r, N, H, &e), ST_OK);
    ck_assert_int_eq(b.count, INTERVALS_QUANTILES_MAX);
    for (int i = 0; i < 10000; i++)
        inside += fabs(2 * (double)rng_normal(&rng)) <= intervals_width(&b, 2, 80);
    ck_assert_double_eq_tol(inside / 10000, 0.8, 0.02);
    for (int k = 1; k < 200; k++) {
        double level = k / 2.0;

        ck_assert_double_ge(intervals_width(&b, 1, level), before);
        before = intervals_width(&b, 1, level);
    }
    ck_assert_double_gt(intervals_width(&b, 1, 99.9999999999999), intervals_width(&b, 1, 99.99));
    ck_assert(isfinite(intervals_width(&b, 1000, 99.9999999999999)));
    for (int h = 1; h < 50; h++)
        ck_assert_double_ge(intervals_width(&b, h + 1, 95), intervals_width(&b, h, 95));
    ck_assert_double_eq_tol(intervals_width(&b, 4 * H, 95), 2 * intervals_width(&b, H, 95), 1e-9);
    intervals_release(&b);
    free(r);
}
END_TEST

START_TEST(one_huge_residual_does_not_widen_the_intervals)
{
    enum { N = 200 };
    double r[N], calm, hit;
    struct intervals b;
    struct rng rng;
    struct err e = {0};

    for (int turn = 0; turn < 2; turn++) {
        rng_seed(&rng, 3);
        for (int i = 0; i < N; i++)
            r[i] = (double)rng_normal(&rng);
        if (turn)
            r[17] = -1e9;
        ck_assert_int_eq(intervals_clip(r, N, &e), ST_OK);
        ck_assert_double_le(fabs(r[17]), turn ? 12 : 4);
        ck_assert_int_eq(intervals_fit(&b, r, N, 1, &e), ST_OK);
        *(turn ? &hit : &calm) = intervals_width(&b, 1, 95);
        intervals_release(&b);
    }
    ck_assert_double_gt(hit, calm);
    ck_assert_double_lt(hit, 1.2 * calm);
}
END_TEST

/* Demand that comes in one step out of five: its errors are not rare, however small the others. */
START_TEST(intervals_know_of_what_comes_now_and_then)
{
    enum { N = 200 };
    double r[N];
    struct intervals b;
    struct err e = {0};

    for (int i = 0; i < N; i++)
        r[i] = i % 5 == 2 ? 1 + i % 3 : 0.01 * (i % 7 - 3);
    ck_assert_int_eq(intervals_clip(r, N, &e), ST_OK);
    ck_assert_int_eq(intervals_fit(&b, r, N, 1, &e), ST_OK);
    ck_assert_double_lt(intervals_width(&b, 1, 70), 0.1);
    ck_assert_double_ge(intervals_width(&b, 1, 95), 2);
    intervals_release(&b);
}
END_TEST

START_TEST(a_scale_that_falls_is_levelled)
{
    double r[] = {3, 1, 2, -3, -1, -2};
    struct intervals b;
    struct err e = {0};

    ck_assert_int_eq(intervals_fit(&b, r, 2, 3, &e), ST_OK);
    ck_assert_double_gt(b.scale[0], 0);
    ck_assert_double_eq(b.scale[0], b.scale[1]);
    ck_assert_double_eq(b.scale[1], b.scale[2]);
    intervals_release(&b);
}
END_TEST

START_TEST(no_error_gives_no_width)
{
    double r[] = {0, 0, 0, 0};
    struct intervals b;
    struct err e = {0};

    ck_assert_int_eq(intervals_fit(&b, r, 2, 2, &e), ST_OK);
    ck_assert_double_eq(intervals_width(&b, 9, 99), 0);
    intervals_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("intervals");
    TCase *t = tcase_create("intervals");

    tcase_add_test(t, the_shape_of_equal_residuals_never_falls);
    tcase_add_test(t, intervals_hold_their_share_and_widen);
    tcase_add_test(t, one_huge_residual_does_not_widen_the_intervals);
    tcase_add_test(t, intervals_know_of_what_comes_now_and_then);
    tcase_add_test(t, a_scale_that_falls_is_levelled);
    tcase_add_test(t, no_error_gives_no_width);
    suite_add_tcase(s, t);
    return run_suite(s);
}

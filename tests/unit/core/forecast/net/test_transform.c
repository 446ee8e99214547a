/* test_transform.c - filling, scaling, seasons, levelled windows and intervals, each by itself. */
#include "core/forecast/net/intervals.h"
#include "core/forecast/net/windows.h"
#include "core/forecast/series/gaps.h"
#include "core/forecast/series/season.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(gaps_are_filled_between_their_neighbours)
{
    double y[] = {NAN, 2, NAN, NAN, 8, NAN}, want[] = {2, 2, 4, 6, 8, 8};

    ck_assert_int_eq(gaps_fill(y, 6, FILL_WITH_AUTO, 12, NULL), ST_OK);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq_tol(y[i], want[i], 1e-12);
}
END_TEST

static const struct {
    int kind;
    double y[4], first, last;
} scaled[] = {
    {SCALING_NONE, {3, 1, 2, 4}, 3, 4},
    {SCALING_MINMAX, {3, 1, 2, 5}, 0, 1},
    {SCALING_STANDARD, {1, 1, 3, 3}, -1, 1},
    {SCALING_LOG, {1, 1, 100, 100}, -1, 1},
    {SCALING_STANDARD, {7, 7, 7, 7}, 0, 0},
    {SCALING_MINMAX, {7, 7, 7, 7}, 0, 0},
    {SCALING_LOG, {7, 7, 7, 7}, 0, 0},
    {SCALING_STANDARD, {1e300, 1e300, 3e300, 3e300}, -1, 1},
    {SCALING_STANDARD, {1e-30, 1e-30, 3e-30, 3e-30}, -1, 1},
    {SCALING_MINMAX, {-1e308, 1e308, 0, 1e308}, -1, 1},
    {SCALING_STANDARD, {0, 0, 0, 0}, 0, 0},
};

START_TEST(scaling_maps_and_comes_back)
{
    struct scaling s;
    struct err e = {0};
    double z[4];

    ck_assert_msg(!scaling_fit(&s, scaled[_i].kind, scaled[_i].y, 4, &e), "%s", e.message);
    ck_assert_msg(!scaling_forward(z, &s, scaled[_i].y, 4, &e), "%s", e.message);
    ck_assert_double_eq_tol(z[0], scaled[_i].first, 1e-9);
    ck_assert_double_eq_tol(z[3], scaled[_i].last, 1e-9);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol(scaling_inverse(&s, z[i]), scaled[_i].y[i],
                                1e-12 * fabs(scaled[_i].y[i]) + 1e-300);
}
END_TEST

START_TEST(what_cannot_be_scaled_is_refused)
{
    const double zero[] = {1, 0, 2}, huge[] = {1e300, 1, 2}, wide[] = {-1.7e308, 1.7e308, 0};
    struct scaling s;
    struct err e = {0};
    double z[3];

    ck_assert_int_eq(scaling_fit(&s, SCALING_LOG, zero, 3, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "value 2 is 0"));
    ck_assert_int_eq(scaling_fit(&s, SCALING_NONE, huge, 3, &e), ST_OK);
    ck_assert_int_eq(scaling_forward(z, &s, huge, 3, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "value 1 is 1e+300"));
    ck_assert_int_eq(scaling_fit(&s, SCALING_STANDARD, wide, 3, &e), ST_OK);
    ck_assert_int_eq(scaling_forward(z, &s, wide, 3, &e), ST_OK);
}
END_TEST

START_TEST(the_logarithm_is_for_spread_that_grows)
{
    double flat[AIR], low[AIR];

    for (int i = 0; i < AIR; i++) {
        flat[i] = 100 + i + 10 * sin(i);
        low[i] = air[i] - 103.9;
    }
    ck_assert(scaling_log_suits(air, AIR, 12));
    ck_assert(!scaling_log_suits(flat, AIR, 12));
    ck_assert(!scaling_log_suits(low, AIR, 12)); /* one value near zero would rule */
}
END_TEST

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

static const struct frame frames[] = {
    {.window = 6, .horizon = 5},
    {.window = 6, .horizon = 5, .lag = 3, .normalised = true},
    {.window = 6, .horizon = 5, .lag = 1, .level = 2, .normalised = true},
    {.window = 6, .horizon = 5, .level = 4, .normalised = true},
    {.window = 6, .horizon = 5, .lag = 12, .level = 1, .normalised = true},
};

/* Targets put through the inverse give the series back, whatever the frame. */
START_TEST(the_inverse_undoes_targets)
{
    const struct frame *f = &frames[_i];
    double z[AIR], out[5], level;
    float x[6], target[5];
    struct transform t;
    struct err e = {0};

    ck_assert_int_eq(transform_fit(&t, z, f, SCALING_LOG, air, AIR, 132, &e), ST_OK);
    ck_assert(t.error_scale > 0 && t.nonnegative);
    level = transform_input(x, 1, f, &t, z + 132);
    for (int h = 0; h < 5; h++)
        target[h] = transform_target(f, &t, z + 132, h, level);
    transform_output(out, z + 132, f, &t, target, level);
    for (int h = 0; h < 5; h++)
        ck_assert_double_eq_tol(scaling_inverse(&t.scaling, out[h]), air[132 + h], 1e-3);
    /* The input is what the target at the same step would be. */
    for (int k = 0; k < 6; k++)
        ck_assert_float_eq(x[k], transform_target(f, &t, z + 132, k - 6, level));
}
END_TEST

START_TEST(windows_are_numbered_through_the_runs)
{
    const struct frame f = {.window = 3, .horizon = 2};
    const struct transform t = {.scaling = {SCALING_NONE, 0, 1}, .error_scale = 1};
    double a[20], b[20];
    struct windows w;
    struct sample_source s;
    struct err e = {0};
    float x[3 * 2], values[2 * 2];
    int lengths[2], origin;
    struct batch batch = {.O = 2, .x = x, .values = values, .lengths = lengths};
    const int32_t index[] = {1, 4};
    const float want_x[] = {3, 103, 4, 104, 5, 105}, want_values[] = {6, 7, 106, 107};

    for (int i = 0; i < 20; i++) {
        a[i] = i;
        b[i] = 100 + i;
    }
    ck_assert_int_eq(windows_init(&w, &f, 2, &e), ST_OK);
    ck_assert_int_eq(windows_add(&w, a, &t, 3, 3, 4, &e), ST_OK); /* 3 6 9 12 */
    ck_assert_int_eq(windows_add(&w, b, &t, 6, 1, 2, &e), ST_OK); /* 6 7 */
    ck_assert_int_eq(w.count, 6);
    ck_assert_ptr_eq(windows_find(&origin, &w, 3)->z, a);
    ck_assert_int_eq(origin, 12);
    ck_assert_ptr_eq(windows_find(&origin, &w, 5)->z, b);
    ck_assert_int_eq(origin, 7);
    s = windows_source(&w);
    s.fill(s.ctx, &batch, index, 2, NULL);
    ck_assert_int_eq(batch.T, 3);
    ck_assert_int_eq(batch.B, 2);
    ck_assert_mem_eq(x, want_x, sizeof(want_x));
    ck_assert_mem_eq(values, want_values, sizeof(want_values));
    windows_release(&w);
}
END_TEST

START_TEST(sequence_targets_are_the_window_moved_by_one)
{
    const struct frame f = {.window = 3, .horizon = 2, .sequence = true};
    const struct transform t = {.scaling = {SCALING_NONE, 0, 1}, .error_scale = 1};
    double a[20];
    struct windows w;
    struct sample_source s;
    struct err e = {0};
    float x[3], values[3 * 2];
    int lengths[1];
    struct batch batch = {.O = 2, .x = x, .values = values, .lengths = lengths};
    const int32_t index[] = {0};
    const float want_x[] = {7, 8, 9}, want[] = {8, 9, 9, 10, 10, 11};

    for (int i = 0; i < 20; i++)
        a[i] = i;
    ck_assert_int_eq(windows_init(&w, &f, 1, &e), ST_OK);
    ck_assert_int_eq(windows_add(&w, a, &t, 10, 1, 5, &e), ST_OK);
    s = windows_source(&w);
    s.fill(s.ctx, &batch, index, 1, NULL);
    ck_assert_mem_eq(x, want_x, sizeof(want_x));
    ck_assert_mem_eq(values, want, sizeof(want));
    windows_release(&w);
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

START_TEST(counts_are_told_and_come_back)
{
    const double counts[6] = {0, 3, 1, NAN, 17, 2}, halves[3] = {0, 0.5, 2}, none[3] = {4, 1, 2};
    const double y[5] = {0, 1, 2, 90, -3};
    struct scaling s;
    struct err e = {0};
    double z[5];

    ck_assert(scaling_counts_suit(counts, 6));
    ck_assert(!scaling_counts_suit(halves, 3));
    ck_assert(!scaling_counts_suit(none, 3)); /* these have logarithms */
    ck_assert(!scaling_counts_suit(y, 5));
    ck_assert_int_eq(scaling_fit(&s, SCALING_COUNTS, y, 4, &e), ST_OK);
    ck_assert_int_eq(scaling_forward(z, &s, y, 5, &e), ST_OK);
    for (int i = 0; i < 5; i++)
        ck_assert_double_eq_tol(scaling_inverse(&s, z[i]), y[i], 1e-9);
    /* High counts are brought nearer, and what rises still rises below 0. */
    ck_assert_double_lt(z[3] - z[2], 20 * (z[2] - z[0])); /* not 44 */
    ck_assert_double_lt(z[4], z[0]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecast transform");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, gaps_are_filled_between_their_neighbours);
    tcase_add_loop_test(t, scaling_maps_and_comes_back, 0, sizeof(scaled) / sizeof(scaled[0]));
    tcase_add_test(t, what_cannot_be_scaled_is_refused);
    tcase_add_test(t, the_logarithm_is_for_spread_that_grows);
    tcase_add_test(t, strength_tells_seasons_from_noise);
    tcase_add_test(t, seasonal_naive_repeats_the_season);
    tcase_add_loop_test(t, the_inverse_undoes_targets, 0, sizeof(frames) / sizeof(frames[0]));
    tcase_add_test(t, windows_are_numbered_through_the_runs);
    tcase_add_test(t, sequence_targets_are_the_window_moved_by_one);
    tcase_add_test(t, intervals_hold_their_share_and_widen);
    tcase_add_test(t, one_huge_residual_does_not_widen_the_intervals);
    tcase_add_test(t, intervals_know_of_what_comes_now_and_then);
    tcase_add_test(t, a_scale_that_falls_is_levelled);
    tcase_add_test(t, no_error_gives_no_width);
    tcase_add_test(t, counts_are_told_and_come_back);
    suite_add_tcase(s, t);
    return run_suite(s);
}

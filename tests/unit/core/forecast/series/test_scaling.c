/* test_scaling.c - the maps between a series and numbers near 1. */
#include "core/forecast/series/scaling.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

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
    Suite *s = suite_create("scaling");
    TCase *t = tcase_create("scaling");

    tcase_add_loop_test(t, scaling_maps_and_comes_back, 0, sizeof(scaled) / sizeof(scaled[0]));
    tcase_add_test(t, what_cannot_be_scaled_is_refused);
    tcase_add_test(t, the_logarithm_is_for_spread_that_grows);
    tcase_add_test(t, counts_are_told_and_come_back);
    suite_add_tcase(s, t);
    return run_suite(s);
}

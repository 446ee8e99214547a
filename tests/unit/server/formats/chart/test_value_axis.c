/* test_value_axis.c - round numbers that hold all values. */
#include "server/formats/chart/value_axis.h"
#include "tests/unit/suite.h"

#include <math.h>

static struct value_axis axis_of(double low, double high)
{
    struct value_axis a = value_axis_empty();
    double v[3] = {high, NAN, low};

    value_axis_widen(&a, v, 3);
    return a;
}

START_TEST(the_ends_are_round)
{
    static const double ranges[][4] = {/* low, high: ends and step */
                                       {104, 622, 100, 700},
                                       {0.011, 0.019, 0.01, 0.02},
                                       {-3, 7, -4, 8},
                                       {-1e9, 1e9, -1e9, 1e9}};

    for (int i = 0; i < 4; i++) {
        struct value_axis a = axis_of(ranges[i][0], ranges[i][1]);
        double ticks[VALUE_TICKS_MAX];
        int n;

        value_axis_settle(&a, 6);
        n = value_axis_ticks(ticks, &a);
        ck_assert_double_eq_tol(a.low, ranges[i][2], 1e-9 * fabs(a.high));
        ck_assert_double_eq_tol(a.high, ranges[i][3], 1e-9 * fabs(a.high));
        ck_assert_int_ge(n, 4);
        ck_assert_int_le(n, 12);
        ck_assert_double_eq_tol(ticks[n - 1], a.high, 1e-9 * fabs(a.high));
    }
}
END_TEST

START_TEST(one_value_or_none_has_a_range)
{
    static const double values[] = {0, 5, -1e300, 1e-310};

    for (int i = 0; i < 4; i++) {
        struct value_axis a = axis_of(values[i], values[i]);

        value_axis_settle(&a, 6);
        ck_assert(a.low < a.high);
        ck_assert(a.low <= values[i] + a.step / 1e6 && a.high >= values[i] - a.step / 1e6);
        ck_assert(isfinite(value_axis_place(&a, values[i])));
    }
    struct value_axis none = value_axis_empty();

    value_axis_settle(&none, 6);
    ck_assert_double_eq(none.low, 0);
    ck_assert_double_eq(none.high, 1);
}
END_TEST

START_TEST(equal_ratios_are_equally_far_apart)
{
    struct value_axis a = axis_of(0.02, 30);
    double ticks[VALUE_TICKS_MAX];

    value_axis_settle_log(&a, 6);
    ck_assert(a.log);
    ck_assert_double_eq_tol(a.low, 0.01, 1e-12);
    ck_assert_double_eq_tol(a.high, 100, 1e-9);
    ck_assert_int_eq(value_axis_ticks(ticks, &a), 5);
    ck_assert_double_eq_tol(value_axis_place(&a, 1), 0.5, 1e-12);
    a = axis_of(0.5, 3);
    value_axis_settle_log(&a, 6);
    ck_assert_int_eq(value_axis_ticks(ticks, &a), 7); /* 0.1 .2 .5 1 2 5 10 */
    a = axis_of(0, 3);
    value_axis_settle_log(&a, 6);
    ck_assert(!a.log);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("value_axis");
    TCase *t = tcase_create("all");

    tcase_add_test(t, the_ends_are_round);
    tcase_add_test(t, one_value_or_none_has_a_range);
    tcase_add_test(t, equal_ratios_are_equally_far_apart);
    suite_add_tcase(s, t);
    return suite_run(s);
}

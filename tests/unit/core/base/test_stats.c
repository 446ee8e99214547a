/* test_stats.c - medians, and the spread that a few wild values do not move. */
#include "core/base/stats.h"
#include "tests/unit/suite.h"

#include <lstm/rng.h>
#include <math.h>

START_TEST(a_median_is_in_the_middle)
{
    double odd[] = {5, -1, 3}, even[] = {4, 1, 3, 2}, one[] = {7};

    ck_assert_double_eq(robust_median(odd, 3), 3);
    ck_assert_double_eq(robust_median(even, 4), 2.5);
    ck_assert_double_eq(robust_median(one, 1), 7);
    for (int i = 1; i < 4; i++)
        ck_assert(even[i - 1] <= even[i]);
}
END_TEST

/* The median of |z| of a normal z is 0.6745. */
START_TEST(a_spread_is_a_standard_deviation)
{
    double v[20001], space[20001];
    double expected = 3;
    struct rng r;

    rng_seed(&r, 2);
    for (int i = 0; i < 20001; i++)
        v[i] = expected * rng_normal(&r);
    ck_assert(fabs(robust_spread(v, 20001, space) / expected - 1) < 0.03);
    for (int i = 0; i < 2000; i++)
        v[i * 10] = 1e9; /* a tenth is wild: less than a fifth more */
    ck_assert(fabs(robust_spread(v, 20001, space) / expected - 1) < 0.2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stats");
    TCase *t = tcase_create("all");

    tcase_add_test(t, a_median_is_in_the_middle);
    tcase_add_test(t, a_spread_is_a_standard_deviation);
    suite_add_tcase(s, t);
    return suite_run(s);
}

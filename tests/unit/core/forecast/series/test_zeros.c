/* test_zeros.c - recognition of series with many zeros. */
#include "core/forecast/series/zeros.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>
#include <math.h>

enum { N = 120 };

START_TEST(zeros_by_chance_abound)
{
    const double few[7] = {1, 0, 0, 0, 2, 0, 0}, late[7] = {0, 0, 0, 0, 2, 0, 0};
    double y[N];
    struct rng r;

    rng_seed(&r, 3);
    for (int t = 0; t < N; t++)
        y[t] = rng_below(&r, 10) < 4 ? 1 + rng_below(&r, 9) : 0;
    ck_assert(zeros_abound(few, 7, 7));
    ck_assert(zeros_abound(late, 7, 7));
    ck_assert(zeros_abound(y, N, 7));
    y[50] = -1;
    ck_assert(!zeros_abound(y, N, 7));
}
END_TEST

START_TEST(other_zeros_do_not)
{
    double none[30], closed[84], stopped[60], night[240];

    for (int t = 0; t < 30; t++)
        none[t] = 0;
    for (int t = 0; t < 84; t++)
        closed[t] = t % 7 >= 4 ? 0 : 10 + t % 3; /* three days a week */
    for (int t = 0; t < 60; t++)
        stopped[t] = t < 35 ? 10 + t % 3 : 0;
    for (int t = 0; t < 240; t++)
        night[t] = fmax(0, sin(6.283185307179586 * t / 24));
    ck_assert(!zeros_abound(none, 30, 7));
    ck_assert(!zeros_abound(closed, 84, 7));
    ck_assert(!zeros_abound(stopped, 60, 12));
    ck_assert(!zeros_abound(night, 240, 24));
    ck_assert(!zeros_abound(night, 240, 1)); /* its zeros come in runs */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("zeros");
    TCase *t = tcase_create("zeros");

    tcase_add_test(t, zeros_by_chance_abound);
    tcase_add_test(t, other_zeros_do_not);
    suite_add_tcase(s, t);
    return run_suite(s);
}

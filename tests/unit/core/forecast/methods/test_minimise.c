/* test_minimise.c - the simplex on functions whose lowest point is known. */
#include "core/forecast/methods/minimise.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

static void rosenbrock(void *ctx, double *value, const struct point *p)
{
    int *asked = ctx;

    for (int i = 0; i < MINIMISE_AT_ONCE; i++) {
        const double *x = p[i].x;

        value[i] = 100 * pow(x[1] - x[0] * x[0], 2) + pow(1 - x[0], 2);
    }
    ++*asked;
}

static void never_finite(void *ctx, double *value, const struct point *p)
{
    (void)ctx;
    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        value[i] = p[i].x[0] > 0 ? NAN : INFINITY;
}

START_TEST(the_simplex_walks_down_a_curved_valley)
{
    double x[MINIMISE_MAX] = {-1.2, 1};
    int asked = 0;
    double least = minimise(x, 2, rosenbrock, &asked, 0.5, 1000, 1e-12);

    ck_assert_double_lt(least, 1e-8);
    ck_assert_double_eq_tol(x[0], 1, 1e-3);
    ck_assert_double_eq_tol(x[1], 1, 1e-3);
    x[0] = 3;
    minimise(x, 1, never_finite, NULL, 0.5, 50, 1e-12);
    ck_assert(isfinite(x[0]));
}
END_TEST

/* Each point that is asked for without need costs nothing; each value that is used is a call. */
START_TEST(the_calls_that_are_used_are_bounded)
{
    double x[MINIMISE_MAX] = {-1.2, 1};
    int asked = 0;

    minimise(x, 2, rosenbrock, &asked, 0.5, 40, 0);
    ck_assert_int_le(asked, 40);
    ck_assert_int_ge(asked, 40 / MINIMISE_AT_ONCE);
}
END_TEST

START_TEST(bounds_hold_and_come_back)
{
    for (double v = 0.05; v < 0.96; v += 0.1)
        ck_assert_double_eq_tol(bounded(unbounded(v, 0, 1), 0, 1), v, 1e-12);
    ck_assert_double_le(bounded(1e6, -2, 3), 3);
    ck_assert_double_ge(bounded(-1e6, -2, 3), -2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("minimise");
    TCase *t = tcase_create("minimise");

    tcase_add_test(t, the_simplex_walks_down_a_curved_valley);
    tcase_add_test(t, the_calls_that_are_used_are_bounded);
    tcase_add_test(t, bounds_hold_and_come_back);
    suite_add_tcase(s, t);
    return run_suite(s);
}

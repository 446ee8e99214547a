/* test_arma_determinant.c - the determinants of processes for which it is known. */
#include "core/forecast/methods/arma_determinant.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

enum { N = 400, SEASON = 12 };

/* All lanes get c, but for the last one, which gets a quarter of it. */
static void set(lanes *to, double c)
{
    for (int i = 0; i < MINIMISE_AT_ONCE; i++)
        (*to)[i] = i < MINIMISE_AT_ONCE - 1 ? c : c / 4;
}

static double infinite(double c)
{
    return -log(1 - c * c);
}

/* An autoregression of order 1, and a moving average: -log(1 - c^2). */
START_TEST(a_process_of_one_lag)
{
    const double c[4] = {0.2, 0.5, -0.9, 0.97};

    for (int i = 0; i < 4; i++) {
        struct arma ar = {.p = 1}, ma = {.q = 1};
        lanes out;

        set(&ar.ar[0], c[i]);
        set(&ma.ma[0], c[i]);
        arma_log_determinant(&out, &ar, N);
        ck_assert_double_eq_tol(out[0], infinite(c[i]), 1e-6);
        ck_assert_double_eq_tol(out[MINIMISE_AT_ONCE - 1], infinite(c[i] / 4), 1e-12);
        arma_log_determinant(&out, &ma, N);
        ck_assert_double_eq_tol(out[0], infinite(c[i]), 1e-6);
        ck_assert_double_eq_tol(out[MINIMISE_AT_ONCE - 1], infinite(c[i] / 4), 1e-12);
    }
}
END_TEST

/* Twelve such processes, one for each month. The short lag decays long before them. */
START_TEST(a_process_of_a_season)
{
    struct arma m = {.Q = 1, .season = SEASON};
    lanes out;

    set(&m.sma, 0.7);
    arma_log_determinant(&out, &m, N);
    ck_assert_double_eq_tol(out[0], SEASON * infinite(0.7), 1e-6);
    m.p = 1;
    arma_log_determinant(&out, &m, N);
    ck_assert_double_eq_tol(out[0], SEASON * infinite(0.7), 1e-6);
    set(&m.ar[0], 0.1);
    arma_log_determinant(&out, &m, N);
    ck_assert_double_eq_tol(out[0], SEASON * infinite(0.7) + infinite(0.1), 1e-6);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("arma_determinant");
    TCase *t = tcase_create("arma_determinant");

    tcase_add_test(t, a_process_of_one_lag);
    tcase_add_test(t, a_process_of_a_season);
    suite_add_tcase(s, t);
    return run_suite(s);
}

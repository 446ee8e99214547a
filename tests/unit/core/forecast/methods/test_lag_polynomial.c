/* test_lag_polynomial.c - products by hand, and autoregressions that die away. */
#include "core/forecast/methods/lag_polynomial.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

static double weight_of(const struct polynomial *p, int steps)
{
    double sum = 0;

    for (int i = 0; i < p->count; i++)
        sum += p->term[i].steps == steps ? p->term[i].weight : 0;
    return sum;
}

/* (1 - 0.5 B)(1 - 0.8 B^12) = 1 - (0.5 B + 0.8 B^12 - 0.4 B^13). The terms of B^2 and B^14 have the
 * weight 0 and are there: all models of the same orders have the same lags. */
START_TEST(a_product_is_that_of_paper)
{
    const double a[2] = {0.5, 0}, b[1] = {0.8};
    struct polynomial p;

    polynomial_multiply(&p, a, 2, b, 1, 12, -1);
    ck_assert_int_eq(p.count, 5);
    ck_assert_double_eq_tol(weight_of(&p, 1), 0.5, 1e-15);
    ck_assert_double_eq_tol(weight_of(&p, 12), 0.8, 1e-15);
    ck_assert_double_eq_tol(weight_of(&p, 13), -0.4, 1e-15);
    polynomial_multiply(&p, a, 1, b, 1, 12, 1);
    ck_assert_double_eq_tol(weight_of(&p, 13), 0.4, 1e-15);
}
END_TEST

/* The recursion run backwards gives the partial autocorrelations again, all below 1 in size: that
 * is what makes an autoregression stationary. */
START_TEST(an_autoregression_is_stationary)
{
    const double x[4][3] = {{0, 0, 0}, {50, 50, 50}, {-50, 50, -50}, {0.3, -2, 1}};

    for (int i = 0; i < 4; i++) {
        double a[3] = {0}, below[3] = {0};

        polynomial_stationary(a, x[i], 3);
        for (int k = 2; k >= 0; k--) {
            double r = a[k];

            ck_assert_double_eq_tol(r, polynomial_partial_max * tanh(x[i][k]), 1e-9);
            ck_assert_double_lt(fabs(r), 1);
            for (int m = 0; m < k; m++)
                below[m] = (a[m] + r * a[k - 1 - m]) / (1 - r * r);
            for (int m = 0; m < k; m++)
                a[m] = below[m];
        }
    }
}
END_TEST

/* Of order one the coefficient is the partial autocorrelation. */
START_TEST(order_one_is_its_correlation)
{
    const double x = 0.4;
    double a;

    polynomial_stationary(&a, &x, 1);
    ck_assert_double_eq_tol(a, polynomial_partial_max * tanh(0.4), 1e-15);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lag_polynomial");
    TCase *t = tcase_create("lag_polynomial");

    tcase_add_test(t, a_product_is_that_of_paper);
    tcase_add_test(t, an_autoregression_is_stationary);
    tcase_add_test(t, order_one_is_its_correlation);
    suite_add_tcase(s, t);
    return run_suite(s);
}

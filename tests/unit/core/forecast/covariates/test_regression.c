/* test_regression.c - ridge regression on covariates: features, coefficients, effects. */
#include "core/forecast/covariates/regression.h"
#include "tests/unit/suite.h"

#include <lstm/rng.h>
#include <math.h>
#include <string.h>

enum { N = 240, ROWS = 264, LAG = 6 };

static double y[ROWS], x[2 * ROWS], effect[ROWS];
static const bool both[] = {true, true}, neither[] = {false, false};
static struct regression r;
static struct err e;

static void setup(void)
{
    struct rng g;

    rng_seed(&g, 7);
    for (int i = 0; i < ROWS; i++) {
        x[i] = 4 * (double)rng_normal(&g);
        x[ROWS + i] = (double)rng_normal(&g);
        y[i] = 7 + 3 * x[i];
    }
}

static void teardown(void)
{
    regression_release(&r);
    ck_assert_int_eq(r.count, 0);
    ck_assert_ptr_null(r.beta);
}

static void fit(struct regression_plan plan, const bool *known)
{
    const struct regression_data data = {y, N, x, 2, ROWS, known};

    regression_release(&r);
    ck_assert(!regression_fit(&r, &plan, &data, &e));
}

static void measure(void)
{
    ck_assert(!regression_effect(effect, &r, x, ROWS, N, ROWS, &e));
}

/* Covariates that are missing do no harm, and a constant explains nothing. */
START_TEST(a_regression_finds_the_coefficient)
{
    x[10] = y[20] = NAN;
    fit((struct regression_plan){.lag = LAG, .season = 1, .ridge = 1e-6}, both);
    ck_assert_int_eq(r.count, 2);
    ck_assert_int_eq(r.features, 2);
    ck_assert_double_lt(fabs(r.beta[0] / r.regressors[0].scale - 3), 0.1);
    measure();
    ck_assert_double_eq_tol(effect[N + 1] - effect[N], 3 * (x[N + 1] - x[N]), 0.5);
    for (int i = 0; i < 2 * ROWS; i++)
        x[i] = 4;
    fit((struct regression_plan){.lag = LAG, .season = 1, .ridge = 1e-6}, both);
    ck_assert_int_eq(r.count, 0);
}
END_TEST

/* An effect is removed and added again, as a term or as a factor. */
START_TEST(an_effect_comes_back_exactly)
{
    fit((struct regression_plan){.lag = LAG, .season = 1, .ridge = 1e-6}, both);
    measure();
    ck_assert_double_eq(regression_without(&r, 5, 2), 3);
    ck_assert_double_eq_tol(regression_with(&r, regression_without(&r, 5, effect[3]), effect[3]), 5,
                            1e-12);
    r.logarithm = true;
    ck_assert_double_eq_tol(regression_without(&r, 5, log(2)), 2.5, 1e-12);
    ck_assert_double_eq_tol(regression_with(&r, 5, log(2)), 10, 1e-12);
    ck_assert(isnan(regression_with(&r, NAN, 1)));
}
END_TEST

/* The mean effect over the training part is nothing. */
START_TEST(an_effect_is_around_its_mean_and_kept_in_its_range)
{
    double mean = 0, most = 0;

    x[N + 2] = 1e9;
    fit((struct regression_plan){.detail = 1, .lag = LAG, .season = 1, .ridge = 1e-6}, both);
    measure();
    for (int i = 0; i < N; i++) {
        mean += effect[i] / N;
        most = fmax(most, effect[i]);
    }
    ck_assert_double_eq_tol(mean, 0, 1e-9);
    ck_assert_double_gt(effect[N + 2], most); /* beyond the largest effect so far, but not far */
    ck_assert_double_lt(effect[N + 2], 2.1 * most);
    r.high = most / 2;
    measure();
    ck_assert_double_eq(effect[N + 2], most / 2);
}
END_TEST

/* A covariate that is not known in advance enters by its values LAG steps before. */
START_TEST(an_unknown_covariate_leads)
{
    for (int i = ROWS; i-- > 0;)
        y[i] = 7 + 2 * x[i > LAG ? i - LAG : 0];
    fit((struct regression_plan){.lag = LAG, .season = 1, .ridge = 1e-6}, neither);
    ck_assert_int_eq(r.features, 2);
    ck_assert_double_eq_tol(r.beta[0] / r.regressors[0].scale, 2, 0.02);
    for (int i = N; i < ROWS; i++)
        x[i] = 1e6; /* not there yet: not looked at */
    measure();
    ck_assert_double_eq_tol(effect[N + LAG - 1] - effect[N], 2 * (x[N - 1] - x[N - LAG]), 0.5);
    ck_assert_double_eq(effect[N + LAG], effect[N + LAG - 1]); /* the last value stands in */
}
END_TEST

START_TEST(details_add_features)
{
    static const int want[REGRESSION_DETAIL_MAX + 1] = {2, 2 * (1 + REGRESSION_KNOTS), 2 * 5,
                                                        2 * (5 + 3 * REGRESSION_KNOTS)};

    for (int detail = 0; detail <= REGRESSION_DETAIL_MAX; detail++) {
        fit((struct regression_plan){.detail = detail, .lag = LAG, .season = 12, .ridge = 0.1},
            both);
        ck_assert_int_eq(r.count ? r.features : want[detail], want[detail]);
        ck_assert_int_eq(r.count ? regression_features(&r) : want[detail], want[detail]);
        ck_assert_int_eq(r.count > 0, want[detail] * 6 <= N);
    }
}
END_TEST

/* High and low values of the covariate both raise the series, which no straight line does. */
START_TEST(a_bend_is_followed)
{
    double error[2] = {0};

    for (int i = 0; i < ROWS; i++)
        y[i] = 7 + fabs(x[i] - 3);
    for (int detail = 0; detail < 2; detail++) {
        fit((struct regression_plan){.detail = detail, .lag = LAG, .season = 1, .ridge = 1e-6},
            both);
        measure();
        for (int i = N + 1; i < ROWS; i++)
            error[detail] += fabs(effect[i] - effect[N] - y[i] + y[N]) / (ROWS - N - 1);
    }
    ck_assert_double_lt(error[1], error[0] / 3);
}
END_TEST

/* A trend that both have is not taken for an effect when both sides are differenced: the rest of
 * the series moves twice as far as the covariate. */
START_TEST(a_common_trend_is_no_effect)
{
    struct rng g;

    rng_seed(&g, 3);
    for (int i = 0; i < ROWS; i++) {
        double v = (double)rng_normal(&g);

        x[i] = i + v;
        y[i] = 5 * i + 2 * v;
    }
    fit((struct regression_plan){.lag = LAG, .season = 1, .ridge = 1e-6}, both);
    ck_assert_double_gt(r.beta[0] / r.regressors[0].scale, 4);
    fit((struct regression_plan){.lag = LAG, .season = 1, .ridge = 1e-6, .difference = 1}, both);
    ck_assert_double_eq_tol(r.beta[0] / r.regressors[0].scale, 2, 0.01);
}
END_TEST

START_TEST(the_logarithm_is_regressed_where_the_plan_says_so)
{
    for (int i = 0; i < ROWS; i++)
        y[i] = exp(0.1 * x[i]);
    fit((struct regression_plan){.lag = LAG, .season = 1, .ridge = 1e-6, .logarithm = true}, both);
    ck_assert(r.logarithm);
    ck_assert_double_eq_tol(r.beta[0] / r.regressors[0].scale, 0.1, 1e-3);
}
END_TEST

START_TEST(too_few_observations_carry_none)
{
    for (int i = 0; i < N - 20; i++)
        y[i] = NAN;
    fit((struct regression_plan){.lag = LAG, .season = 1, .ridge = 1e-6}, both);
    ck_assert_int_eq(r.count, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("regression");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_regression_finds_the_coefficient);
    tcase_add_test(t, an_effect_comes_back_exactly);
    tcase_add_test(t, an_effect_is_around_its_mean_and_kept_in_its_range);
    tcase_add_test(t, an_unknown_covariate_leads);
    tcase_add_test(t, details_add_features);
    tcase_add_test(t, a_bend_is_followed);
    tcase_add_test(t, a_common_trend_is_no_effect);
    tcase_add_test(t, the_logarithm_is_regressed_where_the_plan_says_so);
    tcase_add_test(t, too_few_observations_carry_none);
    suite_add_tcase(s, t);
    return suite_run(s);
}

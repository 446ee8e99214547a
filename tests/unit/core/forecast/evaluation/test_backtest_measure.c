/* test_backtest_measure.c - the errors of two small backtest items, by hand. */
#include "core/forecast/evaluation/backtest_measure.h"
#include "tests/unit/suite.h"

#include <math.h>

enum { H = 2 };

static const double truth[2][H] = {{10, 20}, {30, NAN}};
static const double forecast[2][H] = {{11, 18}, {30, 5}}, naive[2][H] = {{8, 8}, {34, 34}};
static const double seasonal[2][H] = {{10, 21}, {36, 1}}, ets[2][H] = {{10, 24}, {28, 2}};
static const double lower80[2][H] = {{10.5, 10}, {29, 0}}, upper80[2][H] = {{12, 21}, {31, 9}};
static const double lower95[2][H] = {{9, 10}, {29, 0}}, upper95[2][H] = {{12, 21}, {31, 9}};

static struct backtest_forecast items[2];
static double step[H], step_seasonal[H], step_ets[H];

static struct backtest make(void)
{
    for (int i = 0; i < 2; i++)
        items[i] = (struct backtest_forecast){.length = H,
                                              .truth = truth[i],
                                              .forecast = forecast[i],
                                              .mean = forecast[i],
                                              .naive = naive[i],
                                              .seasonal_naive = seasonal[i],
                                              .ets = ets[i],
                                              .lower80 = lower80[i],
                                              .upper80 = upper80[i],
                                              .lower95 = lower95[i],
                                              .upper95 = upper95[i]};
    return (struct backtest){.plan = {.horizon = H},
                             .count = 2,
                             .items = items,
                             .step_error = step,
                             .step_error_seasonal = step_seasonal,
                             .step_error_ets = step_ets};
}

START_TEST(errors_are_means_over_the_items)
{
    struct backtest b = make();

    backtest_measure(&b, (double[]){2, 4});
    ck_assert_double_eq_tol(items[0].model.mae, 1.5, 1e-12);
    ck_assert_double_eq_tol(items[0].last.mae, 7, 1e-12);
    ck_assert_double_eq_tol(items[1].seasonal.mae, 6, 1e-12);
    ck_assert_double_eq_tol(items[1].smoothed.mae, 2, 1e-12);
    ck_assert_double_eq_tol(b.model.mae, 0.75, 1e-12);
    ck_assert_double_eq_tol(b.model.rmse, sqrt(2.5) / 2, 1e-12);
    ck_assert_double_eq_tol(b.model.mape, 5, 1e-12);
    ck_assert_double_eq_tol(b.model.mase, 0.375, 1e-12);
    ck_assert_double_eq_tol(b.seasonal.mase, (0.25 + 1.5) / 2, 1e-12);
    ck_assert_double_eq_tol(b.last.mae, 5.5, 1e-12);
    ck_assert_double_eq_tol(b.smoothed.mae, 2, 1e-12);
    ck_assert(b.beats_baseline);
}
END_TEST

/* Each step in units of its item's scale; a truth that is missing does not count. */
START_TEST(steps_ahead_have_their_errors)
{
    struct backtest b = make();

    backtest_measure(&b, (double[]){2, 4});
    ck_assert_double_eq_tol(step[0], 0.25, 1e-12);
    ck_assert_double_eq_tol(step[1], 1, 1e-12);
    ck_assert_double_eq_tol(step_seasonal[0], 0.75, 1e-12);
    ck_assert_double_eq_tol(step_ets[1], 2, 1e-12);
}
END_TEST

START_TEST(coverage_is_the_share_inside)
{
    const double unknown[H] = {NAN, NAN};
    struct backtest b = make();

    backtest_measure(&b, (double[]){2, 4});
    ck_assert_double_eq_tol(b.coverage80, 2.0 / 3, 1e-12);
    ck_assert_double_eq_tol(b.coverage95, 1, 1e-12);
    for (int i = 0; i < 2; i++)
        items[i].lower80 = unknown;
    backtest_measure(&b, (double[]){2, 4});
    ck_assert(isnan(b.coverage80));
}
END_TEST

/* Without a scale there is no MASE: the mean absolute errors are compared. */
START_TEST(where_no_scale_is_known_the_errors_decide)
{
    struct backtest b = make();

    backtest_measure(&b, (double[]){NAN, NAN});
    ck_assert(isnan(b.model.mase) && isnan(step[0]));
    ck_assert(b.beats_baseline);
    items[0].seasonal_naive = truth[0];
    items[1].seasonal_naive = truth[1];
    backtest_measure(&b, (double[]){NAN, NAN});
    ck_assert(!b.beats_baseline);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("backtest_measure");
    TCase *t = tcase_create("all");

    tcase_add_test(t, errors_are_means_over_the_items);
    tcase_add_test(t, steps_ahead_have_their_errors);
    tcase_add_test(t, coverage_is_the_share_inside);
    tcase_add_test(t, where_no_scale_is_known_the_errors_decide);
    suite_add_tcase(s, t);
    return suite_run(s);
}

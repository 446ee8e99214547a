/* test_exogenous.c - the effects of covariates and calendar together. */
#include "core/forecast/exogenous.h"
#include "tests/unit/suite.h"

#include <math.h>

enum { N = 36 };

static const struct calendar_effect no_calendar = {.unit = CALENDAR_NONE};
static const struct regression no_regression = {.count = 0};
static struct calendar_effect months = {.unit = CALENDAR_MONTHS};
static double x[N], slope = 2;
static struct regressor regressor = {
    .mean = 1, .scale = 1, .low = -100, .high = 100, .known = true};
static const struct regression line = {.count = 1,
                                       .regressors = &regressor,
                                       .beta = &slope,
                                       .features = 1,
                                       .season = 1,
                                       .low = -100,
                                       .high = 100};

static void setup(void)
{
    for (int i = 0; i < N; i++)
        x[i] = i % 5;
    for (int k = 0; k < CALENDAR_COLUMNS; k++)
        months.beta[k] = 0.1;
}

static void teardown(void)
{
}

START_TEST(either_makes_an_effect)
{
    ck_assert(!exogenous_any(&(struct exogenous){&no_regression, &no_calendar, NULL, 0}));
    ck_assert(exogenous_any(&(struct exogenous){&line, &no_calendar, NULL, 0}));
    ck_assert(exogenous_any(&(struct exogenous){&no_regression, &months, NULL, 0}));
}
END_TEST

START_TEST(effects_add_up)
{
    const struct series_view s = {
        .covariates = x, .rows = N, .calendar = {CALENDAR_MONTHS, 240}, .length = N};
    double both[N], first[N], second[N];
    struct err e = {0};

    ck_assert(
        !exogenous_effect(first, &(struct exogenous){&line, &no_calendar, NULL, 0}, &s, N, N, &e));
    ck_assert_double_eq_tol(first[3], 2 * (3 - 1), 1e-12);
    ck_assert(!exogenous_effect(second, &(struct exogenous){&no_regression, &months, NULL, 0}, &s,
                                N, N, &e));
    ck_assert(!exogenous_effect(both, &(struct exogenous){&line, &months, NULL, 0}, &s, N, N, &e));
    for (int i = 0; i < N; i++) {
        ck_assert_double_ne(second[i], 0);
        ck_assert_double_eq_tol(both[i], first[i] + second[i], 1e-12);
    }
    ck_assert(!exogenous_effect(both, &(struct exogenous){&no_regression, &no_calendar, NULL, 0},
                                &s, N, N, &e));
    ck_assert_double_eq(both[3], 0);
}
END_TEST

/* With a calendar, both effects are factors instead of terms. */
START_TEST(an_effect_is_removed_and_restored)
{
    const struct exogenous sum = {&line, &no_calendar, NULL, 0},
                           product = {&line, &months, NULL, 0};

    ck_assert_double_eq(exogenous_remove(&sum, 5, 2), 3);
    ck_assert_double_eq(exogenous_restore(&sum, 5, 2), 7);
    ck_assert_double_eq_tol(exogenous_remove(&product, 5, log(2)), 2.5, 1e-12);
    ck_assert_double_eq_tol(exogenous_restore(&product, 5, log(2)), 10, 1e-12);
    ck_assert(isnan(exogenous_remove(&product, NAN, 1)));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exogenous");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, either_makes_an_effect);
    tcase_add_test(t, effects_add_up);
    tcase_add_test(t, an_effect_is_removed_and_restored);
    suite_add_tcase(s, t);
    return suite_run(s);
}

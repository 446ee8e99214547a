/* test_annual.c - the course of the year: drawn, added, and found in noise. */
#include "core/forecast/calendar/annual.h"
#include "tests/unit/suite.h"

#include <lstm/rng.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { N = 3 * 366, FIRST = 17532 };

static const double year = 365.2425;
static double wave[ANNUAL_WAVES * N], errors[N], space[N];

static double truth(int64_t day)
{
    double angle = 2 * M_PI * (double)day / year;

    return 0.3 * sin(angle) + 0.1 * cos(2 * angle);
}

static void fill(bool course)
{
    struct rng r;

    rng_seed(&r, 2);
    annual_waves(wave, FIRST, N);
    for (int t = 0; t < N; t++)
        errors[t] = (course ? truth(FIRST + t) : 0) + 0.2 * (double)rng_normal(&r);
}

START_TEST(waves_are_of_the_day_of_the_year)
{
    annual_waves(wave, FIRST, N);
    for (int t = 0; t < N; t += 97)
        for (int k = 0; k < ANNUAL_ORDER_MAX; k++) {
            double angle = 2 * M_PI * (k + 1) * (double)(FIRST + t) / year;

            ck_assert_double_eq_tol(wave[2 * k * N + t], cos(angle), 1e-6);
            ck_assert_double_eq_tol(wave[(2 * k + 1) * N + t], sin(angle), 1e-6);
        }
}
END_TEST

/* Both ways of adding a course agree, before 1970 too. */
START_TEST(days_are_as_the_waves)
{
    const struct annual a = {.order = 2, .beta = {0.5, -1, 0.25, 2}};

    for (int64_t first = -4000; first <= FIRST; first += FIRST + 4000) {
        double by_wave[N], by_day[N];

        memset(by_wave, 0, sizeof(by_wave));
        memset(by_day, 0, sizeof(by_day));
        annual_waves(wave, first, N);
        annual_add(by_wave, &a, wave, N, -2);
        annual_add_days(by_day, &a, first, N);
        for (int t = 0; t < N; t++)
            ck_assert_double_eq_tol(by_wave[t], -2 * by_day[t], 1e-9);
    }
}
END_TEST

START_TEST(a_course_is_found_with_its_order)
{
    struct annual a;
    double v[N] = {0};

    fill(true);
    errors[50] = 1e6; /* clipped */
    annual_fit(&a, errors, wave, 0, N, 0.04, space);
    ck_assert_int_eq(a.order, 2);
    annual_add_days(v, &a, FIRST, N);
    for (int t = 0; t < N; t++)
        ck_assert_double_eq_tol(v[t], truth(FIRST + t), 0.05);
}
END_TEST

START_TEST(there_is_none_in_noise)
{
    struct annual a;
    double v[N] = {0};

    fill(false);
    annual_fit(&a, errors, wave, 0, N, 0.04, space);
    ck_assert_int_eq(a.order, 0);
    annual_add_days(v, &a, FIRST, N);
    ck_assert_double_eq(v[100], 0);
}
END_TEST

/* The first errors are those of a filter that has not seen enough. */
START_TEST(the_first_errors_are_not_used)
{
    struct annual a, b;

    fill(true);
    annual_fit(&a, errors, wave, 60, N, 0.04, space);
    for (int t = 0; t < 60; t++)
        errors[t] = 0.2;
    annual_fit(&b, errors, wave, 60, N, 0.04, space);
    ck_assert_int_eq(a.order, b.order);
    ck_assert_mem_eq(a.beta, b.beta, 2 * (size_t)a.order * sizeof(*a.beta));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("annual");
    TCase *t = tcase_create("all");

    tcase_add_test(t, waves_are_of_the_day_of_the_year);
    tcase_add_test(t, days_are_as_the_waves);
    tcase_add_test(t, a_course_is_found_with_its_order);
    tcase_add_test(t, there_is_none_in_noise);
    tcase_add_test(t, the_first_errors_are_not_used);
    suite_add_tcase(s, t);
    return suite_run(s);
}

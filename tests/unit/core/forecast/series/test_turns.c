/* test_turns.c - trends that have changed their slope, and series that only look so. */
#include "core/forecast/series/turns.h"

#include <check.h>
#include <lstm/rng.h>
#include <math.h>
#include <string.h>

enum { N = 72, AT = 60, YEAR = 12 };

static struct params p;

static void setup(void)
{
    struct err e = {0};

    ck_assert(!params_defaults(&p, TASK_FORECAST, NULL, &e));
    p.season_length = YEAR;
}

/* Two lines that meet at AT, with noise and a season of this height. */
static void make_lines(double *y, double before, double after, double noise, double height)
{
    struct rng r;

    rng_seed(&r, 7);
    for (int i = 0; i < N; i++)
        y[i] = 200 + (i < AT ? before : after) * (i - AT) + noise * (double)rng_normal(&r) +
               height * sin(6.283185307179586 * i / YEAR);
}

static struct turn moved(double *y)
{
    struct turn t;
    struct err e = {0};

    ck_assert(!turns_move(y, N, &p, &t, &e));
    return t;
}

/* The values before the turn lie on the line after it, with their noise and season. */
static void lines_become_one(double before, double after, double noise, double height)
{
    double y[N], line[N];
    struct turn t;

    make_lines(y, before, after, noise, height);
    make_lines(line, after, after, noise, height);
    t = moved(y);
    ck_assert_int_ge(t.at, AT - 2);
    ck_assert_int_le(t.at, AT + 2);
    ck_assert_double_le(t.error, noise > 0 ? 0.5 : 1e-6);
    for (int i = 0; i < N; i++)
        ck_assert_double_eq_tol(y[i], line[i], 0.01 + (2 + (i < AT ? AT - i : 0)) * 2 * t.error);
    for (int i = t.at; i < N; i++)
        ck_assert_double_eq(y[i], line[i]);
}

START_TEST(the_present_line_has_always_been)
{
    lines_become_one(2, -1, 2, 0);
    lines_become_one(-1, 2, 1, 0);
    lines_become_one(0, 2, 2, 0);
    lines_become_one(2, 0, 2, 0);
    lines_become_one(2, -1, 2, 25);
    lines_become_one(2, -1, 0, 0);
    lines_become_one(2, -1, 0, 25);
}
END_TEST

/* Growth and decline by a factor are lines of logarithms; the values stay positive. */
START_TEST(growth_by_a_factor_turns_too)
{
    double y[N];
    struct turn t;

    make_lines(y, 0.05, -0.04, 0.03, 0);
    for (int i = 0; i < N; i++)
        y[i] = exp(y[i] - 195);
    t = moved(y);
    ck_assert_int_ge(t.at, AT - 2);
    ck_assert_int_le(t.at, AT + 2);
    for (int i = 0; i < AT; i++)
        ck_assert_double_eq_tol(log(y[i]), 5 - 0.04 * (i - AT), 0.15 + 0.01 * (AT - i));
}
END_TEST

static void stays(const double *y)
{
    double copy[N];

    memcpy(copy, y, sizeof(copy));
    ck_assert_int_eq(moved(copy).at, 0);
    ck_assert_mem_eq(copy, y, sizeof(copy));
}

START_TEST(other_series_stay)
{
    double y[N], level = 100;
    struct rng r;

    make_lines(y, 2, 2, 3, 0);
    stays(y);
    make_lines(y, 2, 2, 0, 20);
    stays(y);
    for (int i = 0; i < N; i++)
        y[i] = i * i;
    stays(y);
    for (int i = 0; i < N; i++)
        y[i] = exp(i * 0.05) * (1 + 0.02 * sin(i));
    stays(y);
    for (int i = 0; i < N; i++)
        y[i] = i < AT ? 5 : 9;
    stays(y);
    memset(y, 0, sizeof(y));
    stays(y);
    make_lines(y, 2, -1, 0, 0);
    y[5] = 1e200;
    stays(y);
    rng_seed(&r, 11);
    for (int k = 0; k < 50; k++) {
        for (int i = 0; i < N; i++)
            y[i] = level += (double)rng_normal(&r);
        stays(y);
    }
}
END_TEST

/* Nothing is moved where outliers are kept, without an ensemble, and in a short series. */
START_TEST(the_conditions_of_cleaning_hold)
{
    double y[N];
    struct turn t;
    struct err e = {0};

    make_lines(y, 2, -1, 1, 0);
    ck_assert(!turns_move(y + N - 14, 14, &p, &t, &e));
    ck_assert_int_eq(t.at, 0);
    p.outliers = OUTLIERS_KEEP;
    stays(y);
    p.outliers = OUTLIERS_REPLACE;
    p.ensemble = false;
    stays(y);
    p.ensemble = true;
    ck_assert_int_gt(moved(y).at, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("turns");
    TCase *t = tcase_create("turns");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, the_present_line_has_always_been);
    tcase_add_test(t, growth_by_a_factor_turns_too);
    tcase_add_test(t, other_series_stay);
    tcase_add_test(t, the_conditions_of_cleaning_hold);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed > 0;
}

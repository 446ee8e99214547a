/* test_calendar_effect.c - effects of the days of a month: those that must be found, and those that
 * must not. */
#include "tests/unit/core/forecast/effects.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>
#include <math.h>
#include <string.h>

enum { N = 180, FROM = -12 * 10 /* 1960-01 */ };

static const struct calendar months = {CALENDAR_MONTHS, FROM};

/* A random walk as level, a season, noise of 1 %, and the effects of beta. */
static void fill(double *y, int n, const double *beta, unsigned seed)
{
    struct calendar_effect f = {.unit = CALENDAR_MONTHS};
    struct rng r;
    double level = 5;

    memcpy(f.beta, beta, sizeof(f.beta));
    rng_seed(&r, seed);
    for (int i = 0; i < n; i++) {
        level += 0.01 * (double)rng_normal(&r);
        y[i] = exp(level + 0.1 * sin(2 * M_PI * i / 12) + 0.01 * (double)rng_normal(&r) +
                   effect_at(&f, &months, i));
    }
}

static struct calendar_effect found(const double *y, int n, const struct calendar *c)
{
    struct calendar_effect f;
    struct err e = {0};

    ck_assert_msg(!calendar_effect_fit(&f, y, n, c, &e), "%s", e.message);
    return f;
}

static const double working[CALENDAR_COLUMNS] = {
    [CALENDAR_WEEKDAYS] = 0.006, [CALENDAR_LEAP] = 0.03};
static const double shops[CALENDAR_COLUMNS] = {[CALENDAR_DAY] = -0.012,
                                               [CALENDAR_DAY + 4] = 0.014,
                                               [CALENDAR_DAY + 5] = 0.02,
                                               [CALENDAR_LEAP] = 0.035,
                                               [CALENDAR_EASTER + 1] = 0.06};

/* The mean error of the effects found, relative to the mean effect, also over the months after the
 * series. */
static double error_of(const struct calendar_effect *f, const double *beta)
{
    struct calendar_effect truth = {.unit = CALENDAR_MONTHS};
    double error = 0, size = 0;

    memcpy(truth.beta, beta, sizeof(truth.beta));
    for (int i = 0; i < 2 * N; i++) {
        double v = effect_at(&truth, &months, i);

        error += fabs(effect_at(f, &months, i) - v);
        size += fabs(v);
    }
    return error / size;
}

START_TEST(effects_are_found)
{
    const double *beta = _i ? shops : working;
    struct calendar_effect f;
    double y[N];

    for (unsigned seed = 0; seed < 20; seed++) {
        fill(y, N, beta, seed);
        f = found(y, N, &months);
        ck_assert_int_eq(f.unit, CALENDAR_MONTHS);
        ck_assert_double_lt(error_of(&f, beta), 0.3);
        /* errors of ten times their size hide none */
        y[50] *= 1.1;
        y[131] /= 1.1;
        f = found(y, N, &months);
        ck_assert_int_eq(f.unit, CALENDAR_MONTHS);
        ck_assert_double_lt(error_of(&f, beta), 0.5);
    }
}
END_TEST

START_TEST(where_there_is_none_none_is_found)
{
    const double none[CALENDAR_COLUMNS] = {0};
    double y[N];
    int times = 0;

    for (unsigned seed = 0; seed < 100; seed++) {
        fill(y, N, none, 100 + seed);
        times += found(y, N, &months).unit != CALENDAR_NONE;
    }
    ck_assert_int_le(times, 10);
}
END_TEST

enum { NO_CALENDAR, TOO_SHORT, A_ZERO, CONSTANT, LAST_CASE };

START_TEST(nothing_is_made_of_nothing)
{
    struct calendar c = months;
    struct calendar_effect f;
    double y[N];

    fill(y, N, working, 3);
    if (_i == NO_CALENDAR)
        c.unit = CALENDAR_NONE;
    if (_i == A_ZERO)
        y[N - 9] = 0;
    for (int i = 0; _i == CONSTANT && i < N; i++)
        y[i] = 7;
    f = found(y, _i == TOO_SHORT ? 47 : N, &c);
    ck_assert_int_eq(f.unit, CALENDAR_NONE);
    ck_assert_double_eq(effect_at(&f, &c, 3), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("calendar_effect");
    TCase *t = tcase_create("calendar_effect");

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, effects_are_found, 0, 2);
    tcase_add_test(t, where_there_is_none_none_is_found);
    tcase_add_loop_test(t, nothing_is_made_of_nothing, 0, LAST_CASE);
    suite_add_tcase(s, t);
    return run_suite(s);
}

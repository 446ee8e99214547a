/* test_shifts.c - lasting shifts of the level: values that are moved, and values that must stay. */
#include "core/forecast/series/shifts.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int moved(double *y, int n, int season)
{
    struct err e = {0};
    int count = -1;

    ck_assert_msg(!shifts_level(y, n, season, &count, &e), "%s", e.message);
    return count;
}

static void fill_log_air(double y[AIR])
{
    for (int i = 0; i < AIR; i++)
        y[i] = log(air[i]);
}

/* Where, and by how much. */
static const struct {
    int at;
    double by;
} places[] = {{30, 0.7}, {72, -0.7}, {100, 1.6}, {131, 0.7}, {135, -2}, {141, 0.7}};

START_TEST(a_shift_is_moved_back)
{
    double y[AIR], without[AIR];
    int at = places[_i].at;

    fill_log_air(without);
    memcpy(y, without, sizeof(y));
    for (int i = at; i < AIR; i++)
        y[i] += places[_i].by;
    ck_assert_int_eq(moved(y, AIR, 12), 1);
    for (int i = 0; i < AIR; i++)
        ck_assert_double_eq_tol(y[i], without[i] + places[_i].by, i < at ? 0.1 : 1e-12);
}
END_TEST

START_TEST(two_shifts_are_moved_back)
{
    double y[AIR], without[AIR];

    fill_log_air(without);
    memcpy(y, without, sizeof(y));
    for (int i = 60; i < AIR; i++)
        y[i] += i < 100 ? 1 : 0.3;
    ck_assert_int_eq(moved(y, AIR, 12), 2);
    for (int i = 0; i < AIR; i++)
        ck_assert_double_eq_tol(y[i], without[i] + 0.3, 0.1);
}
END_TEST

START_TEST(seasons_that_are_all_the_same_have_one_too)
{
    double y[96];

    for (int i = 0; i < 96; i++)
        y[i] = sin(i * M_PI / 6) + (i < 50 ? 0 : 5);
    ck_assert_int_eq(moved(y, 96, 12), 1);
    for (int i = 0; i < 96; i++)
        ck_assert_double_eq_tol(y[i], sin(i * M_PI / 6) + 5, 1e-9);
}
END_TEST

START_TEST(ordinary_series_stay_as_they_are)
{
    double y[AIR], before[AIR], s[400];

    fill_log_air(before);
    memcpy(y, before, sizeof(y));
    ck_assert_int_eq(moved(y, AIR, 12), 0);
    ck_assert(!memcmp(y, before, sizeof(y)));
    for (unsigned seed = 1; seed <= 20; seed++) {
        fill_seasonal(s, 400, 7, 1, seed);
        ck_assert_int_eq(moved(s, 400, 7), 0);
    }
}
END_TEST

/* A walk, a price that is changed now and then, a year that was another, two steps at the end. */
enum other { WALK, STEPS, ONE_YEAR, TWO_STEPS, CONSTANT, SHORT, NO_SEASON, OTHERS };

START_TEST(what_is_no_shift_stays)
{
    double y[AIR], before[AIR];
    struct rng r;
    int n = _i == SHORT ? 47 : AIR;

    rng_seed(&r, 5);
    fill_log_air(y);
    for (int i = 0; i < AIR; i++) {
        if (_i == WALK)
            y[i] = (i ? y[i - 1] : 0) + (double)rng_normal(&r);
        else if (_i == STEPS)
            y[i] = (int)(i / 37);
        else if (_i == CONSTANT)
            y[i] = 3;
        else if ((_i == ONE_YEAR && i >= 60 && i < 66) || (_i == TWO_STEPS && i >= AIR - 2) ||
                 (_i >= SHORT && i >= 30))
            y[i] += 1;
    }
    memcpy(before, y, sizeof(y));
    ck_assert_int_eq(moved(y, n, _i == NO_SEASON ? 1 : 12), 0);
    ck_assert(!memcmp(y, before, sizeof(y)));
}
END_TEST

/* Twice the passengers since some months before the held-out year. */
START_TEST(a_shift_does_not_wreck_a_forecast)
{
    static const int since[] = {129, 120, 108, 72};
    double y[AIR];
    struct series_view v = {.id = "air", .values = y, .length = AIR};
    struct panel panel = one(&v, 12);
    struct forecaster *f;
    struct params p;
    const struct evaluation *ev;
    struct err e = {0};

    for (int i = 0; i < AIR; i++)
        y[i] = air[i] * (i < since[_i] ? 1 : 2);
    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, NULL, &e), ST_OK);
    p.horizon = p.test_size = 12;
    f = fitted(&panel, p, NULL);
    ev = forecaster_evaluation(f);
    ck_assert_msg(ev->model.mape < 6, "%g %%", ev->model.mape);
    for (int h = 0; h < 12; h++)
        ck_assert_double_lt(ev->series[0].upper80[h], 1.4 * ev->series[0].forecast[h]);
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("shifts");
    TCase *t = tcase_create("shifts");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, a_shift_is_moved_back, 0, (int)(sizeof(places) / sizeof(places[0])));
    tcase_add_test(t, two_shifts_are_moved_back);
    tcase_add_test(t, seasons_that_are_all_the_same_have_one_too);
    tcase_add_test(t, ordinary_series_stay_as_they_are);
    tcase_add_loop_test(t, what_is_no_shift_stays, 0, OTHERS);
    tcase_add_loop_test(t, a_shift_does_not_wreck_a_forecast, 0, 4);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

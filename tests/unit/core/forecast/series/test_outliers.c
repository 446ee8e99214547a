/* test_outliers.c - values that are replaced, and values that must stay. */
#include "core/forecast/series/outliers.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int replaced(double *y, int n, int season)
{
    struct err e = {0};
    int count = -1;

    ck_assert_msg(!outliers_replace(y, n, season, &count, &e), "%s", e.message);
    return count;
}

static const struct {
    int at;
    double factor;
} spikes[] = {{0, 5}, {20, 0.1}, {60, 3}, {100, 10}, {125, 0}, {142, 3}, {143, 0.1}, {143, 10}};

START_TEST(a_lone_outlier_is_replaced_and_nothing_else)
{
    int at = spikes[_i].at;
    double y[AIR];

    memcpy(y, air, sizeof(y));
    y[at] *= spikes[_i].factor;
    ck_assert_int_eq(replaced(y, AIR, 12), 1);
    ck_assert_double_eq_tol(y[at], air[at], 0.15 * air[at]);
    y[at] = air[at];
    ck_assert(!memcmp(y, air, sizeof(y)));
}
END_TEST

START_TEST(ordinary_series_stay_as_they_are)
{
    double y[AIR], s[400];

    memcpy(y, air, sizeof(y));
    ck_assert_int_eq(replaced(y, AIR, 12), 0);
    ck_assert(!memcmp(y, air, sizeof(y)));
    for (unsigned seed = 1; seed <= 20; seed++) {
        fill_seasonal(s, 400, 7, 1, seed);
        ck_assert_int_eq(replaced(s, 400, 7), 0);
    }
}
END_TEST

/* Values a tenth as high: in the second half, in the last two values, and in three in between. */
static const int shifts[][2] = {{72, AIR}, {AIR - 2, AIR}, {100, 103}};

START_TEST(a_shifted_level_stays)
{
    double y[AIR], before[AIR];

    memcpy(y, air, sizeof(y));
    for (int i = shifts[_i][0]; i < shifts[_i][1]; i++)
        y[i] /= 10;
    memcpy(before, y, sizeof(y));
    ck_assert_int_eq(replaced(y, AIR, 12), 0);
    ck_assert(!memcmp(y, before, sizeof(y)));
}
END_TEST

START_TEST(a_series_of_spikes_keeps_them)
{
    double y[200], before[200];

    for (int i = 0; i < 200; i++)
        y[i] = i % 17 == 3 ? 40 + i % 5 : (i * 7919 % 13) * 0.1;
    memcpy(before, y, sizeof(y));
    ck_assert_int_eq(replaced(y, 200, 1), 0);
    ck_assert(!memcmp(y, before, sizeof(y)));
}
END_TEST

START_TEST(constant_short_and_huge_series_are_no_trouble)
{
    double flat[60], lone[60], few[4] = {1, 2, 900, 4}, huge[60];

    for (int i = 0; i < 60; i++) {
        flat[i] = 5;
        lone[i] = i == 30;
        huge[i] = (i % 2 ? 1e308 : -1e308) / (i % 3 + 1);
    }
    ck_assert_int_eq(replaced(flat, 60, 12), 0);
    ck_assert_int_eq(replaced(lone, 60, 12), 0);
    ck_assert_int_eq(replaced(few, 4, 1), 0);
    replaced(huge, 60, 12);
    for (int i = 0; i < 60; i++)
        ck_assert(isfinite(huge[i]));
}
END_TEST

static double forecast_error(const double *y, int n, int what)
{
    const struct series_view s = {.id = "air", .values = y, .length = n};
    struct panel panel = one(&s, 12);
    struct params p = recipe("default");
    struct room room = make_room(12, 0);
    struct forecaster *f;
    struct err e = {0};
    double sum = 0;

    p.outliers = what;
    f = fitted(&panel, p, NULL);
    ck_assert_int_eq(forecaster_predict(&room.fc, f, y, n, 12, NULL, 0, &e), ST_OK);
    for (int h = 0; h < 12; h++)
        sum += fabs(room.fc.mean[h] - air[n + h]) / air[n + h] / 12;
    free(room.block);
    forecaster_free(f);
    return sum;
}

START_TEST(an_outlier_at_the_end_does_not_wreck_a_forecast)
{
    double y[AIR];

    memcpy(y, air, sizeof(y));
    y[131] *= 10;
    ck_assert_double_lt(forecast_error(y, 132, OUTLIERS_REPLACE), 0.06);
    ck_assert_double_gt(forecast_error(y, 132, OUTLIERS_KEEP), 0.5);
}
END_TEST

/* Each value keeps the first reason that it was changed for. */
START_TEST(changes_have_their_reasons)
{
    double y[72];
    unsigned char reason[72];
    struct params p;
    struct err e = {0};

    for (int i = 0; i < 72; i++)
        y[i] = 100 + 20 * sin(i * 0.5236) + i * 37 % 11 * 0.4 + (i >= 60 ? 60 : 0);
    y[20] += 90;
    ck_assert(!params_defaults(&p, TASK_FORECAST, NULL, &e));
    p.season_length = 12;
    ck_assert(!outliers_clean(y, 72, &p, reason, &e));
    for (int i = 0; i < 72; i++)
        ck_assert_int_eq(reason[i], i == 20 ? CHANGE_OUTLIER : i < 60 ? CHANGE_LEVEL : CHANGE_NONE);
    p.outliers = OUTLIERS_KEEP;
    ck_assert(!outliers_clean(y, 72, &p, reason, &e));
    for (int i = 0; i < 72; i++)
        ck_assert_int_eq(reason[i], CHANGE_NONE);
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("outliers");
    TCase *t = tcase_create("outliers");

    tcase_add_loop_test(t, a_lone_outlier_is_replaced_and_nothing_else, 0, ROWS(spikes));
    tcase_add_test(t, ordinary_series_stay_as_they_are);
    tcase_add_loop_test(t, a_shifted_level_stays, 0, ROWS(shifts));
    tcase_add_test(t, a_series_of_spikes_keeps_them);
    tcase_add_test(t, constant_short_and_huge_series_are_no_trouble);
    tcase_add_test(t, changes_have_their_reasons);
    tcase_add_test(t, an_outlier_at_the_end_does_not_wreck_a_forecast);
    suite_add_tcase(s, t);
    return run_suite(s);
}

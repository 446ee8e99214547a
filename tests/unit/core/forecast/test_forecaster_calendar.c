/* test_forecaster_calendar.c - forecasters of monthly series with effects of working days: used,
 * saved, continued, switched off. */
#include "tests/unit/core/forecast/effects.h"
#include "tests/unit/core/forecast/months.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double error_of(const struct forecaster *f, const struct series_view *v)
{
    struct room room;
    double sum = 0;

    months_predict(&room, f, v);
    for (int h = 0; h < HORIZON; h++) {
        sum += fabs(room.fc.mean[h] - months_y[v->length + h]) / HORIZON;
        ck_assert_double_le(room.fc.lower[1][h], room.fc.lower[0][h]);
        ck_assert_double_le(room.fc.lower[0][h], room.fc.mean[h]);
        ck_assert_double_le(room.fc.mean[h], room.fc.upper[0][h]);
        ck_assert_double_le(room.fc.upper[0][h], room.fc.upper[1][h]);
    }
    free(room.block);
    return sum;
}

START_TEST(a_dated_series_is_forecast_better)
{
    struct forecaster *f = months_fit(true), *plain = months_fit(false);
    struct series_view v = months_view(N, true), other = months_view(N, false);
    struct calendar_coefficients c;

    forecaster_calendar(&c, f, 0);
    ck_assert_int_eq(c.unit, CALENDAR_MONTHS);
    ck_assert_double_gt(c.weekday[5], 0.02);
    for (int d = 0; d < 7; d++)
        ck_assert(d == 5 || c.weekday[d] < c.weekday[5]);
    ck_assert_double_lt(error_of(f, &v), 0.5 * error_of(plain, &other));
    ck_assert_double_lt(forecaster_evaluation(f)->model.mae,
                        0.5 * forecaster_evaluation(plain)->model.mae);
    ck_assert_double_eq(forecaster_evaluation(f)->baseline.mae,
                        forecaster_evaluation(plain)->baseline.mae);
    ck_assert_double_eq_tol(forecaster_evaluation(f)->ets.mae,
                            forecaster_evaluation(plain)->ets.mae, 1e-9);
    forecaster_calendar(&c, plain, 0);
    ck_assert_int_eq(c.unit, CALENDAR_NONE);
    forecaster_free(f);
    forecaster_free(plain);
}
END_TEST

START_TEST(a_history_that_goes_on_needs_no_date)
{
    struct forecaster *f = months_fit(true);
    const int lengths[] = {N, N + LATER};

    for (int i = 0; i < 2; i++) {
        struct series_view dated = months_view(lengths[i], true),
                           bare = months_view(lengths[i], false);
        struct series_view moved = dated, tail = bare;
        struct room a, b, c, d;
        double other = 0;

        moved.calendar.first += 5;
        tail.values += 30;
        tail.length -= 30;
        months_predict(&a, f, &dated);
        months_predict(&b, f, &bare);
        months_predict(&c, f, &moved);
        months_predict(&d, f, &tail);
        months_same_forecast(&a, &b);
        for (int h = 0; h < HORIZON; h++) {
            other = fmax(other, fabs(c.fc.mean[h] / a.fc.mean[h] - 1));
            ck_assert_double_eq_tol(d.fc.mean[h], a.fc.mean[h], 0.03 * a.fc.mean[h]);
        }
        ck_assert_double_gt(other, 0.05);
        free(a.block);
        free(b.block);
        free(c.block);
        free(d.block);
    }
    forecaster_free(f);
}
END_TEST

START_TEST(switched_off_months_are_alike)
{
    struct series_view v = months_view(N, true);
    struct panel panel = one(&v, 12);
    struct params p = months_twelve();
    struct forecaster *plain = months_fit(false), *off;
    struct calendar_coefficients c;

    p.calendar_effects = false;
    off = fitted(&panel, p, NULL);
    forecaster_calendar(&c, off, 0);
    ck_assert_int_eq(c.unit, CALENDAR_NONE);
    ck_assert(same_evaluation(forecaster_evaluation(off), forecaster_evaluation(plain)));
    forecaster_free(off);
    forecaster_free(plain);
}
END_TEST

/* A series with a single zero, even as an outlier, gets no factors for its days. */
START_TEST(a_zero_leaves_months_alike)
{
    struct series_view v = months_view(N, true);
    struct panel panel = one(&v, 12);
    struct calendar_coefficients c;
    struct forecaster *f;

    months_fill(false);
    months_y[60] = 0;
    f = fitted(&panel, months_twelve(), NULL);
    forecaster_calendar(&c, f, 0);
    ck_assert_int_eq(c.unit, CALENDAR_NONE);
    forecaster_free(f);
}
END_TEST

/* ---- with everything else ---- */

START_TEST(covariates_are_judged_by_what_is_left)
{
    static const char *const names[] = {"price"};
    struct series_view v = months_view(N, true);
    struct panel panel = one(&v, 12);
    struct params p = months_twelve();
    struct calendar_coefficients c;
    struct forecaster *f, *plain;
    struct err e = {0};

    months_fill(true);
    plain = fitted(&panel, p, NULL);
    v.covariates = months_x;
    v.rows = ALL;
    panel.covariates = names;
    panel.num_covariates = 1;
    ck_assert_int_eq(params_add_known_in_advance(&p, "price", &e), ST_OK);
    f = fitted(&panel, p, NULL);
    forecaster_calendar(&c, f, 0);
    ck_assert_int_eq(c.unit, CALENDAR_MONTHS);
    ck_assert(forecaster_uses_covariates(f, 0));
    ck_assert_double_lt(error_of(f, &v), 0.7 * error_of(plain, &v));
    ck_assert_double_lt(forecaster_evaluation(f)->model.mae,
                        0.7 * forecaster_evaluation(plain)->model.mae);
    forecaster_free(f);
    forecaster_free(plain);
}
END_TEST

START_TEST(a_backtest_knows_the_months)
{
    struct series_view dated = months_view(N, true), bare = months_view(N, false);
    struct panel a = one(&dated, 12), b = one(&bare, 12);
    struct backtest_plan plan = {.windows = 3, .step = HORIZON, .horizon = HORIZON};
    struct params p = months_twelve();
    struct backtest *best = NULL, *plain = NULL;
    struct err e = {0};

    months_fill(false);
    ck_assert_msg(!backtest_run(&best, &a, &p, &plan, NULL, &e), "%s", e.message);
    ck_assert_msg(!backtest_run(&plain, &b, &p, &plan, NULL, &e), "%s", e.message);
    ck_assert_double_lt(best->model.mae, 0.6 * plain->model.mae);
    backtest_free(best);
    backtest_free(plain);
}
END_TEST

START_TEST(anomalies_know_the_months)
{
    struct forecaster *f = months_fit(true), *plain = months_fit(false);
    struct series_view v = months_view(N + LATER, true);
    struct anomalies with = {0}, without = {0};
    struct err e = {0};

    ck_assert_msg(!forecaster_anomalies_view(&with, f, &v, 95, LATER, &e), "%s", e.message);
    ck_assert(!forecaster_anomalies(&without, plain, months_y, N + LATER, 95, LATER, &e));
    for (int i = 0; i < with.count; i++)
        ck_assert_double_lt(with.upper[i] - with.lower[i],
                            0.6 * (without.upper[i] - without.lower[i]));
    anomalies_release(&with);
    anomalies_release(&without);
    forecaster_free(f);
    forecaster_free(plain);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("calendar_forecast");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_dated_series_is_forecast_better);
    tcase_add_test(t, a_history_that_goes_on_needs_no_date);
    tcase_add_test(t, switched_off_months_are_alike);
    tcase_add_test(t, a_zero_leaves_months_alike);
    tcase_add_test(t, covariates_are_judged_by_what_is_left);
    tcase_add_test(t, a_backtest_knows_the_months);
    tcase_add_test(t, anomalies_know_the_months);
    suite_add_tcase(s, t);
    return suite_run(s);
}

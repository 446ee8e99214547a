/* test_calendar_forecast.c - forecasters of months with working days: used, saved, gone on from,
 * switched off. */
#include "tests/unit/core/forecast/effects.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 156, LATER = 9, ALL = N + LATER + 24, HORIZON = 12, FROM = 20 * 12 + 3 /* 1990-04 */ };

static double y[ALL], x[ALL];

/* How many Saturdays a month has, less their mean. */
static double saturdays(int i)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int day = 6, of = 0,
        at = 0; /* 1990-04-01 was a Sunday: day 6 of a week that begins on Mondays */

    for (int year = 1990, month = 3;; at++) {
        int length =
            lengths[month] + (month == 1 && year % 4 == 0 && (year % 100 || year % 400 == 0));

        of = 0;
        for (int d = 0; d < length; d++)
            of += (day + d) % 7 == 5;
        if (at == i)
            return of - length / 7.0;
        day = (day + length) % 7;
        month = (month + 1) % 12;
        year += month == 0;
    }
}

/* A shop: 5 % a Saturday; a covariate is worth 3 % a unit where `with`. */
static void fill(bool with)
{
    struct rng r;

    rng_seed(&r, 5);
    for (int i = 0; i < ALL; i++) {
        x[i] = (double)rng_normal(&r);
        y[i] = exp(4 + 0.002 * i + 0.1 * sin(2 * M_PI * i / 12) + 0.05 * saturdays(i) +
                   (with ? 0.03 * x[i] : 0) + 0.005 * (double)rng_normal(&r));
    }
}

static struct series_view view(int length, bool dated)
{
    struct series_view v = {.id = "shop", .values = y, .length = length};

    if (dated)
        v.calendar = (struct calendar){CALENDAR_MONTHS, FROM};
    return v;
}

static struct params twelve(void)
{
    struct params p = quick();

    p.horizon = p.test_size = HORIZON;
    return p;
}

static struct forecaster *fit(bool dated)
{
    struct series_view v = view(N, dated);
    struct panel panel = one(&v, 12);

    fill(false);
    return fitted(&panel, twelve(), NULL);
}

static void predict(struct room *out, const struct forecaster *f, const struct series_view *v)
{
    const double levels[] = {80, 95};
    struct err e = {0};

    *out = make_room(HORIZON, 2);
    ck_assert_msg(!forecaster_predict_view(&out->fc, f, v, HORIZON, levels, 2, &e), "%s",
                  e.message);
}

static double error_of(const struct forecaster *f, const struct series_view *v)
{
    struct room room;
    double sum = 0;

    predict(&room, f, v);
    for (int h = 0; h < HORIZON; h++) {
        sum += fabs(room.fc.mean[h] - y[v->length + h]) / HORIZON;
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
    struct forecaster *f = fit(true), *plain = fit(false);
    struct series_view v = view(N, true), other = view(N, false);
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

static void same_forecast(const struct room *a, const struct room *b)
{
    for (int h = 0; h < HORIZON; h++) {
        ck_assert_double_eq(a->fc.mean[h], b->fc.mean[h]);
        ck_assert_double_eq(a->fc.lower[1][h], b->fc.lower[1][h]);
        ck_assert_double_eq(a->fc.upper[1][h], b->fc.upper[1][h]);
    }
}

START_TEST(a_history_that_goes_on_needs_no_date)
{
    struct forecaster *f = fit(true);
    const int lengths[] = {N, N + LATER};

    for (int i = 0; i < 2; i++) {
        struct series_view dated = view(lengths[i], true), bare = view(lengths[i], false);
        struct series_view moved = dated, tail = bare;
        struct room a, b, c, d;
        double other = 0;

        moved.calendar.first += 5;
        tail.values += 30;
        tail.length -= 30;
        predict(&a, f, &dated);
        predict(&b, f, &bare);
        predict(&c, f, &moved);
        predict(&d, f, &tail);
        same_forecast(&a, &b);
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
    struct series_view v = view(N, true);
    struct panel panel = one(&v, 12);
    struct params p = twelve();
    struct forecaster *plain = fit(false), *off;
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

/* One zero, though an outlier: such a series is not multiplied by its days. */
START_TEST(a_zero_leaves_months_alike)
{
    struct series_view v = view(N, true);
    struct panel panel = one(&v, 12);
    struct calendar_coefficients c;
    struct forecaster *f;

    fill(false);
    y[60] = 0;
    f = fitted(&panel, twelve(), NULL);
    forecaster_calendar(&c, f, 0);
    ck_assert_int_eq(c.unit, CALENDAR_NONE);
    forecaster_free(f);
}
END_TEST

/* ---- files ---- */

START_TEST(a_file_keeps_the_calendar)
{
    struct forecaster *f = fit(true), *g;
    struct checkpoint *c = file_of(f), *again;
    struct series_view v = view(N + LATER, false);
    struct room a, b;
    struct err e = {0};

    ck_assert_int_eq(load_file(&g, c, &e), ST_OK);
    again = file_of(g);
    ck_assert_str_eq(checkpoint_get(c, "series.calendar"),
                     checkpoint_get(again, "series.calendar"));
    predict(&a, f, &v);
    predict(&b, g, &v);
    same_forecast(&a, &b);
    free(a.block);
    free(b.block);
    checkpoint_free(c);
    checkpoint_free(again);
    forecaster_free(f);
    forecaster_free(g);
}
END_TEST

START_TEST(a_file_without_one_has_none)
{
    struct forecaster *plain = fit(false);
    struct checkpoint *c = file_of(plain);

    ck_assert_ptr_null(checkpoint_get(c, "series.calendar"));
    checkpoint_free(c);
    forecaster_free(plain);
}
END_TEST

static const struct {
    int at;
    double value;
} lies[] = {{0, 2}, {0, -1}, {0, 0.5}, {1, 1e7}, {1, 0.5}, {2, 1.5}, {12, -3}};

START_TEST(files_that_lie_are_refused)
{
    struct forecaster *f = fit(true), *g;
    struct checkpoint *c = file_of(f);
    double *row = NULL;
    size_t n = 0;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_get_f64s(&row, &n, c, "series.calendar", 0, 1000, &e), ST_OK);
    row[lies[_i].at] = lies[_i].value;
    ck_assert_int_eq(checkpoint_set_f64s(c, "series.calendar", row, n, &e), ST_OK);
    ck_assert_int_eq(load_file(&g, c, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "series.calendar"));
    ck_assert_int_eq(checkpoint_set_f64s(c, "series.calendar", row, n - 1, &e), ST_OK);
    ck_assert_int_eq(load_file(&g, c, &e), ST_CORRUPT);
    free(row);
    checkpoint_free(c);
    forecaster_free(f);
}
END_TEST

/* ---- with everything else ---- */

START_TEST(covariates_are_judged_by_what_is_left)
{
    static const char *const names[] = {"price"};
    struct series_view v = view(N, true);
    struct panel panel = one(&v, 12);
    struct params p = twelve();
    struct calendar_coefficients c;
    struct forecaster *f, *plain;
    struct err e = {0};

    fill(true);
    plain = fitted(&panel, p, NULL);
    v.covariates = x;
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
    struct series_view dated = view(N, true), bare = view(N, false);
    struct panel a = one(&dated, 12), b = one(&bare, 12);
    struct backtest_plan plan = {.windows = 3, .step = HORIZON, .horizon = HORIZON};
    struct params p = twelve();
    struct backtest *best = NULL, *plain = NULL;
    struct err e = {0};

    fill(false);
    ck_assert_msg(!backtest_run(&best, &a, &p, &plan, NULL, &e), "%s", e.message);
    ck_assert_msg(!backtest_run(&plain, &b, &p, &plan, NULL, &e), "%s", e.message);
    ck_assert_double_lt(best->model.mae, 0.6 * plain->model.mae);
    backtest_free(best);
    backtest_free(plain);
}
END_TEST

START_TEST(anomalies_know_the_months)
{
    struct forecaster *f = fit(true), *plain = fit(false);
    struct series_view v = view(N + LATER, true);
    struct anomalies with = {0}, without = {0};
    struct err e = {0};

    ck_assert_msg(!forecaster_anomalies_view(&with, f, &v, 95, LATER, &e), "%s", e.message);
    ck_assert(!forecaster_anomalies(&without, plain, y, N + LATER, 95, LATER, &e));
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
    TCase *t = tcase_create("calendar_forecast");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_dated_series_is_forecast_better);
    tcase_add_test(t, a_history_that_goes_on_needs_no_date);
    tcase_add_test(t, switched_off_months_are_alike);
    tcase_add_test(t, a_zero_leaves_months_alike);
    tcase_add_test(t, a_file_keeps_the_calendar);
    tcase_add_test(t, a_file_without_one_has_none);
    tcase_add_loop_test(t, files_that_lie_are_refused, 0, (int)(sizeof(lies) / sizeof(lies[0])));
    tcase_add_test(t, covariates_are_judged_by_what_is_left);
    tcase_add_test(t, a_backtest_knows_the_months);
    tcase_add_test(t, anomalies_know_the_months);
    suite_add_tcase(s, t);
    return run_suite(s);
}

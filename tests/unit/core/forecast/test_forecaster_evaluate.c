/* test_forecaster_evaluate.c - the held-out end: it is scored, the fit does not see it, and it may
 * be missing. */
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const double levels[3] = {50, 80, 95};

/* Forecasts with three levels, and checks everything that holds for every forecast. */
static struct room checked(const struct forecaster *f, const double *history, int n, int horizon)
{
    struct room r = make_room(horizon, 3);
    struct err e = {0};

    ck_assert_msg(!forecaster_predict(&r.fc, f, history, n, horizon, levels, 3, &e), "%s",
                  e.message);
    for (int h = 0; h < horizon; h++) {
        ck_assert(isfinite(r.fc.mean[h]));
        for (int l = 0; l < 3; l++) {
            ck_assert(isfinite(r.fc.lower[l][h]) && isfinite(r.fc.upper[l][h]));
            ck_assert_double_le(r.fc.lower[l][h], r.fc.median[h]);
            ck_assert_double_ge(r.fc.upper[l][h], r.fc.median[h]);
        }
        for (int l = 1; l < 3; l++) {
            ck_assert_double_le(r.fc.lower[l][h], r.fc.lower[l - 1][h]);
            ck_assert_double_ge(r.fc.upper[l][h], r.fc.upper[l - 1][h]);
        }
    }
    return r;
}

START_TEST(air_passengers_beats_seasonal_naive_whatever_the_seed)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);

    for (int seed = 0; seed < 10; seed++) {
        struct params p = recipe(NULL);
        struct forecaster *f;
        const struct evaluation *ev;

        p.seed = seed;
        f = fitted(&panel, p, NULL);
        ev = forecaster_evaluation(f);
        ck_assert_int_eq(ev->count, 1);
        ck_assert_int_eq(ev->series[0].start, 132);
        ck_assert_int_eq(ev->series[0].length, 12);
        ck_assert_double_eq_tol(ev->baseline.mape, 9.987533, 1e-6);
        ck_assert_double_lt(ev->model.mape, 6);
        ck_assert_double_lt(ev->model.mase, 1);
        ck_assert_double_ge(ev->coverage95, 0.75);
        ck_assert_double_ge(ev->coverage95, ev->coverage80);
        forecaster_free(f);
    }
}
END_TEST

START_TEST(the_evaluation_is_the_forecast_from_the_training_part)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct forecaster *f = fitted(&panel, quick_alone(), NULL);
    const struct evaluation_series *ev = forecaster_evaluation(f)->series;
    struct room r = checked(f, air, 132, 12);

    ck_assert_mem_eq(r.fc.mean, ev->mean, 12 * sizeof(double));
    ck_assert_mem_eq(r.fc.median, ev->forecast, 12 * sizeof(double));
    ck_assert_mem_eq(r.fc.lower[1], ev->lower80, 12 * sizeof(double));
    ck_assert_mem_eq(r.fc.upper[2], ev->upper95, 12 * sizeof(double));
    ck_assert_mem_eq(ev->truth, air + 132, 12 * sizeof(double));
    ck_assert_mem_eq(ev->seasonal_naive, air + 120, 12 * sizeof(double));
    free(r.block);
    forecaster_free(f);
}
END_TEST

START_TEST(missing_truths_are_not_scored)
{
    double y[AIR];
    struct series_view v = {"air", y, AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick();
    struct forecaster *f;
    const struct evaluation *ev;

    p.test_size = 12;
    memcpy(y, air, sizeof(y));
    y[140] = NAN;
    f = fitted(&panel, p, NULL);
    ev = forecaster_evaluation(f);
    ck_assert(isnan(ev->series[0].truth[8]));
    ck_assert(isfinite(ev->model.mape) && isfinite(ev->test_mse_scaled));
    forecaster_free(f);
    for (int i = 132; i < AIR; i++)
        y[i] = NAN;
    f = fitted(&panel, p, NULL);
    ev = forecaster_evaluation(f);
    ck_assert(isnan(ev->model.mae) && isnan(ev->coverage80) && isnan(ev->test_mse_scaled));
    ck_assert(isfinite(ev->series[0].forecast[11]));
    forecaster_free(f);
}
END_TEST

/* Values after the cut must not change the forecast that is made from the values before. */
START_TEST(the_held_out_end_does_not_leak)
{
    double y[AIR];
    struct series_view v = {"air", y, AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick();
    struct forecaster *a, *b;
    struct err e = {0};

    memcpy(y, air, sizeof(y));
    y[131] = NAN;
    p.test_size = 12;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_OK);
    a = fitted(&panel, p, NULL);
    for (int i = 132; i < AIR; i++)
        y[i] = 9999;
    b = fitted(&panel, p, NULL);
    ck_assert(same_weights(a, b));
    ck_assert_mem_eq(forecaster_evaluation(a)->series[0].forecast,
                     forecaster_evaluation(b)->series[0].forecast, 12 * sizeof(double));
    forecaster_free(a);
    forecaster_free(b);
    for (int i = 0; i < 132; i++)
        y[i] = NAN;
    /* no value before the end is known, so the end is not held out */
    a = fitted(&panel, p, NULL);
    ck_assert_int_eq(forecaster_evaluation(a)->count, 0);
    forecaster_free(a);
}
END_TEST

START_TEST(nothing_held_out_is_nothing_evaluated)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick();
    struct forecaster *f;
    const struct evaluation *ev;
    struct room r;

    p.test_size = 0;
    f = fitted(&panel, p, NULL);
    ev = forecaster_evaluation(f);
    ck_assert_int_eq(ev->count, 0);
    ck_assert(isnan(ev->model.mape) && isnan(ev->test_mse_scaled) && isnan(ev->coverage95));
    r = checked(f, air, AIR, 12);
    free(r.block);
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecaster_evaluate");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, air_passengers_beats_seasonal_naive_whatever_the_seed);
    tcase_add_test(t, the_evaluation_is_the_forecast_from_the_training_part);
    tcase_add_test(t, missing_truths_are_not_scored);
    tcase_add_test(t, the_held_out_end_does_not_leak);
    tcase_add_test(t, nothing_held_out_is_nothing_evaluated);
    suite_add_tcase(s, t);
    return suite_run(s);
}

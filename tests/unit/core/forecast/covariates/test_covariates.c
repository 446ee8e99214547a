/* test_covariates.c - a series that a covariate drives: found, used, saved, resumed, refused. */
#include "tests/unit/core/forecast/covariates/heat.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double error_of(const double *mean, int from)
{
    double sum = 0;

    for (int h = 0; h < HORIZON; h++)
        sum += fabs(mean[h] - heat_y[from + h]) / HORIZON;
    return sum;
}

START_TEST(a_known_covariate_leaves_the_noise)
{
    struct forecaster *plain = heat_fit(false, false), *f = heat_fit(true, true);
    struct series_view s = heat_view(N, ROWS, true);
    struct room a = make_room(HORIZON, 2), b = make_room(HORIZON, 2);
    const double levels[] = {80, 95};
    double with = 0, without = 0;
    struct err e = {0};
    bool is_known;

    ck_assert(forecaster_uses_covariates(f, 0));
    ck_assert_int_eq(forecaster_num_covariates(f), 2);
    ck_assert_str_eq(forecaster_covariate(f, 0, &is_known), "heat");
    ck_assert(is_known);
    forecaster_covariate(f, 1, &is_known);
    ck_assert(!is_known);
    for (s.length = N; s.length + HORIZON <= ROWS; s.length += HORIZON) {
        ck_assert(!forecaster_predict(&a.fc, plain, heat_y, s.length, HORIZON, levels, 2, &e));
        ck_assert_msg(!forecaster_predict_view(&b.fc, f, &s, HORIZON, levels, 2, &e), "%s",
                      e.message);
        without += error_of(a.fc.mean, s.length);
        with += error_of(b.fc.mean, s.length);
    }
    ck_assert_double_lt(with, 0.15 * without);
    ck_assert_double_lt(forecaster_evaluation(f)->model.mae,
                        0.5 * forecaster_evaluation(plain)->model.mae);
    ck_assert_double_eq(forecaster_evaluation(f)->baseline.mae,
                        forecaster_evaluation(plain)->baseline.mae);
    for (int h = 0; h < HORIZON; h++) {
        ck_assert_double_le(b.fc.lower[1][h], b.fc.lower[0][h]);
        ck_assert_double_le(b.fc.lower[0][h], b.fc.mean[h]);
        ck_assert_double_le(b.fc.mean[h], b.fc.upper[0][h]);
    }
    free(a.block);
    free(b.block);
    forecaster_free(plain);
    forecaster_free(f);
}
END_TEST

START_TEST(the_end_of_the_training_data_knows_its_future)
{
    struct forecaster *f = heat_fit(true, true);
    struct series_view s = heat_view(N, ROWS, true);
    struct room a = make_room(HORIZON, 0), b = make_room(HORIZON, 0);
    struct err e = {0};

    /* the rows beyond the last value were given to the fit */
    ck_assert(!forecaster_predict(&a.fc, f, heat_y, N, HORIZON, NULL, 0, &e));
    ck_assert(!forecaster_predict_view(&b.fc, f, &s, HORIZON, NULL, 0, &e));
    ck_assert_double_lt(fabs(a.fc.mean[HORIZON - 1] - b.fc.mean[HORIZON - 1]), 1e-9);
    free(a.block);
    free(b.block);
    forecaster_free(f);
}
END_TEST

START_TEST(a_future_that_is_not_there_is_refused)
{
    struct forecaster *f = heat_fit(true, true);
    struct series_view shorter = heat_view(N, N + HORIZON - 1, true),
                       none = heat_view(N - 1, 0, false);
    static double gap[2 * ROWS];
    struct series_view with_gap = heat_view(N, ROWS, true);
    struct room a = make_room(HORIZON, 0);
    struct err e = {0};

    shorter.covariates = gap;
    for (int k = 0; k < 2; k++)
        memcpy(gap + (size_t)k * (size_t)shorter.rows, heat_x + (size_t)k * ROWS,
               (size_t)shorter.rows * sizeof(*heat_x));
    ck_assert_int_eq(forecaster_predict_view(&a.fc, f, &shorter, HORIZON, NULL, 0, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "'heat'"));
    ck_assert_ptr_nonnull(strstr(e.message, "number 6"));
    memcpy(gap, heat_x, sizeof(gap));
    gap[N + 2] = NAN;
    with_gap.covariates = gap;
    ck_assert_int_eq(forecaster_predict_view(&a.fc, f, &with_gap, HORIZON, NULL, 0, &e),
                     ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "number 3"));
    ck_assert_int_eq(forecaster_predict_view(&a.fc, f, &none, HORIZON, NULL, 0, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "without them"));
    free(a.block);
    forecaster_free(f);
}
END_TEST

/* Noise that is known in advance explains nothing: the forecast is that of the model without. */
START_TEST(what_does_not_help_is_left_out)
{
    struct forecaster *plain = heat_fit(false, false), *f;
    struct series_view s = heat_view(N, ROWS, true);
    struct panel panel = heat_panel_of(&s);
    struct params p = heat_known(quick(), false);
    struct room a = make_room(HORIZON, 0), b = make_room(HORIZON, 0);
    struct err e = {0};

    s.covariates = heat_x + ROWS;
    panel.covariates = heat_names + 1;
    panel.num_covariates = 1;
    ck_assert(!params_add_known_in_advance(&p, "noise", &e));
    f = fitted(&panel, p, NULL);
    ck_assert(!forecaster_uses_covariates(f, 0));
    ck_assert(!forecaster_predict(&a.fc, plain, heat_y, N, HORIZON, NULL, 0, &e));
    ck_assert(!forecaster_predict(&b.fc, f, heat_y, N, HORIZON, NULL, 0, &e));
    ck_assert_mem_eq(a.fc.mean, b.fc.mean, HORIZON * sizeof(double));
    free(a.block);
    free(b.block);
    forecaster_free(plain);
    forecaster_free(f);
}
END_TEST

/* A covariate that leads by more than the horizon helps though nobody knows its future. */
START_TEST(a_leading_covariate_helps_from_the_past)
{
    struct series_view s = heat_view(N, N, true);
    struct panel panel = heat_panel_of(&s);
    static double lead[2 * N];
    struct forecaster *f;

    heat_fill();
    memset(lead, 0, sizeof(lead));
    for (int i = 0; i < N; i++) {
        lead[i] = heat_x[i + HORIZON];
        heat_y[i] = 100 + 3 * heat_x[i];
    }
    s.covariates = lead;
    /* heat_x[i] is lead[i - HORIZON]: exactly a horizon before */
    f = fitted(&panel, heat_known(quick(), false), NULL);
    ck_assert(forecaster_uses_covariates(f, 0));
    ck_assert_double_lt(forecaster_evaluation(f)->model.mase, 0.5);
    forecaster_free(f);
}
END_TEST

static bool take_snapshot(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct {
        uint8_t *bytes;
        size_t len;
    } *to = ctx;
    struct err e = {0};

    if (p->epoch < 1)
        return true;
    ck_assert(!s->save(s->ctx, &to->bytes, &to->len, &e));
    return false;
}

START_TEST(a_snapshot_goes_on_and_knows_its_covariates)
{
    struct series_view s = heat_view(N, ROWS, true);
    struct panel panel = heat_panel_of(&s);
    struct {
        uint8_t *bytes;
        size_t len;
    } snapshot = {0};
    struct fit_hooks stop = {.ctx = &snapshot, .progress = take_snapshot}, resume = {0};
    struct forecaster *f = heat_fit(true, true), *g = NULL;
    struct params p = heat_known(quick(), true);
    struct err e = {0};

    ck_assert_int_eq(forecaster_fit(&g, &panel, &p, &stop, &e), ST_CANCELLED);
    resume.resume = snapshot.bytes;
    resume.resume_len = snapshot.len;
    ck_assert_msg(!forecaster_fit(&g, &panel, &p, &resume, &e), "%s", e.message);
    ck_assert(same_weights(f, g));
    ck_assert(same_evaluation(forecaster_evaluation(f), forecaster_evaluation(g)));
    forecaster_free(g);
    heat_x[5] += 1;
    ck_assert_int_eq(forecaster_fit(&g, &panel, &p, &resume, &e), ST_CORRUPT);
    free(snapshot.bytes);
    forecaster_free(f);
}
END_TEST

START_TEST(a_backtest_gives_each_origin_its_future)
{
    struct series_view with = heat_view(N, ROWS, true), without = heat_view(N, 0, false);
    struct panel a = heat_panel_of(&with), b = heat_panel_of(&without);
    struct backtest_plan plan = {.windows = 3, .step = HORIZON, .horizon = HORIZON};
    struct params p = heat_known(quick(), true), q = heat_known(quick(), false);
    struct backtest *best = NULL, *plain = NULL;
    struct err e = {0};

    heat_fill();
    ck_assert_msg(!backtest_run(&best, &a, &p, &plan, NULL, &e), "%s", e.message);
    ck_assert_msg(!backtest_run(&plain, &b, &q, &plan, NULL, &e), "%s", e.message);
    ck_assert_int_eq(best->count, 3);
    ck_assert_double_lt(best->model.mae, 0.4 * plain->model.mae);
    backtest_free(best);
    backtest_free(plain);
}
END_TEST

/* A jump that the covariate explains is no anomaly. */
START_TEST(anomalies_know_the_covariates)
{
    struct forecaster *f = heat_fit(true, true), *plain = heat_fit(false, false);
    struct series_view s = heat_view(N + 12, ROWS, true);
    struct anomalies with = {0}, without = {0};
    struct err e = {0};

    ck_assert_msg(!forecaster_anomalies_view(&with, f, &s, 95, 12, &e), "%s", e.message);
    ck_assert(!forecaster_anomalies(&without, plain, heat_y, N + 12, 95, 12, &e));
    for (int i = 0; i < with.count; i++)
        ck_assert_double_lt(with.upper[i] - with.lower[i],
                            0.7 * (without.upper[i] - without.lower[i]));
    anomalies_release(&with);
    anomalies_release(&without);
    forecaster_free(f);
    forecaster_free(plain);
}
END_TEST

START_TEST(an_unknown_name_is_refused)
{
    struct series_view s = heat_view(N, ROWS, true);
    struct panel panel = heat_panel_of(&s);
    struct params p = heat_known(quick(), true);
    struct err e = {0};

    heat_fill();
    ck_assert(!params_add_known_in_advance(&p, "wind", &e));
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/future_covariates/1");
    ck_assert_ptr_nonnull(strstr(e.message, "'wind'"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("covariates");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_known_covariate_leaves_the_noise);
    tcase_add_test(t, the_end_of_the_training_data_knows_its_future);
    tcase_add_test(t, a_future_that_is_not_there_is_refused);
    tcase_add_test(t, what_does_not_help_is_left_out);
    tcase_add_test(t, a_leading_covariate_helps_from_the_past);
    tcase_add_test(t, a_snapshot_goes_on_and_knows_its_covariates);
    tcase_add_test(t, a_backtest_gives_each_origin_its_future);
    tcase_add_test(t, anomalies_know_the_covariates);
    tcase_add_test(t, an_unknown_name_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}

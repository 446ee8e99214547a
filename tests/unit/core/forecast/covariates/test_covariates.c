/* test_covariates.c - a series that a covariate drives: found, used, saved, resumed, refused. */
#include "tests/unit/core/forecast/series.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 240, AHEAD = 24, ROWS = N + AHEAD, SEASON = 12, HORIZON = 6 };

static double y[ROWS], x[2 * ROWS];
static const char *const names[] = {"heat", "noise"};

/* The load bends with heat, which wanders; the second covariate has nothing to do with it. */
static void fill(void)
{
    struct rng r;
    double heat = 0;

    rng_seed(&r, 7);
    for (int i = 0; i < ROWS; i++) {
        heat = 0.6 * heat + 4 * (double)rng_normal(&r);
        x[i] = heat;
        x[ROWS + i] = (double)rng_normal(&r);
        y[i] = 100 + 5 * sin(2 * M_PI * i / SEASON) + 3 * fmax(heat, 0) - 2 * fmin(heat + 2, 0) +
               0.3 * (double)rng_normal(&r);
    }
}

static struct series_view view(int length, int rows, bool with)
{
    return (struct series_view){.id = "load",
                                .values = y,
                                .length = length,
                                .covariates = with ? x : NULL,
                                .rows = with ? rows : 0};
}

static struct panel panel_of(const struct series_view *s)
{
    return (struct panel){.series = s,
                          .count = 1,
                          .season_length = SEASON,
                          .covariates = names,
                          .num_covariates = s->covariates ? 2 : 0};
}

static struct params known(struct params p, bool heat)
{
    struct err e = {0};

    p.horizon = HORIZON;
    if (heat)
        ck_assert_int_eq(params_add_known_in_advance(&p, "heat", &e), ST_OK);
    return p;
}

static struct forecaster *fit(bool with, bool heat)
{
    struct series_view s = view(N, ROWS, with);
    struct panel panel = panel_of(&s);

    fill();
    return fitted(&panel, known(quick(), heat), NULL);
}

static double error_of(const double *mean, int from)
{
    double sum = 0;

    for (int h = 0; h < HORIZON; h++)
        sum += fabs(mean[h] - y[from + h]) / HORIZON;
    return sum;
}

START_TEST(a_known_covariate_leaves_the_noise)
{
    struct forecaster *plain = fit(false, false), *f = fit(true, true);
    struct series_view s = view(N, ROWS, true);
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
        ck_assert(!forecaster_predict(&a.fc, plain, y, s.length, HORIZON, levels, 2, &e));
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
    struct forecaster *f = fit(true, true);
    struct series_view s = view(N, ROWS, true);
    struct room a = make_room(HORIZON, 0), b = make_room(HORIZON, 0);
    struct err e = {0};

    /* the rows beyond the last value were given to the fit */
    ck_assert(!forecaster_predict(&a.fc, f, y, N, HORIZON, NULL, 0, &e));
    ck_assert(!forecaster_predict_view(&b.fc, f, &s, HORIZON, NULL, 0, &e));
    ck_assert_double_lt(fabs(a.fc.mean[HORIZON - 1] - b.fc.mean[HORIZON - 1]), 1e-9);
    free(a.block);
    free(b.block);
    forecaster_free(f);
}
END_TEST

START_TEST(a_future_that_is_not_there_is_refused)
{
    struct forecaster *f = fit(true, true);
    struct series_view shorter = view(N, N + HORIZON - 1, true), none = view(N - 1, 0, false);
    static double gap[2 * ROWS];
    struct series_view with_gap = view(N, ROWS, true);
    struct room a = make_room(HORIZON, 0);
    struct err e = {0};

    shorter.covariates = gap;
    for (int k = 0; k < 2; k++)
        memcpy(gap + (size_t)k * (size_t)shorter.rows, x + (size_t)k * ROWS,
               (size_t)shorter.rows * sizeof(*x));
    ck_assert_int_eq(forecaster_predict_view(&a.fc, f, &shorter, HORIZON, NULL, 0, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "'heat'"));
    ck_assert_ptr_nonnull(strstr(e.message, "number 6"));
    memcpy(gap, x, sizeof(gap));
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
    struct forecaster *plain = fit(false, false), *f;
    struct series_view s = view(N, ROWS, true);
    struct panel panel = panel_of(&s);
    struct params p = known(quick(), false);
    struct room a = make_room(HORIZON, 0), b = make_room(HORIZON, 0);
    struct err e = {0};

    s.covariates = x + ROWS;
    panel.covariates = names + 1;
    panel.num_covariates = 1;
    ck_assert(!params_add_known_in_advance(&p, "noise", &e));
    f = fitted(&panel, p, NULL);
    ck_assert(!forecaster_uses_covariates(f, 0));
    ck_assert(!forecaster_predict(&a.fc, plain, y, N, HORIZON, NULL, 0, &e));
    ck_assert(!forecaster_predict(&b.fc, f, y, N, HORIZON, NULL, 0, &e));
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
    struct series_view s = view(N, N, true);
    struct panel panel = panel_of(&s);
    static double lead[2 * N];
    struct forecaster *f;

    fill();
    memset(lead, 0, sizeof(lead));
    for (int i = 0; i < N; i++) {
        lead[i] = x[i + HORIZON];
        y[i] = 100 + 3 * x[i];
    }
    s.covariates = lead;
    /* x[i] is lead[i - HORIZON]: exactly a horizon before */
    f = fitted(&panel, known(quick(), false), NULL);
    ck_assert(forecaster_uses_covariates(f, 0));
    ck_assert_double_lt(forecaster_evaluation(f)->model.mase, 0.5);
    forecaster_free(f);
}
END_TEST

START_TEST(a_file_keeps_it_all)
{
    struct forecaster *f = fit(true, true), *g = NULL;
    struct series_view s = view(N, ROWS, true);
    struct room a = make_room(HORIZON, 0), b = make_room(HORIZON, 0);
    uint8_t *bytes = NULL, *again = NULL;
    size_t len, len2;
    struct err e = {0};

    ck_assert(!forecaster_save(f, NULL, &bytes, &len, &e));
    ck_assert_msg(!forecaster_load(&g, bytes, len, &e), "%s", e.message);
    ck_assert(!forecaster_save(g, NULL, &again, &len2, &e));
    ck_assert_uint_eq(len, len2);
    ck_assert_mem_eq(bytes, again, len);
    ck_assert(forecaster_uses_covariates(g, 0));
    ck_assert(!forecaster_predict_view(&a.fc, f, &s, HORIZON, NULL, 0, &e));
    ck_assert(!forecaster_predict_view(&b.fc, g, &s, HORIZON, NULL, 0, &e));
    ck_assert_mem_eq(a.fc.mean, b.fc.mean, HORIZON * sizeof(double));
    ck_assert(!forecaster_predict(&b.fc, g, y, N, HORIZON, NULL, 0, &e));
    free(a.block);
    free(b.block);
    free(bytes);
    free(again);
    forecaster_free(f);
    forecaster_free(g);
}
END_TEST

/* Every entry of the file that is cut short or made something else is refused, not believed. */
START_TEST(a_damaged_file_is_refused)
{
    static const char *const keys[] = {"covariates.names", "covariates.regression",
                                       "covariates.values"};
    struct forecaster *f = fit(true, true), *g = NULL;
    uint8_t *bytes = NULL;
    size_t len, key = strlen(keys[_i]);
    struct err e = {0};

    ck_assert(!forecaster_save(f, NULL, &bytes, &len, &e));
    for (size_t i = 0; i + key < len; i++)
        if (!memcmp(bytes + i, keys[_i], key))
            memset(bytes + i + key + 3, _i ? 'x' : '9', 3); /* into the value */
    if (_i > 0) {
        ck_assert_int_eq(forecaster_load(&g, bytes, len, &e), ST_CORRUPT);
    } else { /* another name is a name, too; what is known in advance is then not there */
        ck_assert_int_eq(forecaster_load(&g, bytes, len, &e), ST_OK);
        forecaster_free(g);
    }
    free(bytes);
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
    struct series_view s = view(N, ROWS, true);
    struct panel panel = panel_of(&s);
    struct {
        uint8_t *bytes;
        size_t len;
    } snapshot = {0};
    struct fit_hooks stop = {.ctx = &snapshot, .progress = take_snapshot}, resume = {0};
    struct forecaster *f = fit(true, true), *g = NULL;
    struct params p = known(quick(), true);
    struct err e = {0};

    ck_assert_int_eq(forecaster_fit(&g, &panel, &p, &stop, &e), ST_CANCELLED);
    resume.resume = snapshot.bytes;
    resume.resume_len = snapshot.len;
    ck_assert_msg(!forecaster_fit(&g, &panel, &p, &resume, &e), "%s", e.message);
    ck_assert(same_weights(f, g));
    ck_assert(same_evaluation(forecaster_evaluation(f), forecaster_evaluation(g)));
    forecaster_free(g);
    x[5] += 1;
    ck_assert_int_eq(forecaster_fit(&g, &panel, &p, &resume, &e), ST_CORRUPT);
    free(snapshot.bytes);
    forecaster_free(f);
}
END_TEST

START_TEST(a_backtest_gives_each_origin_its_future)
{
    struct series_view with = view(N, ROWS, true), without = view(N, 0, false);
    struct panel a = panel_of(&with), b = panel_of(&without);
    struct backtest_plan plan = {.windows = 3, .step = HORIZON, .horizon = HORIZON};
    struct params p = known(quick(), true), q = known(quick(), false);
    struct backtest *best = NULL, *plain = NULL;
    struct err e = {0};

    fill();
    ck_assert_msg(!backtest_run(&best, &a, &p, &plan, NULL, &e), "%s", e.message);
    ck_assert_msg(!backtest_run(&plain, &b, &q, &plan, NULL, &e), "%s", e.message);
    ck_assert_int_eq(best->count, 3);
    ck_assert_double_lt(best->model.mae, 0.4 * plain->model.mae);
    backtest_free(best);
    backtest_free(plain);
}
END_TEST

/* A jump that the covariate explains is none to wonder at. */
START_TEST(anomalies_know_the_covariates)
{
    struct forecaster *f = fit(true, true), *plain = fit(false, false);
    struct series_view s = view(N + 12, ROWS, true);
    struct anomalies with = {0}, without = {0};
    struct err e = {0};

    ck_assert_msg(!forecaster_anomalies_view(&with, f, &s, 95, 12, &e), "%s", e.message);
    ck_assert(!forecaster_anomalies(&without, plain, y, N + 12, 95, 12, &e));
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
    struct series_view s = view(N, ROWS, true);
    struct panel panel = panel_of(&s);
    struct params p = known(quick(), true);
    struct err e = {0};

    fill();
    ck_assert(!params_add_known_in_advance(&p, "wind", &e));
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/future_covariates/1");
    ck_assert_ptr_nonnull(strstr(e.message, "'wind'"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("covariates");
    TCase *t = tcase_create("covariates");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_known_covariate_leaves_the_noise);
    tcase_add_test(t, the_end_of_the_training_data_knows_its_future);
    tcase_add_test(t, a_future_that_is_not_there_is_refused);
    tcase_add_test(t, what_does_not_help_is_left_out);
    tcase_add_test(t, a_leading_covariate_helps_from_the_past);
    tcase_add_test(t, a_file_keeps_it_all);
    tcase_add_loop_test(t, a_damaged_file_is_refused, 0, 3);
    tcase_add_test(t, a_snapshot_goes_on_and_knows_its_covariates);
    tcase_add_test(t, a_backtest_gives_each_origin_its_future);
    tcase_add_test(t, anomalies_know_the_covariates);
    tcase_add_test(t, an_unknown_name_is_refused);
    suite_add_tcase(s, t);
    return run_suite(s);
}

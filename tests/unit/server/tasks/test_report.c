/* test_report.c - evaluations, backtests and searches of forecasters as JSON. */
#include "server/tasks/report.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct metrics none = {NAN, NAN, NAN, NAN, NAN};

START_TEST(numbers_that_are_not_known_are_null)
{
    const struct evaluation ev = {
        .model = {.mae = 1, .rmse = 2, .mape = NAN, .smape = 4, .mase = 5},
        .naive = none,
        .baseline = none,
        .ets = {.mae = 7},
        .coverage80 = 0.8,
        .coverage95 = NAN,
        .test_mse_scaled = INFINITY};
    cJSON *o = report_forecast_metrics(&ev);

    ck_assert_double_eq(json_number_at(o, "rmse"), 2);
    ck_assert(cJSON_IsNull(json_at(o, "mape")));
    ck_assert_double_eq(json_number_at(o, "coverage_80"), 0.8);
    ck_assert(cJSON_IsNull(json_at(o, "coverage_95")));
    ck_assert(cJSON_IsNull(json_at(o, "seasonal_naive/mae")));
    ck_assert_double_eq(json_number_at(o, "ets/mae"), 7);
    ck_assert(cJSON_IsNull(json_at(o, "test_mse")));
    ck_assert_ptr_null(json_at(o, "covariates_used")); /* the model has none */
    cJSON_Delete(o);
}
END_TEST

START_TEST(a_text_takes_one_more_member)
{
    char *text = report_with(strdup("{\"a\":1,\"b\":2}"), "a", cJSON_CreateString("new"));

    ck_assert_str_eq(text, "{\"b\":2,\"a\":\"new\"}");
    free(text);
    ck_assert_ptr_null(report_with(NULL, "a", cJSON_CreateTrue()));
    ck_assert_ptr_null(report_text(NULL));
}
END_TEST

START_TEST(an_arithmetic_without_a_name_is_null)
{
    cJSON *o = report_put_arithmetic(cJSON_CreateObject(), "");

    ck_assert(cJSON_IsNull(json_at(o, "arithmetic")));
    cJSON_Delete(o);
    o = report_put_arithmetic(cJSON_CreateObject(), "naive-1");
    ck_assert_str_eq(json_text_at(o, "arithmetic"), "naive-1");
    cJSON_Delete(o);
}
END_TEST

START_TEST(series_that_taught_nothing_have_a_reason)
{
    static const double one[] = {NAN, 4}, many[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    struct series_view views[] = {{"one", one, 2}, {"many", many, 10}};
    char *ids[] = {(char *)"one", (char *)"many", (char *)"empty"};
    struct panel_data p = {
        .panel = {.series = views, .count = 2}, .views = views, .ids = ids, .num_empty = 1};
    cJSON *o = report_skipped(cJSON_CreateObject(), &p);

    ck_assert_int_eq(json_count_at(o, "skipped"), 2);
    ck_assert_str_eq(json_text_at(o, "skipped/0/id"), "one");
    ck_assert_str_eq(json_text_at(o, "skipped/0/series"), "one");
    ck_assert_ptr_nonnull(strstr(json_text_at(o, "skipped/0/reason"), "has 1 observation;"));
    ck_assert_str_eq(json_text_at(o, "skipped/1/id"), "empty");
    ck_assert_ptr_nonnull(strstr(json_text_at(o, "skipped/1/reason"), "no observation"));
    cJSON_Delete(o);
    p.panel.series = p.views = views + 1;
    p.panel.count = 1;
    p.ids = ids + 1;
    p.num_empty = 0;
    o = report_skipped(cJSON_CreateObject(), &p);
    ck_assert_ptr_null(json_at(o, "skipped"));
    cJSON_Delete(o);
}
END_TEST

/* ---- a fitted model ---- */

static const struct timeline months = {{FREQ_M, 1}, 24};

static struct forecaster *fitted(double y[60])
{
    struct series_view view = {"a", y, 60};
    const struct panel panel = {.series = &view, .count = 1, .season_length = 12};
    struct forecaster *f = NULL;
    struct params p;
    struct err e = {0};

    for (int i = 0; i < 60; i++)
        y[i] = 50 + i + 10 * sin(i * 0.5236) + i * 7 % 5;
    ck_ok(params_defaults(&p, TASK_FORECAST, "default", &e), &e);
    p.hidden_size = 2;
    p.epochs = 1;
    p.horizon = 3;
    p.test_size = 4;
    ck_ok(forecaster_resolve(&p, &panel, &e), &e);
    ck_ok(forecaster_fit(&f, &panel, &p, NULL, &e), &e);
    return f;
}

START_TEST(an_evaluation_lists_the_held_out_end)
{
    double y[60];
    struct forecaster *f = fitted(y);
    cJSON *o = report_forecast_evaluation(f, &months);

    ck_assert_str_eq(json_text_at(o, "task"), "forecast");
    ck_assert_double_eq(json_number_at(o, "test_size"), 4);
    ck_assert_double_eq(json_number_at(o, "horizon"), 3);
    ck_assert_double_eq(json_number_at(o, "baseline/season_length"), 12);
    ck_assert_str_eq(json_text_at(o, "series/0/id"), "a");
    ck_assert_int_eq(json_count_at(o, "series/0/truth"), 4);
    ck_assert_double_eq(json_number_at(o, "series/0/truth/3"), y[59]);
    ck_assert_str_eq(json_text_at(o, "series/0/time/0"), "1976-09"); /* 56 months after 1972-01 */
    ck_assert_double_lt(json_number_at(o, "series/0/lower/95/0"),
                        json_number_at(o, "series/0/lower/80/0"));
    ck_assert_double_gt(json_number_at(o, "series/0/upper/95/0"),
                        json_number_at(o, "series/0/upper/80/0"));
    ck_assert(cJSON_IsBool(json_at(o, "beats_baseline")));
    ck_assert_ptr_null(json_at(o, "notes"));
    cJSON_Delete(o);
    forecaster_free(f);
}
END_TEST

START_TEST(details_are_the_series_with_their_times)
{
    double y[60];
    struct forecaster *f = fitted(y);
    cJSON *o = report_forecast_details(f, &months, "passengers");

    ck_assert_double_eq(json_number_at(o, "num_series"), 1);
    ck_assert_str_eq(json_text_at(o, "series/0/frequency"), "M");
    ck_assert_str_eq(json_text_at(o, "series/0/start"), "1972-01");
    ck_assert_str_eq(json_text_at(o, "series/0/end"), "1976-12");
    ck_assert_double_eq(json_number_at(o, "series/0/length"), 60);
    ck_assert_str_eq(json_text_at(o, "arithmetic"), forecaster_arithmetic(f));
    ck_assert_str_eq(json_text_at(o, "value_name"), "passengers");
    cJSON_Delete(o);
    o = report_forecast_details(f, &months, NULL);
    ck_assert_ptr_null(json_at(o, "value_name"));
    cJSON_Delete(o);
    forecaster_free(f);
}
END_TEST

/* ---- backtests and searches ---- */

START_TEST(a_backtest_lists_its_forecasts)
{
    double truth[2] = {1, 2}, forecast[2] = {1.5, NAN}, step[2] = {0.5, NAN};
    double unknown[2] = {NAN, NAN};
    struct backtest_forecast items[] = {{.id = "b",
                                         .window = 1,
                                         .origin = 12,
                                         .length = 2,
                                         .truth = truth,
                                         .forecast = forecast,
                                         .mean = forecast,
                                         .naive = truth,
                                         .seasonal_naive = truth,
                                         .ets = truth,
                                         .lower80 = unknown,
                                         .lower95 = unknown,
                                         .upper80 = unknown,
                                         .upper95 = unknown,
                                         .model = {.mae = 0.5}}};
    const struct backtest b = {.plan = {.windows = 2, .step = 3, .horizon = 2},
                               .count = 1,
                               .items = items,
                               .model = {.mae = 0.5},
                               .coverage80 = NAN,
                               .coverage95 = NAN,
                               .step_error = step,
                               .step_error_seasonal = step,
                               .step_error_ets = step,
                               .beats_baseline = true};
    const struct series_view views[] = {{"a", truth, 2}, {"b", truth, 2}};
    const struct panel panel = {.series = views, .count = 2};
    const struct timeline time[] = {{{FREQ_INDEX, 1}, 0}, {{FREQ_M, 1}, 0}};
    cJSON *o = report_backtest(&b, &panel, time);

    ck_assert_double_eq(json_number_at(o, "windows"), 2);
    ck_assert_double_eq(json_number_at(o, "step"), 3);
    ck_assert(cJSON_IsTrue(json_at(o, "metrics/beats_baseline")));
    ck_assert_double_eq(json_number_at(o, "per_step/mase/0"), 0.5);
    ck_assert(cJSON_IsNull(json_at(o, "per_step/mase/1")));
    ck_assert_str_eq(json_text_at(o, "forecasts/0/time/0"), "1971-01"); /* of its own series */
    ck_assert_double_eq(json_number_at(o, "forecasts/0/window"), 1);
    ck_assert(cJSON_IsNull(json_at(o, "forecasts/0/forecast/1")));
    ck_assert(cJSON_IsNull(json_at(o, "forecasts/0/lower")));
    ck_assert_str_eq(json_text_at(o, "notes/0/code"), "no_residuals");
    cJSON_Delete(o);
}
END_TEST

START_TEST(a_search_lists_its_trials_where_it_shall)
{
    struct search_trial trials[2] = {{.score = INFINITY}, {.score = 0.5}};
    const struct search s = {.count = 2, .best = 1, .trials = trials};
    struct err e = {0};
    cJSON *o;

    for (int i = 0; i < 2; i++)
        ck_ok(params_defaults(&trials[i].params, TASK_FORECAST, "default", &e), &e);
    trials[1].params.hidden_size = 17;
    o = report_search(&s, false);
    ck_assert_double_eq(json_number_at(o, "trials"), 2);
    ck_assert_double_eq(json_number_at(o, "best"), 1);
    ck_assert_double_eq(json_number_at(o, "score"), 0.5);
    ck_assert_ptr_null(json_at(o, "tried"));
    cJSON_Delete(o);
    o = report_search(&s, true);
    ck_assert_int_eq(json_count_at(o, "tried"), 2);
    ck_assert(cJSON_IsNull(json_at(o, "tried/0/score"))); /* it could not be fitted */
    ck_assert_double_eq(json_number_at(o, "tried/1/params/hidden_size"), 17);
    cJSON_Delete(o);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks report");
    TCase *t = tcase_create("report");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, numbers_that_are_not_known_are_null);
    tcase_add_test(t, a_text_takes_one_more_member);
    tcase_add_test(t, an_arithmetic_without_a_name_is_null);
    tcase_add_test(t, series_that_taught_nothing_have_a_reason);
    tcase_add_test(t, an_evaluation_lists_the_held_out_end);
    tcase_add_test(t, details_are_the_series_with_their_times);
    tcase_add_test(t, a_backtest_lists_its_forecasts);
    tcase_add_test(t, a_search_lists_its_trials_where_it_shall);
    suite_add_tcase(s, t);
    return suite_run(s);
}

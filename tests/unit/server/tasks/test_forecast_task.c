/* test_forecast_task.c - training a forecaster on stored series: resources and results. */
#include "server/models/model_load.h"
#include "server/tasks/forecast_task.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* A net alone: quick, and its memory grows with the batch. */
static struct params small(void)
{
    struct params p;

    ck_ok(params_defaults(&p, TASK_FORECAST, "default", &f.e), &f.e);
    p.hidden_size = 3;
    p.window = 6;
    p.horizon = 3;
    p.epochs = 2;
    p.ensemble = false;
    return p;
}

static struct dataset get(const char *name)
{
    struct dataset d;

    ck_ok(store_dataset_get(&d, f.store, name, &f.e), &f.e);
    return d;
}

static void put_set(const char *name, struct series_set *s)
{
    bool created;

    ck_ok(store_dataset_put_series(f.store, name, s, NULL, &created, &f.e), &f.e);
    series_set_release(s);
}

/* Three series: whole, of two values, of none. */
static void put_three(void)
{
    struct series_set s = series_of("whole", FREQ_M, 24, 60, 1);

    series_more(&s, "two", FREQ_M, 24, 60, 1);
    series_more(&s, "none", FREQ_M, 24, 60, 1);
    for (int i = 0; i < 60; i++) {
        s.items[1].values[i] = i > 1 ? NAN : 5;
        s.items[2].values[i] = NAN;
    }
    put_set("three", &s);
}

START_TEST(a_series_without_values_is_left_out)
{
    const struct params p = small();
    struct forecast_data d = {0};

    put_three();
    ck_ok(forecast_data_load(&d, f.store, dataset_id(&f, "three"), &p, &f.e), &f.e);
    ck_assert_int_eq(d.panel.panel.count, 2);
    ck_assert_int_eq(d.panel.num_empty, 1);
    ck_assert_str_eq(d.panel.ids[2], "none");
    ck_assert_int_eq(d.panel.panel.series[0].length, 60);
    forecast_data_release(&d);
}
END_TEST

START_TEST(a_data_set_that_is_gone_is_an_error)
{
    const struct params p = small();
    struct forecast_data d = {0};

    ck_assert_int_ne(forecast_data_load(&d, f.store, 77, &p, &f.e), ST_OK);
    forecast_data_release(&d);
}
END_TEST

START_TEST(a_request_is_resolved_and_sized)
{
    const struct job_request r = {.task = TASK_FORECAST};
    struct job_draft draft = {.params = small(), .need.limit = (size_t)1 << 30};
    struct dataset d;

    put_series(&f, "x", FREQ_M, 0, 60, 1);
    d = get("x");
    draft.params.window = 0; /* automatic */
    ck_ok(forecast_task.resolve(&draft, &r, f.store, &d, 0, &f.e), &f.e);
    ck_assert_int_gt(draft.params.window, 0);
    ck_assert_int_eq(draft.params.season_length, 12);
    ck_assert_mem_eq(&draft.sized, &draft.params, sizeof(draft.params));
    /* 4 gates of 3 units with 1 input and two biases, and 3 outputs. */
    ck_assert_int_eq(draft.need.parameters, 4 * 3 * (1 + 3 + 2) + 3 * (3 + 1));
    ck_assert_uint_gt(draft.need.bytes, 0);
    ck_assert_uint_le(draft.need.bytes, draft.need.limit);
    job_draft_release(&draft);
    dataset_release(&d);
}
END_TEST

START_TEST(the_largest_batch_that_fits_is_found)
{
    struct params p = small();
    struct forecast_data d = {0};
    struct job_need need = {.limit = SIZE_MAX};

    put_series(&f, "x", FREQ_M, 0, 120, 1);
    p.batch_size = 64;
    ck_ok(forecast_data_load(&d, f.store, dataset_id(&f, "x"), &p, &f.e), &f.e);
    ck_ok(forecaster_resolve(&p, &d.panel.panel, &f.e), &f.e);
    for (int fits = 1; fits < p.batch_size; fits += 7) {
        struct params smaller = p;

        smaller.batch_size = fits;
        need.limit = forecaster_training_bytes(&smaller, &d.panel.panel);
        forecast_need_memory(&need, &p, &d.panel.panel);
        ck_assert_uint_eq(need.bytes, forecaster_training_bytes(&p, &d.panel.panel));
        ck_assert_int_ge(need.batch_fits, fits);
        smaller.batch_size = need.batch_fits;
        ck_assert_uint_le(forecaster_training_bytes(&smaller, &d.panel.panel), need.limit);
        smaller.batch_size++;
        ck_assert_uint_gt(forecaster_training_bytes(&smaller, &d.panel.panel), need.limit);
    }
    need.limit = 1;
    forecast_need_memory(&need, &p, &d.panel.panel);
    ck_assert_int_eq(need.batch_fits, 0);
    forecast_data_release(&d);
}
END_TEST

/* Trains on a data set; the parts that the store gets. */
static void run(struct trained *out, const char *dataset)
{
    const struct fit_hooks hooks = {.ctx = NULL};
    const struct job job = {.dataset_id = dataset_id(&f, dataset)};
    const struct job_request r = {.task = TASK_FORECAST};
    struct job_draft draft = {.params = small()};
    struct dataset d = get(dataset);

    *out = (struct trained){0};
    ck_ok(forecast_task.resolve(&draft, &r, f.store, &d, 0, &f.e), &f.e);
    ck_ok(forecast_task.run(out, f.store, &job, &draft.params, &hooks, &f.e), &f.e);
    ck_assert(out->checkpoint && out->metrics && out->evaluation && out->details);
    ck_assert_ptr_null(out->params);
    dataset_release(&d);
}

/* The calendar is in the model's file: it forecasts where the data set is gone. */
START_TEST(a_model_knows_when_its_series_begin)
{
    static const struct {
        enum freq_unit unit;
        int64_t start;
        const char *first;
    } cases[] = {{FREQ_M, 24, "1972-01"}, {FREQ_D, 20029, "2024-11-02"}, {FREQ_INDEX, 7, "7"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct trained t;
        struct model m = {0};
        char text[TIME_TEXT_MAX];

        put_series(&f, "x", cases[i].unit, cases[i].start, 60, 1);
        run(&t, "x");
        ck_ok(model_load(&m, t.checkpoint, t.checkpoint_len, &f.e), &f.e);
        ck_assert_int_eq(m.task, TASK_FORECAST);
        ck_assert_int_eq(m.time[0].frequency.unit, cases[i].unit);
        ck_assert_str_eq(timeline_text(text, &m.time[0], 0), cases[i].first);
        ck_assert_int_eq(t.parameter_count, forecaster_num_params(m.forecaster));
        model_release(&m);
        trained_release(&t);
    }
}
END_TEST

START_TEST(series_that_taught_nothing_are_named)
{
    struct trained t;
    cJSON *metrics, *details, *evaluation;

    put_three();
    run(&t, "three");
    metrics = cJSON_Parse(t.metrics);
    details = cJSON_Parse(t.details);
    evaluation = cJSON_Parse(t.evaluation);
    ck_assert_int_eq(json_count_at(metrics, "skipped"), 2);
    ck_assert_str_eq(json_text_at(metrics, "skipped/0/id"), "two");
    ck_assert_str_eq(json_text_at(metrics, "skipped/1/id"), "none");
    ck_assert_int_eq((int)json_number_at(details, "num_series"), 2);
    ck_assert_str_eq(json_text_at(details, "series/0/id"), "whole");
    ck_assert_str_eq(json_text_at(evaluation, "task"), "forecast");
    cJSON_Delete(metrics);
    cJSON_Delete(details);
    cJSON_Delete(evaluation);
    trained_release(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks forecast task");
    TCase *t = tcase_create("forecast_task");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_series_without_values_is_left_out);
    tcase_add_test(t, a_data_set_that_is_gone_is_an_error);
    tcase_add_test(t, a_request_is_resolved_and_sized);
    tcase_add_test(t, the_largest_batch_that_fits_is_found);
    tcase_add_test(t, a_model_knows_when_its_series_begin);
    tcase_add_test(t, series_that_taught_nothing_are_named);
    suite_add_tcase(s, t);
    return suite_run(s);
}

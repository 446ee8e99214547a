/* test_measure_versions.c - versions that cannot be measured have a reason; means are over the
 * series that all of the others have. The figures are in tests/unit/server/api/test_compare.c. */
#include "server/tasks/measure_versions.h"

#include "server/tasks/forecast_task.h"
#include "server/tasks/report.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 40, HELD_OUT = 4, SIDES = 3 };

static struct fixture f;

/* A version that was fitted to the data set as it was then. */
struct side {
    struct forecast_data data;
    struct forecaster *forecaster;
    cJSON *evaluation;
    struct model model;
};

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

static void put_set(int rows, enum freq_unit unit, bool second)
{
    struct series_set s = series_of("a", unit, 0, rows, 1);
    bool created;

    if (second)
        series_more(&s, "b", unit, 0, rows, 5);
    for (int k = 0; k < s.count; k++)
        for (int i = 0; i < rows; i++)
            s.items[k].values[i] = 10 + 5 * (i % 4) + i * 7 % 5 + k;
    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    series_set_release(&s);
}

static void fit(struct side *s)
{
    const struct fit_hooks hooks = {0};
    struct params p;

    *s = (struct side){.forecaster = NULL};
    ck_ok(params_defaults(&p, TASK_FORECAST, "default", &f.e), &f.e);
    p.hidden_size = 2;
    p.window = 4;
    p.horizon = p.test_size = HELD_OUT;
    p.epochs = 1;
    p.ensemble = false;
    ck_ok(forecast_data_load(&s->data, f.store, dataset_id(&f, "x"), &p, &f.e), &f.e);
    ck_ok(forecaster_fit(&s->forecaster, &s->data.panel.panel, &p, &hooks, &f.e), &f.e);
    s->evaluation = report_forecast_evaluation(s->forecaster, s->data.panel.time);
    s->model = (struct model){
        .task = TASK_FORECAST, .forecaster = s->forecaster, .time = s->data.panel.time};
}

static void release(struct side *s)
{
    cJSON_Delete(s->evaluation);
    forecaster_free(s->forecaster);
    forecast_data_release(&s->data);
}

static void measure(struct measured_version *v, struct measured_data *d, struct side *s, int n,
                    int base)
{
    struct dataset x;

    for (int i = 0; i < n; i++)
        v[i] = (struct measured_version){.m = &s[i].model, .evaluation = s[i].evaluation};
    ck_ok(store_dataset_get(&x, f.store, "x", &f.e), &f.e);
    *d = (struct measured_data){.base = base, .data = &x};
    ck_ok(measure_versions(v, n, d, f.store, NULL, &f.e), &f.e);
    dataset_release(&x);
}

START_TEST(a_version_of_another_frequency_has_a_reason)
{
    struct side s[SIDES];
    struct measured_version v[SIDES];
    struct measured_data d;

    put_set(ROWS, FREQ_Q, true);
    fit(&s[0]);
    put_set(ROWS, FREQ_M, true);
    fit(&s[1]);
    put_set(ROWS + 6, FREQ_M, true);
    fit(&s[2]);
    measure(v, &d, s, SIDES, 2);
    ck_assert_ptr_null(v[0].metrics);
    ck_assert_ptr_nonnull(strstr(v[0].reason, "another frequency"));
    ck_assert_ptr_nonnull(v[1].metrics);
    ck_assert(!v[1].stored && v[2].stored);
    ck_assert_int_eq(v[1].seen, 0);
    ck_assert_int_eq(d.series, 2);
    ck_assert_int_eq(d.held_out, 2 * HELD_OUT);
    ck_assert_ptr_nonnull(d.baseline);
    for (int i = 0; i < SIDES; i++) {
        measured_version_release(&v[i]);
        release(&s[i]);
    }
    measured_data_release(&d);
}
END_TEST

START_TEST(data_that_was_replaced_has_no_held_out_end)
{
    struct side s[2];
    struct measured_version v[2];
    struct measured_data d;

    put_set(ROWS, FREQ_M, false);
    fit(&s[0]);
    fit(&s[1]);
    put_series(&f, "x", FREQ_M, 0, ROWS, 1000);
    measure(v, &d, s, 2, 1);
    for (int i = 0; i < 2; i++) {
        ck_assert_ptr_null(v[i].metrics);
        ck_assert_ptr_nonnull(strstr(v[i].reason, "does not have the held-out observations"));
        ck_assert_int_eq(v[i].seen, -1);
        release(&s[i]);
    }
    ck_assert_ptr_null(d.baseline);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("measure versions");
    TCase *t = tcase_create("measure versions");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_version_of_another_frequency_has_a_reason);
    tcase_add_test(t, data_that_was_replaced_has_no_held_out_end);
    suite_add_tcase(s, t);
    return suite_run(s);
}

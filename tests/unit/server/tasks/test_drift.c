/* test_drift.c - errors of the newest rows over those of the evaluation. */
#include "server/tasks/drift.h"

#include "server/models/panel.h"
#include "server/tasks/report.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

enum { ROWS = 48, HELD_OUT = 6 };

static struct fixture f;
static struct series_set set;
static struct panel_data panel;
static struct forecaster *forecaster;
static cJSON *evaluation;
static struct drift d;

static double value(int i)
{
    return 20 + 5 * (i % 4) + (i * 7 % 5);
}

/* Two series; in HELD_OUT rows from row ROWS on, the first one is higher by `shift`. */
static struct series_set set_of(int rows, int start, double shift)
{
    struct series_set s = series_of("a", FREQ_M, start, rows, 0);

    series_more(&s, "b", FREQ_M, start, rows, 0);
    for (int i = 0; i < rows; i++) {
        s.items[0].values[i] =
            value(i + start) + (i + start >= ROWS && i + start < ROWS + HELD_OUT ? shift : 0);
        s.items[1].values[i] = 3 * value(i + start + 1);
    }
    return s;
}

static void setup(void)
{
    const struct fit_hooks hooks = {0};
    struct params p;

    fixture_open(&f);
    set = set_of(ROWS, 0, 0);
    ck_ok(panel_data_init(&panel, &set, false, &f.e), &f.e);
    ck_ok(params_defaults(&p, TASK_FORECAST, "default", &f.e), &f.e);
    p.hidden_size = 2;
    p.window = 4;
    p.horizon = 2;
    p.test_size = HELD_OUT;
    p.epochs = 1;
    p.season_length = 4;
    ck_ok(forecaster_fit(&forecaster, &panel.panel, &p, &hooks, &f.e), &f.e);
    evaluation = report_forecast_evaluation(forecaster, panel.time);
    ck_assert(drift_possible(evaluation));
}

static void teardown(void)
{
    cJSON_Delete(evaluation);
    forecaster_free(forecaster);
    panel_data_release(&panel);
    series_set_release(&set);
    fixture_close(&f);
}

static enum status measure(struct series_set s, const struct stop_flag *stop)
{
    const struct model m = {
        .task = TASK_FORECAST, .version = 1, .forecaster = forecaster, .time = panel.time};
    bool created;

    ck_ok(store_dataset_put_series(f.store, "d", &s, NULL, &created, &f.e), &f.e);
    series_set_release(&s);
    return drift_measure(&d, f.store, &m, evaluation, dataset_id(&f, "d"), stop, &f.e);
}

START_TEST(a_season_of_new_rows_is_needed)
{
    ck_ok(measure(set_of(ROWS, 0, 0), NULL), &f.e);
    ck_assert(isnan(d.ratio) && d.rows == 0 && d.need == 4);
    ck_ok(measure(set_of(ROWS + 3, 0, 0), NULL), &f.e);
    ck_assert(isnan(d.ratio) && d.rows == 3);
    ck_ok(measure(set_of(ROWS + 4, 0, 0), NULL), &f.e);
    ck_assert_int_eq(d.series, 2);
    ck_assert_double_gt(d.ratio, 0);
    ck_assert_double_lt(d.ratio, 3);
}
END_TEST

START_TEST(a_new_level_is_a_drift_as_long_as_it_is_new)
{
    double same, shifted;

    ck_ok(measure(set_of(ROWS + 4, 0, 0), NULL), &f.e);
    same = d.ratio;
    ck_ok(measure(set_of(ROWS + 4, 0, 300), NULL), &f.e);
    shifted = d.ratio;
    ck_assert_double_gt(shifted, 10 * same);
    ck_ok(measure(set_of(ROWS + 40, 0, 300), NULL), &f.e);
    ck_assert_double_lt(d.ratio, shifted / 3);
}
END_TEST

START_TEST(a_data_set_may_begin_later)
{
    double whole;

    ck_ok(measure(set_of(ROWS + 6, 0, 300), NULL), &f.e);
    whole = d.ratio;
    ck_ok(measure(set_of(ROWS + 6 - 12, 12, 300), NULL), &f.e);
    ck_assert_double_gt(d.ratio, whole / 2);
    ck_ok(measure(set_of(10, ROWS + 6, 0), NULL), &f.e); /* all of it is new */
    ck_assert(isnan(d.ratio));
}
END_TEST

START_TEST(other_series_have_no_drift)
{
    struct series_set s = series_of("c", FREQ_M, 0, ROWS + 9, 1);

    ck_ok(measure(s, NULL), &f.e);
    ck_assert(isnan(d.ratio) && d.series == 0);
    s = series_of("a", FREQ_D, 0, ROWS + 9, 1);
    ck_ok(measure(s, NULL), &f.e);
    ck_assert(isnan(d.ratio) && d.series == 0);
}
END_TEST

static bool always(void *ctx)
{
    (void)ctx;
    return true;
}

START_TEST(it_can_be_stopped)
{
    const struct stop_flag stop = {.asked = always};

    ck_status(measure(set_of(ROWS + 6, 0, 0), &stop), ST_CANCELLED, &f.e);
}
END_TEST

START_TEST(without_held_out_errors_there_is_none)
{
    cJSON *o = cJSON_Parse("{\"series\":[{\"id\":\"a\",\"metrics\":{\"mae\":null}}]}");

    ck_assert(!drift_possible(NULL));
    ck_assert(!drift_possible(o));
    cJSON_Delete(o);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("drift");
    TCase *t = tcase_create("drift");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_season_of_new_rows_is_needed);
    tcase_add_test(t, a_new_level_is_a_drift_as_long_as_it_is_new);
    tcase_add_test(t, a_data_set_may_begin_later);
    tcase_add_test(t, other_series_have_no_drift);
    tcase_add_test(t, it_can_be_stopped);
    tcase_add_test(t, without_held_out_errors_there_is_none);
    suite_add_tcase(s, t);
    return suite_run(s);
}

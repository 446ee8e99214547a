/* test_held_out.c - the held-out end of an evaluation is found in the data, and another version is
 * measured on it. */
#include "server/tasks/held_out.h"

#include "server/tasks/report.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 48, HELD_OUT = 4, MOST = 4 };

static struct err e;

/* Series, and a model that was fitted to them, with its evaluation. */
struct fitted {
    struct series_set set;
    struct panel_data panel;
    struct forecaster *forecaster;
    cJSON *evaluation;
};

static double value(int i)
{
    return 20 + 5 * (i % 4) + (i * 7 % 5);
}

static struct series_set set_of(int rows, enum freq_unit unit, int64_t start)
{
    struct series_set s = series_of("a", unit, start, rows, 0);

    series_more(&s, "b", unit, start, rows, 0);
    for (int i = 0; i < rows; i++) {
        s.items[0].values[i] = value(i + (int)start);
        s.items[1].values[i] = 3 * value(i + (int)start + 1);
    }
    return s;
}

static void view(struct fitted *t)
{
    ck_ok(panel_data_init(&t->panel, &t->set, false, &e), &e);
}

static void fit(struct fitted *t, struct series_set set)
{
    const struct fit_hooks hooks = {0};
    struct params p;

    *t = (struct fitted){.set = set};
    view(t);
    ck_ok(params_defaults(&p, TASK_FORECAST, "default", &e), &e);
    p.hidden_size = 2;
    p.window = 4;
    p.horizon = HELD_OUT;
    p.test_size = HELD_OUT;
    p.epochs = 1;
    p.season_length = 4;
    ck_ok(forecaster_fit(&t->forecaster, &t->panel.panel, &p, &hooks, &e), &e);
    t->evaluation = report_forecast_evaluation(t->forecaster, t->panel.time);
    ck_assert_ptr_nonnull(t->evaluation);
}

static void release(struct fitted *t)
{
    cJSON_Delete(t->evaluation);
    forecaster_free(t->forecaster);
    panel_data_release(&t->panel);
    series_set_release(&t->set);
}

static struct model model_from(const struct fitted *t)
{
    return (struct model){
        .task = TASK_FORECAST, .version = 1, .forecaster = t->forecaster, .time = t->panel.time};
}

START_TEST(it_is_found_at_the_end_and_behind_it)
{
    struct fitted t;
    struct held_out h;

    fit(&t, set_of(ROWS, FREQ_M, 0));
    ck_ok(held_out_find(&h, t.evaluation, &t.panel, &e), &e);
    ck_assert_int_eq(h.count, 2);
    ck_assert(!h.one_step);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(h.series[i].start, ROWS - HELD_OUT);
        ck_assert_int_eq(h.series[i].length, HELD_OUT);
        ck_assert_double_eq_tol(h.series[i].own.mae / h.series[i].scale, h.series[i].own.mase,
                                1e-9);
    }
    held_out_release(&h);
    panel_data_release(&t.panel);
    series_set_release(&t.set);
    t.set = set_of(ROWS + 3, FREQ_M, 0);  /* rows came later */
    t.set.items[1].values[ROWS - 1] += 1; /* and one was corrected */
    view(&t);
    ck_ok(held_out_find(&h, t.evaluation, &t.panel, &e), &e);
    ck_assert_int_eq(h.count, 1);
    ck_assert_str_eq(h.series[0].id, "a");
    ck_assert_int_eq(h.series[0].start, ROWS - HELD_OUT);
    held_out_release(&h);
    release(&t);
}
END_TEST

START_TEST(missing_values_are_found_as_such)
{
    struct series_set set = set_of(ROWS, FREQ_M, 0);
    struct fitted t;
    struct held_out h;

    set.items[0].values[ROWS - 2] = NAN;
    set.items[0].values[10] = NAN;
    fit(&t, set);
    ck_ok(held_out_find(&h, t.evaluation, &t.panel, &e), &e);
    ck_assert_int_eq(h.count, 2);
    held_out_release(&h);
    release(&t);
}
END_TEST

START_TEST(another_version_is_measured_on_it)
{
    struct fitted before, now;
    struct held_out h;
    struct held_out_result r[MOST];
    struct model m;
    struct err why = {0};
    double truth;

    fit(&before, set_of(ROWS - 6, FREQ_M, 0));
    fit(&now, set_of(ROWS, FREQ_M, 0));
    m = model_from(&before);
    ck_ok(held_out_find(&h, now.evaluation, &now.panel, &e), &e);
    ck_assert(!held_out_same(r, before.evaluation, &h, &now.panel));
    ck_ok(held_out_measure(r, &m, &h, &now.panel, NULL, &why, &e), &e);
    for (int i = 0; i < h.count; i++) {
        ck_assert(r[i].counts);
        ck_assert_int_eq(r[i].seen, 0);
        ck_assert(isfinite(r[i].metrics.mae) && isfinite(r[i].metrics.mase));
        truth = now.set.items[i].values[ROWS - 1];
        ck_assert_double_lt(r[i].metrics.mae, truth);
    }
    ck_assert_int_eq(why.status, ST_OK);
    held_out_release(&h);
    release(&before);
    release(&now);
}
END_TEST

START_TEST(what_was_learnt_is_counted_by_time)
{
    struct fitted before, now;
    struct held_out h;
    struct held_out_result r[MOST];
    struct model m;
    struct err why = {0};

    fit(&before, set_of(ROWS - 1, FREQ_M, 0));
    fit(&now, set_of(ROWS - 5, FREQ_M, 5)); /* the first rows are not there any more */
    m = model_from(&before);
    ck_ok(held_out_find(&h, now.evaluation, &now.panel, &e), &e);
    ck_ok(held_out_measure(r, &m, &h, &now.panel, NULL, &why, &e), &e);
    ck_assert_int_eq(r[0].seen, HELD_OUT - 1);
    held_out_release(&h);
    release(&before);
    release(&now);
}
END_TEST

START_TEST(the_same_end_was_measured_already)
{
    struct fitted a, b;
    struct held_out h;
    struct held_out_result r[MOST];

    fit(&a, set_of(ROWS, FREQ_M, 0));
    fit(&b, set_of(ROWS, FREQ_M, 0));
    ck_ok(held_out_find(&h, a.evaluation, &a.panel, &e), &e);
    ck_assert(held_out_same(r, b.evaluation, &h, &a.panel));
    ck_assert_double_eq_tol(r[1].metrics.mae, h.series[1].own.mae, 1e-12);
    ck_assert_double_eq_tol(r[1].metrics.mase, h.series[1].own.mase, 1e-9);
    held_out_release(&h);
    release(&a);
    release(&b);
}
END_TEST

START_TEST(another_frequency_does_not_count)
{
    struct fitted before, now;
    struct held_out h;
    struct held_out_result r[MOST];
    struct model m;
    struct err why = {0};

    fit(&before, set_of(ROWS, FREQ_Q, 0));
    fit(&now, set_of(ROWS + 4, FREQ_M, 0));
    m = model_from(&before);
    ck_ok(held_out_find(&h, now.evaluation, &now.panel, &e), &e);
    ck_ok(held_out_measure(r, &m, &h, &now.panel, NULL, &why, &e), &e);
    ck_assert(!r[0].counts && !r[1].counts);
    ck_assert_ptr_nonnull(strstr(why.message, "another frequency"));
    held_out_release(&h);
    release(&before);
    release(&now);
}
END_TEST

static bool at_once(void *ctx)
{
    (void)ctx;
    return true;
}

START_TEST(it_ends_when_it_is_asked_to)
{
    const struct stop_flag stop = {.asked = at_once};
    struct fitted t;
    struct held_out h;
    struct held_out_result r[MOST];
    struct model m;
    struct err why = {0};

    fit(&t, set_of(ROWS, FREQ_M, 0));
    m = model_from(&t);
    ck_ok(held_out_find(&h, t.evaluation, &t.panel, &e), &e);
    ck_status(held_out_measure(r, &m, &h, &t.panel, &stop, &why, &e), ST_CANCELLED, &e);
    held_out_release(&h);
    release(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("held out");
    TCase *t = tcase_create("held out");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, it_is_found_at_the_end_and_behind_it);
    tcase_add_test(t, missing_values_are_found_as_such);
    tcase_add_test(t, another_version_is_measured_on_it);
    tcase_add_test(t, what_was_learnt_is_counted_by_time);
    tcase_add_test(t, the_same_end_was_measured_already);
    tcase_add_test(t, another_frequency_does_not_count);
    tcase_add_test(t, it_ends_when_it_is_asked_to);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_report_remarks.c - remarks on a fit. */
#include "server/tasks/report.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

/* The notes and the evaluation of a fit to series of these lengths. */
static cJSON *remarks(const int *lengths, int count, int test_size, bool ensemble)
{
    static double y[3][60];
    struct series_view views[3];
    const struct panel panel = {.series = views, .count = count, .season_length = 12};
    char ids[3][2] = {"a", "b", "c"};
    struct forecaster *f = NULL;
    struct params p;
    struct err e = {0};
    cJSON *o;

    for (int k = 0; k < count; k++) {
        for (int i = 0; i < lengths[k]; i++)
            y[k][i] = 50 + i + 10 * sin(i * 0.5236) + i * 7 % 5;
        views[k] = (struct series_view){.id = ids[k], .values = y[k], .length = lengths[k]};
    }
    ck_ok(params_defaults(&p, TASK_FORECAST, ensemble ? "default" : "tutorial-flights", &e), &e);
    p.hidden_size = 2;
    p.epochs = 1;
    p.patience = 0;
    p.test_size = test_size;
    ck_ok(forecaster_fit(&f, &panel, &p, NULL, &e), &e);
    o = report_remarks(cJSON_CreateObject(), f);
    forecaster_free(f);
    return o;
}

START_TEST(a_fit_that_held_out_says_what_serves)
{
    cJSON *o = remarks((const int[]){60}, 1, 6, true);

    ck_assert_int_eq((int)json_number_at(o, "evaluation/held_out"), 6);
    ck_assert_str_eq(json_text_at(o, "evaluation/served_model"), "refitted");
    cJSON_Delete(o);
    o = remarks((const int[]){60}, 1, 6, false);
    ck_assert_int_eq((int)json_number_at(o, "evaluation/held_out"), 6);
    ck_assert_str_eq(json_text_at(o, "evaluation/served_model"), "evaluated");
    cJSON_Delete(o);
}
END_TEST

START_TEST(what_was_not_judged_says_so)
{
    cJSON *o = remarks((const int[]){60}, 1, 0, true);

    ck_assert_int_eq((int)json_number_at(o, "evaluation/held_out"), 0);
    ck_assert_str_eq(json_text_at(o, "notes/0/code"), "not_evaluated");
    cJSON_Delete(o);
}
END_TEST

START_TEST(short_series_are_counted)
{
    cJSON *o = remarks((const int[]){60, 20, 23}, 3, 3, true);
    int last = json_count_at(o, "notes") - 1;
    const cJSON *note = cJSON_GetArrayItem(json_at(o, "notes"), last);

    ck_assert_str_eq(json_text_at(note, "code"), "short_for_a_season");
    ck_assert_ptr_nonnull(strstr(json_text_at(note, "detail"), "2 of 3 series are shorter"));
    cJSON_Delete(o);
    o = remarks((const int[]){60, 24}, 2, 3, true);
    for (int i = 0; i < json_count_at(o, "notes"); i++)
        ck_assert_str_ne(json_text_at(cJSON_GetArrayItem(json_at(o, "notes"), i), "code"),
                         "short_for_a_season");
    cJSON_Delete(o);
}
END_TEST

/* A net of two units after one epoch is no match for the season before. */
START_TEST(a_baseline_that_was_as_good_is_named)
{
    cJSON *o = remarks((const int[]){60}, 1, 12, false);

    ck_assert_str_eq(json_text_at(o, "notes/0/code"), "baseline_as_good");
    ck_assert_ptr_nonnull(strstr(json_text_at(o, "notes/0/detail"), "MASE"));
    cJSON_Delete(o);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("report_remarks");
    TCase *t = tcase_create("all");

    tcase_add_test(t, a_fit_that_held_out_says_what_serves);
    tcase_add_test(t, what_was_not_judged_says_so);
    tcase_add_test(t, short_series_are_counted);
    tcase_add_test(t, a_baseline_that_was_as_good_is_named);
    suite_add_tcase(s, t);
    return suite_run(s);
}

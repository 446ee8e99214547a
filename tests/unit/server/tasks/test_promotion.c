/* test_promotion.c - the decision whether a new version serves: it is compared with the serving
 * version and the baseline on the data that the new one held out. */
#include "server/tasks/promotion.h"

#include "server/jobs/worker.h"
#include "server/tasks/comparison.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;
static struct running running;
static atomic_bool stopping;
static cJSON *report; /* of the last job */

static void setup(void)
{
    fixture_open(&f);
    ck_ok(running_init(&running, &f.e), &f.e);
    atomic_store(&stopping, false);
}

static void teardown(void)
{
    cJSON_Delete(report);
    report = NULL;
    running_release(&running);
    fixture_close(&f);
}

static void wake(void *ctx)
{
    (void)ctx;
}

/* A season of four, and a jump of `step` after row 40. */
static void put_wave(int rows, double step)
{
    struct series_set s = series_of("s", FREQ_M, 0, rows, 1);
    bool created;

    for (int i = 0; i < rows; i++)
        s.items[0].values[i] = 10 + 5 * (i % 4) + (i >= 40 ? step : 0);
    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    series_set_release(&s);
}

static void run(const char *task, const char *params, const char *promote)
{
    const struct jobs_config config = {.checkpoint_interval_seconds = 60,
                                       .max_training_bytes = 1 << 30};
    const struct worker_env env = {.store = f.store,
                                   .running = &running,
                                   .config = &config,
                                   .stopping = &stopping,
                                   .owner = "me",
                                   .wake = wake};
    struct job_submission sub = submission(&f, "x", "m");
    struct job j;
    bool existing;
    char id[JOB_ID_LEN + 1];

    sub.task = task;
    sub.params = params;
    sub.promote = promote;
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    memcpy(id, j.id, sizeof(id));
    job_release(&j);
    ck_ok(worker_run_one(&env, &f.e), &f.e);
    ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
    ck_assert_msg(j.state == JOB_SUCCEEDED, "%s", j.error ? j.error : "");
    cJSON_Delete(report);
    report = j.promotion ? cJSON_Parse(j.promotion) : NULL;
    job_release(&j);
}

/* A net without an ensemble, which knows no season: a bad model of the wave. */
#define BAD                                                                                        \
    "{\"hidden_size\":1,\"window\":4,\"horizon\":4,\"ensemble\":false,\"differencing\":\"none\","  \
    "\"test_size\":4,\"epochs\":1,\"season_length\":4}"
#define GOOD                                                                                       \
    "{\"hidden_size\":2,\"window\":4,\"horizon\":4,\"test_size\":4,\"epochs\":1,"                  \
    "\"season_length\":4}"

static const char *text_of(const char *path)
{
    const char *text = cJSON_GetStringValue(json_at(report, path));

    ck_assert_msg(text != NULL, "no %s", path);
    return text;
}

static double number_of(const char *path)
{
    const cJSON *n = json_at(report, path);

    ck_assert_msg(cJSON_IsNumber(n), "no %s", path);
    return n->valuedouble;
}

static int64_t serving(void)
{
    struct model_version v;
    int64_t version;

    ck_ok(store_model_get(&v, f.store, "m", 0, &f.e), &f.e);
    version = v.version;
    model_version_release(&v);
    return version;
}

START_TEST(without_promote_nothing_is_decided)
{
    put_wave(40, 0);
    run("forecast", BAD, NULL);
    ck_assert_ptr_null(report);
    run("forecast", BAD, NULL);
    ck_assert_ptr_null(report);
    ck_assert_int_eq(serving(), 2);
}
END_TEST

START_TEST(a_first_version_serves)
{
    put_wave(40, 0);
    run("forecast", BAD, "never");
    ck_assert_str_eq(text_of("decision"), "promoted");
    ck_assert(cJSON_IsNull(json_at(report, "compared_with")));
    ck_assert_int_eq(serving(), 1);
}
END_TEST

START_TEST(always_and_never_do_not_measure)
{
    put_wave(40, 0);
    run("forecast", GOOD, NULL);
    run("forecast", BAD, "never");
    ck_assert_str_eq(text_of("decision"), "kept");
    ck_assert_ptr_null(cJSON_GetObjectItem(report, "measure"));
    ck_assert_int_eq(serving(), 1);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM audit WHERE key = 'training-job' AND "
                                     "action = 'promote never' AND resource = "
                                     "'/v1/models/m/aliases/production'"),
                     1);
    run("forecast", BAD, "always");
    ck_assert_str_eq(text_of("decision"), "promoted");
    ck_assert_int_eq((int)number_of("compared_with"), 1);
    ck_assert_int_eq(serving(), 3);
}
END_TEST

/* On the same data both versions were measured on the same held-out end. */
START_TEST(a_worse_version_does_not_serve)
{
    put_wave(40, 0);
    run("forecast", GOOD, "if_better");
    run("forecast", BAD, "if_better");
    ck_assert_str_eq(text_of("decision"), "kept");
    ck_assert_int_eq((int)number_of("compared_with"), 1);
    ck_assert_int_eq((int)number_of("held_out"), 4);
    ck_assert_double_gt(number_of("new"), number_of("serving"));
    ck_assert_int_eq((int)number_of("seen"), 0);
    ck_assert_int_eq(serving(), 1);
}
END_TEST

START_TEST(better_than_the_other_is_not_enough)
{
    double before, baseline;

    put_wave(40, 0);
    run("forecast", BAD, "if_better");
    run("forecast", GOOD, "if_better");
    before = number_of("new");
    baseline = number_of("baseline"); /* of a wave it is without error */
    ck_assert_double_lt(before, number_of("serving"));
    ck_assert_str_eq(text_of("decision"), before < baseline ? "promoted" : "kept");
    ck_assert_ptr_nonnull(strstr(text_of("reason"), "but not than the baseline"));
    ck_assert_int_eq(serving(), 1);
}
END_TEST

/* The data continue after a jump: the earlier version has not seen the held-out end. */
START_TEST(what_serves_is_measured_on_the_new_end)
{
    put_wave(40, 0);
    run("forecast", GOOD, NULL);
    put_wave(60, 50);
    run("forecast", GOOD, "if_better");
    ck_assert_int_eq((int)number_of("seen"), 0);
    ck_assert_int_eq((int)number_of("held_out"), 4);
    ck_assert(isfinite(number_of("serving")));
    put_wave(62, 50); /* two of the four are new */
    run("forecast", BAD, "if_better");
    ck_assert(serving() != 3 || number_of("new") < number_of("serving"));
}
END_TEST

START_TEST(what_it_has_seen_is_counted)
{
    put_wave(40, 0);
    run("forecast", GOOD, NULL);
    put_wave(42, 0);
    run("forecast", BAD, "if_better");
    ck_assert_int_eq((int)number_of("seen"), 2);
    ck_assert_ptr_nonnull(strstr(text_of("reason"), "had learnt from 2 of them"));
}
END_TEST

START_TEST(a_comparison_that_cannot_be_is_a_reason_to_keep)
{
    put_wave(40, 0);
    run("forecast", GOOD, NULL);
    run("forecast",
        "{\"hidden_size\":1,\"window\":4,\"horizon\":4,\"ensemble\":false,\"test_size\":0,"
        "\"epochs\":1}",
        "if_better");
    ck_assert_str_eq(text_of("decision"), "kept");
    ck_assert_ptr_nonnull(strstr(text_of("reason"), "held no observations out"));
    ck_assert_int_eq(serving(), 1);
}
END_TEST

START_TEST(the_same_job_has_the_same_report)
{
    char *first, *second;

    put_wave(40, 0);
    run("forecast", GOOD, NULL);
    put_wave(43, 0);
    run("forecast", BAD, "if_better");
    first = cJSON_PrintUnformatted(report);
    run("forecast", BAD, "if_better");
    second = cJSON_PrintUnformatted(report);
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
}
END_TEST

/* ---- taggers ---- */

#define TAGS                                                                                       \
    "the/DET dog/NN runs/VB|a/DET cat/NN sees/VB|the/DET cat/NN runs/VB|a/DET dog/NN sees/VB|"     \
    "the/DET dog/NN sees/VB|a/DET cat/NN runs/VB|"
#define TAGGER "{\"column\":\"upos\",\"hidden_size\":4,\"embedding_dim\":4,\"test_size\":2,"

START_TEST(taggers_are_compared_by_held_out_sentences)
{
    put_tagged(&f, "x", TAGS "the/DET cat/NN runs/VB|a/DET dog/NN sees/VB");
    run("tag", TAGGER "\"epochs\":60}", "if_better");
    run("tag", TAGGER "\"epochs\":1,\"learning_rate\":1e-9,\"context\":false}", "if_better");
    ck_assert_str_eq(text_of("decision"), "kept");
    ck_assert_str_eq(text_of("measure"), "accuracy");
    ck_assert_str_eq(text_of("baseline_method"), "most_frequent_tag");
    ck_assert_int_eq((int)number_of("held_out"), 6);
    ck_assert_double_eq_tol(number_of("baseline"), 1, 1e-12);
    ck_assert(cJSON_IsNull(json_at(report, "seen")));
    ck_assert_double_le(number_of("new"), number_of("serving"));
    ck_assert_int_eq(serving(), 1);
}
END_TEST

/* A word with two tags, of which the one before decides: the baseline is wrong half of the time. */
#define HOMONYM "the/DET saw/NN|we/PRON saw/VB|the/DET saw/NN|we/PRON saw/VB|"

START_TEST(a_better_tagger_comes_to_serve)
{
    put_tagged(&f, "x", HOMONYM HOMONYM HOMONYM HOMONYM "the/DET saw/NN|we/PRON saw/VB");
    run("tag", TAGGER "\"epochs\":1,\"learning_rate\":1e-9,\"context\":false}", NULL);
    run("tag", TAGGER "\"epochs\":200,\"learning_rate\":0.05}", "if_better");
    ck_assert_double_eq_tol(number_of("new"), 1, 1e-12);
    ck_assert_double_eq_tol(number_of("baseline"), 0.75, 1e-12);
    ck_assert_str_eq(text_of("decision"), "promoted");
    ck_assert_int_eq(serving(), 2);
}
END_TEST

START_TEST(names_are_three)
{
    enum promote p = PROMOTE_ALWAYS;

    for (int i = 0; promote_names[i]; i++)
        ck_assert(promote_from_name(&p, promote_names[i]) && (int)p == i);
    ck_assert_int_eq(p, PROMOTE_NEVER);
    ck_assert(!promote_from_name(&p, "Always"));
    ck_assert(!promote_from_name(&p, ""));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("promotion");
    TCase *t = tcase_create("promotion");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, without_promote_nothing_is_decided);
    tcase_add_test(t, a_first_version_serves);
    tcase_add_test(t, always_and_never_do_not_measure);
    tcase_add_test(t, a_worse_version_does_not_serve);
    tcase_add_test(t, better_than_the_other_is_not_enough);
    tcase_add_test(t, what_serves_is_measured_on_the_new_end);
    tcase_add_test(t, what_it_has_seen_is_counted);
    tcase_add_test(t, a_comparison_that_cannot_be_is_a_reason_to_keep);
    tcase_add_test(t, the_same_job_has_the_same_report);
    tcase_add_test(t, taggers_are_compared_by_held_out_sentences);
    tcase_add_test(t, a_better_tagger_comes_to_serve);
    tcase_add_test(t, names_are_three);
    suite_add_tcase(s, t);
    return suite_run(s);
}

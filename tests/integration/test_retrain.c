/* test_retrain.c - models that the daemon trains again itself: after a time, and when their
 * forecasts have become worse; over restarts and SIGKILL. The tests move the clock of a rule
 * forward by its times in the database. */
#include "tests/integration/suite.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { DEADLINE_MS = 120000 };

static struct daemon d;
static struct reply r;

static void setup(void)
{
    daemon_init(&d);
    daemon_start(&d, NULL);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* 48 months of one level, and so many more that are higher by `shift`. */
static void put_data(int more, int shift, long expect)
{
    static char csv[8192];

    (void)snprintf(csv, sizeof csv, "month,y\n");
    for (int i = 0; i < 48 + more; i++)
        (void)snprintf(csv + strlen(csv), sizeof csv - strlen(csv), "%d-%02d,%d\n", 2010 + i / 12,
                       i % 12 + 1, 100 + 10 * (i % 12) + i * 7 % 5 + (i >= 48 ? shift : 0));
    put(&r, &d, "/v1/datasets/sales", "text/csv", csv, expect);
}

static void train(const char *retrain)
{
    char job[400];

    (void)snprintf(job, sizeof job,
                   "{\"task\":\"forecast\",\"dataset\":\"sales\",\"model\":\"m\",\"params\":"
                   "{\"epochs\":2,\"hidden_size\":4,\"seed\":3},\"retrain\":%s}",
                   retrain);
    run_job(&r, &d, job, "succeeded");
}

/* The rule is due while the daemon is away. */
static void let_time_pass(void)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    if (d.pid)
        ck_assert_int_eq(daemon_stop(&d, 20), 0);
    ck_assert_int_eq(sqlite3_open(d.db, &db), SQLITE_OK);
    sqlite3_exec(db,
                 "UPDATE model_retrain SET due_at = 1000, next_at = CASE WHEN every > 0 THEN 1000 "
                 "ELSE 0 END",
                 NULL, NULL, &message);
    ck_assert_msg(!message, "%s", message);
    sqlite3_close(db);
    daemon_start(&d, NULL);
}

/* Asks until the text is in the answer. */
static void wait_for(const char *path, const char *text)
{
    int64_t until = now_ms() + DEADLINE_MS;

    do {
        get(&r, &d, path, 200);
        if (strstr(r.body, text))
            return;
        poll(NULL, 0, 20);
    } while (now_ms() < until);
    ck_abort_msg("no '%s' in %s", text, r.body);
}

static int count_jobs(void)
{
    get(&r, &d, "/v1/jobs", 200);
    return cJSON_GetArraySize(at(r.json, "items"));
}

START_TEST(the_next_version_is_trained_when_it_is_time)
{
    char job[64];

    put_data(0, 0, 201);
    train("{\"every\":\"7d\"}");
    get(&r, &d, "/v1/models/m", 200);
    ck_assert_str_eq(text_at(r.json, "retrain.every"), "7d");
    ck_assert(cJSON_IsNull(at(r.json, "retrain.last_job")));
    let_time_pass(); /* nothing is new */
    wait_for("/v1/models/m/retrain", "has not changed since version 1");
    ck_assert_int_eq(count_jobs(), 1);
    post(&r, &d, "/v1/datasets/sales/rows",
         "{\"series\":[{\"id\":\"sales\",\"start\":\"2014-01\","
         "\"frequency\":\"M\",\"values\":[120,131]}]}",
         200);
    let_time_pass();
    wait_for("/v1/models/m", "\"newest_version\":2");
    (void)snprintf(job, sizeof job, "%s", text_at(r.json, "retrain.last_job"));
    ck_assert_str_eq(text_at(r.json, "job"), job);
    ck_assert_int_eq((int)number_at(r.json, "params.hidden_size"), 4);
    ck_assert_int_eq((int)number_at(r.json, "params.seed"), 3);
    ck_assert(cJSON_IsFalse(at(r.json, "dataset_changed")));
    get(&r, &d, "/metrics", 200);
    ck_assert_ptr_nonnull(strstr(r.body, "lstmd_retrain_rules 1\n"));
    ck_assert_ptr_nonnull(strstr(r.body, "lstmd_retrain_rules_failing 0\n"));
    get(&r, &d, "/v1/models", 200);
}
END_TEST

START_TEST(a_kill_loses_and_repeats_nothing)
{
    int64_t until = now_ms() + DEADLINE_MS;

    put_data(0, 0, 201);
    train("{\"every\":\"7d\"}");
    put_data(3, 0, 200);
    let_time_pass();
    while (count_jobs() < 2 && now_ms() < until)
        poll(NULL, 0, 5);
    daemon_kill(&d);
    let_time_pass();
    wait_for("/v1/models/m", "\"newest_version\":2");
    let_time_pass();
    wait_for("/v1/models/m/retrain", "has not changed since version 2");
    ck_assert_int_eq(count_jobs(), 2);
}
END_TEST

START_TEST(worse_forecasts_train)
{
    put_data(0, 0, 201);
    train("{\"every\":\"30d\"}");
    put(&r, &d, "/v1/models/m/retrain", "application/json", "{\"drift\":3}", 200);
    wait_for("/v1/models/m/retrain", "has not changed");
    put_data(12, 0, 200);
    put(&r, &d, "/v1/models/m/retrain", "application/json", "{\"drift\":30}", 200);
    wait_for("/v1/models/m/retrain", "the drift of 1 series is");
    ck_assert_double_lt(number_at(r.json, "last_drift"), 30);
    ck_assert_int_eq(count_jobs(), 1);
    put_data(12, 2000, 200);
    put(&r, &d, "/v1/models/m/retrain", "application/json", "{\"drift\":3}", 200);
    wait_for("/v1/models/m", "\"newest_version\":2");
    ck_assert_double_gt(number_at(r.json, "retrain.last_drift"), 3);
}
END_TEST

START_TEST(a_data_set_that_is_gone_is_an_error_that_is_shown)
{
    put_data(0, 0, 201);
    train("{\"every\":\"7d\"}");
    del(&r, &d, "/v1/datasets/sales", 204);
    let_time_pass();
    wait_for("/v1/models/m/retrain", "\"status\":404");
    ck_assert(!cJSON_IsNull(at(r.json, "next_training")));
    ck_assert_int_eq(count_jobs(), 1);
    del(&r, &d, "/v1/models/m", 204);
    get(&r, &d, "/v1/models/m/retrain", 404);
}
END_TEST

START_TEST(taggers_are_trained_again_by_time_alone)
{
    put(&r, &d, "/v1/datasets/words", "text/x-conllu",
        "1\tthe\tthe\tDET\t_\t_\t0\t_\t_\t_\n2\tdog\tdog\tNOUN\t_\t_\t0\t_\t_\t_\n\n"
        "1\tthe\tthe\tDET\t_\t_\t0\t_\t_\t_\n2\tcat\tcat\tNOUN\t_\t_\t0\t_\t_\t_\n\n"
        "1\ta\ta\tDET\t_\t_\t0\t_\t_\t_\n2\tcow\tcow\tNOUN\t_\t_\t0\t_\t_\t_\n\n",
        201);
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"words\",\"model\":\"t\",\"params\":{\"epochs\":1,"
            "\"hidden_size\":4},\"retrain\":{\"every\":\"1d\"}}",
            "succeeded");
    put(&r, &d, "/v1/models/t/retrain", "application/json", "{\"drift\":2}", 422);
    ck_assert_ptr_nonnull(strstr(r.body, "tagger"));
    put(&r, &d, "/v1/datasets/words", "text/x-conllu",
        "1\tthe\tthe\tDET\t_\t_\t0\t_\t_\t_\n2\tdog\tdog\tNOUN\t_\t_\t0\t_\t_\t_\n\n"
        "1\tthe\tthe\tDET\t_\t_\t0\t_\t_\t_\n2\then\then\tNOUN\t_\t_\t0\t_\t_\t_\n\n",
        200);
    let_time_pass();
    wait_for("/v1/models/t", "\"newest_version\":2");
    ck_assert(cJSON_IsNull(at(r.json, "retrain.error")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("retrain");
    TCase *t = tcase_create("retrain");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, the_next_version_is_trained_when_it_is_time);
    tcase_add_test(t, a_kill_loses_and_repeats_nothing);
    tcase_add_test(t, worse_forecasts_train);
    tcase_add_test(t, a_data_set_that_is_gone_is_an_error_that_is_shown);
    tcase_add_test(t, taggers_are_trained_again_by_time_alone);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_retrain_run.c - looks at rules: what is submitted when, and what is waited for. */
#include "server/api/retrain_run.h"

#include "server/store/connection.h"
#include "tests/unit/server/api/handler.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct call get_model = {.handler = api_model_get, .param = {"m"}};
static struct config config = {.max_body_bytes = 1 << 20};
static char csv[4096];

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

static bool always(void *ctx)
{
    (void)ctx;
    return true;
}

/* months of data; from row `shift` on their level is another one. */
static const char *data_of(int months, int shift)
{
    snprintf(csv, sizeof(csv), "month,y\n");
    for (int i = 0; i < months; i++)
        snprintf(csv + strlen(csv), sizeof(csv) - strlen(csv), "%d-%02d,%d\n", 2010 + i / 12,
                 i % 12 + 1, 100 + 10 * (i % 12) + i * 7 % 5 + (i >= shift ? 5000 : 0));
    return csv;
}

#define JOB                                                                                        \
    "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"params\":{\"epochs\":1,"           \
    "\"patience\":0,\"hidden_size\":1,\"test_size\":6,\"horizon\":3,\"season_length\":4,"          \
    "\"seed\":5},\"promote\":\"if_better\"}"

static void prepare(const char *rule, const struct access *key)
{
    const struct call c = {.handler = api_retrain_put,
                           .method = HTTP_PUT,
                           .param = {"m"},
                           .type = "application/json",
                           .body = rule,
                           .key = key};

    handler_app()->config = &config;
    put_csv("d", data_of(48, 1000));
    train(JOB);
    expect(201, &c);
}

static void replace(const char *content)
{
    expect(200, &(struct call){.handler = api_dataset_put,
                               .method = HTTP_PUT,
                               .param = {"d"},
                               .type = "text/csv",
                               .body = content});
}

static void run_sql(const char *sql)
{
    struct fixture *f = handler_files();
    struct db *db = fixture_db(f);

    ck_ok(db->driver->exec(db, sql, &f->e), &f->e);
}

static void make_due(void)
{
    run_sql("UPDATE model_retrain SET due_at = 5, next_at = CASE WHEN every > 0 THEN 5 ELSE 0 END");
}

/* Looks at all rules that are due; returns the time to the next look. */
static int64_t look(void)
{
    const struct fetch_stop stop = {never, NULL};
    int64_t ms;

    do
        ms = api_retrain_look(handler_app(), &stop);
    while (ms == 0);
    expect(200, &get_model);
    return ms;
}

static int jobs(void)
{
    return (int)fixture_int(handler_files(), "SELECT count(*) FROM job");
}

static void says(const char *path, const char *what)
{
    ck_assert_msg(strstr(text(path), what) != NULL, "no '%s' in '%s'", what, text(path));
}

START_TEST(a_changed_data_set_is_trained_when_the_time_has_come)
{
    char id[64];
    const struct call get_job = {.handler = api_job_get, .param = {id}};

    prepare("{\"every\":\"1h\"}", NULL);
    ck_assert_int_gt(look(), 3000000); /* not due */
    ck_assert_int_eq(jobs(), 1);
    make_due();
    ck_assert_int_gt(look(), 3000000);
    ck_assert_int_eq(jobs(), 1);
    says("retrain/note", "has not changed since version 1");
    replace(data_of(49, 1000));
    make_due();
    look();
    ck_assert_int_eq(jobs(), 2);
    ck_assert(cJSON_IsNull(member("retrain/note")));
    snprintf(id, sizeof(id), "%s", text("retrain/last_job"));
    expect(200, &get_job);
    ck_assert_str_eq(text("state"), "queued");
    ck_assert_str_eq(text("promote"), "if_better");
    ck_assert_int_eq((int)number("params/hidden_size"), 1);
    ck_assert_int_eq((int)number("params/seed"), 5);
    make_due(); /* while the job is queued nothing is submitted, and nothing is missed */
    ck_assert_int_lt(look(), 70000);
    ck_assert_int_eq(jobs(), 2);
    says("retrain/note", "waits for a job");
    ck_assert_str_lt(text("retrain/next_training"), "1971");
}
END_TEST

/* The process dies between the submission and the end of the look, and the job ends meanwhile. */
START_TEST(a_look_that_is_repeated_submits_nothing_twice)
{
    prepare("{\"every\":\"1h\"}", NULL);
    replace(data_of(49, 1000));
    make_due();
    look();
    ck_assert_int_eq(jobs(), 2);
    run_sql("UPDATE job SET state = 3 WHERE state = 0");
    run_sql("UPDATE model_retrain SET last_job = NULL");
    make_due();
    look();
    ck_assert_int_eq(jobs(), 2);
    ck_assert_int_eq((int)strlen(text("retrain/last_job")), JOB_ID_LEN);
}
END_TEST

START_TEST(errors_are_kept_and_shown)
{
    const struct call remove = {
        .handler = api_dataset_delete, .method = HTTP_DELETE, .param = {"d"}};

    prepare("{\"every\":\"1h\"}", NULL);
    expect(204, &remove);
    make_due();
    ck_assert_int_gt(look(), 3000000);
    ck_assert_int_eq((int)number("retrain/error/status"), 404);
    /* back again: the error goes */
    put_csv("d", data_of(50, 1000));
    make_due();
    look();
    ck_assert(cJSON_IsNull(member("retrain/error")));
    ck_assert_int_eq(jobs(), 2);
}
END_TEST

START_TEST(a_full_queue_is_tried_again_soon)
{
    const struct call other = {.handler = api_job_create,
                               .method = HTTP_POST,
                               .type = "application/json",
                               .body = "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"n\"}"};

    prepare("{\"every\":\"1h\"}", NULL);
    replace(data_of(49, 1000));
    for (int i = 0; i < 3; i++)
        expect(202, &other);
    make_due();
    ck_assert_int_lt(look(), 70000);
    ck_assert_int_eq((int)number("retrain/error/status"), 503);
    ck_assert_str_lt(text("retrain/next_training"), "1971");
    run_sql("DELETE FROM job WHERE state = 0");
    run_sql("UPDATE model_retrain SET due_at = 5");
    look();
    ck_assert(cJSON_IsNull(member("retrain/error")));
    ck_assert_str_gt(text("retrain/next_training"), "2020");
}
END_TEST

START_TEST(it_acts_with_the_key_that_set_the_rule)
{
    struct fixture *f = handler_files();
    struct access who = {.name = "team", .scopes = SCOPE_TRAIN | SCOPE_READ, .names = "m*"};
    char secret[KEY_TEXT_LEN + 1];
    struct key k;

    ck_ok(store_key_add(secret, &k, f->store, &who, &f->e), &f->e);
    prepare("{\"every\":\"1h\"}", &k.access);
    replace(data_of(49, 1000));
    make_due();
    look();
    ck_assert_int_eq((int)number("retrain/error/status"), 403); /* d is not m* */
    ck_assert_int_eq(jobs(), 1);
    ck_ok(store_key_revoke(f->store, "team", &f->e), &f->e);
    make_due();
    look();
    says("retrain/error/detail", "not in force");
    ck_assert_int_eq(jobs(), 1);
}
END_TEST

START_TEST(a_drift_trains_once)
{
    prepare("{\"drift\":3}", NULL);
    look();
    says("retrain/note", "has not changed");
    replace(data_of(50, 1000));
    make_due();
    look();
    says("retrain/note", "needs 4 new rows of a series, and there are 2");
    replace(data_of(54, 1000));
    make_due();
    look();
    says("retrain/note", "the drift of 1 series is");
    ck_assert_double_lt(number("retrain/last_drift"), 3);
    ck_assert_int_eq(jobs(), 1);
    replace(data_of(54, 49));
    make_due();
    ck_assert_int_gt(look(), 500000);
    ck_assert_double_gt(number("retrain/last_drift"), 3);
    ck_assert_int_eq(jobs(), 2);
    run_sql("UPDATE job SET state = 3 WHERE state = 0"); /* it fails */
    make_due();
    look();
    ck_assert_int_eq(jobs(), 2); /* the same data are not trained on again */
}
END_TEST

START_TEST(an_end_in_the_middle_is_no_result)
{
    const struct fetch_stop stop = {always, NULL};

    prepare("{\"drift\":3}", NULL);
    replace(data_of(54, 49));
    make_due();
    ck_assert_int_eq(api_retrain_look(handler_app(), &stop), 0);
    expect(200, &get_model);
    ck_assert(cJSON_IsNull(member("retrain/error")));
    look();
    ck_assert_int_eq(jobs(), 2);
}
END_TEST

START_TEST(a_deleted_job_is_repeated_from_the_rule)
{
    const struct call job = {.handler = api_job_create,
                             .method = HTTP_POST,
                             .type = "application/json",
                             .body = "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m2\","
                                     "\"retrain\":{\"every\":\"1h\"}}"};

    prepare("{\"every\":\"1h\"}", NULL);
    run_sql("DELETE FROM job");
    replace(data_of(49, 1000));
    make_due();
    look();
    says("retrain/note", "waits for a job of the model that succeeds");
    run_sql("UPDATE model_retrain SET request = '{\"task\":\"forecast\",\"dataset\":\"d\","
            "\"model\":\"m\"}'");
    make_due();
    look();
    ck_assert_int_eq(jobs(), 1);
    expect(202, &job); /* a model without any version */
    make_due();
    look();
    expect(200, &(struct call){.handler = api_retrain_get, .param = {"m2"}});
    says("note", "waits for a job");
}
END_TEST

START_TEST(the_request_is_that_of_the_job)
{
    struct fixture *f = handler_files();
    struct job j = {.task = "tag",
                    .dataset = "words",
                    .model = "t",
                    .params = "{\"recipe\":\"default\",\"test_size\":9,\"seed\":3}",
                    .validation_dataset = "dev",
                    .promote = "never"};
    char *out = NULL;

    ck_ok(retrain_request(&out, f->store, &j, &f->e), &f->e);
    ck_assert_str_eq(out, "{\"task\":\"tag\",\"dataset\":\"words\",\"model\":\"t\",\"recipe\":"
                          "\"default\",\"validation_dataset\":\"dev\",\"promote\":\"never\","
                          "\"params\":{\"seed\":3}}");
    free(out);
    j = (struct job){.task = "forecast",
                     .dataset = "d",
                     .model = "m",
                     .params = "{\"recipe\":\"r\",\"future_covariates\":[\"a\"],\"seed\":1}"};
    ck_ok(retrain_request(&out, f->store, &j, &f->e), &f->e);
    ck_assert_str_eq(out, "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"recipe\":"
                          "\"r\",\"future_covariates\":[\"a\"],\"params\":{\"seed\":1}}");
    free(out);
    j.params = "{";
    ck_assert_int_ne(retrain_request(&out, f->store, &j, &f->e), ST_OK);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_changed_data_set_is_trained_when_the_time_has_come,
                                  a_look_that_is_repeated_submits_nothing_twice,
                                  errors_are_kept_and_shown,
                                  a_full_queue_is_tried_again_soon,
                                  it_acts_with_the_key_that_set_the_rule,
                                  a_drift_trains_once,
                                  an_end_in_the_middle_is_no_result,
                                  a_deleted_job_is_repeated_from_the_rule,
                                  the_request_is_that_of_the_job};

    return handler_run(suite_create("retrain_run"), tests, sizeof tests / sizeof tests[0]);
}

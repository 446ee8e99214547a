/* test_anomaly_watch.c - new rows are looked at by the models that were trained on their data
 * set. */
#include "server/webhooks/anomaly_watch.h"

#include "server/base/clock.h"
#include "server/store/anomaly_check.h"
#include "tests/unit/server/api/handler.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/server/store/webhook_fixture.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { MONTHS = 72, DEADLINE_MS = 20000 };

static atomic_bool stop;
static char at[NAME_MAX_LEN + 1];
static int64_t hook;

/* A season of a year and a little noise, without any surprise. */
static double value(int month)
{
    return 100 + 20 * sin(month * 6.283185307179586 / 12) + (month * 7919 % 13) * 0.05;
}

static void fit(const char *name, const char *model)
{
    char job[300];

    snprintf(job, sizeof(job),
             "{\"task\":\"forecast\",\"dataset\":\"%s\",\"model\":\"%s\",\"recipe\":"
             "\"tutorial-flights\",\"params\":{\"epochs\":1}}",
             name, model);
    (void)train(job);
}

/* Stores a data set, and a model of it. */
static void put_history(const char *name, const char *model)
{
    char csv[MONTHS * 40] = "month,y\n";
    size_t used = strlen(csv);

    for (int i = 0; i < MONTHS; i++)
        used += (size_t)snprintf(csv + used, sizeof(csv) - used, "%d-%02d,%.4f\n", 2014 + i / 12,
                                 i % 12 + 1, value(i));
    put_csv(name, csv);
    fit(name, model);
}

static void append(const char *name, int month, const double *values, int n)
{
    char csv[2000] = "month,y\n";
    size_t used = strlen(csv);

    for (int i = 0; i < n; i++, month++)
        used += (size_t)snprintf(csv + used, sizeof(csv) - used, "%d-%02d,%.4f\n",
                                 2014 + month / 12, month % 12 + 1, values[i]);
    (void)expect(200, &(struct call){.handler = api_dataset_append,
                                     .method = HTTP_POST,
                                     .param = {name},
                                     .type = "text/csv",
                                     .body = csv});
}

static bool look(void)
{
    return anomaly_watch_step(at, handler_app()->store, handler_app()->cache, &stop);
}

static void watch(void)
{
    at[0] = '\0';
    atomic_store(&stop, false);
    hook = add_webhook(handler_files(), 1 << EVENT_ANOMALY_DETECTED, NULL);
}

static int waiting(void)
{
    return (int)fixture_int(handler_files(), "SELECT count(*) FROM anomaly_check");
}

START_TEST(a_surprise_is_told_and_the_usual_is_not)
{
    const double usual[] = {value(MONTHS), value(MONTHS + 1)}, spike[] = {500, value(MONTHS + 3)};
    cJSON *json;

    watch();
    put_history("x", "m");
    ck_assert(!look());
    append("x", MONTHS, usual, 2);
    ck_assert(look());
    ck_assert_int_eq(deliveries(handler_files(), hook), 0);
    append("x", MONTHS + 2, spike, 2);
    ck_assert(look());
    ck_assert(!look());
    ck_assert_int_eq(waiting(), 0);
    ck_assert_int_eq(deliveries(handler_files(), hook), 1);
    json = cJSON_Parse(newest_payload(handler_files(), hook));
    ck_assert_str_eq(json_at(json, "type")->valuestring, "anomaly.detected");
    ck_assert_str_eq(json_at(json, "data/model")->valuestring, "m");
    ck_assert_int_eq(json_at(json, "data/version")->valueint, 1);
    ck_assert_str_eq(json_at(json, "data/dataset")->valuestring, "x");
    ck_assert_int_eq(json_at(json, "data/level")->valueint, 95);
    ck_assert_int_eq(json_at(json, "data/found")->valueint, 1);
    ck_assert_str_eq(json_at(json, "data/series/0/anomalies/0/time")->valuestring, "2020-03");
    ck_assert(json_at(json, "data/series/0/anomalies/0/value")->valuedouble == 500);
    ck_assert(json_at(json, "data/series/0/anomalies/0/upper")->valuedouble < 500);
    cJSON_Delete(json);
}
END_TEST

/* The same rows by POST /v1/models/{name}/anomalies. */
START_TEST(the_rule_is_that_of_the_api)
{
    const double rows[] = {500, value(MONTHS + 1), 300, value(MONTHS + 3)};
    cJSON *json;
    double upper;

    watch();
    put_history("x", "m");
    append("x", MONTHS, rows, 4);
    ck_assert(look());
    (void)expect(200, &(struct call){.handler = api_anomalies_post,
                                     .method = HTTP_POST,
                                     .param = {"m"},
                                     .type = "application/json",
                                     .body = "{\"dataset\":\"x\",\"last\":4}"});
    json = cJSON_Parse(newest_payload(handler_files(), hook));
    ck_assert_int_eq(json_at(json, "data/found")->valueint, (int)number("series/0/anomalies"));
    upper = json_at(json, "data/series/0/anomalies/0/upper")->valuedouble;
    ck_assert_double_eq_tol(upper, number("series/0/upper/0"), 1e-9);
    cJSON_Delete(json);
}
END_TEST

START_TEST(each_model_of_the_data_set_looks)
{
    const double spike[] = {500};

    watch();
    put_history("x", "m");
    fit("x", "n");
    put_history("y", "other");
    append("x", MONTHS, spike, 1);
    ck_assert(look());
    ck_assert_int_eq(deliveries(handler_files(), hook), 2);
}
END_TEST

START_TEST(without_a_model_or_a_data_set_nothing_is_found)
{
    const double spike[] = {500};

    watch();
    put_csv("x", "month,y\n2019-11,1\n2019-12,2\n");
    append("x", MONTHS, spike, 1);
    ck_assert_int_eq(waiting(), 1);
    ck_assert(look());
    ck_assert_int_eq(waiting(), 0);
    append("x", MONTHS + 1, spike, 1);
    ck_ok(db_exec(fixture_db(handler_files()), "UPDATE dataset SET name = 'moved'",
                  &handler_files()->e),
          &handler_files()->e);
    ck_assert(look()); /* a data set of that name is not there any more */
    ck_assert_int_eq(waiting(), 0);
    ck_assert_int_eq(deliveries(handler_files(), hook), 0);
}
END_TEST

START_TEST(a_look_that_is_stopped_leaves_its_rows)
{
    const double spike[] = {500};

    watch();
    put_history("x", "m");
    append("x", MONTHS, spike, 1);
    atomic_store(&stop, true);
    ck_assert(!look());
    ck_assert_int_eq(waiting(), 1);
    atomic_store(&stop, false);
    ck_assert(look());
    ck_assert_int_eq(deliveries(handler_files(), hook), 1);
}
END_TEST

START_TEST(a_model_that_cannot_be_loaded_holds_up_nothing)
{
    struct model_submission m = model_of("broken", "forecast", "no model");
    const double spike[] = {500};
    int64_t version;

    watch();
    put_history("x", "m");
    m.dataset = "x";
    ck_ok(store_model_put(&version, handler_app()->store, &m, &handler_files()->e),
          &handler_files()->e);
    append("x", MONTHS, spike, 1);
    ck_assert(look());
    ck_assert_int_eq(waiting(), 0);
    ck_assert_int_eq(deliveries(handler_files(), hook), 1);
}
END_TEST

START_TEST(a_thread_looks_by_itself)
{
    const double spike[] = {500};
    int64_t until = clock_monotonic_ms() + DEADLINE_MS;
    struct anomaly_watch *w = NULL;
    struct err e = {0};

    watch();
    put_history("x", "m");
    ck_ok(anomaly_watch_start(&w, handler_app()->store, handler_app()->cache, &e), &e);
    append("x", MONTHS, spike, 1);
    while (deliveries(handler_files(), hook) == 0 && clock_monotonic_ms() < until)
        (void)poll(NULL, 0, 5);
    ck_assert_int_eq(deliveries(handler_files(), hook), 1);
    anomaly_watch_stop(w);
    anomaly_watch_stop(NULL);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_surprise_is_told_and_the_usual_is_not,
        the_rule_is_that_of_the_api,
        each_model_of_the_data_set_looks,
        without_a_model_or_a_data_set_nothing_is_found,
        a_look_that_is_stopped_leaves_its_rows,
        a_model_that_cannot_be_loaded_holds_up_nothing,
        a_thread_looks_by_itself,
    };

    return handler_run(suite_create("anomaly_watch"), tests, sizeof(tests) / sizeof(tests[0]));
}

/* test_allowed.c - a key that is bound to names reaches nothing of other names. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

static const struct access sales = {
    .name = "ci", .scopes = SCOPE_READ | SCOPE_PREDICT | SCOPE_TRAIN, .names = "sales-*"};

static const char csv[] = "month,y\n2020-01,1\n2020-02,2\n2020-03,3\n2020-04,5\n2020-05,8\n"
                          "2020-06,13\n2020-07,21\n2020-08,34\n2020-09,55\n2020-10,89\n";

static void post(int status, const char *place, http_handler *handler, const char *json)
{
    const struct call c = {.handler = handler,
                           .method = HTTP_POST,
                           .param = {"sales-f"},
                           .type = "application/json",
                           .body = json,
                           .key = &sales};

    if (status >= 400)
        expect_problem(status, place, &c);
    else
        (void)expect(status, &c);
}

static const char *submit_job(const char *dataset, const char *model)
{
    static char ids[3][JOB_ID_LEN + 1];
    static int next;
    char json[200], *id = ids[next++ % 3];

    snprintf(json, sizeof(json), "{\"task\":\"forecast\",\"dataset\":\"%s\",\"model\":\"%s\"}",
             dataset, model);
    (void)expect(202, &(struct call){.handler = api_job_create,
                                     .method = HTTP_POST,
                                     .type = "application/json",
                                     .body = json});
    snprintf(id, JOB_ID_LEN + 1, "%s", text("id"));
    return id;
}

START_TEST(lists_hold_what_the_key_is_for)
{
    const char *ours, *theirs;
    int n;

    put_csv("sales-eu", csv);
    put_csv("stock", csv);
    import("sales-f", "forecaster-fitted");
    import("other", "forecaster-fitted");
    ours = submit_job("sales-eu", "sales-n");
    (void)submit_job("stock", "sales-n");
    theirs = submit_job("sales-eu", "other");
    ck_assert_str_ne(ours, theirs);
    (void)expect(200, &(struct call){.handler = api_dataset_list, .key = &sales});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
    ck_assert_str_eq(text("items/0/name"), "sales-eu");
    (void)expect(200, &(struct call){.handler = api_model_list, .key = &sales});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
    ck_assert_str_eq(text("items/0/name"), "sales-f");
    (void)expect(200, &(struct call){.handler = api_job_list, .key = &sales});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
    ck_assert_str_eq(text("items/0/model"), "sales-n");
    (void)expect(200, &(struct call){.handler = api_job_list});
    n = cJSON_GetArraySize(member("items"));
    ck_assert_int_eq(n, 3);
}
END_TEST

/* Every handler of a job. */
START_TEST(jobs_of_others_stay_closed)
{
    static const struct {
        http_handler *handler;
        enum http_method method;
    } rows[] = {
        {api_job_get, HTTP_GET},    {api_job_history, HTTP_GET}, {api_job_backtest, HTTP_GET},
        {api_job_events, HTTP_GET}, {api_job_cancel, HTTP_POST}, {api_job_delete, HTTP_DELETE},
    };
    const char *theirs;

    put_csv("stock", csv);
    theirs = submit_job("stock", "sales-n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_problem(403, NULL,
                       &(struct call){.handler = rows[i].handler,
                                      .method = rows[i].method,
                                      .param = {theirs},
                                      .key = &sales});
    (void)expect(200, &(struct call){.handler = api_job_get, .param = {theirs}});
    ck_assert_str_eq(text("state"), "queued");
}
END_TEST

START_TEST(names_in_bodies_are_checked)
{
    put_csv("sales-eu", csv);
    put_csv("stock", csv);
    import("sales-f", "forecaster-fitted");
    post(403, "/dataset", api_job_create,
         "{\"task\":\"forecast\",\"dataset\":\"stock\",\"model\":\"sales-n\"}");
    post(403, "/model", api_job_create,
         "{\"task\":\"forecast\",\"dataset\":\"sales-eu\",\"model\":\"n\"}");
    post(403, "/warm_start_from", api_job_create,
         "{\"task\":\"forecast\",\"dataset\":\"sales-eu\",\"model\":\"sales-n\","
         "\"warm_start_from\":\"other/1\"}");
    post(403, "/validation_dataset", api_job_create,
         "{\"task\":\"tag\",\"dataset\":\"sales-eu\",\"model\":\"sales-n\","
         "\"validation_dataset\":\"words\"}");
    post(403, "/dataset", api_forecast_post, "{\"dataset\":\"stock\"}");
    post(403, "/dataset", api_anomalies_post, "{\"dataset\":\"stock\"}");
    post(202, NULL, api_job_create,
         "{\"task\":\"forecast\",\"dataset\":\"sales-eu\",\"model\":\"sales-n\"}");
    import("sales-t", "tagger-plain");
    expect_problem(403, "/dataset",
                   &(struct call){.handler = api_model_evaluate,
                                  .method = HTTP_POST,
                                  .param = {"sales-t"},
                                  .type = "application/json",
                                  .body = "{\"dataset\":\"words\"}",
                                  .key = &sales});
}
END_TEST

START_TEST(suggestions_name_nothing_of_others)
{
    const struct call c = {.handler = api_dataset_get, .param = {"sales"}, .key = NULL};
    struct call bound = c;

    put_csv("salez", csv);
    ck_assert_ptr_nonnull(strstr(expect(404, &c)->body, "salez"));
    bound.key = &sales;
    ck_assert_ptr_null(strstr(expect(404, &bound)->body, "salez"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        lists_hold_what_the_key_is_for,
        jobs_of_others_stay_closed,
        names_in_bodies_are_checked,
        suggestions_name_nothing_of_others,
    };

    return handler_run(suite_create("allowed"), tests, sizeof(tests) / sizeof(tests[0]));
}

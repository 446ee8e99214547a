/* test_jobs.c - submit, list, follow, cancel and delete jobs. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

#define JOB "\"dataset\":\"d\",\"model\":\"m\""

static char id[64];

static struct call create(const char *body)
{
    return (struct call){
        .handler = api_job_create, .method = HTTP_POST, .type = "application/json", .body = body};
}

static void submit_job(const char *body)
{
    struct call c = create(body);

    expect(202, &c);
    snprintf(id, sizeof(id), "%s", text("id"));
}

static void put_data(void)
{
    put_csv("d", "month,y\n2020-01,1\n2020-02,2\n2020-03,3\n2020-04,4\n2020-05,5\n2020-06,6\n");
}

START_TEST(a_job_is_queued)
{
    struct call c = create("{\"task\":\"forecast\"," JOB ",\"params\":{\"seed\":7}}");
    const struct reply *r;

    put_data();
    r = expect(202, &c);
    ck_assert_str_eq(text("state"), "queued");
    ck_assert_str_eq(text("task"), "forecast");
    ck_assert_int_eq((int)number("params/seed"), 7);
    ck_assert(strncmp(http_res_get_header(r->res, "Location"), "/v1/jobs/", 9) == 0);
}
END_TEST

static const struct {
    const char *body, *place;
    int status;
} wrong[] = {
    {"{\"task\":\"forecst\"," JOB "}", "/task", 422},
    {"{\"task\":\"forecast\",\"dataset\":\"x\",\"model\":\"m\"}", "/dataset", 404},
    {"{\"task\":\"forecast\",\"dataset\":\"d\"}", "/model", 422},
    {"{\"task\":\"forecast\"," JOB ",\"params\":{\"sed\":1}}", "/params/sed", 422},
    {"{\"task\":\"forecast\"," JOB ",\"params\":{\"seed\":\"a\"}}", "/params/seed", 422},
    {"{\"task\":\"forecast\"," JOB ",\"params\":{\"shuffle\":1}}", "/params/shuffle", 422},
    {"{\"task\":\"forecast\"," JOB ",\"params\":{\"loss\":1}}", "/params/loss", 422},
    {"{\"task\":\"forecast\"," JOB ",\"recipe\":\"none\"}", "/recipe", 422},
    {"{\"task\":\"forecast\"," JOB ",\"search\":{\"trials\":0}}", "/search/trials", 422},
    {"{\"task\":\"forecast\"," JOB ",\"future_covariates\":\"x\"}", "/future_covariates", 422},
    {"{\"task\":\"forecast\"," JOB ",\"future_covariates\":[\"x\"]}", "/future_covariates/0", 422},
    {"{\"task\":\"forecast\"," JOB ",\"warm_start_from\":\"n\"}", "/warm_start_from", 404},
    {"{\"task\":\"forecast\"," JOB ",\"warm_start_from\":\"n/0\"}", "/warm_start_from", 422},
    {"{\"task\":\"forecast\"," JOB ",\"windows\":3}", "/windows", 422},
    {"{\"task\":\"backtest\"," JOB ",\"windows\":0}", "/windows", 422},
    {"{\"task\":\"tag\"," JOB "}", "/dataset", 422},
};

START_TEST(what_is_wrong_is_named)
{
    put_data();
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct call c = create(wrong[i].body);

        expect_problem(wrong[i].status, wrong[i].place, &c);
    }
    expect(200, &(struct call){.handler = api_job_list});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 0);
}
END_TEST

START_TEST(a_key_makes_a_retry_the_same_job)
{
    struct call c = create("{\"task\":\"forecast\"," JOB "}");

    put_data();
    c.header[0] = (struct http_pair){"Idempotency-Key", "one"};
    expect(202, &c);
    snprintf(id, sizeof(id), "%s", text("id"));
    expect(202, &c);
    ck_assert_str_eq(text("id"), id);
    c.body = "{\"task\":\"forecast\"," JOB ",\"params\":{\"seed\":1}}";
    expect_problem(409, NULL, &c);
    c.header[0].value = "";
    expect_problem(400, NULL, &c);
}
END_TEST

START_TEST(the_queue_has_an_end)
{
    struct call c = create("{\"task\":\"forecast\"," JOB "}");

    put_data();
    for (int i = 0; i < 3; i++)
        expect(202, &c);
    expect_problem(503, NULL, &c);
}
END_TEST

START_TEST(jobs_are_listed_newest_first)
{
    char first[64];

    put_data();
    submit_job("{\"task\":\"forecast\"," JOB "}");
    memcpy(first, id, sizeof(first));
    submit_job("{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"n\"}");
    expect(200, &(struct call){.handler = api_job_list, .query = {{"limit", "1"}}});
    ck_assert_str_eq(text("items/0/id"), id);
    ck_assert_str_eq(text("next"), id);
    expect(200, &(struct call){.handler = api_job_list, .query = {{"cursor", id}}});
    ck_assert_str_eq(text("items/0/id"), first);
    expect(200, &(struct call){.handler = api_job_list, .query = {{"model", "n"}}});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
    expect(200, &(struct call){.handler = api_job_list, .query = {{"state", "running"}}});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 0);
}
END_TEST

START_TEST(a_job_is_cancelled_and_deleted)
{
    const struct call cancel = {.handler = api_job_cancel, .method = HTTP_POST, .param = {id}};
    const struct call gone = {.handler = api_job_delete, .method = HTTP_DELETE, .param = {id}};

    put_data();
    submit_job("{\"task\":\"forecast\"," JOB "}");
    expect_problem(409, NULL, &gone);
    expect(202, &cancel);
    ck_assert_str_eq(text("state"), "cancelled");
    expect_problem(409, NULL, &cancel);
    expect(204, &gone);
    expect(404, &cancel);
}
END_TEST

START_TEST(a_wait_holds_until_the_end)
{
    const struct call wait = {.handler = api_job_get, .param = {id}, .query = {{"wait", "10"}}};

    put_data();
    submit_job("{\"task\":\"forecast\"," JOB "}");
    ck_assert_int_eq(ask(&wait)->status, 0);
    atomic_store(&handler_app()->draining, true);
    expect(200, &wait);
    atomic_store(&handler_app()->draining, false);
    expect(202, &(struct call){.handler = api_job_cancel, .method = HTTP_POST, .param = {id}});
    expect(200, &wait);
    ck_assert_str_eq(text("state"), "cancelled");
    expect(404, &(struct call){.handler = api_job_get, .param = {"none"}});
}
END_TEST

START_TEST(the_history_comes_as_numbers_and_drawn)
{
    struct call c = {.handler = api_job_history};
    const struct reply *r;

    put_data();
    c.param[0] = train("{\"task\":\"forecast\"," JOB ",\"params\":{\"epochs\":2,\"patience\":0,"
                       "\"hidden_size\":1}}");
    expect(200, &c);
    ck_assert_int_ge(cJSON_GetArraySize(member("epoch")), 1);
    ck_assert_int_eq(cJSON_GetArraySize(member("loss")), cJSON_GetArraySize(member("epoch")));
    ck_assert_int_eq((int)number("epoch/0"), 1);
    c.query[0] = (struct http_pair){"format", "csv"};
    r = expect(200, &c);
    ck_assert(strncmp(r->body, "epoch,loss,validation_loss\n1,", 29) == 0);
    c.query[0] = (struct http_pair){"format", "svg"};
    r = expect(200, &c);
    ck_assert(strncmp(r->body, "<svg", 4) == 0);
    ck_assert_ptr_nonnull(strstr(r->body, ">Training of m</text>"));
}
END_TEST

START_TEST(a_backtest_has_a_result_and_no_model)
{
    struct call c = {.handler = api_job_backtest, .param = {id}};

    put_data();
    submit_job("{\"task\":\"forecast\"," JOB "}");
    expect_problem(404, NULL, &c);
    submit_job("{\"task\":\"backtest\",\"dataset\":\"d\",\"windows\":2,\"horizon\":1}");
    ck_assert_str_eq(text("task"), "backtest");
    ck_assert(cJSON_IsNull(member("model")));
    ck_assert_int_eq((int)number("windows"), 2);
    expect_problem(409, NULL, &c);
    c.param[0] = train("{\"task\":\"backtest\",\"dataset\":\"d\",\"windows\":1,\"horizon\":1,"
                       "\"params\":{\"epochs\":1,\"patience\":0,\"hidden_size\":1}}");
    expect(200, &c);
    ck_assert_int_eq((int)number("windows"), 1);
    c.query[0] = (struct http_pair){"format", "svg"};
    ck_assert_ptr_nonnull(strstr(expect(200, &c)->body, ", window 1</text>"));
    c.query[0] = (struct http_pair){"format", "csv"};
    expect(406, &c);
    expect(200, &(struct call){.handler = api_job_get, .param = {c.param[0]}});
    ck_assert(cJSON_IsNull(member("model_version")));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_job_is_queued,
        what_is_wrong_is_named,
        a_key_makes_a_retry_the_same_job,
        the_queue_has_an_end,
        jobs_are_listed_newest_first,
        a_job_is_cancelled_and_deleted,
        a_wait_holds_until_the_end,
        the_history_comes_as_numbers_and_drawn,
        a_backtest_has_a_result_and_no_model,
    };

    return handler_run(suite_create("api jobs"), tests, sizeof(tests) / sizeof(tests[0]));
}

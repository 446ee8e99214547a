/* test_retrain.c - the handlers of rules by which models are trained again. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

static const struct call get_rule = {.handler = api_retrain_get, .param = {"m"}},
                         get_model = {.handler = api_model_get, .param = {"m"}},
                         remove_rule = {
                             .handler = api_retrain_delete, .method = HTTP_DELETE, .param = {"m"}};

static struct call put_rule(const char *body)
{
    return (struct call){.handler = api_retrain_put,
                         .method = HTTP_PUT,
                         .param = {"m"},
                         .type = "application/json",
                         .body = body};
}

static void train_model(const char *more)
{
    char csv[1024] = "month,y\n", job[400];

    for (int i = 0; i < 36; i++)
        snprintf(csv + strlen(csv), sizeof(csv) - strlen(csv), "%d-%02d,%d\n", 2015 + i / 12,
                 i % 12 + 1, 10 + i % 12 + i % 5);
    put_csv("d", csv);
    snprintf(job, sizeof(job),
             "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"params\":{\"epochs\":1,"
             "\"patience\":0,\"hidden_size\":1,\"horizon\":2,%s}}",
             more);
    train(job);
}

START_TEST(a_rule_is_put_shown_and_removed)
{
    struct call c = put_rule("{\"every\":\"7d\"}");

    expect(404, &c);
    train_model("\"test_size\":4");
    expect(200, &get_model);
    ck_assert(cJSON_IsNull(member("retrain")));
    expect(404, &get_rule);
    ck_assert_ptr_nonnull(http_res_get_header(expect(201, &c)->res, "Location"));
    expect(200, &c);
    expect(200, &get_rule);
    ck_assert_str_eq(text("every"), "7d");
    c = put_rule("{\"every\":\"7d\",\"drift\":2}");
    expect(200, &c);
    expect(200, &get_model);
    ck_assert_double_eq(number("retrain/drift"), 2);
    ck_assert_ptr_nonnull(text("retrain/next_training"));
    expect(204, &remove_rule);
    expect(404, &remove_rule);
}
END_TEST

START_TEST(a_wrong_rule_is_refused)
{
    struct call c = put_rule("{\"every\":\"7m\"}");

    train_model("\"test_size\":0");
    expect_problem(422, "/every", &c);
    c = put_rule("{\"drift\":2}"); /* nothing was held out */
    expect_problem(422, "/drift", &c);
    c = put_rule("{}");
    expect_problem(422, NULL, &c);
    c = put_rule("[1]");
    expect_problem(422, NULL, &c);
    c = put_rule("{");
    expect(400, &c);
    import("m2", "tagger-fitted");
    c = put_rule("{\"drift\":2}");
    c.param[0] = "m2";
    expect_problem(422, "/drift", &c);
    c = put_rule("{\"every\":\"1h\"}");
    c.param[0] = "m2";
    expect(201, &c);
    expect(404, &get_rule);
}
END_TEST

START_TEST(a_job_brings_a_rule)
{
    struct call c = {.handler = api_job_create, .method = HTTP_POST, .type = "application/json"};

    put_csv("d", "month,y\n2020-01,1\n2020-02,2\n2020-03,3\n2020-04,4\n2020-05,5\n2020-06,6\n");
    c.body = "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\","
             "\"retrain\":{\"every\":\"1m\"}}";
    expect_problem(422, "/retrain/every", &c);
    expect(404, &get_rule);
    c.body = "{\"task\":\"backtest\",\"dataset\":\"d\",\"retrain\":{\"every\":\"1d\"}}";
    expect_problem(422, "/retrain", &c);
    c.body = "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\","
             "\"retrain\":{\"every\":\"1d\",\"drift\":3}}";
    expect(202, &c);
    expect(200, &get_rule);
    ck_assert_double_eq(number("drift"), 3);
    expect(404, &get_model); /* it is not trained yet */
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_rule_is_put_shown_and_removed, a_wrong_rule_is_refused,
                                  a_job_brings_a_rule};

    return handler_run(suite_create("retrain"), tests, sizeof tests / sizeof tests[0]);
}

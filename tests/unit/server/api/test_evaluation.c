/* test_evaluation.c - the evaluation on held-out data, and that of a tagger on other sentences. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

static struct call evaluate(const char *model, const char *body)
{
    return (struct call){.handler = api_model_evaluate,
                         .method = HTTP_POST,
                         .param = {model},
                         .type = "application/json",
                         .body = body};
}

START_TEST(a_trained_model_has_its_evaluation)
{
    char csv[1024] = "month,y\n";
    struct call c = {.handler = api_model_evaluation, .param = {"m"}};

    for (int i = 0; i < 36; i++)
        snprintf(csv + strlen(csv), sizeof(csv) - strlen(csv), "%d-%02d,%d\n", 2015 + i / 12,
                 i % 12 + 1, 10 + i % 12);
    put_csv("d", csv);
    train("{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"params\":{\"epochs\":1,"
          "\"patience\":0,\"hidden_size\":1,\"horizon\":2,\"test_size\":4}}");
    expect(200, &c);
    ck_assert_str_eq(text("dataset"), "d");
    ck_assert_int_eq(cJSON_GetArraySize(member("series/0/truth")), 4);
    ck_assert_int_eq(cJSON_GetArraySize(member("series/0/forecast")), 4);
    c.header[0] = (struct http_pair){"Accept", "image/svg+xml"};
    ck_assert(strncmp(expect(200, &c)->body, "<svg", 4) == 0);
    c.header[0] = (struct http_pair){"Accept", "text/csv"};
    expect_problem(406, NULL, &c);
}
END_TEST

START_TEST(one_series_is_asked_for_by_its_id)
{
    char csv[2048] = "id,month,y\n";
    struct call c = {.handler = api_model_evaluation, .param = {"m"}};
    const char *svg;

    for (int i = 0; i < 72; i++)
        snprintf(csv + strlen(csv), sizeof(csv) - strlen(csv), "%c,%d-%02d,%d\n", "ab"[i / 36],
                 2015 + i % 36 / 12, i % 12 + 1, 10 + i % 12);
    put_csv("d", csv);
    train("{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"params\":{\"epochs\":1,"
          "\"patience\":0,\"hidden_size\":1,\"horizon\":2,\"test_size\":4}}");
    expect(200, &c);
    ck_assert_int_eq(cJSON_GetArraySize(member("series")), 2);
    c.query[0] = (struct http_pair){"series", "b"};
    expect(200, &c);
    ck_assert_int_eq(cJSON_GetArraySize(member("series")), 1);
    ck_assert_str_eq(text("series/0/id"), "b");
    c.header[0] = (struct http_pair){"Accept", "image/svg+xml"};
    svg = expect(200, &c)->body;
    ck_assert_ptr_nonnull(strstr(svg, ">b</text>"));
    ck_assert_ptr_null(strstr(svg, ">a</text>"));
    c.query[0] = (struct http_pair){"series", "c"};
    expect_problem(404, NULL, &c);
}
END_TEST

START_TEST(an_imported_model_has_none)
{
    import("f", "forecaster-fitted");
    expect_problem(404, NULL, &(struct call){.handler = api_model_evaluation, .param = {"f"}});
    expect_problem(404, NULL, &(struct call){.handler = api_model_evaluation, .param = {"x"}});
}
END_TEST

START_TEST(a_tagger_is_measured_on_other_sentences)
{
    struct call c = evaluate("t", "{\"dataset\":\"w\"}");

    import("t", "tagger-plain");
    put_tagged(handler_files(), "w", "the/A dog/A|read/B");
    expect(200, &c);
    ck_assert_str_eq(text("dataset"), "w");
    ck_assert_int_eq((int)number("metrics/tokens"), 3);
    ck_assert_int_eq((int)number("metrics/sentences"), 2);
    ck_assert_double_eq_tol(number("metrics/accuracy"), 2.0 / 3, 1e-9); /* all are taken for A */
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
    struct call c = evaluate("t", "{\"dataset\":\"w\"}");

    import("t", "tagger-plain");
    import("f", "forecaster-fitted");
    expect_problem(404, "/dataset", &c);
    put_csv("w", "1\n2\n3\n");
    expect_problem(422, "/dataset", &c);
    c = evaluate("t", "{}");
    expect_problem(422, "/dataset", &c);
    c = evaluate("f", "{\"dataset\":\"w\"}");
    expect_problem(409, NULL, &c);
    c = evaluate("x", "{\"dataset\":\"w\"}");
    expect_problem(404, NULL, &c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_trained_model_has_its_evaluation,
        one_series_is_asked_for_by_its_id,
        an_imported_model_has_none,
        a_tagger_is_measured_on_other_sentences,
        what_is_wrong_is_named,
    };

    return handler_run(suite_create("api evaluation"), tests, sizeof(tests) / sizeof(tests[0]));
}

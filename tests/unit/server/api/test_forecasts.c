/* test_forecasts.c - forecasts from the end of the training data and from histories of the
 * request. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

#define HISTORY "1,2,3,4,5,6,7,8,9,10,11,12,1,2,3,4,5,6,7,8,9,10,11,12,1,2,3,4,5,6,7,8,9,10,11,12"

static struct call post(const char *body)
{
    return (struct call){.handler = api_forecast_post,
                         .method = HTTP_POST,
                         .param = {"f"},
                         .type = "application/json",
                         .body = body};
}

START_TEST(a_forecast_goes_on_from_the_end)
{
    import("f", "forecaster-fitted");
    expect(200, &(struct call){.handler = api_forecast_get,
                               .param = {"f"},
                               .query = {{"horizon", "3"}, {"level", "80,95"}}});
    ck_assert_int_eq(cJSON_GetArraySize(member("series/0/mean")), 3);
    ck_assert_int_eq((int)number("series/0/time/0"), 60);
    ck_assert_double_le(number("series/0/lower/95/0"), number("series/0/lower/80/0"));
    ck_assert_double_le(number("series/0/lower/80/0"), number("series/0/mean/0"));
    ck_assert_double_ge(number("series/0/upper/80/0"), number("series/0/mean/0"));
}
END_TEST

START_TEST(the_format_is_chosen)
{
    struct call c = {.handler = api_forecast_get, .param = {"f"}, .query = {{"horizon", "2"}}};
    const struct reply *r;

    import("f", "forecaster-fitted");
    c.header[0] = (struct http_pair){"Accept", "text/csv"};
    r = expect(200, &c);
    ck_assert_str_eq(r->type, "text/csv");
    ck_assert_ptr_nonnull(strstr(r->body, "\na,60,"));
    c.header[0] = (struct http_pair){"Accept", "image/svg+xml"};
    r = expect(200, &c);
    ck_assert(strncmp(r->body, "<svg", 4) == 0);
    c.header[0] = (struct http_pair){"Accept", "text/html"};
    expect_problem(406, NULL, &c);
}
END_TEST

START_TEST(the_same_question_has_the_same_response)
{
    struct call c = {.handler = api_forecast_get, .param = {"f"}, .query = {{"horizon", "2"}}};
    const struct reply *r;
    char first[4096], etag[100], weak[120];

    import("f", "forecaster-fitted");
    r = expect(200, &c);
    snprintf(first, sizeof(first), "%s", r->body);
    snprintf(etag, sizeof(etag), "%s", http_res_get_header(r->res, "ETag"));
    r = expect(200, &c);
    ck_assert_str_eq(r->body, first);
    ck_assert_str_eq(http_res_get_header(r->res, "ETag"), etag);
    c.header[0] = (struct http_pair){"If-None-Match", etag};
    expect(304, &c);
    snprintf(weak, sizeof(weak), "\"x\", W/%s", etag);
    c.header[0] = (struct http_pair){"If-None-Match", weak};
    expect(304, &c);
    c.query[0].value = "3";
    expect(200, &c);
}
END_TEST

START_TEST(bad_questions_are_refused)
{
    struct call c = {.handler = api_forecast_get, .param = {"f"}, .query = {{"level", "80,x"}}};

    import("f", "forecaster-fitted");
    import("t", "tagger-plain");
    expect_problem(422, "?level", &c);
    c.query[0] = (struct http_pair){"series", "b"};
    expect(404, &c);
    c.query[0] = (struct http_pair){"horizon", "2"};
    c.param[0] = "t";
    expect_problem(409, NULL, &c);
    c.param[0] = "x";
    expect_problem(404, NULL, &c);
    c.param[0] = "f";
    c.query[0] = (struct http_pair){"version", "2"};
    expect_problem(404, NULL, &c);
}
END_TEST

START_TEST(a_history_of_the_request_is_gone_on_from)
{
    struct call c = post("{\"values\":[" HISTORY "],\"horizon\":2,\"level\":[90]}");

    import("f", "forecaster-fitted");
    expect(200, &c);
    ck_assert_int_eq(cJSON_GetArraySize(member("series/0/mean")), 2);
    ck_assert_int_eq((int)number("series/0/time/0"), 36);
    member("series/0/lower/90/0");
    c = post("{\"series\":[{\"id\":\"x\",\"values\":[" HISTORY
             "]},{\"id\":\"y\",\"values\":[" HISTORY "]}]}");
    expect(200, &c);
    ck_assert_str_eq(text("series/1/id"), "y");
    ck_assert_double_eq(number("series/0/mean/0"), number("series/1/mean/0"));
}
END_TEST

START_TEST(bad_bodies_are_refused)
{
    static const struct {
        const char *body, *place;
        int status;
    } bad[] = {
        {"{\"values\":[1,2,3]}", "/series/0", 422},
        {"{\"values\":[" HISTORY "],\"horizon\":0}", "/horizon", 422},
        {"{\"values\":[" HISTORY "],\"level\":[100]}", "/level", 422},
        {"{\"values\":[" HISTORY "],\"horizn\":1}", "/horizn", 422},
        {"{\"values\":\"x\"}", "/values", 422},
    };

    import("f", "forecaster-fitted");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct call c = post(bad[i].body);

        expect_problem(bad[i].status, bad[i].place, &c);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_forecast_goes_on_from_the_end,          the_format_is_chosen,
        the_same_question_has_the_same_response,  bad_questions_are_refused,
        a_history_of_the_request_is_gone_on_from, bad_bodies_are_refused,
    };

    return handler_run(suite_create("api forecasts"), tests, sizeof(tests) / sizeof(tests[0]));
}

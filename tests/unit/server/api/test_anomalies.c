/* test_anomalies.c - observations that differ from their forecasts. */
#include "tests/unit/server/api/handler.h"

#include <string.h>

#define YEAR "10,20,30,40,50,60,70,80,90,100,110,120"

static struct call post(const char *model, const char *body)
{
    return (struct call){.handler = api_anomalies_post,
                         .method = HTTP_POST,
                         .param = {model},
                         .type = "application/json",
                         .body = body};
}

START_TEST(an_outlier_is_flagged)
{
    struct call c = post("f", "{\"values\":[" YEAR "," YEAR "," YEAR ",10,20,3000],\"last\":3}");

    import("f", "forecaster-fitted");
    expect(200, &c);
    ck_assert_double_eq(number("level"), 95);
    ck_assert_int_eq(cJSON_GetArraySize(member("series/0/anomaly")), 3);
    ck_assert(cJSON_IsTrue(member("series/0/anomaly/2")));
    ck_assert_double_eq(number("series/0/value/2"), 3000);
    ck_assert_int_eq((int)number("series/0/time/2"), 38);
    ck_assert_double_lt(number("series/0/upper/2"), 3000);
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
    static const struct {
        const char *body, *place;
    } bad[] = {
        {"{\"values\":[1,2,3]}", "/series/0"},
        {"{\"values\":[" YEAR "],\"level\":100}", "/level"},
        {"{\"values\":[" YEAR "],\"last\":0}", "/last"},
        {"{\"values\":[" YEAR "],\"lst\":1}", "/lst"},
    };
    struct call c = post("t", "{\"values\":[" YEAR "]}");

    import("f", "forecaster-fitted");
    import("t", "tagger-plain");
    expect_problem(409, NULL, &c);
    c.param[0] = "x";
    expect_problem(404, NULL, &c);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        c = post("f", bad[i].body);
        expect_problem(422, bad[i].place, &c);
    }
    c = post("f", "{\"dataset\":\"d\"}");
    expect_problem(404, "/dataset", &c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        an_outlier_is_flagged,
        what_is_wrong_is_named,
    };

    return handler_run(suite_create("api anomalies"), tests, sizeof(tests) / sizeof(tests[0]));
}

/* test_ask.c - levels, quantiles and samples of a forecast, from the query and from the body. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

#define HISTORY "1,2,3,4,5,6,7,8,9,10,11,12,1,2,3,4,5,6,7,8,9,10,11,12,1,2,3,4,5,6,7,8,9,10,11,12"

static struct call get(const char *name, const char *value)
{
    return (struct call){
        .handler = api_forecast_get, .param = {"f"}, .query = {{"horizon", "3"}, {name, value}}};
}

static struct call post(const char *body)
{
    return (struct call){.handler = api_forecast_post,
                         .method = HTTP_POST,
                         .param = {"f"},
                         .type = "application/json",
                         .body = body};
}

START_TEST(quantiles_are_answered_by_name)
{
    struct call c = get("quantiles", "0.9,0.1,0.5,0.1");

    import("f", "forecaster-fitted");
    expect(200, &c);
    ck_assert_int_eq(cJSON_GetArraySize(member("series/0/quantiles")), 3);
    ck_assert_double_eq(number("series/0/quantiles/0.5/2"), number("series/0/median/2"));
    ck_assert_double_eq_tol(number("series/0/quantiles/0.1/2"), number("series/0/lower/80/2"),
                            1e-9);
    ck_assert_double_eq_tol(number("series/0/quantiles/0.9/2"), number("series/0/upper/80/2"),
                            1e-9);
}
END_TEST

START_TEST(samples_are_those_of_the_seed)
{
    struct call c = get("samples", "4");
    double first, other;

    import("f", "forecaster-fitted");
    expect(200, &c);
    ck_assert_int_eq(cJSON_GetArraySize(member("series/0/samples")), 4);
    ck_assert_int_eq(cJSON_GetArraySize(member("series/0/samples/3")), 3);
    first = number("series/0/samples/0/2");
    c.query[2] = (struct http_pair){"seed", "1"};
    expect(200, &c);
    other = number("series/0/samples/0/2");
    ck_assert_double_ne(first, other);
    c.query[2].value = "0"; /* the default */
    expect(200, &c);
    ck_assert_double_eq(number("series/0/samples/0/2"), first);
}
END_TEST

START_TEST(what_is_not_asked_for_is_not_there)
{
    struct call c = get("level", "");
    const struct reply *r;

    import("f", "forecaster-fitted");
    r = expect(200, &c);
    ck_assert_ptr_null(strstr(r->body, "quantiles"));
    ck_assert_ptr_null(strstr(r->body, "samples"));
    member("series/0/median");
}
END_TEST

START_TEST(csv_has_a_column_of_each)
{
    struct call c = get("quantiles", "0.25");
    const struct reply *r;

    import("f", "forecaster-fitted");
    c.query[2] = (struct http_pair){"samples", "2"};
    c.query[3] = (struct http_pair){"level", "80"};
    c.header[0] = (struct http_pair){"Accept", "text/csv"};
    r = expect(200, &c);
    ck_assert(!strncmp(r->body, "unique_id,ds,mean,lo-80,hi-80,q-0.25,sample-1,sample-2\n", 55));
}
END_TEST

START_TEST(a_body_asks_as_a_query_does)
{
    struct call c = post("{\"values\":[" HISTORY "],\"horizon\":2,\"quantiles\":[0.1,0.9],"
                         "\"samples\":3,\"seed\":5}");
    double list, path;

    import("f", "forecaster-fitted");
    expect(200, &c);
    list = number("series/0/quantiles/0.1/1");
    path = number("series/0/samples/2/1");
    c = post("{\"values\":[" HISTORY "],\"horizon\":2,\"quantiles\":\"0.1,0.9\",\"samples\":3,"
             "\"seed\":5}");
    expect(200, &c);
    ck_assert_double_eq(number("series/0/quantiles/0.1/1"), list);
    ck_assert_double_eq(number("series/0/samples/2/1"), path);
    c = post("{\"values\":[" HISTORY "],\"quantiles\":0.1}");
    expect(200, &c);
    member("series/0/quantiles/0.1/1");
}
END_TEST

START_TEST(what_is_no_quantile_is_refused)
{
    static const char *const queries[] = {"0", "1", "80", "x", "0.1;0.9", "-0.1", "nan"};
    static const char *const bodies[] = {
        "{\"values\":[" HISTORY "],\"quantiles\":[0]}",
        "{\"values\":[" HISTORY "],\"quantiles\":[\"a\"]}",
        "{\"values\":[" HISTORY "],\"quantiles\":{}}",
        "{\"values\":[" HISTORY "],\"samples\":0}",
        "{\"values\":[" HISTORY "],\"samples\":100000}",
        "{\"values\":[" HISTORY "],\"seed\":-1}",
    };
    static const char *const places[] = {"/quantiles", "/quantiles", "/quantiles",
                                         "/samples",   "/samples",   "/seed"};
    char many[1000] = "0.001";

    import("f", "forecaster-fitted");
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        struct call c = get("quantiles", queries[i]);

        expect_problem(422, "?quantiles", &c);
    }
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct call c = post(bodies[i]);

        expect_problem(422, places[i], &c);
    }
    for (int i = 2; i <= 51; i++)
        snprintf(many + strlen(many), 10, ",%.3f", i / 1000.0);
    {
        struct call c = get("quantiles", many);

        expect_problem(422, "?quantiles", &c);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        quantiles_are_answered_by_name,     samples_are_those_of_the_seed,
        what_is_not_asked_for_is_not_there, csv_has_a_column_of_each,
        a_body_asks_as_a_query_does,        what_is_no_quantile_is_refused,
    };

    return handler_run(suite_create("api ask"), tests, sizeof(tests) / sizeof(tests[0]));
}

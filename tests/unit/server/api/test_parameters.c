/* test_parameters.c - valid values of the API's query parameters. */
#include "tests/unit/server/api/handler.h"

#include "server/http/parameters.h"
#include <string.h>

static const struct {
    const char *name, *value;
    bool fits;
} rows[] = {
    {"limit", "1", true},
    {"limit", "1000", true},
    {"limit", "0", false},
    {"limit", "1001", false},
    {"limit", "x", false},
    {"cursor", "a-1.b_", true},
    {"cursor", "", false},
    {"cursor", "a/b", false},
    {"state", "queued", true},
    {"state", "done", false},
    {"series_offset", "0", true},
    {"series_limit", "0", false},
    {"series_limit", "10000", true},
    {"fill", "linear", true},
    {"fill", "cubic", false},
    {"wait", "300", true},
    {"wait", "301", false},
    {"version", "1", true},
    {"version", "0", false},
    {"version", "production", true},
    {"version", "latest", true},
    {"version", "-1", false},
    {"version", "1e3 ", false},
    {"version", "9999999999999999", false},
    {"versions", "1,2", true},
    {"versions", "production,latest,7", true},
    {"versions", "1,2,3,4,5,6,7,8,9,10", true},
    {"versions", "1,2,3,4,5,6,7,8,9,10,11", false},
    {"versions", "1", false},
    {"versions", "1,", false},
    {"versions", ",1", false},
    {"versions", "1,,2", false},
    {"versions", "1,A", false},
    {"format", "svg", true},
    {"format", "xml", false},
    {"horizon", "1", true},
    {"horizon", "0", false},
    {"input", "text", true},
    {"input", "sound", false},
    {"all_scores", "yes", true},
    {"all_scores", "maybe", false},
    {"top_k", "1", true},
    {"top_k", "0", false},
    {"time", "any text", true},
};

START_TEST(values_are_checked)
{
    int n;
    const struct http_parameter *table = api_parameters(&n);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct http_pair query = {rows[i].name, rows[i].value};
        struct err e = {0};
        enum status st = parameters_check(&query, 1, table, n, &e);

        ck_assert_msg(st == (rows[i].fits ? ST_OK : ST_MALFORMED), "%s=%s: %s", rows[i].name,
                      rows[i].value, e.message);
    }
}
END_TEST

START_TEST(every_parameter_of_a_route_is_declared)
{
    int n, num_routes;
    const struct http_parameter *table = api_parameters(&n);
    const struct http_route *routes = api_routes(&num_routes);
    struct err e = {0};

    ck_ok(parameters_complete(table, n, routes, num_routes, &e), &e);
    ck_assert_int_eq(parameters_complete(table, n - 1, routes, num_routes, &e), ST_INVALID);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        values_are_checked,
        every_parameter_of_a_route_is_declared,
    };

    return handler_run(suite_create("api parameters"), tests, sizeof(tests) / sizeof(tests[0]));
}

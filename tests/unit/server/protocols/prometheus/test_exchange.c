/* test_exchange.c - the forms of success and error. */
#include "server/protocols/prometheus/exchange.h"

#include "server/protocols/api_route.h"
#include "tests/unit/server/api/handler.h"

#include "server/base/clock.h"

#include <string.h>

static enum exchange_care care;

/* Asks for a data set, and sends its name. */
static void ask_dataset(void *app, const struct http_req *rq, struct http_res *rs)
{
    const struct http_inner in = {.route = api_route(HTTP_GET, "/v1/datasets/{name}"),
                                  .param = {rq->param[0]}};
    struct exchange x;
    struct buf b;
    cJSON *json;

    exchange_begin(&x, app, rq, rs);
    json = exchange_json(&x, &in, care);
    exchange_open(&x, &b);
    buf_put_json_string(&b, json ? rq->param[0] : "nothing");
    exchange_send(&x, &b);
    cJSON_Delete(json);
    exchange_end(&x);
}

static void too_late(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct exchange x;

    exchange_begin(&x, app, rq, rs);
    x.deadline = clock_monotonic_ms() - 1;
    ck_assert(!exchange_goes_on(&x));
    exchange_end(&x);
}

static void many_warnings(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct exchange x;
    struct buf b;

    exchange_begin(&x, app, rq, rs);
    for (int i = 0; i < 1000; i++)
        exchange_warn(&x, "%s %d", "\x01\"", i);
    exchange_open(&x, &b);
    buf_puts(&b, "[]");
    exchange_send(&x, &b);
    exchange_end(&x);
}

START_TEST(a_refusal_stops_or_becomes_a_warning_or_nothing)
{
    const struct call c = {.handler = ask_dataset, .method = HTTP_GET, .param = {"none"}};

    care = CARE_STOP;
    expect(404, &c);
    ck_assert_str_eq(text("status"), "error");
    ck_assert_str_eq(text("errorType"), "not_found");
    ck_assert_ptr_nonnull(strstr(text("error"), "none"));
    care = CARE_WARN;
    expect(200, &c);
    ck_assert_str_eq(text("data"), "nothing");
    ck_assert_ptr_nonnull(strstr(text("warnings/0"), "none"));
    care = CARE_SKIP;
    ck_assert_ptr_null(cJSON_GetObjectItem(expect(200, &c)->json, "warnings"));
}
END_TEST

START_TEST(success_has_its_form)
{
    const struct call c = {.handler = ask_dataset, .method = HTTP_GET, .param = {"d"}};

    put_csv("d", "ds,y\n2020-01-01,1\n2020-01-02,2\n");
    ck_assert_str_eq(expect(200, &c)->body, "{\"status\":\"success\",\"data\":\"d\"}\n");
}
END_TEST

START_TEST(what_takes_too_long_is_a_timeout)
{
    const struct call c = {.handler = too_late, .method = HTTP_GET};

    expect(503, &c);
    ck_assert_str_eq(text("errorType"), "timeout");
}
END_TEST

START_TEST(there_are_ten_warnings_at_most)
{
    const struct call c = {.handler = many_warnings, .method = HTTP_GET};
    const struct reply *r = expect(200, &c);

    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(r->json, "warnings")),
                     EXCHANGE_WARNINGS_MAX);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_refusal_stops_or_becomes_a_warning_or_nothing,
        success_has_its_form,
        what_takes_too_long_is_a_timeout,
        there_are_ten_warnings_at_most,
    };

    return handler_run(suite_create("exchange"), tests, sizeof(tests) / sizeof(tests[0]));
}

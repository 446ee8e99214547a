/* test_sources.c - the handlers of sources, without a thread that fetches. */
#include "server/store/source.h"

#include "tests/unit/server/api/handler.h"

#include <string.h>

static struct config config = {.max_body_bytes = 1 << 20, .fetch_allow = "", .fetch_ca_file = ""};
#define SPEC "{\"source\":{\"url\":\"https://a.test/x.csv\",\"every\":\"1h\"}}"

static const struct call get_source = {.handler = api_source_get, .param = {"d"}};

static struct call put_call(const char *body, const char *wait)
{
    struct call c = {.handler = api_dataset_put,
                     .method = HTTP_PUT,
                     .param = {"d"},
                     .query = {{"target", "a"}, {wait ? "wait" : NULL, wait}},
                     .type = "application/json",
                     .body = body};

    handler_app()->config = &config;
    return c;
}

START_TEST(a_source_is_stored_and_waited_for)
{
    struct call c = put_call(SPEC, NULL);

    ck_assert_int_eq(ask(&c)->status, 0); /* waits for the fetch */
    expect(200, &get_source);
    ck_assert_str_eq(text("url"), "https://a.test/x.csv");
    ck_assert_str_eq(text("parameters/target"), "a");
    ck_assert(cJSON_IsNull(member("last_fetch")));
    ck_assert(cJSON_IsFalse(member("fetching")));
    c = put_call(SPEC, "0");
    expect(202, &c);
}
END_TEST

START_TEST(a_wrong_one_is_refused)
{
    struct call c = put_call("{\"source\":{\"url\":\"https://a.test/\",\"evry\":\"1h\"}}", NULL);

    expect_problem(422, "/source/evry", &c);
    c = put_call("{\"source\":{\"url\":\"http://a.test/\",\"every\":\"1h\"}}", NULL);
    expect_problem(403, "/source/url", &c);
    c = put_call("{\"source\":{},\"values\":[1,2]}", NULL);
    expect_problem(422, "/values", &c);
    c = put_call(SPEC, "0");
    c.query[2] = (struct http_pair){"dry_run", "1"};
    expect_problem(400, "?dry_run", &c);
    c = put_call("{\"values\":[1,2]}", "3");
    expect_problem(400, "?wait", &c);
    c = put_call(SPEC, "0");
    c.param[0] = "Wrong Name";
    expect_problem(422, NULL, &c);
    expect(404, &get_source);
}
END_TEST

START_TEST(a_source_is_shown_in_the_data_set_and_removed)
{
    struct call c = put_call(SPEC, "0");
    const struct call get = {.handler = api_dataset_get, .param = {"d"}},
                      fetch = {.handler = api_source_fetch,
                               .method = HTTP_POST,
                               .param = {"d"},
                               .query = {{"wait", "0"}}},
                      remove = {
                          .handler = api_source_delete, .method = HTTP_DELETE, .param = {"d"}};

    put_csv("d", "a\n1\n2\n");
    expect(404, &fetch);
    expect(202, &c);
    expect(202, &fetch);
    expect(200, &get);
    ck_assert_str_eq(text("source/every"), "1h");
    expect(204, &remove);
    expect(404, &remove);
    expect(200, &get);
    ck_assert(cJSON_IsNull(member("source")));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_source_is_stored_and_waited_for, a_wrong_one_is_refused,
                                  a_source_is_shown_in_the_data_set_and_removed};

    return handler_run(suite_create("sources"), tests, sizeof tests / sizeof tests[0]);
}

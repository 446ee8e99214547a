/* test_aliases.c - names for versions of a model, and the version that a call without one means. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

static struct call put_call(const char *model, const char *name, const char *body)
{
    return (struct call){.handler = api_alias_put,
                         .method = HTTP_PUT,
                         .param = {model, name},
                         .type = "application/json",
                         .body = body};
}

static void put(const char *name, const char *body)
{
    const struct call c = put_call("f", name, body);
    const struct reply *r = ask(&c);

    ck_assert_msg(r->status == 200 || r->status == 201, "%d: %s", r->status, r->body);
}

static int version_of_forecast(const char *version)
{
    struct call c = {.handler = api_forecast_get, .param = {"f"}};

    if (version)
        c.query[0] = (struct http_pair){"version", version};
    expect(200, &c);
    return (int)number("version");
}

static void three_versions(void)
{
    for (int i = 0; i < 3; i++)
        import("f", "forecaster-fitted");
}

START_TEST(an_alias_comes_moves_and_goes)
{
    struct call c = put_call("f", "production", "{\"version\":2}");
    const struct call get = {.handler = api_alias_get, .param = {"f", "production"}};
    char etag[100];
    const struct reply *r;

    three_versions();
    expect(404, &get);
    r = expect(201, &c);
    ck_assert_str_eq(http_res_get_header(r->res, "Location"), "/v1/models/f/aliases/production");
    ck_assert_int_eq((int)number("version"), 2);
    snprintf(etag, sizeof(etag), "%s", http_res_get_header(r->res, "ETag"));
    r = expect(200, &get);
    ck_assert_str_eq(http_res_get_header(r->res, "ETag"), etag);
    c.body = "{\"version\":1}";
    r = expect(200, &c);
    ck_assert_str_ne(http_res_get_header(r->res, "ETag"), etag);
    c.header[0] = (struct http_pair){"If-Match", etag};
    expect_problem(412, NULL, &c);
    expect(200, &(struct call){.handler = api_alias_list, .param = {"f"}});
    ck_assert_str_eq(text("items/0/name"), "production");
    ck_assert_int_eq((int)number("items/0/version"), 1);
    expect(204, &(struct call){.handler = api_alias_delete,
                               .method = HTTP_DELETE,
                               .param = {"f", "production"}});
    expect(404, &get);
}
END_TEST

START_TEST(production_serves_whatever_is_asked)
{
    const struct call describe = {.handler = api_model_get, .param = {"f"}};
    const struct reply *r;

    three_versions();
    ck_assert_int_eq(version_of_forecast(NULL), 3);
    put("production", "{\"version\":2}");
    ck_assert_int_eq(version_of_forecast(NULL), 2); /* not what was cached */
    ck_assert_int_eq(version_of_forecast("production"), 2);
    ck_assert_int_eq(version_of_forecast("latest"), 3);
    ck_assert_int_eq(version_of_forecast("1"), 1);
    expect(200, &describe);
    ck_assert_int_eq((int)number("version"), 2);
    ck_assert_int_eq((int)number("serving_version"), 2);
    ck_assert_int_eq((int)number("newest_version"), 3);
    ck_assert_int_eq((int)number("aliases/production"), 2);
    r = expect(200, &(struct call){.handler = api_checkpoint_get, .param = {"f"}});
    ck_assert_str_eq(http_res_get_header(r->res, "Content-Disposition"),
                     "attachment; filename=\"f-2.safetensors\"");
    expect(200, &(struct call){.handler = api_version_get, .param = {"f", "latest"}});
    ck_assert_int_eq((int)number("version"), 3);
    put("production", "{\"version\":1}");
    ck_assert_int_eq(version_of_forecast(NULL), 1);
    ck_assert_int_eq(version_of_forecast("production"), 1);
    import("f", "forecaster-fitted");
    ck_assert_int_eq(version_of_forecast(NULL), 1);
    put("production", "{\"version\":\"latest\"}");
    ck_assert_int_eq(version_of_forecast(NULL), 4);
}
END_TEST

START_TEST(the_version_that_serves_is_not_deleted)
{
    three_versions();
    put("production", "{\"version\":2}");
    expect_problem(
        409, NULL,
        &(struct call){.handler = api_version_delete, .method = HTTP_DELETE, .param = {"f", "2"}});
    expect_problem(409, NULL,
                   &(struct call){.handler = api_version_delete,
                                  .method = HTTP_DELETE,
                                  .param = {"f", "production"}});
    expect_problem(409, NULL,
                   &(struct call){.handler = api_model_delete,
                                  .method = HTTP_DELETE,
                                  .param = {"f"},
                                  .query = {{"version", "production"}}});
    expect(204, &(struct call){.handler = api_version_delete,
                               .method = HTTP_DELETE,
                               .param = {"f", "latest"}});
    expect(404, &(struct call){.handler = api_version_get, .param = {"f", "3"}});
    expect(204, &(struct call){.handler = api_model_delete, .method = HTTP_DELETE, .param = {"f"}});
    expect(404, &(struct call){.handler = api_alias_list, .param = {"f"}});
}
END_TEST

static const struct {
    const char *name, *body;
    int status;
    const char *place;
} wrong[] = {
    {"latest", "{\"version\":1}", 422, NULL},
    {"7", "{\"version\":1}", 422, NULL},
    {"Production", "{\"version\":1}", 422, NULL},
    {"p", "{}", 422, "/version"},
    {"p", "{\"version\":0}", 422, "/version"},
    {"p", "{\"version\":1.5}", 422, "/version"},
    {"p", "{\"version\":\"\"}", 422, "/version"},
    {"p", "{\"version\":\"A\"}", 422, "/version"},
    {"p", "{\"version\":null}", 422, "/version"},
    {"p", "{\"version\":1,\"x\":2}", 422, "/x"},
    {"p", "{\"version\":9}", 404, NULL},
    {"p", "{\"version\":\"canary\"}", 404, NULL},
    {"p", "", 400, NULL},
};

START_TEST(what_cannot_be_is_refused)
{
    const struct call c = put_call("f", wrong[_i].name, wrong[_i].body);

    three_versions();
    expect_problem(wrong[_i].status, wrong[_i].place, &c);
    expect(200, &(struct call){.handler = api_alias_list, .param = {"f"}});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 0);
}
END_TEST

START_TEST(a_model_that_is_not_there_has_no_alias)
{
    const struct call c = put_call("g", "production", "{\"version\":1}");

    three_versions();
    expect(404, &c);
    expect(404, &(struct call){.handler = api_alias_list, .param = {"g"}});
    expect(404, &(struct call){.handler = api_forecast_get,
                               .param = {"f"},
                               .query = {{"version", "production"}}});
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        an_alias_comes_moves_and_goes,
        production_serves_whatever_is_asked,
        the_version_that_serves_is_not_deleted,
        a_model_that_is_not_there_has_no_alias,
    };
    Suite *s = suite_create("api aliases");
    TCase *c = tcase_create("wrong");

    tcase_add_checked_fixture(c, handler_start, handler_stop);
    tcase_add_loop_test(c, what_cannot_be_is_refused, 0, (int)(sizeof(wrong) / sizeof(wrong[0])));
    suite_add_tcase(s, c);
    return handler_run(s, tests, sizeof(tests) / sizeof(tests[0]));
}

/* test_operations.c - routes for operators: health, readiness, version, the document of the API. */
#include "server/config/config.h"
#include "tests/unit/server/api/handler.h"

#include <string.h>

START_TEST(the_root_names_the_paths)
{
    expect(200, &(struct call){.handler = api_root});
    ck_assert_str_eq(text("name"), "lstmd");
    ck_assert_str_eq(text("links/jobs"), "/v1/jobs");
    ck_assert_str_eq(text("links/openapi"), "/openapi.json");
    expect(200, &(struct call){.handler = api_root, .prefix = "/apps/lstmd"});
    ck_assert_str_eq(text("links/jobs"), "/apps/lstmd/v1/jobs");
}
END_TEST

START_TEST(health_and_readiness)
{
    const struct reply *r;

    expect(200, &(struct call){.handler = api_healthz});
    ck_assert_str_eq(text("status"), "ok");
    expect(200, &(struct call){.handler = api_readyz});
    ck_assert_str_eq(text("status"), "ready");
    atomic_store(&handler_app()->draining, true);
    expect_problem(503, NULL, &(struct call){.handler = api_readyz});
    r = ask(&(struct call){.handler = api_readyz});
    ck_assert_ptr_nonnull(http_res_get_header(r->res, "Retry-After"));
    expect(200, &(struct call){.handler = api_healthz}); /* alive all the same */
}
END_TEST

START_TEST(the_document_is_not_sent_twice)
{
    const struct reply *r = expect(200, &(struct call){.handler = api_openapi});
    char etag[100];

    ck_assert_str_eq(text("openapi"), "3.1.0");
    strncpy(etag, http_res_get_header(r->res, "ETag"), sizeof(etag) - 1);
    etag[sizeof(etag) - 1] = '\0';
    r = expect(304, &(struct call){.handler = api_openapi, .header = {{"If-None-Match", etag}}});
    ck_assert_uint_eq(r->len, 0);
    expect(200, &(struct call){.handler = api_openapi, .header = {{"If-None-Match", "\"x\""}}});
}
END_TEST

START_TEST(the_version_names_what_computes)
{
    int newest = store_newest_schema_version();

    handler_app()->started_at = 1000;
    expect(200, &(struct call){.handler = api_version});
    ck_assert_int_eq((int)number("schema_version"), newest);
    ck_assert_str_eq(text("started_at"), "1970-01-01T00:00:01.000Z");
    ck_assert_uint_gt(strlen(text("arithmetic")), 0);
}
END_TEST

START_TEST(the_configuration_has_no_secret)
{
    char *const flags[] = {"--api_key", "hush-hush", "--workers=3"};
    struct config_options o = {0};
    struct config c = {0};
    struct err e = {0};
    const struct reply *r;

    ck_ok(config_load(&c, &o, 3, flags, NULL, &e), &e);
    handler_app()->config = &c;
    r = expect(200, &(struct call){.handler = api_config});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), CONFIG_KEYS);
    ck_assert_ptr_null(strstr(r->body, "hush"));
    config_release(&c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_root_names_the_paths,        health_and_readiness,
        the_document_is_not_sent_twice,  the_version_names_what_computes,
        the_configuration_has_no_secret,
    };

    return handler_run(suite_create("api operations"), tests, sizeof(tests) / sizeof(tests[0]));
}

/* test_common.c - names, versions, cursors and bodies, as all resources read them. */
#include "tests/unit/server/api/handler.h"

#include "server/api/common.h"
#include <string.h>

START_TEST(names_are_checked)
{
    static const char *const good[] = {"a", "0", "a-b.c_d"}, *const bad[] = {"",    "A",
                                                                             "-a",  "a b",
                                                                             "a/b", "\xc3\xa4"};
    char longest[NAME_MAX_LEN + 2];
    struct err e = {0};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        ck_ok(api_check_name(good[i], "model", NULL, &e), &e);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_status(api_check_name(bad[i], "model", "/model", &e), ST_INVALID, &e);
    ck_assert_str_eq(e.pointer, "/model");
    memset(longest, 'a', sizeof(longest));
    longest[NAME_MAX_LEN + 1] = '\0';
    ck_status(api_check_name(longest, "model", NULL, &e), ST_INVALID, &e);
    longest[NAME_MAX_LEN] = '\0';
    ck_ok(api_check_name(longest, "model", NULL, &e), &e);
}
END_TEST

START_TEST(versions_count_from_one)
{
    static const char *const bad[] = {"0", "", "-1", "1.5", "x", "1000000000000000"};
    struct err e = {0};
    int64_t v = 0;

    ck_ok(api_read_version(&v, "999999999999999", NULL, &e), &e);
    ck_assert_int_eq(v, VERSION_MAX);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_status(api_read_version(&v, bad[i], "?cursor", &e), ST_MALFORMED, &e);
    ck_assert_str_eq(e.pointer, "?cursor");
}
END_TEST

START_TEST(a_version_is_a_number_or_an_alias)
{
    static const char *const bad[] = {"0", "", "-1", "1.5e ", "X", "1000000000000000", "a/b"};
    struct version_ref ref;
    struct err e = {0};

    ck_ok(api_read_version_ref(&ref, "12", &e), &e);
    ck_assert(ref.number == 12 && !ref.alias);
    ck_ok(api_read_version_ref(&ref, "production", &e), &e);
    ck_assert(!ref.number && strcmp(ref.alias, "production") == 0);
    ck_ok(api_read_version_ref(&ref, "latest", &e), &e);
    ck_assert_str_eq(ref.alias, "latest");
    ck_ok(api_read_version_ref(&ref, "1.5", &e), &e); /* a name as good as any */
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_status(api_read_version_ref(&ref, bad[i], &e), ST_MALFORMED, &e);
}
END_TEST

START_TEST(work_goes_on_while_nobody_ends_it)
{
    const struct http_req rq = {.path = "/"};
    struct api_going g = {.rq = &rq};

    ck_assert(!api_must_stop(&g));
    g.st = ST_CANCELLED;
    ck_assert(api_must_stop(&g));
}
END_TEST

START_TEST(a_body_is_json_or_refused)
{
    struct http_req rq = {.content_type = "text/csv", .body = "{}", .body_len = 2};
    struct err e = {0};
    cJSON *o = NULL;

    ck_status(api_read_json(&o, handler_app(), &rq, &e), ST_UNSUPPORTED, &e);
    rq.content_type = "application/json";
    ck_ok(api_read_json(&o, handler_app(), &rq, &e), &e);
    cJSON_Delete(o);
    rq.body = "{\"a\":1,\"a\":2}";
    rq.body_len = strlen(rq.body);
    ck_assert_int_ne(api_read_json(&o, handler_app(), &rq, &e), ST_OK); /* a name twice */
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        names_are_checked,
        versions_count_from_one,
        a_version_is_a_number_or_an_alias,
        work_goes_on_while_nobody_ends_it,
        a_body_is_json_or_refused,
    };

    return handler_run(suite_create("api common"), tests, sizeof(tests) / sizeof(tests[0]));
}

/* test_source_apply.c - content of a source goes in by the code of uploads. */
#include "server/api/source_apply.h"

#include "tests/unit/server/api/handler.h"

#include <stdlib.h>
#include <string.h>

static struct config config = {.max_body_bytes = 1 << 20};
static char *answer;

static enum status apply(const char *type, const char *parameters, const char *body, size_t len,
                         bool append)
{
    const struct source_content c = {"d", parameters, type, body, len, append};

    free(answer);
    handler_app()->config = &config;
    return api_source_apply(handler_app(), &c, &answer);
}

static void says(const char *text)
{
    ck_assert_msg(answer && strstr(answer, text), "no '%s' in %s", text, answer);
}

START_TEST(a_media_type_that_uploads_know_counts)
{
    ck_assert_str_eq(source_media_type("text/csv; charset=utf-8"), "text/csv");
    ck_assert_str_eq(source_media_type("Application/JSON"), "application/json");
    ck_assert_str_eq(source_media_type("text/plain"), "");
    ck_assert_str_eq(source_media_type("application/octet-stream"), "");
    ck_assert_str_eq(source_media_type("text/csvx"), "");
    ck_assert_str_eq(source_media_type(""), "");
    ck_assert_str_eq(source_media_type("text/html;x"), "text/html");
}
END_TEST

START_TEST(content_is_stored_with_its_parameters)
{
    static const char body[] = "day,a,b\n2020-01-01,1,2\n2020-01-02,3,4\n";

    ck_assert_int_eq(apply("text/plain", "{\"target\":\"b\"}", body, strlen(body), false), ST_OK);
    says("\"columns\":[\"b\"]");
    says("\"notes\"");
}
END_TEST

START_TEST(a_wrong_content_is_answered_with_its_problem)
{
    static const char body[] = "day,a\n2020-01-01,1\n2020-01-01,3\n";

    ck_assert_int_eq(apply("text/csv", "{}", body, strlen(body), false), ST_INVALID);
    says("\"line\":3");
    ck_assert_int_eq(apply("text/html", "{}", "<p>", 3, false), ST_INVALID);
    says("text/html");
    ck_assert_int_eq(apply("text/csv", "{}", "", 0, false), ST_INVALID);
    says("empty");
    ck_assert_int_ne(apply("text/csv", "{}", "\x1f\x8b\x08xx", 5, false), ST_OK);
    ck_assert_int_ne(apply("text/csv; charset=klingon", "{}", "a\n1\n", 4, false), ST_OK);
    says("klingon");
}
END_TEST

START_TEST(a_charset_is_converted)
{
    static const char body[] = "day,f\xfc\x66\n2020-01-01,1\n2020-01-02,3\n";

    ck_assert_int_eq(apply("text/csv; charset=iso-8859-1", "{}", body, strlen(body), false), ST_OK);
    says("f\xc3\xbc\x66");
}
END_TEST

START_TEST(rows_are_appended_and_corrected)
{
    static const char first[] = "{\"series\":[{\"id\":\"s\",\"start\":\"2020-01-01\",\"frequency\":"
                                "\"D\",\"values\":[1,2,3]}]}",
                      more[] = "{\"series\":[{\"id\":\"s\",\"start\":\"2020-01-03\",\"frequency\":"
                               "\"D\",\"values\":[9,4]}]}";

    ck_assert_int_eq(apply("application/json", "{}", first, strlen(first), false), ST_OK);
    ck_assert_int_eq(apply("application/json", "{}", more, strlen(more), true), ST_OK);
    says("\"appended\":1,\"replaced\":1");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_media_type_that_uploads_know_counts,
                                  content_is_stored_with_its_parameters,
                                  a_wrong_content_is_answered_with_its_problem,
                                  a_charset_is_converted, rows_are_appended_and_corrected};

    return handler_run(suite_create("source_apply"), tests, sizeof tests / sizeof tests[0]);
}

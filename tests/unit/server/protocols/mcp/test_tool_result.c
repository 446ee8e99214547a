/* test_tool_result.c - results and errors as an assistant gets them. */
#include "server/protocols/mcp/tool_result.h"

#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <string.h>

static struct buf out;
static cJSON *result;

static void setup(void)
{
    buf_init(&out, 1 << 20);
    result = NULL;
}

static void teardown(void)
{
    buf_release(&out);
    cJSON_Delete(result);
}

static struct http_reply reply(int status, const char *type, const char *data)
{
    return (struct http_reply){.status = status, .type = type, .data = data, .len = strlen(data)};
}

static void put(const char *tool, const struct http_reply *a, const struct http_reply *chart)
{
    buf_release(&out);
    buf_init(&out, 1 << 20);
    cJSON_Delete(result);
    tool_result_put(&out, tool_find(tool), a, chart);
    result = cJSON_Parse(out.data);
    ck_assert_msg(result != NULL, "%s", out.data);
}

static const char *content(int i, const char *name)
{
    const cJSON *list = cJSON_GetObjectItem(result, "content");

    return cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(list, i), name));
}

START_TEST(a_good_response_is_text_and_structure)
{
    const struct http_reply a = reply(202, "application/json", "{\"id\":\"a\\\"b\"}\n");

    put("train", &a, NULL);
    ck_assert_str_eq(content(0, "type"), "text");
    ck_assert_str_eq(content(0, "text"), "{\"id\":\"a\\\"b\"}\n");
    ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(
                         cJSON_GetObjectItem(result, "structuredContent"), "id")),
                     "a\"b");
    ck_assert(cJSON_IsFalse(cJSON_GetObjectItem(result, "isError")));
    ck_assert_ptr_null(content(1, "type"));
}
END_TEST

START_TEST(a_chart_is_an_image)
{
    const struct http_reply a = reply(200, "application/json", "{}\n"),
                            chart = reply(200, "image/svg+xml", "<svg/>");

    put("forecast", &a, &chart);
    ck_assert_str_eq(content(1, "type"), "image");
    ck_assert_str_eq(content(1, "mimeType"), "image/svg+xml");
    ck_assert_str_eq(content(1, "data"), "PHN2Zy8+");
}
END_TEST

static void expect_error(const char *tool, int status, const char *problem, const char *text)
{
    const struct http_reply a = reply(status, "application/problem+json", problem);

    put(tool, &a, NULL);
    ck_assert_str_eq(content(0, "text"), text);
    ck_assert(cJSON_IsTrue(cJSON_GetObjectItem(result, "isError")));
    ck_assert_ptr_null(cJSON_GetObjectItem(result, "structuredContent"));
}

START_TEST(a_problem_says_what_to_do)
{
    expect_error(
        "forecast", 404,
        "{\"title\":\"Not found\",\"detail\":\"there is no model 'x'; did you mean 'y'?\"}",
        "Not found (404): there is no model 'x'; did you mean 'y'? Call list_models to see "
        "the models that are there; train makes one.");
    expect_error(
        "train", 422,
        "{\"title\":\"T\",\"detail\":\"wrong\",\"errors\":[{\"pointer\":\"/params/epochs\","
        "\"detail\":\"wrong\"}]}",
        "T (422): wrong. At /params/epochs. Correct the arguments and call the tool "
        "again.");
    expect_error("forecast", 400,
                 "{\"title\":\"T\",\"detail\":\"wrong\",\"errors\":[{\"parameter\":\"horizon\"}]}",
                 "T (400): wrong. At /horizon. Correct the arguments and call the tool again.");
    expect_error("upload_series", 422,
                 "{\"title\":\"T\",\"detail\":\"wrong\",\"errors\":[{\"line\":7}]}",
                 "T (422): wrong. In line 7 of the data. Correct the arguments and call the tool "
                 "again.");
    expect_error("train", 503, "{\"title\":\"T\",\"detail\":\"full\"}",
                 "T (503): full. Call again in a few seconds.");
    expect_error("train", 500, "{\"title\":\"T\",\"detail\":\"d\",\"request_id\":\"r1\"}",
                 "T (500): d. This is a fault of the server; tell the user the request_id. "
                 "request_id: r1");
    expect_error("train", 403, "not json",
                 "unknown (403): unknown. Calling again will not help: the user must give this "
                 "client another key.");
}
END_TEST

START_TEST(a_chart_that_fails_is_an_error)
{
    const struct http_reply a = reply(200, "application/json", "{}\n"),
                            chart = reply(413, "application/problem+json",
                                          "{\"title\":\"T\",\"detail\":\"too many\"}");

    put("forecast", &a, &chart);
    ck_assert_str_eq(content(0, "text"), "T (413): too many. Send less, or ask for less at once.");
}
END_TEST

START_TEST(refused_arguments_are_an_error_with_their_place)
{
    const struct err e = {.status = ST_INVALID, .message = "no such member", .pointer = "/a"};

    tool_result_put_err(&out, &e);
    ck_assert_str_eq(out.data, "{\"content\":[{\"type\":\"text\",\"text\":\"no such member. At /a. "
                               "Correct the arguments and call the tool again.\"}],"
                               "\"isError\":true}");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tool_result");
    TCase *tc = tcase_create("core");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_good_response_is_text_and_structure);
    tcase_add_test(tc, a_chart_is_an_image);
    tcase_add_test(tc, a_problem_says_what_to_do);
    tcase_add_test(tc, a_chart_that_fails_is_an_error);
    tcase_add_test(tc, refused_arguments_are_an_error_with_their_place);
    suite_add_tcase(s, tc);
    return suite_run(s);
}

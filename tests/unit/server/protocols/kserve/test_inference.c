/* test_inference.c - inference requests and responses. */
#include "server/protocols/kserve/inference.h"

#include "server/formats/json.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static cJSON *json;
static struct inference q;
static struct err e;

static enum status take(const char *text)
{
    inference_release(&q);
    cJSON_Delete(json);
    json = cJSON_Parse(text);
    ck_assert_msg(json != NULL, "%s", text);
    e = (struct err){0};
    return inference_read(&q, json, &e);
}

static void teardown(void)
{
    inference_release(&q);
    cJSON_Delete(json);
    json = NULL;
}

static void expect_body(const char *text, const char *body)
{
    ck_assert_msg(take(text) == ST_OK, "%s: %s", text, e.message);
    ck_assert_str_eq(q.body, body);
    ck_assert_uint_eq(q.body_len, strlen(body));
}

static void expect_answer(const char *reply, const char *answer)
{
    cJSON *from = cJSON_Parse(reply), *made = inference_answer(&q, from);
    char *text = json_print(made);

    ck_assert_str_eq(text, answer);
    free(text);
    cJSON_Delete(made);
    cJSON_Delete(from);
}

#define HISTORY(shape, data)                                                                       \
    "{\"name\":\"history\",\"datatype\":\"FP64\",\"shape\":" shape ",\"data\":" data "}"
#define TEXT(shape, data)                                                                          \
    "{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":" shape ",\"data\":" data "}"

START_TEST(histories_become_series)
{
    expect_body("{\"inputs\":[" HISTORY(
                    "[2,2]", "[1,2,null,4]") "],\"parameters\":{\"horizon\":3,"
                                             "\"level\":80,\"start\":\"2020-01\",\"frequency\":"
                                             "\"M\",\"content_type\":\"np\"}}",
                "{\"series\":[{\"id\":\"0\",\"start\":\"2020-01\",\"frequency\":\"M\",\"values\":"
                "[1,2]},{\"id\":\"1\",\"start\":\"2020-01\",\"frequency\":\"M\",\"values\":[null,"
                "4]}],\"horizon\":3,\"level\":80}");
    ck_assert(!q.tags && q.rows == 2);
    expect_body("{\"inputs\":[" HISTORY("[3]", "[1,2,3]") "]}",
                "{\"series\":[{\"id\":\"0\",\"values\":[1,2,3]}],\"level\":95}");
    ck_assert_int_eq(q.rows, 1);
}
END_TEST

START_TEST(texts_stay_texts)
{
    expect_body("{\"inputs\":[" TEXT("[2]", "[\"a b\",\"\"]") "]}", "{\"texts\":[\"a b\",\"\"]}");
    ck_assert(q.tags && q.rows == 2);
    expect_body("{\"inputs\":[" TEXT("[1,1]", "[\"a\"]") "]}", "{\"texts\":[\"a\"]}");
    ck_assert_int_eq(q.rows, 1);
}
END_TEST

START_TEST(a_forecast_becomes_tensors)
{
    const char *reply = "{\"model\":\"m\",\"version\":3,\"series\":[{\"mean\":[1,2],\"lower\":{"
                        "\"95\":[0,1]},\"upper\":{\"95\":[2,null]}}]}";

    ck_assert_int_eq(take("{\"id\":\"x\",\"inputs\":[" HISTORY("[1]", "[1]") "]}"), ST_OK);
    expect_answer(reply,
                  "{\"model_name\":\"m\",\"model_version\":\"3\",\"id\":\"x\",\"outputs\":["
                  "{\"name\":\"mean\",\"datatype\":\"FP64\",\"shape\":[1,2],\"data\":[1,2]},"
                  "{\"name\":\"lower\",\"datatype\":\"FP64\",\"shape\":[1,2],\"data\":[0,1]},"
                  "{\"name\":\"upper\",\"datatype\":\"FP64\",\"shape\":[1,2],\"data\":[2,"
                  "null]}]}");
    ck_assert_int_eq(take("{\"inputs\":[" HISTORY("[1]", "[1]") "],\"outputs\":[{\"name\":"
                                                                "\"upper\"}]}"),
                     ST_OK);
    expect_answer(reply, "{\"model_name\":\"m\",\"model_version\":\"3\",\"outputs\":[{\"name\":"
                         "\"upper\",\"datatype\":\"FP64\",\"shape\":[1,2],\"data\":[2,null]}]}");
    /* a model without residuals has no bounds */
    expect_answer("{\"model\":\"m\",\"version\":3,\"series\":[{\"mean\":[1],\"lower\":{}}]}",
                  "{\"model_name\":\"m\",\"model_version\":\"3\",\"outputs\":[]}");
}
END_TEST

START_TEST(tags_become_a_text_for_each_text)
{
    ck_assert_int_eq(take("{\"inputs\":[" TEXT("[3]", "[\"a\",\"\",\"b\"]") "]}"), ST_OK);
    expect_answer(
        "{\"model\":\"t\",\"version\":1,\"sentences\":[{\"text\":0,\"tokens\":[\"New York\","
        "\".\"],\"tags\":[\"N\",\"P\"]},{\"text\":0,\"tokens\":[\"Go\"],\"tags\":[\"V\"]},"
        "{\"text\":2,\"tokens\":[\"b\"],\"tags\":[\"N\"]}]}",
        "{\"model_name\":\"t\",\"model_version\":\"1\",\"outputs\":[{\"name\":\"tokens\","
        "\"datatype\":\"BYTES\",\"shape\":[3],\"data\":[\"New\xC2\xA0York .\\nGo\",\"\","
        "\"b\"]},{\"name\":\"tags\",\"datatype\":\"BYTES\",\"shape\":[3],\"data\":[\"N "
        "P\\nV\",\"\",\"N\"]}]}");
}
END_TEST

START_TEST(other_requests_are_refused_with_their_place)
{
    static const char *const bad[][2] = {
        {"[]", "/inputs"},
        {"{}", "/inputs"},
        {"{\"inputs\":[]}", "/inputs"},
        {"{\"inputs\":[" TEXT("[1]", "[\"a\"]") "," TEXT("[1]", "[\"a\"]") "]}", "/inputs"},
        {"{\"id\":7,\"inputs\":[" TEXT("[1]", "[\"a\"]") "]}", "/id"},
        {"{\"parameters\":[1],\"inputs\":[" TEXT("[1]", "[\"a\"]") "]}", "/parameters"},
        {"{\"parameters\":{\"level\":[1]},\"inputs\":[" HISTORY("[1]", "[1]") "]}",
         "/parameters/level"},
        {"{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP64\",\"shape\":[1],\"data\":[1]}]}",
         "/inputs/0/name"},
        {"{\"inputs\":[" HISTORY("[0]", "[]") "]}", "/inputs/0/shape"},
        {"{\"inputs\":[" TEXT("[1,2]", "[\"a\",\"b\"]") "]}", "/inputs/0/shape"},
        {"{\"inputs\":[" TEXT("[1]", "[\"a\"]") "],\"outputs\":{}}", "/outputs"},
        {"{\"inputs\":[" TEXT("[1]", "[\"a\"]") "],\"outputs\":[{\"name\":\"mean\"}]}",
         "/outputs/0/name"},
        {"{\"inputs\":[" HISTORY("[1]", "[1]") "],\"outputs\":[{\"name\":\"mean\"},7]}",
         "/outputs/1/name"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_msg(take(bad[i][0]) == ST_INVALID, "%s", bad[i][0]);
        ck_assert_str_eq(e.pointer, bad[i][1]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("inference");
    TCase *tc = tcase_create("core");

    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, histories_become_series);
    tcase_add_test(tc, texts_stay_texts);
    tcase_add_test(tc, a_forecast_becomes_tensors);
    tcase_add_test(tc, tags_become_a_text_for_each_text);
    tcase_add_test(tc, other_requests_are_refused_with_their_place);
    suite_add_tcase(s, tc);
    return suite_run(s);
}

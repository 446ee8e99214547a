/* test_tensor.c - tensors as JSON. */
#include "server/protocols/kserve/tensor.h"

#include "server/formats/json.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *json;
static struct tensor t;
static struct err e;

static enum status take(const char *text)
{
    cJSON_Delete(json);
    json = cJSON_Parse(text);
    ck_assert_msg(json != NULL, "%s", text);
    e = (struct err){0};
    return tensor_read(&t, json, "/inputs/0", &e);
}

static void teardown(void)
{
    cJSON_Delete(json);
    json = NULL;
}

#define TENSOR(type, shape, data)                                                                  \
    "{\"name\":\"n\",\"datatype\":\"" type "\",\"shape\":" shape ",\"data\":" data "}"

/* The elements with blanks between them. */
static void expect(const char *text, int rows, int width, bool flat, const char *elements)
{
    struct tensor_at at;
    char all[200] = "";
    size_t used = 0;

    ck_assert_msg(take(text) == ST_OK, "%s: %s", text, e.message);
    ck_assert_int_eq(t.rows, rows);
    ck_assert_int_eq(t.width, width);
    ck_assert_int_eq(t.flat, flat);
    at = tensor_begin(&t);
    while (tensor_next(&at)) {
        char *one = json_print(at.value);

        used += (size_t)snprintf(all + used, sizeof(all) - used, "%s ", one);
        free(one);
    }
    ck_assert_str_eq(all, elements);
}

START_TEST(elements_come_row_after_row)
{
    expect(TENSOR("FP64", "[3]", "[1,null,2.5]"), 1, 3, true, "1 null 2.5 ");
    expect(TENSOR("INT32", "[2,2]", "[1,2,3,4]"), 2, 2, false, "1 2 3 4 ");
    expect(TENSOR("FP32", "[2,2]", "[[1,2],[3,4]]"), 2, 2, false, "1 2 3 4 ");
    expect(TENSOR("BYTES", "[2]", "[\"a\",\"b c\"]"), 1, 2, true, "\"a\" \"b c\" ");
    expect(TENSOR("BYTES", "[2,1]", "[[\"a\"],[\"b\"]]"), 2, 1, false, "\"a\" \"b\" ");
    expect(TENSOR("FP64", "[0]", "[]"), 1, 0, true, "");
    expect(TENSOR("FP64", "[2,0]", "[[],[]]"), 2, 0, false, "");
    expect("{\"data\":[1],\"shape\":[1],\"datatype\":\"UINT8\",\"name\":\"n\"}", 1, 1, true, "1 ");
}
END_TEST

START_TEST(what_is_no_tensor_is_refused_with_its_place)
{
    static const char *const bad[][2] = {
        {"7", "/inputs/0"},
        {"{}", "/inputs/0/name"},
        {"{\"name\":\"n\"}", "/inputs/0/datatype"},
        {TENSOR("BOOL", "[1]", "[true]"), "/inputs/0/datatype"},
        {TENSOR("FP64", "[]", "[]"), "/inputs/0/shape"},
        {TENSOR("FP64", "[1,1,1]", "[1]"), "/inputs/0/shape"},
        {TENSOR("FP64", "[-1]", "[1]"), "/inputs/0/shape"},
        {TENSOR("FP64", "[1.5]", "[1]"), "/inputs/0/shape"},
        {TENSOR("FP64", "[1e9]", "[1]"), "/inputs/0/shape"},
        {TENSOR("FP64", "\"1\"", "[1]"), "/inputs/0/shape"},
        {TENSOR("FP64", "[2]", "[1]"), "/inputs/0/data"},
        {TENSOR("FP64", "[1]", "[\"a\"]"), "/inputs/0/data"},
        {TENSOR("FP64", "[1]", "1"), "/inputs/0/data"},
        {TENSOR("BYTES", "[1]", "[1]"), "/inputs/0/data"},
        {TENSOR("FP64", "[2,2]", "[[1,2],[3]]"), "/inputs/0/data"},
        {TENSOR("FP64", "[2,2]", "[[1,2],3,4]"), "/inputs/0/data"},
        {TENSOR("FP64", "[2,2]", "[1,2,[3,4]]"), "/inputs/0/data"},
        {TENSOR("FP64", "[1,1]", "[[[1]]]"), "/inputs/0/data"},
        {TENSOR("FP64", "[10000000,10000000]", "[1]"), "/inputs/0/data"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_msg(take(bad[i][0]) == ST_INVALID, "%s", bad[i][0]);
        ck_assert_str_eq(e.pointer, bad[i][1]);
    }
}
END_TEST

START_TEST(a_tensor_is_written)
{
    cJSON *data = cJSON_Parse("[1,2]");
    char *text;

    cJSON_Delete(json);
    json = tensor_make("mean", "FP64", 1, 2, data);
    text = json_print(json);
    ck_assert_str_eq(text,
                     "{\"name\":\"mean\",\"datatype\":\"FP64\",\"shape\":[1,2],\"data\":[1,2]}");
    free(text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tensor");
    TCase *tc = tcase_create("core");

    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, elements_come_row_after_row);
    tcase_add_test(tc, what_is_no_tensor_is_refused_with_its_place);
    tcase_add_test(tc, a_tensor_is_written);
    suite_add_tcase(s, tc);
    return suite_run(s);
}

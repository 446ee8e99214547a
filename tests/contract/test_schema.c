/* test_schema.c - schema.h: what fits, what does not, and where. */
#include "tests/contract/schema.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *schema, *value;
    const char *place; /* of the fault; NULL: the value fits */
} rows[] = {
    {"{}", "[1,{\"a\":null}]", NULL},
    {"false", "1", ""},
    {"{\"type\":\"integer\"}", "3", NULL},
    {"{\"type\":\"integer\"}", "3.5", ""},
    {"{\"type\":\"number\"}", "3.5", NULL},
    {"{\"type\":\"number\"}", "\"3.5\"", ""},
    {"{\"type\":[\"number\",\"null\"]}", "null", NULL},
    {"{\"type\":[\"number\",\"null\"]}", "true", ""},
    {"{\"type\":\"boolean\"}", "false", NULL},
    {"{\"type\":\"object\"}", "[]", ""},
    {"{\"const\":\"a\"}", "\"b\"", ""},
    {"{\"enum\":[\"a\",null]}", "null", NULL},
    {"{\"enum\":[\"a\",null]}", "\"A\"", ""},
    {"{\"minimum\":1,\"maximum\":3}", "3", NULL},
    {"{\"minimum\":1,\"maximum\":3}", "0", ""},
    {"{\"exclusiveMinimum\":0}", "0", ""},
    {"{\"exclusiveMaximum\":100}", "99.5", NULL},
    {"{\"exclusiveMaximum\":100}", "100", ""},
    {"{\"minimum\":5}", "\"a text\"", NULL},
    {"{\"pattern\":\"^[a-z]+$\"}", "\"abc\"", NULL},
    {"{\"pattern\":\"^[a-z]+$\"}", "\"ab1\"", ""},
    {"{\"minLength\":2,\"maxLength\":3}", "\"\u00e4\u00e4\u00e4\"", NULL},
    {"{\"maxLength\":3}", "\"abcd\"", ""},
    {"{\"format\":\"date-time\"}", "\"2024-02-29T12:00:00.5Z\"", NULL},
    {"{\"format\":\"date-time\"}", "\"2024-02-29\"", ""},
    {"{\"format\":\"binary\"}", "\"anything\"", NULL},
    {"{\"items\":{\"type\":\"string\"}}", "[\"a\",\"b\"]", NULL},
    {"{\"items\":{\"type\":\"string\"}}", "[\"a\",\"b\",3]", "/2"},
    {"{\"minItems\":1}", "[]", ""},
    {"{\"minProperties\":2}", "{\"a\":1}", ""},
    {"{\"maxItems\":1}", "[1,2]", ""},
    {"{\"required\":[\"a\"]}", "{\"a\":null}", NULL},
    {"{\"required\":[\"a\"]}", "{\"A\":1}", ""},
    {"{\"properties\":{\"a\":{\"items\":{\"type\":\"number\"}}}}", "{\"a\":[1,[2]]}", "/a/1"},
    {"{\"properties\":{\"a\":{}},\"additionalProperties\":false}", "{\"a\":1}", NULL},
    {"{\"properties\":{\"a\":{}},\"additionalProperties\":false}", "{\"a\":1,\"b\":2}", "/b"},
    {"{\"additionalProperties\":{\"type\":\"number\"}}", "{\"x\":1,\"y\":2}", NULL},
    {"{\"additionalProperties\":{\"type\":\"number\"}}", "{\"x\":1,\"y\":\"2\"}", "/y"},
    {"{\"oneOf\":[{\"type\":\"number\"},{\"type\":\"integer\"}]}", "1.5", NULL},
    {"{\"oneOf\":[{\"type\":\"number\"},{\"type\":\"integer\"}]}", "1", ""},
    {"{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"integer\"}]}", "1", NULL},
    {"{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"null\"}]}", "\"\"", ""},
    {"{\"allOf\":[{\"minimum\":1},{\"maximum\":3}]}", "2", NULL},
    {"{\"allOf\":[{\"minimum\":1},{\"maximum\":3}]}", "4", ""},
    /* of branches that do not fit, the one that came nearest is named */
    {"{\"oneOf\":[{\"properties\":{\"k\":{\"const\":\"a\"}},\"required\":[\"k\"]},"
     "{\"properties\":{\"k\":{\"const\":\"b\"},\"v\":{\"properties\":{\"n\":{\"type\":\"number\"}}}"
     "}}]}",
     "{\"k\":\"b\",\"v\":{\"n\":\"x\"}}", "/v/n"},
    /* a reference, with what stands beside it */
    {"{\"$ref\":\"#/a~1b/~0\"}", "7", NULL},
    {"{\"$ref\":\"#/a~1b/~0\"}", "\"7\"", ""},
    {"{\"$ref\":\"#/a~1b/~0\",\"minimum\":8}", "7", ""},
    {"{\"$ref\":\"#/list/1\"}", "true", NULL},
    {"{\"$ref\":\"#/nothing\"}", "7", ""},
    {"{\"title\":\"t\",\"description\":\"d\",\"default\":1,\"examples\":[2]}", "\"x\"", NULL},
    {"{\"multipleOf\":2}", "4", ""},
};

static cJSON *root(void)
{
    return cJSON_Parse(
        "{\"a/b\":{\"~\":{\"type\":\"number\"}},\"list\":[{},{\"type\":\"boolean\"}]}");
}

START_TEST(rows_fit_or_do_not)
{
    cJSON *doc = root(), *schema = cJSON_Parse(rows[_i].schema);
    cJSON *value = cJSON_Parse(rows[_i].value);
    struct schema_fault f = {0};
    bool ok;

    ck_assert(doc && schema && value);
    ok = schema_check(&f, doc, schema, value);
    ck_assert_msg(ok == !rows[_i].place, "%s, %s: %s", rows[_i].schema, rows[_i].value, f.text);
    if (!ok) {
        ck_assert_str_eq(f.place, rows[_i].place);
        ck_assert_str_ne(f.text, "");
    }
    cJSON_Delete(doc);
    cJSON_Delete(schema);
    cJSON_Delete(value);
}
END_TEST

START_TEST(faults_tell_what_is_wrong)
{
    cJSON *schema = cJSON_Parse("{\"properties\":{\"a\":{}},\"additionalProperties\":false}");
    cJSON *value = cJSON_Parse("{\"a\":1,\"mape\":2.5}");
    struct schema_fault f;

    ck_assert(!schema_check(&f, schema, schema, value));
    ck_assert_str_eq(f.place, "/mape");
    ck_assert_str_eq(f.text, "this member is not in the schema; it is 2.5");
    cJSON_Delete(schema);
    cJSON_Delete(value);
}
END_TEST

START_TEST(unknown_keywords_are_found)
{
    static const char *const all[][2] = {
        {"{\"type\":\"object\",\"properties\":{\"multipleOf\":{\"type\":\"number\"}}}", NULL},
        {"{\"properties\":{\"a\":{\"multipleOf\":2}}}", "multipleOf"},
        {"{\"items\":{\"oneOf\":[{},{\"uniqueItems\":true}]}}", "uniqueItems"},
        {"{\"additionalProperties\":{\"nullable\":true}}", "nullable"},
        {"{\"items\":{\"$ref\":\"#/nothing\"}}", "#/nothing"},
        {"{\"items\":{\"$ref\":\"#/list/0\"}}", NULL},
        {"{\"default\":{\"multipleOf\":2}}", NULL},
    };
    cJSON *doc = root(), *schema = cJSON_Parse(all[_i][0]);
    const char *found = schema_unknown(doc, schema);

    ck_assert_pstr_eq(found, all[_i][1]);
    cJSON_Delete(doc);
    cJSON_Delete(schema);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("JSON Schema");
    TCase *t = tcase_create("schema");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, rows_fit_or_do_not, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, faults_tell_what_is_wrong);
    tcase_add_loop_test(t, unknown_keywords_are_found, 0, 7);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

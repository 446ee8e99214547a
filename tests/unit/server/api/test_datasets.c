/* test_datasets.c - list, describe, read back and delete data sets. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

static const char months[] = "month,y\n2020-01,1\n2020-02,2\n2020-03,3\n";

START_TEST(lists_come_in_pieces)
{
    put_csv("a", months);
    put_csv("b", months);
    put_csv("c", months);
    expect(200, &(struct call){.handler = api_dataset_list, .query = {{"limit", "2"}}});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 2);
    ck_assert_str_eq(text("next"), "b");
    expect(200, &(struct call){.handler = api_dataset_list, .query = {{"cursor", "b"}}});
    ck_assert_str_eq(text("items/0/name"), "c");
    ck_assert(cJSON_IsNull(member("next")));
}
END_TEST

START_TEST(data_come_back_as_they_went_in)
{
    struct call c = {.handler = api_dataset_data, .param = {"d"}};
    const struct reply *r;

    put_csv("d", months);
    r = expect(200, &c);
    ck_assert_str_eq(r->type, "text/csv");
    ck_assert_str_eq(r->body, months);
    c.header[0] = (struct http_pair){"Accept", "application/json"};
    expect(200, &c);
    ck_assert_int_eq((int)number("series/0/values/2"), 3);
    c.header[0] = (struct http_pair){"Accept", "text/x-conllu"};
    expect_problem(406, NULL, &c);
}
END_TEST

START_TEST(a_data_set_in_use_stays)
{
    const struct call gone = {.handler = api_dataset_delete, .method = HTTP_DELETE, .param = {"d"}};

    expect(404, &gone);
    put_csv("d", months);
    expect(202,
           &(struct call){.handler = api_job_create,
                          .method = HTTP_POST,
                          .type = "application/json",
                          .body = "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\"}"});
    expect_problem(409, NULL, &gone);
    put_csv("e", months);
    expect(204,
           &(struct call){.handler = api_dataset_delete, .method = HTTP_DELETE, .param = {"e"}});
    expect(404, &(struct call){.handler = api_dataset_get, .param = {"e"}});
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        lists_come_in_pieces,
        data_come_back_as_they_went_in,
        a_data_set_in_use_stays,
    };

    return handler_run(suite_create("api datasets"), tests, sizeof(tests) / sizeof(tests[0]));
}

/* test_datasets.c - upload, append, list, describe, read back and delete data sets. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

static const char months[] = "month,y\n2020-01,1\n2020-02,2\n2020-03,3\n";
static const char words[] =
    "1\tThe\t_\tDET\tDT\t_\t_\t_\t_\t_\n2\tdog\t_\tNOUN\tNN\t_\t_\t_\t_\t_\n\n";

static struct call put(const char *type, const char *body)
{
    return (struct call){
        .handler = api_dataset_put, .method = HTTP_PUT, .param = {"d"}, .type = type, .body = body};
}

static struct call append(const char *body)
{
    return (struct call){.handler = api_dataset_append,
                         .method = HTTP_POST,
                         .param = {"d"},
                         .type = "text/csv",
                         .body = body};
}

START_TEST(an_upload_makes_or_replaces)
{
    struct call c = put("text/csv", months);
    const struct reply *r = expect(201, &c);

    ck_assert_ptr_nonnull(http_res_get_header(r->res, "Location"));
    ck_assert_ptr_nonnull(http_res_get_header(r->res, "ETag"));
    ck_assert_int_eq((int)number("series/0/length"), 3);
    ck_assert_str_eq(text("series/0/frequency"), "M");
    ck_assert_str_eq(text("time_column"), "month");
    c.body = "month,y\n2020-01,1\n2020-02,2\n";
    r = expect(200, &c);
    ck_assert_ptr_null(http_res_get_header(r->res, "Location"));
    ck_assert_int_eq((int)number("series/0/length"), 2);
}
END_TEST

START_TEST(the_type_is_guessed_when_there_is_none)
{
    struct call c = put("", words);

    expect(201, &c);
    ck_assert_str_eq(text("kind"), "tagged");
    ck_assert_int_eq((int)number("tokens"), 2);
    c = put("", months);
    expect(200, &c);
    ck_assert_str_eq(text("kind"), "series");
    c = put("", "{\"values\":[1,2,3]}");
    expect(200, &c);
    ck_assert_int_eq((int)number("series/0/length"), 3);
}
END_TEST

START_TEST(bad_uploads_are_refused)
{
    struct call c = put("text/csv", "");

    expect_problem(400, NULL, &c);
    c = put("application/xml", "<a/>");
    expect_problem(415, NULL, &c);
    c = put("application/json", "{\"values\":[1,");
    expect(400, &c);
    c = put("application/json", "{\"values\":[1,2]}");
    c.query[0] = (struct http_pair){"time", "month"};
    expect_problem(400, "?time", &c);
    c = put("text/x-conllu", words);
    c.query[0] = (struct http_pair){"fill", "zero"};
    expect_problem(400, "?fill", &c);
    c = put("text/csv", months);
    c.param[0] = "Upper";
    expect(422, &c);
    expect(404, &(struct call){.handler = api_dataset_get, .param = {"d"}});
}
END_TEST

/* RFC 9110: If-Match compares strongly (13.1.1), If-None-Match weakly (13.1.2). */
START_TEST(conditions_are_checked)
{
    struct call c = put("text/csv", months);
    struct call get = {.handler = api_dataset_get, .param = {"d"}};
    char etag[100], weak[104];

    c.header[0] = (struct http_pair){"If-Match", "*"};
    expect_problem(412, NULL, &c);
    c.header[0] = (struct http_pair){"If-None-Match", "*"};
    snprintf(etag, sizeof(etag), "%s", http_res_get_header(expect(201, &c)->res, "ETag"));
    snprintf(weak, sizeof(weak), "W/%s", etag);
    expect_problem(412, NULL, &c);
    c.header[0] = (struct http_pair){"If-None-Match", weak};
    expect_problem(412, NULL, &c);
    c.header[0] = (struct http_pair){"If-Match", weak};
    expect_problem(412, NULL, &c);
    get.header[0] = (struct http_pair){"If-None-Match", weak};
    expect(304, &get);
    c.header[0] = (struct http_pair){"If-Match", etag};
    expect(200, &c);
    c.header[0] = (struct http_pair){"If-Match", "\"0\""};
    expect_problem(412, NULL, &c);
}
END_TEST

START_TEST(rows_go_on_where_the_series_ends)
{
    struct call c = append("month,y\n2020-04,4\n");

    expect(404, &c);
    put_csv("d", months);
    expect(200, &c);
    ck_assert_int_eq((int)number("series/0/length"), 4);
    expect(422, &c); /* the same month again */
    c = append("month,y,z\n2020-05,4,5\n");
    expect(422, &c);
    c.type = "text/x-conllu";
    c.body = words;
    expect_problem(409, NULL, &c);
    expect(200, &(struct call){.handler = api_dataset_get, .param = {"d"}});
    ck_assert_int_eq((int)number("series/0/length"), 4);
}
END_TEST

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
        an_upload_makes_or_replaces,      the_type_is_guessed_when_there_is_none,
        bad_uploads_are_refused,          conditions_are_checked,
        rows_go_on_where_the_series_ends, lists_come_in_pieces,
        data_come_back_as_they_went_in,   a_data_set_in_use_stays,
    };

    return handler_run(suite_create("api datasets"), tests, sizeof(tests) / sizeof(tests[0]));
}

/* test_dataset_upload.c - bodies become data sets, or are appended to one. */
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

START_TEST(a_post_makes_and_does_not_replace)
{
    struct call c = put("text/csv", months);

    c.handler = api_dataset_create;
    c.method = HTTP_POST;
    expect(201, &c);
    c.body = "month,y\n2020-01,7\n";
    expect_problem(409, NULL, &c);
    expect(200, &(struct call){.handler = api_dataset_get, .param = {"d"}});
    ck_assert_int_eq((int)number("series/0/length"), 3);
}
END_TEST

START_TEST(a_dry_run_stores_nothing)
{
    struct call c = put("text/csv", months);

    c.query[0] = (struct http_pair){"dry_run", "1"};
    ck_assert_ptr_null(http_res_get_header(expect(200, &c)->res, "ETag"));
    ck_assert_int_eq((int)number("series/0/length"), 3);
    expect(404, &(struct call){.handler = api_dataset_get, .param = {"d"}});
    put_csv("d", months);
    c = append("month,y\n2020-04,4\n");
    c.query[0] = (struct http_pair){"dry_run", "1"};
    expect(200, &c);
    ck_assert_int_eq((int)number("rows/appended"), 1);
    expect(200, &(struct call){.handler = api_dataset_get, .param = {"d"}});
    ck_assert_int_eq((int)number("series/0/length"), 3);
}
END_TEST

/* Records, one behind the other or as a list, are the table that CSV would have. */
START_TEST(records_are_a_table)
{
    static const char *const bodies[][2] = {
        {"application/json", "[{\"ds\":\"2020-01\",\"y\":1},{\"ds\":\"2020-02\",\"y\":2}]"},
        {"application/json", "{\"ds\":\"2020-01\",\"y\":1}\n{\"ds\":\"2020-02\",\"y\":2}\n"},
        {"application/jsonl", "{\"ds\":\"2020-01\",\"y\":1}\n{\"ds\":\"2020-02\",\"y\":2}\n"},
        {"application/x-ndjson", "{\"ds\":\"2020-01\",\"y\":1}\n{\"ds\":\"2020-02\",\"y\":2}\n"}};

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct call c = put(bodies[i][0], bodies[i][1]);

        expect(i ? 200 : 201, &c);
        ck_assert_str_eq(text("time_column"), "ds");
        ck_assert_str_eq(text("series/0/frequency"), "M");
        ck_assert_int_eq((int)number("series/0/length"), 2);
    }
}
END_TEST

START_TEST(options_of_tables_choose_columns)
{
    struct call c = put("text/csv", "a;b;c\n2020-01;1,5;x\n2020-02;2,5;x\n");

    c.query[0] = (struct http_pair){"time", "a"};
    c.query[1] = (struct http_pair){"target", "b"};
    c.query[2] = (struct http_pair){"id", "c"};
    c.query[3] = (struct http_pair){"decimal", ","};
    expect(201, &c);
    ck_assert_str_eq(text("series/0/id"), "x");
    ck_assert_str_eq(text("columns/0"), "b");
    ck_assert_str_eq(text("id_column"), "c");
}
END_TEST

/* Data that a training would refuse later is refused at once. */
START_TEST(gaps_are_refused_where_they_shall_be)
{
    struct call c = put("text/csv", "month,y\n2020-01,1\n2020-02,2\n2020-04,4\n");

    c.query[0] = (struct http_pair){"fill", "error"};
    expect(422, &c);
    c.query[0].value = "zero";
    expect(201, &c);
    ck_assert_str_eq(text("fill"), "zero");
    ck_assert_int_eq((int)number("series/0/missing"), 1);
}
END_TEST

START_TEST(covariates_stay_covariates_when_rows_are_appended)
{
    struct call c = put("text/csv", "month,y,heat\n2020-01,1,5\n2020-02,2,6\n");

    c.query[0] = (struct http_pair){"covariates", "heat"};
    expect(201, &c);
    c = append("month,heat,y\n2020-03,7,3\n");
    expect(200, &c);
    ck_assert_str_eq(text("covariates/0"), "heat");
    ck_assert_str_eq(text("columns/0"), "y");
    ck_assert_int_eq((int)number("series/0/length"), 3);
}
END_TEST

/* One row alone has no frequency; it has that of the rows it goes on with. */
START_TEST(a_single_row_goes_on_with_the_frequency)
{
    struct call c = put("text/csv", "day,y\n2020-01-06,1\n2020-01-13,2\n");

    expect(201, &c);
    ck_assert_str_eq(text("series/0/frequency"), "W");
    c = append("day,y\n2020-01-20,3\n");
    expect(200, &c);
    ck_assert_str_eq(text("series/0/frequency"), "W");
    ck_assert_int_eq((int)number("series/0/length"), 3);
}
END_TEST

START_TEST(rows_that_are_there_are_replaced_or_kept)
{
    struct call c = append("month,y\n2020-03,30\n2020-04,4\n");

    put_csv("d", months);
    expect(422, &c);
    c.query[0] = (struct http_pair){"on_conflict", "ignore"};
    expect(200, &c);
    ck_assert_int_eq((int)number("rows/appended"), 1);
    ck_assert_int_eq((int)number("rows/ignored"), 1);
    c.query[0].value = "replace";
    expect(200, &c);
    ck_assert_int_eq((int)number("rows/appended"), 0);
    ck_assert_int_eq((int)number("rows/replaced"), 1);
}
END_TEST

START_TEST(sentences_have_no_conflicts)
{
    struct call c = put("text/x-conllu", words);

    expect(201, &c);
    c = append(words);
    c.type = "text/x-conllu";
    expect(200, &c);
    ck_assert_int_eq((int)number("sentences"), 2);
    c.query[0] = (struct http_pair){"on_conflict", "replace"};
    expect_problem(400, "?on_conflict", &c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        an_upload_makes_or_replaces,
        the_type_is_guessed_when_there_is_none,
        bad_uploads_are_refused,
        conditions_are_checked,
        rows_go_on_where_the_series_ends,
        a_post_makes_and_does_not_replace,
        a_dry_run_stores_nothing,
        records_are_a_table,
        options_of_tables_choose_columns,
        gaps_are_refused_where_they_shall_be,
        covariates_stay_covariates_when_rows_are_appended,
        a_single_row_goes_on_with_the_frequency,
        rows_that_are_there_are_replaced_or_kept,
        sentences_have_no_conflicts,
    };

    return handler_run(suite_create("api dataset upload"), tests, sizeof(tests) / sizeof(tests[0]));
}

/* test_records.c - tables as JSON records and as JSON Lines. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <string.h>

#define CSV   "text/csv"
#define JSON  "application/json"
#define JSONL "application/jsonl"

static struct daemon d;
static struct reply r;

static void setup(void)
{
    daemon_init(&d);
    daemon_start(&d, NULL);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void expect_same_data(const char *a, const char *b)
{
    static char first[4096];
    const char *const paths[] = {a, b};

    for (int i = 0; i < 2; i++) {
        http_send(
            &r, &d,
            &(struct request){.method = "GET", .path = paths[i], .headers = {"Accept: text/csv"}});
        expect_status(&r, 200, paths[i]);
        if (i == 0)
            snprintf(first, sizeof(first), "%s", r.body);
    }
    ck_assert_str_eq(r.body, first);
}

static void send_rows(const char *path, const char *type, const char *body, long expect)
{
    http_send(&r, &d,
              &(struct request){.method = "POST", .path = path, .type = type, .body = body});
    expect_status(&r, expect, path);
}

START_TEST(records_and_lines_are_what_csv_would_be)
{
    put(&r, &d, "/v1/datasets/csv?covariates=price", CSV,
        "unique_id,ds,y,price\na,2020-01,1.5,9\na,2020-02,,8\nb,2020-01,3,7\n", 201);
    put(&r, &d, "/v1/datasets/list?covariates=price", JSON,
        "[{\"unique_id\":\"a\",\"ds\":\"2020-01\",\"y\":1.5,\"price\":9},"
        "{\"ds\":\"2020-02\",\"unique_id\":\"a\",\"price\":8,\"y\":null},"
        "{\"unique_id\":\"b\",\"ds\":\"2020-01\",\"y\":3,\"price\":7}]",
        201);
    ck_assert_int_eq((int)number_at(r.json, "num_series"), 2);
    ck_assert_str_eq(text_at(r.json, "time_column"), "ds");
    ck_assert_str_eq(text_at(r.json, "id_column"), "unique_id");
    expect_same_data("/v1/datasets/csv/data", "/v1/datasets/list/data");
    put(&r, &d, "/v1/datasets/lines?covariates=price", JSONL,
        "{\"unique_id\":\"a\",\"ds\":\"2020-01\",\"y\":1.5,\"price\":9}\n"
        "{\"unique_id\":\"a\",\"ds\":\"2020-02\",\"price\":8}\n"
        "{\"unique_id\":\"b\",\"ds\":\"2020-01\",\"y\":3,\"price\":7}\n",
        201);
    expect_same_data("/v1/datasets/csv/data", "/v1/datasets/lines/data");
    put(&r, &d, "/v1/datasets/one", "application/x-ndjson", "{\"ds\":\"2020-01\",\"y\":1}", 201);
    put(&r, &d, "/v1/datasets/tabs", "text/tab-separated-values", "ds\ty\n2020-01\t1\n", 201);
    expect_same_data("/v1/datasets/one/data", "/v1/datasets/tabs/data");
}
END_TEST

START_TEST(records_are_appended_and_correct_what_is_there)
{
    put(&r, &d, "/v1/datasets/a", JSON,
        "[{\"ds\":\"2020-01\",\"y\":1},{\"ds\":\"2020-02\",\"y\":2}]", 201);
    send_rows("/v1/datasets/a/rows", JSON, "[{\"ds\":\"2020-03\",\"y\":3}]", 200);
    ck_assert_int_eq((int)number_at(r.json, "rows.appended"), 1);
    send_rows("/v1/datasets/a/rows?on_conflict=replace", JSONL,
              "{\"ds\":\"2020-02\",\"y\":20}\n{\"ds\":\"2020-04\",\"y\":4}\n", 200);
    ck_assert_int_eq((int)number_at(r.json, "rows.appended"), 1);
    ck_assert_int_eq((int)number_at(r.json, "rows.replaced"), 1);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 4);
}
END_TEST

START_TEST(what_is_wrong_with_records_is_named)
{
    static const struct {
        const char *type, *body;
        long status;
        const char *detail;
    } rows[] = {
        {JSON, "[]", 422, "there is no record with a value"},
        {JSON, "[1,2,3]", 422, "record 1 is a number; each one is an object"},
        {JSON, "[{\"ds\":\"2020-01\",\"y\":[1]}]", 422, "'y' is a list"},
        {JSON, "[{\"ds\":\"2020-01\",\"y\":1}", 400, "not valid JSON"},
        {JSONL, "{\"ds\":\"2020-01\",\"y\":1}\n{\"ds\":", 400, "at line 2"},
        {JSONL, "ds,y\n", 400, "not valid JSON"},
        {JSON, "[{\"ds\":\"2020-01\",\"y\":1},{\"ds\":\"2020-01\",\"y\":2}]", 422,
         "twice: in records 1 and 2"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        put(&r, &d, "/v1/datasets/bad", rows[i].type, rows[i].body, rows[i].status);
        ck_assert_msg(strstr(text_at(r.json, "detail"), rows[i].detail) != NULL, "%s", r.body);
    }
    get(&r, &d, "/v1/datasets/bad", 404);
    put(&r, &d, "/v1/datasets/bad?time=ds", JSON, "{\"values\":[1,2]}", 400);
    ck_assert_str_eq(text_at(r.json, "errors.0.parameter"), "time");
}
END_TEST

/* The answers of other services, as they are. */
START_TEST(tables_of_other_services_are_read)
{
    put(&r, &d, "/v1/datasets/prometheus", "application/json",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":"
        "{\"__name__\":\"up\",\"job\":\"a\"},\"values\":[[1672531200,\"1\"],[1672531260,\"2.5\"],"
        "[1672531320,\"3\"]]}]}}",
        201);
    ck_assert_str_eq(text_at(r.json, "series.0.id"), "up{job=\"a\"}");
    ck_assert_str_eq(text_at(r.json, "series.0.frequency"), "min");
    ck_assert(number_at(r.json, "series.0.length") == 3);
    put(&r, &d, "/v1/datasets/weather?target=rain", "application/json",
        "{\"latitude\":52.5,\"daily\":{\"time\":[\"2023-01-01\",\"2023-01-02\"],\"rain\":[1,2],"
        "\"sun\":[5,6]}}",
        201);
    ck_assert_str_eq(text_at(r.json, "columns.0"), "rain");
    put(&r, &d, "/v1/datasets/weather", "application/json",
        "{\"daily\":{\"time\":[\"2023-01-01\",\"2023-01-02\"],\"rain\":[1,\"x\"]}}", 422);
    put(&r, &d, "/v1/datasets/weather", "application/json", "{\"valuez\":[1,2,3]}", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "'valuez' is not a member"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("records");
    TCase *t = tcase_create("records");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, records_and_lines_are_what_csv_would_be);
    tcase_add_test(t, records_are_appended_and_correct_what_is_there);
    tcase_add_test(t, what_is_wrong_with_records_is_named);
    tcase_add_test(t, tables_of_other_services_are_read);
    suite_add_tcase(s, t);
    return suite_run(s);
}

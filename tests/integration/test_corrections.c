/* test_corrections.c - rows that are sent again or corrected: ?on_conflict=, and how a model
 * reports that its data have changed. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <string.h>

#define CSV  "text/csv"
#define JSON "application/json"

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

static void rows(const char *query, const char *type, const char *body, long expect)
{
    char path[120];

    snprintf(path, sizeof(path), "/v1/datasets/a/rows%s", query);
    http_send(&r, &d,
              &(struct request){.method = "POST", .path = path, .type = type, .body = body});
    expect_status(&r, expect, path);
}

static void expect_counts(int appended, int replaced, int ignored)
{
    ck_assert_int_eq((int)number_at(r.json, "rows.appended"), appended);
    ck_assert_int_eq((int)number_at(r.json, "rows.replaced"), replaced);
    ck_assert_int_eq((int)number_at(r.json, "rows.ignored"), ignored);
}

static void expect_data(const char *csv)
{
    http_send(&r, &d,
              &(struct request){
                  .method = "GET", .path = "/v1/datasets/a/data", .headers = {"Accept: text/csv"}});
    expect_status(&r, 200, "data");
    ck_assert_msg(strstr(r.body, csv) != NULL, "%s", r.body);
}

START_TEST(overlapping_rows_are_refused_replaced_or_ignored)
{
    char before[80], after[80];

    put(&r, &d, "/v1/datasets/a", CSV, "day,y\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n", 201);
    reply_header(before, sizeof(before), &r, "ETag");
    rows("", CSV, "day,y\n2020-01-03,30\n2020-01-04,4\n", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "?on_conflict=replace"));
    rows("?on_conflict=error", CSV, "day,y\n2020-01-03,30\n", 422);
    rows("?on_conflict=other", CSV, "day,y\n2020-01-03,30\n", 400);
    ck_assert_str_eq(text_at(r.json, "errors.0.parameter"), "on_conflict");
    rows("?on_conflict=ignore", CSV, "day,y\n2020-01-03,3\n", 200);
    expect_counts(0, 0, 1);
    reply_header(after, sizeof(after), &r, "ETag");
    ck_assert_str_eq(before, after);
    rows("?on_conflict=ignore", CSV, "day,y\n2020-01-03,30\n2020-01-04,4\n", 200);
    expect_counts(1, 0, 1);
    rows("?on_conflict=replace", CSV, "day,y\n2020-01-01,10\n2020-01-04,40\n2020-01-06,6\n", 200);
    expect_counts(1, 2, 0);
    reply_header(after, sizeof(after), &r, "ETag");
    ck_assert_str_ne(before, after);
    expect_data("2020-01-01,10\n");
    expect_data("2020-01-03,3\n");
    expect_data("2020-01-04,40\n");
    rows("?on_conflict=replace", CSV, "day,y\n2020-01-05,5\n", 200); /* fills the gap */
    expect_counts(1, 0, 0);
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 0);
    rows("?on_conflict=replace", CSV, "day,y\n2019-12-31,0\n", 422);
    rows("", CSV, "day,y\n2020-01-07,7\n", 200);
    expect_counts(1, 0, 0);
}
END_TEST

START_TEST(panels_and_columns_are_corrected_or_stay_whole)
{
    put(&r, &d, "/v1/datasets/a?target=y,z&covariates=price", CSV,
        "unique_id,ds,y,z,price\na,2020-01,1,1,9\na,2020-02,2,2,9\nb,2020-01,5,5,8\n", 201);
    /* an empty cell changes nothing; a future row has only its covariate */
    rows(
        "?on_conflict=replace", CSV,
        "unique_id,ds,y,z,price\na,2020-02,,22,\na,2020-03,,,7\nb,2020-01,5,5,8\nc,2020-01,6,6,6\n",
        200);
    expect_counts(2, 1, 1);
    expect_data("a,2020-02,2,22,9\n");
    rows("?on_conflict=ignore", CSV, "unique_id,ds,y,z,price\na,2020-03,3,3,\n", 200);
    expect_counts(1, 0, 0);
    expect_data("a,2020-03,3,3,7\n");
    /* the last series does not fit: nothing of the first is kept */
    rows("?on_conflict=replace", CSV, "unique_id,ds,y,z,price\na,2020-03,33,3,7\nb,2019-12,1,1,1\n",
         422);
    expect_data("a,2020-03,3,3,7\n");
}
END_TEST

/* fill=error applies to the stored data, not to each upload by itself. */
START_TEST(nothing_is_missing_where_fill_is_error)
{
    put(&r, &d, "/v1/datasets/a?fill=error", CSV, "day,y\n2020-01-01,1\n2020-01-02,2\n", 201);
    rows("", CSV, "day,y\n2020-01-04,4\n", 422); /* a gap before the new rows */
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "no y at 2020-01-03"));
    rows("?on_conflict=replace", CSV, "day,y\n2020-01-02,20\n2020-01-04,4\n", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "no y at 2020-01-03"));
    rows("?on_conflict=ignore&dry_run=1", CSV, "day,y\n2020-01-03,\n2020-01-04,4\n", 422);
    rows("?on_conflict=replace", CSV, "day,y\n2020-01-03,3\n2020-01-04,\n", 422);
    expect_data("2020-01-02,2\n"); /* nothing was changed */
    /* rows between stored rows are no gap */
    rows("?on_conflict=replace", CSV, "day,y\n2020-01-01,10\n2020-01-02,\n2020-01-03,3\n", 200);
    expect_counts(1, 1, 0);
    rows("?on_conflict=replace", CSV, "day,y\n2020-01-01,11\n2020-01-03,33\n2020-01-04,4\n", 200);
    expect_data("2020-01-01,11\n2020-01-02,2\n2020-01-03,33\n2020-01-04,4\n");
}
END_TEST

START_TEST(new_series_and_covariates_of_the_future_where_fill_is_error)
{
    put(&r, &d, "/v1/datasets/a?fill=error&covariates=price", CSV,
        "unique_id,ds,y,price\na,2020-01,1,9\na,2020-02,2,9\na,2020-03,,9\na,2020-04,,9\n", 201);
    rows("?on_conflict=replace", CSV,
         "unique_id,ds,y,price\nb,2020-01,1,1\nb,2020-02,,1\nb,2020-03,3,1\n", 422);
    rows("?on_conflict=replace", CSV, "unique_id,ds,y,price\na,2020-04,4,9\n", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "no y at 2020-03"));
    rows("", CSV, "unique_id,ds,y,price\na,2020-05,5,9\n", 422);
    rows("?on_conflict=replace", CSV, "unique_id,ds,y,price\na,2020-03,3,9\nb,2020-01,1,1\n", 200);
    rows("?on_conflict=replace", CSV, "unique_id,ds,y,price\na,2020-05,,8\n", 200);
    expect_data("a,2020-05,,8\n");
}
END_TEST

START_TEST(rows_as_json_and_stamps_with_a_time_are_corrected)
{
    put(&r, &d, "/v1/datasets/a", CSV,
        "ds,y\n2020-01-01T00:00:00Z,1\n2020-01-01T00:05:00Z,2\n2020-01-01T00:10:00Z,3\n", 201);
    rows("?on_conflict=replace", JSON,
         "{\"start\":\"2020-01-01T00:05:00Z\",\"frequency\":\"5min\",\"values\":[20,3,4]}", 200);
    expect_counts(1, 1, 1);
    expect_data("2020-01-01T00:05:00Z,20\n");
    rows("?on_conflict=replace", CSV, "ds,y\n2020-01-01T00:10:00Z,30\n", 200);
    expect_counts(0, 1, 0);
    rows("?on_conflict=replace", CSV, "ds,y\n2020-01-01T00:07:00Z,30\n", 422);
    put(&r, &d, "/v1/datasets/a", "text/x-conllu", "1\tdog\t_\tNOUN\t_\t_\t_\t_\t_\t_\n\n", 200);
    rows("?on_conflict=replace", "text/x-conllu", "1\tdog\t_\tNOUN\t_\t_\t_\t_\t_\t_\n\n", 400);
    ck_assert_str_eq(text_at(r.json, "errors.0.parameter"), "on_conflict");
}
END_TEST

START_TEST(a_model_tells_that_its_data_have_changed)
{
    char csv[2048] = "month,y\n", digest[80], etag[80];
    size_t n = strlen(csv);

    for (int i = 0; i < 48; i++)
        n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%d-%02d,%d\n", 2015 + i / 12, i % 12 + 1,
                              i % 12 + i / 12);
    put(&r, &d, "/v1/datasets/a", CSV, csv, 201);
    reply_header(etag, sizeof(etag), &r, "ETag");
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"a\",\"model\":\"m\",\"params\":{\"epochs\":1}}",
            "succeeded");
    get(&r, &d, "/v1/models/m", 200);
    snprintf(digest, sizeof(digest), "\"%s\"", text_at(r.json, "dataset_digest"));
    ck_assert_str_eq(digest, etag);
    ck_assert(cJSON_IsFalse(at(r.json, "dataset_changed")));
    rows("?on_conflict=ignore", CSV, "month,y\n2018-12,14\n", 200);
    get(&r, &d, "/v1/models/m", 200);
    ck_assert(cJSON_IsFalse(at(r.json, "dataset_changed")));
    rows("?on_conflict=replace", CSV, "month,y\n2018-12,99\n", 200);
    get(&r, &d, "/v1/models/m", 200);
    ck_assert(cJSON_IsTrue(at(r.json, "dataset_changed")));
    del(&r, &d, "/v1/datasets/a", 204);
    get(&r, &d, "/v1/models/m", 200);
    ck_assert(cJSON_IsNull(at(r.json, "dataset_changed")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("corrections");
    TCase *t = tcase_create("corrections");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, overlapping_rows_are_refused_replaced_or_ignored);
    tcase_add_test(t, panels_and_columns_are_corrected_or_stay_whole);
    tcase_add_test(t, rows_as_json_and_stamps_with_a_time_are_corrected);
    tcase_add_test(t, a_model_tells_that_its_data_have_changed);
    tcase_add_test(t, nothing_is_missing_where_fill_is_error);
    tcase_add_test(t, new_series_and_covariates_of_the_future_where_fill_is_error);
    suite_add_tcase(s, t);
    return suite_run(s);
}

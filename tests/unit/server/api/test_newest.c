/* test_newest.c - a forecast begins after the newest observation of its model's data set. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

/* Creates the data set or replaces it. */
static void put(const char *csv, const char *covariates)
{
    int status = ask(&(struct call){.handler = api_dataset_put,
                                    .method = HTTP_PUT,
                                    .param = {"d"},
                                    .query = {{covariates ? "covariates" : NULL, covariates}},
                                    .type = "text/csv",
                                    .body = csv})
                     ->status;

    ck_assert(status == 200 || status == 201);
}

/* Months of two stores from 2015 on. */
static void put_stores(int a_months, int b_months)
{
    char csv[8192] = "unique_id,ds,y\n";
    size_t used = strlen(csv);

    for (int i = 0; i < a_months + b_months; i++) {
        int k = i < a_months ? i : i - a_months;

        used += (size_t)snprintf(csv + used, sizeof(csv) - used, "%s,%d-%02d,%d\n",
                                 i < a_months ? "a" : "b", 2015 + k / 12, k % 12 + 1,
                                 100 + 10 * (k % 12) + k);
    }
    put(csv, NULL);
}

static void train_stores(void)
{
    put_stores(48, 48);
    train("{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\","
          "\"params\":{\"epochs\":1,\"patience\":0,\"hidden_size\":1,\"horizon\":2}}");
}

static void append(const char *csv)
{
    expect(200, &(struct call){.handler = api_dataset_append,
                               .method = HTTP_POST,
                               .param = {"d"},
                               .query = {{"on_conflict", "replace"}},
                               .type = "text/csv",
                               .body = csv});
}

static struct call get(const char *from)
{
    return (struct call){.handler = api_forecast_get,
                         .param = {"m"},
                         .query = {{"horizon", "1"}, {"level", ""}, {from ? "from" : NULL, from}}};
}

START_TEST(rows_that_came_since_are_seen)
{
    struct call newest = get(NULL), training = get("training");
    char before[100];
    const struct reply *r;

    train_stores();
    r = expect(200, &newest);
    ck_assert_str_eq(text("series/0/as_of"), "2018-12");
    snprintf(before, sizeof(before), "%s", http_res_get_header(r->res, "ETag"));
    append("unique_id,ds,y\na,2019-01,150\na,2019-02,160\n");
    r = expect(200, &newest);
    ck_assert_str_ne(http_res_get_header(r->res, "ETag"), before);
    ck_assert_str_eq(text("series/0/time/0"), "2019-03");
    ck_assert_str_eq(text("series/0/as_of"), "2019-02");
    ck_assert_str_eq(text("series/1/time/0"), "2019-01"); /* nothing new of b */
    ck_assert_int_eq(cJSON_GetArraySize(member("series/1/notes")), 0);
    expect(200, &training);
    ck_assert_str_eq(text("series/0/time/0"), "2019-01");
    ck_assert_str_eq(text("series/0/as_of"), "2018-12");
}
END_TEST

START_TEST(corrections_are_seen)
{
    struct call newest = get(NULL), training = get("training");
    double before, kept;

    train_stores();
    expect(200, &newest);
    before = number("series/0/mean/0");
    append("unique_id,ds,y\na,2018-11,300\na,2018-12,300\n");
    expect(200, &newest);
    ck_assert_str_eq(text("series/0/time/0"), "2019-01");
    ck_assert_double_ne(number("series/0/mean/0"), before);
    expect(200, &training);
    kept = number("series/0/mean/0");
    ck_assert_double_eq(kept, before);
}
END_TEST

START_TEST(a_missing_last_value_is_not_seen)
{
    struct call newest = get(NULL);

    train_stores();
    append("unique_id,ds,y\na,2019-01,150\na,2019-02,\n");
    expect(200, &newest);
    ck_assert_str_eq(text("series/0/as_of"), "2019-01");
}
END_TEST

/* A series that ends earlier, that has other steps, and a data set that is gone or of another
 * kind. */
START_TEST(other_data_is_not_gone_on_from)
{
    struct call newest = get(NULL);

    train_stores();
    put_stores(36, 50);
    expect(200, &newest);
    ck_assert_str_eq(text("series/0/time/0"), "2019-01");
    ck_assert_str_eq(text("series/0/notes/0/code"), "from_training");
    ck_assert_str_eq(text("series/1/time/0"), "2019-03");
    put("ds,y\n2030-01-01,1\n2030-01-02,2\n2030-01-03,3\n", NULL);
    expect(200, &newest);
    ck_assert_str_eq(text("series/1/time/0"), "2019-01");
    ck_assert_str_eq(text("series/1/notes/0/code"), "from_training");
    expect(204,
           &(struct call){.handler = api_dataset_delete, .method = HTTP_DELETE, .param = {"d"}});
    expect(200, &newest);
    ck_assert_str_eq(text("series/0/time/0"), "2019-01");
    ck_assert_int_eq(cJSON_GetArraySize(member("series/0/notes")), 0);
    put_tagged(handler_files(), "d", "the/DET dog/NOUN");
    expect(200, &newest);
    ck_assert_str_eq(text("series/0/time/0"), "2019-01");
}
END_TEST

/* A response that is cached for one key is not sent to another. */
START_TEST(a_key_sees_no_data_that_it_does_not_cover)
{
    const struct access narrow = {.name = "narrow", .names = "m*"};
    struct call all = get(NULL), one = get(NULL);

    one.key = &narrow;
    train_stores();
    append("unique_id,ds,y\na,2019-01,150\n");
    expect(200, &all);
    ck_assert_str_eq(text("series/0/as_of"), "2019-01");
    expect(200, &one);
    ck_assert_str_eq(text("series/0/as_of"), "2018-12");
    expect(200, &all);
    ck_assert_str_eq(text("series/0/as_of"), "2019-01");
}
END_TEST

/* y follows promo, which is known in advance. */
static void train_with_promo(void)
{
    char csv[4096] = "month,y,promo\n";
    size_t used = strlen(csv);

    for (int i = 0; i < 48; i++)
        used += (size_t)snprintf(csv + used, sizeof(csv) - used, "%d-%02d,%d,%d\n", 2015 + i / 12,
                                 i % 12 + 1, 10 + i % 5 + (i % 3 == 0 ? 20 : 0), i % 3 == 0);
    put(csv, "promo");
    train("{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"future_covariates\":["
          "\"promo\"],"
          "\"params\":{\"epochs\":1,\"patience\":0,\"hidden_size\":1,\"horizon\":2}}");
}

/* The future values of promo are rows without y. */
START_TEST(covariates_of_coming_rows_are_used)
{
    struct call ask_for = get(NULL);

    train_with_promo();
    expect_problem(422, NULL, &ask_for);
    append("month,y,promo\n2019-01,33,1\n2019-02,,1\n");
    expect(200, &ask_for);
    ck_assert_str_eq(text("series/0/time/0"), "2019-02");
    ck_assert_double_gt(number("series/0/mean/0"), 20);
    append("month,y,promo\n2019-02,,0\n");
    expect(200, &ask_for);
    ck_assert_double_lt(number("series/0/mean/0"), 20);
}
END_TEST

START_TEST(a_post_without_histories_goes_on_likewise)
{
    struct call c = {.handler = api_forecast_post,
                     .method = HTTP_POST,
                     .param = {"m"},
                     .type = "application/json",
                     .body = "{\"horizon\":1,\"future_covariates\":{\"promo\":[1]}}"};

    train_with_promo();
    append("month,y,promo\n2019-01,33,1\n");
    expect(200, &c);
    ck_assert_str_eq(text("series/0/as_of"), "2019-01");
    c.body = "{\"horizon\":1,\"from\":\"training\",\"future_covariates\":{\"promo\":[1]}}";
    expect(200, &c);
    ck_assert_str_eq(text("series/0/as_of"), "2018-12");
    c.body = "{\"horizon\":1,\"from\":\"yesterday\",\"future_covariates\":{\"promo\":[1]}}";
    expect_problem(422, "/from", &c);
    c.body = "{\"horizon\":1,\"from\":7,\"future_covariates\":{\"promo\":[1]}}";
    expect_problem(422, "/from", &c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {rows_that_came_since_are_seen,
                                  corrections_are_seen,
                                  a_missing_last_value_is_not_seen,
                                  other_data_is_not_gone_on_from,
                                  a_key_sees_no_data_that_it_does_not_cover,
                                  covariates_of_coming_rows_are_used,
                                  a_post_without_histories_goes_on_likewise};

    return handler_run(suite_create("newest"), tests, sizeof(tests) / sizeof(tests[0]));
}

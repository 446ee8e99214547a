/* test_compare.c - comparison of versions on the same held-out data. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CSV_MAX = 4096 };

/* A season of four over `rows` months, from 2000 on. */
static void put_wave(int rows, int status)
{
    static char csv[CSV_MAX];
    int n = snprintf(csv, sizeof(csv), "month,y\n");

    for (int i = 0; i < rows; i++)
        n += snprintf(csv + n, sizeof(csv) - (size_t)n, "%d-%02d,%d\n", 2000 + i / 12, 1 + i % 12,
                      10 + 5 * (i % 4) + i * 7 % 5);
    expect(status, &(struct call){.handler = api_dataset_put,
                                  .method = HTTP_PUT,
                                  .param = {"x"},
                                  .type = "text/csv",
                                  .body = csv});
}

static void train_net(int epochs)
{
    char job[400];

    snprintf(
        job, sizeof(job),
        "{\"task\":\"forecast\",\"dataset\":\"x\",\"model\":\"m\",\"params\":{\"hidden_size\":2,"
        "\"window\":4,\"horizon\":4,\"test_size\":4,\"ensemble\":false,\"epochs\":%d}}",
        epochs);
    (void)train(job);
}

static struct call compare(const char *versions)
{
    return (struct call){
        .handler = api_model_compare, .param = {"m"}, .query = {{"versions", versions}}};
}

START_TEST(versions_of_the_same_data_are_as_they_were_measured)
{
    struct call c = compare("1,2");
    const struct reply *r;
    char etag[100];
    double first, second;

    put_wave(48, 201);
    train_net(1);
    train_net(3);
    expect(200, &(struct call){.handler = api_version_get, .param = {"m", "1"}});
    first = number("metrics/mae");
    expect(200, &(struct call){.handler = api_version_get, .param = {"m", "2"}});
    second = number("metrics/mae");
    r = expect(200, &c);
    ck_assert_double_eq_tol(number("versions/0/metrics/mae"), first, 1e-9);
    ck_assert_double_eq_tol(number("versions/1/metrics/mae"), second, 1e-9);
    ck_assert(cJSON_IsTrue(member("versions/0/stored")));
    ck_assert(cJSON_IsFalse(member("versions/0/serves")));
    ck_assert(cJSON_IsTrue(member("versions/1/serves")));
    ck_assert_int_eq((int)number("versions/0/seen"), 0);
    ck_assert_int_eq((int)number("held_out/of_version"), 2);
    ck_assert_int_eq((int)number("held_out/observations"), 4);
    ck_assert_int_eq((int)number("held_out/series"), 1);
    ck_assert_str_eq(text("held_out/baseline_method"), "seasonal_naive");
    ck_assert_str_eq(text("held_out/dataset_digest"), text("versions/1/dataset_digest"));
    ck_assert_int_eq(cJSON_GetArraySize(member("params")), 1); /* epochs differ, nothing else */
    ck_assert_int_eq((int)number("params/epochs/0"), 1);
    ck_assert_int_eq((int)number("params/epochs/1"), 3);
    snprintf(etag, sizeof(etag), "%s", http_res_get_header(r->res, "ETag"));
    c.header[0] = (struct http_pair){"If-None-Match", etag};
    expect(304, &c);
}
END_TEST

START_TEST(another_end_of_the_data_is_measured_now)
{
    const struct call c = compare("latest,1");

    put_wave(48, 201);
    train_net(1);
    put_wave(50, 200);
    train_net(1);
    put_wave(53, 200); /* rows came since: they are not looked at */
    expect(200, &c);
    ck_assert_int_eq((int)number("versions/0/version"), 2);
    ck_assert(cJSON_IsTrue(member("versions/0/stored")));
    ck_assert(cJSON_IsFalse(member("versions/1/stored")));
    ck_assert_int_eq((int)number("versions/1/seen"), 2);
    ck_assert_double_gt(number("versions/1/metrics/mae"), 0);
    ck_assert_str_ne(text("versions/0/dataset_digest"), text("versions/1/dataset_digest"));
    ck_assert_str_ne(text("versions/0/dataset_digest"), text("held_out/dataset_digest"));
    ck_assert_int_eq(cJSON_GetArraySize(member("params")), 0);
}
END_TEST

START_TEST(without_the_data_nothing_is_measured)
{
    const struct call c = compare("1,2");

    put_wave(48, 201);
    train_net(1);
    train_net(1);
    expect(204,
           &(struct call){.handler = api_dataset_delete, .method = HTTP_DELETE, .param = {"x"}});
    expect(200, &c);
    ck_assert(cJSON_IsNull(member("held_out")));
    ck_assert(cJSON_IsNull(member("versions/0/metrics")));
    ck_assert_ptr_nonnull(strstr(text("versions/1/reason"), "not there any more"));
}
END_TEST

START_TEST(imports_held_nothing_out)
{
    const struct call c = compare("1,2");

    import("m", "forecaster-fitted");
    import("m", "forecaster-fitted");
    expect(200, &c);
    ck_assert(cJSON_IsNull(member("held_out")));
    ck_assert_ptr_nonnull(strstr(text("versions/0/reason"), "held anything out"));
    ck_assert(cJSON_IsNull(member("versions/0/seen")));
    ck_assert(cJSON_IsNull(member("versions/0/dataset")));
}
END_TEST

START_TEST(taggers_are_measured_on_the_same_sentences)
{
    static const char job[] =
        "{\"task\":\"tag\",\"dataset\":\"w\",\"model\":\"m\",\"params\":{\"hidden_size\":4,"
        "\"embedding_dim\":4,\"test_size\":2,\"epochs\":%d}}";
    const struct call c = compare("1,2");
    char body[300];

    put_tagged(handler_files(), "w",
               "the/DET saw/NN|we/PRON saw/VB|the/DET saw/NN|we/PRON saw/VB|the/DET saw/NN|we/PRON "
               "saw/VB|the/DET saw/NN|we/PRON saw/VB|the/DET saw/NN|we/PRON saw/VB");
    for (int i = 1; i <= 2; i++) {
        snprintf(body, sizeof(body), job, 20 * i);
        (void)train(body);
    }
    expect(200, &c);
    ck_assert_int_eq((int)number("held_out/tokens"), 4);
    ck_assert_str_eq(text("held_out/baseline_method"), "most_frequent_tag");
    ck_assert_double_eq_tol(number("held_out/baseline/accuracy"), 0.75, 1e-12);
    ck_assert_int_eq((int)number("versions/0/metrics/tokens"), 4);
    ck_assert_double_ge(number("versions/1/metrics/accuracy"), 0);
}
END_TEST

START_TEST(what_cannot_be_compared_is_refused)
{
    struct call c = compare("1,1");
    const struct access bound = {.name = "k", .scopes = SCOPE_PREDICT, .names = "m"};

    put_wave(48, 201);
    train_net(1);
    train_net(1);
    expect_problem(422, "?versions", &c);
    c.query[0].value = "2,latest";
    expect_problem(422, "?versions", &c);
    c.query[0].value = "1,9";
    expect_problem(404, NULL, &c);
    c.query[0].value = "1,production";
    expect_problem(404, NULL, &c);
    c.query[0].name = NULL;
    expect_problem(400, "?versions", &c);
    c = compare("1,2");
    c.param[0] = "n";
    expect_problem(404, NULL, &c);
    c = compare("1,2");
    c.key = &bound; /* it may use the model, but not its data set */
    expect_problem(403, NULL, &c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        versions_of_the_same_data_are_as_they_were_measured,
        another_end_of_the_data_is_measured_now,
        without_the_data_nothing_is_measured,
        imports_held_nothing_out,
        taggers_are_measured_on_the_same_sentences,
        what_cannot_be_compared_is_refused,
    };

    return handler_run(suite_create("api compare"), tests, sizeof(tests) / sizeof(tests[0]));
}

/* test_kserve.c - the Open Inference Protocol on the wire: the server, models, inference, keys, and
 * hostile input. */
#include "tests/integration/suite.h"

#include <lstm/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

static void start(const char *const *args)
{
    daemon_init(&d);
    daemon_start(&d, args);
}

static void setup(void)
{
    static const char *const args[] = {"--kserve", NULL};
    char *csv = example("airpassengers.csv"), *tutorial = example("tutorial.json");

    start(args);
    put(&r, &d, "/v1/datasets/flights", "text/csv", csv, 201);
    put(&r, &d, "/v1/datasets/tutorial", "application/json", tutorial, 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
            "\"params\":{\"epochs\":2,\"ensemble\":false}}",
            "succeeded");
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"tutorial\",\"model\":\"tagger\","
            "\"recipe\":\"tutorial-tagger\"}",
            "succeeded");
    free(csv);
    free(tutorial);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* An infer request with a history of `rows` rows of 40 values. */
static char *history(int rows, const char *more)
{
    struct buf b;
    char *text = NULL;
    size_t len;

    buf_init(&b, 1 << 24);
    buf_printf(&b,
               "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP64\",\"shape\":[%d,40],"
               "\"data\":[",
               rows);
    for (int i = 0; i < rows * 40; i++)
        buf_printf(&b, "%s%d", i ? "," : "", 100 + i % 40 + 10 * (i % 12));
    buf_printf(&b, "]}]%s}", more);
    ck_assert_int_eq(buf_take(&b, &text, &len, NULL), ST_OK);
    return text;
}

START_TEST(it_is_there_only_when_it_is_switched_on)
{
    struct daemon other;

    daemon_init(&other);
    daemon_start(&other, NULL);
    get(&r, &other, "/v2", 404);
    get(&r, &other, "/v2/health/live", 404);
    daemon_free(&other);
    get(&r, &d, "/v2", 200);
    ck_assert_str_eq(text_at(r.json, "name"), "lstmd");
    get(&r, &d, "/v2/health/live", 200);
    get(&r, &d, "/v2/health/ready", 200);
    ck_assert(cJSON_IsTrue(at(r.json, "ready")));
}
END_TEST

START_TEST(models_are_described)
{
    get(&r, &d, "/v2/models/flights", 200);
    ck_assert_str_eq(text_at(r.json, "outputs.0.name"), "mean");
    get(&r, &d, "/v2/models/tagger/versions/1", 200);
    ck_assert_str_eq(text_at(r.json, "outputs.1.name"), "tags");
    get(&r, &d, "/v2/models/tagger/versions/1/ready", 200);
    get(&r, &d, "/v2/models/tagger/ready", 200);
    get(&r, &d, "/v2/models/none/ready", 404);
    (void)text_at(r.json, "error");
    get(&r, &d, "/v2/models/tagger/versions/0", 400);
    (void)text_at(r.json, "error");
}
END_TEST

/* The numbers are those of the API. */
START_TEST(a_batch_of_histories_is_forecast)
{
    char *body = history(3, ",\"id\":\"a\",\"parameters\":{\"horizon\":4,\"level\":80}");
    double mean;

    post(&r, &d, "/v2/models/flights/infer", body, 200);
    ck_assert_str_eq(text_at(r.json, "id"), "a");
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "outputs")), 3);
    ck_assert_int_eq((int)number_at(r.json, "outputs.0.shape.0"), 3);
    ck_assert_int_eq((int)number_at(r.json, "outputs.0.shape.1"), 4);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "outputs.2.data")), 12);
    mean = number_at(r.json, "outputs.0.data.1");
    ck_assert_double_lt(number_at(r.json, "outputs.1.data.1"), mean);
    ck_assert_double_gt(number_at(r.json, "outputs.2.data.1"), mean);
    free(body);
    body = history(1, ",\"outputs\":[{\"name\":\"mean\"}],\"parameters\":{\"horizon\":4}");
    post(&r, &d, "/v2/models/flights/versions/1/infer", body, 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "outputs")), 1);
    ck_assert_double_eq(number_at(r.json, "outputs.0.data.1"), mean);
    free(body);
}
END_TEST

START_TEST(texts_are_tagged)
{
    post(&r, &d, "/v2/models/tagger/infer",
         "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[3],\"data\":[\"The dog "
         "ate the apple\",\"\",\"The dog\"]}]}",
         200);
    ck_assert_str_eq(text_at(r.json, "outputs.1.data.0"), "DET NN V DET NN");
    ck_assert_str_eq(text_at(r.json, "outputs.1.data.1"), "");
    ck_assert_str_eq(text_at(r.json, "outputs.1.data.2"), "DET NN");
}
END_TEST

START_TEST(lemmas_and_features_are_outputs_of_models_that_have_them)
{
    static const char body[] =
        "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[2],"
        "\"data\":[\"The dogs ate\",\"cats\"]}]}";
    char *text = example("treebank.conllu");

    put(&r, &d, "/v1/datasets/treebank", "text/x-conllu", text, 201);
    run_job(
        &r, &d,
        "{\"task\":\"tag\",\"dataset\":\"treebank\",\"model\":\"words\",\"params\":{\"members\":1,"
        "\"epochs\":40}}",
        "succeeded");
    post(&r, &d, "/v2/models/words/infer", body, 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "outputs")), 4);
    ck_assert_str_eq(text_at(r.json, "outputs.2.name"), "feats");
    ck_assert_str_eq(text_at(r.json, "outputs.3.name"), "lemmas");
    ck_assert_str_eq(text_at(r.json, "outputs.3.data.0"), "the dog eat");
    ck_assert_str_eq(text_at(r.json, "outputs.3.data.1"), "cat");
    get(&r, &d, "/v2/models/words", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "outputs")), 4);
    get(&r, &d, "/v2/models/tagger", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "outputs")), 2);
    post(&r, &d, "/v2/models/tagger/infer", body, 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "outputs")), 2);
    free(text);
}
END_TEST

static void refuse(const char *model, const char *body, long status, const char *text)
{
    char path[100];

    snprintf(path, sizeof(path), "/v2/models/%s/infer", model);
    post(&r, &d, path, body, status);
    ck_assert_msg(strstr(text_at(r.json, "error"), text) != NULL, "%s", r.body);
}

START_TEST(faults_have_the_form_of_the_protocol)
{
    char *body = history(1, ",\"parameters\":{\"horizon\":0}");

    refuse("flights", body, 422, "horizon is 0");
    refuse("none",
           "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":["
           "\"a\"]}]}",
           404, "no model 'none'");
    refuse("flights",
           "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],"
           "\"data\":[\"a\"]}]}",
           409, "forecasts");
    refuse("flights", "[", 400, "not valid JSON");
    refuse("flights",
           "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP64\",\"shape\":[3],"
           "\"data\":[1]}]}",
           422, "/inputs/0/data");
    free(body);
}
END_TEST

START_TEST(large_requests_are_bounded)
{
    char *body = history(10001, "");

    refuse("flights", body, 422, "1 to 10000 rows");
    free(body);
    body = history(1, "");
    memset(body, '[', strlen(body));
    refuse("flights", body, 400, "");
    free(body);
    get(&r, &d, "/v2/health/ready", 200);
}
END_TEST

START_TEST(keys_hold)
{
    static const char *const args[] = {"--kserve", "--api-key", "root", NULL};
    char key[120];

    start(args);
    get_keyed(&r, &d, "", "/v2/health/ready", 200);
    get_keyed(&r, &d, "", "/v2/models/a", 401);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/keys",
                                .type = "application/json",
                                .body = "{\"name\":\"k\",\"scopes\":[\"read\"],\"names\":\"a*\"}",
                                .headers = {"X-API-Key: root"}});
    expect_status(&r, 201, "key");
    snprintf(key, sizeof(key), "%s", text_at(r.json, "key"));
    get_keyed(&r, &d, key, "/v2/models/a", 404);
    get_keyed(&r, &d, key, "/v2/models/b", 403);
    get_keyed(&r, &d, key, "/v2/models/b/versions/1/ready", 403);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kserve");
    TCase *open = tcase_create("open"), *keys = tcase_create("keys");

    tcase_add_unchecked_fixture(open, setup, teardown);
    tcase_set_timeout(open, 120);
    tcase_add_test(open, it_is_there_only_when_it_is_switched_on);
    tcase_add_test(open, models_are_described);
    tcase_add_test(open, a_batch_of_histories_is_forecast);
    tcase_add_test(open, texts_are_tagged);
    tcase_add_test(open, lemmas_and_features_are_outputs_of_models_that_have_them);
    tcase_add_test(open, faults_have_the_form_of_the_protocol);
    tcase_add_test(open, large_requests_are_bounded);
    tcase_add_checked_fixture(keys, NULL, teardown);
    tcase_add_test(keys, keys_hold);
    suite_add_tcase(s, open);
    suite_add_tcase(s, keys);
    return suite_run(s);
}

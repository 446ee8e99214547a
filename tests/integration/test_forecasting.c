/* test_forecasting.c - requests of a forecaster's user over HTTP, besides one training and one
 * forecast. */
#include "tests/integration/suite.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

static void setup(void)
{
    char *text;

    daemon_init(&d);
    daemon_start(&d, NULL);
    text = example("airpassengers.csv");
    put(&r, &d, "/v1/datasets/flights", "text/csv", text, 201);
    free(text);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

START_TEST(backtest)
{
    char path[128], id[64];

    run_job(
        &r, &d,
        "{\"task\":\"backtest\",\"dataset\":\"flights\",\"windows\":3,\"step\":6,\"horizon\":12,"
        "\"params\":{\"epochs\":5,\"hidden_size\":8,\"threads\":2}}",
        "succeeded");
    ck_assert_str_eq(text_at(r.json, "task"), "backtest");
    ck_assert_int_eq((int)number_at(r.json, "windows"), 3);
    ck_assert_int_eq((int)number_at(r.json, "step"), 6);
    ck_assert(number_at(r.json, "metrics.mase") > 0);
    ck_assert(number_at(r.json, "metrics.seasonal_naive.mase") > 0);
    ck_assert(number_at(r.json, "metrics.ets.mase") > 0);
    ck_assert(number_at(r.json, "metrics.ets.mase") <
              number_at(r.json, "metrics.seasonal_naive.mase"));
    ck_assert_int_eq(!!cJSON_IsTrue(at(r.json, "metrics.beats_baseline")),
                     number_at(r.json, "metrics.mase") <
                         number_at(r.json, "metrics.seasonal_naive.mase"));
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    snprintf(path, sizeof(path), "/v1/jobs/%s/backtest", id);
    get(&r, &d, path, 200);
    ck_assert_str_eq(text_at(r.json, "forecasts.0.time.0"),
                     "1959-01"); /* 144 - 12 - 12 rows before */
    ck_assert_str_eq(text_at(r.json, "forecasts.2.time.11"), "1960-12");
    ck_assert_int_eq((int)number_at(r.json, "forecasts.2.truth.11"), 432);
    ck_assert_int_eq((int)number_at(r.json, "forecasts.2.seasonal_naive.11"), 405);
    ck_assert(number_at(r.json, "forecasts.2.lower.95.0") <=
              number_at(r.json, "forecasts.2.lower.80.0"));
    ck_assert(number_at(r.json, "forecasts.0.metrics.ets.mae") > 0);
    ck_assert(number_at(r.json, "forecasts.2.ets.11") > 300 &&
              number_at(r.json, "forecasts.2.ets.11") < 600);
    ck_assert(number_at(r.json, "per_step.mase.11") > 0);
    ck_assert(number_at(r.json, "per_step.ets.11") > 0);
    get(&r, &d, "/v1/models", 200); /* no model was made */
    ck_assert_ptr_null(strstr(r.body, "\"version\""));
}
END_TEST

START_TEST(warm_start)
{
    static const char *const wrong[][3] = {
        {"\"warn\"", "did you mean 'warm'", "/warm_start_from"},
        {"\"warm/7\"", "no version 7", "/warm_start_from"},
        {"\"warm/\"", "names no model", "/warm_start_from"},
        {"\"warm/0\"", "count from 1", "/warm_start_from"},
        {"\"warm\",\"params\":{\"hidden_size\":9}", "hidden_size is 9", "/params/hidden_size"},
        {"\"warm\",\"recipe\":\"tutorial-sine\"", "leave it out", "/recipe"},
        {"\"warm\",\"search\":{\"trials\":2}", "a search", "/warm_start_from"}};

    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"warm\","
            "\"params\":{\"epochs\":4,\"hidden_size\":8,\"seed\":3}}",
            "succeeded");
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"warm\","
            "\"warm_start_from\":\"warm\",\"params\":{\"epochs\":2}}",
            "succeeded");
    ck_assert_str_eq(text_at(r.json, "warm_start_from"), "warm/1");
    ck_assert_int_eq((int)number_at(r.json, "model_version"), 2);
    ck_assert_int_eq((int)number_at(r.json, "params.hidden_size"), 8); /* of the model */
    ck_assert_int_eq((int)number_at(r.json, "params.seed"), 3);
    ck_assert_int_eq((int)number_at(r.json, "params.epochs"), 2); /* of the request */
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char body[400];

        snprintf(body, sizeof(body),
                 "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"warm\","
                 "\"warm_start_from\":%s}",
                 wrong[i][0]);
        post(&r, &d, "/v1/jobs", body, i < 2 ? 404 : 422);
        ck_assert_msg(strstr(r.body, wrong[i][1]), "%s", r.body);
        ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), wrong[i][2]);
    }
}
END_TEST

START_TEST(backtests_that_cannot_be)
{
    char path[128];

    post(&r, &d, "/v1/jobs", "{\"task\":\"backtest\",\"dataset\":\"flights\",\"windows\":0}", 422);
    ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), "/windows");
    post(&r, &d, "/v1/jobs", "{\"task\":\"backtest\",\"dataset\":\"flights\",\"windows\":900}",
         422);
    ck_assert_ptr_nonnull(strstr(r.body, "900 windows"));
    post(&r, &d, "/v1/jobs", "{\"task\":\"backtest\",\"dataset\":\"flights\",\"step\":1.5}", 422);
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"m\",\"windows\":2}", 422);
    post(&r, &d, "/v1/jobs", "{\"task\":\"backtest\",\"dataset\":\"flihgts\"}", 404);
    run_job(
        &r, &d,
        "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"m\",\"params\":{\"epochs\":1}}",
        "succeeded");
    snprintf(path, sizeof(path), "/v1/jobs/%s/backtest", text_at(r.json, "id"));
    get(&r, &d, path, 404);
    get(&r, &d, "/v1/jobs/nobody/backtest", 404);
}
END_TEST

static void train(void)
{
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"m\",\"params\":{"
            "\"epochs\":5,\"hidden_size\":8,\"test_size\":0}}",
            "succeeded");
}

START_TEST(search)
{
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"s\",\"params\":{"
            "\"epochs\":2,\"num_layers\":1,\"test_size\":12},\"search\":{\"trials\":3}}",
            "succeeded");
    ck_assert_int_eq((int)number_at(r.json, "search.trials"), 3);
    /* Automatic values are chosen anew at each origin, never from later observations. */
    ck_assert_int_eq((int)number_at(r.json, "params.window"), 0);
    ck_assert_int_eq((int)number_at(r.json, "params.season_length"), 0);
    ck_assert_int_eq((int)number_at(r.json, "metrics.search.trials"), 3);
    ck_assert(number_at(r.json, "metrics.search.score") > 0);
    get(&r, &d, "/v1/models/s", 200);
    ck_assert_int_gt((int)number_at(r.json, "params.window"), 0);
    get(&r, &d, "/v1/models/s/evaluation", 200);
    for (int i = 0; i < 3; i++) {
        char path[64];

        snprintf(path, sizeof(path), "search.tried.%d.score", i);
        ck_assert(number_at(r.json, path) >= number_at(r.json, "search.score"));
        snprintf(path, sizeof(path), "search.tried.%d.params.epochs", i);
        ck_assert_int_eq((int)number_at(r.json, path), 2); /* given, so not searched */
    }
    post(
        &r, &d, "/v1/jobs",
        "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"s\",\"search\":{\"trials\":0}}",
        422);
    ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), "/search/trials");
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"s\",\"search\":{\"tries\":9}}",
         422);
}
END_TEST

START_TEST(evaluation_drawn)
{
    char type[64];

    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"e\",\"params\":{"
            "\"epochs\":3,\"hidden_size\":8,\"test_size\":12}}",
            "succeeded");
    get(&r, &d, "/v1/models/e/evaluation?format=svg", 200);
    ck_assert_str_eq(reply_header(type, sizeof(type), &r, "Content-Type"), "image/svg+xml");
    ck_assert_ptr_nonnull(strstr(r.body, "flights"));
    ck_assert_ptr_nonnull(strstr(r.body, "</svg>"));
    ck_assert_ptr_nonnull(strstr(r.body, ">passengers</text>"));
    get(&r, &d, "/v1/models/e/evaluation?format=csv", 406);
    get(&r, &d, "/v1/models/e/evaluation?format=bmp", 400);
    train();
    get(&r, &d, "/v1/models/m/evaluation?format=svg", 404);
    get(&r, &d, "/v1/models/m/evaluation", 200);
}
END_TEST

/* Observations are appended, and the model forecasts from them without a new training. */
START_TEST(living_data)
{
    double before;

    train();
    get(&r, &d, "/v1/models/m/forecast?horizon=1", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "1961-01");
    post(&r, &d, "/v1/models/m/forecast", "{\"dataset\":\"flights\",\"horizon\":2}", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "1961-01");
    before = number_at(r.json, "series.0.mean.1");
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/flights/rows",
                                .type = "text/csv",
                                .body = "month,passengers\n1961-01,520\n"});
    expect_status(&r, 200, "append");
    post(&r, &d, "/v1/models/m/forecast", "{\"dataset\":\"flights\",\"horizon\":1}", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "1961-02");
    ck_assert(number_at(r.json, "series.0.mean.0") != before);
    post(&r, &d, "/v1/models/m/forecast", "{\"dataset\":\"flight\",\"horizon\":1}", 404);
    post(&r, &d, "/v1/models/m/forecast", "{\"dataset\":\"flights\",\"values\":[1]}", 422);
}
END_TEST

START_TEST(anomalies)
{
    static char body[60000];

    train();
    post(&r, &d, "/v1/models/m/anomalies", "{\"dataset\":\"flights\",\"last\":12,\"level\":99}",
         200);
    ck_assert_int_le((int)number_at(r.json, "series.0.anomalies"), 3);
    ck_assert(number_at(r.json, "series.0.drift") > 0);
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "1960-01");
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/flights/rows",
                                .type = "text/csv",
                                .body = "month,passengers\n1961-01,1500\n"});
    expect_status(&r, 200, "append");
    post(&r, &d, "/v1/models/m/anomalies", "{\"dataset\":\"flights\",\"last\":1}", 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.anomalies"), 1);
    ck_assert(number_at(r.json, "series.0.upper.0") < 1500);
    ck_assert(number_at(r.json, "series.0.drift") > 3);
    post(&r, &d, "/v1/models/m/anomalies", "{\"values\":[1,2]}", 422);
    for (size_t n = (size_t)snprintf(body, sizeof(body), "{\"last\":1000,\"values\":[1"), i = 0;
         i < 25000; i++)
        n += (size_t)snprintf(body + n, sizeof(body) - n, i < 24999 ? ",1" : ",1]}");
    post(&r, &d, "/v1/models/m/anomalies", body, 413); /* 25 million values to read */
    post(&r, &d, "/v1/models/m/anomalies", "{\"dataset\":\"flights\",\"level\":100}", 422);
    post(&r, &d, "/v1/models/m/anomalies", "{\"dataset\":\"flights\",\"last\":0}", 422);
    post(&r, &d, "/v1/models/m/anomalies", "{\"dataset\":\"flights\",\"lst\":1}", 422);
    post(&r, &d, "/v1/models/nobody/anomalies", "{\"dataset\":\"flights\"}", 404);
}
END_TEST

/* The largest that every reader of JSON keeps: 2^53 - 1. */
START_TEST(the_largest_seed_comes_back_as_it_is)
{
    static const char seed[] = "\"seed\":9007199254740991";
    static const char job[] =
        "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"seeded\",\"recipe\":"
        "\"tutorial-flights\",\"params\":{\"epochs\":1,\"seed\":900719925474099%d}}";
    struct request import = {
        .method = "PUT", .path = "/v1/models/copy/checkpoint", .type = "application/octet-stream"};
    char body[400], *file;

    snprintf(body, sizeof(body), job, 2);
    post(&r, &d, "/v1/jobs", body, 422);
    snprintf(body, sizeof(body), job, 1);
    run_job(&r, &d, body, "succeeded");
    ck_assert_msg(strstr(r.body, seed), "%s", r.body);
    get(&r, &d, "/v1/models/seeded", 200);
    ck_assert_msg(strstr(r.body, seed), "%s", r.body);
    get(&r, &d, "/v1/models/seeded/versions", 200);
    ck_assert_msg(strstr(r.body, seed), "%s", r.body);
    get(&r, &d, "/v1/models/seeded/checkpoint", 200);
    file = malloc(r.len);
    ck_assert_ptr_nonnull(file);
    memcpy(file, r.body, r.len);
    import.body = file;
    import.len = r.len;
    http_send(&r, &d, &import);
    expect_status(&r, 201, import.path);
    ck_assert_msg(strstr(r.body, seed), "%s", r.body);
    free(file);
}
END_TEST

static double number_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

static double number_of(const char *format, ...)
{
    char path[128];
    va_list args;

    va_start(args, format);
    vsnprintf(path, sizeof(path), format, args);
    va_end(args);
    return number_at(r.json, path);
}

START_TEST(an_explanation_adds_up_to_the_mean)
{
    double weights = 0;
    int members;

    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
            "\"params\":{\"epochs\":3,\"hidden_size\":8,\"threads\":2}}",
            "succeeded");
    get(&r, &d, "/v1/models/flights/forecast?horizon=18&explain=1", 200);
    for (int h = 0; h < 18; h++) {
        double mean = number_of("series.0.mean.%d", h), sum = 0;
        const cJSON *part;

        cJSON_ArrayForEach(part, at(r.json, "series.0.explanation.parts")) sum +=
            number_of("series.0.explanation.parts.%s.%d", part->string, h);
        ck_assert_double_eq_tol(sum, mean, 1e-6 * mean);
    }
    members = cJSON_GetArraySize(at(r.json, "series.0.explanation.members"));
    ck_assert_int_gt(members, 3);
    for (int k = 0; k < members; k++)
        weights += number_of("series.0.explanation.members.%d.weight", k);
    ck_assert_double_eq_tol(weights, 1, 1e-6);
    ck_assert(cJSON_IsTrue(at(r.json, "series.0.explanation.season.taken")));
    get(&r, &d, "/v1/models/flights/forecast?horizon=18", 200);
    ck_assert_ptr_null(cJSON_GetObjectItem(at(r.json, "series.0"), "explanation"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecasting");
    TCase *t = tcase_create("forecasting");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, backtest);
    tcase_add_test(t, backtests_that_cannot_be);
    tcase_add_test(t, warm_start);
    tcase_add_test(t, search);
    tcase_add_test(t, evaluation_drawn);
    tcase_add_test(t, living_data);
    tcase_add_test(t, the_largest_seed_comes_back_as_it_is);
    tcase_add_test(t, anomalies);
    tcase_add_test(t, an_explanation_adds_up_to_the_mean);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_tutorials.c - the three tutorials and the default recipes, through the HTTP API alone. */
#include "tests/integration/suite.h"

#include <math.h>
#include <stdio.h>
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
    text = example("sine.csv");
    put(&r, &d, "/v1/datasets/sine", "text/csv", text, 201);
    free(text);
    text = example("tutorial.json");
    put(&r, &d, "/v1/datasets/tutorial", "application/json", text, 201);
    free(text);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Median over five seeds of a metric of tutorial-sine with windows of k. */
static double sine_median(int k, const char *metric)
{
    double v[5];
    char body[256], path[64];

    snprintf(path, sizeof(path), "metrics.%s", metric);
    for (int seed = 0; seed < 5; seed++) {
        snprintf(body, sizeof(body),
                 "{\"task\":\"forecast\",\"dataset\":\"sine\",\"model\":\"sine\","
                 "\"recipe\":\"tutorial-sine\",\"params\":{\"seed\":%d,\"window\":%d}}",
                 seed, k);
        run_job(&r, &d, body, "succeeded");
        v[seed] = number_at(r.json, path);
    }
    qsort(v, 5, sizeof(v[0]), by_size);
    return v[2];
}

START_TEST(sine_ends_where_pytorch_ends)
{
    double k10 = sine_median(10, "last_batch_loss"), k5 = sine_median(5, "last_batch_loss");

    /* Single seeds of PyTorch's end from 0.005 to 0.016. */
    ck_assert_msg(k10 > 0.005 && k10 < 0.016, "k = 10: last-step loss %g", k10);
    ck_assert_msg(k5 > 0.005 && k5 < 0.016, "k = 5: last-step loss %g", k5);
}
END_TEST

START_TEST(sine_predicts_the_remaining_windows)
{
    get(&r, &d, "/v1/models/sine/evaluation", 200);
    /* 900 values give 894 windows of 5, of which 700 were trained on. */
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.forecast")), 194);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.truth")), 194);
    ck_assert_double_lt(number_at(r.json, "metrics.test_mse"), 0.5);
    ck_assert(cJSON_IsNull(at(r.json, "per_step")));
}
END_TEST

START_TEST(flights_is_reproduced_with_the_baseline_beside_it)
{
    char digest[80];

    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights-tutorial\","
            "\"recipe\":\"tutorial-flights\",\"params\":{\"seed\":1}}",
            "succeeded");
    ck_assert_int_eq((int)number_at(r.json, "params.hidden_size"), 100);
    ck_assert_int_eq((int)number_at(r.json, "progress.epoch"), 150);
    get(&r, &d, "/v1/models/flights-tutorial/evaluation", 200);
    ck_assert_double_eq_tol(number_at(r.json, "baseline.mape"), 9.99, 0.05);
    ck_assert_double_gt(number_at(r.json, "metrics.mape"), 1);
    ck_assert_double_lt(number_at(r.json, "metrics.mape"), 100);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.forecast")), 12);
    get(&r, &d, "/v1/models/flights-tutorial", 200);
    snprintf(digest, sizeof(digest), "%s", text_at(r.json, "digest"));
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights-again\","
            "\"recipe\":\"tutorial-flights\",\"params\":{\"seed\":1}}",
            "succeeded");
    get(&r, &d, "/v1/models/flights-again", 200);
    ck_assert_str_eq(text_at(r.json, "digest"), digest);
}
END_TEST

START_TEST(tagger_tags_the_first_sentence)
{
    static const char *const expect[] = {"DET", "NN", "V", "DET", "NN"};
    double before, after;

    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"tutorial\",\"model\":\"tagger\","
            "\"recipe\":\"tutorial-tagger\"}",
            "succeeded");
    post(&r, &d, "/v1/models/tagger/tag?all_scores=1", "{\"text\":\"The dog ate the apple\"}", 200);
    for (int i = 0; i < 5; i++) {
        char path[64];

        snprintf(path, sizeof(path), "sentences.0.tags.%d", i);
        ck_assert_str_eq(text_at(r.json, path), expect[i]);
    }
    ck_assert_double_gt(number_at(r.json, "sentences.0.scores.0"), 0.5);
    ck_assert_double_gt(number_at(r.json, "sentences.0.all_scores.0.DET"), log(0.5));
    get(&r, &d, "/v1/models/tagger/evaluation", 200);
    before = number_at(r.json, "loss_before");
    after = number_at(r.json, "loss_after");
    ck_assert_double_lt(after, before / 2);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "first_sentence.scores_before")), 5);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "first_sentence.scores_after")), 5);
}
END_TEST

START_TEST(default_forecast_beats_seasonal_naive_clearly)
{
    char body[200];

    snprintf(body, sizeof(body),
             "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
             "\"params\":{\"seed\":%d}}",
             _i);
    run_job(&r, &d, body, "succeeded");
    get(&r, &d, "/v1/models/flights/evaluation", 200);
    ck_assert_double_lt(number_at(r.json, "metrics.mape"), 7.5);
    ck_assert_double_lt(number_at(r.json, "metrics.mape"), number_at(r.json, "baseline.mape"));
    ck_assert(cJSON_IsTrue(at(r.json, "beats_baseline")));
    /* R's rwf() and snaive() give the same errors. */
    ck_assert_double_eq_tol(number_at(r.json, "metrics.naive.mape"), 14.25134, 1e-4);
    ck_assert_double_eq_tol(number_at(r.json, "series.0.metrics.naive.mase"), 2.495895, 1e-5);
    ck_assert_double_eq_tol(number_at(r.json, "metrics.seasonal_naive.mape"), 9.987533, 1e-5);
    ck_assert_double_lt(number_at(r.json, "metrics.ets.mape"), 8);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.naive")), 12);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.ets")), 12);
    for (int i = 0; i < 3; i++) {
        static const char *const of[] = {"mase", "seasonal_naive", "ets"};
        char path[64];
        double sum = 0;

        for (int h = 0; h < 12; h++) {
            snprintf(path, sizeof(path), "per_step.%s.%d", of[i], h);
            sum += number_at(r.json, path) / 12;
        }
        snprintf(path, sizeof(path), "metrics.%s%smase", i ? of[i] : "", i ? "." : "");
        ck_assert_double_eq_tol(sum, number_at(r.json, path), 1e-6);
    }
}
END_TEST

START_TEST(forecast_goes_on_from_the_end_of_the_data)
{
    get(&r, &d, "/v1/models/flights/forecast?horizon=12&level=80,95", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "1961-01");
    ck_assert_str_eq(text_at(r.json, "series.0.time.11"), "1961-12");
    for (int h = 0; h < 12; h++) {
        char p[64];
        double mean, lo80, lo95, hi80, hi95;

        snprintf(p, sizeof(p), "series.0.mean.%d", h);
        mean = number_at(r.json, p);
        snprintf(p, sizeof(p), "series.0.lower.80.%d", h);
        lo80 = number_at(r.json, p);
        snprintf(p, sizeof(p), "series.0.lower.95.%d", h);
        lo95 = number_at(r.json, p);
        snprintf(p, sizeof(p), "series.0.upper.80.%d", h);
        hi80 = number_at(r.json, p);
        snprintf(p, sizeof(p), "series.0.upper.95.%d", h);
        hi95 = number_at(r.json, p);
        ck_assert(0 <= lo95 && lo95 <= lo80 && lo80 <= mean && mean <= hi80 && hi80 <= hi95);
        ck_assert(mean > 250 && mean < 900);
    }
}
END_TEST

START_TEST(default_tagger_learns_and_takes_unknown_words)
{
    run_job(&r, &d, "{\"task\":\"tag\",\"dataset\":\"tutorial\",\"model\":\"toy\"}", "succeeded");
    post(&r, &d, "/v1/models/toy/tag", "{\"tokens\":[\"The\",\"zebra\",\"read\"]}", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences.0.tags")), 3);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tutorials over HTTP");
    TCase *t = tcase_create("tutorials");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, sine_ends_where_pytorch_ends);
    tcase_add_test(t, sine_predicts_the_remaining_windows);
    tcase_add_test(t, flights_is_reproduced_with_the_baseline_beside_it);
    tcase_add_test(t, tagger_tags_the_first_sentence);
    tcase_add_loop_test(t, default_forecast_beats_seasonal_naive_clearly, 0, 3);
    tcase_add_test(t, forecast_goes_on_from_the_end_of_the_data);
    tcase_add_test(t, default_tagger_learns_and_takes_unknown_words);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_covariates.c - covariates over HTTP: upload, training, forecasts with their future
 * values. */
#include "tests/integration/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 240, AHEAD = 6, SEASON = 12 };

static struct daemon d;
static struct reply r;
static char csv[64 * (N + AHEAD)], body[4096];

/* Pseudo-random, without a pattern that could be learnt; the same on every machine. */
static double heat(int i)
{
    unsigned v = (unsigned)i * 2654435761u;

    v ^= v >> 15;
    v *= 2246822519u;
    v ^= v >> 13;
    return (double)(v % 2000) / 100 - 10;
}

static double load(int i)
{
    return 100 + 5 * sin(2 * M_PI * i / SEASON) + 3 * fmax(heat(i), 0) + 0.1 * heat(i + 7);
}

/* Rows first..end-1; from `known` on only the covariate is there. */
static const char *rows(int first, int known, int end)
{
    size_t n = (size_t)snprintf(csv, sizeof(csv), "month,load,heat\n");

    for (int i = first; i < end; i++) {
        n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%04d-%02d,", 2000 + i / 12, i % 12 + 1);
        if (i < known)
            n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%.6f", load(i));
        n += (size_t)snprintf(csv + n, sizeof(csv) - n, ",%.2f\n", heat(i));
    }
    return csv;
}

static void setup(void)
{
    daemon_init(&d);
    daemon_start(&d, NULL);
    put(&r, &d, "/v1/datasets/power?covariates=heat", "text/csv", rows(0, N, N), 201);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void train(const char *known)
{
    snprintf(body, sizeof(body),
             "{\"task\":\"forecast\",\"dataset\":\"power\",\"model\":\"power\",%s"
             "\"params\":{\"horizon\":6,\"epochs\":3,\"hidden_size\":4}}",
             known);
    run_job(&r, &d, body, "succeeded");
}

/* Future values of heat as a member of a request. */
static const char *future(const char *before, const char *after)
{
    size_t n = (size_t)snprintf(body, sizeof(body), "{\"horizon\":6,%s\"heat\":[", before);

    for (int h = 0; h < AHEAD; h++)
        n += (size_t)snprintf(body + n, sizeof(body) - n, "%s%.2f", h ? "," : "", heat(N + h));
    snprintf(body + n, sizeof(body) - n, "]%s", after);
    return body;
}

static double error_of_reply(void)
{
    char path[64];
    double sum = 0;

    for (int h = 0; h < AHEAD; h++) {
        snprintf(path, sizeof(path), "series.0.mean.%d", h);
        sum += fabs(number_at(r.json, path) - load(N + h)) / AHEAD;
    }
    return sum;
}

START_TEST(a_forecast_is_given_the_future)
{
    double error;

    get(&r, &d, "/v1/datasets/power", 200);
    ck_assert_str_eq(text_at(r.json, "columns.0"), "load");
    ck_assert_str_eq(text_at(r.json, "covariates.0"), "heat");
    train("\"future_covariates\":[\"heat\"],");
    ck_assert(cJSON_IsTrue(at(r.json, "metrics.covariates_used")));
    ck_assert_str_eq(text_at(r.json, "params.future_covariates.0"), "heat");
    ck_assert(number_at(r.json, "metrics.mae") <
              0.5 * number_at(r.json, "metrics.seasonal_naive.mae"));
    post(&r, &d, "/v1/models/power/forecast", future("\"future_covariates\":{", "}}"), 200);
    error = error_of_reply();
    ck_assert_double_lt(error, 3);
    post(&r, &d, "/v1/models/power/forecast",
         future("\"dataset\":\"power\",\"future_covariates\":{\"power\":{", "}}}"), 200);
    ck_assert_double_eq_tol(error_of_reply(), error, 1e-9);
    get(&r, &d, "/v1/models/power", 200);
    ck_assert(cJSON_IsTrue(at(r.json, "covariates.0.known_in_advance")));
    get(&r, &d, "/v1/models/power/evaluation", 200);
    ck_assert_str_eq(text_at(r.json, "covariates.0.name"), "heat");
    /* the error names the missing member */
    get(&r, &d, "/v1/models/power/forecast?horizon=6", 422);
    ck_assert_ptr_nonnull(strstr(r.body, "future_covariates"));
    post(&r, &d, "/v1/models/power/anomalies", "{\"dataset\":\"power\",\"last\":5}", 200);
}
END_TEST

START_TEST(rows_may_know_their_covariates_only)
{
    double error;

    train("\"future_covariates\":[\"heat\"],");
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/power/rows",
                                .type = "text/csv",
                                .body = rows(N, N, N + AHEAD)});
    expect_status(&r, 200, "append covariates");
    post(&r, &d, "/v1/models/power/forecast", "{\"dataset\":\"power\",\"horizon\":6}", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "2020-01");
    error = error_of_reply();
    ck_assert_double_lt(error, 3);
    /* a model that was trained with them remembers them */
    train("\"future_covariates\":[\"heat\"],");
    get(&r, &d, "/v1/models/power/forecast?horizon=6", 200);
    ck_assert_double_lt(error_of_reply(), 3);
    /* values that were measured since then fill those rows */
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/power/rows",
                                .type = "text/csv",
                                .body = rows(N, N + 2, N + 2)});
    expect_status(&r, 200, "append values");
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), N + AHEAD);
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), AHEAD - 2);
    post(&r, &d, "/v1/models/power/forecast", "{\"dataset\":\"power\",\"horizon\":3}", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "2020-03");
    /* but they do not replace stored values */
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/power/rows",
                                .type = "text/csv",
                                .body = rows(N, N + 2, N + 2)});
    expect_status(&r, 422, "append values again");
}
END_TEST

START_TEST(what_is_wrong_with_a_future)
{
    static const struct {
        const char *body, *pointer;
    } wrong[] = {
        {"{\"horizon\":2,\"future_covariates\":{\"haet\":[1,2]}}", "/future_covariates/haet"},
        {"{\"horizon\":2,\"future_covariates\":{\"heat\":[1]}}", "/future_covariates/heat"},
        {"{\"horizon\":2,\"future_covariates\":{\"heat\":[1,2,3]}}", "/future_covariates/heat"},
        {"{\"horizon\":2,\"future_covariates\":{\"heat\":[1,null]}}", "/future_covariates/heat/1"},
        {"{\"horizon\":2,\"future_covariates\":{\"heat\":[1,\"2\"]}}", "/future_covariates/heat/1"},
        {"{\"horizon\":2,\"future_covariates\":{\"heat\":5}}", "/future_covariates/heat"},
        {"{\"horizon\":2,\"future_covariates\":[1,2]}", "/future_covariates"},
        {"{\"horizon\":2,\"future_covariates\":{\"other\":{\"heat\":[1,2]}}}",
         "/future_covariates/other"},
        {"{\"horizon\":2,\"future_covariates\":{\"power\":{\"heat\":[1]}}}",
         "/future_covariates/power/heat"},
        {"{\"horizon\":2,\"future_covariates\":{}}", "the future of 'heat'"},
    };
    char job[256];

    train("\"future_covariates\":[\"heat\"],");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        post(&r, &d, "/v1/models/power/forecast", wrong[i].body, 422);
        ck_assert_msg(strstr(r.body, wrong[i].pointer) != NULL, "%s: %s", wrong[i].body, r.body);
    }
    post(&r, &d, "/v1/models/power/forecast",
         "{\"horizon\":2,\"future_covariates\":{\"heat\":[1,1e400]}}", 400);
    snprintf(job, sizeof(job),
             "{\"task\":\"forecast\",\"dataset\":\"power\",\"model\":\"m\",\"future_covariates\":");
    snprintf(body, sizeof(body), "%s[\"haet\"]}", job);
    post(&r, &d, "/v1/jobs", body, 422);
    ck_assert_ptr_nonnull(strstr(r.body, "did you mean 'heat'"));
    ck_assert_ptr_nonnull(strstr(r.body, "\"/future_covariates/0\""));
    snprintf(body, sizeof(body), "%s[\"heat\",\"heat\"]}", job);
    post(&r, &d, "/v1/jobs", body, 422);
    snprintf(body, sizeof(body), "%s\"heat\"}", job);
    post(&r, &d, "/v1/jobs", body, 422);
    snprintf(body, sizeof(body), "%s[7]}", job);
    post(&r, &d, "/v1/jobs", body, 422);
}
END_TEST

START_TEST(what_is_wrong_with_an_upload)
{
    put(&r, &d, "/v1/datasets/x?covariates=haet", "text/csv", rows(0, 9, 9), 422);
    put(&r, &d, "/v1/datasets/x?target=load&covariates=load", "text/csv", rows(0, 9, 9), 422);
    put(&r, &d, "/v1/datasets/x?covariates=load,heat", "text/csv", rows(0, 9, 9), 422);
    put(&r, &d, "/v1/datasets/x?covariates=month", "text/csv", rows(0, 9, 9), 422);
    put(&r, &d, "/v1/datasets/x", "application/json",
        "{\"values\":[1,2],\"covariates\":{\"a\":\"b\"}}", 422);
    put(&r, &d, "/v1/datasets/x", "application/json",
        "{\"values\":[1,2],\"covariates\":{\"a\":[1,\"b\"]}}", 422);
    ck_assert_ptr_nonnull(strstr(r.body, "/covariates/a/1"));
    put(&r, &d, "/v1/datasets/x", "application/json", "{\"values\":[1,2],\"covariates\":[1]}", 422);
    put(&r, &d, "/v1/datasets/x", "application/json",
        "{\"columns\":[\"a\"],\"values\":[1,2],\"covariates\":{\"a\":[1]}}", 422);
    put(&r, &d, "/v1/datasets/x", "application/json",
        "{\"series\":[{\"id\":\"p\",\"values\":[1],\"covariates\":{\"a\":[1]}},"
        "{\"id\":\"q\",\"values\":[1],\"covariates\":{\"b\":[1]}}]}",
        422);
    ck_assert_ptr_nonnull(strstr(r.body, "/series/1/covariates/b"));
    put(&r, &d, "/v1/datasets/x?covariates=a", "application/json", "{\"values\":[1]}", 400);
}
END_TEST

START_TEST(data_come_back_as_they_were)
{
    static const char json[] =
        "{\"series\":[{\"id\":\"p\",\"start\":\"2020-01\",\"frequency\":\"M\",\"values\":[1,null,3]"
        ","
        "\"covariates\":{\"a\":[1,2,3,4],\"values\":[5,6]}},"
        "{\"id\":\"q\",\"start\":\"2020-01\",\"frequency\":\"M\",\"values\":[7]}]}";
    struct request q = {
        .method = "GET", .path = "/v1/datasets/x/data", .headers = {"Accept: text/csv", NULL}};
    char *first;

    put(&r, &d, "/v1/datasets/x", "application/json", json, 201);
    http_send(&r, &d, &q);
    ck_assert_str_eq(r.body, "unique_id,ds,value,a,values\n"
                             "p,2020-01,1,1,5\np,2020-02,,2,6\np,2020-03,3,3,\np,2020-04,,4,\n"
                             "q,2020-01,7,,\n");
    first = strdup(r.body);
    ck_assert_ptr_nonnull(first);
    put(&r, &d, "/v1/datasets/y?covariates=a,values", "text/csv", first, 201);
    free(first);
    get(&r, &d, "/v1/datasets/x/data", 200);
    q.headers[0] = "Accept: application/json";
    http_send(&r, &d, &q);
    first = strdup(r.body);
    ck_assert_ptr_nonnull(first);
    q.path = "/v1/datasets/y/data";
    http_send(&r, &d, &q);
    ck_assert_str_eq(r.body, first);
    put(&r, &d, "/v1/datasets/z", "application/json", first, 201);
    q.path = "/v1/datasets/z/data";
    http_send(&r, &d, &q);
    ck_assert_str_eq(r.body, first);
    free(first);
}
END_TEST

/* Two columns of which one follows the other a horizon later: it is forecast from the other's
 * past. */
START_TEST(targets_see_each_other)
{
    size_t n = (size_t)snprintf(csv, sizeof(csv), "month,leader,follower\n");

    for (int i = 0; i < N; i++)
        n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%04d-%02d,%.3f,%.3f\n", 2000 + i / 12,
                              i % 12 + 1, 50 + heat(i), 70 + 2 * heat(i - 6 + 1000 * (i < 6)));
    put(&r, &d, "/v1/datasets/pair?target=leader,follower", "text/csv", csv, 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"pair\",\"model\":\"pair\",\"params\":"
            "{\"horizon\":6,\"test_size\":6,\"epochs\":2,\"hidden_size\":4,\"multivariate\":true}}",
            "succeeded");
    get(&r, &d, "/v1/models/pair/evaluation", 200);
    ck_assert_str_eq(text_at(r.json, "series.1.id"), "follower");
    ck_assert(number_at(r.json, "series.1.metrics.mase") < 0.3);
    get(&r, &d, "/v1/models/pair", 200);
    ck_assert(cJSON_IsTrue(at(r.json, "series.1.covariates_used")));
    ck_assert(cJSON_IsFalse(at(r.json, "series.0.covariates_used")));
    get(&r, &d, "/v1/models/pair/forecast?horizon=6", 200);
    post(&r, &d, "/v1/models/pair/forecast", "{\"dataset\":\"pair\",\"horizon\":6}", 200);
    for (int h = 0; h < 6; h++) {
        char path[64];

        snprintf(path, sizeof(path), "series.1.mean.%d", h);
        ck_assert_double_lt(fabs(number_at(r.json, path) - 70 - 2 * heat(N + h - 6)), 4);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("covariates over HTTP");
    TCase *t = tcase_create("covariates");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_forecast_is_given_the_future);
    tcase_add_test(t, rows_may_know_their_covariates_only);
    tcase_add_test(t, what_is_wrong_with_a_future);
    tcase_add_test(t, what_is_wrong_with_an_upload);
    tcase_add_test(t, data_come_back_as_they_were);
    tcase_add_test(t, targets_see_each_other);
    suite_add_tcase(s, t);
    return suite_run(s);
}

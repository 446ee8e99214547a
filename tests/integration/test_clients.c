/* test_clients.c - what libraries and browsers send by themselves, and what they make of answers. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

static const char small_job[] =
    "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"small\","
    "\"recipe\":\"tutorial-flights\",\"params\":{\"epochs\":%d,"
    "\"hidden_size\":4}}";

static void setup(void)
{
    char *text = example("airpassengers.csv");

    daemon_init(&d);
    daemon_start(&d, NULL);
    put(&r, &d, "/v1/datasets/flights", "text/csv", text, 201);
    free(text);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* ---- an EventSource ---- */

/* One connection of an EventSource that has had the events up to `last` ("": none). */
static void connect_again(const char *job, const char *last)
{
    char path[128], header[80];
    struct request q = {.method = "GET", .path = path};

    snprintf(path, sizeof(path), "/v1/jobs/%s/events", job);
    snprintf(header, sizeof(header), "Last-Event-ID: %s", last);
    if (last[0])
        q.headers[0] = header;
    http_send(&r, &d, &q);
}

/* The id of the last event of the stream that was read. */
static void last_id(char out[32])
{
    const char *at = NULL;

    for (const char *p = r.body; (p = strstr(p, "id: ")) != NULL; p += 4)
        at = p + 4;
    ck_assert_ptr_nonnull(at);
    snprintf(out, 32, "%.*s", (int)strspn(at, "0123456789"), at);
    ck_assert_int_gt((int)strlen(out), 0);
}

static void submit(char id[64], int epochs)
{
    char body[400];

    snprintf(body, sizeof(body), small_job, epochs);
    post(&r, &d, "/v1/jobs", body, 202);
    snprintf(id, 64, "%s", text_at(r.json, "id"));
}

/* Follows the job to its end as a browser does: it connects again until an answer is not 200. */
static void follow(const char *job, char last[32])
{
    int connections = 0;

    last[0] = '\0';
    do {
        connect_again(job, last);
        if (r.status == 200)
            last_id(last);
        ck_assert_int_lt(++connections, 20);
    } while (r.status == 200);
    ck_assert_int_eq(r.status, 204);
    ck_assert_uint_eq(r.len, 0);
}

START_TEST(an_event_source_ends)
{
    char id[64], last[32];

    submit(id, 3);
    follow(id, last);
    connect_again(id, "99999999999");
    ck_assert_int_eq(r.status, 204);
    connect_again(id, "99999999999999999999999999999999999999");
    ck_assert_int_eq(r.status, 204);
    connect_again(id, "3");
    ck_assert_int_eq(r.status, 200);
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"succeeded\""));
    connect_again(id, "not-ours");
    ck_assert_int_eq(r.status, 200);
    ck_assert_ptr_nonnull(strstr(r.body, "\"epoch\":1,"));
    ck_assert_int_eq(daemon_stop(&d, 15), 0);
    daemon_start(&d, NULL); /* the ids are the same in another process */
    connect_again(id, last);
    ck_assert_int_eq(r.status, 204);
}
END_TEST

START_TEST(an_event_source_of_a_cancelled_job_ends)
{
    char id[64], path[128], last[32];

    submit(id, 100000);
    snprintf(path, sizeof(path), "/v1/jobs/%s/cancel", id);
    post(&r, &d, path, "{}", 202);
    follow(id, last);
    connect_again(id, "");
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"cancelled\""));
}
END_TEST

/* ---- what is preferred ---- */

START_TEST(axios_gets_json)
{
    char type[80];
    struct request q = {.method = "GET",
                        .path = "/v1/datasets/flights/data",
                        .headers = {"Accept: application/json, text/plain, */*"}};

    http_send(&r, &d, &q);
    ck_assert_str_eq(reply_header(type, sizeof(type), &r, "Content-Type"), "application/json");
    ck_assert_ptr_nonnull(r.json);
    q.headers[0] = "Accept: */*";
    http_send(&r, &d, &q);
    ck_assert_str_eq(reply_header(type, sizeof(type), &r, "Content-Type"), "text/csv");
}
END_TEST

/* ---- a model without residuals ---- */

static void expect_no_intervals(const char *path, const char *body)
{
    http_send(&r, &d,
              &(struct request){.method = body ? "POST" : "GET",
                                .path = path,
                                .type = body ? "application/json" : NULL,
                                .body = body});
    ck_assert_msg(r.status == 200, "%s %s: %s", path, body ? body : "", r.body);
    ck_assert(number_at(r.json, "series.0.mean.0") > 0);
    ck_assert(cJSON_IsNull(at(r.json, "series.0.lower")));
    ck_assert(cJSON_IsNull(at(r.json, "series.0.upper")));
    ck_assert_str_eq(text_at(r.json, "series.0.notes.0.code"), "no_residuals");
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "series.0.notes.0.detail"), "residuals"));
}

/* Quarters with a gap that is longer than what is known: nothing to measure errors on. */
START_TEST(a_forecast_without_residuals_is_given)
{
    put(&r, &d, "/v1/datasets/gap", "application/json",
        "{\"values\":[10,12,11,null,null,null,null,null,null,null,null,null,13,14,12],"
        "\"start\":\"2015Q1\",\"frequency\":\"Q\"}",
        201);
    run_job(&r, &d, "{\"task\":\"forecast\",\"dataset\":\"gap\",\"model\":\"gap\"}", "succeeded");
    ck_assert(cJSON_IsNull(at(r.json, "metrics.coverage_80")));
    expect_no_intervals("/v1/models/gap/forecast", NULL);
    expect_no_intervals("/v1/models/gap/forecast", NULL); /* from memory */
    expect_no_intervals("/v1/models/gap/forecast?level=90&horizon=7", NULL);
    expect_no_intervals("/v1/models/gap/forecast", "{\"dataset\":\"gap\",\"level\":[50,99]}");
    expect_no_intervals("/v1/models/gap/forecast", "{\"values\":[3,4,5,6,7,8],\"horizon\":2}");
    get(&r, &d, "/v1/models/gap/forecast?level=", 200); /* nothing asked, nothing missing */
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.notes")), 0);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.lower")), 0);
    get(&r, &d, "/v1/models/gap/forecast?format=csv&horizon=1", 200);
    ck_assert_ptr_eq(strstr(r.body, "unique_id,ds,mean,lo-80,hi-80,lo-95,hi-95\ngap,2018Q4,"),
                     r.body);
    ck_assert_ptr_nonnull(strstr(r.body, ",,,,\n"));
    get(&r, &d, "/v1/models/gap/forecast?format=svg", 200);
    ck_assert_ptr_null(strstr(r.body, "nan"));
    ck_assert_ptr_null(strstr(r.body, "80 %"));
    get(&r, &d, "/v1/models/gap/evaluation", 200);
    ck_assert(cJSON_IsNull(at(r.json, "series.0.lower")));
    ck_assert_str_eq(text_at(r.json, "notes.0.code"), "no_residuals");
    get(&r, &d, "/v1/models/gap/evaluation?format=svg", 200);
    ck_assert_ptr_null(strstr(r.body, "95 %"));
    post(&r, &d, "/v1/models/gap/anomalies", "{\"dataset\":\"gap\"}", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "no residuals"));
}
END_TEST

START_TEST(a_backtest_without_residuals_is_given)
{
    char path[128];

    put(&r, &d, "/v1/datasets/gaps", "application/json",
        "{\"values\":[10,12,11,null,null,null,null,null,null,null,null,null,13,14,12,13],"
        "\"start\":\"2015Q1\",\"frequency\":\"Q\"}",
        201);
    run_job(&r, &d, "{\"task\":\"backtest\",\"dataset\":\"gaps\",\"windows\":1,\"horizon\":1}",
            "succeeded");
    snprintf(path, sizeof(path), "/v1/jobs/%s/backtest", text_at(r.json, "id"));
    get(&r, &d, path, 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "forecasts")), 1);
    ck_assert(number_at(r.json, "forecasts.0.forecast.0") > 0);
    ck_assert(cJSON_IsNull(at(r.json, "forecasts.0.lower")));
    ck_assert(cJSON_IsNull(at(r.json, "metrics.coverage_95")));
    ck_assert_str_eq(text_at(r.json, "notes.0.code"), "no_residuals");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clients");
    TCase *t = tcase_create("clients");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, an_event_source_ends);
    tcase_add_test(t, an_event_source_of_a_cancelled_job_ends);
    tcase_add_test(t, axios_gets_json);
    tcase_add_test(t, a_forecast_without_residuals_is_given);
    tcase_add_test(t, a_backtest_without_residuals_is_given);
    suite_add_tcase(s, t);
    return suite_run(s);
}

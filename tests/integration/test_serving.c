/* test_serving.c - the version of a model that serves, over HTTP: aliases, and jobs with
 * promote. */
#include "tests/integration/daemon.h"
#include "tests/integration/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

static void setup(void)
{
    char *csv = example("airpassengers.csv");

    daemon_init(&d);
    daemon_start(&d, NULL);
    put(&r, &d, "/v1/datasets/flights", "text/csv", csv, 201);
    free(csv);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static int version_at(const char *path)
{
    get(&r, &d, path, 200);
    return (int)number_at(r.json, "version");
}

static void train(int epochs, const char *more)
{
    char job[300];

    snprintf(
        job, sizeof(job),
        "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"a\",\"params\":{\"epochs\":"
        "%d}%s}",
        epochs, more);
    run_job(&r, &d, job, "succeeded");
}

static void point(const char *alias, int version, long expect)
{
    char path[100], body[40];

    snprintf(path, sizeof(path), "/v1/models/a/aliases/%s", alias);
    snprintf(body, sizeof(body), "{\"version\":%d}", version);
    put(&r, &d, path, "application/json", body, expect);
}

START_TEST(production_serves_and_rolls_back)
{
    char first[100], second[100];

    train(1, "");
    train(2, "");
    ck_assert_int_eq(version_at("/v1/models/a/forecast"), 2);
    reply_header(second, sizeof(second), &r, "ETag");
    point("production", 1, 201);
    ck_assert_int_eq(version_at("/v1/models/a/forecast"), 1);
    reply_header(first, sizeof(first), &r, "ETag");
    ck_assert_str_ne(first, second);
    ck_assert_int_eq(version_at("/v1/models/a/forecast?version=production"), 1);
    ck_assert_int_eq(version_at("/v1/models/a/forecast?version=latest"), 2);
    ck_assert_int_eq(version_at("/v1/models/a/evaluation"), 1);
    ck_assert_int_eq(version_at("/v1/models/a"), 1);
    ck_assert_int_eq((int)number_at(r.json, "aliases.production"), 1);
    del(&r, &d, "/v1/models/a/versions/1", 409);
    ck_assert_ptr_nonnull(strstr(r.body, "production"));
    daemon_kill(&d);
    daemon_start(&d, NULL);
    ck_assert_int_eq(version_at("/v1/models/a/forecast"), 1);
    point("production", 2, 200);
    ck_assert_int_eq(version_at("/v1/models/a/forecast"), 2);
    get(&r, &d, "/v1/models/a/aliases", 200);
    ck_assert_str_eq(text_at(r.json, "items.0.name"), "production");
    del(&r, &d, "/v1/models/a/aliases/production", 204);
    get(&r, &d, "/v1/models/a/forecast?version=production", 404);
    get(&r, &d, "/v1/models/a/aliases/production", 404);
    del(&r, &d, "/v1/models/a/versions/1", 204);
}
END_TEST

/* A client that decided on the state that it read is refused if another client changed it first. */
START_TEST(an_alias_is_moved_under_a_condition)
{
    char etag[100], header[120];
    struct request q = {.method = "PUT",
                        .path = "/v1/models/a/aliases/production",
                        .type = "application/json",
                        .body = "{\"version\":2}",
                        .headers = {"If-None-Match: *"}};

    train(1, "");
    train(2, "");
    http_send(&r, &d, &q);
    expect_status(&r, 201, "create");
    reply_header(etag, sizeof(etag), &r, "ETag");
    http_send(&r, &d, &q);
    expect_status(&r, 412, "create again");
    point("production", 1, 200);
    snprintf(header, sizeof(header), "If-Match: %s", etag);
    q.headers[0] = header;
    http_send(&r, &d, &q);
    expect_status(&r, 412, "moved meanwhile");
    ck_assert_int_eq(version_at("/v1/models/a/aliases/production"), 1);
}
END_TEST

START_TEST(a_worse_version_is_kept_back)
{
    train(40, ",\"promote\":\"if_better\"");
    ck_assert_str_eq(text_at(r.json, "promotion.decision"), "promoted");
    train(1, ",\"promote\":\"never\"");
    ck_assert_str_eq(text_at(r.json, "promotion.decision"), "kept");
    ck_assert_int_eq(version_at("/v1/models/a/forecast"), 1);
    ck_assert_int_eq(version_at("/v1/models/a/aliases/production"), 1);
    train(1, ",\"promote\":\"if_better\"");
    ck_assert_str_eq(text_at(r.json, "promote"), "if_better");
    ck_assert_int_eq((int)number_at(r.json, "promotion.compared_with"), 1);
    ck_assert_str_eq(text_at(r.json, "promotion.measure"), "mase");
    ck_assert_str_eq(text_at(r.json, "promotion.decision"),
                     number_at(r.json, "promotion.new") < number_at(r.json, "promotion.serving")
                         ? "promoted"
                         : "kept");
    train(1, ",\"promote\":\"always\"");
    ck_assert_int_eq(version_at("/v1/models/a/forecast"), 4);
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"a\",\"promote\":\"maybe\"}",
         422);
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"backtest\",\"dataset\":\"flights\",\"promote\":\"never\"}", 422);
}
END_TEST

START_TEST(versions_are_compared)
{
    train(1, "");
    train(2, "");
    point("production", 1, 201);
    get(&r, &d, "/v1/models/a/compare?versions=production,latest", 200);
    ck_assert_int_eq((int)number_at(r.json, "versions.0.version"), 1);
    ck_assert_str_eq(text_at(r.json, "versions.0.aliases.0"), "production");
    ck_assert_double_gt(number_at(r.json, "versions.1.metrics.mase"), 0);
    ck_assert_int_eq((int)number_at(r.json, "params.epochs.1"), 2);
    ck_assert_double_gt(number_at(r.json, "held_out.baseline.mase"), 0);
    get(&r, &d, "/v1/models/a/compare?versions=1", 400);
    get(&r, &d, "/v1/models/a/compare?versions=1,7", 404);
}
END_TEST

/* Killed again and again, the job makes one version with one decision. */
START_TEST(a_killed_job_decides_once)
{
    char id[40], path[80];

    train(1, "");
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"a\",\"promote\":\"never\","
         "\"params\":{\"epochs\":60}}",
         202);
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    snprintf(path, sizeof(path), "/v1/jobs/%s?wait=1", id);
    for (int i = 0; i < 2; i++) { /* a third death in a row would end it */
        get(&r, &d, path, 200);
        daemon_kill(&d);
        daemon_start(&d, NULL);
    }
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "succeeded");
    ck_assert_str_eq(text_at(r.json, "promotion.decision"), "kept");
    get(&r, &d, "/v1/models/a", 200);
    ck_assert_int_eq((int)number_at(r.json, "version"), 1);
    ck_assert_int_eq((int)number_at(r.json, "newest_version"), 2);
    ck_assert_int_eq((int)number_at(r.json, "num_versions"), 2);
}
END_TEST

/* Forecasts as the response lists them, to compare two. */
static char *means(const char *path)
{
    get(&r, &d, path, 200);
    return cJSON_PrintUnformatted(at(r.json, "series.0.mean"));
}

static void upload_checkpoint(const char *name)
{
    struct request q = {
        .method = "PUT", .path = "/v1/models/copy/checkpoint", .type = "application/octet-stream"};
    char path[80];
    struct reply file = {0};

    snprintf(path, sizeof(path), "/v1/models/%s/checkpoint", name);
    get(&file, &d, path, 200);
    q.body = file.body;
    q.len = file.len;
    http_send(&r, &d, &q);
    expect_status(&r, 201, "import");
    /* The values are numbers of the data as text, or as doubles. */
    ck_assert_ptr_null(memmem(file.body, file.len, "series.values", 13));
    ck_assert_ptr_null(memmem(file.body, file.len, "112 118 132", 11));
    reply_release(&file);
}

START_TEST(a_model_without_history_goes_on_from_its_data_set)
{
    static const char bare[] = "/v1/models/bare/forecast?horizon=3";
    char *kept, *now;

    run_job(&r, &d, "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"kept\"}",
            "succeeded");
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"bare\","
            "\"params\":{\"keep_history\":false}}",
            "succeeded");
    kept = means("/v1/models/kept/forecast?horizon=3");
    now = means(bare);
    ck_assert_str_eq(kept, now);
    ck_assert_str_eq(text_at(r.json, "series.0.as_of"), "1960-12");
    free(now);
    get(&r, &d, "/v1/models/bare/forecast?from=training", 409);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "keep_history=false"));
    get(&r, &d, "/v1/models/bare/evaluation?format=svg", 200);
    upload_checkpoint("bare");
    get(&r, &d, "/v1/models/copy/forecast", 409);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "POST its history"));
    post(&r, &d, "/v1/models/copy/forecast", "{\"dataset\":\"flights\",\"horizon\":3}", 200);
    now = cJSON_PrintUnformatted(at(r.json, "series.0.mean"));
    ck_assert_str_eq(kept, now);
    free(now);
    free(kept);
    post(&r, &d, "/v1/models/bare/anomalies", "{\"dataset\":\"flights\"}", 200);
    post(&r, &d, "/v1/datasets/flights/rows",
         "{\"start\":\"1961-01\",\"frequency\":\"M\",\"values\":[445]}", 200);
    get(&r, &d, bare, 200);
    ck_assert_str_eq(text_at(r.json, "series.0.as_of"), "1961-01");
    del(&r, &d, "/v1/datasets/flights", 204);
    get(&r, &d, bare, 409);
    get(&r, &d, "/v1/models/kept/forecast", 200);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("serving");
    TCase *t = tcase_create("serving");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, production_serves_and_rolls_back);
    tcase_add_test(t, an_alias_is_moved_under_a_condition);
    tcase_add_test(t, a_worse_version_is_kept_back);
    tcase_add_test(t, versions_are_compared);
    tcase_add_test(t, a_killed_job_decides_once);
    tcase_add_test(t, a_model_without_history_goes_on_from_its_data_set);
    suite_add_tcase(s, t);
    return suite_run(s);
}

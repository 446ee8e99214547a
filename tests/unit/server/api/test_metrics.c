/* test_metrics.c - the counters of GET /metrics, with a real HTTP server. */
#include "tests/unit/server/api/api_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct api_server server;
static char answer[1 << 20];

static void setup(void)
{
    api_server_start(&server, NULL, NULL);
}

static void teardown(void)
{
    api_server_stop(&server);
}

static int get(const char *target)
{
    return api_server_ask(&server, answer, sizeof(answer),
                          &(struct api_question){"GET", target, "", "", 0});
}

static void has(const char *line)
{
    ck_assert_msg(strstr(answer, line) != NULL, "no %s in\n%s", line, answer);
}

START_TEST(requests_are_counted_by_route)
{
    ck_assert_int_eq(get("/v1/models/none"), 404);
    ck_assert_int_eq(get("/healthz"), 200);
    ck_assert_int_eq(get("/nothing"), 404);
    ck_assert_int_eq(get("/metrics"), 200);
    has("\nlstmd_http_requests_total{method=\"GET\",route=\"/v1/models/{name}\",code=\"4xx\"} 1\n");
    has("\nlstmd_http_requests_total{method=\"GET\",route=\"/healthz\",code=\"2xx\"} 1\n");
    has("\nlstmd_http_requests_total{method=\"other\",route=\"\",code=\"4xx\"} 1\n");
    has("\nlstmd_http_request_duration_seconds_count{method=\"GET\",route=\"/healthz\"} 1\n");
}
END_TEST

START_TEST(jobs_models_and_the_database_are_counted)
{
    struct fixture *f = &server.files;
    char id[JOB_ID_LEN + 1];

    put_series(f, "d", FREQ_INDEX, 0, 50, 1);
    submit(id, f, "d", "m");
    ck_assert_int_eq(get("/metrics"), 200);
    has("\nlstmd_jobs{state=\"queued\"} 1\n");
    has("\nlstmd_jobs{state=\"running\"} 0\n");
    has("\nlstmd_workers 0\n");
    has("\nlstmd_model_cache_models 0\n");
    has("\nlstmd_database_writable 1\n");
    has("\nlstmd_webhook_attempts_total{result=\"delivered\"} 0\n");
    has("\nlstmd_webhook_pending 0\n");
    has("\n# TYPE lstmd_http_connections gauge\n");
}
END_TEST

static int ask_with(const char *method, const char *target, const char *head, const char *body,
                    size_t len)
{
    return api_server_ask(&server, answer, sizeof(answer),
                          &(struct api_question){method, target, head, body, len});
}

static void import_model(const char *name)
{
    char target[80];
    size_t len;
    char *file = api_file(&len, "tests/fuzz/corpus/safetensors/forecaster-fitted");

    snprintf(target, sizeof(target), "/v1/models/%s/checkpoint", name);
    ck_assert_int_eq(
        ask_with("PUT", target, "Content-Type: application/octet-stream\r\n", file, len), 201);
    free(file);
}

START_TEST(each_model_has_its_requests)
{
    import_model("shop");
    ck_assert_int_eq(get("/v1/models/shop/forecast"), 200);
    ck_assert_int_eq(get("/v1/models/shop/forecast"), 200); /* from the cache */
    ck_assert_int_eq(get("/v1/models/shop/forecast?horizon=x"), 400);
    ck_assert_int_eq(get("/v1/models/none/forecast"), 404);
    ck_assert_int_eq(get("/metrics"), 200);
    has("\nlstmd_model_requests_total{model=\"shop\"} 2\n");
    has("\nlstmd_model_requests_total{model=\"(other)\"} 0\n");
    ck_assert_ptr_null(
        strstr(answer, "model=\"none\"")); /* names that clients make up are no labels */
}
END_TEST

START_TEST(drift_is_that_of_the_last_anomalies)
{
    static const char body[] = "{\"values\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,"
                               "22,23,24,25,26,27,28,29,"
                               "30,31,32],\"last\":3}";

    import_model("shop");
    ck_assert_int_eq(get("/metrics"), 200);
    has("\n# TYPE lstmd_model_drift gauge\n");
    ck_assert_ptr_null(strstr(answer, "lstmd_model_drift{"));
    ck_assert_msg(ask_with("POST", "/v1/models/shop/anomalies",
                           "Content-Type: application/json\r\n", body, sizeof(body) - 1) == 200,
                  "%s", answer);
    ck_assert_int_eq(get("/metrics"), 200);
    has("\nlstmd_model_drift{model=\"shop\"} ");
}
END_TEST

START_TEST(models_that_a_key_does_not_cover_are_not_named)
{
    struct access a = {.name = "shops", .scopes = SCOPE_READ, .names = "shop-*"};
    char key[KEY_TEXT_LEN + 1], head[120];
    struct err e = {0};
    struct key made;

    import_model("shop-1");
    import_model("secret");
    ck_assert_int_eq(get("/v1/models/shop-1/forecast"), 200);
    ck_assert_int_eq(get("/v1/models/secret/forecast"), 200);
    ck_ok(store_key_add(key, &made, server.files.store, &a, &e), &e);
    snprintf(head, sizeof(head), "X-Api-Key: %s\r\n", key);
    ck_assert_int_eq(ask_with("GET", "/metrics", head, "", 0), 200);
    has("\nlstmd_model_requests_total{model=\"shop-1\"} 1\n");
    has("\nlstmd_model_requests_total{model=\"(other)\"} 1\n");
    ck_assert_ptr_null(strstr(answer, "secret"));
}
END_TEST

START_TEST(the_process_and_its_disk_are_measured)
{
    ck_assert_int_eq(get("/metrics"), 200);
    has("\n# TYPE process_cpu_seconds_total counter\n");
    has("\nprocess_open_fds ");
    has("\nprocess_max_fds ");
    has("\nprocess_resident_memory_bytes ");
    has("\nprocess_start_time_seconds ");
    has("\nlstmd_database_disk_free_bytes ");
    ck_assert_ptr_null(strstr(answer, "lstmd_last_backup_timestamp_seconds"));
}
END_TEST

START_TEST(a_backup_is_noted)
{
    struct fixture *f = &server.files;
    char copy[160];

    snprintf(copy, sizeof(copy), "%s/copy.db", f->folder);
    ck_ok(store_backup(f->store, copy, &f->e), &f->e);
    ck_assert_int_eq(get("/metrics"), 200);
    has("\nlstmd_last_backup_timestamp_seconds ");
}
END_TEST

START_TEST(the_queue_has_an_age)
{
    struct fixture *f = &server.files;
    char id[JOB_ID_LEN + 1];

    ck_assert_int_eq(get("/metrics"), 200);
    has("\nlstmd_queue_age_seconds 0\n");
    put_series(f, "d", FREQ_INDEX, 0, 50, 1);
    submit(id, f, "d", "m");
    ck_ok(db_exec(fixture_db(f), "UPDATE job SET created_at = created_at - 7200000", &f->e), &f->e);
    ck_assert_int_eq(get("/metrics"), 200);
    has("\nlstmd_queue_age_seconds 72");
    has("\nlstmd_job_duration_seconds_count{task=\"tag\",state=\"failed\"} 0\n");
    has("\nlstmd_jobs_resumed 0\n");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("api metrics");
    TCase *t = tcase_create("metrics");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, requests_are_counted_by_route);
    tcase_add_test(t, jobs_models_and_the_database_are_counted);
    tcase_add_test(t, each_model_has_its_requests);
    tcase_add_test(t, drift_is_that_of_the_last_anomalies);
    tcase_add_test(t, models_that_a_key_does_not_cover_are_not_named);
    tcase_add_test(t, the_process_and_its_disk_are_measured);
    tcase_add_test(t, a_backup_is_noted);
    tcase_add_test(t, the_queue_has_an_age);
    suite_add_tcase(s, t);
    return suite_run(s);
}

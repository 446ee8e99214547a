/* test_metrics.c - what GET /metrics counts, behind a real front door. */
#include "tests/unit/server/api/api_server.h"
#include "tests/unit/suite.h"

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
    has("\n# TYPE lstmd_http_connections gauge\n");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("api metrics");
    TCase *t = tcase_create("metrics");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, requests_are_counted_by_route);
    tcase_add_test(t, jobs_models_and_the_database_are_counted);
    suite_add_tcase(s, t);
    return suite_run(s);
}

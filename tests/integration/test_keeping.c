/* test_keeping.c - automatic removal of versions and jobs, and the quota of the database. */
#include "tests/integration/daemon.h"
#include "tests/integration/suite.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

static void setup(void)
{
    daemon_init(&d);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void put_flights(void)
{
    char *csv = example("airpassengers.csv");

    put(&r, &d, "/v1/datasets/flights", "text/csv", csv, 201);
    free(csv);
}

static void train(const char *more)
{
    char job[300];

    snprintf(job, sizeof(job),
             "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"a\",\"recipe\":"
             "\"tutorial-flights\",\"params\":{\"epochs\":1}%s}",
             more);
    run_job(&r, &d, job, "succeeded");
}

static int versions(void)
{
    get(&r, &d, "/v1/models/a/versions", 200);
    return cJSON_GetArraySize(at(r.json, "items"));
}

START_TEST(old_versions_go_and_what_serves_stays)
{
    static const char *const args[] = {"--keep-versions", "2", NULL};

    daemon_start(&d, args);
    put_flights();
    train("");
    put(&r, &d, "/v1/models/a/aliases/production", "application/json", "{\"version\":1}", 201);
    for (int i = 0; i < 4; i++)
        train("");
    for (int64_t until = now_ms() + 60000; versions() != 3 && now_ms() < until;)
        (void)poll(NULL, 0, 50);
    ck_assert_int_eq(versions(), 3);
    ck_assert_int_eq((int)number_at(r.json, "items.0.version"), 5);
    ck_assert_int_eq((int)number_at(r.json, "items.1.version"), 4);
    ck_assert_int_eq((int)number_at(r.json, "items.2.version"), 1);
    get(&r, &d, "/v1/models/a/forecast", 200);
    ck_assert_int_eq((int)number_at(r.json, "version"), 1);
    get(&r, &d, "/v1/models/a/forecast?version=2", 404);
    ck_assert_msg(daemon_log_has(&d, "keep_versions is 2"), "the log names what was removed");
}
END_TEST

/* A series of random looking values, in JSON. */
static char *values(int n)
{
    char *text = malloc((size_t)n * 12 + 40);
    size_t used = (size_t)sprintf(text, "{\"values\":[");
    unsigned v = 1;

    for (int i = 0; i < n; i++, v = v * 1103515245u + 12345u)
        used += (size_t)sprintf(text + used, "%s%u", i ? "," : "", v >> 8 & 0xffffff);
    (void)sprintf(text + used, "]}");
    return text;
}

static double metric(const char *name)
{
    const char *line;
    char start[100];

    snprintf(start, sizeof(start), "\n%s ", name);
    get(&r, &d, "/metrics", 200);
    line = strstr(r.body, start);
    ck_assert_msg(line != NULL, "no %s", name);
    return atof(line + strlen(start));
}

START_TEST(beyond_the_quota_only_new_writes_are_refused)
{
    static const char *const args[] = {"--max-database-bytes", "2M", NULL};
    char *large = values(200000), *small = values(100);
    double before;

    daemon_start(&d, args);
    put_flights();
    put(&r, &d, "/v1/datasets/one", "application/json", large, 201);
    put(&r, &d, "/v1/datasets/two", "application/json", large, 507);
    ck_assert_str_eq(text_at(r.json, "type"), "/problems/insufficient-storage");
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "max_database_bytes"));
    get(&r, &d, "/v1/datasets/two", 404);
    get(&r, &d, "/readyz", 200); /* the disk has room: deleting is up to the client */
    get(&r, &d, "/v1/datasets/one", 200);
    before = metric("lstmd_database_bytes");
    ck_assert_double_eq_tol(metric("lstmd_database_max_bytes"), 2 << 20, 0.5);
    del(&r, &d, "/v1/datasets/one", 204);
    put(&r, &d, "/v1/datasets/three", "application/json", small, 201);
    for (int64_t until = now_ms() + 60000;
         metric("lstmd_database_bytes") > before - 1000000 && now_ms() < until;)
        (void)poll(NULL, 0, 50);
    ck_assert_double_le(metric("lstmd_database_bytes"), before - 1000000); /* room is given back */
    put(&r, &d, "/v1/datasets/two", "application/json", large, 201);
    free(large);
    free(small);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("keeping");
    TCase *t = tcase_create("keeping");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, old_versions_go_and_what_serves_stays);
    tcase_add_test(t, beyond_the_quota_only_new_writes_are_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_retention.c - the thread that removes old versions and jobs, also from the model cache. */
#include "server/jobs/retention.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEADLINE_MS = 20000 };

static struct fixture f;
static struct model_cache *cache;

static void setup(void)
{
    struct err e = {0};

    ck_ok(log_open(LOG_TEXT, LOG_ERROR, NULL, &e), &e);
    fixture_open(&f);
    ck_ok(model_cache_new(&cache, f.store, 1 << 26, &f.e), &f.e);
}

static void teardown(void)
{
    model_cache_free(cache);
    fixture_close(&f);
}

/* Stores versions that can be loaded: the smallest possible forecaster of another program. */
static void put(int versions)
{
    struct model_submission m = model_of("m", "forecast", "");
    static uint8_t bytes[1 << 16];
    FILE *in = fopen("tests/fuzz/corpus/safetensors/forecaster-fitted", "rb");
    int64_t version;

    ck_assert_ptr_nonnull(in);
    m.checkpoint_len = fread(bytes, 1, sizeof(bytes), in);
    m.checkpoint = bytes;
    (void)fclose(in);
    for (int i = 0; i < versions; i++)
        ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
}

static int64_t versions(void)
{
    return fixture_int(&f, "SELECT count(*) FROM model_version");
}

START_TEST(what_is_removed_leaves_the_cache_and_nothing_else_does)
{
    const struct retention_config c = {.keep_versions = 1};
    const struct model *m = NULL;

    put(2);
    for (int64_t v = 1; v <= 2; v++) {
        ck_ok(model_cache_acquire(&m, cache, "m", version_number(v), &f.e), &f.e);
        model_cache_release(cache, m);
    }
    ck_assert(retention_step(f.store, cache, &c, clock_ms()));
    ck_assert(!retention_step(f.store, cache, &c, clock_ms()));
    ck_assert(!model_cache_has(cache, "m", version_number(1)));
    ck_assert(model_cache_has(cache, "m", version_number(2)));
    ck_status(model_cache_acquire(&m, cache, "m", version_number(1), &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(jobs_go_by_days)
{
    const struct retention_config c = {.keep_jobs_days = 2};
    char id[JOB_ID_LEN + 1];
    struct job j;

    put_series(&f, "x", FREQ_M, 0, 20, 1);
    submit(id, &f, "x", "m");
    ck_ok(store_job_cancel(&j, f.store, id, &f.e), &f.e);
    job_release(&j);
    ck_assert(!retention_step(f.store, NULL, &c, clock_ms() + 86400000));
    ck_assert(retention_step(f.store, NULL, &c, clock_ms() + 2 * 86400000LL + 1000));
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job"), 0);
}
END_TEST

START_TEST(a_thread_does_it_by_itself)
{
    const struct retention_config c = {.keep_versions = 2, .interval_ms = 10};
    struct retention *r = NULL;
    int64_t until = clock_monotonic_ms() + DEADLINE_MS;

    put(5);
    ck_ok(retention_start(&r, f.store, cache, &c, &f.e), &f.e);
    ck_assert_ptr_nonnull(r);
    while (versions() > 2 && clock_monotonic_ms() < until)
        (void)poll(NULL, 0, 5);
    ck_assert_int_eq(versions(), 2);
    put(1); /* later versions are removed, too */
    while (versions() > 2 && clock_monotonic_ms() < until)
        (void)poll(NULL, 0, 5);
    ck_assert_int_eq(versions(), 2);
    retention_stop(r);
}
END_TEST

START_TEST(nothing_is_started_for_nothing)
{
    const struct retention_config c = {.interval_ms = 10};
    struct retention *r = NULL;

    ck_ok(retention_start(&r, f.store, cache, &c, &f.e), &f.e);
    ck_assert_ptr_null(r);
    retention_stop(r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("retention");
    TCase *t = tcase_create("retention");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_is_removed_leaves_the_cache_and_nothing_else_does);
    tcase_add_test(t, jobs_go_by_days);
    tcase_add_test(t, a_thread_does_it_by_itself);
    tcase_add_test(t, nothing_is_started_for_nothing);
    suite_add_tcase(s, t);
    return suite_run(s);
}

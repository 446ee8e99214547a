/* test_event.c - what happens is told to those webhooks that chose it, in the same transaction. */
#include "server/store/event.h"

#include "tests/unit/server/store/webhook_fixture.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

static const struct job_advance nothing = {.progress = {.fraction = 1}, .first_epoch = 1};

START_TEST(the_end_of_a_job_is_told)
{
    int64_t good = add_webhook(&f, 1 << EVENT_JOB_SUCCEEDED, NULL),
            bad = add_webhook(&f, 1 << EVENT_JOB_FAILED, NULL),
            cancelled = add_webhook(&f, 1 << EVENT_JOB_CANCELLED, NULL), version = 0;
    const struct model_submission m = model_of("m", "forecast", "bytes");
    char id[JOB_ID_LEN + 1];
    struct job j;

    put_series(&f, "x", FREQ_M, 0, 3, 1);
    submit(id, &f, "x", "m");
    claim(id, &f);
    ck_assert_int_eq(deliveries(&f, good) + deliveries(&f, bad) + deliveries(&f, cancelled), 0);
    ck_ok(store_job_succeed(&version, f.store, lease_of(&f, id), &nothing, &m, &f.e), &f.e);
    ck_assert_int_eq(deliveries(&f, good), 1);
    payload_has(&f, good, "{\"type\":\"job.succeeded\",\"timestamp\":\"20");
    payload_has(&f, good, "\"data\":{\"id\":\"");
    payload_has(&f, good, id);
    payload_has(&f, good,
                "\"task\":\"forecast\",\"dataset\":\"x\",\"model\":\"m\",\"state\":"
                "\"succeeded\",\"created_at\":\"20");
    payload_has(&f, good, "\"model_version\":1,\"error\":null}}");
    submit(id, &f, "x", "m");
    claim(id, &f);
    ck_ok(store_job_fail(f.store, lease_of(&f, id), JOB_FAILED, "{\"title\":\"no\"}", &f.e), &f.e);
    ck_assert_int_eq(deliveries(&f, bad), 1);
    payload_has(&f, bad, "\"model_version\":null,\"error\":{\"title\":\"no\"}}}");
    submit(id, &f, "x", "m");
    ck_ok(store_job_cancel(&j, f.store, id, &f.e), &f.e);
    job_release(&j);
    ck_assert_int_eq(deliveries(&f, cancelled), 1);
    payload_has(&f, cancelled, "\"state\":\"cancelled\"");
    payload_has(&f, cancelled, "\"started_at\":null");
    ck_assert_int_eq(deliveries(&f, good), 1);
    ck_assert_int_eq(deliveries(&f, bad), 1);
}
END_TEST

/* A worker that lost its lease changes nothing, and so tells nothing. */
START_TEST(an_end_that_does_not_count_is_not_told)
{
    int64_t hook = add_webhook(&f, EVENTS_ALL & ~(1 << EVENT_DATASET_UPDATED), NULL), version;
    const struct model_submission m = model_of("m", "forecast", "bytes");
    char id[JOB_ID_LEN + 1];
    struct lease lost;

    put_series(&f, "x", FREQ_M, 0, 3, 1);
    submit(id, &f, "x", "m");
    claim(id, &f);
    lost = *lease_of(&f, id);
    lost.token++;
    ck_status(store_job_succeed(&version, f.store, &lost, &nothing, &m, &f.e), ST_LOST, &f.e);
    ck_status(store_job_fail(f.store, &lost, JOB_FAILED, NULL, &f.e), ST_LOST, &f.e);
    ck_assert_int_eq(deliveries(&f, hook), 0);
}
END_TEST

START_TEST(versions_are_told)
{
    int64_t hook = add_webhook(&f, 1 << EVENT_MODEL_VERSION, NULL), version;
    struct model_submission m = model_of("m", "forecast", "bytes");
    char id[JOB_ID_LEN + 1];

    m.dataset = NULL;
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    payload_has(&f, hook,
                "\"data\":{\"name\":\"m\",\"version\":1,\"task\":\"forecast\",\"dataset\":"
                "null,\"job\":null,\"created_at\":\"20");
    put_series(&f, "x", FREQ_M, 0, 3, 1);
    submit(id, &f, "x", "m");
    claim(id, &f);
    m.dataset = "x";
    ck_ok(store_job_succeed(&version, f.store, lease_of(&f, id), &nothing, &m, &f.e), &f.e);
    payload_has(&f, hook, "\"version\":2");
    payload_has(&f, hook, "\"dataset\":\"x\",\"job\":\"");
    m.task = "tag"; /* refused: the name has another task */
    ck_status(store_model_put(&version, f.store, &m, &f.e), ST_CONFLICT, &f.e);
    ck_assert_int_eq(deliveries(&f, hook), 2);
}
END_TEST

START_TEST(changes_of_data_sets_are_told)
{
    int64_t hook = add_webhook(&f, 1 << EVENT_DATASET_UPDATED, NULL);
    struct series_set more = series_of("s", FREQ_M, 3, 2, 3.0),
                      late = series_of("s", FREQ_M, 0, 2, 3.0);
    struct tagged_set words = tagged_of("a/B/C");
    struct row_counts counts;
    bool created;

    put_series(&f, "x", FREQ_M, 0, 3, 1);
    payload_has(&f, hook,
                "\"data\":{\"name\":\"x\",\"kind\":\"series\",\"change\":\"created\","
                "\"bytes\":24,\"etag\":\"");
    put_series(&f, "x", FREQ_M, 0, 3, 1);
    payload_has(&f, hook, "\"change\":\"replaced\"");
    ck_ok(store_dataset_append_series(f.store, "x", &more, &wide, &f.e), &f.e);
    payload_has(&f, hook, "\"change\":\"appended\",\"bytes\":40");
    ck_assert_int_eq(deliveries(&f, hook), 3);
    /* nothing new, a dry run, a refusal */
    ck_ok(store_dataset_merge_series(&counts, f.store, "x", &more, CONFLICT_IGNORE, false, &wide,
                                     &f.e),
          &f.e);
    ck_ok(store_dataset_merge_series(&counts, f.store, "x", &late, CONFLICT_REPLACE, true, &wide,
                                     &f.e),
          &f.e);
    ck_status(store_dataset_append_series(f.store, "x", &late, &wide, &f.e), ST_INVALID, &f.e);
    ck_assert_int_eq(deliveries(&f, hook), 3);
    put_tagged(&f, "w", "the/DET/DT");
    payload_has(&f, hook, "\"name\":\"w\",\"kind\":\"tagged\",\"change\":\"created\"");
    ck_ok(store_dataset_append_tagged(f.store, "w", &words, &wide, &f.e), &f.e);
    payload_has(&f, hook, "\"change\":\"appended\"");
    ck_ok(store_dataset_put_text(f.store, "t", "ab", 2, NULL, &created, &f.e), &f.e);
    payload_has(&f, hook, "\"kind\":\"text\",\"change\":\"created\",\"bytes\":2");
    ck_ok(store_dataset_append_text(f.store, "t", "c", 1, &f.e), &f.e);
    payload_has(&f, hook, "\"change\":\"appended\",\"bytes\":3");
    ck_assert_int_eq(deliveries(&f, hook), 7);
    series_set_release(&more);
    series_set_release(&late);
    tagged_set_release(&words);
}
END_TEST

START_TEST(a_pattern_must_match_every_name)
{
    int64_t sales = add_webhook(&f, EVENTS_ALL, "sales-*"), all = add_webhook(&f, EVENTS_ALL, NULL);
    char id[JOB_ID_LEN + 1];
    struct job j;

    put_series(&f, "sales-a", FREQ_M, 0, 3, 1);
    put_series(&f, "other", FREQ_M, 0, 3, 1);
    ck_assert_int_eq(deliveries(&f, sales), 1);
    ck_assert_int_eq(deliveries(&f, all), 2);
    submit(id, &f, "sales-a", "other"); /* a model that the pattern does not match */
    ck_ok(store_job_cancel(&j, f.store, id, &f.e), &f.e);
    job_release(&j);
    ck_assert_int_eq(deliveries(&f, sales), 1);
    submit(id, &f, "sales-a", "sales-b");
    ck_ok(store_job_cancel(&j, f.store, id, &f.e), &f.e);
    job_release(&j);
    ck_assert_int_eq(deliveries(&f, sales), 2);
    ck_assert_int_eq(deliveries(&f, all), 4);
    ck_assert_int_eq(pending(&f, all), 4);
}
END_TEST

static enum status put_and_fail(struct db *db, void *ctx, struct err *e)
{
    const struct event ev = {.type = EVENT_JOB_FAILED, .at = 1, .dataset = "x", .data = "{}"};
    enum status st = event_put(db, &ev, e);

    (void)ctx;
    return st ? st : err_set(e, ST_CANCELLED, "undone");
}

START_TEST(what_is_undone_is_not_told)
{
    int64_t hook = add_webhook(&f, EVENTS_ALL, NULL);

    ck_status(transaction_write(fixture_db(&f), put_and_fail, NULL, &f.e), ST_CANCELLED, &f.e);
    ck_assert_int_eq(deliveries(&f, hook), 0);
    ck_assert_int_eq(pending(&f, hook), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("event");
    TCase *t = tcase_create("event");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_end_of_a_job_is_told);
    tcase_add_test(t, an_end_that_does_not_count_is_not_told);
    tcase_add_test(t, versions_are_told);
    tcase_add_test(t, changes_of_data_sets_are_told);
    tcase_add_test(t, a_pattern_must_match_every_name);
    tcase_add_test(t, what_is_undone_is_not_told);
    suite_add_tcase(s, t);
    return suite_run(s);
}

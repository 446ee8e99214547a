/* test_job.c - jobs: ids, the queue, idempotency, deletion, lists. */
#include "tests/unit/server/store/job_fixture.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- ids ---- */

START_TEST(ids_are_sorted_by_time)
{
    char id[2][JOB_ID_LEN + 1] = {"", ""};

    for (int i = 0; i < 300; i++) {
        char *now = id[i % 2];

        submit(now, &job_files, "flights", "m");
        ck_assert_uint_eq(strlen(now), JOB_ID_LEN);
        ck_assert_uint_eq(strspn(now, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), JOB_ID_LEN);
        ck_assert_int_gt(strcmp(now, id[(i + 1) % 2]), 0);
    }
}
END_TEST

/* The first ten characters are the milliseconds, base 32. */
START_TEST(ids_hold_the_time)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char id[JOB_ID_LEN + 1];
    int64_t before = clock_ms(), ms = 0;

    submit(id, &job_files, "flights", "m");
    for (int i = 0; i < 10; i++)
        ms = ms * 32 + (strchr(digits, id[i]) - digits);
    ck_assert_int_ge(ms, before);
    ck_assert_int_le(ms, clock_ms());
}
END_TEST

START_TEST(names_of_states)
{
    static const char *const names[] = {"queued", "running", "succeeded", "failed", "cancelled"};
    enum job_state st;

    for (int i = 0; i < 5; i++) {
        ck_assert_str_eq(job_state_name((enum job_state)i), names[i]);
        ck_assert(job_state_from_name(&st, names[i]));
        ck_assert_int_eq(st, i);
        ck_assert_int_eq(job_state_final(st), i >= 2);
    }
    ck_assert(!job_state_from_name(&st, "done"));
}
END_TEST

/* ---- submitting ---- */

START_TEST(a_job_is_queued)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit(id, &job_files, "flights", "m");
    j = get_job(id);
    ck_assert_int_eq(j.state, JOB_QUEUED);
    ck_assert_str_eq(j.task, "forecast");
    ck_assert_str_eq(j.dataset, "flights");
    ck_assert_str_eq(j.model, "m");
    ck_assert_str_eq(j.params, "{\"epochs\":3}");
    ck_assert_int_gt(j.created_at, 0);
    ck_assert_int_eq(j.started_at, 0);
    ck_assert_int_eq(j.finished_at, 0);
    ck_assert(isnan(j.progress.loss));
    ck_assert(j.progress.fraction == 0);
    ck_assert_ptr_null(j.error);
    ck_assert_ptr_null(j.metrics);
    ck_assert_int_eq(j.model_version, 0);
    ck_assert_int_eq(j.attempts, 0);
    job_release(&j);
}
END_TEST

START_TEST(an_unknown_job_is_not_found)
{
    struct job j;
    bool cancel;

    ck_status(store_job_get(&j, job_files.store, "nothing", &job_files.e), ST_NOT_FOUND,
              &job_files.e);
    ck_status(store_job_cancel(&j, job_files.store, "nothing", &job_files.e), ST_NOT_FOUND,
              &job_files.e);
    ck_status(store_job_fail(job_files.store, lease_of(&job_files, "nothing"), JOB_FAILED, NULL,
                             &job_files.e),
              ST_LOST, &job_files.e);
    ck_status(job_checkpoint(&cancel, "nothing", "s"), ST_LOST, &job_files.e);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job_snapshot"), 0);
}
END_TEST

START_TEST(the_queue_has_an_end)
{
    struct job_submission sub = submission(&job_files, "flights", "m");
    char id[JOB_ID_LEN + 1];
    struct job j;
    bool existing;

    sub.max_queue = 2;
    submit(id, &job_files, "flights", "m");
    submit(id, &job_files, "flights", "m");
    ck_status(store_job_submit(&j, &existing, job_files.store, &sub, &job_files.e), ST_BUSY,
              &job_files.e);
    ck_assert_ptr_nonnull(strstr(job_files.e.message, "max_queue allows 2"));
    claim(id, &job_files);
    ck_ok(store_job_submit(&j, &existing, job_files.store, &sub, &job_files.e), &job_files.e);
    job_release(&j);
}
END_TEST

START_TEST(a_retry_finds_the_first_job)
{
    struct job_submission sub = submission(&job_files, "flights", "m");
    struct job first, again;
    bool existing = true;

    sub.idempotency_key = "key-1";
    sub.max_queue = 1;
    ck_ok(store_job_find_retry(&again, &existing, job_files.store, &sub, &job_files.e),
          &job_files.e);
    ck_assert(!existing);
    ck_ok(store_job_submit(&first, &existing, job_files.store, &sub, &job_files.e), &job_files.e);
    ck_assert(!existing);
    ck_ok(store_job_submit(&again, &existing, job_files.store, &sub, &job_files.e),
          &job_files.e); /* the queue is full */
    ck_assert(existing);
    ck_assert_str_eq(first.id, again.id);
    job_release(&again);
    ck_ok(store_job_find_retry(&again, &existing, job_files.store, &sub, &job_files.e),
          &job_files.e);
    ck_assert(existing);
    ck_assert_str_eq(first.id, again.id);
    job_release(&again);
    job_release(&first);
    sub.request_digest = "another";
    ck_status(store_job_submit(&again, &existing, job_files.store, &sub, &job_files.e), ST_CONFLICT,
              &job_files.e);
    ck_assert_ptr_nonnull(strstr(job_files.e.message, "Idempotency-Key"));
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job"), 1);
}
END_TEST

START_TEST(content_that_is_gone_is_a_conflict)
{
    struct job_submission sub = submission(&job_files, "flights", "m");
    struct job j;
    bool existing;

    put_series(&job_files, "flights", FREQ_M, 0, 5, 0.0);
    ck_status(store_job_submit(&j, &existing, job_files.store, &sub, &job_files.e), ST_CONFLICT,
              &job_files.e);
    ck_assert_ptr_nonnull(strstr(job_files.e.message, "just been replaced"));
}
END_TEST

/* ---- deleting ---- */

static void expect_delete(const char *id, enum status expected)
{
    ck_status(store_job_delete(job_files.store, id, &job_files.e), expected, &job_files.e);
}

START_TEST(only_what_has_ended_is_deleted)
{
    char queued[JOB_ID_LEN + 1], id[JOB_ID_LEN + 1];
    bool cancel;
    struct job j;

    submit(id, &job_files, "flights", "m");
    submit(queued, &job_files, "flights", "m");
    claim(id, &job_files);
    ck_ok(job_checkpoint(&cancel, id, "s"), &job_files.e);
    expect_delete(queued, ST_CONFLICT);
    ck_assert_ptr_nonnull(strstr(job_files.e.message, "is queued; cancel it first"));
    expect_delete(id, ST_CONFLICT);
    ck_assert_ptr_nonnull(strstr(job_files.e.message, "is running; cancel it first"));
    expect_delete("nothing", ST_NOT_FOUND);
    ck_assert_str_eq(job_files.e.message, "there is no job 'nothing'");
    ck_ok(store_job_fail(job_files.store, lease_of(&job_files, id), JOB_FAILED, "{}", &job_files.e),
          &job_files.e);
    ck_ok(store_job_cancel(&j, job_files.store, queued, &job_files.e), &job_files.e);
    job_release(&j);
    expect_delete(id, ST_OK);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job_history"), 0);
    ck_assert_int_eq(job_state_of(queued), JOB_CANCELLED); /* of the others nothing is lost */
    expect_delete(queued, ST_OK);
    expect_delete(id, ST_NOT_FOUND);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job"), 0);
    fixture_check_file(&job_files);
}
END_TEST

START_TEST(all_of_a_job_goes_but_its_model)
{
    const struct model_submission m = model_of("m", "forecast", "weights");
    const struct job_progress p = {.epoch = 3, .epochs = 3, .fraction = 1, .loss = 0.1};
    const double loss[] = {0.3, 0.2, 0.1};
    char trained[JOB_ID_LEN + 1], measured[JOB_ID_LEN + 1];
    struct model_version v;
    int64_t version = 0;
    char *result;

    submit(trained, &job_files, "flights", "m");
    submit(measured, &job_files, "flights", "");
    claim(trained, &job_files);
    claim(measured, &job_files);
    ck_ok(store_job_succeed(
              &version, job_files.store, lease_of(&job_files, trained),
              &(struct job_advance){.progress = p, .first_epoch = 1, .loss = loss, .epochs = 3}, &m,
              &job_files.e),
          &job_files.e);
    ck_ok(store_job_complete(
              job_files.store, lease_of(&job_files, measured),
              &(struct job_advance){.progress = p, .first_epoch = 1, .loss = loss, .epochs = 3},
              &(struct job_result){"{}", "{\"mase\":1}"}, &job_files.e),
          &job_files.e);
    expect_delete(trained, ST_OK);
    ck_ok(store_model_get(&v, job_files.store, "m", 1, &job_files.e), &job_files.e);
    ck_assert_str_eq(v.job, trained); /* where it came from is still said */
    model_version_release(&v);
    ck_ok(store_job_result(&result, job_files.store, measured, &job_files.e), &job_files.e);
    ck_assert_str_eq(result, "{\"mase\":1}");
    free(result);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job_history"), 3);
    expect_delete(measured, ST_OK);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job_history"), 0);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job_result"), 0);
    fixture_check_file(&job_files);
}
END_TEST

START_TEST(the_key_of_a_deleted_job_is_free)
{
    struct job_submission sub = submission(&job_files, "flights", "m");
    struct job first, second;
    bool existing = true;

    sub.idempotency_key = "key-1";
    ck_ok(store_job_submit(&first, &existing, job_files.store, &sub, &job_files.e), &job_files.e);
    ck_ok(store_job_cancel(&second, job_files.store, first.id, &job_files.e), &job_files.e);
    job_release(&second);
    expect_delete(first.id, ST_OK);
    sub.request_digest = "another";
    ck_ok(store_job_submit(&second, &existing, job_files.store, &sub, &job_files.e), &job_files.e);
    ck_assert(!existing);
    ck_assert_str_ne(first.id, second.id);
    job_release(&first);
    job_release(&second);
}
END_TEST

/* ---- lists ---- */

/* Pages of 7 through a list; how many there are, newest first, all of that state and model. */
static int walk(int state, const char *model)
{
    char before[JOB_ID_LEN + 1] = "";
    struct job_list l;
    int seen = 0, n;

    do {
        ck_ok(store_job_list(&l, job_files.store, state, model, NULL, before, 7, &job_files.e),
              &job_files.e);
        n = l.count;
        for (int i = 0; i < n; i++) {
            ck_assert(!before[0] || strcmp(l.items[i].id, before) < 0);
            ck_assert(state < 0 || (int)l.items[i].state == state);
            ck_assert(!model || strcmp(l.items[i].model, model) == 0);
            snprintf(before, sizeof(before), "%s", l.items[i].id);
        }
        seen += n;
        job_list_release(&l);
    } while (n == 7);
    return seen;
}

START_TEST(the_oldest_queued_job_is_known)
{
    char first[JOB_ID_LEN + 1], id[JOB_ID_LEN + 1];
    int64_t at = -1, before = clock_ms();
    struct job j;

    ck_ok(store_job_oldest_queued(&at, job_files.store, &job_files.e), &job_files.e);
    ck_assert_int_eq(at, 0);
    submit(first, &job_files, "flights", "a");
    submit(id, &job_files, "flights", "a");
    ck_ok(store_job_oldest_queued(&at, job_files.store, &job_files.e), &job_files.e);
    ck_ok(store_job_get(&j, job_files.store, first, &job_files.e), &job_files.e);
    ck_assert_int_eq(at, j.created_at);
    ck_assert_int_ge(at, before);
    job_release(&j);
    claim(id, &job_files);
    claim(id, &job_files); /* none is left */
    ck_ok(store_job_oldest_queued(&at, job_files.store, &job_files.e), &job_files.e);
    ck_assert_int_eq(at, 0);
}
END_TEST

START_TEST(lists_are_filtered_and_paged)
{
    char id[JOB_ID_LEN + 1];
    int64_t counts[5];

    for (int i = 0; i < 30; i++)
        submit(id, &job_files, "flights", i % 3 ? "a" : "b");
    for (int i = 0; i < 12; i++) {
        claim(id, &job_files);
        if (i % 2)
            ck_ok(store_job_fail(job_files.store, lease_of(&job_files, id), JOB_FAILED, NULL,
                                 &job_files.e),
                  &job_files.e);
    }
    ck_assert_int_eq(walk(-1, NULL), 30);
    ck_assert_int_eq(walk(-1, "a"), 20);
    ck_assert_int_eq(walk(-1, "c"), 0);
    ck_assert_int_eq(walk(JOB_QUEUED, NULL), 18);
    ck_assert_int_eq(walk(JOB_RUNNING, NULL), 6);
    ck_assert_int_eq(walk(JOB_FAILED, "b"), 2);
    ck_assert_int_eq(walk(JOB_SUCCEEDED, "b"), 0);
    ck_ok(store_job_counts(counts, job_files.store, &job_files.e), &job_files.e);
    ck_assert_int_eq(counts[JOB_QUEUED], 18);
    ck_assert_int_eq(counts[JOB_RUNNING], 6);
    ck_assert_int_eq(counts[JOB_FAILED], 6);
    ck_assert_int_eq(counts[JOB_SUCCEEDED], 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("jobs");
    TCase *t = tcase_create("jobs");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, job_setup, job_teardown);
    tcase_add_test(t, ids_are_sorted_by_time);
    tcase_add_test(t, the_oldest_queued_job_is_known);
    tcase_add_test(t, ids_hold_the_time);
    tcase_add_test(t, names_of_states);
    tcase_add_test(t, a_job_is_queued);
    tcase_add_test(t, an_unknown_job_is_not_found);
    tcase_add_test(t, the_queue_has_an_end);
    tcase_add_test(t, a_retry_finds_the_first_job);
    tcase_add_test(t, content_that_is_gone_is_a_conflict);
    tcase_add_test(t, only_what_has_ended_is_deleted);
    tcase_add_test(t, all_of_a_job_goes_but_its_model);
    tcase_add_test(t, the_key_of_a_deleted_job_is_free);
    tcase_add_test(t, lists_are_filtered_and_paged);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

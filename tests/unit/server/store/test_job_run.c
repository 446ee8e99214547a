/* test_job_run.c - jobs that run: claiming, checkpoints, what is kept of a dead process, the
 * ends. */
#include "tests/unit/server/store/job_fixture.h"
#include "tests/unit/suite.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- running ---- */

START_TEST(the_oldest_is_claimed)
{
    char ids[3][JOB_ID_LEN + 1], id[JOB_ID_LEN + 1];
    struct lease lease;
    struct job j;

    for (int i = 0; i < 3; i++)
        submit(ids[i], &job_files, "flights", "m");
    for (int i = 0; i < 3; i++) {
        claim(id, &job_files);
        ck_assert_str_eq(id, ids[i]);
        ck_assert_int_eq(job_state_of(id), JOB_RUNNING);
    }
    ck_status(store_job_claim(&j, &lease, job_files.store, "w", &job_files.e), ST_NOT_FOUND,
              &job_files.e);
    ck_assert_int_eq(lease.token, 0);
}
END_TEST

START_TEST(a_checkpoint_is_found_again)
{
    char id[JOB_ID_LEN + 1];
    struct lease lease;
    uint8_t *snapshot;
    double *loss, *validation;
    size_t len;
    struct job j;
    bool cancel = true;
    int n = 0;

    submit(id, &job_files, "flights", "m");
    claim(id, &job_files);
    ck_ok(job_checkpoint(&cancel, id, "first"), &job_files.e);
    ck_assert(!cancel);
    ck_ok(job_checkpoint(&cancel, id, "second state"), &job_files.e);
    ck_ok(job_checkpoint(&cancel, id, NULL), &job_files.e); /* progress only: the snapshot stays */
    ck_ok(store_job_release(job_files.store, lease_of(&job_files, id), &job_files.e), &job_files.e);
    ck_ok(store_job_claim(&j, &lease, job_files.store, "w", &job_files.e), &job_files.e);
    ck_ok(store_job_snapshot(&snapshot, &len, job_files.store, id, &job_files.e), &job_files.e);
    ck_assert_uint_eq(len, strlen("second state"));
    ck_assert(memcmp(snapshot, "second state", len) == 0);
    ck_assert_int_eq(j.progress.epoch, 2);
    ck_assert_int_eq(j.progress.epochs, 9);
    ck_assert(j.progress.fraction == 0.25);
    ck_assert(j.progress.loss == 0.5);
    ck_assert(isnan(j.progress.validation_loss));
    ck_assert(isnan(j.progress.eta_seconds));
    ck_assert_int_eq(j.attempts, 1); /* letting go on purpose is no attempt */
    job_release(&j);
    free(snapshot);
    ck_ok(store_job_history(&loss, &validation, &n, job_files.store, id, 2, INT_MAX, &job_files.e),
          &job_files.e);
    ck_assert_int_eq(n, 1);
    ck_assert(loss[0] == 0.5);
    ck_assert(isnan(validation[0]));
    free(loss);
    free(validation);
}
END_TEST

START_TEST(a_long_history_comes_back)
{
    enum { N = 1000 };
    const struct job_progress p = {0};
    double loss[N], validation[N], *a, *b;
    char id[JOB_ID_LEN + 1];
    bool cancel;
    int n;

    for (int i = 0; i < N; i++) {
        loss[i] = 1.0 / (i + 1);
        validation[i] = i % 3 ? -loss[i] : NAN;
    }
    loss[7] = INFINITY;
    submit(id, &job_files, "flights", "m");
    claim(id, &job_files);
    ck_ok(store_job_checkpoint(&cancel, job_files.store, lease_of(&job_files, id),
                               &(struct job_advance){.progress = p,
                                                     .first_epoch = 1,
                                                     .loss = loss,
                                                     .validation = validation,
                                                     .epochs = N},
                               &job_files.e),
          &job_files.e);
    ck_ok(store_job_history(&a, &b, &n, job_files.store, id, 1, INT_MAX, &job_files.e),
          &job_files.e);
    ck_assert_int_eq(n, N);
    for (int i = 0; i < N; i++) {
        ck_assert(a[i] == loss[i]);
        ck_assert(isnan(validation[i]) ? isnan(b[i]) : b[i] == validation[i]);
    }
    free(a);
    free(b);
    ck_ok(store_job_history(&a, &b, &n, job_files.store, id, N + 1, INT_MAX, &job_files.e),
          &job_files.e);
    ck_assert_int_eq(n, 0);
    free(a);
    free(b);
    ck_ok(store_job_history(&a, &b, &n, job_files.store, id, 11, 4, &job_files.e), &job_files.e);
    ck_assert_int_eq(n, 4);
    ck_assert(a[0] == loss[10] && a[3] == loss[13]);
    free(a);
    free(b);
}
END_TEST

START_TEST(a_job_shows_the_arithmetic_of_its_last_start)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit(id, &job_files, "flights", "m");
    ck_status(store_job_set_arithmetic(job_files.store, lease_of(&job_files, id), "avx2-1-0",
                                       &job_files.e),
              ST_LOST, &job_files.e);
    claim(id, &job_files);
    for (int i = 0; i < 2; i++) {
        ck_ok(store_job_get(&j, job_files.store, id, &job_files.e), &job_files.e);
        if (i)
            ck_assert_str_eq(j.arithmetic, "avx2-1-0");
        else
            ck_assert_ptr_null(j.arithmetic);
        job_release(&j);
        ck_ok(store_job_set_arithmetic(job_files.store, lease_of(&job_files, id),
                                       i ? "naive-1-1" : "avx2-1-0", &job_files.e),
              &job_files.e);
    }
    ck_ok(store_job_fail(job_files.store, lease_of(&job_files, id), JOB_FAILED, NULL, &job_files.e),
          &job_files.e);
    ck_ok(store_job_get(&j, job_files.store, id, &job_files.e), &job_files.e);
    ck_assert_str_eq(j.arithmetic, "naive-1-1");
    job_release(&j);
    ck_status(store_job_set_arithmetic(job_files.store, lease_of(&job_files, id), "avx2-1-0",
                                       &job_files.e),
              ST_LOST, &job_files.e);
}
END_TEST

START_TEST(a_job_that_begins_anew_has_no_past)
{
    struct job j;
    char id[JOB_ID_LEN + 1];
    double *a, *b;
    bool cancel;
    int n;

    submit(id, &job_files, "flights", "m");
    ck_status(store_job_restart(job_files.store, lease_of(&job_files, id), "why", &job_files.e),
              ST_LOST, &job_files.e);
    claim(id, &job_files);
    ck_ok(job_checkpoint(&cancel, id, "old"), &job_files.e);
    ck_ok(store_job_get(&j, job_files.store, id, &job_files.e), &job_files.e);
    ck_assert(j.progress.epoch > 0 && j.progress.fraction > 0 && isfinite(j.progress.loss));
    ck_assert_ptr_null(j.note);
    job_release(&j);
    ck_ok(store_job_restart(job_files.store, lease_of(&job_files, id), "why", &job_files.e),
          &job_files.e);
    ck_ok(store_job_get(&j, job_files.store, id, &job_files.e), &job_files.e);
    ck_assert_str_eq(j.note, "why");
    ck_assert(j.progress.epoch == 0 && j.progress.fraction == 0 && isnan(j.progress.loss));
    ck_assert_int_eq(j.state, JOB_RUNNING);
    job_release(&j);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job_snapshot"), 0);
    ck_ok(store_job_history(&a, &b, &n, job_files.store, id, 1, INT_MAX, &job_files.e),
          &job_files.e);
    ck_assert_int_eq(n, 0);
    free(a);
    free(b);
    ck_status(
        store_job_restart(job_files.store, lease_of(&job_files, "nobody"), "why", &job_files.e),
        ST_LOST, &job_files.e);
}
END_TEST

START_TEST(jobs_of_a_dead_process_are_queued_again)
{
    char id[JOB_ID_LEN + 1], same[JOB_ID_LEN + 1];
    bool cancel;
    struct job j;

    submit(id, &job_files, "flights", "m");
    claim(id, &job_files);
    ck_ok(job_checkpoint(&cancel, id, "s"), &job_files.e);
    store_close(job_files.store);
    fixture_store(&job_files);
    ck_assert_int_eq(take_back(&job_files), 1);
    ck_assert_int_eq(job_state_of(id), JOB_QUEUED);
    claim(same, &job_files);
    ck_assert_str_eq(id, same);
    j = get_job(id);
    ck_assert_int_eq(j.attempts, 2);
    ck_assert_int_gt(j.started_at, 0);
    job_release(&j);
    ck_assert_int_eq(take_back(&job_files), 1);
    ck_assert_int_eq(take_back(&job_files), 0);
}
END_TEST

/* ---- the ends ---- */

START_TEST(a_failure_is_kept)
{
    char id[JOB_ID_LEN + 1];
    bool cancel;
    struct job j;

    submit(id, &job_files, "flights", "m");
    ck_status(
        store_job_fail(job_files.store, lease_of(&job_files, id), JOB_FAILED, "{}", &job_files.e),
        ST_LOST, &job_files.e);
    claim(id, &job_files);
    ck_ok(job_checkpoint(&cancel, id, "s"), &job_files.e);
    ck_ok(store_job_fail(job_files.store, lease_of(&job_files, id), JOB_FAILED,
                         "{\"title\":\"no\"}", &job_files.e),
          &job_files.e);
    j = get_job(id);
    ck_assert_int_eq(j.state, JOB_FAILED);
    ck_assert_str_eq(j.error, "{\"title\":\"no\"}");
    ck_assert_int_gt(j.finished_at, 0);
    job_release(&j);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job_snapshot"), 0);
    ck_status(
        store_job_fail(job_files.store, lease_of(&job_files, id), JOB_FAILED, "{}", &job_files.e),
        ST_LOST, &job_files.e);
    ck_status(job_checkpoint(&cancel, id, "s"), ST_LOST, &job_files.e);
    ck_status(store_job_release(job_files.store, lease_of(&job_files, id), &job_files.e), ST_LOST,
              &job_files.e);
    ck_assert_int_eq(job_state_of(id), JOB_FAILED);
}
END_TEST

START_TEST(cancelling)
{
    char queued[JOB_ID_LEN + 1], running[JOB_ID_LEN + 1];
    bool cancel = false;
    struct job j;

    submit(running, &job_files, "flights", "m");
    submit(queued, &job_files, "flights", "m");
    claim(running, &job_files);
    ck_ok(store_job_cancel(&j, job_files.store, queued, &job_files.e), &job_files.e);
    ck_assert_int_eq(j.state, JOB_CANCELLED);
    job_release(&j);
    ck_ok(store_job_cancel(&j, job_files.store, running, &job_files.e), &job_files.e);
    ck_assert_int_eq(j.state, JOB_RUNNING);
    ck_assert(j.cancel_requested);
    job_release(&j);
    ck_ok(store_job_cancel(&j, job_files.store, running, &job_files.e),
          &job_files.e); /* twice is fine */
    job_release(&j);
    ck_ok(job_checkpoint(&cancel, running, "s"), &job_files.e);
    ck_assert(cancel);
    ck_ok(store_job_fail(job_files.store, lease_of(&job_files, running), JOB_CANCELLED, NULL,
                         &job_files.e),
          &job_files.e);
    ck_status(store_job_cancel(&j, job_files.store, running, &job_files.e), ST_CONFLICT,
              &job_files.e);
    ck_assert_ptr_nonnull(strstr(job_files.e.message, "cancelled"));
}
END_TEST

START_TEST(success_makes_a_version)
{
    const struct model_submission m = model_of("m", "forecast", "weights");
    const struct job_progress p = {.epoch = 3, .epochs = 3, .fraction = 1, .loss = 0.1};
    const double loss[] = {0.3, 0.2, 0.1};
    double *a, *b;
    char id[JOB_ID_LEN + 1];
    int64_t version = 0;
    struct model_version v;
    struct job j;
    bool cancel;
    int n;

    submit(id, &job_files, "flights", "m");
    claim(id, &job_files);
    ck_ok(job_checkpoint(&cancel, id, "s"), &job_files.e);
    ck_ok(store_job_succeed(
              &version, job_files.store, lease_of(&job_files, id),
              &(struct job_advance){.progress = p, .first_epoch = 1, .loss = loss, .epochs = 3}, &m,
              &job_files.e),
          &job_files.e);
    ck_assert_int_eq(version, 1);
    j = get_job(id);
    ck_assert_int_eq(j.state, JOB_SUCCEEDED);
    ck_assert_int_eq(j.model_version, 1);
    ck_assert_str_eq(j.metrics, "{\"mape\":3.5}");
    ck_assert(j.progress.fraction == 1);
    job_release(&j);
    ck_ok(store_job_history(&a, &b, &n, job_files.store, id, 1, INT_MAX, &job_files.e),
          &job_files.e);
    ck_assert_int_eq(n, 3);
    ck_assert(a[1] == 0.2);
    free(a);
    free(b);
    ck_ok(store_model_get(&v, job_files.store, "m", 1, &job_files.e), &job_files.e);
    ck_assert_str_eq(v.job, id);
    model_version_release(&v);
    ck_status(store_job_succeed(
                  &version, job_files.store, lease_of(&job_files, id),
                  &(struct job_advance){.progress = p, .first_epoch = 1, .loss = loss, .epochs = 3},
                  &m, &job_files.e),
              ST_LOST, &job_files.e);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM model_version"), 1);
}
END_TEST

/* The model cannot be stored: the job goes on running and no version number is spent. */
START_TEST(success_is_whole_or_not_at_all)
{
    const struct model_submission other = model_of("m", "tag", "weights"),
                                  m = model_of("m", "forecast", "weights");
    const struct job_progress p = {.fraction = 1};
    char id[JOB_ID_LEN + 1];
    int64_t version = 0;

    ck_ok(store_model_put(&version, job_files.store, &other, &job_files.e), &job_files.e);
    submit(id, &job_files, "flights", "m");
    claim(id, &job_files);
    ck_status(store_job_succeed(&version, job_files.store, lease_of(&job_files, id),
                                &(struct job_advance){.progress = p, .first_epoch = 1}, &m,
                                &job_files.e),
              ST_CONFLICT, &job_files.e);
    ck_assert_int_eq(job_state_of(id), JOB_RUNNING);
    ck_ok(store_model_put(&version, job_files.store, &other, &job_files.e), &job_files.e);
    ck_assert_int_eq(version, 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("running jobs of the store");
    TCase *t = tcase_create("runs");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, job_setup, job_teardown);
    tcase_add_test(t, the_oldest_is_claimed);
    tcase_add_test(t, a_checkpoint_is_found_again);
    tcase_add_test(t, a_long_history_comes_back);
    tcase_add_test(t, a_job_shows_the_arithmetic_of_its_last_start);
    tcase_add_test(t, a_job_that_begins_anew_has_no_past);
    tcase_add_test(t, jobs_of_a_dead_process_are_queued_again);
    tcase_add_test(t, a_failure_is_kept);
    tcase_add_test(t, cancelling);
    tcase_add_test(t, success_makes_a_version);
    tcase_add_test(t, success_is_whole_or_not_at_all);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* Jobs: ids, the queue, claiming, checkpoints, the ends, idempotency, lists. */
#include "tests/unit/server/store/fixture.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "flights", FREQ_M, -252, 12, 100.0);
}

static void teardown(void)
{
    fixture_close(&f);
}

static struct job get(const char *id)
{
    struct job j;

    ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
    return j;
}

static enum job_state state_of(const char *id)
{
    struct job j = get(id);
    enum job_state st = j.state;

    job_release(&j);
    return st;
}

static enum status checkpoint(bool *cancel, const char *id, const char *snapshot)
{
    const struct job_progress p = {.epoch = 2,
                                   .epochs = 9,
                                   .fraction = 0.25,
                                   .loss = 0.5,
                                   .validation_loss = NAN,
                                   .samples_per_second = 1000,
                                   .eta_seconds = NAN};
    const double loss[] = {0.9, 0.5};

    return store_job_checkpoint(
        cancel, f.store, id,
        &(struct job_advance){.progress = p,
                              .first_epoch = 1,
                              .loss = loss,
                              .epochs = 2,
                              .snapshot = (const uint8_t *)snapshot,
                              .snapshot_len = snapshot ? strlen(snapshot) : 0},
        1000, &f.e);
}

/* ---- ids ---- */

START_TEST(ids_are_sorted_by_time)
{
    char id[2][JOB_ID_LEN + 1] = {"", ""};

    for (int i = 0; i < 300; i++) {
        char *now = id[i % 2];

        submit(now, &f, "flights", "m");
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

    submit(id, &f, "flights", "m");
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

    submit(id, &f, "flights", "m");
    j = get(id);
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

    ck_status(store_job_get(&j, f.store, "nothing", &f.e), ST_NOT_FOUND, &f.e);
    ck_status(store_job_cancel(&j, f.store, "nothing", &f.e), ST_NOT_FOUND, &f.e);
    ck_status(store_job_fail(f.store, "nothing", JOB_FAILED, NULL, &f.e), ST_NOT_FOUND, &f.e);
    ck_status(checkpoint(&cancel, "nothing", "s"), ST_CONFLICT, &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_snapshot"), 0);
}
END_TEST

START_TEST(the_queue_has_an_end)
{
    struct job_submission sub = submission(&f, "flights", "m");
    char id[JOB_ID_LEN + 1];
    struct job j;
    bool existing;

    sub.max_queue = 2;
    submit(id, &f, "flights", "m");
    submit(id, &f, "flights", "m");
    ck_status(store_job_submit(&j, &existing, f.store, &sub, &f.e), ST_BUSY, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "max_queue allows 2"));
    claim(id, &f);
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    job_release(&j);
}
END_TEST

START_TEST(a_retry_finds_the_first_job)
{
    struct job_submission sub = submission(&f, "flights", "m");
    struct job first, again;
    bool existing = true;

    sub.idempotency_key = "key-1";
    sub.max_queue = 1;
    ck_ok(store_job_find_retry(&again, &existing, f.store, &sub, &f.e), &f.e);
    ck_assert(!existing);
    ck_ok(store_job_submit(&first, &existing, f.store, &sub, &f.e), &f.e);
    ck_assert(!existing);
    ck_ok(store_job_submit(&again, &existing, f.store, &sub, &f.e), &f.e); /* the queue is full */
    ck_assert(existing);
    ck_assert_str_eq(first.id, again.id);
    job_release(&again);
    ck_ok(store_job_find_retry(&again, &existing, f.store, &sub, &f.e), &f.e);
    ck_assert(existing);
    ck_assert_str_eq(first.id, again.id);
    job_release(&again);
    job_release(&first);
    sub.request_digest = "another";
    ck_status(store_job_submit(&again, &existing, f.store, &sub, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "Idempotency-Key"));
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job"), 1);
}
END_TEST

START_TEST(content_that_is_gone_is_a_conflict)
{
    struct job_submission sub = submission(&f, "flights", "m");
    struct job j;
    bool existing;

    put_series(&f, "flights", FREQ_M, 0, 5, 0.0);
    ck_status(store_job_submit(&j, &existing, f.store, &sub, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "just been replaced"));
}
END_TEST

/* ---- running ---- */

START_TEST(the_oldest_is_claimed)
{
    char ids[3][JOB_ID_LEN + 1], id[JOB_ID_LEN + 1];
    uint8_t *snapshot;
    size_t len;
    struct job j;

    for (int i = 0; i < 3; i++)
        submit(ids[i], &f, "flights", "m");
    for (int i = 0; i < 3; i++) {
        claim(id, &f);
        ck_assert_str_eq(id, ids[i]);
        ck_assert_int_eq(state_of(id), JOB_RUNNING);
    }
    ck_status(store_job_claim(&j, &snapshot, &len, f.store, "w", 1, &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_null(snapshot);
}
END_TEST

START_TEST(a_checkpoint_is_found_again)
{
    char id[JOB_ID_LEN + 1];
    uint8_t *snapshot;
    double *loss, *validation;
    size_t len;
    struct job j;
    bool cancel = true;
    int n = 0;

    submit(id, &f, "flights", "m");
    claim(id, &f);
    ck_ok(checkpoint(&cancel, id, "first"), &f.e);
    ck_assert(!cancel);
    ck_ok(checkpoint(&cancel, id, "second state"), &f.e);
    ck_ok(checkpoint(&cancel, id, NULL), &f.e); /* progress only: the snapshot stays */
    ck_ok(store_job_release(f.store, id, &f.e), &f.e);
    ck_ok(store_job_claim(&j, &snapshot, &len, f.store, "w", 1, &f.e), &f.e);
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
    ck_ok(store_job_history(&loss, &validation, &n, f.store, id, 2, INT_MAX, &f.e), &f.e);
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
    submit(id, &f, "flights", "m");
    claim(id, &f);
    ck_ok(store_job_checkpoint(&cancel, f.store, id,
                               &(struct job_advance){.progress = p,
                                                     .first_epoch = 1,
                                                     .loss = loss,
                                                     .validation = validation,
                                                     .epochs = N},
                               1, &f.e),
          &f.e);
    ck_ok(store_job_history(&a, &b, &n, f.store, id, 1, INT_MAX, &f.e), &f.e);
    ck_assert_int_eq(n, N);
    for (int i = 0; i < N; i++) {
        ck_assert(a[i] == loss[i]);
        ck_assert(isnan(validation[i]) ? isnan(b[i]) : b[i] == validation[i]);
    }
    free(a);
    free(b);
    ck_ok(store_job_history(&a, &b, &n, f.store, id, N + 1, INT_MAX, &f.e), &f.e);
    ck_assert_int_eq(n, 0);
    free(a);
    free(b);
    ck_ok(store_job_history(&a, &b, &n, f.store, id, 11, 4, &f.e), &f.e);
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

    submit(id, &f, "flights", "m");
    ck_status(store_job_set_arithmetic(f.store, id, "avx2-1-0", &f.e), ST_CONFLICT, &f.e);
    claim(id, &f);
    for (int i = 0; i < 2; i++) {
        ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
        if (i)
            ck_assert_str_eq(j.arithmetic, "avx2-1-0");
        else
            ck_assert_ptr_null(j.arithmetic);
        job_release(&j);
        ck_ok(store_job_set_arithmetic(f.store, id, i ? "naive-1-1" : "avx2-1-0", &f.e), &f.e);
    }
    ck_ok(store_job_fail(f.store, id, JOB_FAILED, NULL, &f.e), &f.e);
    ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
    ck_assert_str_eq(j.arithmetic, "naive-1-1");
    job_release(&j);
    ck_status(store_job_set_arithmetic(f.store, id, "avx2-1-0", &f.e), ST_CONFLICT, &f.e);
}
END_TEST

START_TEST(a_job_that_begins_anew_has_no_past)
{
    struct job j;
    char id[JOB_ID_LEN + 1];
    double *a, *b;
    bool cancel;
    int n;

    submit(id, &f, "flights", "m");
    ck_status(store_job_restart(f.store, id, "why", &f.e), ST_CONFLICT, &f.e);
    claim(id, &f);
    ck_ok(checkpoint(&cancel, id, "old"), &f.e);
    ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
    ck_assert(j.progress.epoch > 0 && j.progress.fraction > 0 && isfinite(j.progress.loss));
    ck_assert_ptr_null(j.note);
    job_release(&j);
    ck_ok(store_job_restart(f.store, id, "why", &f.e), &f.e);
    ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
    ck_assert_str_eq(j.note, "why");
    ck_assert(j.progress.epoch == 0 && j.progress.fraction == 0 && isnan(j.progress.loss));
    ck_assert_int_eq(j.state, JOB_RUNNING);
    job_release(&j);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_snapshot"), 0);
    ck_ok(store_job_history(&a, &b, &n, f.store, id, 1, INT_MAX, &f.e), &f.e);
    ck_assert_int_eq(n, 0);
    free(a);
    free(b);
    ck_status(store_job_restart(f.store, "nobody", "why", &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(jobs_of_a_dead_process_are_queued_again)
{
    char id[JOB_ID_LEN + 1], same[JOB_ID_LEN + 1];
    bool cancel;
    struct job j;
    int n = 0;

    submit(id, &f, "flights", "m");
    claim(id, &f);
    ck_ok(checkpoint(&cancel, id, "s"), &f.e);
    store_close(f.store);
    fixture_store(&f);
    ck_ok(store_job_release_all(&n, f.store, &f.e), &f.e);
    ck_assert_int_eq(n, 1);
    ck_assert_int_eq(state_of(id), JOB_QUEUED);
    claim(same, &f);
    ck_assert_str_eq(id, same);
    j = get(id);
    ck_assert_int_eq(j.attempts, 2);
    ck_assert_int_gt(j.started_at, 0);
    job_release(&j);
    ck_ok(store_job_release_all(&n, f.store, &f.e), &f.e);
    ck_ok(store_job_release_all(&n, f.store, &f.e), &f.e);
    ck_assert_int_eq(n, 0);
}
END_TEST

/* ---- the ends ---- */

START_TEST(a_failure_is_kept)
{
    char id[JOB_ID_LEN + 1];
    bool cancel;
    struct job j;

    submit(id, &f, "flights", "m");
    ck_status(store_job_fail(f.store, id, JOB_FAILED, "{}", &f.e), ST_CONFLICT, &f.e);
    claim(id, &f);
    ck_ok(checkpoint(&cancel, id, "s"), &f.e);
    ck_ok(store_job_fail(f.store, id, JOB_FAILED, "{\"title\":\"no\"}", &f.e), &f.e);
    j = get(id);
    ck_assert_int_eq(j.state, JOB_FAILED);
    ck_assert_str_eq(j.error, "{\"title\":\"no\"}");
    ck_assert_int_gt(j.finished_at, 0);
    job_release(&j);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_snapshot"), 0);
    ck_status(store_job_fail(f.store, id, JOB_FAILED, "{}", &f.e), ST_CONFLICT, &f.e);
    ck_status(checkpoint(&cancel, id, "s"), ST_CONFLICT, &f.e);
    ck_ok(store_job_release(f.store, id, &f.e), &f.e);
    ck_assert_int_eq(state_of(id), JOB_FAILED);
}
END_TEST

START_TEST(cancelling)
{
    char queued[JOB_ID_LEN + 1], running[JOB_ID_LEN + 1];
    bool cancel = false;
    struct job j;

    submit(running, &f, "flights", "m");
    submit(queued, &f, "flights", "m");
    claim(running, &f);
    ck_ok(store_job_cancel(&j, f.store, queued, &f.e), &f.e);
    ck_assert_int_eq(j.state, JOB_CANCELLED);
    job_release(&j);
    ck_ok(store_job_cancel(&j, f.store, running, &f.e), &f.e);
    ck_assert_int_eq(j.state, JOB_RUNNING);
    ck_assert(j.cancel_requested);
    job_release(&j);
    ck_ok(store_job_cancel(&j, f.store, running, &f.e), &f.e); /* twice is fine */
    job_release(&j);
    ck_ok(checkpoint(&cancel, running, "s"), &f.e);
    ck_assert(cancel);
    ck_ok(store_job_fail(f.store, running, JOB_CANCELLED, NULL, &f.e), &f.e);
    ck_status(store_job_cancel(&j, f.store, running, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "cancelled"));
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

    submit(id, &f, "flights", "m");
    claim(id, &f);
    ck_ok(checkpoint(&cancel, id, "s"), &f.e);
    ck_ok(store_job_succeed(
              &version, f.store, id,
              &(struct job_advance){.progress = p, .first_epoch = 1, .loss = loss, .epochs = 3}, &m,
              &f.e),
          &f.e);
    ck_assert_int_eq(version, 1);
    j = get(id);
    ck_assert_int_eq(j.state, JOB_SUCCEEDED);
    ck_assert_int_eq(j.model_version, 1);
    ck_assert_str_eq(j.metrics, "{\"mape\":3.5}");
    ck_assert(j.progress.fraction == 1);
    job_release(&j);
    ck_ok(store_job_history(&a, &b, &n, f.store, id, 1, INT_MAX, &f.e), &f.e);
    ck_assert_int_eq(n, 3);
    ck_assert(a[1] == 0.2);
    free(a);
    free(b);
    ck_ok(store_model_get(&v, f.store, "m", 1, &f.e), &f.e);
    ck_assert_str_eq(v.job, id);
    model_version_release(&v);
    ck_status(store_job_succeed(
                  &version, f.store, id,
                  &(struct job_advance){.progress = p, .first_epoch = 1, .loss = loss, .epochs = 3},
                  &m, &f.e),
              ST_CONFLICT, &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 1);
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

    ck_ok(store_model_put(&version, f.store, &other, &f.e), &f.e);
    submit(id, &f, "flights", "m");
    claim(id, &f);
    ck_status(store_job_succeed(&version, f.store, id,
                                &(struct job_advance){.progress = p, .first_epoch = 1}, &m, &f.e),
              ST_CONFLICT, &f.e);
    ck_assert_int_eq(state_of(id), JOB_RUNNING);
    ck_ok(store_model_put(&version, f.store, &other, &f.e), &f.e);
    ck_assert_int_eq(version, 2);
}
END_TEST

/* ---- deleting ---- */

static void expect_delete(const char *id, enum status expected)
{
    ck_status(store_job_delete(f.store, id, &f.e), expected, &f.e);
}

START_TEST(only_what_has_ended_is_deleted)
{
    char queued[JOB_ID_LEN + 1], id[JOB_ID_LEN + 1];
    bool cancel;
    struct job j;

    submit(id, &f, "flights", "m");
    submit(queued, &f, "flights", "m");
    claim(id, &f);
    ck_ok(checkpoint(&cancel, id, "s"), &f.e);
    expect_delete(queued, ST_CONFLICT);
    ck_assert_ptr_nonnull(strstr(f.e.message, "is queued; cancel it first"));
    expect_delete(id, ST_CONFLICT);
    ck_assert_ptr_nonnull(strstr(f.e.message, "is running; cancel it first"));
    expect_delete("nothing", ST_NOT_FOUND);
    ck_assert_str_eq(f.e.message, "there is no job 'nothing'");
    ck_ok(store_job_fail(f.store, id, JOB_FAILED, "{}", &f.e), &f.e);
    ck_ok(store_job_cancel(&j, f.store, queued, &f.e), &f.e);
    job_release(&j);
    expect_delete(id, ST_OK);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_history"), 0);
    ck_assert_int_eq(state_of(queued), JOB_CANCELLED); /* of the others nothing is lost */
    expect_delete(queued, ST_OK);
    expect_delete(id, ST_NOT_FOUND);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job"), 0);
    fixture_check_file(&f);
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

    submit(trained, &f, "flights", "m");
    submit(measured, &f, "flights", "");
    claim(trained, &f);
    claim(measured, &f);
    ck_ok(store_job_succeed(
              &version, f.store, trained,
              &(struct job_advance){.progress = p, .first_epoch = 1, .loss = loss, .epochs = 3}, &m,
              &f.e),
          &f.e);
    ck_ok(store_job_complete(
              f.store, measured,
              &(struct job_advance){.progress = p, .first_epoch = 1, .loss = loss, .epochs = 3},
              &(struct job_result){"{}", "{\"mase\":1}"}, &f.e),
          &f.e);
    expect_delete(trained, ST_OK);
    ck_ok(store_model_get(&v, f.store, "m", 1, &f.e), &f.e);
    ck_assert_str_eq(v.job, trained); /* where it came from is still said */
    model_version_release(&v);
    ck_ok(store_job_result(&result, f.store, measured, &f.e), &f.e);
    ck_assert_str_eq(result, "{\"mase\":1}");
    free(result);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_history"), 3);
    expect_delete(measured, ST_OK);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_history"), 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_result"), 0);
    fixture_check_file(&f);
}
END_TEST

START_TEST(the_key_of_a_deleted_job_is_free)
{
    struct job_submission sub = submission(&f, "flights", "m");
    struct job first, second;
    bool existing = true;

    sub.idempotency_key = "key-1";
    ck_ok(store_job_submit(&first, &existing, f.store, &sub, &f.e), &f.e);
    ck_ok(store_job_cancel(&second, f.store, first.id, &f.e), &f.e);
    job_release(&second);
    expect_delete(first.id, ST_OK);
    sub.request_digest = "another";
    ck_ok(store_job_submit(&second, &existing, f.store, &sub, &f.e), &f.e);
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
        ck_ok(store_job_list(&l, f.store, state, model, before, 7, &f.e), &f.e);
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

START_TEST(lists_are_filtered_and_paged)
{
    char id[JOB_ID_LEN + 1];
    int64_t counts[5];

    for (int i = 0; i < 30; i++)
        submit(id, &f, "flights", i % 3 ? "a" : "b");
    for (int i = 0; i < 12; i++) {
        claim(id, &f);
        if (i % 2)
            ck_ok(store_job_fail(f.store, id, JOB_FAILED, NULL, &f.e), &f.e);
    }
    ck_assert_int_eq(walk(-1, NULL), 30);
    ck_assert_int_eq(walk(-1, "a"), 20);
    ck_assert_int_eq(walk(-1, "c"), 0);
    ck_assert_int_eq(walk(JOB_QUEUED, NULL), 18);
    ck_assert_int_eq(walk(JOB_RUNNING, NULL), 6);
    ck_assert_int_eq(walk(JOB_FAILED, "b"), 2);
    ck_assert_int_eq(walk(JOB_SUCCEEDED, "b"), 0);
    ck_ok(store_job_counts(counts, f.store, &f.e), &f.e);
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

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, ids_are_sorted_by_time);
    tcase_add_test(t, ids_hold_the_time);
    tcase_add_test(t, names_of_states);
    tcase_add_test(t, a_job_is_queued);
    tcase_add_test(t, an_unknown_job_is_not_found);
    tcase_add_test(t, the_queue_has_an_end);
    tcase_add_test(t, a_retry_finds_the_first_job);
    tcase_add_test(t, content_that_is_gone_is_a_conflict);
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

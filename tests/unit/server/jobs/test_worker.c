/* test_worker.c - one job on this thread: its end, stopping it, and continuing from a snapshot. */
#include "server/jobs/worker.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;
static struct running running;
static atomic_bool stopping;
static struct jobs_config config;
static struct worker_env env;
static int changes, woken, stop_at; /* stop_at: the change at which the daemon ends; 0: never */
static int cancel_at, lose_at;      /* the change at which another worker takes the job */

static void take_away(void)
{
    struct lease l;
    struct job j;

    end_leases(&f);
    ck_ok(store_job_claim(&j, &l, f.store, "another", &f.e), &f.e);
    job_release(&j);
}

static void on_change(void *ctx, const char *id)
{
    (void)ctx;
    changes++;
    if (changes == stop_at)
        atomic_store(&stopping, true);
    if (changes == cancel_at)
        ck_assert(running_cancel(&running, id));
    if (changes == lose_at)
        take_away();
}

static void wake(void *ctx)
{
    (void)ctx;
    woken++;
}

static bool late_beat;

/* What a heartbeat does that looks after the job has its end: it finds no lease. Here it is called
 * shortly before, when the run does not look at the flag any more. */
static void beat_late(void)
{
    struct lease_renewal r = {.lost = true};

    r.lease.token = fixture_int(&f, "SELECT max(token) FROM job_lease");
    running_renewed(&running, &r, 1);
}

static char *problem_text(const struct err *e, const char *instance)
{
    char *text = malloc(sizeof(e->message) + 64);

    if (late_beat)
        beat_late();
    ck_assert_ptr_nonnull(text);
    sprintf(text, "%s: %s", instance, e->message);
    return text;
}

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "x", FREQ_M, 0, 60, 1);
    ck_ok(running_init(&running, &f.e), &f.e);
    atomic_store(&stopping, false);
    changes = woken = stop_at = cancel_at = lose_at = 0;
    config = (struct jobs_config){.checkpoint_interval_seconds = 0,
                                  .max_training_bytes = 1 << 30,
                                  .on_change = on_change,
                                  .problem_text = problem_text};
    env = (struct worker_env){.store = f.store,
                              .running = &running,
                              .config = &config,
                              .stopping = &stopping,
                              .owner = "me",
                              .wake = wake};
}

static void teardown(void)
{
    running_release(&running);
    fixture_close(&f);
}

static void submit_with(char id[JOB_ID_LEN + 1], const char *params)
{
    struct job_submission sub = submission(&f, "x", "m");
    struct job j;
    bool existing;

    sub.params = params;
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    memcpy(id, j.id, JOB_ID_LEN + 1);
    job_release(&j);
}

#define SMALL "{\"hidden_size\":2,\"window\":6,\"horizon\":3,\"ensemble\":false,\"epochs\":4}"

#define LONG                                                                                       \
    "{\"hidden_size\":2,\"window\":6,\"horizon\":3,\"ensemble\":false,\"patience\":0,\"epochs\":"  \
    "8000}"

static enum status run_one(void)
{
    return worker_run_one(&env, &f.e);
}

static struct job get(const char *id)
{
    struct job j = {0};

    ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
    return j;
}

static int epochs_of(const char *id)
{
    double *loss, *validation;
    int n = 0;

    ck_ok(store_job_history(&loss, &validation, &n, f.store, id, 1, 10000, &f.e), &f.e);
    free(loss);
    free(validation);
    return n;
}

/* Jobs of task "forecast" that ended so. */
static uint64_t ended(const char *state)
{
    struct job_times_count c;

    for (int i = 0; job_times_read(&running.times, i, &c); i++)
        if (strcmp(c.task, "forecast") == 0 && strcmp(c.state, state) == 0)
            return c.bucket[JOB_TIME_BUCKETS - 1];
    return UINT64_MAX;
}

START_TEST(an_empty_queue_is_told)
{
    ck_status(run_one(), ST_NOT_FOUND, &f.e);
    ck_assert_int_eq(changes, 0);
}
END_TEST

START_TEST(a_job_succeeds_with_a_version)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit_with(id, SMALL);
    ck_ok(run_one(), &f.e);
    j = get(id);
    ck_assert_msg(j.state == JOB_SUCCEEDED, "%s", j.error ? j.error : "");
    ck_assert_double_eq(j.progress.fraction, 1);
    ck_assert_ptr_nonnull(j.arithmetic);
    job_release(&j);
    ck_assert_int_eq(epochs_of(id), 4);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 1);
    ck_assert_int_ge(changes, 2); /* its start and its end at least */
    ck_assert_uint_gt(atomic_load(&running.samples), 0);
    ck_assert_uint_eq(atomic_load(&running.busy), 0);
    ck_assert_uint_eq(ended("succeeded"), 1);
    ck_assert_uint_eq(ended("failed"), 0);
    ck_status(run_one(), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(a_failure_is_kept_with_the_job)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit_with(id, "{\"no_such_parameter\":1}");
    ck_ok(run_one(), &f.e);
    j = get(id);
    ck_assert_int_eq(j.state, JOB_FAILED);
    ck_assert_ptr_nonnull(strstr(j.error, "no_such_parameter"));
    ck_assert_int_eq(strncmp(j.error, id, JOB_ID_LEN), 0);
    job_release(&j);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 0);
    ck_assert_uint_eq(ended("failed"), 1);
}
END_TEST

/* Clients wait for the change that the end is. */
START_TEST(an_end_is_announced_however_late_a_heartbeat_looks)
{
    char id[JOB_ID_LEN + 1];
    int before;
    struct job j;

    submit_with(id, "{\"window\":1000}");
    ck_ok(run_one(), &f.e);
    before = changes;
    submit_with(id, "{\"window\":1000}");
    changes = 0;
    late_beat = true;
    ck_ok(run_one(), &f.e);
    late_beat = false;
    j = get(id);
    ck_assert_int_eq(j.state, JOB_FAILED);
    job_release(&j);
    ck_assert_int_eq(changes, before);
}
END_TEST

START_TEST(a_running_job_is_cancelled)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    cancel_at = 1;
    submit_with(id, SMALL);
    ck_ok(run_one(), &f.e);
    j = get(id);
    ck_assert_int_eq(j.state, JOB_CANCELLED);
    ck_assert_ptr_null(j.error);
    job_release(&j);
    ck_assert_uint_eq(ended("cancelled"), 1);
}
END_TEST

/* Back in the queue with its state; the next run goes on and ends with the same weights. */
START_TEST(a_job_that_was_stopped_goes_on)
{
    char whole[JOB_ID_LEN + 1], stopped[JOB_ID_LEN + 1];
    struct job j;

    config.checkpoint_interval_seconds = 60;
    submit_with(whole, LONG);
    ck_ok(run_one(), &f.e);
    submit_with(stopped, LONG);
    changes = 0;
    stop_at = 2; /* an epoch, some time after the start */
    ck_ok(run_one(), &f.e);
    j = get(stopped);
    ck_assert_int_eq(j.state, JOB_QUEUED);
    ck_assert_double_gt(j.progress.fraction, 0);
    ck_assert_double_lt(j.progress.fraction, 1);
    job_release(&j);
    stop_at = 0;
    atomic_store(&stopping, false);
    ck_ok(run_one(), &f.e);
    j = get(stopped);
    ck_assert_int_eq(j.state, JOB_SUCCEEDED);
    job_release(&j);
    ck_assert_int_eq(epochs_of(stopped), 8000);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(DISTINCT digest) FROM model_version"), 1);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 2);
}
END_TEST

/* A snapshot that this program cannot read is ignored, and the job is restarted. */
START_TEST(a_broken_snapshot_begins_anew)
{
    const struct job_advance a = {.progress = {.epoch = 1, .epochs = 4, .fraction = 0.25},
                                  .first_epoch = 1,
                                  .epochs = 1,
                                  .loss = (const double[]){1},
                                  .validation = (const double[]){1},
                                  .snapshot = (const uint8_t *)"garbage",
                                  .snapshot_len = 7};
    char id[JOB_ID_LEN + 1], claimed[JOB_ID_LEN + 1];
    bool cancel;
    struct job j;

    submit_with(id, SMALL);
    claim(claimed, &f);
    ck_ok(store_job_checkpoint(&cancel, f.store, lease_of(&f, id), &a, &f.e), &f.e);
    ck_ok(store_job_release(f.store, lease_of(&f, id), &f.e), &f.e);
    ck_ok(run_one(), &f.e);
    j = get(id);
    ck_assert_msg(j.state == JOB_SUCCEEDED, "%s", j.error ? j.error : "");
    job_release(&j);
    ck_assert_int_eq(epochs_of(id), 4);
}
END_TEST

/* ---- leases ---- */

/* Another worker took the job: this one stops, and neither writes nor reports anything. */
START_TEST(a_worker_that_lost_its_job_is_silent)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    lose_at = 1 + _i; /* at the start, or after an epoch */
    submit_with(id, LONG);
    ck_ok(run_one(), &f.e);
    j = get(id);
    ck_assert_int_eq(j.state, JOB_RUNNING);
    ck_assert_int_eq(j.deaths, 1);
    ck_assert_ptr_null(j.error);
    job_release(&j);
    ck_assert_int_lt(epochs_of(id), 8000);
    ck_assert_int_eq(changes, lose_at);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_lease WHERE owner = 'another'"), 1);
    ck_assert_uint_eq(atomic_load(&running.busy), 0);
    ck_assert_uint_eq(ended("succeeded") + ended("failed") + ended("cancelled"), 0);
}
END_TEST

/* The worker is killed after it wrote epochs without a snapshot. */
static void die_after_history(const char *id)
{
    const double loss[] = {-1, -2, -3};
    struct job_advance a = {
        .progress = {.fraction = 0.99}, .epochs = 3, .loss = loss, .validation = loss};
    struct lease l;
    struct job j;
    bool cancel;

    ck_ok(store_job_claim(&j, &l, f.store, "dead", &f.e), &f.e);
    ck_assert_str_eq(l.id, id);
    a.first_epoch = j.kept_epochs + 1;
    ck_ok(store_job_checkpoint(&cancel, f.store, &l, &a, &f.e), &f.e);
    job_release(&j);
    end_leases(&f);
}

START_TEST(a_takeover_repeats_no_epoch)
{
    char whole[JOB_ID_LEN + 1], killed[JOB_ID_LEN + 1];
    struct job j;

    config.checkpoint_interval_seconds = 60;
    submit_with(whole, LONG);
    ck_ok(run_one(), &f.e);
    submit_with(killed, LONG);
    changes = 0;
    stop_at = _i == 0 ? 1 : 2; /* before any snapshot, or with one */
    ck_ok(run_one(), &f.e);
    stop_at = 0;
    atomic_store(&stopping, false);
    die_after_history(killed);
    ck_ok(run_one(), &f.e);
    j = get(killed);
    ck_assert_int_eq(j.state, JOB_SUCCEEDED);
    job_release(&j);
    ck_assert_int_eq(epochs_of(killed), 8000);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(DISTINCT digest) FROM model_version"), 1);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 2);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_history a JOIN job_history b ON "
                                     "b.epoch = a.epoch AND b.job > a.job AND b.loss = a.loss AND "
                                     "b.validation_loss IS a.validation_loss"),
                     8000);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("worker");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, an_empty_queue_is_told);
    tcase_add_test(t, a_job_succeeds_with_a_version);
    tcase_add_test(t, a_failure_is_kept_with_the_job);
    tcase_add_test(t, an_end_is_announced_however_late_a_heartbeat_looks);
    tcase_add_test(t, a_running_job_is_cancelled);
    tcase_add_test(t, a_job_that_was_stopped_goes_on);
    tcase_add_test(t, a_broken_snapshot_begins_anew);
    tcase_add_loop_test(t, a_worker_that_lost_its_job_is_silent, 0, 2);
    tcase_add_loop_test(t, a_takeover_repeats_no_epoch, 0, 2);
    suite_add_tcase(s, t);
    return suite_run(s);
}

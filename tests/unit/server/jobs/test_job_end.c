/* test_job_end.c - the end of a run: what is stored, and what a worker without a lease leaves
 * alone. */
#include "server/jobs/job_end.h"

#include "server/base/clock.h"
#include "server/tasks/task_table.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static struct fixture f;
static struct running running;
static atomic_bool stopping;
static struct jobs_config config;
static struct worker_env env;
static struct run run;
static struct trained trained;

static void take_job(void)
{
    char id[JOB_ID_LEN + 1];

    submit(id, &f, "x", "m");
    run = (struct run){.env = &env};
    ck_ok(store_job_claim(&run.job, &run.running.lease, f.store, "me", &f.e), &f.e);
    ck_assert_str_eq(run.job.id, id);
    run.running.first = 1;
    run.task = task_of_job(&run.job);
}

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "x", FREQ_M, 0, 60, 1);
    ck_ok(running_init(&running, &f.e), &f.e);
    atomic_store(&stopping, false);
    config = (struct jobs_config){0};
    env = (struct worker_env){
        .store = f.store, .running = &running, .config = &config, .stopping = &stopping};
    trained = (struct trained){.checkpoint = (uint8_t *)"weights",
                               .checkpoint_len = 7,
                               .metrics = (char *)"{}",
                               .details = (char *)"{}"};
    take_job();
}

static void teardown(void)
{
    job_release(&run.job);
    running_release(&running);
    fixture_close(&f);
}

static enum job_state state(void)
{
    return (enum job_state)fixture_int(&f, "SELECT state FROM job");
}

static uint64_t ended(const char *how)
{
    struct job_times_count c;

    for (int i = 0; job_times_read(&running.times, i, &c); i++)
        if (strcmp(c.task, "forecast") == 0 && strcmp(c.state, how) == 0)
            return c.bucket[JOB_TIME_BUCKETS - 1];
    return UINT64_MAX;
}

static void end(enum status st)
{
    struct err e = {0};

    if (st)
        err_set(&e, st, "as the test wants it");
    job_end(&run, st, &trained, &e);
}

START_TEST(every_end_is_stored)
{
    static const struct {
        enum status st;
        bool cancel;
        enum job_state state;
    } cases[] = {{ST_OK, false, JOB_SUCCEEDED},
                 {ST_OK, true, JOB_SUCCEEDED}, /* the request came too late */
                 {ST_INVALID, false, JOB_FAILED},
                 {ST_CANCELLED, true, JOB_CANCELLED},
                 {ST_CANCELLED, false, JOB_QUEUED}}; /* the daemon stops */

    atomic_store(&run.running.cancel, cases[_i].cancel);
    end(cases[_i].st);
    ck_assert_int_eq(state(), cases[_i].state);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), cases[_i].st == ST_OK);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job_lease"), 0);
    ck_assert(run.ended && !atomic_load(&run.running.lost));
}
END_TEST

/* Another worker has the job by now. */
START_TEST(a_lost_run_changes_nothing)
{
    struct lease l;
    struct job j;

    end_leases(&f);
    ck_ok(store_job_claim(&j, &l, f.store, "another", &f.e), &f.e);
    job_release(&j);
    end(_i == 0 ? ST_OK : _i == 1 ? ST_INVALID : ST_CANCELLED);
    ck_assert_int_eq(state(), JOB_RUNNING);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job WHERE error NOTNULL"), 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT max(token) FROM job_lease"), l.token);
    ck_assert(!run.ended && atomic_load(&run.running.lost));
    ck_assert_uint_eq(ended("succeeded") + ended("failed") + ended("cancelled"), 0);
}
END_TEST

START_TEST(a_run_that_knows_it_is_lost_does_not_try)
{
    atomic_store(&run.running.lost, true);
    end(ST_OK);
    ck_assert_int_eq(state(), JOB_RUNNING); /* although its lease is in force */
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 0);
}
END_TEST

/* An earlier attempt ended the job, although it returned an error. */
START_TEST(an_end_under_the_same_lease_is_a_success)
{
    const struct model_submission m = model_of("m", "forecast", "weights");
    int64_t version;

    ck_ok(store_job_succeed(&version, f.store, &run.running.lease,
                            &(struct job_advance){.first_epoch = 1}, &m, &f.e),
          &f.e);
    end(ST_OK);
    ck_assert_int_eq(state(), JOB_SUCCEEDED);
    ck_assert(!atomic_load(&run.running.lost));
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 1);
    ck_assert_uint_eq(ended("succeeded"), 1);
}
END_TEST

START_TEST(an_end_under_another_lease_is_none)
{
    struct lease l;
    struct job j;

    end_leases(&f);
    ck_ok(store_job_claim(&j, &l, f.store, "another", &f.e), &f.e);
    job_release(&j);
    ck_ok(store_job_fail(f.store, &l, JOB_FAILED, NULL, &f.e), &f.e);
    if (_i == 1)
        ck_ok(store_job_delete(f.store, l.id, &f.e), &f.e);
    end(ST_OK);
    ck_assert(atomic_load(&run.running.lost));
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 0);
    ck_assert_uint_eq(ended("succeeded"), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ends of runs");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, every_end_is_stored, 0, 5);
    tcase_add_loop_test(t, a_lost_run_changes_nothing, 0, 3);
    tcase_add_test(t, a_run_that_knows_it_is_lost_does_not_try);
    tcase_add_test(t, an_end_under_the_same_lease_is_a_success);
    tcase_add_loop_test(t, an_end_under_another_lease_is_none, 0, 2);
    suite_add_tcase(s, t);
    return suite_run(s);
}

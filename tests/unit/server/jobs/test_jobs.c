/* test_jobs.c - requests are checked and queued, workers empty the queue, and interrupted jobs
 * continue. */
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/jobs/jobs.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DEADLINE_MS = 60000 };

static struct fixture f;
static struct jobs *jobs;
static atomic_int changes;
static struct job_request request;

static void on_change(void *ctx, const char *id)
{
    (void)ctx;
    (void)id;
    atomic_fetch_add(&changes, 1);
}

static struct jobs_config config_of(unsigned workers)
{
    return (struct jobs_config){.workers = workers,
                                .cores = 3,
                                .checkpoint_interval_seconds = 60,
                                .max_parameters = 5000,
                                .max_training_bytes = (size_t)1 << 30,
                                .max_queue = 3,
                                .on_change = on_change};
}

static void start(unsigned workers)
{
    const struct jobs_config c = config_of(workers);

    ck_ok(jobs_start(&jobs, f.store, &c, &f.e), &f.e);
}

static void setup(void)
{
    ck_ok(log_open(LOG_TEXT, LOG_ERROR, NULL, &f.e), &f.e);
    fixture_open(&f);
    put_series(&f, "x", FREQ_M, 0, 60, 1);
    put_tagged(&f, "t", "the/DET dog/NOUN|cats/NOUN sleep/VERB");
    atomic_store(&changes, 0);
    request = (struct job_request){
        .task = TASK_FORECAST, .dataset = "x", .model = "m", .request_digest = "d"};
    ck_ok(params_defaults(&request.params, TASK_FORECAST, "default", &f.e), &f.e);
    request.params.hidden_size = 2;
    request.params.window = 6;
    request.params.horizon = 3;
    request.params.ensemble = false;
    request.params.epochs = 3;
}

static void teardown(void)
{
    jobs_stop(jobs);
    jobs = NULL;
    fixture_close(&f);
}

/* Submits the request; its id. */
static void submit_it(char id[JOB_ID_LEN + 1])
{
    struct job j;
    bool existing = true;

    ck_ok(jobs_submit(&j, &existing, jobs, &request, &f.e), &f.e);
    ck_assert(!existing);
    memcpy(id, j.id, JOB_ID_LEN + 1);
    job_release(&j);
}

static struct job get(const char *id)
{
    struct job j;

    ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
    return j;
}

static void pause_a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static void wait_for(const char *id, enum job_state state)
{
    int64_t end = clock_ms() + DEADLINE_MS;

    for (bool there = false; !there; pause_a_moment()) {
        struct job j = get(id);

        there = j.state == state;
        ck_assert_msg(there || clock_ms() < end, "the job stays in state %d", (int)j.state);
        job_release(&j);
    }
}

/* ---- requests ---- */

START_TEST(a_request_becomes_a_queued_job)
{
    char id[JOB_ID_LEN + 1];
    struct job j;
    cJSON *params;

    start(0);
    ck_assert(jobs_alive(jobs));
    submit_it(id);
    j = get(id);
    ck_assert_int_eq(j.state, JOB_QUEUED);
    ck_assert_str_eq(j.model, "m");
    params = cJSON_Parse(j.params);
    ck_assert_double_eq(json_number_at(params, "hidden_size"), 2);
    ck_assert_double_eq(json_number_at(params, "threads"), 3); /* 0 stands for the cores */
    ck_assert_double_eq(json_number_at(params, "season_length"), 12);
    cJSON_Delete(params);
    job_release(&j);
}
END_TEST

static void refused(enum status st, const char *pointer, const char *words)
{
    struct job j;
    bool existing;

    f.e = (struct err){0};
    ck_status(jobs_submit(&j, &existing, jobs, &request, &f.e), st, &f.e);
    ck_assert_str_eq(f.e.pointer, pointer);
    ck_assert_msg(strstr(f.e.message, words) != NULL, "no '%s' in: %s", words, f.e.message);
}

START_TEST(names_that_do_not_fit_are_refused)
{
    const struct model_submission tagger = model_of("tagger", "tag", "x");
    int64_t version;

    start(0);
    ck_ok(store_model_put(&version, f.store, &tagger, &f.e), &f.e);
    request.dataset = "y";
    refused(ST_NOT_FOUND, "/dataset", "'y'");
    request.dataset = "t";
    refused(ST_INVALID, "/dataset", "holds tagged sentences; task 'forecast' needs series");
    request.dataset = "x";
    request.model = "tagger";
    refused(ST_CONFLICT, "/model", "holds versions of task 'tag'");
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job"), 0);
}
END_TEST

START_TEST(a_validation_data_set_has_to_be_another_one)
{
    struct params p;
    int n;
    const struct param_spec *table = params_table(&n);

    start(0);
    ck_ok(params_defaults(&p, TASK_TAG, NULL, &f.e), &f.e);
    request.task = TASK_TAG;
    request.params = p;
    request.dataset = "t";
    request.validation_dataset = "t";
    refused(ST_INVALID, "/validation_dataset", "is the dataset itself");
    request.validation_dataset = "x";
    refused(ST_INVALID, "/validation_dataset", "holds series");
    request.validation_dataset = "u";
    refused(ST_NOT_FOUND, "/validation_dataset", "'u'");
    for (int i = 0; i < n; i++)
        request.given[i] = strcmp(table[i].name, "test_size") == 0;
    refused(ST_INVALID, "/params/test_size", "leave test_size out");
}
END_TEST

START_TEST(a_covariate_that_is_not_there_is_refused)
{
    start(0);
    snprintf(request.params.future_covariates, sizeof(request.params.future_covariates), "%s",
             "price");
    refused(ST_INVALID, "/future_covariates/0", "has no covariate 'price'");
}
END_TEST

START_TEST(sizes_beyond_the_limits_are_refused)
{
    struct jobs_config c = config_of(0);

    start(0);
    request.params.hidden_size = 200;
    refused(ST_TOO_LARGE, "/params/hidden_size", "max_parameters allows 5000");
    jobs_stop(jobs);
    jobs = NULL;
    request.params.hidden_size = 2;
    c.max_training_bytes = 1;
    ck_ok(jobs_start(&jobs, f.store, &c, &f.e), &f.e);
    refused(ST_INVALID, "/params/hidden_size", "even with batch_size 1");
}
END_TEST

START_TEST(a_retry_is_answered_with_the_first_job)
{
    struct job first, second;
    bool existing = true;

    start(0);
    request.idempotency_key = "key";
    ck_ok(jobs_submit(&first, &existing, jobs, &request, &f.e), &f.e);
    ck_assert(!existing);
    put_tagged(&f, "x", "the/DET"); /* whatever has become of the data */
    ck_ok(jobs_submit(&second, &existing, jobs, &request, &f.e), &f.e);
    ck_assert(existing);
    ck_assert_str_eq(first.id, second.id);
    job_release(&first);
    job_release(&second);
}
END_TEST

START_TEST(a_queued_job_is_cancelled_at_once)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    start(0);
    submit_it(id);
    ck_ok(jobs_cancel(&j, jobs, id, &f.e), &f.e);
    ck_assert_int_eq(j.state, JOB_CANCELLED);
    ck_assert_int_eq(atomic_load(&changes), 1); /* who waits for it hears of it */
    job_release(&j);
    ck_status(jobs_cancel(&j, jobs, "no-such-job", &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

/* ---- workers ---- */

START_TEST(workers_empty_the_queue)
{
    char id[3][JOB_ID_LEN + 1];
    uint64_t samples;
    unsigned busy, workers;

    start(2);
    for (int i = 0; i < 3; i++)
        submit_it(id[i]);
    for (int i = 0; i < 3; i++)
        wait_for(id[i], JOB_SUCCEEDED);
    ck_assert(jobs_alive(jobs));
    jobs_totals(jobs, &samples, &busy, &workers);
    ck_assert_uint_gt(samples, 0);
    ck_assert_uint_eq(workers, 2);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"), 3);
}
END_TEST

/* Of a job that would train for hours. */
static void train_long(char id[JOB_ID_LEN + 1])
{
    request.params.epochs = 100000;
    request.params.patience = 0;
    submit_it(id);
    wait_for(id, JOB_RUNNING);
}

START_TEST(a_running_job_is_seen_and_cancelled)
{
    int64_t end = clock_ms() + DEADLINE_MS;
    char id[JOB_ID_LEN + 1];
    double *loss, *validation;
    struct job j;
    int n = 0;

    start(1);
    train_long(id);
    for (int epoch = 0; epoch < 2; pause_a_moment()) {
        j = get(id);
        jobs_overlay_progress(jobs, &j); /* the store has nothing of it for a minute */
        epoch = j.progress.epoch;
        job_release(&j);
        ck_assert_int_lt(clock_ms(), end);
    }
    ck_ok(jobs_history(&loss, &validation, &n, jobs, id, 1, 100, &f.e), &f.e);
    ck_assert_int_ge(n, 1);
    free(loss);
    free(validation);
    ck_ok(jobs_cancel(&j, jobs, id, &f.e), &f.e);
    job_release(&j);
    wait_for(id, JOB_CANCELLED);
}
END_TEST

START_TEST(a_stop_puts_running_jobs_back)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    start(1);
    train_long(id);
    jobs_stop(jobs);
    jobs = NULL;
    j = get(id);
    ck_assert_int_eq(j.state, JOB_QUEUED);
    job_release(&j);
    start(1); /* and it goes on */
    wait_for(id, JOB_RUNNING);
    ck_ok(jobs_cancel(&j, jobs, id, &f.e), &f.e);
    job_release(&j);
    wait_for(id, JOB_CANCELLED);
}
END_TEST

START_TEST(jobs_of_a_dead_process_are_queued_again)
{
    char id[JOB_ID_LEN + 1], claimed[JOB_ID_LEN + 1];
    struct job j;

    submit(id, &f, "x", "m");
    claim(claimed, &f);
    ck_assert_str_eq(claimed, id);
    end_leases(&f); /* as this store is not exclusive */
    start(0);
    ck_assert_int_eq(jobs_resumed(jobs), 1);
    j = get(id);
    ck_assert_int_eq(j.state, JOB_QUEUED);
    job_release(&j);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("jobs");
    TCase *t = tcase_create("jobs");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_request_becomes_a_queued_job);
    tcase_add_test(t, names_that_do_not_fit_are_refused);
    tcase_add_test(t, a_validation_data_set_has_to_be_another_one);
    tcase_add_test(t, a_covariate_that_is_not_there_is_refused);
    tcase_add_test(t, sizes_beyond_the_limits_are_refused);
    tcase_add_test(t, a_retry_is_answered_with_the_first_job);
    tcase_add_test(t, a_queued_job_is_cancelled_at_once);
    tcase_add_test(t, workers_empty_the_queue);
    tcase_add_test(t, a_running_job_is_seen_and_cancelled);
    tcase_add_test(t, a_stop_puts_running_jobs_back);
    tcase_add_test(t, jobs_of_a_dead_process_are_queued_again);
    suite_add_tcase(s, t);
    return suite_run(s);
}

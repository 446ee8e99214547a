/* test_outage.c - a database that cannot be used for a while, from any call on: while a job is
 * claimed, loads its data, trains, or ends. The worker waits, and nothing is lost. */
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/jobs/patience.h"
#include "server/jobs/worker.h"
#include "server/store/setback.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/server/store/sqlite/faulty_vfs.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { EPOCHS = 4, DEADLINE_MS = 60000 };

static struct fixture f;
static struct running running;
static atomic_bool stopping;
static struct jobs_config config;
static struct worker_env env;

static void wake(void *ctx)
{
    (void)ctx;
}

static int64_t count(const char *sql)
{
    return fixture_int(&f, sql);
}

static void setup(void)
{
    ck_ok(log_open(LOG_TEXT, LOG_ERROR, NULL, &f.e), &f.e);
    fixture_open(&f);
    put_series(&f, "x", FREQ_M, 0, 60, 1);
    ck_ok(running_init(&running, &f.e), &f.e);
    atomic_store(&stopping, false);
    config = (struct jobs_config){.max_training_bytes = 1 << 30, .store_pause_ms = 1};
    env = (struct worker_env){
        .running = &running, .config = &config, .stopping = &stopping, .owner = "me", .wake = wake};
}

static void teardown(void)
{
    faulty_vfs_disarm();
    faulty_vfs_bad_bytes(NULL, 0);
    running_release(&running);
    fixture_close(&f);
}

static void submit_on(const char *dataset)
{
    struct job_submission sub = submission(&f, dataset, "m");
    struct job j;
    bool existing;

    sub.params = "{\"hidden_size\":2,\"window\":6,\"horizon\":3,\"ensemble\":false,\"epochs\":4}";
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    job_release(&j);
}

static void submit_job(void)
{
    submit_on("x");
}

/* A new connection has nothing in its memory. */
static void connect_anew(void)
{
    store_close(f.store);
    fixture_store(&f);
    env.store = f.store;
}

static void run_one(int after)
{
    enum status st = worker_run_one(&env, &f.e);

    ck_assert_msg(!st || st == ST_NOT_FOUND || store_may_recover(st), "%s at %d: %s",
                  status_name(st), after, f.e.message);
    if (st == ST_NOT_FOUND)
        (void)poll(NULL, 0, 1); /* a job waits */
}

/* The outage may fall on this statement too. */
static bool jobs_left(void)
{
    int64_t left;

    return db_int(&left, fixture_db(&f), "SELECT count(*) FROM job WHERE state IN (0, 1)", &f.e) ||
           left > 0;
}

/* Runs the worker until no job is left; jobs wait for a millisecond and more after a setback. */
static void work(int after, int failures, int code, int reason)
{
    int64_t end = clock_monotonic_ms() + DEADLINE_MS;

    connect_anew();
    if (failures)
        faulty_vfs_outage(after, failures, code, reason);
    do {
        run_one(after);
        ck_assert_msg(clock_monotonic_ms() < end, "a job is left, with the outage from %d on",
                      after);
    } while (jobs_left());
}

/* The newest job ended as the first one did, which met no trouble. */
static void check(int after)
{
    ck_assert_msg(count("SELECT count(*) FROM job WHERE state <> 2 OR error NOTNULL") == 0,
                  "a job failed, with the outage from call %d on", after);
    ck_assert_int_eq(count("SELECT count(*) FROM model_version"),
                     count("SELECT count(*) FROM job"));
    ck_assert_int_eq(count("SELECT count(DISTINCT digest) FROM model_version"), 1);
    ck_assert_int_eq(
        count("SELECT count(*) FROM job_history WHERE job = (SELECT max(id) FROM job)"), EPOCHS);
    ck_assert_int_eq(count("SELECT count(*) FROM (SELECT epoch FROM job_history GROUP BY epoch "
                           "HAVING count(DISTINCT loss) > 1)"),
                     0);
    ck_assert_int_eq(count("SELECT count(*) FROM job_lease"), 0);
    ck_assert_uint_eq(atomic_load(&running.busy), 0);
}

static const struct {
    int failures, code, reason;
} outages[] = {
    {1, SQLITE_IOERR_WRITE, EIO},
    {7, SQLITE_IOERR_WRITE, EIO},
    {5, SQLITE_FULL, ENOSPC},
    {3, SQLITE_IOERR_FSYNC, EIO},
};

START_TEST(an_outage_at_any_time_loses_nothing)
{
    bool fired = true;
    int outage = 0;

    submit_job();
    work(0, 0, 0, 0);
    check(-1);
    for (int after = 0; fired; after += 1 + after / 8) {
        submit_job();
        work(after, outages[_i].failures, outages[_i].code, outages[_i].reason);
        fired = faulty_vfs_fired();
        faulty_vfs_disarm();
        outage += fired;
        check(after);
    }
    ck_assert_int_gt(outage, 20);
    fixture_check_file(&f);
}
END_TEST

/* ---- a place that the disk cannot read ---- */

/* A data set with so many rows that most of them have pages of their own; returns how many jobs
 * there are for it, with one for the other data set behind them. */
static int submit_around_bad(int jobs)
{
    double bytes = 1001500.5;

    put_series(&f, "bad", FREQ_M, 0, 2000, 1000000.5);
    for (int i = 0; i < jobs; i++)
        submit_on("bad");
    submit_on("x");
    connect_anew();
    faulty_vfs_bad_bytes(&bytes, sizeof(bytes));
    return jobs;
}

#define OF_BAD  "dataset_id = (SELECT id FROM dataset WHERE name = 'bad')"
#define OF_GOOD "dataset_id = (SELECT id FROM dataset WHERE name = 'x')"

static void run_until(const char *sql, int64_t value)
{
    int64_t end = clock_monotonic_ms() + DEADLINE_MS;

    while (count(sql) != value) {
        run_one(0);
        ck_assert_msg(clock_monotonic_ms() < end, "not %lld: %s", (long long)value, sql);
    }
}

START_TEST(others_run_while_a_job_waits_for_its_data)
{
    int bad = submit_around_bad(_i + 1);

    config.store_pause_ms = 5000;
    for (int i = 0; i <= bad; i++)
        run_one(0); /* one worker: no job is tried a second time */
    ck_assert_int_eq(count("SELECT count(*) FROM job WHERE state = 2 AND " OF_GOOD), 1);
    ck_assert_int_eq(count("SELECT count(*) FROM job WHERE state = 0 AND attempts = 0 AND " OF_BAD),
                     bad);
    ck_assert_int_eq(count("SELECT count(*) FROM job_setback WHERE count = 1"), bad);
    ck_status(worker_run_one(&env, &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(a_job_goes_on_when_its_data_can_be_read)
{
    (void)submit_around_bad(1);
    run_until("SELECT count FROM job_setback", 3);
    faulty_vfs_bad_bytes(NULL, 0);
    run_until("SELECT count(*) FROM job WHERE state = 2", 2);
    ck_assert_int_eq(count("SELECT count(*) FROM job_setback"), 0);
    ck_assert_int_eq(count("SELECT sum(deaths) FROM job"), 0);
}
END_TEST

static char problem[sizeof(((struct err *)0)->message)];

static char *problem_of(const struct err *e, const char *instance)
{
    (void)instance;
    snprintf(problem, sizeof(problem), "%s", e->message);
    return strdup("{}");
}

START_TEST(a_job_whose_data_stay_unreadable_fails_in_the_end)
{
    config.setback_limit_ms = 1;
    config.problem_text = problem_of;
    (void)submit_around_bad(1);
    run_until("SELECT count(*) FROM job WHERE state IN (0, 1)", 0);
    ck_assert_int_eq(count("SELECT count(*) FROM job WHERE state = 3 AND " OF_BAD), 1);
    ck_assert_int_eq(count("SELECT count(*) FROM job WHERE state = 2 AND " OF_GOOD), 1);
    ck_assert_int_eq(count("SELECT count(*) FROM job_setback"), 0);
    ck_assert_msg(strstr(problem, "for 0 s this job failed at each try") == problem, "%s", problem);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("outages");
    TCase *t = tcase_create("all");

    faulty_vfs_install();
    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, an_outage_at_any_time_loses_nothing, 0,
                        (int)(sizeof(outages) / sizeof(outages[0])));
    tcase_add_loop_test(t, others_run_while_a_job_waits_for_its_data, 0, 3);
    tcase_add_test(t, a_job_goes_on_when_its_data_can_be_read);
    tcase_add_test(t, a_job_whose_data_stay_unreadable_fails_in_the_end);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_outage.c - a database that cannot be used for a while, from any call on: while a job is
 * claimed, loads its data, trains, or ends. The worker waits, and nothing is lost. */
#include "server/base/log.h"
#include "server/jobs/patience.h"
#include "server/jobs/worker.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/server/store/sqlite/faulty_vfs.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { EPOCHS = 4, RUNS_MAX = 1000 };

static struct fixture f;
static struct running running;
static atomic_bool stopping;
static struct jobs_config config;
static struct worker_env env;

static void wake(void *ctx)
{
    (void)ctx;
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
    running_release(&running);
    fixture_close(&f);
}

static void submit_job(void)
{
    struct job_submission sub = submission(&f, "x", "m");
    struct job j;
    bool existing;

    sub.params = "{\"hidden_size\":2,\"window\":6,\"horizon\":3,\"ensemble\":false,\"epochs\":4}";
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    job_release(&j);
}

/* Runs the worker until no job is left. A new connection has nothing in its memory. */
static void work(int after, int failures, int code, int reason)
{
    enum status st = ST_OK;

    store_close(f.store);
    fixture_store(&f);
    env.store = f.store;
    if (failures)
        faulty_vfs_outage(after, failures, code, reason);
    for (int i = 0; st != ST_NOT_FOUND; i++) {
        st = worker_run_one(&env, &f.e);
        ck_assert_msg(!st || st == ST_NOT_FOUND || store_may_recover(st), "%s at %d: %s",
                      status_name(st), after, f.e.message);
        ck_assert_int_lt(i, RUNS_MAX);
    }
}

static int64_t count(const char *sql)
{
    return fixture_int(&f, sql);
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

int main(void)
{
    Suite *s = suite_create("outages");
    TCase *t = tcase_create("all");

    faulty_vfs_install();
    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, an_outage_at_any_time_loses_nothing, 0,
                        (int)(sizeof(outages) / sizeof(outages[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}

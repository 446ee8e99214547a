/* test_heartbeat.c - the thread that renews leases: whatever the trainings do, and what it tells
 * them. */
#include "server/jobs/heartbeat.h"

#include "server/base/clock.h"
#include "server/store/setback.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { DEADLINE_MS = 30000 };

static struct fixture f;
static struct running running;
static struct running_job runs[2];
static struct heartbeat *heart;
static struct heartbeat_config config;
static atomic_int woken;

static void wake(void *ctx)
{
    (void)ctx;
    atomic_fetch_add(&woken, 1);
}

static void setup(void)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    fixture_open(&f);
    put_series(&f, "x", FREQ_M, 0, 60, 1);
    ck_ok(running_init(&running, &f.e), &f.e);
    for (int i = 0; i < 2; i++) {
        submit(id, &f, "x", "m");
        runs[i] = (struct running_job){0};
        ck_ok(store_job_claim(&j, &runs[i].lease, f.store, "me", &f.e), &f.e);
        job_release(&j);
        running_seen(&runs[i]);
        running_add(&running, &runs[i]);
    }
    atomic_store(&woken, 0);
    config = (struct heartbeat_config){.store = f.store,
                                       .running = &running,
                                       .owner = "me",
                                       .jobs = 2,
                                       .interval_ms = 2,
                                       .wake = wake};
}

static void teardown(void)
{
    heartbeat_stop(heart);
    heart = NULL;
    for (int i = 0; i < 2; i++)
        running_remove(&running, &runs[i]);
    running_release(&running);
    fixture_close(&f);
}

static void start(void)
{
    ck_ok(heartbeat_start(&heart, &config, &f.e), &f.e);
}

/* Waits until the statement gives the value. */
static void wait_for(const char *sql, int64_t value)
{
    int64_t end = clock_monotonic_ms() + DEADLINE_MS;

    while (fixture_int(&f, sql) != value) {
        ck_assert_msg(clock_monotonic_ms() < end, "not %lld: %s", (long long)value, sql);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static void wait_flag(atomic_bool *flag)
{
    int64_t end = clock_monotonic_ms() + DEADLINE_MS;

    while (!atomic_load(flag)) {
        ck_assert(clock_monotonic_ms() < end);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

START_TEST(leases_are_renewed_without_any_checkpoint)
{
    start();
    for (int i = 0; i < 3; i++) {
        end_leases(&f);
        wait_for("SELECT count(*) FROM job_lease WHERE until > 0", 2);
    }
    ck_assert(!atomic_load(&runs[0].lost) && !atomic_load(&runs[1].lost));
    ck_assert_int_eq(atomic_load(&woken), 0);
}
END_TEST

START_TEST(a_cancellation_reaches_the_run)
{
    struct job j;

    ck_ok(store_job_cancel(&j, f.store, runs[1].lease.id, &f.e), &f.e);
    job_release(&j);
    start();
    wait_flag(&runs[1].cancel);
    ck_assert(!atomic_load(&runs[0].cancel) && !atomic_load(&runs[1].lost));
}
END_TEST

START_TEST(a_lost_lease_reaches_the_run)
{
    struct lease l;
    struct job j;

    end_leases(&f);
    ck_ok(store_job_claim(&j, &l, f.store, "another", &f.e), &f.e);
    job_release(&j);
    ck_assert_str_eq(l.id, runs[0].lease.id);
    start();
    wait_flag(&runs[0].lost);
    wait_flag(&runs[1].lost); /* it was returned to the queue */
    ck_assert_int_eq(fixture_int(&f, "SELECT max(token) FROM job_lease"), l.token);
}
END_TEST

/* A training that hangs keeps nothing; one that comes back in time does. */
START_TEST(a_stalled_job_is_given_up)
{
    config.stall_ms = 3600 * 1000;
    atomic_store(&runs[0].seen_ms, clock_monotonic_coarse_ms() - config.stall_ms - 1);
    end_leases(&f);
    start();
    wait_for("SELECT count(*) FROM job_lease WHERE owner = '' AND until = 0", 1);
    wait_for("SELECT count(*) FROM job_lease WHERE owner = 'me' AND until > 0", 1);
    while (atomic_load(&woken) == 0) /* its lease has ended: somebody may take it */
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    running_seen(&runs[0]);
    wait_for("SELECT count(*) FROM job_lease WHERE owner = 'me' AND until > 0", 2);
    ck_assert(!atomic_load(&runs[0].lost));
}
END_TEST

/* A job that waited long enough has nobody else who would look for it. */
START_TEST(a_job_that_has_waited_wakes_workers)
{
    const struct setback_rule rule = {.pause_ms = 3600000, .pause_max_ms = 3600000};
    bool again;

    ck_ok(store_job_set_back(&again, f.store, &runs[0].lease, &rule, &f.e), &f.e);
    ck_assert(again);
    start();
    wait_flag(&runs[0].lost); /* at least one beat */
    ck_assert_int_eq(atomic_load(&woken), 0);
    ck_ok(db_exec(fixture_db(&f), "UPDATE job_setback SET retry_at = 0", &f.e), &f.e);
    while (atomic_load(&woken) == 0)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}
END_TEST

START_TEST(a_store_that_fails_takes_nothing_away)
{
    end_leases(&f);
    ck_ok(db_exec(fixture_db(&f), "ALTER TABLE job_lease RENAME TO away", &f.e), &f.e);
    start();
    while (!heartbeat_failing(heart))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    ck_assert(!atomic_load(&runs[0].lost) && !atomic_load(&runs[1].lost));
    ck_ok(db_exec(fixture_db(&f), "ALTER TABLE away RENAME TO job_lease", &f.e), &f.e);
    wait_for("SELECT count(*) FROM job_lease WHERE until > 0", 2);
    ck_assert(!atomic_load(&runs[0].lost) && !atomic_load(&runs[1].lost));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("heartbeat");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, leases_are_renewed_without_any_checkpoint);
    tcase_add_test(t, a_cancellation_reaches_the_run);
    tcase_add_test(t, a_lost_lease_reaches_the_run);
    tcase_add_test(t, a_stalled_job_is_given_up);
    tcase_add_test(t, a_job_that_has_waited_wakes_workers);
    tcase_add_test(t, a_store_that_fails_takes_nothing_away);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_setback.c - jobs that wait after a setback: who may take them, for how long, and when they
 * are not to run again. */
#include "server/store/setback.h"

#include "server/base/clock.h"
#include "tests/unit/server/store/job_fixture.h"
#include "tests/unit/suite.h"

#include <string.h>

#define STORE job_files.store
#define E     (&job_files.e)

static const struct setback_rule slow = {
    .pause_ms = 3600000, .pause_max_ms = 7200000, .limit_ms = 86400000};
static const struct setback_rule quick = {.pause_ms = 0, .pause_max_ms = 0, .limit_ms = 0};

static int64_t count(const char *sql)
{
    return fixture_int(&job_files, sql);
}

static bool set_back(const char *id, const struct setback_rule *rule)
{
    bool again;

    ck_ok(store_job_set_back(&again, STORE, lease_of(&job_files, id), rule, E), E);
    return again;
}

static bool waited(void)
{
    bool any;

    ck_ok(store_jobs_waited(&any, STORE, E), E);
    return any;
}

static void end_wait(void)
{
    (void)count("UPDATE job_setback SET retry_at = 0 RETURNING 1");
}

static void claim_expecting(const char *expected)
{
    char id[JOB_ID_LEN + 1];

    claim(id, &job_files);
    ck_assert_str_eq(id, expected);
}

START_TEST(a_job_waits_and_others_go_first)
{
    char one[JOB_ID_LEN + 1], two[JOB_ID_LEN + 1];
    struct lease l;
    struct job j;

    submit(one, &job_files, "flights", "m");
    submit(two, &job_files, "flights", "m");
    claim_expecting(one);
    ck_assert(set_back(one, &slow));
    ck_assert(!waited());
    claim_expecting(two);
    ck_status(store_job_claim(&j, &l, STORE, "a", E), ST_NOT_FOUND, E);
    end_wait();
    ck_assert(waited());
    claim_expecting(one);
    ck_assert(!waited()); /* it runs */
    ck_assert_int_eq(count("SELECT sum(deaths) FROM job"), 0);
    ck_assert_int_eq(count("SELECT sum(attempts) FROM job"), 2);
}
END_TEST

START_TEST(a_pause_doubles_up_to_its_limit)
{
    static const int64_t expected[] = {1, 2, 2, 2};
    char id[JOB_ID_LEN + 1];

    submit(id, &job_files, "flights", "m");
    for (int i = 0; i < 4; i++) {
        int64_t before, pause;

        claim_expecting(id);
        before = count("SELECT until FROM job_lease"); /* by the clock of leases */
        ck_assert(set_back(id, &slow));
        pause = count("SELECT retry_at FROM job_setback") - (before - LEASE_MS);
        ck_assert_int_ge(pause, expected[i] * slow.pause_ms);
        ck_assert_int_lt(pause, expected[i] * slow.pause_ms + 60000);
        end_wait();
    }
    ck_assert_int_eq(count("SELECT count FROM job_setback"), 4);
}
END_TEST

START_TEST(a_job_is_tried_a_few_times_at_least)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit(id, &job_files, "flights", "m");
    for (int i = 0; i < SETBACKS_MIN; i++) {
        claim_expecting(id);
        ck_assert(set_back(id, &quick));
    }
    claim_expecting(id);
    ck_assert(!set_back(id, &quick));
    j = get_job(id); /* nothing has changed: it is the caller's to end */
    ck_assert_int_eq(j.state, JOB_RUNNING);
    job_release(&j);
    ck_assert_int_eq(count("SELECT count(*) FROM job_lease"), 1);
    ck_ok(store_job_fail(STORE, lease_of(&job_files, id), JOB_FAILED, NULL, E), E);
    ck_assert_int_eq(count("SELECT count(*) FROM job_setback"), 0);
}
END_TEST

START_TEST(progress_clears_setbacks)
{
    const struct job_advance a = {.progress = {.epoch = 1, .fraction = 0.5, .advanced = true},
                                  .snapshot = (const uint8_t *)"state",
                                  .snapshot_len = 5};
    char id[JOB_ID_LEN + 1];
    bool cancel;

    submit(id, &job_files, "flights", "m");
    claim_expecting(id);
    ck_assert(set_back(id, &quick));
    claim_expecting(id);
    ck_assert_int_eq(count("SELECT count FROM job_setback"), 1);
    ck_ok(store_job_checkpoint(&cancel, STORE, lease_of(&job_files, id), &a, E), E);
    ck_assert_int_eq(count("SELECT count(*) FROM job_setback"), 0);
}
END_TEST

START_TEST(an_old_lease_sets_nothing_back)
{
    char id[JOB_ID_LEN + 1];
    struct lease old, now;
    struct job j;
    bool again;

    submit(id, &job_files, "flights", "m");
    claim_expecting(id);
    old = *lease_of(&job_files, id);
    end_leases(&job_files);
    ck_ok(store_job_claim(&j, &now, STORE, "another", E), E);
    job_release(&j);
    ck_status(store_job_set_back(&again, STORE, &old, &slow, E), ST_LOST, E);
    ck_assert(!again);
    ck_assert_int_eq(count("SELECT count(*) FROM job_setback"), 0);
    ck_assert_int_eq(count("SELECT count(*) FROM job WHERE state = 1"), 1);
}
END_TEST

START_TEST(a_waiting_job_is_cancelled_and_deleted)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit(id, &job_files, "flights", "m");
    claim_expecting(id);
    ck_assert(set_back(id, &slow));
    ck_ok(store_job_cancel(&j, STORE, id, E), E);
    ck_assert_int_eq(j.state, JOB_CANCELLED);
    job_release(&j);
    ck_assert_int_eq(count("SELECT count(*) FROM job_setback"), 0);
    ck_ok(store_job_delete(STORE, id, E), E);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("setbacks");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, job_setup, job_teardown);
    tcase_add_test(t, a_job_waits_and_others_go_first);
    tcase_add_test(t, a_pause_doubles_up_to_its_limit);
    tcase_add_test(t, a_job_is_tried_a_few_times_at_least);
    tcase_add_test(t, progress_clears_setbacks);
    tcase_add_test(t, an_old_lease_sets_nothing_back);
    tcase_add_test(t, a_waiting_job_is_cancelled_and_deleted);
    suite_add_tcase(s, t);
    return suite_run(s);
}

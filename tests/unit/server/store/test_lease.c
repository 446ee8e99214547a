/* test_lease.c - leases: tokens and the writes that they allow, their ends, and renewing many at
 * once. */
#include "server/store/lease.h"

#include "tests/unit/server/store/job_fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

#define STORE job_files.store
#define E     (&job_files.e)

static struct lease claim_by(const char *owner)
{
    struct lease l;
    struct job j;

    ck_ok(store_job_claim(&j, &l, STORE, owner, E), E);
    ck_assert_str_eq(l.id, j.id);
    job_release(&j);
    return l;
}

static int64_t count(const char *sql)
{
    return fixture_int(&job_files, sql);
}

/* Calls every function with which a worker writes; each must return ST_LOST. */
static void expect_all_lost(const struct lease *l)
{
    const struct model_submission m = model_of("m", "forecast", "weights");
    const struct job_result r = {"{}", "{}"};
    const double loss[] = {9, 8, 7};
    const struct job_advance a = {.progress = {.epoch = 3, .fraction = 0.9},
                                  .first_epoch = 1,
                                  .epochs = 3,
                                  .loss = loss,
                                  .snapshot = (const uint8_t *)"stale",
                                  .snapshot_len = 5};
    int64_t version;
    bool cancel;

    ck_status(store_job_checkpoint(&cancel, STORE, l, &a, E), ST_LOST, E);
    ck_status(store_job_set_arithmetic(STORE, l, "naive-1-1", E), ST_LOST, E);
    ck_status(store_job_restart(STORE, l, "why", E), ST_LOST, E);
    ck_status(store_job_fail(STORE, l, JOB_FAILED, "{}", E), ST_LOST, E);
    ck_status(store_job_complete(STORE, l, &a, &r, E), ST_LOST, E);
    ck_status(store_job_succeed(&version, STORE, l, &a, &m, E), ST_LOST, E);
    ck_status(store_job_release(STORE, l, E), ST_LOST, E);
}

START_TEST(an_old_token_writes_nothing)
{
    char id[JOB_ID_LEN + 1];
    struct lease old, now;
    struct job j;
    bool cancel;

    submit(id, &job_files, "flights", "m");
    old = claim_by("a");
    end_leases(&job_files);
    now = claim_by("b");
    ck_assert_str_eq(now.id, id);
    ck_assert_int_gt(now.token, old.token);
    ck_ok(job_checkpoint(&cancel, id, "good"), E);
    expect_all_lost(&old);
    j = get_job(id);
    ck_assert_int_eq(j.state, JOB_RUNNING);
    ck_assert(j.progress.fraction == 0.25);
    ck_assert_ptr_null(j.note);
    ck_assert_ptr_null(j.arithmetic);
    job_release(&j);
    ck_assert_int_eq(count("SELECT count(*) FROM job_history WHERE loss > 1"), 0);
    ck_assert_int_eq(count("SELECT count(*) FROM job_snapshot WHERE hex(state) = '676F6F64'"), 1);
    ck_assert_int_eq(count("SELECT count(*) FROM model_version"), 0);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 0);
    ck_ok(store_job_fail(STORE, &now, JOB_FAILED, NULL, E), E);
    expect_all_lost(&now); /* nor does the token of a job that has ended */
}
END_TEST

START_TEST(a_token_of_another_job_writes_nothing)
{
    char one[JOB_ID_LEN + 1], two[JOB_ID_LEN + 1];
    struct lease a, b, mixed;

    submit(one, &job_files, "flights", "m");
    submit(two, &job_files, "flights", "m");
    a = claim_by("a");
    b = claim_by("a");
    mixed = a;
    mixed.token = b.token;
    expect_all_lost(&mixed);
    ck_ok(store_job_release(STORE, &a, E), E);
    ck_ok(store_job_release(STORE, &b, E), E);
}
END_TEST

/* A worker keeps a lease whose time is over, as long as nobody has taken the job back. */
START_TEST(who_comes_back_in_time_goes_on)
{
    struct lease_renewal r = {0};
    char id[JOB_ID_LEN + 1];
    struct job j;
    bool cancel;

    submit(id, &job_files, "flights", "m");
    r.lease = claim_by("a");
    end_leases(&job_files);
    ck_ok(store_leases_renew(&r, 1, STORE, "a", E), E);
    ck_assert(!r.lost);
    ck_status(store_job_claim(&j, &r.lease, STORE, "b", E), ST_NOT_FOUND, E);
    end_leases(&job_files);
    ck_ok(job_checkpoint(&cancel, id, "s"), E); /* a write renews too */
    ck_status(store_job_claim(&j, &r.lease, STORE, "b", E), ST_NOT_FOUND, E);
    ck_assert_int_eq(job_state_of(id), JOB_RUNNING);
}
END_TEST

START_TEST(a_job_records_the_lease_under_which_it_ended)
{
    char id[JOB_ID_LEN + 1];
    struct lease l;
    struct job j;

    submit(id, &job_files, "flights", "m");
    l = claim_by("a");
    ck_assert_int_eq(count("SELECT count(*) FROM job_lease"), 1);
    ck_ok(store_job_fail(STORE, &l, JOB_FAILED, NULL, E), E);
    j = get_job(id);
    ck_assert_int_eq(j.lease_token, l.token);
    job_release(&j);
    submit(id, &job_files, "flights", "m");
    ck_ok(store_job_cancel(&j, STORE, id, E), E);
    ck_assert_int_eq(j.lease_token, 0);
    job_release(&j);
    ck_assert_int_eq(count("SELECT count(*) FROM job_lease"), 0);
}
END_TEST

START_TEST(many_leases_are_renewed_at_once)
{
    enum { N = 40, CANCELLED = 17, ENDED = 33, STALLED = 5 };
    struct lease_renewal r[N] = {0};
    char id[JOB_ID_LEN + 1];
    struct job j;

    for (int i = 0; i < N; i++)
        submit(id, &job_files, "flights", "m");
    for (int i = 0; i < N; i++)
        r[i].lease = claim_by("a");
    ck_ok(store_job_cancel(&j, STORE, r[CANCELLED].lease.id, E), E);
    job_release(&j);
    ck_ok(store_job_fail(STORE, &r[ENDED].lease, JOB_FAILED, NULL, E), E);
    r[STALLED].stalled = true;
    end_leases(&job_files);
    ck_ok(store_leases_renew(r, N, STORE, "a", E), E);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(r[i].lost, i == ENDED);
        ck_assert_int_eq(r[i].cancel, i == CANCELLED);
    }
    ck_assert_int_eq(count("SELECT count(*) FROM job_lease WHERE until = 0"), 1);
    ck_assert_int_eq(count("SELECT count(*) FROM job_lease WHERE owner = ''"), 1);
    r[STALLED].stalled = false; /* it goes on after all */
    ck_ok(store_leases_renew(r, N, STORE, "a", E), E);
    ck_assert_int_eq(count("SELECT count(*) FROM job_lease WHERE until = 0 OR owner = ''"), 0);
    ck_ok(store_leases_renew(NULL, 0, STORE, "a", E), E);
}
END_TEST

/* A process that stood still must not take its own jobs from itself, but may take what it gave
 * up. */
START_TEST(nobody_takes_from_himself)
{
    struct lease_renewal r = {.stalled = true};
    char id[JOB_ID_LEN + 1];
    struct lease l;
    struct job j;
    bool any = true;

    submit(id, &job_files, "flights", "m");
    r.lease = claim_by("a");
    end_leases(&job_files);
    ck_ok(store_leases_ended(&any, STORE, "a", E), E);
    ck_assert(!any);
    ck_status(store_job_claim(&j, &l, STORE, "a", E), ST_NOT_FOUND, E);
    ck_ok(store_leases_ended(&any, STORE, "b", E), E);
    ck_assert(any);
    ck_ok(store_leases_renew(&r, 1, STORE, "a", E), E);
    ck_ok(store_leases_ended(&any, STORE, "a", E), E);
    ck_assert(any);
    l = claim_by("a");
    ck_assert_str_eq(l.id, id);
    j = get_job(id);
    ck_assert_int_eq(j.deaths, 1);
    job_release(&j);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("leases");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, job_setup, job_teardown);
    tcase_add_test(t, an_old_token_writes_nothing);
    tcase_add_test(t, a_token_of_another_job_writes_nothing);
    tcase_add_test(t, who_comes_back_in_time_goes_on);
    tcase_add_test(t, a_job_records_the_lease_under_which_it_ended);
    tcase_add_test(t, many_leases_are_renewed_at_once);
    tcase_add_test(t, nobody_takes_from_himself);
    suite_add_tcase(s, t);
    return suite_run(s);
}

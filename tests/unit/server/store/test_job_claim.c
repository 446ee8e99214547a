/* test_job_claim.c - who gets which job: after the end of a lease, at a start, from a snapshot. */
#include "tests/unit/server/store/job_fixture.h"
#include "tests/unit/suite.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORE job_files.store
#define E     (&job_files.e)

static struct job claim_by(const char *owner)
{
    struct lease l;
    struct job j;

    ck_ok(store_job_claim(&j, &l, STORE, owner, E), E);
    return j;
}

static int epochs_of(const char *id)
{
    double *loss, *validation;
    int n = 0;

    ck_ok(store_job_history(&loss, &validation, &n, STORE, id, 1, INT_MAX, E), E);
    free(loss);
    free(validation);
    return n;
}

/* ---- ends of leases ---- */

START_TEST(a_job_whose_lease_ended_is_first)
{
    char id[3][JOB_ID_LEN + 1];
    struct job j;

    for (int i = 0; i < 3; i++)
        submit(id[i], &job_files, "flights", "m");
    for (int i = 0; i < 2; i++) {
        j = claim_by("a");
        job_release(&j);
    }
    end_leases(&job_files);
    j = claim_by("b");
    ck_assert_str_eq(j.id, id[0]);
    ck_assert_int_eq(j.deaths, 1);
    ck_assert_int_eq(j.attempts, 2);
    job_release(&j);
    ck_assert_int_eq(job_state_of(id[1]), JOB_QUEUED); /* with a death too: one at a time */
    j = claim_by("b");
    ck_assert_str_eq(j.id, id[2]);
    job_release(&j);
    ck_assert_int_eq(fixture_int(&job_files, "SELECT count(*) FROM job_lease"), 2);
}
END_TEST

START_TEST(a_lease_in_force_is_respected)
{
    char id[JOB_ID_LEN + 1];
    struct lease l;
    struct job j;

    submit(id, &job_files, "flights", "m");
    j = claim_by("a");
    job_release(&j);
    ck_status(store_job_claim(&j, &l, STORE, "b", E), ST_NOT_FOUND, E);
    ck_assert_int_eq(job_state_of(id), JOB_RUNNING);
}
END_TEST

/* ---- a start ---- */

START_TEST(a_start_beside_others_takes_only_ended_leases)
{
    char id[2][JOB_ID_LEN + 1];
    struct job j;
    int n = -1;

    submit(id[0], &job_files, "flights", "m");
    submit(id[1], &job_files, "flights", "m");
    j = claim_by("a");
    job_release(&j);
    end_leases(&job_files);
    j = claim_by("a");
    job_release(&j);
    ck_ok(store_job_take_back(&n, STORE, "b", E), E);
    ck_assert_int_eq(n, 1);
    ck_assert_int_eq(job_state_of(id[0]), JOB_QUEUED);
    ck_assert_int_eq(job_state_of(id[1]), JOB_RUNNING);
    ck_ok(store_job_take_back(&n, STORE, "b", E), E);
    ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(a_start_alone_takes_all)
{
    const struct store_config c = {
        .path = job_files.path, .busy_timeout_ms = 1000, .exclusive = true};
    char id[JOB_ID_LEN + 1];
    struct job j;
    int n = 0;

    submit(id, &job_files, "flights", "m");
    j = claim_by("a");
    job_release(&j);
    store_close(STORE);
    ck_ok(store_open(&STORE, &c, E), E);
    ck_ok(store_job_take_back(&n, STORE, "b", E), E);
    ck_assert_int_eq(n, 1);
    j = get_job(id);
    ck_assert_int_eq(j.state, JOB_QUEUED);
    ck_assert_int_eq(j.deaths, 1);
    job_release(&j);
}
END_TEST

/* ---- the seam of history and snapshot ---- */

/* Reports epochs first to last, with a snapshot after them or without one. */
static void report(const char *id, int first, int last, const char *snapshot)
{
    double loss[16];
    bool cancel;

    for (int i = first; i <= last; i++)
        loss[i - first] = i;
    ck_ok(store_job_checkpoint(
              &cancel, STORE, lease_of(&job_files, id),
              &(struct job_advance){
                  .progress = {.epoch = last, .epochs = 16, .fraction = last / 16.0, .loss = last},
                  .first_epoch = first,
                  .epochs = last - first + 1,
                  .loss = loss,
                  .snapshot = (const uint8_t *)snapshot,
                  .snapshot_len = snapshot ? 1 : 0},
              E),
          E);
}

START_TEST(history_after_the_snapshot_is_forgotten)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit(id, &job_files, "flights", "m");
    j = claim_by("a");
    ck_assert_int_eq(j.kept_epochs, 0);
    job_release(&j);
    report(id, 1, 3, "s");
    report(id, 4, 6, NULL); /* and the process is killed here */
    ck_assert_int_eq(epochs_of(id), 6);
    end_leases(&job_files);
    j = claim_by("b");
    ck_assert_int_eq(j.kept_epochs, 3);
    ck_assert_double_eq(j.progress.fraction, 3 / 16.0);
    job_release(&j);
    ck_assert_int_eq(epochs_of(id), 3);
    report(id, 4, 8, "t");
    ck_ok(store_job_release(STORE, lease_of(&job_files, id), E), E);
    j = claim_by("b");
    ck_assert_int_eq(j.kept_epochs, 8);
    job_release(&j);
    ck_assert_int_eq(epochs_of(id), 8);
}
END_TEST

START_TEST(without_a_snapshot_nothing_is_kept)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit(id, &job_files, "flights", "m");
    j = claim_by("a");
    job_release(&j);
    report(id, 1, 5, NULL);
    end_leases(&job_files);
    j = claim_by("b");
    ck_assert_int_eq(j.kept_epochs, 0);
    ck_assert_int_eq(j.progress.epoch, 0);
    ck_assert_double_eq(j.progress.fraction, 0);
    ck_assert(isnan(j.progress.loss));
    job_release(&j);
    ck_assert_int_eq(epochs_of(id), 0);
}
END_TEST

START_TEST(an_unknown_job_has_no_snapshot)
{
    uint8_t *bytes;
    size_t len;

    ck_ok(store_job_snapshot(&bytes, &len, STORE, "nobody", E), E);
    ck_assert_ptr_null(bytes);
    ck_assert_uint_eq(len, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("claims");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, job_setup, job_teardown);
    tcase_add_test(t, a_job_whose_lease_ended_is_first);
    tcase_add_test(t, a_lease_in_force_is_respected);
    tcase_add_test(t, a_start_beside_others_takes_only_ended_leases);
    tcase_add_test(t, a_start_alone_takes_all);
    tcase_add_test(t, history_after_the_snapshot_is_forgotten);
    tcase_add_test(t, without_a_snapshot_nothing_is_kept);
    tcase_add_test(t, an_unknown_job_has_no_snapshot);
    suite_add_tcase(s, t);
    return suite_run(s);
}

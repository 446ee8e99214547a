/* test_retention.c - old versions and jobs go, and those that are needed stay. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "x", FREQ_M, 0, 20, 1);
}

static void teardown(void)
{
    fixture_close(&f);
}

static void put(const char *name, int versions)
{
    const struct model_submission m = model_of(name, "forecast", "bytes");
    int64_t version;

    for (int i = 0; i < versions; i++)
        ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
}

static void point(const char *alias, int64_t version)
{
    const struct alias_submission a = {"m", alias, {.number = version}, NULL};
    struct model_alias out;
    bool created;

    ck_ok(store_alias_put(&out, &created, f.store, &a, &f.e), &f.e);
}

/* The version that was removed; 0: none. */
static int64_t retire(const char *model, int64_t keep)
{
    struct retired_version v;

    ck_ok(store_retire_version(&v, f.store, keep, &f.e), &f.e);
    if (v.version)
        ck_assert_str_eq(v.name, model);
    return v.version;
}

START_TEST(the_oldest_versions_go_one_at_a_time)
{
    put("m", 5);
    put("n", 2);
    ck_assert_int_eq(retire("m", 0), 0);
    ck_assert_int_eq(retire("m", 5), 0);
    ck_assert_int_eq(retire("m", 3), 1);
    ck_assert_int_eq(retire("m", 3), 2);
    ck_assert_int_eq(retire("m", 3), 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT num_versions FROM model WHERE name = 'm'"), 3);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_checkpoint"), 5);
    put("m", 1);
    ck_assert_int_eq(retire("m", 3), 3);
    ck_assert_int_eq(retire("n", 1), 1);
    fixture_check_file(&f);
}
END_TEST

START_TEST(what_serves_or_has_an_alias_stays)
{
    put("m", 6);
    point("production", 2);
    point("best", 4);
    ck_assert_int_eq(retire("m", 1), 1);
    ck_assert_int_eq(retire("m", 1), 3);
    ck_assert_int_eq(retire("m", 1), 5);
    ck_assert_int_eq(retire("m", 1), 0);
    point("production", 6);
    ck_assert_int_eq(retire("m", 1), 2);
    ck_assert_int_eq(retire("m", 1), 0);
}
END_TEST

START_TEST(what_a_job_starts_from_stays_until_it_ends)
{
    struct job_submission sub = submission(&f, "x", "m");
    char id[JOB_ID_LEN + 1];
    struct job j;
    bool existing;

    put("m", 3);
    sub.warm_start = "m/1";
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    job_release(&j);
    ck_assert_int_eq(retire("m", 1), 2); /* it is queued */
    ck_assert_int_eq(retire("m", 1), 0);
    claim(id, &f);
    ck_assert_int_eq(retire("m", 1), 0); /* and runs */
    ck_status(store_model_delete(f.store, "m", 1, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, id));
    ck_status(store_model_delete(f.store, "m", 0, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "starts from version 1 of model 'm'"));
    put("m0", 1); /* its name begins alike */
    ck_ok(store_model_delete(f.store, "m0", 0, &f.e), &f.e);
    ck_ok(store_job_fail(f.store, lease_of(&f, id), JOB_CANCELLED, NULL, &f.e), &f.e);
    ck_assert_int_eq(retire("m", 1), 1);
    sub.warm_start = "m/1";
    ck_status(store_job_submit(&j, &existing, f.store, &sub, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "m/1 has just been removed"));
}
END_TEST

/* ---- jobs ---- */

static int retire_jobs(int64_t before)
{
    int count = -1;

    ck_ok(store_retire_jobs(&count, f.store, before, &f.e), &f.e);
    return count;
}

static void end_job(void)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit(id, &f, "x", "m");
    ck_ok(store_job_cancel(&j, f.store, id, &f.e), &f.e);
    job_release(&j);
}

START_TEST(jobs_that_ended_go_and_others_stay)
{
    char queued[JOB_ID_LEN + 1], running[JOB_ID_LEN + 1];
    int64_t now;
    int rest = 25;

    submit(running, &f, "x", "m");
    claim(running, &f);
    for (int i = 0; i < rest; i++)
        end_job();
    submit(queued, &f, "x", "m");
    now = clock_ms() + 1000;
    ck_assert_int_eq(retire_jobs(now - 3600000), 0); /* none ended so long ago */
    for (int n = retire_jobs(now); n > 0; n = retire_jobs(now)) {
        ck_assert_int_le(n, 20);
        rest -= n;
    }
    ck_assert_int_eq(rest, 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job"), 2);
    fixture_check_file(&f);
}
END_TEST

/* The id of a job shows when it was submitted; a long job ended much later. */
START_TEST(the_end_counts_and_not_the_beginning)
{
    char id[JOB_ID_LEN + 1];

    submit(id, &f, "x", "m");
    claim(id, &f);
    ck_ok(store_job_fail(f.store, lease_of(&f, id), JOB_FAILED, NULL, &f.e), &f.e);
    ck_assert_int_eq(fixture_int(&f, "UPDATE job SET id = '00000000000000000000000001' WHERE id > "
                                     "'' RETURNING 1"),
                     1);
    ck_assert_int_eq(retire_jobs(clock_ms() - 3600000), 0);
    ck_assert_int_eq(retire_jobs(clock_ms() + 1000), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("store retention");
    TCase *t = tcase_create("retention");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_oldest_versions_go_one_at_a_time);
    tcase_add_test(t, what_serves_or_has_an_alias_stays);
    tcase_add_test(t, what_a_job_starts_from_stays_until_it_ends);
    tcase_add_test(t, jobs_that_ended_go_and_others_stay);
    tcase_add_test(t, the_end_counts_and_not_the_beginning);
    suite_add_tcase(s, t);
    return suite_run(s);
}

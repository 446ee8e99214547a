/* test_job_times.c - the histogram of how long jobs took. */
#include "server/jobs/job_times.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct job_times times;

static struct job_times_count row(const char *task, const char *state)
{
    struct job_times_count c;
    int i = 0;

    while (job_times_read(&times, i, &c)) {
        if (strcmp(c.task, task) == 0 && strcmp(c.state, state) == 0)
            return c;
        i++;
    }
    ck_abort_msg("no row %s %s", task, state);
    return c;
}

static void setup(void)
{
    times = (struct job_times){0};
}

START_TEST(each_end_is_in_its_row_and_bucket)
{
    struct job_times_count c;

    job_times_add(&times, "forecast", JOB_SUCCEEDED, 1000); /* a bound belongs to its bucket */
    job_times_add(&times, "forecast", JOB_SUCCEEDED, 1001);
    job_times_add(&times, "forecast", JOB_SUCCEEDED, 90000000);
    job_times_add(&times, "tag", JOB_FAILED, 20000);
    job_times_add(&times, "search", JOB_CANCELLED, -5);
    c = row("forecast", "succeeded");
    ck_assert_uint_eq(c.bucket[0], 1);
    ck_assert_uint_eq(c.bucket[1], 2);
    ck_assert_uint_eq(c.bucket[JOB_TIME_BUCKETS - 2], 2);
    ck_assert_uint_eq(c.bucket[JOB_TIME_BUCKETS - 1], 3);
    ck_assert_double_eq_tol(c.seconds, 90002.001, 1e-9);
    c = row("tag", "failed");
    ck_assert_uint_eq(c.bucket[2], 0);
    ck_assert_uint_eq(c.bucket[3], 1);
    c = row("search", "cancelled");
    ck_assert_uint_eq(c.bucket[0], 1);
    ck_assert_double_eq(c.seconds, 0);
    ck_assert_uint_eq(row("backtest", "succeeded").bucket[JOB_TIME_BUCKETS - 1], 0);
}
END_TEST

START_TEST(what_is_no_end_is_left_out)
{
    struct job_times_count c;

    job_times_add(&times, "forecast", JOB_RUNNING, 10);
    job_times_add(&times, "guess", JOB_SUCCEEDED, 10);
    for (int i = 0; job_times_read(&times, i, &c); i++)
        ck_assert_uint_eq(c.bucket[JOB_TIME_BUCKETS - 1], 0);
    ck_assert(!job_times_read(&times, -1, &c));
    ck_assert(!job_times_read(&times, JOB_TIME_TASKS * JOB_TIME_STATES, &c));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("job times");
    TCase *t = tcase_create("times");

    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, each_end_is_in_its_row_and_bucket);
    tcase_add_test(t, what_is_no_end_is_left_out);
    suite_add_tcase(s, t);
    return suite_run(s);
}

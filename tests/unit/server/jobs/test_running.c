/* test_running.c - progress and epochs of the jobs that run, as other threads see them. */
#include "server/jobs/running.h"
#include "tests/unit/suite.h"

static struct running running;
static struct err e;

static void add_epochs(struct running_job *j, int from, int n)
{
    for (int i = 0; i < n; i++)
        ck_assert_int_eq(running_add_epoch(&running, j, from + i, -from - i, &e), ST_OK);
}

START_TEST(a_job_is_seen_while_it_runs)
{
    struct running_job j = {.lease = {.id = "one"}, .first = 1};
    struct job_progress p = {.epoch = 3, .fraction = 0.5}, seen = {0};

    ck_assert_int_eq(running_init(&running, &e), ST_OK);
    ck_assert(!running_progress(&running, "one", &seen));
    running_add(&running, &j);
    ck_assert_uint_eq(atomic_load(&running.busy), 1);
    running_set_progress(&running, &j, &p);
    ck_assert(running_progress(&running, "one", &seen));
    ck_assert_int_eq(seen.epoch, 3);
    ck_assert(!running_progress(&running, "two", &seen));
    ck_assert(!running_cancel(&running, "two"));
    ck_assert(!atomic_load(&j.cancel));
    ck_assert(running_cancel(&running, "one"));
    ck_assert(atomic_load(&j.cancel));
    ck_assert(!running_cancel(&running, "one")); /* it has been asked already */
    ck_assert(atomic_load(&j.cancel));
    running_remove(&running, &j);
    ck_assert_uint_eq(atomic_load(&running.busy), 0);
    ck_assert(!running_cancel(&running, "one"));
    running_release(&running);
}
END_TEST

START_TEST(epochs_follow_those_of_the_store)
{
    struct running_job j = {.lease = {.id = "one"}, .first = 1};
    double *loss = NULL, *validation = NULL;
    int n = 0;

    ck_assert_int_eq(running_init(&running, &e), ST_OK);
    running_add(&running, &j);
    add_epochs(&j, 1, 100);
    running_flushed(&running, &j, 60); /* epochs 1 to 60 are in the store */
    add_epochs(&j, 101, 1);
    ck_assert_int_eq(running_history(&running, "one", 60, 99, &loss, &validation, &n, &e), ST_OK);
    ck_assert_int_eq(n, 0); /* epoch 60 is not here */
    ck_assert_int_eq(running_history(&running, "one", 61, 2, &loss, &validation, &n, &e), ST_OK);
    ck_assert_int_eq(n, 2);
    ck_assert_double_eq(loss[0], 61);
    ck_assert_double_eq(validation[1], -62);
    ck_assert_int_eq(running_history(&running, "one", 63, 999, &loss, &validation, &n, &e), ST_OK);
    ck_assert_int_eq(n, 41); /* behind the two that were there: 61 to 101 */
    ck_assert_double_eq(loss[40], 101);
    free(loss);
    free(validation);
    running_remove(&running, &j);
    running_release(&running);
}
END_TEST

START_TEST(a_job_that_begins_anew_has_no_epochs)
{
    struct running_job j = {.lease = {.id = "one"}, .first = 5};
    double *loss = NULL, *validation = NULL;
    int n = 0;

    ck_assert_int_eq(running_init(&running, &e), ST_OK);
    running_add(&running, &j);
    add_epochs(&j, 5, 3);
    running_restart(&running, &j);
    ck_assert_int_eq(j.first, 1);
    ck_assert_int_eq(running_history(&running, "one", 1, 99, &loss, &validation, &n, &e), ST_OK);
    ck_assert_int_eq(n, 0);
    running_remove(&running, &j);
    running_release(&running);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("jobs running");
    TCase *t = tcase_create("running");

    tcase_add_test(t, a_job_is_seen_while_it_runs);
    tcase_add_test(t, epochs_follow_those_of_the_store);
    tcase_add_test(t, a_job_that_begins_anew_has_no_epochs);
    suite_add_tcase(s, t);
    return suite_run(s);
}

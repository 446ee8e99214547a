/* test_run.c - the state of one job in a worker: its reports, its progress, and when it must
 * stop. */
#include "server/jobs/run.h"
#include "tests/unit/suite.h"

#include <string.h>

static int calls;

static void on_change(void *ctx, const char *id)
{
    (void)ctx;
    ck_assert_str_eq(id, "one");
    calls++;
}

START_TEST(changes_are_reported_now_and_then)
{
    const struct jobs_config config = {.on_change = on_change}, silent = {0};
    struct worker_env env = {.config = &config};
    struct run r = {.env = &env, .job = {.id = "one"}};

    calls = 0;
    run_notify(&r, true);
    run_notify(&r, false); /* too early */
    ck_assert_int_eq(calls, 1);
    run_notify(&r, true);
    ck_assert_int_eq(calls, 2);
    r.notified_ms -= 1000;
    run_notify(&r, false);
    ck_assert_int_eq(calls, 3);
    env.config = &silent;
    run_notify(&r, true);
    ck_assert_int_eq(calls, 3);
}
END_TEST

START_TEST(the_epochs_that_are_not_stored_are_reported)
{
    double loss[] = {3, 2}, validation[] = {6, 5};
    const struct run r = {.running = {.progress = {.epoch = 9, .fraction = 0.5},
                                      .first = 8,
                                      .count = 2,
                                      .loss = loss,
                                      .validation = validation}};
    const struct job_advance a = run_advance(&r);

    ck_assert_int_eq(a.first_epoch, 8);
    ck_assert_int_eq(a.epochs, 2);
    ck_assert_int_eq(a.progress.epoch, 9);
    ck_assert(a.loss == loss && a.validation == validation && !a.snapshot);
}
END_TEST

START_TEST(three_things_stop_a_run)
{
    atomic_bool stopping = false;
    const struct worker_env env = {.stopping = &stopping};
    struct run r = {.env = &env};

    ck_assert(!run_stops(&r));
    atomic_store(&r.running.cancel, true);
    ck_assert(run_stops(&r));
    atomic_store(&r.running.cancel, false);
    atomic_store(&r.running.lost, true);
    ck_assert(run_stops(&r));
    atomic_store(&r.running.lost, false);
    atomic_store(&stopping, true);
    ck_assert(run_stops(&r));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("run");
    TCase *t = tcase_create("all");

    tcase_add_test(t, changes_are_reported_now_and_then);
    tcase_add_test(t, the_epochs_that_are_not_stored_are_reported);
    tcase_add_test(t, three_things_stop_a_run);
    suite_add_tcase(s, t);
    return suite_run(s);
}

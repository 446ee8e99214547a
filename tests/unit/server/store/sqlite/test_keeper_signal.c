/* test_keeper_signal.c - each signal reaches the keeper once. */
#include "server/store/sqlite/keeper_signal.h"

#include <check.h>
#include <stdlib.h>

static struct keeper_signal k;

static void setup(void)
{
    ck_assert(keeper_signal_init(&k));
}

static void teardown(void)
{
    keeper_signal_release(&k);
}

START_TEST(a_wait_ends_by_itself_without_work)
{
    bool work = false;

    ck_assert(keeper_wait(&k, 1, &work));
    ck_assert(!work);
    ck_assert(!keeper_take_log(&k));
}
END_TEST

/* The pause is longer than Check's own limit of a test. */
enum { FOR_EVER_MS = 60000 };

START_TEST(work_ends_a_wait_and_is_reported_once)
{
    bool work = false;

    keeper_wake(&k);
    ck_assert(keeper_wait(&k, FOR_EVER_MS, &work));
    ck_assert(work);
    work = false;
    ck_assert(keeper_wait(&k, 1, &work));
    ck_assert(!work);
}
END_TEST

START_TEST(a_wait_does_not_forget_work_that_is_not_done)
{
    bool work = true;

    ck_assert(keeper_wait(&k, 1, &work));
    ck_assert(work);
}
END_TEST

START_TEST(a_long_log_ends_a_wait_and_is_reported_once)
{
    bool work = false;

    keeper_wake_for_log(&k);
    ck_assert(keeper_wait(&k, FOR_EVER_MS, &work));
    ck_assert(!work);
    ck_assert(keeper_take_log(&k));
    ck_assert(!keeper_take_log(&k));
}
END_TEST

START_TEST(a_stop_ends_every_wait)
{
    bool work = false;

    keeper_wake_to_stop(&k);
    ck_assert(!keeper_wait(&k, FOR_EVER_MS, &work));
    ck_assert(!keeper_wait(&k, FOR_EVER_MS, &work));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("keeper_signal");
    TCase *t = tcase_create("keeper_signal");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_wait_ends_by_itself_without_work);
    tcase_add_test(t, work_ends_a_wait_and_is_reported_once);
    tcase_add_test(t, a_wait_does_not_forget_work_that_is_not_done);
    tcase_add_test(t, a_long_log_ends_a_wait_and_is_reported_once);
    tcase_add_test(t, a_stop_ends_every_wait);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* test_clock.c - the clocks agree, and timed waits end when they should. */
#include "server/base/clock.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

START_TEST(the_calendar_is_this_century)
{
    int64_t ms = clock_ms(), coarse = clock_coarse_ms();

    ck_assert_int_gt(ms, INT64_C(1700000000000)); /* November 2023 */
    ck_assert_int_lt(ms, INT64_C(4102444800000)); /* 2100 */
    ck_assert_int_lt(llabs(coarse - ms), 1000);
}
END_TEST

START_TEST(monotonic_clocks_agree)
{
    int64_t ms = clock_monotonic_ms(), ns = clock_monotonic_ns();

    ck_assert_int_ge(ns / 1000000, ms);
    ck_assert_int_lt(ns / 1000000 - ms, 1000);
    ck_assert_int_lt(llabs(clock_monotonic_coarse_ms() - ms), 1000);
    usleep(2000);
    ck_assert_int_gt(clock_monotonic_ns(), ns);
    ck_assert_int_gt(clock_monotonic_ms(), ms);
}
END_TEST

START_TEST(moments_are_carried_over)
{
    struct timespec t = clock_moment(12345);
    int64_t before = clock_monotonic_ms();

    ck_assert_int_eq(t.tv_sec, 12);
    ck_assert_int_eq(t.tv_nsec, 345000000);
    for (int64_t ms = 0; ms < 5000; ms += 333) {
        int64_t at;

        t = clock_deadline(ms);
        at = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
        ck_assert_int_lt(t.tv_nsec, 1000000000);
        ck_assert_int_ge(at, before + ms);
        ck_assert_int_lt(at, before + ms + 1000);
    }
}
END_TEST

START_TEST(a_wait_ends_at_its_deadline)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never;
    struct timespec until = clock_deadline(20);
    int64_t begun = clock_monotonic_ms();
    int rc = 0;

    ck_assert_int_eq(clock_cond_init(&never), 0);
    ck_assert_int_eq(pthread_mutex_lock(&lock), 0);
    while (rc == 0)
        rc = pthread_cond_timedwait(&never, &lock, &until);
    ck_assert_int_eq(pthread_mutex_unlock(&lock), 0);
    ck_assert_int_eq(rc, ETIMEDOUT);
    ck_assert_int_ge(clock_monotonic_ms() - begun, 19);
    ck_assert_int_lt(clock_monotonic_ms() - begun, 10000);
    ck_assert_int_eq(pthread_cond_destroy(&never), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clock");
    TCase *t = tcase_create("clock");
    SRunner *r;
    int failed;

    tcase_add_test(t, the_calendar_is_this_century);
    tcase_add_test(t, monotonic_clocks_agree);
    tcase_add_test(t, moments_are_carried_over);
    tcase_add_test(t, a_wait_ends_at_its_deadline);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

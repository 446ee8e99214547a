/* test_patience.c - waiting for a store: longer and longer, not for ever, and not while the daemon
 * stops. */
#include "server/jobs/patience.h"

#include "server/base/clock.h"
#include "tests/unit/suite.h"

START_TEST(only_some_errors_pass)
{
    for (int st = ST_OK; st < ST_COUNT; st++)
        ck_assert_int_eq(store_may_recover((enum status)st), st == ST_UNAVAILABLE ||
                                                                 st == ST_BUSY || st == ST_FULL ||
                                                                 st == ST_READONLY);
}
END_TEST

START_TEST(pauses_grow_up_to_a_bound)
{
    atomic_bool stopping = false;
    struct patience p = {.pause_ms = 1};
    int64_t begun = clock_monotonic_ms();

    for (int i = 0; i < 5; i++)
        ck_assert(patience_wait(&p, &stopping));
    ck_assert_int_eq(p.pause_ms, 32);
    ck_assert_int_ge(clock_monotonic_ms() - begun, 31);
    ck_assert_int_eq(patience_longer(4999), 9998);
    ck_assert_int_eq(patience_longer(9998), PATIENCE_PAUSE_MAX_MS);
    ck_assert_int_eq(patience_longer(PATIENCE_PAUSE_MAX_MS), PATIENCE_PAUSE_MAX_MS);
}
END_TEST

START_TEST(a_limit_ends_it)
{
    atomic_bool stopping = false;
    struct patience p = {.limit_ms = 20, .pause_ms = 1};
    int waits = 0;

    while (patience_wait(&p, &stopping))
        waits++;
    ck_assert_int_ge(waits, 1);
    ck_assert_int_le(waits, 8);
}
END_TEST

START_TEST(a_stop_ends_it_at_once)
{
    atomic_bool stopping = true;
    struct patience p = {.pause_ms = 100000};
    int64_t begun = clock_monotonic_ms();

    ck_assert(!patience_wait(&p, &stopping));
    ck_assert_int_lt(clock_monotonic_ms() - begun, 50000);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("patience");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, only_some_errors_pass);
    tcase_add_test(t, pauses_grow_up_to_a_bound);
    tcase_add_test(t, a_limit_ends_it);
    tcase_add_test(t, a_stop_ends_it_at_once);
    suite_add_tcase(s, t);
    return suite_run(s);
}

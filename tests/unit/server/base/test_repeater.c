/* test_repeater.c - a thread that calls a function again and again. */
#include "server/base/repeater.h"

#include "server/base/clock.h"
#include "tests/unit/suite.h"

#include <poll.h>
#include <stdatomic.h>

enum { DEADLINE_MS = 20000 };

static atomic_int calls;
static int pause_ms;

static int count(void *ctx)
{
    ck_assert_ptr_eq(ctx, &calls);
    atomic_fetch_add(&calls, 1);
    return pause_ms;
}

static void wait_for(int n)
{
    int64_t until = clock_monotonic_ms() + DEADLINE_MS;

    while (atomic_load(&calls) < n && clock_monotonic_ms() < until)
        (void)poll(NULL, 0, 1);
    ck_assert_int_ge(atomic_load(&calls), n);
}

static struct repeater *start(int ms)
{
    struct repeater *r = NULL;
    struct err e = {0};

    atomic_store(&calls, 0);
    pause_ms = ms;
    ck_assert_int_eq(repeater_start(&r, count, &calls, "a test", &e), ST_OK);
    return r;
}

START_TEST(it_calls_again_and_again)
{
    struct repeater *r = start(1);
    int at_the_end;

    wait_for(5);
    repeater_stop(r);
    at_the_end = atomic_load(&calls);
    (void)poll(NULL, 0, 20);
    ck_assert_int_eq(atomic_load(&calls), at_the_end);
    repeater_free(r);
}
END_TEST

START_TEST(waking_ends_a_pause)
{
    struct repeater *r = start(3600000);

    wait_for(1);
    repeater_wake(r);
    wait_for(2);
    repeater_stop(r);
    repeater_wake(r); /* does nothing any more */
    ck_assert_int_eq(atomic_load(&calls), 2);
    repeater_free(r);
}
END_TEST

START_TEST(stopping_ends_a_pause)
{
    struct repeater *r = start(3600000);

    wait_for(1);
    repeater_stop(r);
    repeater_free(r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("repeater");
    TCase *t = tcase_create("repeater");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, it_calls_again_and_again);
    tcase_add_test(t, waking_ends_a_pause);
    tcase_add_test(t, stopping_ends_a_pause);
    suite_add_tcase(s, t);
    return suite_run(s);
}

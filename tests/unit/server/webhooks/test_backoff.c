/* test_backoff.c - the times at which a delivery is tried again. */
#include "server/webhooks/backoff.h"

#include "tests/unit/suite.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
static const int64_t start = 1764500000000;

/* The delay without jitter, after each attempt: the schedule of the specification. */
static const int64_t delays[] = {5 * SECOND, 5 * MINUTE, 30 * MINUTE,
                                 2 * HOUR,   5 * HOUR,   10 * HOUR};
enum { DELAYS = sizeof(delays) / sizeof(delays[0]) };

START_TEST(the_schedule_is_that_of_the_specification)
{
    int64_t at = start, next;

    for (int i = 0; i < DELAYS; i++) {
        next = backoff_next(i + 1, start, at, 0, 0);
        ck_assert_int_eq(next - at, delays[i]);
        at = next;
    }
    next = backoff_next(DELAYS + 1, start, at, 0, 0);
    ck_assert_int_eq(next, start + BACKOFF_DAY_MS); /* the last one, a day after the event */
    ck_assert_int_eq(backoff_next(DELAYS + 2, start, next, 0, 0), 0);
}
END_TEST

START_TEST(jitter_adds_up_to_a_tenth)
{
    int64_t least = INT64_MAX, most = 0;

    for (uint32_t random = 0; random < 5000; random++) {
        int64_t delay = backoff_next(2, start, start, 0, random * 2654435761u) - start;

        least = delay < least ? delay : least;
        most = delay > most ? delay : most;
    }
    ck_assert_int_eq(least, 5 * MINUTE);
    ck_assert_int_eq(most, 5 * MINUTE + 30 * SECOND);
}
END_TEST

START_TEST(a_receiver_may_only_ask_for_more_time)
{
    static const struct {
        int64_t retry_after, delay; /* s; ms */
    } rows[] = {
        {0, 5 * SECOND},
        {1, 5 * SECOND},
        {60, 60 * SECOND},
        {3600, HOUR},
        {86399, 86399 * SECOND},
        {86400, BACKOFF_DAY_MS},
        {INT64_MAX, BACKOFF_DAY_MS},
        {-5, 5 * SECOND},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_int_eq(backoff_next(1, start, start, rows[i].retry_after, 0) - start,
                         rows[i].delay);
}
END_TEST

START_TEST(no_attempt_is_planned_after_a_day)
{
    ck_assert_int_eq(backoff_next(1, start, start + BACKOFF_DAY_MS - 1, 0, 7),
                     start + BACKOFF_DAY_MS);
    ck_assert_int_eq(backoff_next(1, start, start + BACKOFF_DAY_MS, 0, 7), 0);
    ck_assert_int_eq(backoff_next(1, start, start + 9 * BACKOFF_DAY_MS, 60, 7), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("backoff");
    TCase *t = tcase_create("backoff");

    tcase_add_test(t, the_schedule_is_that_of_the_specification);
    tcase_add_test(t, jitter_adds_up_to_a_tenth);
    tcase_add_test(t, a_receiver_may_only_ask_for_more_time);
    tcase_add_test(t, no_attempt_is_planned_after_a_day);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_fetch.c - when a source is fetched next; the fetches themselves run in
 * tests/integration/test_sources.c, against a server. */
#include "server/sources/fetch.h"

#include "tests/unit/suite.h"

enum { MINUTE = 60000, HOUR = 3600000 };

static const struct {
    int64_t every, failures, retry_after, least, most;
} rows[] = {
    {HOUR, 0, 0, HOUR, HOUR + 300000},
    {30000, 0, 0, 30000, 33000},
    {7 * 24 * (int64_t)HOUR, 0, 0, 7 * 24 * (int64_t)HOUR, 7 * 24 * (int64_t)HOUR + 300000},
    {HOUR, 1, 0, MINUTE, 66000},
    {HOUR, 2, 0, 2 * MINUTE, 132000},
    {HOUR, 5, 0, 16 * MINUTE, 16 * MINUTE + 96000},
    {HOUR, 7, 0, HOUR, HOUR + 300000},
    {HOUR, 1000000, 0, HOUR, HOUR + 300000},
    {HOUR, 1, 10 * MINUTE, 10 * MINUTE, 11 * MINUTE},
    {HOUR, 1, INT64_MAX / 4, 24 * (int64_t)HOUR, 24 * (int64_t)HOUR + 300000},
    {HOUR, 0, 2 * HOUR, HOUR, HOUR + 300000}, /* only errors have it */
};

START_TEST(the_next_fetch_has_jitter_and_backs_off)
{
    int64_t first = fetch_delay(rows[_i].every, rows[_i].failures, rows[_i].retry_after, 0);
    int64_t last = fetch_delay(rows[_i].every, rows[_i].failures, rows[_i].retry_after, 1);

    ck_assert_int_eq(first, rows[_i].least);
    ck_assert_int_eq(last, rows[_i].most);
}
END_TEST

START_TEST(a_schedule_has_some_jitter)
{
    for (int i = 0; i < 100; i++) {
        int64_t ms = fetch_spread(100000);

        ck_assert(ms >= 100000 && ms <= 110000);
    }
    ck_assert_int_le(fetch_spread(INT64_C(365) * 86400000) - INT64_C(365) * 86400000, 300000);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fetch");
    TCase *t = tcase_create("fetch");

    tcase_add_loop_test(t, the_next_fetch_has_jitter_and_backs_off, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(t, a_schedule_has_some_jitter);
    suite_add_tcase(s, t);
    return suite_run(s);
}

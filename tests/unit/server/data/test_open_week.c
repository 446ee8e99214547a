/* test_open_week.c - counting the steps of a week that occur. */
#include "server/data/open_week.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static unsigned seed = 7;

static int below(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (unsigned)n);
}

static const int steps[] = {86400, 43200, 28800, 7200, 3600, 1800, 900, 300, 60, 1};

/* rank() against counting one by one; select() is its inverse. */
START_TEST(open_points_are_counted_and_found)
{
    int64_t step = steps[_i];

    for (int round = 0; round < 20; round++) {
        struct open_week w = {{0}};
        int64_t base = (int64_t)below(2000000) * 60 - 50000000, n = 0, rest;
        int points = step < 300 ? 4000 : (int)(2 * 7 * 86400 / step);

        for (int i = 0; i < 40; i++)
            open_week_add(&w, base + below(672) * (int64_t)(step > 900 ? step : 900), step);
        for (int k = 0; k < points; k++) {
            ck_assert_int_eq(open_week_rank(&w, base, step, k), n);
            if (open_week_has(&w, base + k * step)) {
                if (k % 17 == 0)
                    ck_assert_int_eq(open_week_select(&w, base, step, n), k);
                n++;
            }
        }
        rest = open_week_count(&w, base, step);
        ck_assert_int_eq(open_week_rank(&w, base, step, -7 * 86400 / step * 3), -3 * rest);
        for (int64_t row = -2 * rest; row < 0 && rest < 1000; row++) {
            int64_t k = open_week_select(&w, base, step, row);

            ck_assert(open_week_has(&w, base + k * step));
            ck_assert_int_eq(open_week_rank(&w, base, step, k), row);
        }
    }
}
END_TEST

START_TEST(some_steps_have_no_week)
{
    static const int no[] = {0, -60, 7, 400, 172800, 100000, 1350};

    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        ck_assert_msg(!open_week_fits(no[i]), "%d fits", no[i]);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        ck_assert_msg(open_week_fits(steps[i]), "%d does not fit", steps[i]);
}
END_TEST

START_TEST(business_days_are_monday_to_friday)
{
    struct open_week w = open_week_business(), none = {{0}};

    ck_assert(open_week_always(&none));
    ck_assert(!open_week_always(&w));
    ck_assert(!open_week_equal(&w, &none));
    for (int day = 0; day < 7; day++) /* from Thursday, 1970-01-01 */
        ck_assert_int_eq(open_week_has(&w, day * (int64_t)86400), day != 2 && day != 3);
    ck_assert_int_eq(open_week_count(&w, 0, 3600), 120);
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("open_week");
    TCase *c = tcase_create("open_week");

    tcase_add_loop_test(c, open_points_are_counted_and_found, 0, ROWS(steps));
    tcase_add_test(c, some_steps_have_no_week);
    tcase_add_test(c, business_days_are_monday_to_friday);
    suite_add_tcase(s, c);
    return suite_run(s);
}

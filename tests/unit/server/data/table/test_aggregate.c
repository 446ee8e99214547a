/* test_aggregate.c - rows of a table that become one step of time. */
#include "server/data/table/aggregate.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <math.h>

static const struct {
    const char *frequency;
    int64_t seconds, floor;
} steps[] = {
    {"H", 1580471999, 1580468400},
    {"5min", 1580471999, 1580471700},
    {"D", 1580471999, 1580428800},
    {"W", 1580471999, 1580083200},
    {"M", 1580471999, 1577836800},
    {"Q", 1580471999, 1577836800},
    {"Y", 1580471999, 1577836800},
    {"S", -1, -1},
    {"D", -1, -86400},
    {"8H", 1580471999, 1580457600},
};

START_TEST(times_move_to_the_beginning_of_their_step)
{
    struct timeline line = timeline_index();
    struct timestamp t = {steps[_i].seconds, FREQ_S};
    struct err e = {0};

    ck_assert_int_eq(timeline_frequency(&line, steps[_i].frequency, &e), ST_OK);
    aggregate_floor(&t, &line);
    ck_assert_int_eq(t.seconds, steps[_i].floor);
}
END_TEST

START_TEST(days_begin_where_the_times_are)
{
    struct timeline line = timeline_index();
    struct timestamp t = {1580419800, FREQ_S}; /* 2020-01-30 21:30 UTC, the 31st at +05:30 */
    struct err e = {0};

    ck_assert_int_eq(timeline_frequency(&line, "D", &e), ST_OK);
    line.style.offset = 330;
    aggregate_floor(&t, &line);
    ck_assert_int_eq(t.seconds, 1580428800);
}
END_TEST

static const struct {
    const char *name;
    double result;
} hows[] = {{"mean", 3}, {"sum", 9}, {"last", 1}, {"min", 1}, {"max", 6}, {"count", 3}};

START_TEST(values_are_joined)
{
    static const double rows[] = {2, NAN, 6, 1};
    double step = 0, count = 0;
    enum aggregate how = AGGREGATE_NONE;

    ck_assert(aggregate_from_name(&how, hows[_i].name));
    for (int i = 0; i < 4; i++)
        aggregate_add(&step, &count, &rows[i], 1, how);
    aggregate_end(&step, &count, 1, how);
    ck_assert_double_eq(step, hows[_i].result);
    count = 0;
    aggregate_end(&step, &count, 1, how);
    ck_assert(how == AGGREGATE_COUNT ? step == 0 : isnan(step));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("aggregate");
    TCase *t = tcase_create("aggregate");

    tcase_add_test(t, days_begin_where_the_times_are);
    tcase_add_loop_test(t, times_move_to_the_beginning_of_their_step, 0,
                        (int)(sizeof(steps) / sizeof(steps[0])));
    tcase_add_loop_test(t, values_are_joined, 0, (int)(sizeof(hows) / sizeof(hows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}

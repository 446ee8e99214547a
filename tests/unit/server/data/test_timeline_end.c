/* test_timeline_end.c - the last rows of the calendar. */
#include "server/data/timeline.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *frequency, *start;
    int64_t rows;
    const char *last;
} ends[] = {
    {"Y", "9990", 10, "9999"},
    {"7Y", "9990", 2, "9997"},
    {"Q", "9999Q2", 3, "9999Q4"},
    {"M", "9999-01", 12, "9999-12"},
    {"5M", "9999-01", 3, "9999-11"},
    {"W", "9999-12-01", 5, "9999-12-29"},
    {"D", "9999-12-31", 1, "9999-12-31"},
    {"H", "9999-12-31T00:00:00Z", 24, "9999-12-31T23:00:00Z"},
    {"S", "9999-12-31T23:59:58Z", 2, "9999-12-31T23:59:59Z"},
    {"1000000H", "0001-01-01T00:00:00Z", 88, "9925-12-01T00:00:00Z"},
};

START_TEST(the_calendar_ends_with_9999)
{
    struct timeline t = {0};
    struct err e = {0};
    char text[40];

    ck_assert_msg(!timeline_parse(&t, ends[_i].frequency, ends[_i].start, &e), "%s", e.message);
    ck_assert_int_eq(timeline_rows_most(&t), ends[_i].rows);
    ck_assert_str_eq(timeline_text(text, &t, ends[_i].rows - 1), ends[_i].last);
    ck_assert_int_eq(timeline_check(&t, ends[_i].rows, "x", &e), ST_OK);
    ck_assert_int_eq(timeline_check(&t, ends[_i].rows + 1, "x", &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "series 'x'"));
    ck_assert_ptr_nonnull(strstr(e.message, "9999"));
    t.start += 20000 * frequency_step(t.frequency); /* as of a file that was made elsewhere */
    ck_assert_int_eq(timeline_rows_most(&t), 0);
}
END_TEST

START_TEST(row_numbers_have_no_end)
{
    const struct timeline t = {.frequency = {FREQ_INDEX, 1}, .start = 1000000000};

    ck_assert_int_eq(timeline_rows_most(&t), INT64_MAX);
    ck_assert_int_eq(timeline_check(&t, INT64_MAX, "x", NULL), ST_OK);
}
END_TEST

START_TEST(closed_steps_use_up_no_rows)
{
    struct timeline t = {.frequency = {FREQ_D, 1}, .style = {.open = open_week_business()}};
    char text[TIME_TEXT_MAX];
    int64_t most;

    t.start = days_from_date(9999, 12, 1); /* a Wednesday */
    most = timeline_rows_most(&t);
    ck_assert_int_eq(most, 23);
    ck_assert_str_eq(timeline_text(text, &t, most - 1), "9999-12-31");
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("timeline_end");
    TCase *c = tcase_create("timeline_end");

    tcase_add_loop_test(c, the_calendar_ends_with_9999, 0, ROWS(ends));
    tcase_add_test(c, row_numbers_have_no_end);
    tcase_add_test(c, closed_steps_use_up_no_rows);
    suite_add_tcase(s, c);
    return suite_run(s);
}

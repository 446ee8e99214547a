/* test_time_style.c - formats and places in a month. */
#include "server/data/time_style.h"

#include "server/data/calendar.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *format, *text; /* of 2021-03-04T05:06:07+05:30, a Thursday */
} formats[] = {
    {"%Y-%m-%d", "2021-03-04"},
    {"%d/%m/%y", "04/03/21"},
    {"%-d.%-m.%Y", "4.3.2021"},
    {"%b %Y", "Mar 2021"},
    {"%B %-d, %Y", "March 4, 2021"},
    {"%^b-%y", "MAR-21"},
    {"%YQ%q", "2021Q1"},
    {"%YM%m", "2021M03"},
    {"%G-W%V", "2021-W09"},
    {"%j", "063"},
    {"%I:%M %p", "05:06 AM"},
    {"%-I%P", "5am"},
    {"%e", " 4"},
    {"%k|%l", " 5| 5"},
    {"%a %A", "Thu Thursday"},
    {"%H:%M:%S%z", "05:06:07+0530"},
    {"%FT%T%:z", "2021-03-04T05:06:07+05:30"},
    {"%s", "1614814567"},
    {"%Q", "1614814567000"},
    {"%s.0", "1614814567.0"},
    {"100%%", "100%"},
    {"%D %R", "03/04/21 05:06"},
    {"plain", "plain"},
};

START_TEST(a_format_is_written)
{
    struct time_style s = {.offset = 330};
    struct err e = {0};
    char text[TIME_TEXT_MAX];

    ck_assert_msg(!time_style_format(&s, formats[_i].format, &e), "%s", e.message);
    ck_assert_str_eq(time_style_text(text, &s, 1614814567 + 330 * 60), formats[_i].text);
}
END_TEST

static const char *const wrong[] = {
    "%",          "%E",     "%-",       "%-b",  "%^d",
    "%:d",        "%-z",    "%Y\n",     "\x7f", "%Y-%m-%d %H:%M:%S and much more",
    "%B%B%B%B%B", "%Q%Q%Q", "%F%F%F%F",
};

START_TEST(what_is_no_format_is_refused)
{
    struct time_style s = {.format = "%Y"};
    struct err e = {0};

    if (strlen(wrong[_i]) < 31)
        ck_assert_msg(time_style_format(&s, wrong[_i], &e) == ST_INVALID, "'%s'", wrong[_i]);
    ck_assert_str_eq(s.format, "%Y");
    ck_assert_int_eq(time_style_format(&s, "0123456789012345678901234567890", &e), ST_OK);
    ck_assert_int_eq(time_style_format(&s, "01234567890123456789012345678901", &e), ST_INVALID);
}
END_TEST

START_TEST(days_of_a_month_are_placed)
{
    static const int known[][4] = {{2021, 2, 31, 28},
                                   {2020, 2, 30, 29},
                                   {2021, 3, 15, 15},
                                   {2021, 2, ANCHOR_FIRST_BUSINESS_DAY, 1},
                                   {2021, 5, ANCHOR_FIRST_BUSINESS_DAY, 3},
                                   {2021, 8, ANCHOR_FIRST_BUSINESS_DAY, 2},
                                   {2021, 10, ANCHOR_LAST_BUSINESS_DAY, 29},
                                   {2021, 1, ANCHOR_LAST_BUSINESS_DAY, 29},
                                   {2021, 4, ANCHOR_PERIOD, 1}};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        int64_t y;
        int m, d;

        date_from_days(time_anchor_day(known[i][2], known[i][0], known[i][1]), &y, &m, &d);
        ck_assert_int_eq(d, known[i][3]);
        ck_assert_int_eq(m, known[i][1]);
    }
}
END_TEST

START_TEST(styles_are_compared)
{
    struct time_style a = {.offset = 5}, b = a;

    ck_assert(time_style_equal(&a, &b));
    b.clock = 1;
    ck_assert(!time_style_equal(&a, &b));
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("time_style");
    TCase *c = tcase_create("time_style");

    tcase_add_loop_test(c, a_format_is_written, 0, ROWS(formats));
    tcase_add_loop_test(c, what_is_no_format_is_refused, 0, ROWS(wrong));
    tcase_add_test(c, days_of_a_month_are_placed);
    tcase_add_test(c, styles_are_compared);
    suite_add_tcase(s, c);
    return suite_run(s);
}

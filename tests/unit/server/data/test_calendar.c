/* test_calendar.c - days, weeks and months. */
#include "server/data/calendar.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(days_have_their_dates)
{
    int64_t y, before = -719163, year;
    int m, d, week;

    for (int64_t day = -719162; day < 2932896; day += 37) { /* years 0001 to 9999 */
        date_from_days(day, &y, &m, &d);
        ck_assert_int_eq(days_from_date(y, m, d), day);
        ck_assert(d >= 1 && d <= calendar_month_days(y, m));
        ck_assert_int_eq(calendar_weekday(day), floor_mod(day - 4, 7));
        calendar_iso_week(day, &year, &week);
        ck_assert(week >= 1 && week <= 53 && llabs(year - y) <= 1);
        before = day;
    }
    ck_assert_int_gt(before, 2932000);
}
END_TEST

/* Howard Hinnant's days_from_civil. */
static int64_t days_from_civil(int64_t y, int m, int d)
{
    int64_t era, yoe, doy;

    y -= m <= 2;
    era = (y >= 0 ? y : y - 399) / 400;
    yoe = y - era * 400;
    doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* A damaged file may name any year. */
START_TEST(days_are_right_far_outside_of_the_calendar)
{
    static const int64_t years[] = {0, -1, -400, 12345, -4398046511104, 4398046513073};

    for (int64_t y = -1000; y < 10400; y++)
        for (int m = 1; m <= 12; m++)
            ck_assert_int_eq(days_from_date(y, m, 31), days_from_civil(y, m, 31));
    for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++)
        ck_assert_int_eq(days_from_date(years[i], 2, 29), days_from_civil(years[i], 2, 29));
}
END_TEST

static const struct {
    int y, m, d, weekday, iso_year, week;
} weeks[] = {{2020, 12, 31, 3, 2020, 53}, {2021, 1, 3, 6, 2020, 53}, {2021, 1, 4, 0, 2021, 1},
             {2018, 12, 31, 0, 2019, 1},  {2016, 1, 1, 4, 2015, 53}, {2024, 2, 29, 3, 2024, 9}};

START_TEST(weeks_are_those_of_iso_8601)
{
    int64_t year, day = days_from_date(weeks[_i].y, weeks[_i].m, weeks[_i].d);
    int week;

    calendar_iso_week(day, &year, &week);
    ck_assert_int_eq(year, weeks[_i].iso_year);
    ck_assert_int_eq(week, weeks[_i].week);
    ck_assert_int_eq(calendar_weekday(day), weeks[_i].weekday);
}
END_TEST

START_TEST(the_years_are_0001_to_9999)
{
    ck_assert(calendar_holds(-62135596800));
    ck_assert(!calendar_holds(-62135596801));
    ck_assert(calendar_holds(253402300799));
    ck_assert(!calendar_holds(253402300800));
    ck_assert_int_eq(floor_div(-1, 7), -1);
    ck_assert_int_eq(floor_mod(-1, 7), 6);
    ck_assert_str_eq(calendar_month_name(9), "September");
    ck_assert_str_eq(calendar_weekday_name(0), "Monday");
}
END_TEST

START_TEST(a_clock_has_milliseconds)
{
    char text[32];

    ck_assert_str_eq(rfc3339_ms(text, 1), "1970-01-01T00:00:00.001Z");
    ck_assert_str_eq(rfc3339_ms(text, -1), "1969-12-31T23:59:59.999Z");
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("calendar");
    TCase *c = tcase_create("calendar");

    tcase_add_test(c, days_have_their_dates);
    tcase_add_test(c, days_are_right_far_outside_of_the_calendar);
    tcase_add_loop_test(c, weeks_are_those_of_iso_8601, 0, ROWS(weeks));
    tcase_add_test(c, the_years_are_0001_to_9999);
    tcase_add_test(c, a_clock_has_milliseconds);
    suite_add_tcase(s, c);
    return suite_run(s);
}

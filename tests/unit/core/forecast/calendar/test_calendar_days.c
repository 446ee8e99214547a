/* test_calendar_days.c - the regressors of months against another calendar. */
#include "tests/unit/core/forecast/effects.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <string.h>
#include <time.h>

/* Counts weekdays, Monday first, by the C library's calendar. */
static int count_days(int of[7], int year, int month)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month, .tm_mday = 1, .tm_hour = 12};
    time_t at = timegm(&tm);
    int days = 0;

    memset(of, 0, 7 * sizeof(*of));
    for (gmtime_r(&at, &tm); tm.tm_mon == month; at += 86400, gmtime_r(&at, &tm), days++)
        of[(tm.tm_wday + 6) % 7]++;
    return days;
}

static void row_at(double row[CALENDAR_COLUMNS], const struct calendar *c, int step)
{
    struct calendar_month m;

    calendar_month_at(&m, c, step);
    calendar_row(row, &m);
}

START_TEST(days_are_counted_as_the_library_does)
{
    struct calendar c = {CALENDAR_MONTHS, (int64_t)(1583 - 1970) * 12};

    for (int i = 0; i < 12 * 1000; i++) {
        double row[CALENDAR_COLUMNS], weekdays = 0;
        int of[7], days = count_days(of, 1583 + i / 12, i % 12);

        row_at(row, &c, i);
        for (int d = 0; d < 5; d++)
            weekdays += of[d];
        ck_assert_double_eq(row[CALENDAR_WEEKDAYS], weekdays - 2.5 * (of[5] + of[6]));
        for (int d = 0; d < 6; d++)
            ck_assert_double_eq(row[CALENDAR_DAY + d], of[d] - of[6]);
        ck_assert_double_eq(row[CALENDAR_LEAP], i % 12 != 1 ? 0 : days == 29 ? 0.75 : -0.25);
    }
}
END_TEST

START_TEST(one_month_comes_after_another)
{
    struct calendar c = {CALENDAR_MONTHS, (int64_t)(1583 - 1970) * 12};
    struct calendar_month walked, m;

    calendar_month_at(&walked, &c, 0);
    for (int i = 0; i < 12 * 1000; i++, calendar_month_next(&walked)) {
        calendar_month_at(&m, &c, i);
        ck_assert_int_eq(walked.year, m.year);
        ck_assert_int_eq(walked.month, m.month);
        ck_assert_int_eq(walked.length, m.length);
        ck_assert_int_eq(walked.weekday, m.weekday);
    }
}
END_TEST

/* Easter Sundays, as the U.S. Census Bureau and the Royal Observatory Greenwich list them. */
static const struct {
    int year, month, day;
} easters[] = {{1818, 3, 22}, {1886, 4, 25}, {1943, 4, 25}, {1951, 3, 25}, {1954, 4, 18},
               {1981, 4, 19}, {2000, 4, 23}, {2008, 3, 23}, {2015, 4, 5},  {2018, 4, 1},
               {2024, 3, 31}, {2026, 4, 5},  {2038, 4, 25}, {2049, 4, 18}, {2285, 3, 22}};

START_TEST(easter_is_where_the_lists_have_it)
{
    static const int windows[] = {1, 8, 15};
    static const double march_mean[] = {0.2625, 0.373125, 0.489};
    int easter = easters[_i].month == 3 ? easters[_i].day : 31 + easters[_i].day; /* of March */
    struct calendar c = {CALENDAR_MONTHS, (int64_t)(easters[_i].year - 1970) * 12};

    for (int w = 0; w < 3; w++) {
        double march[CALENDAR_COLUMNS], april[CALENDAR_COLUMNS], may[CALENDAR_COLUMNS], in = 0;

        for (int day = easter - windows[w]; day < easter; day++)
            in += day <= 31 ? 1.0 / windows[w] : 0;
        row_at(march, &c, 2);
        row_at(april, &c, 3);
        row_at(may, &c, 4);
        ck_assert_int_eq(calendar_easter_days(CALENDAR_EASTER + w), windows[w]);
        ck_assert_double_eq_tol(march[CALENDAR_EASTER + w], in - march_mean[w], 1e-12);
        ck_assert_double_eq_tol(april[CALENDAR_EASTER + w], march_mean[w] - in, 1e-12);
        ck_assert_double_eq(may[CALENDAR_EASTER + w], 0);
    }
}
END_TEST

START_TEST(no_month_has_a_mean)
{
    struct calendar c = {CALENDAR_MONTHS, (int64_t)(1800 - 1970) * 12};
    double mean[12][CALENDAR_COLUMNS] = {{0}};

    for (int i = 0; i < 12 * 400; i++) {
        double row[CALENDAR_COLUMNS];

        row_at(row, &c, i);
        for (int k = 0; k < CALENDAR_COLUMNS; k++)
            mean[i % 12][k] += row[k] / 400;
    }
    for (int m = 0; m < 12; m++)
        for (int k = 0; k < CALENDAR_COLUMNS; k++)
            ck_assert_double_lt(fabs(mean[m][k]), k < CALENDAR_EASTER ? 0.011 : 1e-9);
}
END_TEST

START_TEST(places_out_of_range_are_refused)
{
    const struct calendar bad[] = {{CALENDAR_MONTHS, CALENDAR_FIRST_MAX + 1},
                                   {CALENDAR_MONTHS, INT64_MIN},
                                   {(enum calendar_unit)7, 0}};
    struct series_view v = {.id = "air", .values = air, .length = AIR};
    struct panel panel = one(&v, 12);

    for (int i = 0; i < 3; i++) {
        struct params p = quick();
        struct err e = {0};

        v.calendar = bad[i];
        ck_assert_int_eq(calendar_check(&bad[i], &e), ST_INVALID);
        ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
        ck_assert_ptr_nonnull(strstr(e.message, "series air"));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("calendar");
    TCase *t = tcase_create("calendar");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, days_are_counted_as_the_library_does);
    tcase_add_test(t, one_month_comes_after_another);
    tcase_add_loop_test(t, easter_is_where_the_lists_have_it, 0,
                        (int)(sizeof(easters) / sizeof(easters[0])));
    tcase_add_test(t, no_month_has_a_mean);
    tcase_add_test(t, places_out_of_range_are_refused);
    suite_add_tcase(s, t);
    return run_suite(s);
}

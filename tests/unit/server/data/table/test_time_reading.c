/* test_time_reading.c - cells as times in all readings. */
#include "server/data/table/time_reading.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#define BIT(name) TIME_BIT(TIME_##name)

static const struct {
    const char *text;
    time_readings readings;
    int64_t seconds; /* in the first of them */
} cells[] = {
    {"2020-01-31", BIT(ISO) | BIT(YMD), 1580428800},
    {"01/02/2020", BIT(DMY) | BIT(MDY), 1580515200},
    {"31/01/2020", BIT(DMY), 1580428800},
    {"1/31/20", BIT(MDY), 1580428800},
    {"Jan-19", BIT(BY), 1546300800},
    {"1961 Jan", BIT(YB), -283996800},
    {"Q1 2019", BIT(QY), 1546300800},
    {"2020-W05", BIT(WEEK), 1580083200},
    {"2020-W53", BIT(WEEK), 1609113600},
    {"2019M02", BIT(YM), 1548979200},
    {"Okt 2020", BIT(BY), 1601510400},
    {"2020 d\xc3\xa9"
     "cembre",
     BIT(YB), 1606780800},
    {"1. M\xc3\xa4rz 2020", BIT(DBY), 1583020800},
    {"FY2020", BIT(FISCAL), 1577836800},
    {"FY20", BIT(FISCAL), 1577836800},
    {"FY2020Q2", BIT(YQ), 1585699200},
    {"2020366", BIT(YYYYDDD) | BIT(ROW), 1609372800},
    {"2019366", BIT(ROW), 2019366},
    {"2020000", BIT(ROW), 2020000},
    {"201901", BIT(YYYYMM) | BIT(YYYYWW) | BIT(ROW), 1546300800},
    {"202053", BIT(YYYYWW) | BIT(ROW), 1609113600},
    {"20200131", BIT(YYYYMMDD) | BIT(ROW), 1580428800},
    {"1577836800.0", BIT(SECONDS), 1577836800},
    {"1577836800000", BIT(MILLIS) | BIT(ROW), 1577836800},
    {"1577836800000000000", BIT(NANOS), 1577836800},
    {"43831", BIT(EXCEL) | BIT(ROW), 1577836800},
    {"43831.5", BIT(EXCEL), 1577880000},
    {"1949", BIT(YEAR) | BIT(DECIMAL) | BIT(ROW), -662688000},
    {"1949.000", BIT(DECIMAL), -662688000},
    {"1949.083", BIT(DECIMAL), -660009600},
    {"1949.08333333333", BIT(DECIMAL), -660009600},
    {"1949.17", BIT(DECIMAL), -657590400},
    {"1949.5", BIT(YM) | BIT(DECIMAL), -652320000},
    {"1949.75", BIT(DECIMAL), -639100800},
    {"1949.042", BIT(DECIMAL_MIDDLE), -662688000},
    {"1958.2027", BIT(DECIMAL_MIDDLE), -373593600},
    {"1949.9999", BIT(DECIMAL), -631152000},
    {"2020-01-27/2020-02-02", BIT(RANGE), 1580083200},
    {"20200131T1200Z", BIT(STAMP), 1580472000},
    {"2024-06-04 17:00:00+05:30", BIT(ISO) | BIT(YMD), 1717500600},
    {"17", BIT(ROW), 17},
};

/* More digits than any number of seconds has. */
static const char *const no_times[] = {
    "9223372036854775808",          "9222222022222222222222222222222222222222",
    "-99999999999999999999",        "00000000000000000000000000",
    "99999999999999999999999999.5",
};

START_TEST(long_numbers_are_no_times)
{
    ck_assert_int_eq(time_readings_of(cell_of(no_times[_i]), BIT(READINGS) - 1, NULL), 0);
}
END_TEST

START_TEST(cells_are_times)
{
    time_readings fit = time_readings_of(cell_of(cells[_i].text), BIT(READINGS) - 1, NULL);
    struct timestamp t = {0};
    int first = 0;

    ck_assert_msg(fit == cells[_i].readings, "%s: %llx", cells[_i].text, (unsigned long long)fit);
    while (!(fit & TIME_BIT(first)))
        first++;
    ck_assert(time_read(&t, cell_of(cells[_i].text), (enum time_reading)first));
    ck_assert_int_eq(t.seconds, cells[_i].seconds);
}
END_TEST

static const char *const none[] = {"",
                                   "2020-02-30",
                                   "30/02/2020",
                                   "2021-W53",
                                   "1-Jan",
                                   "tammikuu 2019",
                                   "12:30",
                                   "abc",
                                   "2020-13",
                                   "999999999999999999999",
                                   "2020-01-31T25:00:00",
                                   "1949.019",
                                   "1949.270",
                                   "1949.",
                                   "1949.0833x",
                                   "1492.083",
                                   "1e5"};

START_TEST(others_are_none)
{
    ck_assert_uint_eq(time_readings_of(cell_of(none[_i]), BIT(READINGS) - 1, NULL), 0);
}
END_TEST

START_TEST(traits_of_a_column)
{
    struct time_traits t = {0};

    (void)time_readings_of(cell_of("2020-01-01T00:00:00+01:00"), BIT(ISO), &t);
    ck_assert(t.clocks && t.zoned && !t.zones_differ);
    ck_assert_int_eq(t.zone, 60);
    (void)time_readings_of(cell_of("2020-07-01T00:00:00+02:00"), BIT(ISO), &t);
    ck_assert(t.zones_differ);
    t = (struct time_traits){0};
    (void)time_readings_of(cell_of("2020-01-01 00:00:00"), BIT(ISO), &t);
    ck_assert(t.clocks && !t.zoned && !t.fraction);
    (void)time_readings_of(cell_of("1577836800123"), BIT(MILLIS), &t);
    ck_assert(t.fraction);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("time reading");
    TCase *t = tcase_create("time reading");

    tcase_add_test(t, traits_of_a_column);
    tcase_add_loop_test(t, cells_are_times, 0, (int)(sizeof(cells) / sizeof(cells[0])));
    tcase_add_loop_test(t, long_numbers_are_no_times, 0,
                        (int)(sizeof(no_times) / sizeof(no_times[0])));
    tcase_add_loop_test(t, others_are_none, 0, (int)(sizeof(none) / sizeof(none[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}

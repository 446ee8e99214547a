/* test_time_format.c - times by a format that the client gives. */
#include "server/data/table/time_format.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text, *format;
    int64_t seconds;
    enum freq_unit precision;
} cells[] = {
    {"31/01/2020", "%d/%m/%Y", 1580428800, FREQ_D},
    {"31 January 2020", "%d %B %Y", 1580428800, FREQ_D},
    {"1/2020", "%-m/%Y", 1577836800, FREQ_M},
    {"2020-01-31 05:30 PM", "%Y-%m-%d %I:%M %p", 1580491800, FREQ_S},
    {"2020-01-31T00:00:00+0100", "%Y-%m-%dT%H:%M:%S%z", 1580425200, FREQ_S},
    {" 1949 ", "%Y", -662688000, FREQ_Y},
};

START_TEST(cells_are_read)
{
    struct timestamp t = {0};

    ck_assert(time_pattern_read(&t, cell_of(cells[_i].text), cells[_i].format));
    ck_assert_int_eq(t.seconds, cells[_i].seconds);
    ck_assert_int_eq(t.precision, cells[_i].precision);
}
END_TEST

START_TEST(others_are_not)
{
    struct timestamp t;

    ck_assert(!time_pattern_read(&t, cell_of("31/02/2020"), "%d/%m/%Y"));
    ck_assert(!time_pattern_read(&t, cell_of("31/01/2020x"), "%d/%m/%Y"));
    ck_assert(!time_pattern_read(&t, cell_of(""), "%d/%m/%Y"));
}
END_TEST

START_TEST(formats_are_checked)
{
    struct err e = {0};

    ck_assert_int_eq(time_pattern_check("%d/%m/%Y", &e), ST_OK);
    ck_assert_int_eq(time_pattern_check("%s", &e), ST_OK);
    ck_assert_int_eq(time_pattern_check("%d/%m", &e), ST_INVALID);
    ck_assert_int_eq(time_pattern_check("%%Y", &e), ST_INVALID);
    ck_assert_int_eq(time_pattern_check("%Y-%m-%d-%Y-%m-%d-%Y-%m-%d-%Y-%m-%d", &e), ST_INVALID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("time format");
    TCase *t = tcase_create("time format");

    tcase_add_test(t, others_are_not);
    tcase_add_test(t, formats_are_checked);
    tcase_add_loop_test(t, cells_are_read, 0, (int)(sizeof(cells) / sizeof(cells[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}

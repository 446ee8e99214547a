/* test_time_shape.c - the meaning of the pieces of a time. */
#include "server/data/table/time_shape.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static bool understood(struct time_meaning *m, const char *text, enum time_reading reading)
{
    struct pieces p;

    return pieces_cut(&p, cell_of(text)) && time_understand(m, &p, reading);
}

START_TEST(dates_and_clocks)
{
    struct time_meaning m;

    ck_assert(understood(&m, "31.1.20", TIME_DMY));
    ck_assert_int_eq(m.year, 2020);
    ck_assert_int_eq(m.month, 1);
    ck_assert_int_eq(m.day, 31);
    ck_assert(m.short_part);
    ck_assert(understood(&m, "01/31/1999 12:05:07 AM", TIME_MDY));
    ck_assert_int_eq(m.hour, 0);
    ck_assert_int_eq(m.second, 7);
    ck_assert(understood(&m, "2020-01-31T05:00:00.25-0330", TIME_YMD));
    ck_assert(m.fraction && m.has_zone);
    ck_assert_int_eq(m.zone, -210);
    ck_assert(understood(&m, "Q3/2020", TIME_QY) && m.quarter == 3);
    ck_assert(understood(&m, "3Q69", TIME_QY));
    ck_assert_int_eq(m.year, 1969);
    ck_assert(understood(&m, "Friday, January 3, 2020", TIME_BDY));
}
END_TEST

static const struct {
    const char *text;
    enum time_reading reading;
} none[] = {
    {"31/01/2020", TIME_MDY},        {"01.02.2020", TIME_MDY},
    {"1/2-2020", TIME_DMY},          {"1/2/020", TIME_DMY},
    {"1/2/2020 25:00", TIME_DMY},    {"1/2/2020 5", TIME_DMY},
    {"1/2/2020 13:00 PM", TIME_DMY}, {"1/2/2020 5:00 EXT", TIME_DMY},
    {"2020-W54", TIME_WEEK},         {"2020 Q5", TIME_YQ},
    {"0000-01-01", TIME_YMD},        {"2020-01-01+99:00", TIME_YMD},
};

START_TEST(what_has_another_shape)
{
    struct time_meaning m;

    ck_assert(!understood(&m, none[_i].text, none[_i].reading));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("time shape");
    TCase *t = tcase_create("time shape");

    tcase_add_test(t, dates_and_clocks);
    tcase_add_loop_test(t, what_has_another_shape, 0, (int)(sizeof(none) / sizeof(none[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}

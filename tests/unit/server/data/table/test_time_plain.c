/* test_time_plain.c - plain times are read as time_shape.h reads them. */
#include "server/data/table/time_plain.h"

#include "server/data/calendar.h"
#include "server/data/table/time_shape.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static const enum time_reading readings[] = {TIME_YMD, TIME_DMY, TIME_MDY, TIME_YMD_SHORT};
enum { NUM_READINGS = sizeof(readings) / sizeof(readings[0]) };

static const char *const dates[] = {
    "2020-01-31", "2020-02-29", "2021-02-29", "1900-02-29", "0000-01-01", "0001-01-01",
    "9999-12-31", "2020/1/5",   "2020.13.1",  "31.01.2020", "1/2/2020",   "13/14/2020",
    "01-02-20",   "31.12.69",   "20/12/31",   "68-01-31",   "5.5.5",      "00.00.2020",
    "31.04.2021", "123-01-01",  "2020-123-1", "1-1-123",    "2020-01",    "2020-01/31",
    "1.2.3.4",    "12345-1-1",  "2020 01 31", "",           "-1-2-3",     "2020-01-",
};
static const char *const clocks[] = {
    "",
    " 00:00",
    " 23:59:59",
    "T12:30:00",
    " 9:5:7",
    " 24:00",
    " 24:00:00",
    " 12:60",
    " 12:00:60",
    " 12",
    " 12:",
    " 12:00:",
    " 12:00:00.",
    " 12:00:00.000",
    "T12:00:00.25Z",
    " 12:00:00.0000000001",
    "T12:00Z",
    "T12:00:00Z",
    "T12:00:00z",
    " 12:00:00+01:00",
    " 12:00:00-0530",
    " 12:00:00+01",
    " 12:00:00+24:00",
    " 12:00:00+1",
    " 12:00:00+01:60",
    " 12:00:00+01:",
    " 12:00:00 +01:00",
    " 12:00 PM",
    "  12:00",
    " 12:00 ",
    " 123:00",
    "T12:00:00ZZ",
};
enum {
    NUM_DATES = sizeof(dates) / sizeof(dates[0]),
    NUM_CLOCKS = sizeof(clocks) / sizeof(clocks[0])
};

/* By time_shape.h; false: it is no time in the reading. */
static bool read_shape(struct timestamp *out, struct time_meaning *m, struct cell c,
                       enum time_reading reading)
{
    struct pieces in;

    if (!pieces_cut(&in, c) || !time_understand(m, &in, reading) ||
        m->day > calendar_month_days(m->year, m->month))
        return false;
    *out = (struct timestamp){days_from_date(m->year, m->month, m->day) * DAY_SECONDS +
                                  m->hour * 3600 + m->minute * 60 + m->second - m->zone * 60,
                              m->has_clock ? FREQ_S : FREQ_D};
    return true;
}

static void compare(const char *text, enum time_reading reading)
{
    struct cell c = cell_of(text);
    struct plain_time plain;
    struct time_meaning m;
    struct time_traits traits = {0};
    struct timestamp a = {0}, b = {0};
    bool fits;

    if (!time_plain_cut(&plain, c))
        return;
    fits = time_plain_read(&a, &plain, reading, &traits);
    ck_assert_msg(fits == read_shape(&b, &m, c, reading), "%s in reading %d", text, (int)reading);
    if (!fits)
        return;
    ck_assert_msg(a.seconds == b.seconds && a.precision == b.precision, "%s", text);
    ck_assert_int_eq(traits.short_part, m.short_part);
    ck_assert_int_eq(traits.fraction, m.fraction);
    ck_assert_int_eq(traits.clocks, m.has_clock);
    ck_assert_int_eq(traits.zoned, m.has_zone);
    ck_assert_int_eq(traits.zone, m.zone);
}

START_TEST(both_agree_on_every_cell)
{
    char text[64];

    for (int d = 0; d < NUM_DATES; d++)
        for (int k = 0; k < NUM_CLOCKS; k++)
            for (int r = 0; r < NUM_READINGS; r++) {
                snprintf(text, sizeof(text), "%s%s", dates[d], clocks[k]);
                compare(text, readings[r]);
            }
}
END_TEST

static const char *const months[] = {
    "2020.1", "2020-12", "2020/13", "2020.0",   "0000.1",  "1.2020", "12/2020", "13/2020",
    "202.1",  "1.202",   "20.01",   "2020.123", "5172.10", "2020.",  ".2020",   "2020"};

START_TEST(both_agree_on_months)
{
    static const enum time_reading two[] = {TIME_YM, TIME_MY};

    for (size_t i = 0; i < 2 * sizeof(months) / sizeof(months[0]); i++) {
        struct cell c = cell_of(months[i / 2]);
        struct timestamp a = {0};
        struct time_traits traits = {0};
        struct time_meaning m;
        struct pieces in;
        bool fits, shape = pieces_cut(&in, c) && time_understand(&m, &in, two[i % 2]);

        if (!time_plain_month(&fits, &a, c, two[i % 2], &traits))
            continue;
        ck_assert_msg(fits == shape, "%s", months[i / 2]);
        if (!fits)
            continue;
        ck_assert(a.precision == FREQ_M);
        ck_assert_int_eq(a.seconds, days_from_date(m.year, m.month, 1) * DAY_SECONDS);
        ck_assert_int_eq(traits.short_part, m.short_part);
    }
}
END_TEST

START_TEST(the_times_of_most_tables_are_plain)
{
    static const char *const texts[] = {"2020-01-31",
                                        "2020-01-31 12:00:00",
                                        "2020-01-31T12:00:00Z",
                                        "31.01.2020 12:00",
                                        "01/31/2020",
                                        "31.1.20",
                                        "2020-01-31 12:00:00+01:00",
                                        "2020-01-31T12:00:00.000Z",
                                        "2020/01/31 1:05"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct plain_time plain;

        ck_assert_msg(time_plain_cut(&plain, cell_of(texts[i])), "%s", texts[i]);
    }
}
END_TEST

START_TEST(zones_of_cells_are_compared)
{
    struct time_traits traits = {0};

    time_note_zone(&traits, true, 60);
    time_note_zone(&traits, true, 60);
    ck_assert(traits.clocks && traits.zoned && traits.zone == 60 && !traits.zones_differ);
    time_note_zone(&traits, true, 120);
    ck_assert(traits.zones_differ);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("time plain");
    TCase *t = tcase_create("time plain");

    tcase_add_test(t, both_agree_on_every_cell);
    tcase_add_test(t, both_agree_on_months);
    tcase_add_test(t, the_times_of_most_tables_are_plain);
    tcase_add_test(t, zones_of_cells_are_compared);
    suite_add_tcase(s, t);
    return suite_run(s);
}

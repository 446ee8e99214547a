/* test_timeline.c - dates, frequencies and grids. */
#include "server/data/timeline.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct timestamp stamp(const char *s)
{
    struct timestamp t = {0};
    struct err e = {0};

    ck_assert_msg(!timestamp_parse(&t, s, strlen(s), &e), "%s: %s", s, e.message);
    return t;
}

static const struct {
    const char *text;
    int64_t seconds;
    enum freq_unit precision;
} times[] = {
    {"1970", 0, FREQ_Y},
    {"1949-01", -662688000, FREQ_M},
    {"1970-02-01", 31 * 86400, FREQ_D},
    {"1970/02/01", 31 * 86400, FREQ_D},
    {"  1970-01-02\t", 86400, FREQ_D},
    {"1970Q2", 90 * 86400, FREQ_Q},
    {"1970-q4", 273 * 86400, FREQ_Q},
    {"1970-01-01T00:01", 60, FREQ_S},
    {"1970-01-01 00:00:07", 7, FREQ_S},
    {"1970-01-01T00:00:07.000Z", 7, FREQ_S},
    {"1970-01-01T01:00:00+01:00", 0, FREQ_S},
    {"1969-12-31T19:00:00-0500", 0, FREQ_S},
    {"2000-02-29", 951782400, FREQ_D}, /* a leap year, though a century */
    {"0001-01-01", -62135596800, FREQ_D},
    {"9999-12-31", 253402214400, FREQ_D},
    {"86400", 86400, FREQ_INDEX},
    {"1000000", 1000000, FREQ_S},
    {"-1000000", -1000000, FREQ_S},
    {"17", 17, FREQ_INDEX},
};

START_TEST(a_time_is_read)
{
    struct timestamp t = stamp(times[_i].text);

    ck_assert_int_eq(t.precision, times[_i].precision);
    ck_assert_int_eq(t.seconds, times[_i].seconds);
}
END_TEST

static const struct {
    const char *text, *why;
} bad_times[] = {
    {"", "empty"},
    {"yesterday", "write 1949"},
    {"1949-13", "01 to 12"},
    {"1949-00-01", "01 to 12"},
    {"1949-02-29", "1949-02 has 28 days"},
    {"1900-02-29", "1900-02 has 28 days"},
    {"1949-04-31", "30 days"},
    {"1949-01-01T24:00", "00-23"},
    {"1949-01-01T12:60", "00-59"},
    {"1949-01-01T12:00:00.5", "after the date"},
    {"1949-01-01T12:00:00+25:00", "after the date"},
    {"1949-01-01T12:00:00Zulu", "after the date"},
    {"1949-01-01x", "write 1949"},
    {"1949-1-1", "write 1949"},
    {"1949Q5", "Q1 to Q4"},
    {"0000", "0001 to 9999"},
    {"0000-01", "0001 to 9999"},
    {"999999999999", "0001 to 9999"},
    {"1600000000000", "milliseconds"},
    {"9999-12-31T23:59:59-00:01", "0001 to 9999"}, /* in UTC */
    {"0001-01-01T00:00:00+00:01", "0001 to 9999"},
};

START_TEST(what_is_no_time_is_refused)
{
    const char *s = bad_times[_i].text;
    struct timestamp t;
    struct err e = {0};

    ck_assert_int_eq(timestamp_parse(&t, s, strlen(s), &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, bad_times[_i].why), "%s", e.message);
}
END_TEST

START_TEST(frequencies_have_pandas_names)
{
    static const char *const names[][2] = {{"MS", "M"},    {"M", "M"},         {"QE-DEC", "Q"},
                                           {"W-SUN", "W"}, {"15min", "15min"}, {"15T", "15min"},
                                           {"h", "H"},     {"A", "Y"},         {"2D", "2D"},
                                           {"index", ""},  {"", ""},           {"s", "S"}};
    static const char *const bad[] = {"month", "0D", "1000001S", "D2", "-1D", "99999999999H"};
    struct frequency f;
    struct err e = {0};
    char name[16];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ck_assert_int_eq(frequency_parse(&f, names[i][0], &e), ST_OK);
        ck_assert_str_eq(frequency_name(name, f), names[i][1]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(frequency_parse(&f, bad[i], &e) == ST_INVALID, "%s was taken", bad[i]);
}
END_TEST

static const struct {
    const char *times[6];
    const char *frequency;
} grids[] = {
    {{"1949", "1950", "1953"}, "Y"},
    {{"1949Q1", "1949Q2", "1949Q4"}, "Q"},
    {{"2019-01", "2019-02", "2019-04"}, "M"},
    {{"2019-01-31", "2019-02-28", "2019-03-31"}, "M"}, /* ends of months */
    {{"2020-01-31", "2020-02-29", "2020-03-31"}, "M"},
    {{"2019-01-15", "2019-02-15", "2019-03-15"}, "M"},
    {{"2019-03-31", "2019-06-30", "2019-12-31"}, "Q"},
    {{"2019-02-28", "2020-02-29", "2021-02-28"}, "Y"},
    {{"2020-02-28", "2020-02-29", "2020-03-01"}, "D"}, /* across a leap day */
    {{"2019-02-28", "2019-03-01", "2019-03-02"}, "D"},
    {{"2024-01-07", "2024-01-14", "2024-01-28"}, "W"},
    {{"2023-03-26T01:00:00+01:00", "2023-03-26T03:00:00+02:00", "2023-03-26T04:00:00+02:00"}, "H"},
    {{"2023-10-29T02:00:00+02:00", "2023-10-29T02:00:00+01:00", "2023-10-29T03:00:00+01:00"}, "H"},
    {{"2024-01-01T00:00", "2024-01-01T00:15", "2024-01-01T00:45"}, "15min"},
    {{"1600000000", "1600000005", "1600000015"}, "5S"},
    {{"0", "1", "3"}, ""},
};

START_TEST(a_frequency_is_found_from_times)
{
    struct timestamp t[6];
    struct frequency f;
    struct err e = {0};
    char name[16];
    size_t n = 0;

    for (; n < 6 && grids[_i].times[n]; n++)
        t[n] = stamp(grids[_i].times[n]);
    ck_assert_msg(!frequency_infer(&f, t, n, &e), "%s", e.message);
    ck_assert_str_eq(frequency_name(name, f), grids[_i].frequency);
}
END_TEST

START_TEST(irregular_times_are_no_grid)
{
    struct timestamp t[4] = {stamp("1600000000"), stamp("1600003601"), stamp("1600007000"),
                             stamp("1600009999")};
    struct frequency f;
    struct err e = {0};

    ck_assert_int_eq(frequency_infer(&f, t, 4, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "10000 rows for 4 times"), "%s", e.message);
    ck_assert_int_eq(frequency_infer(&f, t, 0, &e), ST_INVALID);
    t[1] = stamp("17");
    ck_assert_int_eq(frequency_infer(&f, t, 2, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "mixed"), "%s", e.message);
}
END_TEST

static const struct {
    const char *frequency, *start, *row[3];
} rows[] = {
    {"M", "1949-11", {"1949-11", "1949-12", "1950-01"}},
    {"Q", "1949Q3", {"1949Q3", "1949Q4", "1950Q1"}},
    {"2Y", "1949", {"1949", "1951", "1953"}},
    {"D", "2020-02-28", {"2020-02-28", "2020-02-29", "2020-03-01"}},
    {"W", "2020-12-27", {"2020-12-27", "2021-01-03", "2021-01-10"}},
    {"H",
     "1969-12-31T22:00:00Z",
     {"1969-12-31T22:00:00Z", "1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z"}},
    {"90min",
     "2024-01-01T23:00:00Z",
     {"2024-01-01T23:00:00Z", "2024-01-02T00:30:00Z", "2024-01-02T02:00:00Z"}},
    {"", "1947", {"1947", "1948", "1949"}}, /* row numbers, not years */
};

START_TEST(rows_have_their_times_and_parse_again)
{
    struct timeline t = {0};
    struct err e = {0};
    char text[40];

    ck_assert_msg(!timeline_parse(&t, rows[_i].frequency, rows[_i].start, &e), "%s", e.message);
    for (int i = 0; i < 3; i++)
        ck_assert_str_eq(timeline_text(text, &t, i), rows[_i].row[i]);
}
END_TEST

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
    const struct timeline t = {{FREQ_INDEX, 1}, 1000000000};

    ck_assert_int_eq(timeline_rows_most(&t), INT64_MAX);
    ck_assert_int_eq(timeline_check(&t, INT64_MAX, "x", NULL), ST_OK);
}
END_TEST

START_TEST(a_time_must_fit_its_grid)
{
    static const char *const wrong[][2] = {{"D", "2020-01-01T12:00"},
                                           {"H", "2020-01-01T00:00:01"},
                                           {"min", "2020-01-01T00:00:01"},
                                           {"M", "17"},
                                           {"", "2020-01-01"}};
    struct err e = {0};
    int64_t v;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct timestamp t = stamp(wrong[i][1]);
        struct frequency f;

        ck_assert_int_eq(frequency_parse(&f, wrong[i][0], &e), ST_OK);
        ck_assert_msg(timeline_ordinal(&v, f, &t, &e) == ST_INVALID, "%s fits %s", wrong[i][1],
                      wrong[i][0]);
    }
}
END_TEST

START_TEST(seasons_follow_from_frequencies)
{
    static const struct {
        const char *f;
        int season;
    } known[] = {{"M", 12}, {"Q", 4},  {"W", 52}, {"D", 7},  {"H", 24}, {"15min", 96},
                 {"Y", 1},  {"3M", 4}, {"", 1},   {"6H", 4}, {"7M", 1}};
    struct frequency f;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        ck_assert_int_eq(frequency_parse(&f, known[i].f, NULL), ST_OK);
        ck_assert_int_eq(frequency_season_length(f), known[i].season);
    }
}
END_TEST

/* Stamps first, first + step, ... that are open, which of them, and what is found. */
static const struct {
    const char *format, *first;
    int step, days, from, to, weekdays; /* seconds; hours from..to of the first weekdays */
    const char *name, *open, *next;
    int season;
} closings[] = {
    {"%d/%m/%Y", "2021-01-04", 86400, 60, 0, 23, 5, "B", "", "05/03/2021", 5},
    {"%Y-%m-%d", "2021-01-04", 86400, 60, 0, 23, 6, "D", "Mon-Sat", "2021-03-05", 6},
    {"%Y-%m-%d %H:%M:%S", "2021-01-04", 3600, 60, 7, 17, 7, "H", "07-17", "2021-03-05 07:00:00",
     11},
    {"%Y-%m-%dT%H:%MZ", "2021-01-04", 1800, 60, 9, 16, 5, "30min", "Mon-Fri 09:00-16:30",
     "2021-03-05T09:00Z", 16},
};

START_TEST(steps_that_never_occur_are_closed)
{
    static struct timestamp t[4096];
    struct timeline l = {0};
    struct err e = {0};
    char name[16], open[OPEN_TEXT_MAX], text[TIME_TEXT_MAX];
    int64_t first = stamp(closings[_i].first).seconds, row = 0;
    size_t n = 0;

    for (int64_t at = 0; at < closings[_i].days * 86400; at += closings[_i].step)
        if (at / 86400 % 7 < closings[_i].weekdays && at % 86400 / 3600 >= closings[_i].from &&
            at % 86400 / 3600 <= closings[_i].to)
            t[n++] = (struct timestamp){first + at, FREQ_S};
    ck_assert_int_eq(time_style_format(&l.style, closings[_i].format, &e), ST_OK);
    ck_assert_msg(!timeline_infer(&l, t, n, NULL, &e), "%s", e.message);
    ck_assert_str_eq(timeline_name(name, &l), closings[_i].name);
    ck_assert_str_eq(timeline_open(open, &l), closings[_i].open);
    ck_assert_int_eq(timeline_season_length(&l), closings[_i].season);
    for (size_t i = 0; i < n; i++) {
        ck_assert_msg(!timeline_row(&row, &l, &t[i], &e), "%s", e.message);
        ck_assert_int_eq(row, i);
    }
    ck_assert_str_eq(timeline_text(text, &l, (int64_t)n), closings[_i].next);
}
END_TEST

static const struct {
    const char *times[6], *frequency, *next;
} anchors[] = {
    {{"2019-01-31", "2019-02-28", "2019-03-31"}, "M", "2019-04-30"},
    {{"2019-01-30", "2019-02-28", "2019-03-30"}, "M", "2019-04-30"},
    {{"2019-01-15", "2019-02-15", "2019-04-15"}, "M", "2019-05-15"},
    {{"2019-03-29", "2019-04-30", "2019-05-31", "2019-06-28"}, "M", "2019-07-31"},
    {{"2012-03-01", "2012-06-01", "2012-09-01"}, "Q", "2012-12-01"},
    {{"2012-03-31", "2012-06-30", "2012-09-30"}, "Q", "2012-12-31"},
    {{"2000-06-30", "2000-12-31", "2001-06-30"}, "6M", "2001-12-31"},
    {{"2023-06-30", "2024-06-30", "2025-06-30"}, "Y", "2026-06-30"},
    {{"2024-01-07", "2024-01-14", "2024-01-28"}, "W", "2024-02-04"},
};

START_TEST(a_period_keeps_its_day)
{
    struct timestamp t[6];
    struct timeline l = {0};
    struct err e = {0};
    char name[16], text[TIME_TEXT_MAX];
    int64_t row = 0;
    size_t n = 0;

    for (; n < 6 && anchors[_i].times[n]; n++)
        t[n] = stamp(anchors[_i].times[n]);
    ck_assert_int_eq(time_style_format(&l.style, "%Y-%m-%d", &e), ST_OK);
    ck_assert_msg(!timeline_infer(&l, t, n, NULL, &e), "%s", e.message);
    ck_assert_str_eq(timeline_name(name, &l), anchors[_i].frequency);
    for (size_t i = 0; i < n; i++) {
        ck_assert_msg(!timeline_row(&row, &l, &t[i], &e), "%s", e.message);
        ck_assert_str_eq(timeline_text(text, &l, row), anchors[_i].times[i]);
    }
    ck_assert_str_eq(timeline_text(text, &l, row + 1), anchors[_i].next);
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("timeline");
    TCase *c = tcase_create("timeline");
    SRunner *r;
    int failed;

    tcase_add_loop_test(c, a_time_is_read, 0, ROWS(times));
    tcase_add_loop_test(c, what_is_no_time_is_refused, 0, ROWS(bad_times));
    tcase_add_test(c, frequencies_have_pandas_names);
    tcase_add_loop_test(c, a_frequency_is_found_from_times, 0, ROWS(grids));
    tcase_add_loop_test(c, steps_that_never_occur_are_closed, 0, ROWS(closings));
    tcase_add_loop_test(c, a_period_keeps_its_day, 0, ROWS(anchors));
    tcase_add_test(c, irregular_times_are_no_grid);
    tcase_add_loop_test(c, rows_have_their_times_and_parse_again, 0, ROWS(rows));
    tcase_add_loop_test(c, the_calendar_ends_with_9999, 0, ROWS(ends));
    tcase_add_test(c, row_numbers_have_no_end);
    tcase_add_test(c, a_time_must_fit_its_grid);
    tcase_add_test(c, seasons_follow_from_frequencies);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* test_timeline_infer.c - finding the grid of time stamps. */
#include "server/data/timeline.h"

#include "server/data/time_spelling.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct timestamp stamp(const char *s)
{
    struct timestamp t = {0};
    struct err e = {0};

    ck_assert_msg(!timestamp_parse(&t, s, strlen(s), &e), "%s: %s", s, e.message);
    return t;
}

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
    struct timeline f = {0};
    struct err e = {0};
    char name[16];
    size_t n = 0;

    for (; n < 6 && grids[_i].times[n]; n++)
        t[n] = stamp(grids[_i].times[n]);
    ck_assert_msg(!timeline_infer(&f, t, n, NULL, &e), "%s", e.message);
    ck_assert_str_eq(timeline_name(name, &f), grids[_i].frequency);
}
END_TEST

START_TEST(irregular_times_are_no_grid)
{
    struct timestamp t[4] = {stamp("1600000000"), stamp("1600003601"), stamp("1600007000"),
                             stamp("1600009999")};
    struct timeline f = {0};
    struct err e = {0};

    ck_assert_int_eq(timeline_infer(&f, t, 4, NULL, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "10000 rows for 4 times"), "%s", e.message);
    ck_assert_int_eq(timeline_infer(&f, t, 0, NULL, &e), ST_INVALID);
    t[1] = stamp("17");
    ck_assert_int_eq(timeline_infer(&f, t, 2, NULL, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "mixed"), "%s", e.message);
}
END_TEST

/* Stamps first, first + step, ..., of which only the open ones are given, and the timeline that is
 * found. */
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

/* Stamps that leave most rows missing, and the message's suggestion. */
static const struct {
    int unit, jitter; /* seconds; jitter grows by so many a stamp and wraps at 11 times it */
    const char *way;
} sparse[] = {
    {300, 3, "?frequency=5min&aggregate="},
    {86400, 3600, "?frequency=D&aggregate="},
    {86400 * 30, 86400, "?frequency=M"},
};

START_TEST(a_guess_that_is_absurd_is_refused)
{
    struct timestamp t[40];
    struct timeline l = {0};
    struct err e = {0};
    int64_t first = stamp("2020-01-02").seconds;

    for (int i = 0; i < 40; i++)
        t[i] = (struct timestamp){
            first + (int64_t)i * sparse[_i].unit + i * i % 11 * sparse[_i].jitter, FREQ_S};
    ck_assert_int_eq(timeline_infer(&l, t, 40, NULL, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, sparse[_i].way), "%s", e.message);
    ck_assert_ptr_nonnull(strstr(e.message, "give ?frequency="));
}
END_TEST

START_TEST(a_given_frequency_is_taken_literally)
{
    struct timestamp t[] = {stamp("2021-01-04"), stamp("2021-03-11")};
    struct timeline l = {0};
    struct err e = {0};
    char open[OPEN_TEXT_MAX], text[TIME_TEXT_MAX];
    int64_t row = 0;

    ck_assert_int_eq(timeline_infer(&l, t, 2, "D", &e), ST_OK);
    ck_assert_str_eq(timeline_open(open, &l), "");
    ck_assert_int_eq(timeline_row(&row, &l, &t[1], &e), ST_OK);
    ck_assert_int_eq(row, 66);
    ck_assert_int_eq(timeline_infer(&l, t, 2, "B", &e), ST_OK);
    ck_assert_int_eq(timeline_row(&row, &l, &t[1], &e), ST_OK);
    ck_assert_int_eq(row, 48);
    t[0] = stamp("2021-01-03"); /* a Sunday cannot be the first */
    ck_assert_int_eq(timeline_infer(&l, t, 2, "B", &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "2021-01-03 (Sunday)"), "%s", e.message);
    ck_assert_int_eq(time_style_format(&l.style, "%d.%m.%Y", &e), ST_OK);
    ck_assert_int_eq(timeline_infer(&l, t, 2, "M", &e), ST_OK);
    ck_assert_str_eq(timeline_text(text, &l, 2), "2021-03"); /* no day holds both */
    ck_assert_int_eq(timeline_infer(&l, t, 2, "fortnight", &e), ST_INVALID);
}
END_TEST

START_TEST(chance_closes_nothing)
{
    static struct timestamp t[400];
    struct timeline l = {0};
    struct err e = {0};
    unsigned r = 5;
    size_t n = 0;

    for (int day = 0; day < 400; day++) { /* three days in five, on any weekday */
        r = r * 1664525u + 1013904223u;
        if (day == 0 || (r >> 16) % 5 < 3)
            t[n++] = (struct timestamp){(int64_t)(18000 + day) * 86400, FREQ_D};
    }
    ck_assert_msg(!timeline_infer(&l, t, n, NULL, &e), "%s", e.message);
    ck_assert_int_eq(l.frequency.unit, FREQ_D);
    ck_assert(!timeline_has_closed(&l));
}
END_TEST

/* Files of stamps as people have them (tests/data/times), the timelines that are found, and the
 * times after the end. */
static const struct {
    const char *file;
    int rows; /* from the first stamp to the last */
    const char *name, *open;
    int season;
    const char *next[2];
} files[] = {
    {"month_end", 36, "M", "", 12, {"2022-01-31", "2022-02-28"}},
    {"day_15", 36, "M", "", 12, {"2022-01-15", "2022-02-15"}},
    {"day_30", 36, "M", "", 12, {"2022-01-30", "2022-02-28"}},
    {"quarter_end", 36, "Q", "", 4, {"2021-03-31", "2021-06-30"}},
    {"quarter_march", 36, "Q", "", 4, {"2021-03-01", "2021-06-01"}},
    {"half_year", 36, "6M", "", 2, {"2018-06-30", "2018-12-31"}},
    {"year_june", 36, "Y", "", 1, {"2026-06-30", "2027-06-30"}},
    {"weeks", 200, "W", "", 52, {"2021-11-01", "2021-11-08"}},
    {"business_days", 260, "B", "", 5, {"2022-01-03", "2022-01-04"}},
    {"business_days_holidays", 260, "B", "", 5, {"2022-01-03", "2022-01-04"}},
    {"monday_to_saturday", 260, "D", "Mon-Sat", 6, {"2021-11-03", "2021-11-04"}},
    {"open_hours", 308, "H", "07-17", 11, {"2023-01-30 07:00:00", "2023-01-30 08:00:00"}},
    {"clock_change", 336, "H", "", 24, {"2023-04-03 00:00", "2023-04-03 01:00"}},
    {"offset_0530", 240, "H", "", 24, {"2024-06-14 17:00:00+05:30", "2024-06-14 18:00:00+05:30"}},
};

/* The stamps of a file and how the first is written. */
static size_t read_stamps(struct timestamp *t, size_t most, struct time_style *style,
                          const char *name)
{
    char path[96], line[128];
    size_t n = 0;
    FILE *f;

    snprintf(path, sizeof(path), "tests/data/times/%s.csv", name);
    f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s", path);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), f)); /* the header */
    while (n < most && fgets(line, sizeof(line), f)) {
        line[strcspn(line, ",")] = '\0';
        if (n == 0)
            time_spelling(style, line, strlen(line));
        t[n++] = stamp(line);
    }
    fclose(f);
    return n;
}

START_TEST(the_grid_of_a_file_is_found)
{
    static struct timestamp t[1000];
    struct timeline l = {0};
    struct err e = {0};
    char name[16], open[OPEN_TEXT_MAX], text[TIME_TEXT_MAX];
    size_t n = read_stamps(t, 1000, &l.style, files[_i].file);
    int64_t row = 0;

    ck_assert_msg(!timeline_infer(&l, t, n, NULL, &e), "%s", e.message);
    ck_assert_str_eq(timeline_name(name, &l), files[_i].name);
    ck_assert_str_eq(timeline_open(open, &l), files[_i].open);
    ck_assert_int_eq(timeline_season_length(&l), files[_i].season);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(!timeline_row(&row, &l, &t[i], &e), "%s", e.message);
    ck_assert_int_eq(row + 1, files[_i].rows);
    for (int k = 0; k < 2; k++)
        ck_assert_str_eq(timeline_text(text, &l, row + 1 + k), files[_i].next[k]);
}
END_TEST

START_TEST(a_sparse_file_needs_its_frequency)
{
    static struct timestamp t[1000];
    struct timeline l = {0};
    struct err e = {0};
    size_t n = read_stamps(t, 1000, &l.style, "irregular");
    char text[TIME_TEXT_MAX];
    int64_t row = 0;

    ck_assert_int_eq(timeline_infer(&l, t, n, NULL, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "give ?frequency=8H"), "%s", e.message);
    ck_assert_ptr_nonnull(strstr(e.message, "&aggregate=mean"));
    ck_assert_int_eq(timeline_infer(&l, t, n, "8H", &e), ST_OK);
    ck_assert_int_eq(timeline_row(&row, &l, &t[n - 1], &e), ST_OK);
    ck_assert_str_eq(timeline_text(text, &l, row), "2020-12-29 15:00:00");
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("timeline_infer");
    TCase *c = tcase_create("timeline_infer");

    tcase_add_loop_test(c, a_frequency_is_found_from_times, 0, ROWS(grids));
    tcase_add_test(c, irregular_times_are_no_grid);
    tcase_add_loop_test(c, steps_that_never_occur_are_closed, 0, ROWS(closings));
    tcase_add_loop_test(c, a_period_keeps_its_day, 0, ROWS(anchors));
    tcase_add_loop_test(c, a_guess_that_is_absurd_is_refused, 0, ROWS(sparse));
    tcase_add_test(c, a_given_frequency_is_taken_literally);
    tcase_add_loop_test(c, the_grid_of_a_file_is_found, 0, ROWS(files));
    tcase_add_test(c, a_sparse_file_needs_its_frequency);
    tcase_add_test(c, chance_closes_nothing);
    suite_add_tcase(s, c);
    return suite_run(s);
}

/* test_timeline.c - rows, their stamps and texts. */
#include "server/data/timeline.h"

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

/* ---- round trips ---- */

static unsigned seed;

static int below(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (unsigned)n);
}

/* Any timeline there can be: units, multiples, anchors, offsets, clocks, closed steps. */
static struct timeline any_timeline(void)
{
    static const enum freq_unit units[] = {FREQ_Y, FREQ_Q,   FREQ_M, FREQ_W,
                                           FREQ_D, FREQ_MIN, FREQ_H, FREQ_S};
    struct timeline t = {.frequency = {units[below(8)], 1 + below(3)}};
    bool months = t.frequency.unit < FREQ_W;

    t.start = below(4000) - 2000;
    if (t.frequency.unit == FREQ_Y)
        t.start /= 20;
    if (t.frequency.unit > FREQ_D)
        t.start = ((int64_t)t.start * 86400 + below(86400)) / 60 * 60;
    if (t.frequency.unit == FREQ_MIN)
        t.frequency.multiple = 15 * t.frequency.multiple;
    t.style.offset = (int16_t)(below(3) ? 0 : (below(105) - 48) * 15);
    t.style.anchor = (uint8_t)(months ? below(ANCHOR_LAST_BUSINESS_DAY + 1) : 0);
    t.style.month = (uint8_t)(months && t.style.anchor ? below(t.frequency.unit == FREQ_Y   ? 12
                                                               : t.frequency.unit == FREQ_Q ? 3
                                                                                            : 1)
                                                       : 0);
    t.style.clock =
        t.frequency.unit <= FREQ_D && (!months || t.style.anchor) && !below(3) ? below(86400) : 0;
    if (t.frequency.unit == FREQ_D && t.frequency.multiple == 1 && below(2))
        for (int day = 0; day < 7; day++)
            if (day == 0 || below(2))
                open_week_add(&t.style.open, (t.start + day) * 86400, 86400);
    if (t.frequency.unit == FREQ_H && t.frequency.multiple < 4 && below(2))
        for (int hour = 0; hour < 168; hour += t.frequency.multiple)
            if (hour == 0 || hour % 24 / 4 % 2)
                open_week_add(&t.style.open, t.start + t.style.offset * 60 + hour * 3600,
                              3600 * t.frequency.multiple);
    return t;
}

START_TEST(row_text_stamp_and_row_again)
{
    char text[TIME_TEXT_MAX], plain[TIME_TEXT_MAX], frequency[16];
    struct err e = {0};

    seed = (unsigned)_i * 7919 + 1;
    for (int i = 0; i < 200; i++) {
        struct timeline t = any_timeline(), again;

        for (int k = 0; k < 20; k++) {
            int64_t row = below(1000) - 300, found = -1;
            struct timestamp at = timeline_stamp(&t, row);

            ck_assert_msg(!timeline_row(&found, &t, &at, &e), "%s", e.message);
            ck_assert_int_eq(found, row);
            timeline_iso_text(text, &t, row);
            at = stamp(text);
            ck_assert_msg(!timeline_row(&found, &t, &at, &e), "%s: %s", text, e.message);
            ck_assert_int_eq(found, row);
            again = t;
            timeline_skip(&again, row);
            ck_assert_int_eq(timeline_offset(&found, &t, &again, &e), ST_OK);
            ck_assert_int_eq(found, row);
            ck_assert_str_eq(timeline_text(text, &again, 5), timeline_text(plain, &t, row + 5));
        }
        ck_assert_int_eq(timeline_parse(&again, frequency_name(frequency, t.frequency),
                                        timeline_plain_text(plain, &t, 0), &e),
                         ST_OK);
        ck_assert_int_eq(again.start, t.start);
    }
}
END_TEST

START_TEST(a_stamp_off_the_grid_is_refused_with_one_on_it)
{
    static const struct {
        const char *frequency, *first, *stamp, *why;
    } wrong[] = {{"M", "2022-01-31", "2022-02-27", "2022-02-28"},
                 {"Q", "2022-03-01", "2022-04-01", "2022-06-01"},
                 {"W", "2022-01-03", "2022-01-11", "2022-01-10"},
                 {"B", "2022-01-03", "2022-01-08", "Saturday"},
                 {"2H", "2022-01-03T00:00", "2022-01-03T01:00", "2022-01-03T00:00"}};
    struct err e = {0};
    int64_t row;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct timestamp first = stamp(wrong[i].first), at = stamp(wrong[i].stamp);
        struct timeline t = {0};

        (void)time_style_format(&t.style, strchr(wrong[i].first, 'T') ? "" : "%Y-%m-%d", &e);
        ck_assert_int_eq(timeline_infer(&t, &first, 1, wrong[i].frequency, &e), ST_OK);
        ck_assert_int_eq(timeline_row(&row, &t, &at, &e), ST_INVALID);
        ck_assert_msg(strstr(e.message, wrong[i].why), "%s", e.message);
    }
}
END_TEST

START_TEST(seasons_count_open_steps)
{
    static const struct {
        const char *frequency, *open;
        int season;
    } known[] = {{"D", "Mon-Fri", 5},        {"D", "Mon-Sat", 6},
                 {"H", "Mon-Fri 07-17", 11}, {"H", "Mon-Fri 07-17; Sat 08-12", 60},
                 {"8H", "00,08", 2},         {"15min", "09:00-16:45", 32},
                 {"D", "Mon,Thu", 2}};
    struct err e = {0};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct timeline t = {0};

        ck_assert_int_eq(timeline_frequency(&t, known[i].frequency, &e), ST_OK);
        t.start = t.frequency.unit == FREQ_D ? 4 : 4 * 86400 + 9 * 3600;
        if (t.frequency.multiple == 8)
            t.start = 4 * 86400;
        ck_assert_msg(!timeline_set_open(&t, known[i].open, &e), "%s", e.message);
        ck_assert_int_eq(timeline_season_length(&t), known[i].season);
    }
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("timeline");
    TCase *c = tcase_create("timeline");

    tcase_add_loop_test(c, rows_have_their_times_and_parse_again, 0, ROWS(rows));
    tcase_add_test(c, a_time_must_fit_its_grid);
    tcase_add_test(c, a_stamp_off_the_grid_is_refused_with_one_on_it);
    tcase_add_test(c, seasons_count_open_steps);
    tcase_add_loop_test(c, row_text_stamp_and_row_again, 0, 8);
    suite_add_tcase(s, c);
    return suite_run(s);
}

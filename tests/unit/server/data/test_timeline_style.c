/* test_timeline_style.c - styles as text. */
#include "server/data/timeline_style.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *frequency, *style;
} styles[] = {
    {"M", ""},
    {"M", "1|anchor=31|format=%Y-%m-%d"},
    {"M", "1|anchor=last business day|format=%d/%m/%Y"},
    {"Q", "1|anchor=first business day|month=2"},
    {"Y", "1|anchor=30|month=11|clock=23:59:59"},
    {"D", "1|open=Mon-Sat"},
    {"D", "1|offset=-07:00|clock=12:00:00|open=Mon-Fri|format=%-d. %B %Y"},
    {"H", "1|offset=+05:30|open=Mon-Fri 03:30-17:30|format=%Y-%m-%d %H:%M:%S%:z"},
    {"W", "1|format=%G-W%V|%%"},
};

START_TEST(styles_are_written_and_read)
{
    struct timeline t = {0}, again;
    struct err e = {0};
    char text[TIMELINE_STYLE_MAX];

    ck_assert_int_eq(timeline_parse(&t, styles[_i].frequency, "2021-01-04", &e), ST_OK);
    ck_assert_msg(!timeline_style_parse(&t, styles[_i].style, &e), "%s", e.message);
    ck_assert_str_eq(timeline_style_text(text, &t), styles[_i].style);
    again = t;
    ck_assert_int_eq(timeline_style_parse(&again, text, &e), ST_OK);
    ck_assert(time_style_equal(&t.style, &again.style));
}
END_TEST

static const struct {
    const char *frequency, *style;
} wrong[] = {
    {"M", "2|anchor=31"},
    {"M", "1anchor=31"},
    {"M", "1|"},
    {"M", "1|anchor=0"},
    {"M", "1|anchor=34"},
    {"M", "1|anchor=3x"},
    {"M", "1|anchor=31|anchor=31"},
    {"M", "1|anchor=31|offset=+01:00"}, /* not in order */
    {"M", "1|month=1"},
    {"Q", "1|month=3"},
    {"Y", "1|month=12"},
    {"D", "1|anchor=31"},
    {"D", "1|clock=24:00:00"},
    {"D", "1|clock=1:0:0"},
    {"H", "1|clock=12:00:00"},
    {"D", "1|offset=+24:00"},
    {"D", "1|offset=05:30"},
    {"M", "1|open=Mon-Fri"},
    {"2D", "1|open=Mon-Fri"},
    {"D", "1|open=Tue-Fri"}, /* the start is a Monday */
    {"D", "1|open="},
    {"D", "1|format="},
    {"D", "1|format=%E"},
    {"D", "1|format=01234567890123456789012345678901"},
    {"D", "1|what=ever"},
    {"", "1|format=%Y"},
};

START_TEST(hostile_styles_are_refused)
{
    struct timeline t = {0};
    struct err e = {0};
    const char *frequency = wrong[_i].frequency;

    ck_assert_int_eq(timeline_parse(&t, frequency, frequency[0] ? "2021-01-04" : "7", &e), ST_OK);
    ck_assert_msg(timeline_style_parse(&t, wrong[_i].style, &e) == ST_INVALID, "'%s'",
                  wrong[_i].style);
}
END_TEST

START_TEST(a_long_style_is_refused)
{
    struct timeline t = {.frequency = {FREQ_H, 1}};
    char text[4096] = "1|open=Thu 00";

    for (size_t n = strlen(text); n + 10 < sizeof(text); n = strlen(text))
        snprintf(text + n, sizeof(text) - n, "; Fri 01");
    ck_assert_int_eq(timeline_style_parse(&t, text, NULL), ST_INVALID);
}
END_TEST

START_TEST(an_anchor_may_be_hidden)
{
    struct timeline t = {.frequency = {FREQ_M, 1}, .start = 0, .style = {.anchor = 31}};

    ck_assert(!timeline_anchor_hidden(&t)); /* 1970-01-31 */
    t.style.anchor = ANCHOR_LAST_BUSINESS_DAY;
    ck_assert(timeline_anchor_hidden(&t));
    t.style.anchor = 30;
    ck_assert(!timeline_anchor_hidden(&t));
    t.start = 1; /* 1970-02-28 */
    ck_assert(timeline_anchor_hidden(&t));
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("timeline_style");
    TCase *c = tcase_create("timeline_style");

    tcase_add_loop_test(c, styles_are_written_and_read, 0, ROWS(styles));
    tcase_add_loop_test(c, hostile_styles_are_refused, 0, ROWS(wrong));
    tcase_add_test(c, a_long_style_is_refused);
    tcase_add_test(c, an_anchor_may_be_hidden);
    suite_add_tcase(s, c);
    return suite_run(s);
}

/* test_time_spelling.c - the spelling of a time stamp. */
#include "server/data/time_spelling.h"

#include "server/data/timestamp.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *text, *format;
    int offset;
} known[] = {
    {"1949", "", 0},
    {"1577836800", "", 0},
    {"1949-01", "%Y-%m", 0},
    {" 2022-01-31 ", "%Y-%m-%d", 0},
    {"2022/01/31", "%Y/%m/%d", 0},
    {"2022Q1", "%YQ%q", 0},
    {"2022-q1", "%Y-q%q", 0},
    {"2022-01-31T05:06Z", "%Y-%m-%dT%H:%MZ", 0},
    {"2022-01-31 05:06:07", "%Y-%m-%d %H:%M:%S", 0},
    {"2022-01-31 05:06:07.000+05:30", "%Y-%m-%d %H:%M:%S.000%:z", 330},
    {"2022-01-31T05:06:07-0730", "%Y-%m-%dT%H:%M:%S%z", -450},
};

START_TEST(a_stamp_is_written_again)
{
    struct time_style s = {.offset = 9};
    const char *text = known[_i].text;
    struct timestamp t;
    char again[TIME_TEXT_MAX];

    time_spelling(&s, text, strlen(text));
    ck_assert_str_eq(s.format, known[_i].format);
    ck_assert_int_eq(s.offset, known[_i].offset);
    ck_assert(time_spelling_kept(&s));
    if (!s.format[0])
        return;
    ck_assert_int_eq(timestamp_parse(&t, text, strlen(text), NULL), ST_OK);
    time_style_text(again, &s, t.seconds + s.offset * 60);
    ck_assert_ptr_nonnull(strstr(text, again));
}
END_TEST

START_TEST(not_every_format_is_read)
{
    static const char *const no[] = {"%d/%m/%Y", "%b %Y", "%s", "%Y%m%d", "%Y-%m-%d %I:%M %p"};

    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        struct time_style s = {0};

        ck_assert_int_eq(time_style_format(&s, no[i], NULL), ST_OK);
        ck_assert_msg(!time_spelling_kept(&s), "%s", no[i]);
    }
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("time_spelling");
    TCase *c = tcase_create("time_spelling");

    tcase_add_loop_test(c, a_stamp_is_written_again, 0, ROWS(known));
    tcase_add_test(c, not_every_format_is_read);
    suite_add_tcase(s, c);
    return suite_run(s);
}

/* test_open_week_text.c - open steps in words. */
#include "server/data/open_week.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static const struct {
    int base, step; /* seconds since Monday, 1970-01-05 */
    const char *text;
} texts[] = {
    {0, 86400, "Mon-Fri"},
    {0, 86400, "Mon-Thu,Sat"},
    {0, 86400, "Sun-Thu"},
    {0, 86400, "Mon,Thu"},
    {0, 3600, "07-17"},
    {0, 3600, "Mon-Fri 07-17"},
    {0, 3600, "Mon-Fri 07-17; Sat 08-12"},
    {0, 3600, "Mon-Fri 09-11,13-16; Sat,Sun 00-02,22-23"},
    {0, 3600, "Mon-Fri; Sat 08"},
    {0, 900, "Mon-Fri 09:30-15:45"},
    {0, 300, "Mon-Fri 09:30-15:55"},
    {1800, 3600, "08:30-17:30"},
    {25200, 28800, "07-15"},
};

START_TEST(open_steps_are_written_and_read)
{
    int64_t base = 4 * 86400 + texts[_i].base, step = texts[_i].step;
    struct open_week w, again;
    struct err e = {0};
    char text[OPEN_TEXT_MAX];

    ck_assert_msg(!open_week_parse(&w, texts[_i].text, base, step, &e), "%s", e.message);
    ck_assert_str_eq(open_week_text(text, &w, base, step), texts[_i].text);
    ck_assert_int_eq(open_week_parse(&again, text, base, step, &e), ST_OK);
    ck_assert(open_week_equal(&w, &again));
}
END_TEST

static const char *const wrong[] = {
    "",       "Mon-",  "Mon Fri",        "mon-fri",        "Mon-Fri 7-17", "Mon-Fri 17-07",
    "24",     "07:60", "07:30",          "Mon-Fri;",       "Mon; ",        "Mon-Fri 07-17 ",
    "07-17,", "Mo",    "01,03,05,07,09", "Mon-Fri 07--17", "Mon,,Tue",     "07-17; ; Sat",
};

START_TEST(what_is_no_open_step_is_refused)
{
    struct open_week w;
    struct err e = {0};

    ck_assert_msg(open_week_parse(&w, wrong[_i], 4 * 86400, 3600, &e) == ST_INVALID, "'%s'",
                  wrong[_i]);
    ck_assert_ptr_nonnull(strstr(e.message, "Mon-Sat"));
}
END_TEST

START_TEST(the_longest_text_fits)
{
    struct open_week w = {{0}};
    char text[OPEN_TEXT_MAX];

    for (int q = 0; q < 672; q++)
        if (q % 96 / (1 + q / 96) % 2)
            open_week_add(&w, 4 * 86400 + q * 900, 900);
    ck_assert_int_gt(open_week_ranges(&w, 7, 900), OPEN_RANGES_MAX);
    open_week_text(text, &w, 4 * 86400 + 7, 900); /* seconds, and ranges that are cut */
    ck_assert_int_lt(strlen(text), OPEN_TEXT_MAX);
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("open_week_text");
    TCase *c = tcase_create("open_week_text");

    tcase_add_loop_test(c, open_steps_are_written_and_read, 0, ROWS(texts));
    tcase_add_loop_test(c, what_is_no_open_step_is_refused, 0, ROWS(wrong));
    tcase_add_test(c, the_longest_text_fits);
    suite_add_tcase(s, c);
    return suite_run(s);
}

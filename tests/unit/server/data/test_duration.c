/* test_duration.c - spans of time, as they are written. */
#include "server/data/duration.h"

#include "tests/unit/suite.h"

#include <string.h>

static const struct {
    const char *text;
    int64_t seconds; /* -1: refused */
} rows[] = {
    {"1s", 1},      {"30s", 30},         {"15m", 900},       {"1h", 3600},
    {"7d", 604800}, {"2w", 1209600},     {"007d", 604800},   {"", -1},
    {"s", -1},      {"10", -1},          {"1.5h", -1},       {"-1h", -1},
    {"1 h", -1},    {"1hh", -1},         {"1H", -1},         {"1y", -1},
    {"0s", -1},     {"1000000000s", -1}, {"999999999w", -1},
};

START_TEST(a_span_is_read_or_refused)
{
    struct err e = {0};
    int64_t out = -1;
    enum status st = duration_parse(&out, rows[_i].text, 1, 1209600, &e);

    ck_assert_msg(st == (rows[_i].seconds < 0 ? ST_INVALID : ST_OK), "'%s': %s", rows[_i].text,
                  e.message);
    if (!st)
        ck_assert_int_eq(out, rows[_i].seconds);
}
END_TEST

START_TEST(an_error_names_the_limits)
{
    struct err e = {0};
    int64_t out;

    ck_assert_int_eq(duration_parse(&out, "1s", 30, 7200, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "from 30s to 2h"));
    ck_assert_int_eq(duration_parse(&out, "3h", 30, 7200, &e), ST_INVALID);
    ck_assert_int_eq(duration_parse(&out, "2h", 30, 7200, &e), ST_OK);
}
END_TEST

START_TEST(a_span_is_written_with_its_largest_unit)
{
    char text[DURATION_TEXT_MAX];

    ck_assert_str_eq(duration_text(text, 604800), "7d");
    ck_assert_str_eq(duration_text(text, 5400), "90m");
    ck_assert_str_eq(duration_text(text, 61), "61s");
    ck_assert_str_eq(duration_text(text, 3600), "1h");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("duration");
    TCase *t = tcase_create("duration");

    tcase_add_loop_test(t, a_span_is_read_or_refused, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(t, an_error_names_the_limits);
    tcase_add_test(t, a_span_is_written_with_its_largest_unit);
    suite_add_tcase(s, t);
    return suite_run(s);
}

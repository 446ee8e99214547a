/* test_timestamp.c - texts that are time stamps, and texts that are not. */
#include "server/data/timestamp.h"

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

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("timestamp");
    TCase *c = tcase_create("timestamp");

    tcase_add_loop_test(c, a_time_is_read, 0, ROWS(times));
    tcase_add_loop_test(c, what_is_no_time_is_refused, 0, ROWS(bad_times));
    suite_add_tcase(s, c);
    return suite_run(s);
}

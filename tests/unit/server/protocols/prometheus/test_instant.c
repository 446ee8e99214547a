/* test_instant.c - times and durations as clients of Prometheus write them. */
#include "server/protocols/prometheus/instant.h"

#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static void expect_instant(const char *text, int64_t ms)
{
    struct err e = {0};
    int64_t got = 0;

    ck_assert_msg(instant_read(&got, text, "time", &e) == ST_OK, "%s", e.message);
    ck_assert_msg(got == ms, "%s is %lld", text, (long long)got);
}

static void expect_duration(const char *text, int64_t ms)
{
    struct err e = {0};
    int64_t got = 0;

    ck_assert_msg(duration_read(&got, text, "step", &e) == ST_OK, "%s", e.message);
    ck_assert_msg(got == ms, "%s is %lld", text, (long long)got);
}

START_TEST(times_are_read)
{
    expect_instant("0", 0);
    expect_instant("1435781451.781", 1435781451781);
    expect_instant("-1.5", -1500);
    expect_instant("1.4357814e9", 1435781400000);
    expect_instant("2015-07-01T20:10:51.781Z", 1435781451781);
    expect_instant("2015-07-01T22:10:51+02:00", 1435781451000);
    expect_instant("1949-01-01T00:00:00Z", -662688000000);
    expect_instant("-9223372036854775.808", -62135596800000);
    expect_instant("9e300", 253402300799000);
}
END_TEST

START_TEST(durations_are_read)
{
    expect_duration("15", 15000);
    expect_duration("0.5", 500);
    expect_duration("5m", 300000);
    expect_duration("1h30m", 5400000);
    expect_duration("1d", 86400000);
    expect_duration("2w100ms", 1209600100);
    expect_duration("1y", 31536000000);
}
END_TEST

START_TEST(other_texts_are_refused)
{
    static const char *const times[] = {"",
                                        "now",
                                        "1x",
                                        "2015-07-01",
                                        "NaN",
                                        "2015-07-01T20:10:51.Z",
                                        "2015-13-01T00:00:00Z",
                                        "2015.5-07-01T20:10:51Z",
                                        "0x10",
                                        "1435781451,5"};
    static const char *const durations[] = {
        "", "0", "-5", "5x", "m", "5m ", "1e400", "99999999999999999s", "1.5m", "0.0001"};
    struct err e = {0};
    int64_t ms;

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        ck_assert_msg(instant_read(&ms, times[i], "time", &e) == ST_MALFORMED, "%s", times[i]);
    for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++)
        ck_assert_msg(duration_read(&ms, durations[i], "step", &e) == ST_MALFORMED, "%s",
                      durations[i]);
    ck_assert_str_eq(e.pointer, "?step");
}
END_TEST

START_TEST(times_are_written)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {{0, "0"}, {1435781451781, "1435781451.781"}, {-1500, "-1.500"}, {60000, "60"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf b;

        buf_init(&b, 100);
        instant_put(&b, rows[i].ms);
        ck_assert_str_eq(b.data, rows[i].text);
        buf_release(&b);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("instant");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, times_are_read);
    tcase_add_test(tc, durations_are_read);
    tcase_add_test(tc, other_texts_are_refused);
    tcase_add_test(tc, times_are_written);
    suite_add_tcase(s, tc);
    return suite_run(s);
}

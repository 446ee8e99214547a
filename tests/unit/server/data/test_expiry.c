/* test_expiry.c - time spans and points in time after which something ends. */
#include "server/data/expiry.h"
#include "tests/unit/suite.h"

static const int64_t NOW = 1700000000000; /* 2023-11-14T22:13:20Z */
static const int64_t DAY = 86400000;

static const struct {
    const char *text;
    int64_t after; /* now; 0: refused */
} spans[] = {
    {"30m", 1800000},
    {"12h", 43200000},
    {"90d", 90 * 86400000LL},
    {"2w", 14 * 86400000LL},
    {"1m", 60000},
    {"36525d", 36525 * 86400000LL},
    {"36526d", 0},
    {"0d", 0},
    {"", 0},
    {"d", 0},
    {"30", 0},
    {"30s", 0},
    {"30 d", 0},
    {"-1d", 0},
    {"1.5d", 0},
    {"30dd", 0},
    {"99999999999999999999d", 0},
};

START_TEST(spans_are_read)
{
    struct err e = {0};
    int64_t at = 0;
    enum status st = expiry_after(&at, spans[_i].text, NOW, &e);

    ck_assert_msg(st == (spans[_i].after ? ST_OK : ST_INVALID), "%s", spans[_i].text);
    ck_assert_int_eq(at, st ? 0 : NOW + spans[_i].after);
    ck_assert_int_eq(expiry_read(&at, spans[_i].text, NOW, &e), st);
}
END_TEST

static const struct {
    const char *text;
    int64_t at; /* 0: refused */
} moments[] = {
    {"2023-11-15", 1700006400000},
    {"2023-11-15T00:00:00Z", 1700006400000},
    {"2023-11-15T02:00:00+02:00", 1700006400000},
    {"2023-11-14", 0}, /* its beginning has passed */
    {"2023-11-14T22:13:20Z", 0},
    {"2023-11-14T22:13:21Z", 1700000001000},
    {"2024-02-30", 0},
    {"2024", 0},
    {"2024-06", 0},
    {"2123-11-14", 4855593600000LL},
    {"2124-01-01", 0},
    {"tomorrow", 0},
};

START_TEST(moments_are_read)
{
    struct err e = {0};
    int64_t at = 0;
    enum status st = expiry_at(&at, moments[_i].text, NOW, &e);

    ck_assert_msg(st == (moments[_i].at ? ST_OK : ST_INVALID), "%s: %s", moments[_i].text,
                  e.message);
    ck_assert_int_eq(at, moments[_i].at);
    ck_assert_int_eq(expiry_read(&at, moments[_i].text, NOW, &e), st);
    ck_assert_int_eq(at % DAY == 0, moments[_i].at % DAY == 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("expiry");
    TCase *t = tcase_create("expiry");

    tcase_add_loop_test(t, spans_are_read, 0, sizeof(spans) / sizeof(spans[0]));
    tcase_add_loop_test(t, moments_are_read, 0, sizeof(moments) / sizeof(moments[0]));
    suite_add_tcase(s, t);
    return suite_run(s);
}

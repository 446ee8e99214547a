/* test_rates.c - a key has so many requests a minute, and no other key loses any. */
#include "server/http/rates.h"
#include "tests/unit/suite.h"

static struct rates *r;
static struct rate rate;

static void setup(void)
{
    struct err e = {0};

    ck_assert_int_eq(rates_new(&r, &e), ST_OK);
}

static void teardown(void)
{
    rates_free(r);
}

/* How many requests pass, of n that come at once. */
static int pass(int n, int64_t key, int64_t per_minute, int64_t now)
{
    int passed = 0;

    for (int i = 0; i < n; i++)
        passed += rates_take(&rate, r, key, per_minute, now);
    return passed;
}

START_TEST(a_minute_has_so_many)
{
    ck_assert_int_eq(pass(100, 1, 60, 5000), 60);
    ck_assert_int_eq(pass(100, 1, 60, 5999), 0);
    ck_assert_int_eq(pass(100, 1, 60, 6000), 1);
    ck_assert_int_eq(pass(100, 1, 60, 16000), 10);
    ck_assert_int_eq(pass(100, 1, 60, 16000 + 60000), 60);
    ck_assert_int_eq(pass(100, 1, 60, 16000 + 900000), 60);
    ck_assert_int_eq(pass(1, 1, 60, 1), 0); /* a clock that goes back gives nothing */
}
END_TEST

START_TEST(parts_of_a_request_are_kept)
{
    ck_assert_int_eq(pass(7, 1, 7, 0), 7);
    for (int64_t now = 1; now <= 60000; now += 1000)
        (void)pass(1, 1, 7, now);
    ck_assert_int_eq(pass(10, 1, 7, 120000), 7);
    ck_assert_int_eq(pass(3, 2, 1000000, 0), 3);
}
END_TEST

START_TEST(keys_do_not_share)
{
    ck_assert_int_eq(pass(10, 1, 5, 0), 5);
    ck_assert_int_eq(pass(10, 2, 5, 0), 5);
    ck_assert_int_eq(pass(10, 3, 2, 0), 2);
}
END_TEST

START_TEST(what_an_answer_reports)
{
    ck_assert(rates_take(&rate, r, 1, 3, 0));
    ck_assert_int_eq(rate.limit, 3);
    ck_assert_int_eq(rate.remaining, 2);
    ck_assert_int_eq(rate.seconds, 20); /* until it is full */
    ck_assert(rates_take(&rate, r, 1, 3, 0));
    ck_assert(rates_take(&rate, r, 1, 3, 0));
    ck_assert_int_eq(rate.remaining, 0);
    ck_assert_int_eq(rate.seconds, 60);
    ck_assert(!rates_take(&rate, r, 1, 3, 1000));
    ck_assert_int_eq(rate.remaining, 0);
    ck_assert_int_eq(rate.seconds, 19); /* until there is one */
}
END_TEST

START_TEST(the_longest_unused_bucket_goes)
{
    ck_assert_int_eq(pass(1, 1, 1, 0), 1);
    for (int64_t key = 2; key < RATES_KEYS + 1; key++)
        ck_assert_int_eq(pass(2, key, 1, 0), 1);
    ck_assert_int_eq(pass(1, 1, 1, 0), 0); /* it was kept, and is the newest now */
    ck_assert_int_eq(pass(1, RATES_KEYS + 1, 1, 0), 1);
    ck_assert_int_eq(pass(1, 1, 1, 0), 0);
    ck_assert_int_eq(pass(1, 2, 1, 0), 1); /* forgotten, so that it is full */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rates");
    TCase *t = tcase_create("rates");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_minute_has_so_many);
    tcase_add_test(t, parts_of_a_request_are_kept);
    tcase_add_test(t, keys_do_not_share);
    tcase_add_test(t, what_an_answer_reports);
    tcase_add_test(t, the_longest_unused_bucket_goes);
    suite_add_tcase(s, t);
    return suite_run(s);
}

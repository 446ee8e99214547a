/* test_tries.c - wrong keys are counted by address, and their number and delay are bounded. */
#include "server/http/tries.h"
#include "tests/unit/suite.h"

#include <stdio.h>

static struct tries *t;
static struct err e;

static void setup(void)
{
    ck_assert_int_eq(tries_new(&t, 20, &e), ST_OK);
}

static void teardown(void)
{
    tries_free(t);
}

static struct tries_hold try(const char *address, int64_t now)
{
    struct tries_hold hold = tries_count(t, address, true, now);

    if (hold.address)
        tries_release(t, hold.address);
    return hold;
}

START_TEST(each_try_doubles_the_delay_up_to_a_bound)
{
    static const int64_t want[] = {100, 200, 400, 800, 1600, 3200, 5000, 5000};

    for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        struct tries_hold hold = try("192.0.2.1", 1000 + i);

        ck_assert_int_eq(hold.ms, want[i]);
        ck_assert_uint_eq(hold.count, i + 1);
        ck_assert_ptr_nonnull(hold.address);
    }
    for (int i = 0; i < 1000; i++)
        ck_assert_int_le(try("192.0.2.1", 2000).ms, TRIES_MOST_MS);
    ck_assert_int_eq(try("192.0.2.2", 2000).ms, 100);
}
END_TEST

START_TEST(quiet_time_forgets)
{
    (void)try("192.0.2.1", 0);
    ck_assert_uint_eq(try("192.0.2.1", TRIES_FORGET_MS - 1).count, 2);
    ck_assert_uint_eq(try("192.0.2.1", 2 * TRIES_FORGET_MS - 2).count, 3);
    ck_assert_uint_eq(try("192.0.2.1", 3 * TRIES_FORGET_MS - 2).count, 1);
}
END_TEST

static const struct {
    const char *one, *other;
    bool same;
} pairs[] = {
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"192.0.2.1", "::ffff:192.0.2.1", true},
    {"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
    {"2001:db8::1", "2001:db8::ffff:1", true},
    {"2001:db8::1", "2001:db8:0:0:1::", true},
    {"2001:db8:0:1::1", "2001:db8:0:2::1", false},
    {"", "", true},
    {"", "127.0.0.1", false},
};

START_TEST(what_counts_as_one_address)
{
    (void)try(pairs[_i].one, 5);
    ck_assert_uint_eq(try(pairs[_i].other, 6).count, pairs[_i].same ? 2 : 1);
}
END_TEST

START_TEST(held_refusals_are_bounded_by_address_and_in_all)
{
    struct tries_address *held[20];
    unsigned n = 0, addresses = 0;

    for (int i = 0; i < TRIES_HELD_MAX; i++)
        held[n++] = tries_count(t, "192.0.2.1", true, 1).address;
    ck_assert_ptr_null(tries_count(t, "192.0.2.1", true, 1).address);
    while (n < 20) {
        char address[20];

        (void)snprintf(address, sizeof(address), "198.51.100.%u", n);
        held[n++] = tries_count(t, address, true, 1).address;
    }
    for (unsigned i = 0; i < n; i++)
        ck_assert_ptr_nonnull(held[i]);
    ck_assert_ptr_null(tries_count(t, "203.0.113.1", true, 1).address);
    tries_totals(t, &n, &addresses, 1);
    ck_assert_uint_eq(n, 20);
    ck_assert_uint_eq(addresses, 14);
    tries_release(t, held[0]);
    ck_assert_ptr_null(tries_count(t, "203.0.113.1", false, 1).address); /* it may not wait */
    held[0] = tries_count(t, "203.0.113.1", true, 1).address;
    ck_assert_ptr_nonnull(held[0]);
    for (int i = 0; i < 20; i++)
        tries_release(t, held[i]);
    tries_totals(t, &n, &addresses, 1 + TRIES_FORGET_MS);
    ck_assert_uint_eq(n, 0);
    ck_assert_uint_eq(addresses, 0);
}
END_TEST

/* When many addresses send keys, the one that has been quiet longest is forgotten, unless its
 * refusal is delayed. */
START_TEST(addresses_are_bounded_and_those_that_wait_stay)
{
    struct tries_address *held = tries_count(t, "192.0.2.1", true, 0).address;
    unsigned n = 0, addresses = 0;

    (void)try("192.0.2.2", 0);
    for (int i = 0; i < 2 * TRIES_ADDRESSES; i++) {
        char address[32];

        (void)snprintf(address, sizeof(address), "10.%d.%d.1", i / 256, i % 256);
        (void)try(address, 1);
    }
    ck_assert_uint_eq(try("192.0.2.1", 2).count, 2);
    ck_assert_uint_eq(try("192.0.2.2", 2).count, 1);
    tries_totals(t, &n, &addresses, 2);
    ck_assert_uint_eq(addresses, TRIES_ADDRESSES);
    tries_release(t, held);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tries");
    TCase *c = tcase_create("tries");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, each_try_doubles_the_delay_up_to_a_bound);
    tcase_add_test(c, quiet_time_forgets);
    tcase_add_loop_test(c, what_counts_as_one_address, 0, sizeof(pairs) / sizeof(pairs[0]));
    tcase_add_test(c, held_refusals_are_bounded_by_address_and_in_all);
    tcase_add_test(c, addresses_are_bounded_and_those_that_wait_stay);
    suite_add_tcase(s, c);
    return suite_run(s);
}

/* test_audit_queue.c - refusals are gathered, bounded by minute, and written by the keeper. */
#include "server/store/audit_queue.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <unistd.h>

static const int64_t DAY = 86400000;

static struct fixture f;
static struct audit_queue *q;

static void setup(void)
{
    fixture_open(&f);
    ck_ok(audit_queue_new(&q, 2, &f.e), &f.e);
}

static void teardown(void)
{
    audit_queue_free(q);
    fixture_close(&f);
}

static struct audit_entry entry(int client)
{
    struct audit_entry a = {.status = 401, .action = "GET /v1/jobs", .key = ACCESS_NOBODY};

    (void)snprintf(a.client, sizeof(a.client), "192.0.2.%d", client);
    return a;
}

static void add(int client)
{
    struct audit_entry a = entry(client);

    audit_queue_add(q, &a);
}

static void tick(int64_t monotonic)
{
    (void)audit_queue_tick(q, fixture_db(&f), clock_ms(), monotonic);
}

static int64_t rows(void)
{
    return fixture_int(&f, "SELECT count(*) FROM audit");
}

START_TEST(refusals_alike_are_one_entry)
{
    struct audit_entry other = entry(1);

    for (int i = 0; i < 50; i++)
        add(1);
    add(2);
    other.status = 429;
    audit_queue_add(q, &other);
    tick(1);
    ck_assert_int_eq(rows(), 3);
    ck_assert_int_eq(fixture_int(&f, "SELECT count FROM audit WHERE client = '192.0.2.1' AND "
                                     "status = 401"),
                     50);
    ck_assert_int_eq(fixture_int(&f, "SELECT sum(count) FROM audit"), 52);
    tick(2);
    ck_assert_int_eq(rows(), 3);
}
END_TEST

START_TEST(a_minute_has_a_bounded_number_of_entries)
{
    for (int i = 0; i < 200; i++)
        add(i);
    tick(1);
    ck_assert_int_eq(rows(), AUDIT_MINUTE_MAX + 1);
    ck_assert_int_eq(fixture_int(&f, "SELECT count FROM audit WHERE action = '(others)'"),
                     200 - AUDIT_MINUTE_MAX);
    for (int i = 0; i < 50; i++) {
        add(1);
        tick(2 + i);
    }
    ck_assert_int_eq(rows(), AUDIT_MINUTE_MAX + 1);
    tick(60001);
    ck_assert_int_eq(rows(), AUDIT_MINUTE_MAX + 2);
    ck_assert_int_eq(fixture_int(&f, "SELECT count FROM audit ORDER BY id DESC LIMIT 1"), 50);
}
END_TEST

START_TEST(all_that_waits_is_written_at_the_end)
{
    for (int i = 0; i < AUDIT_MINUTE_MAX; i++)
        add(i);
    tick(1);
    for (int i = 0; i < 5; i++)
        add(i);
    tick(2);
    ck_assert_int_eq(rows(), AUDIT_MINUTE_MAX);
    audit_queue_flush(q, fixture_db(&f));
    ck_assert_int_eq(rows(), AUDIT_MINUTE_MAX + 5);
}
END_TEST

START_TEST(entries_older_than_the_days_go)
{
    struct audit_entry a = entry(1);
    int64_t now = 10 * DAY;

    for (int day = 0; day < 10; day++) {
        a.at = day * DAY + 1;
        ck_ok(store_audit_add(f.store, &a, &f.e), &f.e);
    }
    ck_assert(!audit_queue_tick(q, fixture_db(&f), now, 1));
    ck_assert_int_eq(rows(), 2);
    ck_assert(!audit_queue_tick(q, fixture_db(&f), now + DAY, 2)); /* not yet */
    ck_assert_int_eq(rows(), 2);
    ck_assert(!audit_queue_tick(q, fixture_db(&f), now + DAY, 600001));
    ck_assert_int_eq(rows(), 1);
}
END_TEST

START_TEST(zero_days_are_for_ever)
{
    struct audit_queue *other;
    struct audit_entry a = entry(1);

    a.at = 1;
    ck_ok(store_audit_add(f.store, &a, &f.e), &f.e);
    ck_ok(audit_queue_new(&other, 0, &f.e), &f.e);
    ck_assert(!audit_queue_tick(other, fixture_db(&f), 1000 * DAY, 1));
    audit_queue_free(other);
    ck_assert_int_eq(rows(), 1);
}
END_TEST

START_TEST(the_keeper_writes_them)
{
    const struct store_config exclusive = {
        .path = f.path, .busy_timeout_ms = 1000, .exclusive = true};
    int64_t deadline = clock_monotonic_ms() + 20000;
    struct audit_entry a = entry(1);

    store_close(f.store);
    f.store = NULL;
    ck_ok(store_open(&f.store, &exclusive, &f.e), &f.e);
    store_audit_refused(f.store, &a);
    while (rows() == 0) {
        ck_assert_int_lt(clock_monotonic_ms(), deadline);
        usleep(1000);
    }
    store_audit_refused(f.store, &a);
    store_close(f.store); /* at once: the end writes what waits */
    fixture_store(&f);
    ck_assert_int_eq(fixture_int(&f, "SELECT sum(count) FROM audit"), 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("audit_queue");
    TCase *t = tcase_create("audit_queue");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, refusals_alike_are_one_entry);
    tcase_add_test(t, a_minute_has_a_bounded_number_of_entries);
    tcase_add_test(t, all_that_waits_is_written_at_the_end);
    tcase_add_test(t, entries_older_than_the_days_go);
    tcase_add_test(t, zero_days_are_for_ever);
    tcase_add_test(t, the_keeper_writes_them);
    suite_add_tcase(s, t);
    return suite_run(s);
}

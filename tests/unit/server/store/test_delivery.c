/* test_delivery.c - deliveries wait for their time, are recorded, and are bounded. */
#include "tests/unit/server/store/webhook_fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;
static int64_t hook;

static void setup(void)
{
    fixture_open(&f);
    hook = add_webhook(&f, EVENTS_ALL, NULL);
}

static void teardown(void)
{
    fixture_close(&f);
}

static enum status add_one(struct db *db, void *ctx, struct err *e)
{
    const int64_t *at = ctx;
    int64_t id;

    return delivery_add(&id, db, hook, EVENT_JOB_FAILED, *at, "{\"id\":\"x\"}", e);
}

static void add(int64_t at)
{
    ck_ok(transaction_write(fixture_db(&f), add_one, &at, &f.e), &f.e);
}

/* The delivery that is due; id 0: none. */
static struct due_delivery next(int64_t now)
{
    struct due_delivery d;
    bool found;

    ck_ok(store_delivery_next(&d, &found, f.store, hook, now, &f.e), &f.e);
    ck_assert_int_eq(found, d.id != 0);
    return d;
}

static void record(const struct delivery_outcome *o)
{
    ck_ok(store_delivery_record(f.store, o, &f.e), &f.e);
}

static struct delivery newest(void)
{
    struct delivery_list l;
    struct delivery d;

    ck_ok(store_delivery_list(&l, f.store, hook, 0, 1, &f.e), &f.e);
    ck_assert_int_eq(l.count, 1);
    d = l.items[0];
    delivery_list_release(&l);
    return d;
}

START_TEST(a_delivery_is_due_at_its_time)
{
    struct due_delivery d;

    add(1000);
    ck_assert_int_eq(next(999).id, 0);
    d = next(1000);
    ck_assert_int_eq(d.webhook, hook);
    ck_assert_int_eq(d.attempts, 0);
    ck_assert_int_eq(d.created_at, 1000);
    ck_assert_uint_eq(strlen(d.message), MESSAGE_ID_LEN);
    ck_assert_int_eq(strncmp(d.message, "msg_", 4), 0);
    ck_assert_str_eq(d.payload,
                     "{\"type\":\"job.failed\",\"timestamp\":\"1970-01-01T00:00:01.000Z\","
                     "\"data\":{\"id\":\"x\"}}");
    due_delivery_release(&d);
}
END_TEST

START_TEST(what_has_been_due_longest_comes_first)
{
    struct due_delivery first, second;

    add(1000);
    add(2000);
    first = next(3000);
    ck_assert_int_eq(first.created_at, 1000);
    record(&(struct delivery_outcome){
        .id = first.id, .webhook = hook, .at = 3000, .next_at = 8000, .error = "later"});
    second = next(9000);
    ck_assert_int_eq(second.created_at, 2000);
    ck_assert_str_ne(first.message, second.message);
    record(&(struct delivery_outcome){
        .id = second.id, .webhook = hook, .at = 9000, .delivered = true, .response_code = 200});
    due_delivery_release(&second);
    second = next(9000);
    ck_assert_int_eq(second.id, first.id);
    ck_assert_str_eq(second.message, first.message); /* the same for each attempt */
    ck_assert_int_eq(second.attempts, 1);
    due_delivery_release(&first);
    due_delivery_release(&second);
}
END_TEST

START_TEST(attempts_are_shown)
{
    struct due_delivery due;
    struct delivery d;

    add(1000);
    due = next(1000);
    d = newest();
    ck_assert_int_eq(d.state, DELIVERY_PENDING);
    ck_assert_str_eq(d.type, "job.failed");
    ck_assert_int_eq(d.next_at, 1000);
    record(&(struct delivery_outcome){.id = due.id,
                                      .webhook = hook,
                                      .at = 2000,
                                      .next_at = 7000,
                                      .response_code = 500,
                                      .error = "the receiver answered 500"});
    d = newest();
    ck_assert_int_eq(d.state, DELIVERY_PENDING);
    ck_assert_int_eq(d.attempts, 1);
    ck_assert_int_eq(d.response_code, 500);
    ck_assert_int_eq(d.last_at, 2000);
    ck_assert_int_eq(d.next_at, 7000);
    ck_assert_str_eq(d.error, "the receiver answered 500");
    ck_assert_int_eq(pending(&f, hook), 1);
    record(&(struct delivery_outcome){
        .id = due.id, .webhook = hook, .at = 7000, .delivered = true, .response_code = 204});
    d = newest();
    ck_assert_int_eq(d.state, DELIVERY_DELIVERED);
    ck_assert_int_eq(d.attempts, 2);
    ck_assert_int_eq(d.delivered_at, 7000);
    ck_assert_str_eq(d.error, "");
    ck_assert_int_eq(pending(&f, hook), 0);
    due_delivery_release(&due);
}
END_TEST

START_TEST(without_another_attempt_it_has_failed)
{
    struct due_delivery due;

    add(1000);
    due = next(1000);
    record(&(struct delivery_outcome){.id = due.id, .webhook = hook, .at = 2000, .error = "no"});
    ck_assert_int_eq(newest().state, DELIVERY_FAILED);
    ck_assert_int_eq(pending(&f, hook), 0);
    /* it is over: a second record of the same attempt changes nothing */
    record(&(struct delivery_outcome){
        .id = due.id, .webhook = hook, .at = 3000, .delivered = true, .response_code = 200});
    ck_assert_int_eq(newest().state, DELIVERY_FAILED);
    ck_assert_int_eq(pending(&f, hook), 0);
    due_delivery_release(&due);
}
END_TEST

START_TEST(a_receiver_that_is_gone_gets_nothing_more)
{
    struct due_delivery due;
    struct delivery d;
    struct webhook w;

    for (int i = 0; i < 3; i++)
        add(1000 + i);
    due = next(2000);
    record(&(struct delivery_outcome){.id = due.id,
                                      .webhook = hook,
                                      .at = 2000,
                                      .gone = true,
                                      .response_code = 410,
                                      .error = "the receiver answered 410"});
    ck_ok(store_webhook_get(&w, f.store, hook, &f.e), &f.e);
    ck_assert_int_eq(w.disabled_at, 2000);
    webhook_release(&w);
    ck_assert_int_eq(pending(&f, hook), 0);
    ck_assert_int_eq(next(9000).id, 0);
    d = newest();
    ck_assert_int_eq(d.state, DELIVERY_FAILED);
    ck_assert_ptr_nonnull(strstr(d.error, "410"));
    put_series(&f, "x", FREQ_M, 0, 3, 1); /* an event */
    ck_assert_int_eq(deliveries(&f, hook), 3);
    ck_status(store_delivery_test(&d, f.store, hook, &f.e), ST_CONFLICT, &f.e);
    due_delivery_release(&due);
}
END_TEST

START_TEST(a_record_of_what_was_deleted_does_nothing)
{
    struct due_delivery due;

    add(1000);
    due = next(1000);
    ck_ok(store_webhook_delete(f.store, hook, &f.e), &f.e);
    record(&(struct delivery_outcome){.id = due.id, .webhook = hook, .at = 2000, .next_at = 9000});
    record(&(struct delivery_outcome){.id = due.id, .webhook = hook, .at = 2000, .gone = true});
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM webhook_delivery"), 0);
    due_delivery_release(&due);
}
END_TEST

START_TEST(pending_deliveries_are_bounded)
{
    struct due_delivery due;
    struct delivery d;
    int64_t all;

    ck_ok(db_exec(fixture_db(&f),
                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
                  "INSERT INTO webhook_delivery (webhook, message, type, payload, created_at, "
                  "next_at) SELECT 1, 'm' || i, 't', '{}', i, i FROM n; UPDATE webhook SET pending "
                  "= 9999",
                  &f.e),
          &f.e);
    add(20000);
    ck_assert_int_eq(pending(&f, hook), DELIVERIES_PENDING);
    add(20001);
    ck_assert_int_eq(pending(&f, hook), DELIVERIES_PENDING);
    due = next(30000);
    ck_assert_int_eq(due.created_at, 2); /* the oldest one has been given up */
    due_delivery_release(&due);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM webhook_delivery WHERE error LIKE "
                                     "'given up%' AND created_at = 1"),
                     1);
    ck_ok(store_deliveries_pending(&all, f.store, &f.e), &f.e);
    ck_assert_int_eq(all, DELIVERIES_PENDING);
    d = newest();
    ck_assert_int_eq(d.created_at, 20001);
}
END_TEST

START_TEST(old_ones_go_and_pending_ones_stay)
{
    bool more = true;
    int rounds = 0;

    ck_ok(db_exec(fixture_db(&f),
                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) "
                  "INSERT INTO webhook_delivery (webhook, message, type, payload, created_at, "
                  "delivered_at) SELECT 1, 'm' || i, 't', '{}', i, i FROM n; UPDATE "
                  "webhook_delivery SET delivered_at = NULL, next_at = 5 WHERE id = 3; UPDATE "
                  "webhook SET pending = 1",
                  &f.e),
          &f.e);
    for (; more; rounds++)
        ck_ok(store_delivery_trim(&more, f.store, hook, 100, 0, &f.e), &f.e);
    ck_assert_int_gt(rounds, 1); /* a few at a time */
    ck_assert_int_eq(deliveries(&f, hook), 101);
    ck_assert_int_eq(fixture_int(&f, "SELECT min(id) FROM webhook_delivery WHERE id > 3"), 1101);
    ck_ok(store_delivery_trim(&more, f.store, hook, 100, 1151, &f.e), &f.e); /* by age */
    ck_assert(!more);
    ck_assert_int_eq(fixture_int(&f, "SELECT min(id) FROM webhook_delivery WHERE id > 3"), 1151);
    ck_assert_int_eq(pending(&f, hook), 1);
}
END_TEST

START_TEST(lists_are_of_one_webhook_and_have_pages)
{
    int64_t other = add_webhook(&f, EVENTS_ALL, NULL), before = 0;
    struct delivery_list l;
    struct delivery d;
    int n = 0;

    ck_ok(store_delivery_test(&d, f.store, other, &f.e), &f.e);
    ck_assert_str_eq(d.type, "webhook.test");
    ck_assert_int_eq(d.state, DELIVERY_PENDING);
    for (int i = 0; i < 5; i++)
        add(1000 + i);
    do {
        ck_ok(store_delivery_list(&l, f.store, hook, before, 2, &f.e), &f.e);
        for (int i = 0; i < l.count; i++, n++)
            ck_assert_int_eq(l.items[i].created_at, 1004 - n);
        before = l.count ? l.items[l.count - 1].id : 0;
        delivery_list_release(&l);
    } while (before);
    ck_assert_int_eq(n, 5);
    ck_status(store_delivery_list(&l, f.store, 99, 0, 2, &f.e), ST_NOT_FOUND, &f.e);
    ck_status(store_delivery_test(&d, f.store, 99, &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("delivery");
    TCase *t = tcase_create("delivery");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_delivery_is_due_at_its_time);
    tcase_add_test(t, what_has_been_due_longest_comes_first);
    tcase_add_test(t, attempts_are_shown);
    tcase_add_test(t, without_another_attempt_it_has_failed);
    tcase_add_test(t, a_receiver_that_is_gone_gets_nothing_more);
    tcase_add_test(t, a_record_of_what_was_deleted_does_nothing);
    tcase_add_test(t, pending_deliveries_are_bounded);
    tcase_add_test(t, old_ones_go_and_pending_ones_stay);
    tcase_add_test(t, lists_are_of_one_webhook_and_have_pages);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_webhooks.c - the sender of deliveries with receivers that answer, wait, refuse or are
 * gone. */
#include "server/webhooks/webhooks.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/store/audit.h"
#include "tests/unit/server/store/webhook_fixture.h"
#include "tests/unit/suite.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEADLINE_MS = 30000, MANY = 1000, MESSAGES_MAX = 2000 };

/* A receiver; its number is the host of its URL. */
static struct receiver {
    int status;        /* that it answers; 0: no connection */
    atomic_bool waits; /* it answers only after this has become false, or when it is broken off */
    atomic_int calls, now, most_at_once;
    char (*messages)[MESSAGE_ID_LEN + 1]; /* (MESSAGES_MAX) webhook-id of each call */
} receivers[3];

static struct fixture f;
static struct webhooks *w;
static int64_t hook[3];

static enum status send(struct webhook_reply *reply, const struct webhook_post *post, void *ctx,
                        struct err *e)
{
    struct receiver *r = &receivers[post->url[8] - '0']; /* https://N.example */
    int n = atomic_fetch_add(&r->calls, 1), at_once = atomic_fetch_add(&r->now, 1) + 1;

    (void)ctx;
    if (at_once > atomic_load(&r->most_at_once))
        atomic_store(&r->most_at_once, at_once);
    if (n < MESSAGES_MAX)
        snprintf(r->messages[n], sizeof(r->messages[n]), "%s",
                 post->headers[2] + strlen("webhook-id: "));
    while (atomic_load(&r->waits) && !atomic_load(post->stop))
        (void)poll(NULL, 0, 1);
    atomic_fetch_sub(&r->now, 1);
    if (atomic_load(&r->waits))
        return err_set(e, ST_CANCELLED, "broken off");
    if (!r->status)
        return err_set(e, ST_IO, "nobody listens");
    *reply = (struct webhook_reply){.status = r->status};
    return ST_OK;
}

static void start(void)
{
    const struct webhooks_config c = {
        .timeout_ms = 1000, .keep_deliveries = 1000, .keep_days = 30, .send = send};

    ck_ok(webhooks_start(&w, f.store, &c, &f.e), &f.e);
}

static void stop(void)
{
    webhooks_stop(w);
    w = NULL;
}

static void setup(void)
{
    struct err e = {0};

    ck_ok(log_open(LOG_TEXT, LOG_ERROR, NULL, &e), &e);
    fixture_open(&f);
    for (int i = 0; i < 3; i++) {
        char url[40];
        const struct webhook_submission sub = {
            .url = url, .events = EVENTS_ALL, .max = WEBHOOKS_MAX};
        struct webhook made;

        snprintf(url, sizeof(url), "https://%d.example/hook", i);
        ck_ok(store_webhook_add(&made, f.store, &sub, &f.e), &f.e);
        hook[i] = made.id;
        webhook_release(&made);
        receivers[i] = (struct receiver){.status = 200};
        receivers[i].messages = calloc(MESSAGES_MAX, sizeof(*receivers[i].messages));
        ck_assert_ptr_nonnull(receivers[i].messages);
    }
}

static void teardown(void)
{
    stop();
    for (int i = 0; i < 3; i++)
        free(receivers[i].messages);
    fixture_close(&f);
}

struct filling {
    int64_t webhook;
    int n;
};

static enum status fill(struct db *db, void *ctx, struct err *e)
{
    const struct filling *l = ctx;
    int64_t id;
    enum status st = ST_OK;

    for (int i = 0; !st && i < l->n; i++)
        st = delivery_add(&id, db, l->webhook, EVENT_JOB_FAILED, clock_ms(), "{}", e);
    return st;
}

/* Adds n deliveries to a webhook. */
static void add(int i, int n)
{
    struct filling l = {hook[i], n};

    ck_ok(transaction_write(fixture_db(&f), fill, &l, &f.e), &f.e);
}

static int count(int i, const char *condition)
{
    char sql[200];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM webhook_delivery WHERE webhook = %lld AND %s",
             (long long)hook[i], condition);
    return (int)fixture_int(&f, sql);
}

static void wait_for(int i, const char *condition, int n)
{
    int64_t until = clock_monotonic_ms() + DEADLINE_MS;

    while (count(i, condition) != n && clock_monotonic_ms() < until)
        (void)poll(NULL, 0, 5);
    ck_assert_int_eq(count(i, condition), n);
}

static void wait_for_calls(int i, int n)
{
    int64_t until = clock_monotonic_ms() + DEADLINE_MS;

    while (atomic_load(&receivers[i].calls) < n && clock_monotonic_ms() < until)
        (void)poll(NULL, 0, 5);
    ck_assert_int_ge(atomic_load(&receivers[i].calls), n);
}

/* The next attempts are due now. */
static void hurry(void)
{
    ck_ok(
        db_exec(fixture_db(&f), "UPDATE webhook_delivery SET next_at = 1 WHERE next_at > 1", &f.e),
        &f.e);
}

START_TEST(messages_arrive_in_order)
{
    struct stmt q;
    char message[MESSAGE_ID_LEN + 1];
    struct webhooks_counts c;

    add(0, 50);
    start();
    wait_for(0, "delivered_at NOTNULL", 50);
    ck_assert_int_eq(receivers[0].calls, 50);
    ck_assert_int_eq(receivers[0].most_at_once, 1);
    stmt_open(&q, fixture_db(&f), &f.e, "SELECT message FROM webhook_delivery ORDER BY id");
    for (int i = 0; i < 50; i++) {
        ck_assert(stmt_row(&q));
        stmt_copy(&q, 0, message, sizeof(message));
        ck_assert_str_eq(receivers[0].messages[i], message);
    }
    ck_ok(stmt_close(&q), &f.e);
    ck_assert_int_eq(pending(&f, hook[0]), 0);
    webhooks_read_counts(&c, w);
    ck_assert_uint_eq(c.delivered, 50);
    ck_assert_uint_eq(c.failed + c.retried, 0);
}
END_TEST

START_TEST(one_that_never_answers_holds_up_no_other)
{
    struct webhooks_counts c;

    atomic_store(&receivers[1].waits, true);
    receivers[2].status = 0;
    start();
    for (int i = 0; i < 3; i++)
        add(i, MANY);
    wait_for(0, "delivered_at NOTNULL", MANY);
    wait_for(2, "attempts = 1", MANY);
    ck_assert_int_eq(atomic_load(&receivers[1].calls), 1);
    ck_assert_int_eq(receivers[0].most_at_once, 1);
    ck_assert_int_eq(receivers[2].most_at_once, 1);
    ck_assert_int_eq(count(2, "error = 'nobody listens' AND next_at > last_at + 4999"), MANY);
    ck_assert_int_eq(pending(&f, hook[1]), MANY);
    webhooks_read_counts(&c, w);
    ck_assert_uint_eq(c.retried, MANY);
    stop(); /* at once, although one waits */
    ck_assert_int_eq(count(1, "attempts > 0"), 0);
}
END_TEST

START_TEST(what_failed_is_sent_again_with_its_id)
{
    receivers[0].status = 500;
    add(0, 1);
    start();
    wait_for(0, "attempts = 1", 1);
    ck_assert_int_eq(count(0, "next_at NOTNULL AND response_code = 500"), 1);
    receivers[0].status = 204;
    hurry();
    wait_for(0, "delivered_at NOTNULL AND attempts = 2", 1);
    ck_assert_int_eq(receivers[0].calls, 2);
    ck_assert_str_eq(receivers[0].messages[0], receivers[0].messages[1]);
}
END_TEST

START_TEST(a_day_later_it_has_failed)
{
    struct webhooks_counts c;

    receivers[0].status = 500;
    add(0, 1);
    ck_ok(db_exec(fixture_db(&f), "UPDATE webhook_delivery SET created_at = 1", &f.e), &f.e);
    start();
    wait_for(0, "next_at IS NULL AND delivered_at IS NULL", 1);
    ck_assert_int_eq(receivers[0].calls, 1);
    webhooks_read_counts(&c, w);
    ck_assert_uint_eq(c.failed, 1);
    ck_assert_int_eq(pending(&f, hook[0]), 0);
}
END_TEST

START_TEST(a_receiver_that_is_gone_is_left_alone)
{
    const struct audit_filter by = {.key = "webhook-receiver"};
    int64_t until = clock_monotonic_ms() + DEADLINE_MS;
    struct audit_list l = {0};

    receivers[0].status = 410;
    add(0, 5);
    start();
    wait_for(0, "next_at IS NULL", 5);
    ck_assert_int_eq(receivers[0].calls, 1);
    do {
        audit_list_release(&l);
        ck_ok(store_audit_list(&l, f.store, &by, 5, &f.e), &f.e);
    } while (l.count == 0 && clock_monotonic_ms() < until);
    ck_assert_int_eq(l.count, 1);
    ck_assert_str_eq(l.items[0].action, "disable");
    audit_list_release(&l);
}
END_TEST

START_TEST(what_was_broken_off_is_sent_by_the_next_process)
{
    atomic_store(&receivers[0].waits, true);
    add(0, 1);
    start();
    wait_for_calls(0, 1);
    stop();
    ck_assert_int_eq(count(0, "attempts = 0 AND next_at NOTNULL"), 1);
    atomic_store(&receivers[0].waits, false);
    start();
    wait_for(0, "delivered_at NOTNULL", 1);
    ck_assert_str_eq(receivers[0].messages[0], receivers[0].messages[1]);
}
END_TEST

START_TEST(a_webhook_may_be_deleted_while_it_is_sent_to)
{
    atomic_store(&receivers[0].waits, true);
    add(0, 3);
    start();
    wait_for_calls(0, 1);
    ck_ok(store_webhook_delete(f.store, hook[0], &f.e), &f.e);
    atomic_store(&receivers[0].waits, false);
    add(1, 1); /* the others go on */
    wait_for(1, "delivered_at NOTNULL", 1);
    ck_assert_int_eq(receivers[0].calls, 1);
    ck_assert_int_eq(count(0, "1"), 0);
}
END_TEST

static enum status hold(struct db *db, void *ctx, struct err *e)
{
    int64_t until = clock_monotonic_ms() + 700; /* for two more looks */

    (void)db;
    (void)e;
    (void)ctx;
    atomic_store(&receivers[0].waits, false);
    while (clock_monotonic_ms() < until)
        (void)poll(NULL, 0, 5);
    return ST_OK;
}

START_TEST(what_cannot_be_recorded_yet_is_not_sent_anew)
{
    atomic_store(&receivers[0].waits, true);
    add(0, 1);
    start();
    wait_for_calls(0, 1);
    ck_ok(transaction_write(fixture_db(&f), hold, NULL, &f.e), &f.e); /* nobody else writes */
    wait_for(0, "delivered_at NOTNULL", 1);
    ck_assert_int_eq(receivers[0].calls, 1);
}
END_TEST

START_TEST(old_deliveries_are_removed)
{
    ck_ok(db_exec(fixture_db(&f),
                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
                  "INSERT INTO webhook_delivery (webhook, message, type, payload, created_at, "
                  "delivered_at) SELECT 1, 'm' || i, 't', '{}', 9999999999999, 5 FROM n",
                  &f.e),
          &f.e);
    start();
    wait_for(0, "1", 1000);
}
END_TEST

START_TEST(counts_of_nothing_are_zero)
{
    struct webhooks_counts c = {.delivered = 5};

    webhooks_read_counts(&c, NULL);
    ck_assert_uint_eq(c.delivered, 0);
    webhooks_stop(NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("webhooks");
    TCase *t = tcase_create("webhooks");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, messages_arrive_in_order);
    tcase_add_test(t, one_that_never_answers_holds_up_no_other);
    tcase_add_test(t, what_failed_is_sent_again_with_its_id);
    tcase_add_test(t, a_day_later_it_has_failed);
    tcase_add_test(t, a_receiver_that_is_gone_is_left_alone);
    tcase_add_test(t, what_was_broken_off_is_sent_by_the_next_process);
    tcase_add_test(t, a_webhook_may_be_deleted_while_it_is_sent_to);
    tcase_add_test(t, what_cannot_be_recorded_yet_is_not_sent_anew);
    tcase_add_test(t, old_deliveries_are_removed);
    tcase_add_test(t, counts_of_nothing_are_zero);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_webhook.c - webhooks are made, listed and deleted. */
#include "tests/unit/server/store/webhook_fixture.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

START_TEST(a_webhook_comes_back_as_it_was_made)
{
    const struct webhook_submission sub = {.url = "https://example.com/a?b=c",
                                           .names = "sales-*",
                                           .events =
                                               1 << EVENT_JOB_FAILED | 1 << EVENT_ANOMALY_DETECTED,
                                           .max = 1};
    struct webhook made, back;

    ck_ok(store_webhook_add(&made, f.store, &sub, &f.e), &f.e);
    ck_ok(store_webhook_get(&back, f.store, made.id, &f.e), &f.e);
    ck_assert_str_eq(back.url, sub.url);
    ck_assert_str_eq(back.names, "sales-*");
    ck_assert_uint_eq(back.events, sub.events);
    ck_assert_mem_eq(back.secret, made.secret, sizeof(back.secret));
    ck_assert_int_eq(back.disabled_at, 0);
    ck_assert_int_eq(back.pending, 0);
    ck_assert_int_gt(back.created_at, 0);
    webhook_release(&made);
    webhook_release(&back);
    ck_assert_ptr_null(back.url);
}
END_TEST

START_TEST(each_has_a_secret_of_its_own)
{
    struct webhook_list l;

    (void)add_webhook(&f, EVENTS_ALL, NULL);
    (void)add_webhook(&f, EVENTS_ALL, NULL);
    ck_ok(store_webhook_list(&l, f.store, 0, 10, &f.e), &f.e);
    ck_assert_int_eq(l.count, 2);
    ck_assert_mem_ne(l.items[0].secret, l.items[1].secret, WEBHOOK_SECRET_BYTES);
    webhook_list_release(&l);
}
END_TEST

START_TEST(there_are_at_most_so_many)
{
    struct webhook_submission sub = {.url = "https://a.example", .events = 1, .max = 2};
    struct webhook w;

    (void)add_webhook(&f, EVENTS_ALL, NULL);
    (void)add_webhook(&f, EVENTS_ALL, NULL);
    ck_status(store_webhook_add(&w, f.store, &sub, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "max_webhooks"));
    sub.max = 1000; /* of a configuration that allows more than there may be */
    for (int i = 2; i < WEBHOOKS_MAX; i++)
        (void)add_webhook(&f, EVENTS_ALL, NULL);
    ck_status(store_webhook_add(&w, f.store, &sub, &f.e), ST_CONFLICT, &f.e);
}
END_TEST

START_TEST(lists_go_on_after_a_number)
{
    struct webhook_list l;
    int64_t first = add_webhook(&f, EVENTS_ALL, NULL);

    (void)add_webhook(&f, EVENTS_ALL, "b*");
    (void)add_webhook(&f, EVENTS_ALL, "c*");
    ck_ok(store_webhook_list(&l, f.store, first, 1, &f.e), &f.e);
    ck_assert_int_eq(l.count, 1);
    ck_assert_str_eq(l.items[0].names, "b*");
    webhook_list_release(&l);
}
END_TEST

START_TEST(a_deleted_webhook_takes_its_deliveries_along)
{
    int64_t gone = add_webhook(&f, EVENTS_ALL, NULL), stays = add_webhook(&f, EVENTS_ALL, NULL);
    struct delivery d;
    struct webhook w;

    ck_ok(store_delivery_test(&d, f.store, gone, &f.e), &f.e);
    ck_ok(store_delivery_test(&d, f.store, stays, &f.e), &f.e);
    ck_ok(store_webhook_delete(f.store, gone, &f.e), &f.e);
    ck_assert_int_eq(deliveries(&f, gone), 0);
    ck_assert_int_eq(deliveries(&f, stays), 1);
    ck_status(store_webhook_get(&w, f.store, gone, &f.e), ST_NOT_FOUND, &f.e);
    ck_status(store_webhook_delete(f.store, gone, &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_int_gt(add_webhook(&f, EVENTS_ALL, NULL), stays); /* no number is used again */
}
END_TEST

START_TEST(a_damaged_secret_is_reported)
{
    int64_t id = add_webhook(&f, EVENTS_ALL, NULL);
    struct webhook w;

    ck_ok(db_exec(fixture_db(&f), "UPDATE webhook SET secret = zeroblob(2)", &f.e), &f.e);
    ck_status(store_webhook_get(&w, f.store, id, &f.e), ST_CORRUPT, &f.e);
    ck_assert_ptr_null(w.url);
}
END_TEST

START_TEST(types_have_names)
{
    enum event_type type;

    for (int i = 0; i < EVENT_TYPES; i++) {
        ck_assert(event_from_name(&type, event_name((enum event_type)i)));
        ck_assert_int_eq((int)type, i);
    }
    ck_assert(!event_from_name(&type, "webhook.test")); /* nobody chooses it */
    ck_assert(!event_from_name(&type, ""));
    ck_assert(!event_from_name(&type, "job"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("webhook");
    TCase *t = tcase_create("webhook");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_webhook_comes_back_as_it_was_made);
    tcase_add_test(t, each_has_a_secret_of_its_own);
    tcase_add_test(t, there_are_at_most_so_many);
    tcase_add_test(t, lists_go_on_after_a_number);
    tcase_add_test(t, a_deleted_webhook_takes_its_deliveries_along);
    tcase_add_test(t, a_damaged_secret_is_reported);
    tcase_add_test(t, types_have_names);
    suite_add_tcase(s, t);
    return suite_run(s);
}

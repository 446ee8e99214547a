/* test_source.c - sources of data sets in the store: stored, replaced, taken back, ended. */
#include "server/store/source.h"

#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct fixture f;
static struct source r;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    source_release(&r);
    fixture_close(&f);
}

static int64_t put(const char *spec, const char *identity, const struct precondition *pre)
{
    const struct source_submission sub = {.name = "d",
                                          .spec = spec,
                                          .parameters = "{\"target\":\"a\"}",
                                          .identity = identity,
                                          .every = 60000,
                                          .precondition = pre};

    source_release(&r);
    ck_ok(store_source_put(&r, f.store, &sub, &f.e), &f.e);
    return r.token;
}

static void know_content(void)
{
    r.fetched_at = r.requested_at;
    r.position = 77;
    r.next_at = r.requested_at + 1000;
    strcpy(r.etag, "\"v1\"");
    ck_ok(store_source_finish(f.store, &r, &f.e), &f.e);
}

START_TEST(a_source_is_stored_due_at_once)
{
    int64_t token = put("{\"url\":1}", "i", NULL);

    ck_assert_str_eq(r.name, "d");
    ck_assert_str_eq(r.spec, "{\"url\":1}");
    ck_assert_str_eq(r.parameters, "{\"target\":\"a\"}");
    ck_assert_int_eq(r.next_at, r.requested_at);
    ck_assert_int_eq(r.fetched_at, 0);
    source_release(&r);
    ck_ok(store_source_get(&r, f.store, "d", &f.e), &f.e);
    ck_assert_int_eq(r.token, token);
    source_release(&r);
    ck_status(store_source_get(&r, f.store, "e", &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(the_same_source_again_keeps_what_is_known)
{
    int64_t token = put("{\"a\":1}", "same", NULL), created = r.created_at;

    know_content();
    ck_assert_int_gt(put("{\"a\":2}", "same", NULL), token);
    ck_assert_str_eq(r.etag, "\"v1\"");
    ck_assert_int_eq(r.position, 77);
    ck_assert_int_eq(r.created_at, created);
    put("{\"a\":3}", "another", NULL);
    ck_assert_str_eq(r.etag, "");
    ck_assert_int_eq(r.position, 0);
}
END_TEST

START_TEST(a_replacement_is_taken_back)
{
    int64_t first = put("{\"a\":1}", "i", NULL), second = put("{\"a\":2}", "j", NULL);

    ck_ok(store_source_undo(f.store, "d", first, &f.e), &f.e); /* not in force: nothing */
    source_release(&r);
    ck_ok(store_source_get(&r, f.store, "d", &f.e), &f.e);
    ck_assert_str_eq(r.spec, "{\"a\":2}");
    ck_ok(store_source_undo(f.store, "d", second, &f.e), &f.e);
    source_release(&r);
    ck_ok(store_source_get(&r, f.store, "d", &f.e), &f.e);
    ck_assert_str_eq(r.spec, "{\"a\":1}");
    ck_assert_str_eq(r.identity, "i");
    ck_assert_int_eq(r.every, 60000);
    ck_ok(store_source_undo(f.store, "d", r.token, &f.e), &f.e);
    source_release(&r);
    ck_status(store_source_get(&r, f.store, "d", &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(a_condition_is_on_the_data_set)
{
    struct precondition none = {.none_match = {.any = true}};
    const struct source_submission sub = {.name = "d",
                                          .spec = "{}",
                                          .parameters = "{}",
                                          .identity = "i",
                                          .every = 1,
                                          .precondition = &none};

    put("{}", "i", &none);
    source_release(&r);
    put_series(&f, "d", FREQ_M, 0, 3, 1.0);
    ck_status(store_source_put(&r, f.store, &sub, &f.e), ST_PRECONDITION, &f.e);
}
END_TEST

START_TEST(content_of_a_client_and_deletion_end_it)
{
    put("{}", "i", NULL);
    put_series(&f, "d", FREQ_M, 0, 3, 1.0);
    source_release(&r);
    ck_status(store_source_get(&r, f.store, "d", &f.e), ST_NOT_FOUND, &f.e);
    put("{}", "i", NULL);
    ck_ok(store_dataset_delete(f.store, "d", &f.e), &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM dataset_source"), 0);
    put("{}", "i", NULL);
    ck_ok(store_source_delete(f.store, "d", &f.e), &f.e);
    ck_status(store_source_delete(f.store, "d", &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("source");
    TCase *t = tcase_create("source");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_source_is_stored_due_at_once);
    tcase_add_test(t, the_same_source_again_keeps_what_is_known);
    tcase_add_test(t, a_replacement_is_taken_back);
    tcase_add_test(t, a_condition_is_on_the_data_set);
    tcase_add_test(t, content_of_a_client_and_deletion_end_it);
    suite_add_tcase(s, t);
    return suite_run(s);
}

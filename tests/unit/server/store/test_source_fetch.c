/* test_source_fetch.c - claims of sources, results of fetches, and who may write their content. */
#include "server/store/source.h"
#include "server/store/state.h"

#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct fixture f;
static struct source r;
static bool found;
static int64_t next;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    source_release(&r);
    fixture_close(&f);
}

static void put(const char *name)
{
    const struct source_submission sub = {
        .name = name, .spec = "{}", .parameters = "{}", .identity = "i", .every = 60000};

    source_release(&r);
    ck_ok(store_source_put(&r, f.store, &sub, &f.e), &f.e);
}

static void claim_next(void)
{
    source_release(&r);
    ck_ok(store_source_claim(&r, &found, &next, f.store, 100000, &f.e), &f.e);
}

START_TEST(a_source_is_claimed_once)
{
    int64_t now = clock_ms();

    claim_next();
    ck_assert(!found && next == INT64_MAX);
    put("a");
    put("b");
    claim_next();
    ck_assert(found);
    ck_assert_str_eq(r.name, "a");
    claim_next();
    ck_assert_str_eq(r.name, "b");
    claim_next();
    ck_assert(!found);
    ck_assert_int_ge(next, now + 100000);
    /* The process dies. Only one that has the database to itself knows that. */
    ck_ok(store_source_take_back(f.store, &f.e), &f.e);
    claim_next();
    ck_assert(!found);
    f.store->exclusive = true;
    ck_ok(store_source_take_back(f.store, &f.e), &f.e);
    f.store->exclusive = false;
    claim_next();
    ck_assert(found);
}
END_TEST

START_TEST(a_result_ends_the_claim)
{
    int64_t all, failing;

    put("a");
    claim_next();
    r.next_at = clock_ms() + 50000;
    r.failures = 2;
    r.error = strdup("{\"status\":422}");
    strcpy(r.modified, "yesterday");
    ck_ok(store_source_finish(f.store, &r, &f.e), &f.e);
    claim_next();
    ck_assert(!found);
    ck_ok(store_source_get(&r, f.store, "a", &f.e), &f.e);
    ck_assert_int_eq(r.until, 0);
    ck_assert_int_eq(r.failures, 2);
    ck_assert_str_eq(r.error, "{\"status\":422}");
    ck_assert_str_eq(r.modified, "yesterday");
    ck_assert_int_eq(next, r.next_at);
    ck_ok(store_source_counts(&all, &failing, f.store, &f.e), &f.e);
    ck_assert(all == 1 && failing == 1);
    source_release(&r);
    ck_ok(store_source_request(&r, f.store, "a", &f.e), &f.e);
    claim_next();
    ck_assert(found);
    source_release(&r);
    ck_status(store_source_request(&r, f.store, "b", &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(only_a_source_in_force_writes)
{
    struct series_set s = series_of("s", FREQ_M, 0, 3, 1.0),
                      more = series_of("s", FREQ_M, 3, 2, 1.0);
    struct source stale;
    bool created;

    put("d");
    claim_next();
    stale = r;
    r = (struct source){0};
    ck_ok(store_source_act(f.store, stale.token, &f.e), &f.e);
    ck_ok(store_dataset_put_series(f.store, "d", &s, NULL, &created, &f.e), &f.e);
    ck_ok(store_dataset_append_series(f.store, "d", &more, &wide, &f.e), &f.e);
    put("d"); /* replaced meanwhile */
    ck_status(store_dataset_put_series(f.store, "d", &s, NULL, &created, &f.e), ST_CONFLICT, &f.e);
    ck_status(store_dataset_append_series(f.store, "d", &more, &wide, &f.e), ST_CONFLICT, &f.e);
    stale.failures = 9;
    ck_ok(store_source_finish(f.store, &stale, &f.e), &f.e);
    ck_ok(store_source_act(f.store, 0, &f.e), &f.e);
    source_release(&r);
    ck_ok(store_source_get(&r, f.store, "d", &f.e), &f.e);
    ck_assert_int_eq(r.failures, 0);
    source_release(&stale);
    series_set_release(&s);
    series_set_release(&more);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("source_fetch");
    TCase *t = tcase_create("source_fetch");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_source_is_claimed_once);
    tcase_add_test(t, a_result_ends_the_claim);
    tcase_add_test(t, only_a_source_in_force_writes);
    suite_add_tcase(s, t);
    return suite_run(s);
}

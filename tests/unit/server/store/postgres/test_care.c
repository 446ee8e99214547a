/* test_care.c - space, time and health of a PostgreSQL database. */
#include "server/base/clock.h"
#include "server/store/file_limit.h"
#include "server/store/postgres/care.h"
#include "server/store/state.h"
#include "tests/unit/server/store/postgres/server_suite.h"

#include <stdlib.h>
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

START_TEST(only_what_is_stored_is_used)
{
    int64_t used = -1;

    ck_ok(postgres_used_bytes(&used, fixture_db(&f), &f.e), &f.e);
    ck_assert_int_eq(used, 0);
    put_series(&f, "x", FREQ_M, 0, 1000, 0.0);
    ck_ok(postgres_used_bytes(&used, fixture_db(&f), &f.e), &f.e);
    ck_assert_int_eq(used, 8000);
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    ck_ok(postgres_used_bytes(&used, fixture_db(&f), &f.e), &f.e);
    ck_assert_int_eq(used, 0);
}
END_TEST

START_TEST(what_is_beyond_the_limit_is_refused_whole)
{
    struct series_set s = series_of("s", FREQ_M, 0, 2000, 0.0);
    bool created;

    f.store->max_bytes = 10000;
    put_series(&f, "x", FREQ_M, 0, 1000, 0.0);
    ck_status(store_dataset_put_series(f.store, "y", &s, NULL, &created, &f.e), ST_FULL, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "max_database_bytes"));
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM dataset"), 1);
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    put_series(&f, "x", FREQ_M, 0, 1000, 0.0);
    series_set_release(&s);
}
END_TEST

START_TEST(the_tables_have_a_size)
{
    int64_t datasets, models, versions, bytes = 0;

    ck_ok(store_totals(&datasets, &models, &versions, &bytes, f.store, &f.e), &f.e);
    ck_assert_int_gt(bytes, 8192);
}
END_TEST

START_TEST(the_clock_is_the_servers)
{
    int64_t far = postgres_clock_ms(fixture_db(&f)) - clock_ms();

    ck_assert_int_lt(llabs(far), 10000); /* the server is on this machine */
}
END_TEST

START_TEST(every_change_of_the_keys_is_noticed)
{
    const struct access who = {.name = "n", .scopes = 1};
    char text[KEY_TEXT_LEN + 1];
    int64_t before, after;
    struct key k;

    ck_ok(postgres_data_version(&before, fixture_db(&f), &f.e), &f.e);
    ck_ok(store_key_add(text, &k, f.store, &who, &f.e), &f.e);
    ck_ok(postgres_data_version(&after, fixture_db(&f), &f.e), &f.e);
    ck_assert_int_ne(after, before);
    ck_ok(store_key_revoke(f.store, "n", &f.e), &f.e);
    ck_ok(postgres_data_version(&before, fixture_db(&f), &f.e), &f.e);
    ck_assert_int_ne(after, before);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("care");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, only_what_is_stored_is_used);
    tcase_add_test(t, what_is_beyond_the_limit_is_refused_whole);
    tcase_add_test(t, the_tables_have_a_size);
    tcase_add_test(t, the_clock_is_the_servers);
    tcase_add_test(t, every_change_of_the_keys_is_noticed);
    suite_add_tcase(s, t);
    return server_suite_run(s);
}

/* test_state.c - the stamps of data sets. */
#include "server/store/state.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

START_TEST(a_new_state_has_a_driver_and_no_connection)
{
    struct store *s = NULL;

    ck_ok(state_new(&s, &sqlite_driver, &f.e), &f.e);
    ck_assert_ptr_eq(s->driver, &sqlite_driver);
    ck_assert_ptr_null(s->connections);
    ck_assert_ptr_null(s->keys);
    state_free(s);
}
END_TEST

START_TEST(each_commit_gives_a_data_set_another_stamp)
{
    uint64_t x = store_data_stamp(f.store, "x"), y = store_data_stamp(f.store, "y");

    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    ck_assert_uint_ne(store_data_stamp(f.store, "x"), x);
    ck_assert_uint_eq(store_data_stamp(f.store, "y"), y);
    x = store_data_stamp(f.store, "x");
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    ck_assert_uint_ne(store_data_stamp(f.store, "x"), x);
}
END_TEST

START_TEST(a_refused_change_keeps_the_stamp)
{
    uint64_t x = store_data_stamp(f.store, "x");

    ck_status(store_dataset_delete(f.store, "x", &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_uint_eq(store_data_stamp(f.store, "x"), x);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("state");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_new_state_has_a_driver_and_no_connection);
    tcase_add_test(t, each_commit_gives_a_data_set_another_stamp);
    tcase_add_test(t, a_refused_change_keeps_the_stamp);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_series_load.c - stored series are listed and loaded. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

START_TEST(a_panel_is_listed_in_its_order)
{
    struct series_set s = series_of("0", FREQ_D, 0, 1, 0.0);
    struct series_info_list l;
    bool created;
    int64_t id;
    char name[16];

    for (int i = 1; i < 25; i++) {
        snprintf(name, sizeof(name), "%d", i * 7 % 25);
        series_more(&s, name, FREQ_D, i, 1, 0.0);
    }
    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    id = dataset_id(&f, "x");
    for (int at = 0; at < 30; at += 10) {
        ck_ok(store_series_list(&l, f.store, id, at, 10, &f.e), &f.e);
        ck_assert_int_eq(l.count, at < 20 ? 10 : 5);
        for (int i = 0; i < l.count; i++)
            ck_assert_str_eq(l.items[i].id, s.items[at + i].id);
        series_info_list_release(&l);
    }
    ck_ok(store_series_list(&l, f.store, id, 25, 10, &f.e), &f.e);
    ck_assert_int_eq(l.count, 0);
    series_info_list_release(&l);
    series_set_release(&s);
}
END_TEST

START_TEST(a_data_set_that_is_gone_is_not_found)
{
    struct series_set s;
    struct series_info_list l;
    int64_t id;

    put_series(&f, "x", FREQ_M, 0, 3, 1.0);
    id = dataset_id(&f, "x");
    ck_ok(store_series_load(&s, f.store, id, &f.e), &f.e);
    ck_assert_int_eq(s.items[0].length, 3);
    series_set_release(&s);
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    ck_status(store_series_load(&s, f.store, id, &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_int_eq(s.count, 0);
    ck_ok(store_series_list(&l, f.store, id, 0, 10, &f.e), &f.e);
    ck_assert_int_eq(l.count, 0);
    series_info_list_release(&l);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("series_load");
    TCase *t = tcase_create("series_load");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_panel_is_listed_in_its_order);
    tcase_add_test(t, a_data_set_that_is_gone_is_not_found);
    suite_add_tcase(s, t);
    return suite_run(s);
}

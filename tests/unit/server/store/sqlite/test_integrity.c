/* test_integrity.c - what SQLite's own checks find in a file. */
#include "server/store/sqlite/integrity.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static char said[2048];

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    said[0] = '\0';
}

static void teardown(void)
{
    fixture_close(&f);
}

static void note(void *ctx, const char *where, const char *what)
{
    size_t used = strlen(said);

    (void)ctx;
    snprintf(said + used, sizeof(said) - used, "%s: %s\n", where, what);
}

START_TEST(a_whole_file_has_no_damage)
{
    put_series(&f, "x", FREQ_M, 0, 5000, 0.0);
    ck_ok(sqlite_check(fixture_db(&f), note, NULL, &f.e), &f.e);
    ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(a_reference_to_nothing_names_both_tables)
{
    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    ck_ok(db_exec(fixture_db(&f), "PRAGMA foreign_keys = OFF; DELETE FROM dataset", &f.e), &f.e);
    ck_ok(sqlite_check(fixture_db(&f), note, NULL, &f.e), &f.e);
    ck_assert_ptr_nonnull(strstr(said, "series: row 1 refers to a row of dataset"));
}
END_TEST

START_TEST(an_index_without_its_rows_is_damage)
{
    struct db *db = fixture_db(&f);

    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    ck_ok(db_exec(db,
                  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT "
                  "rootpage FROM sqlite_schema WHERE name = 'job_by_turn') WHERE name = "
                  "'dataset_by_key'; PRAGMA writable_schema = OFF",
                  &f.e),
          &f.e);
    store_close(f.store);
    fixture_store(&f);
    ck_ok(sqlite_check(fixture_db(&f), note, NULL, &f.e), &f.e);
    ck_assert_ptr_nonnull(strstr(said, "file: "));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("integrity");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_whole_file_has_no_damage);
    tcase_add_test(t, a_reference_to_nothing_names_both_tables);
    tcase_add_test(t, an_index_without_its_rows_is_damage);
    suite_add_tcase(s, t);
    return suite_run(s);
}

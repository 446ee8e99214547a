/* test_migrate_chunks.c - migration 0012: large chunks become chunks of bounded size. */
#include "tests/unit/server/store/sqlite/old_file.h"
#include "tests/unit/suite.h"

#include <sqlite3.h>
#include <stdio.h>

static struct fixture f;

static void setup(void)
{
    fixture_folder(&f);
}

static void teardown(void)
{
    store_close(f.store);
    f.store = NULL;
    fixture_remove(&f);
}

static const struct {
    int columns, rows;
} shapes[] = {{1, 1},      {1, 4096},   {1, 9000},       {2, 4097}, {3, 8192},
              {16, 5000},  {17, 4096},  {200, 31},       {200, 32}, {200, WIDE_ROWS},
              {256, 4097}, {255, 4095}, {COLUMNS_MAX, 1}};
enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

START_TEST(large_chunks_are_cut)
{
    int columns = shapes[_i % SHAPES].columns, length = shapes[_i % SHAPES].rows;
    struct series_set more = {.count = 0};

    old_file_make(f.file, _i < SHAPES ? 11 : 1);
    old_file_add_wide(f.file, columns, length);
    fixture_store(&f);
    old_file_check_wide(&f, columns, length);
    ck_assert_int_eq(
        fixture_int(&f, "SELECT count(*) FROM series_chunk WHERE length(rows) > 65536"), 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'old_*' "
                                     "OR name GLOB 'new_*'"),
                     0);
    fixture_check_file(&f);
    /* what is appended goes on where the last chunk ends */
    ck_ok(store_series_load(&more, f.store, WIDE_ID, &f.e), &f.e);
    more.items[0].length = 1;
    more.items[0].time.start = length;
    for (int k = 0; k < columns; k++)
        more.items[0].values[k] = old_file_wide_value(length, k);
    ck_ok(store_dataset_append_series(f.store, "wide", &more, &wide, &f.e), &f.e);
    series_set_release(&more);
    old_file_check_wide(&f, columns, length + 1);
}
END_TEST

/* A chunk of the wrong size stays a damage of its series; the others and the daemon go on. */
START_TEST(a_damaged_chunk_stays_noticed)
{
    static const int bytes[] = {
        0, 7, 1600, 8 * 200 * OLD_ROWS - 8, 8 * 200 * OLD_ROWS + 8, 9 * 200 * OLD_ROWS};
    struct tagged_set t;
    struct series_set s;
    sqlite3 *h = NULL;
    char sql[96];

    old_file_make(f.file, 11);
    old_file_add_wide(f.file, WIDE_COLUMNS, WIDE_ROWS);
    ck_assert_int_eq(sqlite3_open(f.file, &h), SQLITE_OK);
    snprintf(sql, sizeof(sql),
             "UPDATE series_chunk SET rows = zeroblob(%d) WHERE series = 77 AND chunk = 1",
             bytes[_i]);
    old_file_run(h, sql);
    sqlite3_close(h);
    fixture_store(&f);
    ck_status(store_series_load(&s, f.store, WIDE_ID, &f.e), ST_CORRUPT, &f.e);
    ck_ok(store_tagged_load(&t, f.store, dataset_id(&f, "words"), &f.e), &f.e);
    tagged_set_release(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("migrate_chunks");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, large_chunks_are_cut, 0, 2 * SHAPES);
    tcase_add_loop_test(t, a_damaged_chunk_stays_noticed, 0, 6);
    suite_add_tcase(s, t);
    return suite_run(s);
}

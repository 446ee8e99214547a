/* test_chunk.c - rows in chunks: bounds, appending, merging, reading, and damage. */
#include "server/store/chunk.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 2, MOST = 9000 };

static struct fixture f;
static struct db *db;
static int64_t id; /* of the one series */
static double rows[MOST * COLUMNS];

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "x", FREQ_INDEX, 0, 0, 0);
    db = fixture_db(&f);
    id = fixture_int(&f, "SELECT id FROM series");
    for (int i = 0; i < MOST * COLUMNS; i++)
        rows[i] = i;
}

static void teardown(void)
{
    fixture_close(&f);
}

static const struct stored_rows *stored(int64_t length)
{
    static struct stored_rows rows_there;

    rows_there = (struct stored_rows){id, length, COLUMNS};
    return &rows_there;
}

static void append(int64_t length, int64_t n)
{
    ck_ok(chunk_append(db, stored(length), rows + length * COLUMNS, n, &f.e), &f.e);
}

/* The first n rows are those that were put in. */
static void check(int64_t n)
{
    struct series s = {.id = "s", .length = (int)n};

    ck_ok(chunk_load(&s, db, id, COLUMNS, &f.e), &f.e);
    ck_assert_mem_eq(s.values, rows, (size_t)n * COLUMNS * sizeof(double));
    free(s.values);
}

static int64_t chunks(void)
{
    return fixture_int(&f, "SELECT count(*) FROM series_chunk");
}

START_TEST(a_chunk_has_both_bounds)
{
    ck_assert_int_eq(chunk_rows(1), CHUNK_ROWS_MAX);
    ck_assert_int_eq(chunk_rows(2), CHUNK_ROWS_MAX);
    ck_assert_int_eq(chunk_rows(3), CHUNK_ROWS_MAX / 2);
    ck_assert_int_eq(chunk_rows(1000), 8);
    ck_assert_int_eq(chunk_rows(1 << 20), 1);
}
END_TEST

/* In parts that end before, at and behind the end of a chunk. */
START_TEST(rows_go_on_where_they_ended)
{
    int64_t whole = chunk_rows(COLUMNS), length = 0;
    const int64_t parts[] = {1, whole - 1, whole, 1, whole - 2, 1, 1};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && length + parts[i] <= MOST; i++) {
        append(length, parts[i]);
        length += parts[i];
        check(length);
        ck_assert_int_eq(chunks(), (length + whole - 1) / whole);
    }
}
END_TEST

START_TEST(one_chunk_is_read)
{
    int64_t whole = chunk_rows(COLUMNS), n = -1;
    double *block = malloc((size_t)whole * COLUMNS * sizeof(double));

    ck_assert_ptr_nonnull(block);
    append(0, whole + 3);
    ck_ok(chunk_read(block, &n, db, stored(whole + 3), 1, &f.e), &f.e);
    ck_assert_int_eq(n, 3);
    ck_assert_mem_eq(block, rows + whole * COLUMNS, 3 * COLUMNS * sizeof(double));
    ck_ok(chunk_read(block, &n, db, stored(whole + 3), 2, &f.e), &f.e);
    ck_assert_int_eq(n, 0);
    free(block);
}
END_TEST

/* Rows are open as long as no target has a value; covariates do not count. */
START_TEST(open_rows_are_counted_from_the_end)
{
    int64_t whole = chunk_rows(COLUMNS), length = whole + 4, open = -1;

    for (int64_t i = whole - 2; i < length; i++)
        rows[i * COLUMNS] = NAN;
    append(0, length);
    ck_ok(chunk_count_open(&open, db, stored(length), 1, &f.e), &f.e);
    ck_assert_int_eq(open, 6);
    ck_ok(chunk_count_open(&open, db, stored(length), 2, &f.e), &f.e);
    ck_assert_int_eq(open, 0);
    ck_ok(chunk_count_open(&open, db, stored(0), 1, &f.e), &f.e);
    ck_assert_int_eq(open, 0);
}
END_TEST

/* Known values replace the stored ones; missing values change nothing. */
START_TEST(known_values_are_merged_across_chunks)
{
    int64_t whole = chunk_rows(COLUMNS), length = whole + 4, missing = 0;
    double more[4 * COLUMNS] = {-1, NAN, NAN, -2, -3, -4, NAN, NAN};

    rows[(whole - 2) * COLUMNS] = NAN;
    rows[whole * COLUMNS + 1] = NAN;
    append(0, length);
    ck_ok(chunk_merge(&missing, db, stored(length), whole - 2, more, 4, &f.e), &f.e);
    ck_assert_int_eq(missing, 2);
    for (int i = 0; i < 4 * COLUMNS; i++)
        if (!isnan(more[i]))
            rows[(whole - 2) * COLUMNS + i] = more[i];
    check(length);
}
END_TEST

START_TEST(chunks_of_another_size_are_damage)
{
    struct series s = {.id = "s", .length = 6};
    double block[8 * COLUMNS];
    int64_t n;

    append(0, 5);
    ck_status(chunk_load(&s, db, id, COLUMNS, &f.e), ST_CORRUPT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "incomplete"));
    free(s.values);
    s.length = 4;
    ck_status(chunk_load(&s, db, id, COLUMNS, &f.e), ST_CORRUPT, &f.e);
    free(s.values);
    ck_status(chunk_read(block, &n, db, stored(6), 0, &f.e), ST_CORRUPT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "chunk 0 of series"));
    ck_status(chunk_append(db, stored(6), rows, 1, &f.e), ST_CORRUPT, &f.e);
    check(5);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("chunk");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_chunk_has_both_bounds);
    tcase_add_test(t, rows_go_on_where_they_ended);
    tcase_add_test(t, one_chunk_is_read);
    tcase_add_test(t, open_rows_are_counted_from_the_end);
    tcase_add_test(t, known_values_are_merged_across_chunks);
    tcase_add_test(t, chunks_of_another_size_are_damage);
    suite_add_tcase(s, t);
    return suite_run(s);
}

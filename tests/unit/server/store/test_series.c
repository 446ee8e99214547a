/* test_series.c - series of a data set: put, append, load, list. */
#include "tests/unit/server/store/fixture.h"

#include <math.h>
#include <stdio.h>
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

static struct dataset get(const char *name)
{
    struct dataset d;

    ck_ok(store_dataset_get(&d, f.store, name, &f.e), &f.e);
    return d;
}

static struct series_set load(const char *name)
{
    struct series_set s;

    ck_ok(store_series_load(&s, f.store, dataset_id(&f, name), &f.e), &f.e);
    return s;
}

static enum status append_limited(const char *name, enum freq_unit unit, int64_t start, int rows,
                                  double first, const struct data_limits *limits)
{
    struct series_set s = series_of("s", unit, start, rows, first);
    enum status st = store_dataset_append_series(f.store, name, &s, limits, &f.e);

    series_set_release(&s);
    return st;
}

static enum status append(const char *name, enum freq_unit unit, int64_t start, int rows,
                          double first)
{
    return append_limited(name, unit, start, rows, first, &wide);
}

/* Around the 4096 rows of a chunk. */
static const int lengths[] = {0, 1, 4095, 4096, 4097, 8192, 12289};

START_TEST(series_come_back_as_they_were)
{
    int n = lengths[_i];
    struct series_set s = series_of("a b,\xc3\xa9", FREQ_D, -3653, n, 0.1), back;
    struct dataset d;
    bool created = false;

    if (n > 1)
        s.items[0].values[1] = NAN;
    series_more(&s, "2", FREQ_MIN, 99, 2, -1e300);
    s.items[1].time.frequency.multiple = 15;
    s.time_column = strdup("ds");
    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    ck_assert(created);
    back = load("x");
    ck_assert_int_eq(back.count, 2);
    ck_assert_str_eq(back.time_column, "ds");
    ck_assert_ptr_null(back.id_column);
    ck_assert_str_eq(back.columns[0], "value");
    for (int i = 0; i < 2; i++) {
        const struct series *a = &s.items[i], *b = &back.items[i];

        ck_assert_str_eq(a->id, b->id);
        ck_assert_int_eq(a->length, b->length);
        ck_assert_int_eq(a->time.start, b->time.start);
        ck_assert_int_eq(a->time.frequency.unit, b->time.frequency.unit);
        ck_assert_int_eq(a->time.frequency.multiple, b->time.frequency.multiple);
        ck_assert(memcmp(a->values, b->values, (size_t)a->length * sizeof(double)) == 0);
    }
    d = get("x");
    ck_assert_int_eq(d.kind, DATA_SERIES);
    ck_assert_int_eq(d.num_series, 2);
    ck_assert_int_eq(d.bytes, (n + 2) * 8);
    dataset_release(&d);
    series_set_release(&back);
    series_set_release(&s);
}
END_TEST

START_TEST(columns_come_back)
{
    static const double values[] = {1, 2, 3, NAN, 5, 6};
    struct series_set s = series_of("s", FREQ_INDEX, 0, 6, 0), back;
    struct dataset d;
    bool created;

    s.num_columns = 3;
    s.items[0].length = 2;
    memcpy(s.items[0].values, values, sizeof(values));
    s.columns = reallocarray(s.columns, 3, sizeof(*s.columns));
    s.columns[1] = strdup("temperature, \xc2\xb0"
                          "C");
    s.columns[2] = strdup("x");
    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    back = load("x");
    ck_assert_int_eq(back.num_columns, 3);
    ck_assert_str_eq(back.columns[1], s.columns[1]);
    ck_assert(memcmp(back.items[0].values, values, sizeof(values)) == 0);
    d = get("x");
    ck_assert_int_eq(d.num_columns, 3);
    ck_assert_str_eq(d.columns[2], "x");
    ck_ok(store_dataset_append_series(f.store, "x", &s, &wide, &f.e), &f.e);
    free(s.columns[2]);
    s.columns[2] = strdup("y");
    ck_status(store_dataset_append_series(f.store, "x", &s, &wide, &f.e), ST_INVALID, &f.e);
    dataset_release(&d);
    series_set_release(&back);
    series_set_release(&s);
}
END_TEST

/* In pieces of any length it is the same as at once. */
static const int pieces[] = {1, 7, 1000, 4095, 4096, 4097, 9000};

START_TEST(appending_goes_on)
{
    enum { ROWS = 9500 };
    int piece = pieces[_i], first = piece < 100 ? ROWS - 20 * piece : piece;
    struct series_set back;
    struct series_info_list info;

    put_series(&f, "x", FREQ_H, 3600, first, 0.0);
    for (int at = first; at < ROWS; at += piece)
        ck_ok(append("x", FREQ_H, 3600 + (int64_t)at * 3600, at + piece < ROWS ? piece : ROWS - at,
                     at),
              &f.e);
    back = load("x");
    ck_assert_int_eq(back.items[0].length, ROWS);
    for (int i = 0; i < ROWS; i++)
        ck_assert_msg(back.items[0].values[i] == i, "row %d is %g", i, back.items[0].values[i]);
    series_set_release(&back);
    ck_ok(store_series_list(&info, f.store, dataset_id(&f, "x"), 0, 10, &f.e), &f.e);
    ck_assert_int_eq(info.count, 1);
    ck_assert_int_eq(info.items[0].length, ROWS);
    ck_assert_int_eq(info.items[0].missing, 0);
    series_info_list_release(&info);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM series_chunk"), (ROWS + 4095) / 4096);
}
END_TEST

static const int gaps[] = {0, 1, 4095, 4096, 10000};

START_TEST(a_gap_becomes_missing)
{
    int gap = gaps[_i];
    struct series_set back;
    struct series_info_list info;
    struct dataset d;

    put_series(&f, "x", FREQ_M, -252, 5, 0.0);
    ck_ok(append("x", FREQ_M, -252 + 5 + gap, 2, 50.0), &f.e);
    back = load("x");
    ck_assert_int_eq(back.items[0].length, 7 + gap);
    ck_assert(back.items[0].values[4] == 4.0);
    for (int i = 0; i < gap; i++)
        ck_assert(isnan(back.items[0].values[5 + i]));
    ck_assert(back.items[0].values[5 + gap] == 50.0);
    ck_assert(back.items[0].values[6 + gap] == 51.0);
    series_set_release(&back);
    ck_ok(store_series_list(&info, f.store, dataset_id(&f, "x"), 0, 1, &f.e), &f.e);
    ck_assert_int_eq(info.items[0].missing, gap);
    series_info_list_release(&info);
    d = get("x");
    ck_assert_int_eq(d.bytes, (7 + gap) * 8);
    dataset_release(&d);
}
END_TEST

START_TEST(an_index_just_goes_on)
{
    struct series_set back;

    put_series(&f, "x", FREQ_INDEX, 0, 3, 0.0);
    ck_ok(append("x", FREQ_INDEX, 0, 2, 3.0), &f.e);
    back = load("x");
    ck_assert_int_eq(back.items[0].length, 5);
    ck_assert(back.items[0].values[4] == 4.0);
    series_set_release(&back);
}
END_TEST

START_TEST(a_new_id_becomes_a_new_series)
{
    struct series_set s = series_of("t", FREQ_W, 4, 2, 0.0), back;

    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    ck_ok(store_dataset_append_series(f.store, "x", &s, &wide, &f.e), &f.e);
    back = load("x");
    ck_assert_int_eq(back.count, 2);
    ck_assert_str_eq(back.items[1].id, "t");
    series_set_release(&back);
    series_set_release(&s);
}
END_TEST

/* unit, start, rows, limits, the answer */
static const struct {
    enum freq_unit unit;
    int64_t start;
    int rows;
    size_t max_length;
    enum status st;
    const char *words;
} refused[] = {
    {FREQ_M, 2, 1, 100, ST_INVALID, "1970-03"},
    {FREQ_M, 0, 3, 100, ST_INVALID, "must come after it"},
    {FREQ_M, -5, 3, 100, ST_INVALID, "1969-08"},
    {FREQ_D, 90, 1, 100, ST_INVALID, "frequency 'M'"},
    {FREQ_M, 3, 8, 10, ST_TOO_LARGE, "max_series_length allows 10"},
    {FREQ_M, 10, 1, 10, ST_TOO_LARGE, "max_series_length allows 10"},
    {FREQ_M, 3000000000, 1, (size_t)-1, ST_TOO_LARGE, "max_series_length allows 2147483647"},
};

START_TEST(rows_that_do_not_fit_are_refused)
{
    const struct data_limits limits = {.max_series = 10,
                                       .max_series_length = refused[_i].max_length};
    struct dataset before, after;
    struct series_set back;

    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    before = get("x");
    ck_status(
        append_limited("x", refused[_i].unit, refused[_i].start, refused[_i].rows, 0.0, &limits),
        refused[_i].st, &f.e);
    ck_assert_msg(strstr(f.e.message, refused[_i].words) != NULL, "%s", f.e.message);
    after = get("x");
    ck_assert_str_eq(before.digest, after.digest);
    back = load("x");
    ck_assert_int_eq(back.items[0].length, 3);
    series_set_release(&back);
    dataset_release(&before);
    dataset_release(&after);
}
END_TEST

/* The first series of a set is good, the second is not: neither stays. */
START_TEST(an_append_is_whole_or_not_at_all)
{
    const struct data_limits two = {.max_series = 2, .max_series_length = 100};
    struct series_set s = series_of("s", FREQ_M, 3, 2, 3.0), back;

    series_more(&s, "t", FREQ_M, 0, 1, 0.0);
    series_more(&s, "u", FREQ_M, 0, 1, 0.0);
    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    ck_status(store_dataset_append_series(f.store, "x", &s, &two, &f.e), ST_TOO_LARGE, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "max_series = 2"));
    back = load("x");
    ck_assert_int_eq(back.count, 1);
    ck_assert_int_eq(back.items[0].length, 3);
    series_set_release(&back);
    series_set_release(&s);
}
END_TEST

/* ---- rows that are there already ---- */

/* Rows of one value from start on into series "s" of data set "x", which has months. */
static enum status merge(struct row_counts *counts, int64_t start, const double *values, int rows,
                         enum on_conflict mode)
{
    struct series_set s = series_of("s", FREQ_M, start, rows, 0);
    enum status st;

    memcpy(s.items[0].values, values, (size_t)rows * sizeof(*values));
    st = store_dataset_merge_series(counts, f.store, "x", &s, mode, false, &wide, &f.e);
    series_set_release(&s);
    return st;
}

static void expect_values(const double *values, int rows, int64_t missing)
{
    struct series_set back = load("x");
    struct series_info_list list;

    ck_assert_int_eq(back.items[0].length, rows);
    for (int i = 0; i < rows; i++)
        ck_assert(back.items[0].values[i] == values[i] ||
                  (isnan(back.items[0].values[i]) && isnan(values[i])));
    ck_ok(store_series_list(&list, f.store, dataset_id(&f, "x"), 0, 1, &f.e), &f.e);
    ck_assert_int_eq(list.items[0].missing, missing);
    series_info_list_release(&list);
    series_set_release(&back);
}

static void expect_counts(const struct row_counts *c, int appended, int replaced, int ignored)
{
    ck_assert_int_eq(c->appended, appended);
    ck_assert_int_eq(c->replaced, replaced);
    ck_assert_int_eq(c->ignored, ignored);
}

/* Stores months 0..5 with the values 0, 1, 2, missing, missing, 5. */
static void put_months(void)
{
    struct series_set s = series_of("s", FREQ_M, 0, 6, 0);
    bool created;

    s.items[0].values[3] = s.items[0].values[4] = NAN;
    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    series_set_release(&s);
}

START_TEST(rows_that_are_there_are_replaced)
{
    static const double more[] = {1, 20, 30, NAN, NAN, 6, NAN, 8};
    static const double is[] = {0, 1, 20, 30, NAN, 5, 6, NAN, 8};
    struct row_counts c;
    struct dataset before, after;

    put_months();
    before = get("x");
    ck_ok(merge(&c, 1, more, 8, CONFLICT_REPLACE), &f.e);
    expect_counts(&c, 3, 1, 1);
    expect_values(is, 9, 2);
    after = get("x");
    ck_assert_str_ne(before.digest, after.digest);
    dataset_release(&before);
    before = after;
    ck_ok(merge(&c, 1, more, 8, CONFLICT_REPLACE), &f.e); /* the same once more */
    expect_counts(&c, 0, 0, 5);
    after = get("x");
    ck_assert_str_eq(before.digest, after.digest);
    dataset_release(&before);
    dataset_release(&after);
}
END_TEST

START_TEST(rows_that_are_there_stay)
{
    static const double more[] = {10, 20, 30, NAN, 50, 6};
    static const double is[] = {0, 1, 2, 30, NAN, 5, 6};
    struct row_counts c;

    put_months();
    ck_ok(merge(&c, 1, more, 6, CONFLICT_IGNORE), &f.e);
    expect_counts(&c, 2, 0, 3);
    expect_values(is, 7, 1);
    ck_status(merge(&c, 1, more, 6, CONFLICT_ERROR), ST_INVALID, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "?on_conflict=replace"));
    ck_ok(merge(&c, 7, more, 2, CONFLICT_ERROR), &f.e);
    expect_counts(&c, 2, 0, 0);
}
END_TEST

START_TEST(corrections_reach_every_chunk)
{
    enum { N = 3 * 4096 };
    struct row_counts c;
    struct series_set s = series_of("s", FREQ_M, 1, N - 2, 7), back;
    bool created;

    put_series(&f, "x", FREQ_M, 0, N, 0.0);
    for (int i = 0; i < N - 2; i++)
        s.items[0].values[i] = i % 4095 == 0 ? -1 : NAN;
    ck_ok(store_dataset_merge_series(&c, f.store, "x", &s, CONFLICT_REPLACE, false, &wide, &f.e),
          &f.e);
    expect_counts(&c, 0, 4, 0);
    back = load("x");
    ck_assert(back.items[0].values[1] == -1 && back.items[0].values[4096] == -1 &&
              back.items[0].values[8191] == -1 && back.items[0].values[2] != -1);
    series_set_release(&back);
    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    series_set_release(&s);
}
END_TEST

START_TEST(what_cannot_be_merged_changes_nothing)
{
    static const double one[] = {7};
    struct row_counts c;
    struct series_set s = series_of("s", FREQ_D, 3, 2, 0);

    put_months();
    ck_status(merge(&c, -1, one, 1, CONFLICT_REPLACE), ST_INVALID, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "begins at 1970-01 and these rows at 1969-12"));
    ck_status(
        store_dataset_merge_series(&c, f.store, "x", &s, CONFLICT_REPLACE, false, &wide, &f.e),
        ST_INVALID, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "has the frequency 'M'; the new rows have 'D'"));
    series_set_release(&s);
    put_series(&f, "x", FREQ_INDEX, 0, 3, 0.0);
    s = series_of("s", FREQ_INDEX, 0, 2, 0);
    ck_status(store_dataset_merge_series(&c, f.store, "x", &s, CONFLICT_IGNORE, false, &wide, &f.e),
              ST_INVALID, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "has no times"));
    series_set_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("series of a data set");
    TCase *t = tcase_create("series");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, series_come_back_as_they_were, 0,
                        (int)(sizeof(lengths) / sizeof(lengths[0])));
    tcase_add_test(t, columns_come_back);
    tcase_add_loop_test(t, appending_goes_on, 0, (int)(sizeof(pieces) / sizeof(pieces[0])));
    tcase_add_loop_test(t, a_gap_becomes_missing, 0, (int)(sizeof(gaps) / sizeof(gaps[0])));
    tcase_add_test(t, an_index_just_goes_on);
    tcase_add_test(t, a_new_id_becomes_a_new_series);
    tcase_add_loop_test(t, rows_that_do_not_fit_are_refused, 0,
                        (int)(sizeof(refused) / sizeof(refused[0])));
    tcase_add_test(t, an_append_is_whole_or_not_at_all);
    tcase_add_test(t, rows_that_are_there_are_replaced);
    tcase_add_test(t, rows_that_are_there_stay);
    tcase_add_test(t, corrections_reach_every_chunk);
    tcase_add_test(t, what_cannot_be_merged_changes_nothing);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

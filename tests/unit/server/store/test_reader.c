/* test_reader.c - a data set in pieces of limited size: equal to the whole, of one moment, from any
 * thread. */
#include "server/store/chunk.h"
#include "tests/unit/server/store/fixture.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;
static struct store_reader *r;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    store_reader_close(r);
    r = NULL;
    fixture_close(&f);
}

static void open_reader(const char *name)
{
    ck_ok(store_reader_open(&r, f.store, name, &f.e), &f.e);
}

/* Series s0, s1, ... of the given lengths with `columns` columns. */
static void put_wide(const char *name, const int *lengths, int count, int columns)
{
    struct series_set s;
    bool created;

    series_set_init(&s);
    s.columns = calloc((size_t)columns, sizeof(*s.columns));
    ck_assert_ptr_nonnull(s.columns);
    for (int k = 0; k < columns; k++) {
        s.columns[k] = malloc(16);
        snprintf(s.columns[k], 16, "c%d", k);
    }
    s.num_columns = columns;
    for (int i = 0; i < count; i++) {
        struct series *one;
        char id[16];

        snprintf(id, sizeof(id), "s%d", i);
        one = series_set_add(&s, id);
        one->time = (struct timeline){{i % 2 ? FREQ_M : FREQ_INDEX, 1}, i};
        one->length = lengths[i];
        one->values = malloc(((size_t)lengths[i] * (size_t)columns + 1) * sizeof(double));
        for (int k = 0; k < lengths[i] * columns; k++)
            one->values[k] = k % 13 == 0 ? NAN : i * 1e6 + k;
    }
    ck_ok(store_dataset_put_series(f.store, name, &s, NULL, &created, &f.e), &f.e);
    series_set_release(&s);
}

static bool same(const double *a, const double *b, size_t n)
{
    return memcmp(a, b, n * sizeof(*a)) == 0;
}

/* Every piece of the open reader against the set as a whole; the number of pieces. */
static int compare_series(const struct series_set *whole)
{
    int width = whole->num_columns, pieces = 0;
    struct series one;
    bool found;

    for (int i = 0; i < whole->count; i++) {
        const struct series *is = &whole->items[i];
        const double *rows;
        int n = 0;

        ck_ok(store_reader_next(&one, &found, r, &f.e), &f.e);
        ck_assert(found);
        ck_assert_str_eq(one.id, is->id);
        ck_assert_int_eq(one.length, is->length);
        ck_assert_int_eq(one.time.frequency.unit, is->time.frequency.unit);
        ck_assert_int_eq(one.time.start, is->time.start);
        for (int row = 0; row < is->length; row += n, pieces++) {
            ck_ok(store_reader_rows(&rows, &n, r, row, &f.e), &f.e);
            ck_assert_int_ge(n, 1);
            ck_assert_uint_le((size_t)n * (size_t)width * sizeof(double), CHUNK_BYTES_MAX);
            ck_assert(same(rows, is->values + (size_t)row * (size_t)width, (size_t)n * width));
        }
        ck_ok(store_reader_rows(&rows, &n, r, is->length, &f.e), &f.e);
        ck_assert_int_eq(n, 0);
        ck_status(store_reader_rows(&rows, &n, r, is->length + 1, &f.e), ST_INTERNAL, &f.e);
    }
    ck_ok(store_reader_next(&one, &found, r, &f.e), &f.e);
    ck_assert(!found);
    return pieces;
}

static const int widths[] = {1, 2, 3, 17, 200, 256};

START_TEST(pieces_make_the_whole)
{
    static const int lengths[] = {0, 1, 31, 32, 33, 4095, 4096, 4097, 0, 9001};
    struct series_set whole;

    put_wide("x", lengths, 10, widths[_i]);
    ck_ok(store_series_load(&whole, f.store, dataset_id(&f, "x"), &f.e), &f.e);
    open_reader("x");
    ck_assert_int_eq(store_reader_dataset(r)->num_series, 10);
    ck_assert_int_eq(store_reader_dataset(r)->num_columns, widths[_i]);
    ck_assert_int_gt(compare_series(&whole), 8);
    series_set_release(&whole);
}
END_TEST

START_TEST(rows_are_read_in_any_order)
{
    static const int lengths[] = {10000};
    const double *rows;
    struct series one;
    uint32_t random = 5;
    bool found;
    int n;

    put_wide("x", lengths, 1, 3);
    open_reader("x");
    ck_status(store_reader_rows(&rows, &n, r, 0, &f.e), ST_INTERNAL, &f.e); /* before a series */
    ck_ok(store_reader_next(&one, &found, r, &f.e), &f.e);
    for (int i = 0; i < 500; i++) {
        int row = (int)(next_random(&random) % 10000);

        ck_ok(store_reader_rows(&rows, &n, r, row, &f.e), &f.e);
        ck_assert(row * 3 + 1 == rows[1] || (row * 3 + 1) % 13 == 0);
        ck_assert_int_le(row + n, 10000);
    }
    ck_status(store_reader_rows(&rows, &n, r, -1, &f.e), ST_INTERNAL, &f.e);
}
END_TEST

START_TEST(time_stamps_are_known_beforehand)
{
    bool timed = true;

    put_series(&f, "index", FREQ_INDEX, 0, 5, 0.0);
    put_series(&f, "months", FREQ_M, 0, 5, 0.0);
    open_reader("index");
    ck_ok(store_reader_timed(&timed, r, &f.e), &f.e);
    ck_assert(!timed);
    store_reader_close(r);
    open_reader("months");
    ck_ok(store_reader_timed(&timed, r, &f.e), &f.e);
    ck_assert(timed);
}
END_TEST

/* What others do meanwhile: append to it, replace it, delete it. */
static void disturb(int how)
{
    struct series_set more = series_of("s", FREQ_M, 9000, 500, 5.0);

    if (how == 0)
        ck_ok(store_dataset_append_series(f.store, "x", &more, &wide, &f.e), &f.e);
    else if (how == 1)
        put_series(&f, "x", FREQ_D, 4, 3, 7.0);
    else
        ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    series_set_release(&more);
}

START_TEST(it_stays_of_one_moment)
{
    struct series_set whole;
    struct series one;
    const double *rows;
    bool found;
    int n;

    put_series(&f, "x", FREQ_M, 0, 9000, 0.0);
    ck_ok(store_series_load(&whole, f.store, dataset_id(&f, "x"), &f.e), &f.e);
    open_reader("x");
    disturb(_i);
    ck_ok(store_reader_next(&one, &found, r, &f.e), &f.e);
    ck_ok(store_reader_rows(&rows, &n, r, 8999, &f.e), &f.e);
    ck_assert(rows[0] == 8999.0);
    store_reader_close(r);
    r = NULL;
    if (_i == 2)
        ck_status(store_reader_open(&r, f.store, "x", &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_null(r);
    series_set_release(&whole);
}
END_TEST

struct elsewhere {
    const struct series_set *whole;
    int pieces;
};

static void *read_elsewhere(void *ctx)
{
    struct elsewhere *w = ctx;

    w->pieces = compare_series(w->whole);
    return NULL;
}

START_TEST(any_thread_may_go_on)
{
    struct series_set whole;
    struct elsewhere w = {&whole, 0};
    pthread_t thread;

    put_series(&f, "x", FREQ_M, 0, 9000, 0.0);
    ck_ok(store_series_load(&whole, f.store, dataset_id(&f, "x"), &f.e), &f.e);
    open_reader("x");
    put_series(&f, "y", FREQ_M, 0, 3, 0.0); /* this thread's own connection is free */
    ck_assert_int_eq(pthread_create(&thread, NULL, read_elsewhere, &w), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(w.pieces, 3);
    series_set_release(&whole);
}
END_TEST

/* ---- sentences ---- */

static void put_sentences(int count, int tokens)
{
    struct tagged_set t;
    bool created;

    tagged_set_init(&t);
    for (int i = 0; i < count; i++) {
        struct tagged_sentence *s = tagged_set_add(&t, tokens);

        for (int k = 0; k < tokens; k++) {
            char word[32];
            int n = snprintf(word, sizeof(word), "word-%d-%d", i, k);

            s->form[k] = tagged_set_text(&t, word, (size_t)n);
            ck_assert_ptr_nonnull(s->form[k]);
        }
        s->source = i % 3 ? NULL : strdup("# text = a source\n");
    }
    ck_ok(store_dataset_put_tagged(f.store, "words", &t, NULL, &created, &f.e), &f.e);
    tagged_set_release(&t);
}

static const int sentence_shapes[][2] = {{0, 1}, {1, 1}, {700, 20}, {40, 9000}};

START_TEST(sentences_come_in_bounded_numbers)
{
    int count = sentence_shapes[_i][0], tokens = sentence_shapes[_i][1], seen = 0, calls = 0;
    const struct tagged_set *t;

    put_sentences(count, tokens);
    open_reader("words");
    for (;;) {
        ck_ok(store_reader_sentences(&t, r, &f.e), &f.e);
        if (t->count == 0)
            break;
        for (int i = 0; i < t->count; i++, seen++) {
            char form[32];

            snprintf(form, sizeof(form), "word-%d-%d", seen, tokens - 1);
            ck_assert_int_eq(t->items[i].length, tokens);
            ck_assert_str_eq(t->items[i].form[tokens - 1], form);
            ck_assert_int_eq(t->items[i].source != NULL, seen % 3 == 0);
        }
        ck_assert_int_le(t->count, tokens > 1000 ? 1 : 400);
        calls++;
    }
    ck_assert_int_eq(seen, count);
    ck_assert_int_ge(calls, count > 1 ? 2 : count);
    ck_ok(store_reader_sentences(&t, r, &f.e), &f.e); /* the end stays the end */
    ck_assert_int_eq(t->count, 0);
}
END_TEST

START_TEST(what_is_not_there_is_named)
{
    put_series(&f, "flights", FREQ_M, 0, 3, 0.0);
    ck_status(store_reader_open(&r, f.store, "flihgts", &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "did you mean 'flights'"));
    ck_assert_ptr_null(r);
}
END_TEST

START_TEST(damage_is_noticed_where_it_is)
{
    const double *rows;
    struct series one;
    bool found;
    int n;

    put_series(&f, "x", FREQ_M, 0, 9000, 0.0);
    ck_ok(
        db_exec(fixture_db(&f), "UPDATE series_chunk SET rows = zeroblob(9) WHERE chunk = 1", &f.e),
        &f.e);
    open_reader("x");
    ck_ok(store_reader_next(&one, &found, r, &f.e), &f.e);
    ck_ok(store_reader_rows(&rows, &n, r, 0, &f.e), &f.e);
    ck_status(store_reader_rows(&rows, &n, r, 4096, &f.e), ST_CORRUPT, &f.e);
    ck_ok(store_reader_rows(&rows, &n, r, 8192, &f.e), &f.e);
    ck_assert(rows[0] == 8192.0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reader");
    TCase *t = tcase_create("pieces");
    SRunner *runner = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, pieces_make_the_whole, 0, (int)(sizeof(widths) / sizeof(widths[0])));
    tcase_add_test(t, rows_are_read_in_any_order);
    tcase_add_test(t, time_stamps_are_known_beforehand);
    tcase_add_loop_test(t, it_stays_of_one_moment, 0, 3);
    tcase_add_test(t, any_thread_may_go_on);
    tcase_add_loop_test(t, sentences_come_in_bounded_numbers, 0, 4);
    tcase_add_test(t, what_is_not_there_is_named);
    tcase_add_test(t, damage_is_noticed_where_it_is);
    suite_add_tcase(s, t);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

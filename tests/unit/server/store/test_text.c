/* test_text.c - data sets of kind text: kept byte for byte, appended, checked. */
#include "server/store/text_chunk.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

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

/* n bytes that repeat only after 251 of them, so that no chunk equals another. */
static char *bytes_of(size_t n)
{
    char *text = malloc(n + 1);

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)(' ' + i % 251 % 90);
    text[n] = '\0';
    return text;
}

static void check_text(const char *name, const char *text, size_t len)
{
    struct store_reader *r = NULL;
    const char *piece;
    size_t n = 0, at = 0;

    ck_ok(store_reader_open(&r, f.store, name, &f.e), &f.e);
    do {
        ck_ok(store_reader_text(&piece, &n, r, &f.e), &f.e);
        ck_assert_uint_le(at + n, len);
        ck_assert_int_eq(memcmp(piece, text + at, n), 0);
        at += n;
    } while (n > 0);
    ck_assert_uint_eq(at, len);
    store_reader_close(r);
}

static const size_t lengths[] = {1, 5, TEXT_CHUNK - 1, TEXT_CHUNK, TEXT_CHUNK + 1, 3 * TEXT_CHUNK};

START_TEST(a_text_comes_back_byte_for_byte)
{
    size_t n = lengths[_i], len = 99;
    char *text = bytes_of(n), begin[8];
    bool created = false;
    struct dataset d;

    ck_ok(store_dataset_put_text(f.store, "t", text, n, NULL, &created, &f.e), &f.e);
    ck_assert(created);
    d = get("t");
    ck_assert_int_eq(d.kind, DATA_TEXT);
    ck_assert_int_eq(d.bytes, (int64_t)n);
    ck_assert_int_eq(d.num_columns, 0);
    check_text("t", text, n);
    ck_ok(store_text_beginning(begin, &len, f.store, d.id, sizeof(begin), &f.e), &f.e);
    ck_assert_uint_eq(len, n < sizeof(begin) ? n : sizeof(begin));
    ck_assert_int_eq(memcmp(begin, text, len), 0);
    dataset_release(&d);
    free(text);
}
END_TEST

START_TEST(what_is_appended_goes_behind_it)
{
    size_t all = 3 * TEXT_CHUNK + 7, parts[] = {10, TEXT_CHUNK - 10, 1, TEXT_CHUNK + 3}, at = 5;
    char *text = bytes_of(all);
    bool created;
    struct dataset before, d;

    ck_ok(store_dataset_put_text(f.store, "t", text, at, NULL, &created, &f.e), &f.e);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        before = get("t");
        ck_ok(store_dataset_append_text(f.store, "t", text + at, parts[i], &f.e), &f.e);
        at += parts[i];
        d = get("t");
        ck_assert_str_ne(d.digest, before.digest);
        ck_assert_int_eq(d.bytes, (int64_t)at);
        check_text("t", text, at);
        dataset_release(&d);
        dataset_release(&before);
    }
    ck_status(store_dataset_append_text(f.store, "t", text, TEXT_BYTES_MAX, &f.e), ST_TOO_LARGE,
              &f.e);
    put_tagged(&f, "words", "The/DET");
    ck_status(store_dataset_append_text(f.store, "words", text, 3, &f.e), ST_CONFLICT, &f.e);
    ck_assert_str_eq(f.e.message,
                     "the dataset 'words' holds tagged sentences; a text cannot be appended");
    ck_status(store_dataset_append_text(f.store, "no", text, 3, &f.e), ST_NOT_FOUND, &f.e);
    fixture_check_file(&f);
    free(text);
}
END_TEST

START_TEST(a_text_that_is_replaced_or_deleted_leaves_nothing)
{
    char *text = bytes_of(2 * TEXT_CHUNK);
    struct precondition pre = {.none_match.any = true};
    bool created;

    ck_ok(store_dataset_put_text(f.store, "t", text, 2 * TEXT_CHUNK, NULL, &created, &f.e), &f.e);
    ck_status(store_dataset_put_text(f.store, "t", text, 3, &pre, &created, &f.e), ST_PRECONDITION,
              &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM text_chunk"), 2);
    ck_ok(store_dataset_put_text(f.store, "t", text, 3, NULL, &created, &f.e), &f.e);
    ck_assert(!created);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM text_chunk"), 1);
    ck_ok(store_dataset_delete(f.store, "t", &f.e), &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM text_chunk"), 0);
    free(text);
}
END_TEST

static void count_problem(void *ctx, const char *problem)
{
    ck_assert_ptr_nonnull(strstr(problem, "chunk 1 of a text is damaged"));
    ++*(int *)ctx;
}

START_TEST(a_damaged_text_is_found)
{
    char *text = bytes_of(2 * TEXT_CHUNK);
    struct store_check found;
    bool created;
    int problems = 0;

    ck_ok(store_dataset_put_text(f.store, "t", text, 2 * TEXT_CHUNK, NULL, &created, &f.e), &f.e);
    ck_ok(store_check(&found, f.store, count_problem, &problems, &f.e), &f.e);
    ck_assert_int_eq(problems, 0);
    ck_ok(db_exec(fixture_db(&f),
                  "UPDATE text_chunk SET content = substr(content, 1, 1) WHERE chunk = 1", &f.e),
          &f.e);
    ck_ok(store_check(&found, f.store, count_problem, &problems, &f.e), &f.e);
    ck_assert_int_eq(problems, 1);
    free(text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("text");
    TCase *t = tcase_create("text");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, a_text_comes_back_byte_for_byte, 0,
                        (int)(sizeof(lengths) / sizeof(lengths[0])));
    tcase_add_test(t, what_is_appended_goes_behind_it);
    tcase_add_test(t, a_text_that_is_replaced_or_deleted_leaves_nothing);
    tcase_add_test(t, a_damaged_text_is_found);
    suite_add_tcase(s, t);
    return suite_run(s);
}

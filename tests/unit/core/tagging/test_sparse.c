/* test_sparse.c - tables of labels and numbers under hashed keys. */
#include "core/tagging/sparse.h"
#include "tests/unit/suite.h"

#include <limits.h>
#include <string.h>

static void count(struct sparse_draft *d, uint32_t key, int32_t label, int32_t by)
{
    struct err e = {0};

    ck_assert_int_eq(sparse_count(d, key, label, by, &e), ST_OK);
}

static struct sparse finished(const struct sparse_draft *d, int64_t least, int most)
{
    struct sparse t = {0};
    struct err e = {0};

    ck_assert_int_eq(sparse_finish(&t, d, least, most, &e), ST_OK);
    return t;
}

START_TEST(rows_have_their_largest_numbers_first)
{
    struct sparse_draft d = {0};
    struct sparse t;
    struct sparse_row r;

    count(&d, 9, 4, 1);
    count(&d, 7, 3, 2);
    count(&d, 7, 1, 5);
    count(&d, 7, 0, 1);
    count(&d, 7, 2, 1);
    count(&d, 7, 2, 1);
    count(&d, 8, 2, 1);
    count(&d, 8, 2, -1);
    t = finished(&d, 2, 3);
    ck_assert_int_eq(sparse_find(&t, 9).count, 0); /* only 1 */
    ck_assert_int_eq(sparse_find(&t, 8).count, 0); /* nothing */
    ck_assert_int_eq(sparse_find(&t, 1).count, 0);
    r = sparse_find(&t, 7);
    ck_assert_int_eq(r.count, 3);
    ck_assert(r.label[0] == 1 && r.label[1] == 2 && r.label[2] == 3);
    ck_assert(r.number[0] == 5 && r.number[1] == 2 && r.number[2] == 2);
    ck_assert_uint_gt(sparse_bytes(&t), 0);
    sparse_release(&t);
    count(&d, 7, 1, INT_MAX); /* stays what it is rather than overflow */
    t = finished(&d, INT64_MIN, INT_MAX);
    ck_assert_int_eq(sparse_find(&t, 7).number[0], 5);
    ck_assert_int_eq(sparse_find(&t, 9).label[0], 4);
    sparse_release(&t);
    sparse_draft_release(&d);
}
END_TEST

START_TEST(a_table_can_be_continued)
{
    struct sparse_draft d = {0}, more = {0};
    struct sparse t;
    struct err e = {0};

    for (uint32_t k = 1; k < 3000; k++)
        count(&d, k * 77, (int32_t)k % 5, (int32_t)k);
    t = finished(&d, 1, 9);
    ck_assert_int_eq(sparse_count_all(&more, &t, &e), ST_OK);
    count(&more, 77, 1, 10);
    sparse_release(&t);
    t = finished(&more, 1, 9);
    ck_assert_int_eq(t.keys.count, 2999);
    ck_assert_int_eq(sparse_find(&t, 77).number[0], 11);
    ck_assert_int_eq(sparse_find(&t, 2999 * 77).number[0], 2999);
    sparse_release(&t);
    sparse_draft_release(&d);
    sparse_draft_release(&more);
}
END_TEST

START_TEST(a_full_table_takes_no_new_entries)
{
    struct sparse_draft d = {0};
    struct sparse_entry *x = NULL;
    struct err e = {0};

    for (int32_t i = 0; i < SPARSE_ENTRIES_MAX; i++)
        if (sparse_entry(&x, &d, (uint32_t)i / 8 + 1, i % 8, &e))
            ck_abort_msg("%s", e.message);
    ck_assert_ptr_nonnull(x);
    ck_assert_int_eq(sparse_entry(&x, &d, 1, 9, &e), ST_OK);
    ck_assert_ptr_null(x);
    ck_assert_int_eq(sparse_entry(&x, &d, 1, 7, &e), ST_OK);
    ck_assert_ptr_nonnull(x);
    ck_assert_int_eq(sparse_first(&d, UINT32_MAX), -1);
    ck_assert_int_eq(d.count, SPARSE_ENTRIES_MAX);
    sparse_draft_release(&d);
}
END_TEST

/* A checkpoint with the table 1: {0, 2}, 5: {1}, one of whose tensors may be replaced. */
static struct checkpoint *file(const char *other, const int32_t *v, int64_t n)
{
    static const int32_t keys[] = {1, 5}, start[] = {0, 2, 3}, label[] = {0, 2, 1},
                         number[] = {7, 6, 5};
    const struct {
        const char *name;
        const int32_t *v;
        int64_t n;
    } lists[] = {
        {"x.keys", keys, 2}, {"x.start", start, 3}, {"x.label", label, 3}, {"x.number", number, 3}};
    struct checkpoint *c = NULL;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    for (int i = 0; i < 4; i++) {
        bool this = other && strcmp(other, lists[i].name) == 0;
        int64_t count = this ? n : lists[i].n;

        if (count > 0)
            ck_assert_int_eq(
                checkpoint_add(c, lists[i].name, CKPT_I32, &count, 1, this ? v : lists[i].v, &e),
                ST_OK);
    }
    return c;
}

START_TEST(files_that_lie_are_refused)
{
    static const struct {
        const char *name;
        int32_t v[4];
        int64_t n;
    } lies[] = {
        {"x.keys", {1, 1}, 2},         {"x.keys", {1, 5, 6}, 3},  {"x.start", {0, 3, 3}, 3},
        {"x.start", {1, 2, 3}, 3},     {"x.start", {0, 2, 4}, 3}, {"x.start", {0, -1, 3}, 3},
        {"x.start", {0, 3}, 2},        {"x.label", {0, 3, 1}, 3}, {"x.label", {0, -1, 1}, 3},
        {"x.label", {0, 1}, 2},        {"x.label", {0}, 1},       {"x.label", {0}, 0},
        {"x.number", {0, 1, 2, 3}, 4}, {"x.number", {0}, 0}};
    struct sparse t = {0};
    struct err e = {0};

    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        struct checkpoint *c = file(lies[i].name, lies[i].v, lies[i].n);

        ck_assert_msg(sparse_load(&t, c, "x", 3, &e) == ST_CORRUPT, "%zu", i);
        ck_assert_int_eq(t.entries, 0);
        checkpoint_free(c);
    }
}
END_TEST

START_TEST(a_table_in_a_file_is_the_same)
{
    struct checkpoint *c = file(NULL, NULL, 0), *copy = NULL;
    struct sparse t = {0}, none = {0};
    struct sparse_row r;
    struct err e = {0};

    ck_assert_msg(sparse_load(&t, c, "x", 3, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(sparse_load(&none, c, "y", 3, &e), ST_OK);
    ck_assert_int_eq(none.entries, 0);
    ck_assert_int_eq(checkpoint_new(&copy, &e), ST_OK);
    ck_assert_int_eq(sparse_save(copy, "x", &t, &e), ST_OK);
    ck_assert_int_eq(sparse_save(copy, "none", &none, &e), ST_OK);
    ck_assert_int_eq(checkpoint_num_tensors(copy), 4);
    sparse_release(&t);
    ck_assert_int_eq(sparse_load(&t, copy, "x", 3, &e), ST_OK);
    r = sparse_find(&t, 1);
    ck_assert(r.count == 2 && r.label[1] == 2 && r.number[1] == 6);
    ck_assert_int_eq(sparse_find(&t, 5).label[0], 1);
    sparse_release(&t);
    checkpoint_free(c);
    checkpoint_free(copy);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sparse");
    TCase *t = tcase_create("sparse");

    tcase_add_test(t, rows_have_their_largest_numbers_first);
    tcase_add_test(t, a_table_can_be_continued);
    tcase_add_test(t, a_full_table_takes_no_new_entries);
    tcase_add_test(t, files_that_lie_are_refused);
    tcase_add_test(t, a_table_in_a_file_is_the_same);
    suite_add_tcase(s, t);
    return suite_run(s);
}

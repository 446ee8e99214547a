/* test_perceptron.c - choices that are learnt from examples. */
#include "core/tagging/perceptron.h"
#include "tests/unit/suite.h"

enum { LABELS = 6 };

/* Key k stands for label k, key 100 for everything. */
static struct sparse learnt(int passes, const struct sparse *from)
{
    static const int32_t candidates[] = {4, 1, 3};
    struct perceptron_fit fit = {0};
    struct perceptron_work w = {0};
    struct sparse t = {0};
    struct err e = {0};

    ck_assert_int_eq(perceptron_work_init(&w, LABELS, &e), ST_OK);
    if (from)
        ck_assert_int_eq(perceptron_start(&fit, from, &e), ST_OK);
    for (int i = 0; i < 3 * passes; i++) {
        uint32_t keys[] = {(uint32_t)candidates[i % 3], 100};

        ck_assert_int_eq(perceptron_step(&fit, &w, keys, 2, candidates, 3, i % 3, &e), ST_OK);
    }
    ck_assert_int_eq(perceptron_end(&t, &fit, &e), ST_OK);
    perceptron_work_release(&w);
    return t;
}

static int best(const struct sparse *t, uint32_t key, const int32_t *candidates, int count)
{
    struct perceptron_work w = {0};
    struct err e = {0};
    const uint32_t keys[] = {key, 100};
    int at;

    ck_assert_int_eq(perceptron_work_init(&w, LABELS, &e), ST_OK);
    at = perceptron_best(&w, t, keys, 2, candidates, count);
    for (int i = 0; i < LABELS; i++)
        ck_assert_int_eq(w.place[i], -1); /* as before, for the next choice */
    perceptron_work_release(&w);
    return at;
}

START_TEST(each_feature_chooses_its_label)
{
    static const int32_t all[] = {3, 4, 1}, two[] = {1, 4}, other[] = {0, 2, 5};
    struct sparse t = learnt(20, NULL);

    ck_assert_int_eq(best(&t, 3, all, 3), 0);
    ck_assert_int_eq(best(&t, 4, all, 3), 1);
    ck_assert_int_eq(best(&t, 1, all, 3), 2);
    ck_assert_int_eq(best(&t, 4, two, 2), 1);
    ck_assert_int_eq(best(&t, 4, other, 3), 0); /* nothing is known: the first one */
    ck_assert_int_eq(best(&t, 77, two, 1), 0);
    sparse_release(&t);
}
END_TEST

START_TEST(a_fit_begins_with_earlier_weights)
{
    struct sparse a = learnt(20, NULL), b = learnt(1, &a), c = learnt(1, NULL);
    const int32_t all[] = {3, 4, 1};

    ck_assert_int_eq(a.entries, b.entries);
    for (int32_t i = 0; i < 3; i++)
        ck_assert_int_eq(best(&b, (uint32_t)all[i], all, 3), i);
    ck_assert_int_ne(a.entries, c.entries);
    sparse_release(&a);
    sparse_release(&b);
    sparse_release(&c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("perceptron");
    TCase *t = tcase_create("perceptron");

    tcase_add_test(t, each_feature_chooses_its_label);
    tcase_add_test(t, a_fit_begins_with_earlier_weights);
    suite_add_tcase(s, t);
    return suite_run(s);
}

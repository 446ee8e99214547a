/* test_tag_baseline.c - the accuracy of the most frequent tag of each word. */
#include "server/tasks/tag_baseline.h"

#include "tests/unit/suite.h"

#include <math.h>

static const char *const words[] = {"a", "b", "a", "c"};
static const char *const tags[] = {"X", "Y", "Z", NULL};
static const char *const more[] = {"a", "a", "b", "new"};
static const char *const right[] = {"Z", "X", "Y", "Z"};

/* "a" is once X and three times Z, "b" is Y: Z is the tag that is most frequent of all. */
static const struct sentence_view sentences[] = {
    {words, {tags}, 4}, {more, {(const char *const[]){"Z", "Z", NULL, NULL}}, 4},
    {words, {NULL}, 4}, {more, {right}, 4},
    {words, {NULL}, 4},
};
static const struct corpus corpus = {sentences, 5};

static double baseline(int first, int count, enum tag_column c)
{
    const struct corpus part = {sentences, count};
    struct err e = {0};
    double accuracy = -1;

    ck_assert_int_eq(tag_baseline(&accuracy, &part, first, c, &e), ST_OK);
    return accuracy;
}

START_TEST(each_word_gets_its_most_frequent_tag)
{
    ck_assert_double_eq_tol(baseline(3, corpus.count, TAG_UPOS), 0.75, 1e-12);
}
END_TEST

START_TEST(nothing_to_count_is_not_known)
{
    ck_assert(isnan(baseline(4, 5, TAG_UPOS))); /* no known tags there */
    ck_assert(isnan(baseline(0, 5, TAG_UPOS))); /* nothing to learn from */
    ck_assert(isnan(baseline(3, 5, TAG_XPOS)));
    ck_assert(isnan(baseline(5, 5, TAG_UPOS)));
}
END_TEST

/* Of X and Z, both once, the first in order of bytes. */
START_TEST(a_draw_has_one_winner)
{
    ck_assert_double_eq_tol(baseline(1, 2, TAG_UPOS), 0, 1e-12);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tag baseline");
    TCase *t = tcase_create("tag baseline");

    tcase_add_test(t, each_word_gets_its_most_frequent_tag);
    tcase_add_test(t, nothing_to_count_is_not_known);
    tcase_add_test(t, a_draw_has_one_winner);
    suite_add_tcase(s, t);
    return suite_run(s);
}

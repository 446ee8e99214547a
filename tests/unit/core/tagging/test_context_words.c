/* test_context_words.c - the keys of words and of places in a sentence. */
#include "core/tagging/context_words.h"
#include "tests/unit/suite.h"

#include <string.h>

enum { THE, OLD, MEN, ICE_CREAM, NUM_FORMS };

struct fixture {
    struct vocabulary forms;
    struct context_words words;
};

static void setup(struct fixture *f)
{
    static const char *const forms[NUM_FORMS] = {"the", "Old", "men", "ice cream"};
    struct err e = {0};
    int32_t id;

    memset(f, 0, sizeof(*f));
    for (int i = 0; i < NUM_FORMS; i++)
        ck_assert_int_eq(vocabulary_add(&id, &f->forms, forms[i], 100, "forms", &e), ST_OK);
    ck_assert_int_eq(
        context_words_init(&f->words, (const char *const *)f->forms.words, f->forms.count, &e),
        ST_OK);
}

static void teardown(struct fixture *f)
{
    context_words_release(&f->words);
    vocabulary_release(&f->forms);
}

START_TEST(a_form_has_a_hash_of_each_feature_that_it_has)
{
    struct fixture f;
    const uint64_t *old, *men, *ice;

    setup(&f);
    old = context_hashes(&f.words, OLD);
    men = context_hashes(&f.words, MEN);
    ice = context_hashes(&f.words, ICE_CREAM);
    ck_assert_uint_ne(old[FEATURE_WORD], 0);
    ck_assert_uint_ne(old[FEATURE_FORM], 0); /* folding changes it */
    ck_assert_uint_eq(men[FEATURE_FORM], 0);
    ck_assert_uint_ne(old[FEATURE_WORD], men[FEATURE_WORD]);
    ck_assert_uint_ne(old[FEATURE_SHAPE], men[FEATURE_SHAPE]);
    ck_assert_uint_eq(context_hashes(&f.words, THE)[FEATURE_SHAPE], men[FEATURE_SHAPE]);
    ck_assert_uint_ne(ice[FEATURE_FIRST_PART], 0);
    ck_assert_uint_ne(ice[FEATURE_FIRST_PART], ice[FEATURE_LAST_PART]);
    teardown(&f);
}
END_TEST

START_TEST(outside_of_a_sentence_stands_a_word_without_features)
{
    static const int32_t types[] = {MEN, OLD};
    struct fixture f;
    const uint64_t *outside;

    setup(&f);
    ck_assert_int_eq(context_form_at(types, 2, -1), -1);
    ck_assert_int_eq(context_form_at(types, 2, 0), MEN);
    ck_assert_int_eq(context_form_at(types, 2, 1), OLD);
    ck_assert_int_eq(context_form_at(types, 2, 2), -1);
    outside = context_hashes(&f.words, -1);
    ck_assert_uint_ne(outside[FEATURE_WORD], 0);
    for (int i = 0; i < NUM_FEATURES; i++) {
        if (i != FEATURE_WORD)
            ck_assert_uint_eq(outside[i], 0);
    }
    teardown(&f);
}
END_TEST

static int keys_of(uint32_t keys[CONTEXT_FEATURES], const struct fixture *f, const int32_t *types,
                   int length, int k)
{
    int n = context_keys(keys, &f->words, types, length, k);

    ck_assert_int_ge(n, CONTEXT_PLACE_KEYS + CONTEXT_SPAN);
    ck_assert_int_le(n, CONTEXT_FEATURES);
    return n;
}

static bool same_keys(const struct fixture *f, const int32_t *a, const int32_t *b, int length,
                      int k)
{
    uint32_t x[CONTEXT_FEATURES], y[CONTEXT_FEATURES];
    int n = keys_of(x, f, a, length, k);

    return keys_of(y, f, b, length, k) == n && memcmp(x, y, (size_t)n * sizeof(*x)) == 0;
}

/* The same word on the other side, or at another distance, is another feature. */
START_TEST(no_two_keys_of_a_place_are_the_same)
{
    static const int32_t types[] = {ICE_CREAM, OLD, OLD, OLD, OLD, OLD, MEN};
    uint32_t keys[CONTEXT_FEATURES];
    struct fixture f;

    setup(&f);
    for (int k = 0; k < 7; k++) {
        int n = keys_of(keys, &f, types, 7, k);

        for (int i = 0; i < n; i++) {
            ck_assert_uint_ne(keys[i], 0);
            for (int j = 0; j < i; j++)
                ck_assert_uint_ne(keys[i], keys[j]);
        }
    }
    teardown(&f);
}
END_TEST

START_TEST(words_within_reach_matter_and_others_do_not)
{
    static const int32_t types[] = {THE, OLD, MEN, THE, OLD, MEN, THE};
    struct fixture f;

    setup(&f);
    for (int at = 0; at < 7; at++) {
        int32_t other[7];

        memcpy(other, types, sizeof(other));
        other[at] = ICE_CREAM;
        ck_assert_int_eq(same_keys(&f, types, other, 7, 3),
                         at < 3 - CONTEXT_REACH || at > 3 + CONTEXT_REACH);
    }
    teardown(&f);
}
END_TEST

START_TEST(only_near_words_give_more_than_their_form)
{
    uint32_t keys[CONTEXT_FEATURES];
    struct fixture f;
    const uint64_t *ice;
    int own = 0;

    setup(&f);
    ice = context_hashes(&f.words, ICE_CREAM);
    for (int i = 0; i < NUM_FEATURES; i++)
        own += ice[i] != 0;
    ck_assert_int_eq(context_word_keys(keys, ice, -2), 1);
    ck_assert_int_eq(context_word_keys(keys, ice, -1), 5);
    ck_assert_int_eq(context_word_keys(keys, ice, 0), own);
    ck_assert_int_eq(context_word_keys(keys, ice, 1), 5);
    ck_assert_int_eq(context_word_keys(keys, ice, 2), 1);
    teardown(&f);
}
END_TEST

/* Model files hold these keys: an older file must find its features again. */
START_TEST(keys_are_those_that_model_files_hold)
{
    static const int32_t types[] = {THE, OLD, MEN};
    static const uint32_t want[CONTEXT_PLACE_KEYS + 1] = {
        0x7D6E4AC3, 0x6D4F35D8, 0x9A373062, 0xDF61AC97, 0xE4565D28, 0x4728C918, 0xD3C797B4};
    uint32_t keys[CONTEXT_FEATURES];
    struct fixture f;

    setup(&f);
    keys_of(keys, &f, types, 3, 1);
    for (int i = 0; i <= CONTEXT_PLACE_KEYS; i++)
        ck_assert_msg(keys[i] == want[i], "key %d is 0x%08X", i, (unsigned)keys[i]);
    teardown(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("context_words");
    TCase *t = tcase_create("all");

    tcase_add_test(t, a_form_has_a_hash_of_each_feature_that_it_has);
    tcase_add_test(t, outside_of_a_sentence_stands_a_word_without_features);
    tcase_add_test(t, no_two_keys_of_a_place_are_the_same);
    tcase_add_test(t, words_within_reach_matter_and_others_do_not);
    tcase_add_test(t, only_near_words_give_more_than_their_form);
    tcase_add_test(t, keys_are_those_that_model_files_hold);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_feats.c - morphological features of words, given their tags. */
#include "core/tagging/feats.h"
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(a_bundle_is_sorted_and_has_each_feature_once)
{
    static const char *const pairs[][2] = {
        {"_", "_"},
        {"Number=Sing", "Number=Sing"},
        {"VerbForm=Fin|Tense=Past|Mood=Ind", "Mood=Ind|Tense=Past|VerbForm=Fin"},
        {"b=1|A=2|a=3|C=4", "A=2|a=3|b=1|C=4"},
        {"Case=Acc||Case=Acc|", "Case=Acc"},
        {"Person[psor]=1|Person=3", "Person=3|Person[psor]=1"}};
    char out[TOKEN_BYTES_MAX + 1];

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        ck_assert(feats_canonical(out, pairs[i][0]));
        ck_assert_str_eq(out, pairs[i][1]);
    }
}
END_TEST

START_TEST(strange_bundles_are_not_learnt)
{
    static char text[3 * TOKEN_BYTES_MAX];
    char out[TOKEN_BYTES_MAX + 1];

    ck_assert(!feats_canonical(out, ""));
    ck_assert(!feats_canonical(out, "|"));
    ck_assert(!feats_canonical(out, "a\x01"));
    ck_assert(!feats_canonical(out, "a\xFF"));
    memset(text, 'x', TOKEN_BYTES_MAX);
    ck_assert(feats_canonical(out, text));
    text[TOKEN_BYTES_MAX] = 'x';
    ck_assert(!feats_canonical(out, text));
    for (int i = 0; i < 64; i++)
        memcpy(text + 5 * i, "a=00|", 6);
    ck_assert(!feats_canonical(out, text)); /* 65 parts, the last one empty */
    text[5 * 64 - 1] = '\0';
    ck_assert(feats_canonical(out, text));
    ck_assert_str_eq(out, "a=00");
}
END_TEST

static void words_of(struct sentences *s, const char *text)
{
    sentences_init(s, text);
    sentences_add_words(s);
}

START_TEST(a_word_gets_features_that_its_tag_has)
{
    struct sentences s, other;
    struct tagger *t;
    struct word_analysis a;

    words_of(&s, "the/DET dogs/NN liked/V a/DET cat/NN|a/DET book/NN ate/V the/DET apples/NN|"
                 "the/DET tree/NN|a/DET house/NN|the/DET man/NN|the/DET cars/NN|a/DET lamp/NN");
    t = tagger_of_words(&s, NULL);
    ck_assert(tagger_has_feats(t));
    a = analyse_tagged(t, &s);
    for (int i = 0; i < 10; i++) {
        char out[TOKEN_BYTES_MAX + 1];

        ck_assert(feats_canonical(out, s.feats[i]));
        ck_assert_str_eq(a.feats[i], out);
    }
    word_analysis_release(&a);
    words_of(&other, "ate/DET the/V|a/DET zebra/NN|the/DET zebras/NN");
    a = analyse_tagged(t, &other);
    ck_assert_int_eq(strncmp(a.feats[0], "Definite=", 9), 0);
    ck_assert_str_eq(a.feats[1], "Tense=Past|VerbForm=Fin");
    ck_assert_str_eq(a.feats[3], "_");
    ck_assert_str_eq(a.feats[5], "Number=Plur"); /* by its ending */
    word_analysis_release(&a);
    sentences_release(&other);
    sentences_release(&s);
    tagger_free(t);
}
END_TEST

/* "fish" is singular behind "a" and plural behind "many". */
START_TEST(neighbours_decide)
{
    static const char text[] = "a/DET fish/NN|many/DET fish/NN|a/DET sheep/NN|many/DET sheep/NN";
    static const char *const truth[] = {"_", "Number=Sing", "Quant=Many", "Number=Plur",
                                        "_", "Number=Sing", "Quant=Many", "Number=Plur"};
    struct sentences s;
    struct tagger *t;
    struct word_analysis a;

    words_of(&s, text);
    for (int i = 0; i < 8; i++)
        s.feats[i] = truth[i];
    t = tagger_of_words(&s, NULL);
    a = analyse_tagged(t, &s);
    for (int i = 0; i < 8; i++)
        ck_assert_str_eq(a.feats[i], truth[i]);
    word_analysis_release(&a);
    sentences_release(&s);
    tagger_free(t);
}
END_TEST

/* More bundles than a model has: the first ones are learnt. */
START_TEST(thousands_of_bundles_are_no_burden)
{
    enum { WORDS = FEATS_MAX + 100 };
    static char names[WORDS][16], text[WORDS * 8];
    struct sentences s;
    struct tagger *t;
    struct word_analysis a;
    size_t at = 0;

    for (int i = 0; i < WORDS; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%sw/X",
                               i == 0    ? ""
                               : i % 100 ? " "
                                         : "|");
    words_of(&s, text);
    for (int i = 0; i < WORDS; i++) {
        snprintf(names[i], sizeof(names[i]), "F=%d", i);
        s.feats[i] = names[i];
    }
    t = tagger_of_words(&s, NULL);
    a = analyse_tagged(t, &s);
    ck_assert_int_eq(strncmp(a.feats[WORDS - 1], "F=", 2), 0);
    ck_assert_int_lt(atoi(a.feats[WORDS - 1] + 2), FEATS_MAX);
    word_analysis_release(&a);
    sentences_release(&s);
    tagger_free(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("feats");
    TCase *t = tcase_create("feats");

    tcase_add_test(t, a_bundle_is_sorted_and_has_each_feature_once);
    tcase_add_test(t, strange_bundles_are_not_learnt);
    tcase_add_test(t, a_word_gets_features_that_its_tag_has);
    tcase_add_test(t, neighbours_decide);
    tcase_add_test(t, thousands_of_bundles_are_no_burden);
    suite_add_tcase(s, t);
    return suite_run(s);
}

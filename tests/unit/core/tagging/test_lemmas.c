/* test_lemmas.c - lemmas of words, given their tags. */
#include "core/tagging/lemmas.h"
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/suite.h"

#include <string.h>

static const char text[] =
    "The/DET dogs/NN liked/V a/DET cat/NN|a/DET book/NN walked/V the/DET apples/NN|"
    "cats/NN talked/V|books/NN looked/V|trees/NN saw/V|a/DET saw/NN ate/V the/DET bylaw/NN|"
    "the/DET tool/NN called/V|The/DET cans/NN opened/V";

static struct tagger *fitted(struct sentences *s)
{
    sentences_init(s, text);
    sentences_add_words(s);
    return tagger_of_words(s, NULL);
}

static void lemmas_are(const struct tagger *t, const char *words, const char *const *want)
{
    struct sentences s;
    struct word_analysis a;

    sentences_init(&s, words);
    a = analyse_tagged(t, &s);
    for (int i = 0; want[i]; i++)
        ck_assert_str_eq(a.lemmas[i], want[i]);
    word_analysis_release(&a);
    sentences_release(&s);
}

START_TEST(words_of_the_training_part_have_their_lemmas)
{
    struct sentences s;
    struct tagger *t = fitted(&s);
    struct word_analysis a = analyse_tagged(t, &s);

    ck_assert(tagger_has_lemmas(t));
    for (int i = 0, at = 0; i < s.corpus.count; i++)
        for (int k = 0; k < s.views[i].length; k++, at++)
            ck_assert_str_eq(a.lemmas[at], s.views[i].lemmas[k]);
    word_analysis_release(&a);
    sentences_release(&s);
    tagger_free(t);
}
END_TEST

START_TEST(other_words_have_lemmas_by_rules_that_several_words_share)
{
    static const char words[] = "zebras/NN jumped/V Bikes/NN outlaw/NN raw/V LIKED/V Dogs/NN";
    static const char *const want[] = {"zebra", "jump", "bike", "outlaw",
                                       "raw",   "lik",  "dog",  NULL};
    struct sentences s;
    struct tagger *t = fitted(&s);

    lemmas_are(t, words, want); /* no "outlee": only "saw" is "see" */
    sentences_release(&s);
    tagger_free(t);
}
END_TEST

START_TEST(the_tag_decides_between_lemmas_of_a_form)
{
    static const char *const want[] = {"see", "saw", NULL};
    struct sentences s;
    struct tagger *t = fitted(&s);

    lemmas_are(t, "saw/V saw/NN", want);
    sentences_release(&s);
    tagger_free(t);
}
END_TEST

START_TEST(a_lemma_does_not_depend_on_other_sentences)
{
    static const char *const want[] = {"cat", "cat", "zebra", "saw", "zebra", "see", NULL};
    struct sentences s;
    struct tagger *t = fitted(&s);

    lemmas_are(t, "cats/NN Cats/NN|zebras/NN saw/NN zebras/NN|saw/V", want);
    lemmas_are(t, "", (const char *const[]){NULL});
    sentences_release(&s);
    tagger_free(t);
}
END_TEST

START_TEST(strange_lemmas_are_not_learnt)
{
    static char longest[LEMMA_BYTES_MAX + 2], word[TOKEN_BYTES_MAX + 40];
    struct sentences s;
    struct tagger *t;
    struct word_analysis a;

    memset(longest, 'x', sizeof(longest) - 1);
    ck_assert(!lemma_is_learnable(longest));
    ck_assert(lemma_is_learnable(longest + 1));
    ck_assert(!lemma_is_learnable("") && !lemma_is_learnable("a\nb") &&
              !lemma_is_learnable("\xFF"));
    memset(word, 'w', sizeof(word) - 1);
    sentences_init(&s, "one/X two/X three/X four/X");
    sentences_add_words(&s);
    s.feats[4] = longest; /* the lemmas are behind the features */
    s.feats[5] = "2\n";
    s.feats[6] = longest + 1;
    s.words[3] = word;
    t = tagger_of_words(&s, NULL);
    a = analyse_tagged(t, &s);
    ck_assert_str_eq(a.lemmas[0], "one");
    ck_assert_str_eq(a.lemmas[1], "two");
    ck_assert_str_eq(a.lemmas[2], longest + 1);
    ck_assert_str_eq(a.lemmas[3], word); /* a model reads only the ends of such a word */
    word_analysis_release(&a);
    sentences_release(&s);
    tagger_free(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lemmas");
    TCase *t = tcase_create("lemmas");

    tcase_add_test(t, words_of_the_training_part_have_their_lemmas);
    tcase_add_test(t, other_words_have_lemmas_by_rules_that_several_words_share);
    tcase_add_test(t, the_tag_decides_between_lemmas_of_a_form);
    tcase_add_test(t, a_lemma_does_not_depend_on_other_sentences);
    tcase_add_test(t, strange_lemmas_are_not_learnt);
    suite_add_tcase(s, t);
    return suite_run(s);
}

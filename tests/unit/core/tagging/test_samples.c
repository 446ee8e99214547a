/* test_samples.c - the contents of a batch of sentences, especially for words that are replaced by
 * unknown ones. */
#include "core/tagging/features.h"
#include "core/tagging/samples.h"
#include "tests/unit/core/tagging/sentences.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One sentence, numbered with these features, rare words always dropped. */
struct fixture {
    struct sentences text;
    struct tagger *t;
    struct samples samples;
};

static void fixture_init(struct fixture *f, const char *text, enum features_kind features)
{
    struct err e = {0};

    memset(f, 0, sizeof(*f));
    sentences_init(&f->text, text);
    f->t = calloc(1, sizeof(*f->t));
    ck_assert_ptr_nonnull(f->t);
    ck_assert_int_eq(params_defaults(&f->t->params, TASK_TAG, NULL, &e), ST_OK);
    f->t->params.column = COLUMN_UPOS;
    f->t->params.features = features;
    f->t->params.unknown_rate = 1;
    f->t->params.members = 1;
    ck_assert_int_eq(
        samples_init(&f->samples, f->t, &f->text.corpus, 0, f->text.corpus.count, true, &e), ST_OK);
}

static void fixture_release(struct fixture *f)
{
    samples_release(&f->samples);
    tagger_free(f->t);
    sentences_release(&f->text);
}

/* The ids of a batch of the first sentence; rng NULL: nothing is dropped. */
static void fill(int32_t *ids, struct fixture *f, struct rng *rng)
{
    int32_t classes[16], first = 0;
    int length;
    struct batch b = {.ids = ids, .lengths = &length, .classes = classes};
    struct sample_source source = samples_source(&f->samples);

    source.fill(source.ctx, &b, &first, 1, rng);
    ck_assert_int_eq(b.T, f->text.views[0].length);
}

START_TEST(a_dropped_word_keeps_what_others_have)
{
    struct fixture f;
    struct rng rng;
    int32_t whole[3 * NUM_FEATURES], ids[3 * NUM_FEATURES];

    fixture_init(&f, "walking/V Talking/V walks/V", FEATURES_AFFIXES);
    rng_seed(&rng, 1);
    fill(whole, &f, NULL);
    fill(ids, &f, &rng);
    for (int k = 0; k < 3; k++)
        ck_assert_int_gt(whole[k * NUM_FEATURES], 0);
    ck_assert_int_ge(whole[NUM_FEATURES + FEATURE_FORM], 0);
    for (int k = 0; k < 3; k++) {
        ck_assert_int_eq(ids[k * NUM_FEATURES + FEATURE_WORD], 0);
        ck_assert_int_eq(ids[k * NUM_FEATURES + FEATURE_FORM], -1);
    }
    /* "walking" shares four letters with "walks", and five with "Talking"; "s" nothing has but
     * "walks". */
    ck_assert_int_ge(ids[FEATURE_PREFIX + 3], 0);
    ck_assert_int_ge(ids[FEATURE_SUFFIX + 4], 0);
    ck_assert_int_ge(whole[2 * NUM_FEATURES + FEATURE_SUFFIX], 0);
    ck_assert_int_eq(ids[2 * NUM_FEATURES + FEATURE_SUFFIX], -1);
    ck_assert_int_ge(ids[2 * NUM_FEATURES + FEATURE_PREFIX + 3], 0);
    ck_assert_int_eq(ids[NUM_FEATURES + FEATURE_PREFIX], -1);
    fixture_release(&f);
}
END_TEST

START_TEST(a_form_of_a_known_word_does_not_make_it_two)
{
    struct fixture f;
    struct rng rng;
    int32_t ids[3 * NUM_FEATURES];

    fixture_init(&f, "walk/V Walk/V dog/NN", FEATURES_AFFIXES);
    rng_seed(&rng, 1);
    fill(ids, &f, &rng);
    for (int k = FEATURE_FORM; k < FEATURE_SHAPE; k++) {
        ck_assert_int_eq(ids[k], -1);
        ck_assert_int_eq(ids[NUM_FEATURES + k], -1);
    }
    /* The shape of small letters stays. */
    ck_assert_int_ge(ids[FEATURE_SHAPE], 0);
    fixture_release(&f);
}
END_TEST

START_TEST(a_word_alone_is_dropped_whole)
{
    struct fixture f;
    struct rng rng;
    int32_t whole[3], ids[3];

    fixture_init(&f, "the/DET dog/NN the/DET", FEATURES_WORD);
    rng_seed(&rng, 1);
    fill(whole, &f, NULL);
    ck_assert_int_eq(whole[0], 1);
    ck_assert_int_eq(whole[1], 2);
    ck_assert_int_eq(whole[2], 1);
    fill(ids, &f, &rng);
    for (int k = 0; k < 3; k++)
        ck_assert_int_eq(ids[k], 0);
    fixture_release(&f);
}
END_TEST

/* The table of a corpus with more features than it has room for is filled: with all that occur
 * twice, and then with the first ones that occur once. */
START_TEST(the_table_is_filled)
{
    enum { WORDS = 14000 };
    char *text = malloc(WORDS * 24);
    size_t at = 0;
    struct fixture f;

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < WORDS; i++)
        at += (size_t)sprintf(text + at, "%s%06x/N", i ? "|" : "",
                              (unsigned)i * 2654435761U % 0xFFFFFFU);
    fixture_init(&f, text, FEATURES_AFFIXES);
    ck_assert_int_gt(f.t->words.count, 20000);
    ck_assert_int_le((int64_t)f.t->words.count * tagger_net_config(f.t).input_size, 3300000);
    ck_assert_int_gt(((int64_t)f.t->words.count + 1) * tagger_net_config(f.t).input_size, 3300000);
    fixture_release(&f);
    free(text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("samples of a tagger");
    TCase *t = tcase_create("samples");
    SRunner *r;
    int failed;

    tcase_add_test(t, a_dropped_word_keeps_what_others_have);
    tcase_add_test(t, a_form_of_a_known_word_does_not_make_it_two);
    tcase_add_test(t, a_word_alone_is_dropped_whole);
    tcase_add_test(t, the_table_is_filled);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

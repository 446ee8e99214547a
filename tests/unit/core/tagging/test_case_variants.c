/* test_case_variants.c - training sentences in other cases, and what a tagger learns by them. */
#include "core/tagging/case_variants.h"

#include "core/tagging/samples.h"
#include "tests/unit/core/tagging/sentences.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static const char *form(const struct fixture *f, const int32_t *types, int k)
{
    return f->samples.forms.words[types[k]];
}

START_TEST(a_sentence_in_each_case)
{
    static const char *const want[NUM_CASES][3] = {
        {"\002The", "\002Dog", "."}, {"\002the", "\002dog", "."}, {"\002THE", "\002DOG", "."}};
    struct fixture f;

    fixture_init(&f, "The/D dog/N ./P", FEATURES_CASES);
    for (int c = 0; c < NUM_CASES; c++)
        for (int k = 0; k < 3; k++)
            ck_assert_str_eq(form(&f, f.samples.variants.types[c], k), want[c][k]);
    ck_assert_str_eq(form(&f, f.samples.types, 0), "The");
    ck_assert_str_eq(form(&f, f.samples.types, 1), "dog");
    fixture_release(&f);
}
END_TEST

/* A variant adds no row: its words are those of the text. */
START_TEST(variants_add_forms_but_no_rows)
{
    struct fixture with, without;

    fixture_init(&with, "The/D dog/N sees/V a/D Queen/N ./P", FEATURES_CASES);
    fixture_init(&without, "The/D dog/N sees/V a/D Queen/N ./P", FEATURES_CAPITALS);
    ck_assert_int_gt(with.samples.forms.count, without.samples.forms.count);
    ck_assert_int_eq(with.t->words.count, without.t->words.count);
    fixture_release(&with);
    fixture_release(&without);
}
END_TEST

/* No script without two cases, and no sentence with fewer than two such words. */
START_TEST(nothing_where_there_is_no_case)
{
    struct fixture f;
    struct rng r, before;
    struct case_copies copies = {0};
    struct context_corpus c = {.count = 0};
    struct err e = {0};

    fixture_init(&f, "\xE5\xAD\xA6/N \xE6\xA0\xA1/N|Yes/I !/P", FEATURES_CASES);
    for (int i = 0; i < NUM_CASES; i++)
        ck_assert_ptr_null(f.samples.variants.types[i]);
    rng_seed(&r, 1);
    before = r;
    ck_assert_ptr_eq(case_variants_draw(&f.samples.variants, f.samples.types, &r), f.samples.types);
    ck_assert_int_eq(memcmp(&r, &before, sizeof(r)), 0);
    ck_assert_int_eq(case_copies_init(&copies, &c, &f.samples.variants, &e), ST_OK);
    ck_assert_int_eq(c.count, 0);
    ck_assert_ptr_null(copies.types);
    fixture_release(&f);
}
END_TEST

START_TEST(a_fifth_of_the_draws_is_in_another_case)
{
    enum { DRAWS = 30000 };
    struct fixture f;
    struct rng r;
    int count[NUM_CASES] = {0};

    fixture_init(&f, "The/D dog/N ./P", FEATURES_CASES);
    rng_seed(&r, 7);
    for (int i = 0; i < DRAWS; i++) {
        const int32_t *types = case_variants_draw(&f.samples.variants, f.samples.types, &r);

        for (int c = 0; c < NUM_CASES; c++)
            count[c] += types == f.samples.variants.types[c];
    }
    for (int c = 0; c < NUM_CASES; c++)
        ck_assert_msg(count[c] > 1700 && count[c] < 2300, "%d of %d", count[c], DRAWS);
    fixture_release(&f);
}
END_TEST

START_TEST(copies_stand_behind_the_sentences)
{
    struct fixture f;
    struct case_copies copies = {0};
    struct context_corpus c = {0};
    struct err e = {0};

    /* The first and the fifth sentence are copied, the fifth as it is the second copy. */
    fixture_init(&f, "The/D dog/N|b/X|c/X|d/X|A/D cat/N ran/V", FEATURES_CASES);
    c.offset = f.samples.offset;
    c.types = f.samples.types;
    c.classes[TAG_UPOS] = f.samples.classes[0];
    c.count = f.samples.count;
    ck_assert_int_eq(case_copies_init(&copies, &c, &f.samples.variants, &e), ST_OK);
    ck_assert_int_eq(c.count, 7);
    ck_assert_uint_eq(c.offset[5], 8);
    ck_assert_uint_eq(c.offset[6], 10);
    ck_assert_uint_eq(c.offset[7], 13);
    ck_assert_str_eq(form(&f, c.types, 1), "dog");
    ck_assert_str_eq(form(&f, c.types, 9), "\002Dog");
    ck_assert_str_eq(form(&f, c.types, 11), "\002cat");
    ck_assert_int_eq(c.classes[TAG_UPOS][9], c.classes[TAG_UPOS][1]);
    ck_assert_int_eq(c.classes[TAG_UPOS][12], c.classes[TAG_UPOS][7]);
    ck_assert_ptr_null(c.classes[TAG_XPOS]);
    case_copies_release(&copies);
    fixture_release(&f);
}
END_TEST

/* Tokens of v in another case; free the array and the strings. */
static const char **changed(const struct sentence_view *v, enum letter_case c)
{
    const char **out = calloc((size_t)v->length, sizeof(*out));
    char text[TOKEN_BYTES_MAX + 1];

    ck_assert_ptr_nonnull(out);
    for (int k = 0; k < v->length; k++) {
        case_change(text, c, v->tokens[k]);
        out[k] = strdup(text);
    }
    return out;
}

/* Wrong tags among the sentences of `test` in another case. */
static int wrong_tags(const struct tagger *t, const struct sentences *test, enum letter_case c)
{
    struct err e = {0};
    int wrong = 0;

    for (int i = 0; i < test->corpus.count; i++) {
        struct sentence_view v = test->views[i];
        const char **tokens = changed(&v, c);
        int best[64];

        v.tokens = tokens;
        ck_assert_int_eq(predict_upos(best, NULL, NULL, t, &v, 1, &e), ST_OK);
        for (int k = 0; k < v.length; k++) {
            wrong += strcmp(tagger_tag(t, TAG_UPOS, best[k]), v.tags[TAG_UPOS][k]) != 0;
            free((char *)tokens[k]);
        }
        free(tokens);
    }
    return wrong;
}

/* Sentences in which only the word itself tells a verb, "we lam it", from a name, "we Mal it". */
static char *verbs_and_names(void)
{
    enum { WORDS = 16, BYTES = 64 };
    char *text = malloc(WORDS * BYTES), *at = text;

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < WORDS; i++) {
        char a = "bdfgklmnprstvwxz"[i], b = "aeiou"[i % 5], c = "kmnt"[i % 4];

        at += sprintf(at, "%swe/P %c%c%c/V it/P|we/P %c%c%c/N it/P", i ? "|" : "", a, b, c,
                      toupper(c), b, a);
    }
    return text;
}

/* Without the variants, a verb with a capital letter is an unknown word, and so is a name in small
 * letters. */
START_TEST(a_tagger_reads_every_case)
{
    struct sentences s;
    struct params p;
    struct err e = {0};
    char *text = verbs_and_names();
    int wrong[2] = {0};

    sentences_init(&s, text);
    ck_assert_int_eq(params_defaults(&p, TASK_TAG, NULL, &e), ST_OK);
    ck_assert_int_eq(p.features, FEATURES_CASES);
    p.test_size = 0;
    p.column = COLUMN_UPOS;
    p.hidden_size = 16;
    p.members = 1;
    p.epochs = 100;
    for (int i = 0; i < 2; i++) {
        struct tagger *t = NULL;

        p.features = i ? FEATURES_CASES : FEATURES_CAPITALS;
        ck_assert_int_eq(tagger_fit(&t, &s.corpus, &p, NULL, &e), ST_OK);
        for (int c = 0; c < NUM_CASES; c++)
            wrong[i] += wrong_tags(t, &s, (enum letter_case)c);
        tagger_free(t);
    }
    ck_assert_int_gt(wrong[0], 0);
    ck_assert_int_lt(2 * wrong[1], wrong[0]);
    sentences_release(&s);
    free(text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sentences in other cases");
    TCase *t = tcase_create("case_variants");
    SRunner *r;
    int failed;

    tcase_add_test(t, a_sentence_in_each_case);
    tcase_add_test(t, variants_add_forms_but_no_rows);
    tcase_add_test(t, nothing_where_there_is_no_case);
    tcase_add_test(t, a_fifth_of_the_draws_is_in_another_case);
    tcase_add_test(t, copies_stand_behind_the_sentences);
    tcase_add_test(t, a_tagger_reads_every_case);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

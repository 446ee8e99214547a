/* test_tagger.c - the members of a tagger, and its accessors. */
#include "core/tagging/tagger_model.h"
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static struct tagger *fitted(struct sentences *s, enum features_kind features)
{
    struct params p;
    struct tagger *t = NULL;
    struct err e = {0};

    sentences_init(s, "Everybody/NN saw/V the/DET Queen/NN|the/DET dog/NN saw/V Everybody/NN|"
                      "the/DET Queen/NN read/V the/DET book/NN");
    sentences_add_xpos(s);
    ck_assert_int_eq(params_defaults(&p, TASK_TAG, NULL, &e), ST_OK);
    p.hidden_size = 5;
    p.embedding_dim = 4;
    p.epochs = 1;
    p.features = features;
    ck_assert_msg(tagger_fit(&t, &s->corpus, &p, NULL, &e) == ST_OK, "%s", e.message);
    return t;
}

START_TEST(columns_are_wanted_as_the_parameter_has_them)
{
    static const struct {
        enum column_kind column;
        bool upos, xpos;
    } cases[] = {{COLUMN_UPOS, true, false}, {COLUMN_XPOS, false, true}, {COLUMN_BOTH, true, true}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct params p = {.column = cases[i].column};

        ck_assert_int_eq(tagging_wants(&p, TAG_UPOS), cases[i].upos);
        ck_assert_int_eq(tagging_wants(&p, TAG_XPOS), cases[i].xpos);
    }
    ck_assert_str_eq(tag_column_name(TAG_UPOS), "upos");
    ck_assert_str_eq(tag_column_name(TAG_XPOS), "xpos");
}
END_TEST

START_TEST(a_tagger_reports_its_tags)
{
    struct sentences s;
    struct tagger *t = fitted(&s, FEATURES_AFFIXES);

    ck_assert(tagger_has(t, TAG_UPOS) && tagger_has(t, TAG_XPOS));
    ck_assert_int_eq(tagger_main_column(t), TAG_UPOS);
    ck_assert_int_eq(tagger_num_tags(t, TAG_UPOS), 3);
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, 0), "NN");
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, 2), "DET");
    ck_assert_str_eq(tagger_tag(t, TAG_XPOS, 0), "nn");
    ck_assert_ptr_nonnull(tagger_evaluation(t));
    vocabulary_release(&t->tags[TAG_UPOS]);
    ck_assert(!tagger_has(t, TAG_UPOS));
    ck_assert_int_eq(tagger_main_column(t), TAG_XPOS);
    tagger_free(t);
    tagger_free(NULL);
    sentences_release(&s);
}
END_TEST

/* The unknown word counts, as do both rows of "Everybody", at the beginning and inside. */
START_TEST(words_are_counted_and_other_rows_are_not)
{
    static const struct {
        enum features_kind features;
        int words;
    } cases[] = {
        {FEATURES_WORD, 8}, {FEATURES_AFFIXES, 8}, {FEATURES_CAPITALS, 9}, {FEATURES_CASES, 9}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sentences s;
        struct tagger *t = fitted(&s, cases[i].features);

        ck_assert_int_eq(tagger_num_features(t),
                         cases[i].features == FEATURES_WORD ? 1 : net_get_config(t->net)->features);
        ck_assert_int_eq(tagger_num_words(t), cases[i].words);
        tagger_free(t);
        sentences_release(&s);
    }
}
END_TEST

static bool knows(const struct tagger *t, const char *token)
{
    struct err e = {0};
    bool known = false;

    ck_assert_int_eq(tagger_knows(&known, t, token, &e), ST_OK);
    return known;
}

START_TEST(a_word_is_known_wherever_it_stands)
{
    for (int features = FEATURES_WORD; features <= FEATURES_CASES; features++) {
        struct sentences s;
        struct tagger *t = fitted(&s, (enum features_kind)features);

        ck_assert(knows(t, "the"));
        ck_assert(knows(t, "Everybody"));
        ck_assert(knows(t, "Queen")); /* inside of sentences alone */
        ck_assert(!knows(t, "Zebra"));
        ck_assert(!knows(t, "zebra"));
        tagger_free(t);
        sentences_release(&s);
    }
}
END_TEST

/* With FEATURES_CAPITALS, and only then, a word with a capital letter inside a sentence has a form
 * of its own. */
START_TEST(the_form_of_a_word_depends_on_its_place)
{
    static const char *const tokens[] = {"Queen", "sees", "Queen"};
    const struct sentence_view v = {.tokens = tokens, .length = 3};
    struct params p = {.features = FEATURES_CAPITALS};
    char first[FORM_BYTES_MAX + 1], inside[FORM_BYTES_MAX + 1];

    ck_assert_str_eq(tagging_form(first, &p, &v, false, 0), "Queen");
    ck_assert_str_eq(tagging_form(inside, &p, &v, false, 1), "sees");
    ck_assert_str_eq(tagging_form(inside, &p, &v, false, 2), truecase_mark(first, "Queen"));
    p.features = FEATURES_AFFIXES;
    ck_assert_str_eq(tagging_form(inside, &p, &v, false, 2), "Queen");
}
END_TEST

/* With FEATURES_CASES, and only then, words of a sentence in one case have a form of their own. */
START_TEST(the_form_of_a_word_depends_on_the_case_of_its_sentence)
{
    static const char *const tokens[] = {"QUEEN", "SEES", "2"};
    const struct sentence_view v = {.tokens = tokens, .length = 3};
    struct params p = {.features = FEATURES_CASES};
    char form[FORM_BYTES_MAX + 1], marked[FORM_BYTES_MAX + 1];

    ck_assert(tagging_is_uniform(&p, &v));
    ck_assert_str_eq(tagging_form(form, &p, &v, true, 1), truecase_mark_uniform(marked, "SEES"));
    ck_assert_str_eq(tagging_form(form, &p, &v, true, 2), "2");
    ck_assert_str_eq(tagging_form(form, &p, &v, false, 1), "SEES");
    p.features = FEATURES_CAPITALS;
    ck_assert(!tagging_is_uniform(&p, &v));
}
END_TEST

START_TEST(a_long_token_has_a_shortened_form)
{
    char text[3 * TOKEN_BYTES_MAX + 1], space[FORM_BYTES_MAX + 1];
    const char *tokens[] = {text};
    const struct sentence_view v = {.tokens = tokens, .length = 1};
    const struct params p = {.features = FEATURES_AFFIXES};
    const char *form;

    memset(text, 'a', sizeof(text) - 1);
    text[0] = 'b';
    text[sizeof(text) - 2] = 'c';
    text[sizeof(text) - 1] = '\0';
    form = tagging_form(space, &p, &v, false, 0);
    ck_assert_ptr_eq(form, space); /* nothing that it points to is gone when it returns */
    ck_assert_uint_le(strlen(form), TOKEN_BYTES_MAX);
    ck_assert(form[0] == 'b' && form[strlen(form) - 1] == 'c');
}
END_TEST

START_TEST(memory_counts_weights_words_and_pool)
{
    struct sentences s;
    struct tagger *t = fitted(&s, FEATURES_AFFIXES);
    size_t pool = work_pool_size(net_get_config(t->net), POOL_TOKENS, POOL_SENTENCES,
                                 WORK_POOL_SLOTS_MAX, false);
    size_t net = net_num_params(t->net) * sizeof(float), before = tagger_bytes(t);
    struct err e = {0};
    int32_t id;

    ck_assert_int_eq(tagger_num_params(t),
                     (int64_t)net_num_params(t->net) + context_num_params(t->context));
    ck_assert_uint_gt(before, sizeof(*t) + net + vocabulary_bytes(&t->words) + pool);
    ck_assert_int_eq(vocabulary_add(&id, &t->words, "w:another-one", 1000, "words", &e), ST_OK);
    ck_assert_uint_gt(tagger_bytes(t), before);
    tagger_free(t);
    sentences_release(&s);
}
END_TEST

START_TEST(a_released_evaluation_is_empty)
{
    struct tagger_evaluation ev = {.first_before = malloc(4), .first_after = malloc(4)};

    for (int c = 0; c < TAG_COLUMNS; c++)
        ev.column[c] = (struct column_evaluation){
            .num_tags = 1, .tags = malloc(sizeof(struct tag_score)), .confusion = malloc(8)};
    tagger_evaluation_release(&ev);
    ck_assert_ptr_null(ev.first_before);
    ck_assert_ptr_null(ev.column[TAG_XPOS].confusion);
    ck_assert_int_eq(ev.column[TAG_UPOS].num_tags, 0);
    tagger_evaluation_release(&ev);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tagger");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, columns_are_wanted_as_the_parameter_has_them);
    tcase_add_test(t, a_tagger_reports_its_tags);
    tcase_add_test(t, words_are_counted_and_other_rows_are_not);
    tcase_add_test(t, a_word_is_known_wherever_it_stands);
    tcase_add_test(t, the_form_of_a_word_depends_on_its_place);
    tcase_add_test(t, the_form_of_a_word_depends_on_the_case_of_its_sentence);
    tcase_add_test(t, a_long_token_has_a_shortened_form);
    tcase_add_test(t, memory_counts_weights_words_and_pool);
    tcase_add_test(t, a_released_evaluation_is_empty);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_truecase.c - capitalised words inside sentences. */
#include "core/tagging/features.h"
#include "core/tagging/tagger_model.h"
#include "core/text/truecase.h"
#include "tests/unit/core/tagging/sentences.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(capitalised_by_hand)
{
    static const char *const
        yes[] =
            {"Dog", "I", "A1", "McDonald", "\xC3\x89t\xC3\xA9", "\xC4\x90\xC3\xA0 N\xE1\xBA\xB5ng"},
        *const no[] = {"dog",         "USA", "iPhone", "1A", "", "\"", "U.S.", "\xC3\xA9t\xC3\xA9",
                       "\xE5\xAD\xA6"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        ck_assert_msg(truecase_is_capitalised(yes[i]), "%s", yes[i]);
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        ck_assert_msg(!truecase_is_capitalised(no[i]), "%s", no[i]);
}
END_TEST

START_TEST(what_a_sentence_goes_on_behind)
{
    static const char *const yes[] = {"dog", "7", ",",  ";",   "/",
                                      "&",   "'", "'s", "Mr.", "\xE5\xAD\xA6"},
                             *const no[] = {"\"",  "``",           ":",       ".", "!", "(", "-",
                                            "...", "\xE2\x80\x9C", "\xC2\xAB"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        ck_assert_msg(truecase_goes_on(yes[i]), "%s", yes[i]);
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        ck_assert_msg(!truecase_goes_on(no[i]), "%s", no[i]);
}
END_TEST

static void check_form(const char *before, const char *token, bool want)
{
    char space[FORM_BYTES_MAX + 1];
    const char *form = truecase_form(space, before, token);
    enum truecase_mark mark;

    ck_assert_str_eq(truecase_token(&mark, form), token);
    ck_assert_int_eq(mark, want ? MARK_INSIDE : MARK_NONE);
    ck_assert_int_eq(form == token, !want);
}

START_TEST(forms_by_where_a_word_stands)
{
    char longest[TOKEN_BYTES_MAX + 1];

    check_form(NULL, "Kim", false);
    check_form("saw", "Kim", true);
    check_form("\"", "Kim", false);
    check_form("saw", "kim", false);
    check_form("saw", "KIM", false);
    memset(longest, 'x', TOKEN_BYTES_MAX);
    longest[0] = 'X';
    longest[TOKEN_BYTES_MAX] = '\0';
    check_form("saw", longest, true);
}
END_TEST

START_TEST(the_mark_of_a_sentence_in_one_case)
{
    char space[FORM_BYTES_MAX + 1];
    enum truecase_mark mark;
    const char *form = truecase_mark_uniform(space, "Kim");

    ck_assert_str_eq(truecase_token(&mark, form), "Kim");
    ck_assert_int_eq(mark, MARK_UNIFORM);
}
END_TEST

/* A capitalised word inside a sentence has features of its own for the word and its shape. */
START_TEST(features_inside)
{
    char space[FORM_BYTES_MAX + 1];
    struct features f;
    struct err e = {0};

    ck_assert_int_eq(features_of(&f, truecase_mark(space, "Thu"), &e), ST_OK);
    ck_assert_str_eq(f.name[FEATURE_WORD], "wi:thu");
    ck_assert_str_eq(f.name[FEATURE_FORM], "f:Thu");
    ck_assert_str_eq(f.name[FEATURE_PREFIX], "p1:t");
    ck_assert_str_eq(f.name[FEATURE_SHAPE], "hi:Xxx");
    for (int k = 0; k < NUM_FEATURES; k++)
        ck_assert(!f.name[k] || features_is_name(f.name[k]));
    ck_assert_str_eq(features_word("wi:thu"), "thu");
    ck_assert_str_eq(features_word("w:thu"), "thu");
    ck_assert_ptr_null(features_word("hi:Xxx"));
    ck_assert_ptr_null(features_word("thu"));
}
END_TEST

/* Sentences with verbs such as "lam", in small letters and at the beginning, and with names such as
 * "Mal" inside. */
static char *verbs_and_names(void)
{
    enum { WORDS = 24, BYTES = 128 };
    char *text = malloc(WORDS * BYTES), *at = text;

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < WORDS; i++) {
        char a = "bdfgklmnprst"[i % 12], b = "aeiou"[i % 5], c = "kmnt"[i % 4];

        at += sprintf(at, "%s%c%c%c/V see/X it/N|we/N %c%c%c/V it/N|go/V see/X %c%c%c/N",
                      i ? "|" : "", a - 32, b, c, a, b, c, c - 32, b, a);
    }
    return text;
}

/* "lam" was a verb in small letters and at the beginning. With a capital letter inside a sentence
 * it must be a name. */
START_TEST(a_name_is_told_by_where_it_stands)
{
    struct sentences train, test;
    struct tagger *t = NULL;
    struct params p;
    struct err e = {0};
    char *text = verbs_and_names(), space[FORM_BYTES_MAX + 1];
    int32_t rows[NUM_FEATURES];
    int best[3];

    sentences_init(&train, text);
    sentences_init(&test, "Lam see it|go see Lam|go see Zox");
    ck_assert_ptr_nonnull(strstr(text, "we/N lam/V"));
    ck_assert_ptr_null(strstr(text, "Lam/N"));
    ck_assert_int_eq(params_defaults(&p, TASK_TAG, NULL, &e), ST_OK);
    ck_assert_int_ge(p.features, FEATURES_CAPITALS);
    p.test_size = 0;
    p.column = COLUMN_UPOS;
    p.hidden_size = 16;
    p.members = 1;
    p.epochs = 40;
    ck_assert_int_eq(tagger_fit(&t, &train.corpus, &p, NULL, &e), ST_OK);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(predict_upos(best, NULL, NULL, t, &test.views[i], 1, &e), ST_OK);
        ck_assert_str_eq(tagger_tag(t, TAG_UPOS, best[0]), "V");
        ck_assert_str_eq(tagger_tag(t, TAG_UPOS, best[2]), "N");
    }
    /* The verb "lam" has a row, the name "Lam" has none; the name "Mal" was seen. */
    ck_assert_int_eq(tagger_rows(rows, t, "Lam", &e), ST_OK);
    ck_assert_int_gt(rows[FEATURE_WORD], 0);
    ck_assert_int_eq(tagger_rows(rows, t, truecase_mark(space, "Lam"), &e), ST_OK);
    ck_assert_int_eq(rows[FEATURE_WORD], 0);
    ck_assert_int_eq(tagger_rows(rows, t, truecase_mark(space, "Mal"), &e), ST_OK);
    ck_assert_int_gt(rows[FEATURE_WORD], 0);
    /* A word that was seen anywhere is known. */
    for (int i = 0; i < 3; i++) {
        bool known = false;

        ck_assert_int_eq(tagger_knows(&known, t, test.views[i].tokens[i ? 2 : 0], &e), ST_OK);
        ck_assert_int_eq(known, i < 2);
    }
    tagger_free(t);
    sentences_release(&test);
    sentences_release(&train);
    free(text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("capital letters inside sentences");
    TCase *t = tcase_create("casing");
    SRunner *r;
    int failed;

    tcase_add_test(t, capitalised_by_hand);
    tcase_add_test(t, what_a_sentence_goes_on_behind);
    tcase_add_test(t, forms_by_where_a_word_stands);
    tcase_add_test(t, the_mark_of_a_sentence_in_one_case);
    tcase_add_test(t, features_inside);
    tcase_add_test(t, a_name_is_told_by_where_it_stands);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

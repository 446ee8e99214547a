/* test_raw_text.c - the raw text of treebanks, and a tokenizer that learns from it. */
#include "server/formats/conllu.h"
#include "server/formats/raw_text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {.max_sentences = 1000, .max_tokens = 10000};

#define ROW(id, form, misc) id "\t" form "\t_\tX\t_\t_\t_\t_\t_\t" misc "\n"
#define NO                  "SpaceAfter=No"

/* A word is "form" and then ' ' (more in the token), '|' (token) or '^' (sentence). */
static void check(const char *conllu, int count, const char *const *texts, const char *const *words)
{
    struct tagged_set s;
    struct documents d;
    struct err e = {0};

    ck_assert_msg(conllu_read(&s, conllu, strlen(conllu), &limits, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(documents_init(&d, &s, 0, s.count, &e), ST_OK);
    ck_assert_int_eq(d.count, count);
    for (int i = 0; i < count; i++) {
        char got[512] = "";

        ck_assert_uint_eq(d.items[i].length, strlen(d.items[i].text));
        ck_assert_str_eq(d.items[i].text, texts[i]);
        for (size_t k = 0; k < d.items[i].count; k++) {
            const struct text_word *w = &d.items[i].words[k];
            size_t n = strlen(got);

            snprintf(got + n, sizeof(got) - n, "%.*s%s", (int)(w->end - w->start),
                     d.items[i].text + w->start,
                     w->sentence_end ? "^"
                     : w->token_end  ? "|"
                                     : " ");
        }
        ck_assert_str_eq(got, words[i]);
    }
    documents_release(&d);
    tagged_set_release(&s);
}

START_TEST(tokens_are_joined_as_space_after_says)
{
    const char *texts[] = {"I don't. Yes(no)"}, *words[] = {"I|do n't|.^Yes|(|no|)^"};

    check("# text = I don't.\n" ROW("1", "I", "_") ROW("2-3", "don't", NO) ROW("2", "do", "_")
              ROW("3", "n't", "_")
                  ROW("4", ".", "X=1|SpaceAfterwards=No") "\n" ROW("1", "Yes", "A=B|" NO)
                      ROW("2", "(", NO) ROW("2.1", "empty", "_") ROW("3", "no", NO "|C=D")
                          ROW("4", ")", "_") "\n",
          1, texts, words);
}
END_TEST

START_TEST(documents_and_paragraphs_are_told_apart)
{
    const char *texts[] = {"a\n\nb c", "d"}, *words[] = {"a^b^c^", "d^"};

    check(
        "# newdoc id = 1\n# text = a\n" ROW(
            "1", "a", NO) "\n"
                          "# newpar\n# text = b\n" ROW(
                              "1", "b", "_") "\n"
                                             "# newparty\n#text = c\n" ROW(
                                                 "1", "c",
                                                 "_") "\n"
                                                      "# newdoc\n# newpar id = 2\n# text = d\n" ROW(
                                                          "1", "d", "_") "\n",
        2, texts, words);
}
END_TEST

START_TEST(sentences_without_spaces_are_joined_without)
{
    const char *texts[] = {"\xE4\xBD\xA0\xE5\xA5\xBD\xE3\x80\x82\xE5\x86\x8D\xE8\xA7\x81"};
    const char *words[] = {"\xE4\xBD\xA0\xE5\xA5\xBD|\xE3\x80\x82^\xE5\x86\x8D\xE8\xA7\x81^"};

    check("# text = x\n" ROW("1", "\xE4\xBD\xA0\xE5\xA5\xBD", NO) ROW(
              "2", "\xE3\x80\x82", NO) "\n"
                                       "# text = y\n" ROW("1", "\xE5\x86\x8D\xE8\xA7\x81", NO) "\n",
          1, texts, words);
}
END_TEST

START_TEST(words_that_do_not_lie_in_their_token_are_one)
{
    const char *texts[] = {"du vin"}, *words[] = {"du|vin^"};

    check("# text = du vin\n" ROW("1-2", "du", "_") ROW("1", "de", "_") ROW("2", "le", "_")
              ROW("3", "vin", "_") "\n",
          1, texts, words);
}
END_TEST

START_TEST(sentences_that_say_nothing_of_spaces_are_left_out)
{
    const char *texts[] = {"b ,"}, *words[] = {"b|,^"};

    check(ROW("1", "a", "_") ROW("2", ",", "_") "\n", 0, NULL, NULL);
    check(ROW("1", "a", "_") "\n# text = b ,\n" ROW("1", "b", "_") ROW("2", ",", "_") "\n", 1,
          texts, words);
}
END_TEST

START_TEST(a_tokenizer_learns_from_them)
{
    static const char one[] = "# text = We can't go.\n" ROW("1", "We", "_") ROW("2-3", "can't", "_")
        ROW("2", "ca", "_") ROW("3", "n't", "_") ROW("4", "go", NO) ROW("5", ".", "_") "\n";
    char all[sizeof(one) * 60] = "";
    struct tokenizer_params p;
    struct tokenizer *t = NULL;
    struct text_word *words = NULL;
    struct tagged_set s;
    struct documents d;
    struct err e = {0};
    size_t n = 0;

    for (int i = 0; i < 60; i++)
        strcat(all, one);
    ck_assert_int_eq(conllu_read(&s, all, strlen(all), &limits, &e), ST_OK);
    ck_assert_int_eq(documents_init(&d, &s, 0, s.count, &e), ST_OK);
    tokenizer_defaults(&p);
    p.hidden_size = 8;
    p.embedding_dim = 8;
    p.batch_size = 1;
    p.epochs = 40;
    p.learning_rate = 0.02;
    ck_assert_msg(tokenizer_fit(&t, d.items, d.count, &p, NULL, NULL, &e) == ST_OK, "%s",
                  e.message);
    ck_assert_int_eq(tokenize(&words, &n, t, "We can't go. We go.", 19, false, &e), ST_OK);
    ck_assert_uint_eq(n, 8);
    ck_assert_uint_eq(words[1].end, 5); /* ca */
    ck_assert(!words[1].token_end && words[2].token_end);
    ck_assert(words[4].sentence_end && words[7].sentence_end && !words[5].sentence_end);
    free(words);
    tokenizer_free(t);
    documents_release(&d);
    tagged_set_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("documents");
    TCase *t = tcase_create("text");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_test(t, tokens_are_joined_as_space_after_says);
    tcase_add_test(t, documents_and_paragraphs_are_told_apart);
    tcase_add_test(t, sentences_without_spaces_are_joined_without);
    tcase_add_test(t, words_that_do_not_lie_in_their_token_are_one);
    tcase_add_test(t, sentences_that_say_nothing_of_spaces_are_left_out);
    tcase_add_test(t, a_tokenizer_learns_from_them);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

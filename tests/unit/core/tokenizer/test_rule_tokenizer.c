/* test_rule_tokenizer.c - text into words and sentences without having learnt how. */
#include "tests/unit/core/tokenizer/texts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void splits_lines(const char *want, bool lines)
{
    struct marked m;
    struct text_word *words = NULL;
    struct err e = {0};
    size_t n = 0;
    char *got;

    marked_init(&m, want);
    ck_assert_int_eq(rule_tokenize(&words, &n, m.text, m.length, lines, &e), ST_OK);
    got = marked_show(m.text, m.length, words, n);
    ck_assert_str_eq(got, want);
    free(got);
    free(words);
    marked_release(&m);
}

static void splits(const char *want)
{
    splits_lines(want, true);
}

START_TEST(words_are_those_of_annex_29)
{
    splits("The dog|, an e|-|mail|, don't|: 3.14 (|Hi|!|)^");
    splits("can't stop U.S|.^ Now^");
    splits("\xE7\x9C\x8B|\xE8\xA7\x81^");                        /* Han characters stand alone */
    splits("\xE3\x82\xAB\xE3\x82\xBF\xE3\x82\xAB\xE3\x83\x8A^"); /* Katakana do not */
    splits("gr\xC3\xBCn e\xCC\x81t\xC3\xA9^");
    splits("  a\t\tb\xC2\xA0\x63^ \r\n");
}
END_TEST

START_TEST(sentences_end_behind_closing_punctuation)
{
    splits("It works|.^ Does it|?^ Yes|!^");
    splits("He said|: \"|Go|!|\"^ They went|.^");
    splits("Wait|.|.|.^ What|?|!^ (|Oh|.|)^ Well^");
    splits("it costs|. nothing|.^"); /* lower case goes on */
    splits("J|. Smith met A|. B|. Wood|.^");
    splits("pi is 3.14 and v1.2.3 is out|.^");
    splits("\xE4\xBD\xA0|\xE5\xA5\xBD|\xE3\x80\x82^\xE5\x86\x8D|\xE8\xA7\x81|\xE3\x80\x82^");
    splits("\xE0\xA4\xB9\xE0\xA5\x88 \xE0\xA5\xA4^ \xE0\xA4\xB5\xE0\xA4\xB9^"); /* danda */
}
END_TEST

START_TEST(line_ends_end_sentences_when_they_shall)
{
    splits("one line^\nanother^\n\nlast^");
    splits_lines("one line\ngoes on^\n\nlast^", false);
    splits_lines("one line\r\ngoes on^\r\n\r\nlast^", false);
}
END_TEST

START_TEST(nothing_gives_no_word)
{
    struct text_word *words = NULL;
    struct err e = {0};
    size_t n = 1;

    ck_assert_int_eq(rule_tokenize(&words, &n, "", 0, true, &e), ST_OK);
    ck_assert_uint_eq(n, 0);
    free(words);
    ck_assert_int_eq(rule_tokenize(&words, &n, " \n\t\xE3\x80\x80", 6, true, &e), ST_OK);
    ck_assert_uint_eq(n, 0);
    free(words);
}
END_TEST

START_TEST(what_is_not_utf8_is_refused_with_its_line)
{
    static const char *const bad[] = {"a\nb\xFF", "a\n\xC0\xAF", "a\n\xED\xA0\x80",
                                      "a\n\xF4\x90\x80\x80"};
    struct text_word *words = NULL;
    size_t n = 0;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err e = {0};

        ck_assert_int_eq(rule_tokenize(&words, &n, bad[i], strlen(bad[i]), true, &e), ST_MALFORMED);
        ck_assert_int_eq(e.line, 2);
        ck_assert_ptr_null(words);
    }
}
END_TEST

/* A row of stops, quotes or marks must not cost more than its length. */
START_TEST(long_rows_of_the_same_are_split_in_linear_time)
{
    static const char *const steps[] = {".", "\"", "\xCC\x81", "\xF0\x9F\x87\xA9", "a", ". "};
    const size_t n = 50000;

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        size_t width = strlen(steps[i]), count = 0;
        char *text = calloc(n * width + 1, 1), *shown;
        struct text_word *words = NULL;
        struct err e = {0};

        ck_assert_ptr_nonnull(text);
        for (size_t k = 0; k < n; k++)
            memcpy(text + k * width, steps[i], width);
        ck_assert_int_eq(rule_tokenize(&words, &count, text, n * width, true, &e), ST_OK);
        ck_assert_uint_gt(count, 0);
        ck_assert_uint_eq(words[count - 1].last,
                          words[count - 1].space_after && i == 5 ? 2 * n - 1 : n);
        shown = marked_show(text, n * width, words, count);
        free(shown);
        free(words);
        free(text);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rule_tokenize");
    TCase *tc = tcase_create("rules");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, words_are_those_of_annex_29);
    tcase_add_test(tc, sentences_end_behind_closing_punctuation);
    tcase_add_test(tc, line_ends_end_sentences_when_they_shall);
    tcase_add_test(tc, nothing_gives_no_word);
    tcase_add_test(tc, what_is_not_utf8_is_refused_with_its_line);
    tcase_add_test(tc, long_rows_of_the_same_are_split_in_linear_time);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* test_tokenizer_score.c - counting what was split right, against cases counted by hand. */
#include "tests/unit/core/tokenizer/texts.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static struct tokenizer_score score(const char *gold, const char *found)
{
    struct tokenizer_score s;
    struct marked g, f;

    marked_init(&g, gold);
    marked_init(&f, found);
    ck_assert_str_eq(g.text, f.text);
    tokenizer_evaluate(&s, g.text, g.words, g.count, f.words, f.count);
    marked_release(&g);
    marked_release(&f);
    return s;
}

static void same(struct span_score s, int gold, int found, int correct)
{
    double p = found ? (double)correct / found : 0, r = gold ? (double)correct / gold : 0;

    ck_assert_int_eq(s.gold, gold);
    ck_assert_int_eq(s.found, found);
    ck_assert_int_eq(s.correct, correct);
    ck_assert_double_eq_tol(s.precision, p, 1e-12);
    ck_assert_double_eq_tol(s.recall, r, 1e-12);
    ck_assert_double_eq_tol(s.f1, p + r > 0 ? 2 * p * r / (p + r) : 0, 1e-12);
}

START_TEST(what_is_equal_is_right)
{
    struct tokenizer_score s = score("I do/n't know|.^ Bye|!^", "I do/n't know|.^ Bye|!^");

    same(s.words, 7, 7, 7);
    same(s.tokens, 6, 6, 6);
    same(s.sentences, 2, 2, 2);
}
END_TEST

START_TEST(a_boundary_missed_costs_the_words_on_both_sides)
{
    /* gold: a b.c d; found: ab c d */
    same(score("a|b|c d^", "ab|c d^").tokens, 4, 3, 2);
    same(score("a|b|c d^", "ab|c d^").sentences, 1, 1, 1);
    /* One too many in the middle of a word. */
    same(score("cats eat^", "ca|ts eat^").tokens, 2, 3, 1);
    /* Shifted boundary: neither side is right. */
    same(score("ab|cd^", "a|bcd^").tokens, 2, 2, 0);
}
END_TEST

START_TEST(tokens_and_words_are_counted_apart)
{
    struct tokenizer_score s = score("can/not go^", "cannot go^");

    same(s.tokens, 2, 2, 2);
    same(s.words, 3, 2, 1);
    s = score("can/not go^", "can|not go^");
    same(s.tokens, 2, 3, 1);
    same(s.words, 3, 3, 3);
}
END_TEST

START_TEST(sentences_are_spans_of_characters)
{
    same(score("a b^ c d^ e^", "a b^ c d e^").sentences, 3, 2, 1);
    same(score("a b^ c d^ e^", "a b c^ d^ e^").sentences, 3, 3, 1);
    /* An end that falls into a token of the other does not match, and moves nothing else. */
    same(score("ab|c^ d^", "a|bc^ d^").sentences, 2, 2, 2);
}
END_TEST

START_TEST(white_space_does_not_count)
{
    same(score("New~ York is^", "New~ York is^").tokens, 2, 2, 2);
    same(score("New~ York is^\n\n\xE3\x80\x80x^", "New York is^\n\n\xE3\x80\x80x^").tokens, 3, 4,
         2);
    same(score("thủ~ đô^", "thủ đô^").tokens, 1, 2, 0);
}
END_TEST

START_TEST(nothing_found_is_no_division_by_nought)
{
    struct tokenizer_score s;
    struct marked g;

    marked_init(&g, "a b^");
    tokenizer_evaluate(&s, g.text, g.words, g.count, NULL, 0);
    same(s.tokens, 2, 0, 0);
    tokenizer_evaluate(&s, g.text, NULL, 0, NULL, 0);
    same(s.tokens, 0, 0, 0);
    marked_release(&g);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("spans");
    TCase *tc = tcase_create("score");
    SRunner *sr;
    int failed;

    tcase_add_test(tc, what_is_equal_is_right);
    tcase_add_test(tc, a_boundary_missed_costs_the_words_on_both_sides);
    tcase_add_test(tc, tokens_and_words_are_counted_apart);
    tcase_add_test(tc, sentences_are_spans_of_characters);
    tcase_add_test(tc, white_space_does_not_count);
    tcase_add_test(tc, nothing_found_is_no_division_by_nought);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

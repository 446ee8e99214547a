/* test_edit_script.c - rules that make lemmas from forms. */
#include "core/tagging/edit_script.h"
#include "tests/unit/suite.h"

#include <string.h>

static const char *const pairs[][3] = {
    {"dogs", "dog", "l0,1,0,"},
    {"Dogs", "dog", "l0,1,0,"},
    {"cities", "city", "l0,3,0,y"},
    {"Paris", "Paris", "k0,0,0,"},
    {"paris", "Paris", "t0,0,0,"},
    {"PARIS", "Paris", "t0,0,0,"},
    {"nato", "NATO", "u0,0,0,"},
    {"gegangen", "gehen", "l0,6,0,hen"},
    {"went", "go", "=go"},
    {"n't", "not", "l0,2,0,ot"},
    {"pi\xC3\xBA", "pi\xC3\xBA", "l0,0,0,"},
    {"\xC3\x84pfel", "Apfel", "l1,0,1,A"},
    {"\xD0\x9A\xD0\x9E\xD0\xA2\xD0\xAB", "\xD0\xBA\xD0\xBE\xD1\x82", "l0,1,0,"},
    {"unkinder", "kind", "l2,2,0,"},
    {"a", "1,2,3,", "=1,2,3,"},
};
enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

START_TEST(a_rule_makes_the_lemma_from_the_form)
{
    char text[EDIT_SCRIPT_MAX + 1], lemma[EDITED_MAX + 1];
    struct edit_script s;

    edit_script_of(text, pairs[_i][0], pairs[_i][1]);
    ck_assert_str_eq(text, pairs[_i][2]);
    ck_assert(edit_script_parse(&s, text));
    ck_assert(edit_script_apply(lemma, &s, pairs[_i][0]));
    ck_assert_str_eq(lemma, pairs[_i][1]);
}
END_TEST

START_TEST(a_rule_serves_other_words)
{
    static const char *const words[][3] = {{"l0,3,0,y", "Ladies", "lady"},
                                           {"t0,0,0,", "\xC3\xA4GYPTEN", "\xC3\x84gypten"},
                                           {"k1,1,2,\xC3\xA9z", "abc",
                                            "\xC3\xA9"
                                            "bz"}};
    char lemma[EDITED_MAX + 1];
    struct edit_script s;

    for (int i = 0; i < 3; i++) {
        ck_assert(edit_script_parse(&s, words[i][0]));
        ck_assert(edit_script_apply(lemma, &s, words[i][1]));
        ck_assert_str_eq(lemma, words[i][2]);
    }
    ck_assert(edit_script_parse(&s, "l2,2,0,x"));
    ck_assert(!edit_script_apply(lemma, &s, "four"));
    ck_assert(!edit_script_apply(lemma, &s, "a"));
    ck_assert(!edit_script_apply(lemma, &s, ""));
    ck_assert(edit_script_apply(lemma, &s, "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"));
    ck_assert_str_eq(lemma, "\xC3\xA9x");
}
END_TEST

START_TEST(texts_that_are_no_rules_are_refused)
{
    static const char *const wrong[] = {
        "",       "=",        "l",        "x0,0,0,",         "l0,0,",
        "l,0,0,", "l0,0,2,a", "l-1,0,0,", "l0,0,1,\xC3\xA9", "l12345,0,0,",
        "l0,0,0"};
    char added[EDIT_ADDED_MAX + 16] = "l0,0,0,";
    struct edit_script s;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_msg(!edit_script_parse(&s, wrong[i]), "%s", wrong[i]);
    memset(added + 7, 'a', EDIT_ADDED_MAX);
    ck_assert(edit_script_parse(&s, added));
    added[7 + EDIT_ADDED_MAX] = 'a';
    ck_assert(!edit_script_parse(&s, added));
}
END_TEST

/* Forms and lemmas of any length up to the limits. */
START_TEST(long_words_have_rules_too)
{
    static char form[TOKEN_BYTES_MAX + 1], lemma[LEMMA_BYTES_MAX + 1], made[EDITED_MAX + 1];
    char text[EDIT_SCRIPT_MAX + 1];
    struct edit_script s;

    for (size_t n = 60; n < LEMMA_BYTES_MAX; n += 3) {
        memset(form, 'A', n);
        memset(lemma, n % 2 ? 'a' : 'A', n);
        if (n % 5 == 0)
            lemma[n / 2] = 'x';
        form[n] = lemma[n] = '\0';
        edit_script_of(text, form, lemma);
        ck_assert(edit_script_parse(&s, text));
        ck_assert_msg(s.letter == '=' || n % 5 != 0 || n <= 64, "%zu: %s", n, text);
        ck_assert(edit_script_apply(made, &s, form));
        ck_assert_str_eq(made, lemma);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("edit script");
    TCase *t = tcase_create("edit_script");

    tcase_add_loop_test(t, a_rule_makes_the_lemma_from_the_form, 0, PAIRS);
    tcase_add_test(t, a_rule_serves_other_words);
    tcase_add_test(t, texts_that_are_no_rules_are_refused);
    tcase_add_test(t, long_words_have_rules_too);
    suite_add_tcase(s, t);
    return suite_run(s);
}

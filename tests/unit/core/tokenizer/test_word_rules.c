/* test_word_rules.c - rules that mend what a tokenizer's net has found.
 *
 * Words are written as in "Go|!$ |” He": a '|' separates words, a '$' behind a word ends its
 * sentence; both are no part of the text. */
#include "core/tokenizer/word_rules.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 32, BYTES = 256 };

struct words {
    char text[BYTES];
    struct text_word items[WORDS];
    size_t count, length;
};

static void end_word(struct words *w, size_t *start)
{
    if (*start < w->length)
        w->items[w->count++] =
            (struct text_word){.start = *start, .end = w->length, .token_end = true};
    *start = w->length;
}

static void words_init(struct words *w, const char *marked)
{
    size_t start = 0;

    memset(w, 0, sizeof(*w));
    for (; *marked; marked++) {
        if (*marked == '|' || *marked == '$' || *marked == ' ')
            end_word(w, &start);
        if (*marked == '$')
            w->items[w->count - 1].sentence_end = true;
        if (*marked == ' ')
            start++;
        if (*marked != '|' && *marked != '$')
            w->text[w->length++] = *marked;
    }
    end_word(w, &start);
    for (size_t i = 0; i < w->count; i++) {
        w->items[i].first = w->items[i].start; /* no code points are counted here */
        w->items[i].last = w->items[i].end;
        w->items[i].space_after = i + 1 == w->count || w->items[i + 1].start > w->items[i].end;
    }
}

static void mark(char *out, const struct words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        const struct text_word *word = &w->items[i];

        ck_assert_uint_eq(word->last, word->end);
        out += sprintf(out, "%.*s%s", (int)(word->end - word->start), w->text + word->start,
                       word->sentence_end ? "$" : "");
        if (i + 1 < w->count)
            out += sprintf(out, "%s", word->space_after ? " " : "|");
    }
}

static void check(const char *marked, const char *want)
{
    struct words w;
    char got[2 * BYTES] = "";

    words_init(&w, marked);
    w.count = word_rules_apply(w.items, w.count, w.text, w.length);
    mark(got, &w);
    ck_assert_str_eq(got, want);
}

static void stays(const char *marked)
{
    check(marked, marked);
}

START_TEST(hashtags_and_names_are_one_token)
{
    check("See #|StarFest now|.$", "See #StarFest now|.$");
    check("#|Best|2016 is on", "#Best2016 is on");
    check("(|@|lee_123|)", "(|@lee_123|)");
    check("\"|@|sam|\" #|F\xC3\xAAte|!$", "\"|@sam|\" #F\xC3\xAAte|!$");
    check("#$|News today", "#News today");
    check("#|\xE6\x96\xB0", "#\xE6\x96\xB0");
    stays("See #StarFest");
    stays("#|1 and C|# and a|#|b");
    stays("@|enron.com and @|a|@|b.c and x|@|y");
    stays("#|a-b");
    stays("# x");
}
END_TEST

START_TEST(a_reference_ends_no_sentence)
{
    check("See fig|.$ 3 here", "See fig. 3 here");
    check("See vol.$ 3 here", "See vol. 3 here");
    check("See Pp|.$ 3", "See Pp. 3");
    stays("See fig|.$ They left");
    stays("It is a fig|.$");
    stays("He said so|.$ 3 left");
    stays("See fig|. 3");
}
END_TEST

START_TEST(a_closing_quote_stays_with_its_sentence)
{
    static const char *const quotes[] = {"\"",           "'",        "\xE2\x80\x9D", "\xE2\x80\x99",
                                         "\xC2\xBB",     "\xC2\xAB", "\xE2\x80\x9C", "\xE2\x80\xBA",
                                         "\xE3\x80\x8D", ")"};
    char text[BYTES], want[BYTES];

    for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
        snprintf(text, sizeof(text), "Go|!$|%s He left|.$", quotes[i]);
        snprintf(want, sizeof(want), "Go|!|%s$ He left|.$", quotes[i]);
        check(text, want);
    }
    check("Go|!$|'$|\"", "Go|!|'|\"$");
    check("Go|.$|\"$ Yes", "Go|.|\"$ Yes");
    stays("Go|!|\"$ He");
    stays("Go|!$ \"|He");
    stays("Go|!$|\"|He|\"");
    stays("Go|!$|(|He|)");
    stays("Go");
}
END_TEST

START_TEST(nothing_stays_nothing)
{
    struct text_word none;

    ck_assert_uint_eq(word_rules_apply(&none, 0, "", 0), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rules for words");
    TCase *t = tcase_create("word_rules");
    SRunner *r;
    int failed;

    tcase_add_test(t, hashtags_and_names_are_one_token);
    tcase_add_test(t, a_reference_ends_no_sentence);
    tcase_add_test(t, a_closing_quote_stays_with_its_sentence);
    tcase_add_test(t, nothing_stays_nothing);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* test_tokenizer_data.c - reading a treebank to train a tokenizer. */
#include "tests/unit/core/tokenizer/small_fit.h"
#include "tests/unit/core/tokenizer/texts.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <lstm/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAIN_WORDS = 1200, PLAIN_BYTES = 8000 };

/* 300 sentences of two to four words: no full stops, a capital at every word, and no length that
 * ends one. Only the text between the sentences can tell where they end. */
static struct text_view plain_text(char text[PLAIN_BYTES], struct text_word word[PLAIN_WORDS],
                                   char between, unsigned seed)
{
    static const char *const words[] = {"Dogs", "Cats", "Birds", "Run", "Eat", "Sleep"};
    struct text_view v = {.text = text, .words = word};
    struct rng r;

    rng_seed(&r, seed);
    for (int i = 0; i < 300; i++) {
        unsigned last = 1 + (unsigned)(rng_next(&r) % 3);

        for (unsigned k = 0; k <= last; k++) {
            struct text_word *w = &word[v.count++];

            *w = (struct text_word){.start = v.length, .token_end = true};
            v.length += (size_t)snprintf(text + v.length, PLAIN_BYTES - v.length, "%s%c",
                                         words[rng_next(&r) % 6], k == last ? between : ' ');
            w->end = v.length - 1;
            w->sentence_end = k == last;
        }
    }
    return v;
}

START_TEST(a_line_end_speaks_for_the_end_of_a_sentence)
{
    struct tokenizer_params p = sample_small();
    static char text[PLAIN_BYTES];
    static struct text_word word[PLAIN_WORDS];
    double f1[2];
    struct text_view v = plain_text(text, word, ' ', 1);
    struct tokenizer *t;

    p.epochs = 60;
    t = sample_fit(&v, 1, &p, NULL);
    for (int lines = 0; lines < 2; lines++) {
        struct text_word *found = NULL;
        struct err e = {0};
        struct tokenizer_score s;
        size_t n = 0;

        v = plain_text(text, word, lines ? '\n' : ' ', 2);
        ck_assert_int_eq(tokenize(&found, &n, t, text, v.length, false, &e), ST_OK);
        tokenizer_evaluate(&s, text, v.words, v.count, found, n);
        f1[lines] = s.sentences.f1;
        free(found);
    }
    ck_assert_double_gt(f1[1], 0.7);
    ck_assert_double_gt(f1[1], f1[0] + 0.2);
    tokenizer_free(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tokenizer_data");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_line_end_speaks_for_the_end_of_a_sentence);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* test_tokenize.c - any text is cut into words that cover it. */
#include "tests/unit/core/tokenizer/small_fit.h"
#include "tests/unit/core/tokenizer/texts.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <lstm/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A paragraph is split in the same way, whatever text of whatever length is before and behind
 * it. */
START_TEST(paragraphs_do_not_know_of_each_other)
{
    struct tokenizer_params p = sample_small();
    struct tokenizer *t;
    struct marked m;
    struct text_view v;
    char *alone, *text, *all, *found;
    size_t n, many = 30000, at = 0;

    p.epochs = 2;
    sample_random_text(&m, 100, 6);
    v = marked_view(&m);
    t = sample_fit(&v, 1, &p, NULL);
    for (size_t i = 0; i < m.length; i++) {
        if (m.text[i] == '\n')
            m.text[i] = ' ';
    }
    n = m.length - 1;
    while (m.text[n - 1] == ' ')
        n--;
    alone = sample_show(t, m.text, n);
    text = calloc(2 * many + n + 10, 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < many; i++) {
        text[at++] = 'x';
        text[at++] = i % 1000 == 999 ? '.' : ' ';
    }
    memcpy(text + at, "\n\n", 2);
    at += 2;
    memcpy(text + at, m.text, n);
    at += n;
    memcpy(text + at, "\n\nend", 5);
    at += 5;
    all = sample_show(t, text, at);
    found = strstr(all, "\n\n");
    ck_assert_ptr_nonnull(found);
    ck_assert_int_eq(strncmp(found + 2, alone, strlen(alone)), 0);
    ck_assert_str_eq(found + 2 + strlen(alone), "\n\nend^");
    free(alone);
    free(text);
    free(all);
    tokenizer_free(t);
    marked_release(&m);
}
END_TEST

START_TEST(any_text_is_covered_by_words)
{
    static const char *const texts[] = {
        "",
        " \n\n ",
        "x",
        "\xCC\x81\xCC\x81 \xCC\x81", /* marks without a letter */
        "\xE2\x80\x8D\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80",
        "a\xC2\x85\xC2\x85z\xE2\x80\xA9q\r\rr",
        "\x01\x02 \x7F",
    };
    struct tokenizer_params p = sample_small();
    struct tokenizer *t;
    struct marked m;
    struct text_view v;

    p.epochs = 1;
    sample_random_text(&m, 30, 6);
    v = marked_view(&m);
    t = sample_fit(&v, 1, &p, NULL);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        free(sample_show(t, texts[i], strlen(texts[i])));
    for (int kind = 0; kind < 3; kind++) {
        size_t n = 100000;
        char *text = malloc(n);

        ck_assert_ptr_nonnull(text);
        memset(text, "a.7"[kind], n);
        free(sample_show(t, text, n));
        free(text);
    }
    tokenizer_free(t);
    marked_release(&m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tokenize");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, paragraphs_do_not_know_of_each_other);
    tcase_add_test(t, any_text_is_covered_by_words);
    suite_add_tcase(s, t);
    return suite_run(s);
}

/* small_fit.c - see small_fit.h. */
#include "tests/unit/core/tokenizer/small_fit.h"

#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <lstm/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tokenizer_params sample_small(void)
{
    struct tokenizer_params p;

    tokenizer_defaults(&p);
    p.hidden_size = 12;
    p.embedding_dim = 12;
    p.batch_size = 8;
    p.epochs = 12;
    p.learning_rate = 0.02;
    p.seed = 5;
    return p;
}

struct tokenizer *sample_fit(const struct text_view *v, int n, const struct tokenizer_params *p,
                             const struct fit_hooks *hooks)
{
    struct tokenizer *t = NULL;
    struct err e = {0};

    ck_assert_msg(tokenizer_fit(&t, v, n, p, NULL, hooks, &e) == ST_OK, "%s", e.message);
    return t;
}

void sample_random_text(struct marked *m, int count, unsigned seed)
{
    char *marks = marked_random(count, seed);

    marked_init(m, marks);
    free(marks);
}

char *sample_show(const struct tokenizer *t, const char *text, size_t n)
{
    struct text_word *words = NULL;
    struct err e = {0};
    size_t count = 0;
    char *out;

    ck_assert_msg(tokenize(&words, &count, t, text, n, false, &e) == ST_OK, "%s", e.message);
    out = marked_show(text, n, words, count);
    free(words);
    return out;
}

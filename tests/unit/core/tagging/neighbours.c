/* neighbours.c - see neighbours.h. */
#include "tests/unit/core/tagging/neighbours.h"

#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int32_t neighbours_form(struct neighbours *f, const char *word)
{
    struct err e = {0};
    int32_t id;

    ck_assert_int_eq(vocabulary_add(&id, &f->forms, word, 100, "words", &e), ST_OK);
    return id;
}

void neighbours_setup(struct neighbours *f)
{
    memset(f, 0, sizeof(*f));
    for (int i = 0; i < SENTENCES; i++) {
        int second = i / 3 % 2;
        int32_t *types = f->types + (size_t)i * LENGTH, *u = f->classes[0] + (size_t)i * LENGTH,
                *x = f->classes[1] + (size_t)i * LENGTH;

        types[0] = neighbours_form(f, second ? "zwei" : "ein");
        types[1] = neighbours_form(f, "same");
        types[2] = neighbours_form(f, i % 2 ? "dog" : "cat");
        types[3] = neighbours_form(f, "last");
        u[0] = 0;
        u[1] = 1 + second;
        u[2] = 3;
        u[3] = 1 + i % 2;
        for (int k = 0; k < LENGTH; k++)
            x[k] = k == 1 ? second : -1;
        f->offset[i + 1] = f->offset[i] + LENGTH;
    }
    f->corpus = (struct context_corpus){.forms = &f->forms,
                                        .offset = f->offset,
                                        .types = f->types,
                                        .classes = {f->classes[0], f->classes[1]},
                                        .size = {4, 2},
                                        .count = SENTENCES};
}

void neighbours_teardown(struct neighbours *f)
{
    vocabulary_release(&f->forms);
}

struct context *neighbours_fit(const struct neighbours *f, const struct context *from,
                               uint64_t seed)
{
    struct context *c = NULL;
    struct err e = {0};

    ck_assert_msg(!context_fit(&c, &f->corpus, from, seed, NULL, NULL, &e), "%s", e.message);
    return c;
}

void neighbours_scores(float *y, const struct neighbours *f, const struct context *c, int i, int k)
{
    struct context_words w = {0};
    struct err e = {0};

    ck_assert_int_eq(
        context_words_init(&w, (const char *const *)f->forms.words, f->forms.count, &e), ST_OK);
    ck_assert_int_eq(context_words_sum(&w, c, f->forms.count, &e), ST_OK);
    context_scores(y, c, &w, f->types + f->offset[i], LENGTH, k, 1);
    context_words_release(&w);
}

/* neighbours.h - sentences in which the tag of a word depends on its neighbours. */
#ifndef TESTS_UNIT_CORE_TAGGING_NEIGHBOURS_H
#define TESTS_UNIT_CORE_TAGGING_NEIGHBOURS_H

#include "core/tagging/context.h"

#include <string.h>

enum { SENTENCES = 120, LENGTH = 4, TOKENS = SENTENCES * LENGTH };

/* Sentences "A x P y": the tag of x depends on which of two words is before it, and the tag of y on
 * the word two places before it. */
struct neighbours {
    struct vocabulary forms;
    size_t offset[SENTENCES + 1];
    int32_t types[TOKENS], classes[2][TOKENS];
    struct context_corpus corpus;
};

int32_t neighbours_form(struct neighbours *f, const char *word);

void neighbours_setup(struct neighbours *f);

void neighbours_teardown(struct neighbours *f);

struct context *neighbours_fit(const struct neighbours *f, const struct context *from,
                               uint64_t seed);

void neighbours_scores(float *y, const struct neighbours *f, const struct context *c, int i, int k);

#endif

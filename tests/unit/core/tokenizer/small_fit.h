/* small_fit.h - small tokenizers and texts for tests. */
#ifndef TESTS_UNIT_CORE_TOKENIZER_SMALL_FIT_H
#define TESTS_UNIT_CORE_TOKENIZER_SMALL_FIT_H

#include "tests/unit/core/tokenizer/texts.h"

#include <lstm/checkpoint.h>
#include <lstm/rng.h>
#include <string.h>

struct tokenizer_params sample_small(void);

struct tokenizer *sample_fit(const struct text_view *v, int n, const struct tokenizer_params *p,
                             const struct fit_hooks *hooks);

void sample_random_text(struct marked *m, int count, unsigned seed);

char *sample_show(const struct tokenizer *t, const char *text, size_t n);

#endif

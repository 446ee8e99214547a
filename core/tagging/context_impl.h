/* context_impl.h - the inside of a context model, for context*.c alone. */
#ifndef CORE_TAGGING_CONTEXT_IMPL_H
#define CORE_TAGGING_CONTEXT_IMPL_H

#include "core/tagging/context.h"
#include "core/text/feature_index.h"

/* Features of a word in its place: a constant, its own, the forms around it, features of the words
 * beside it, pairs of forms, pairs of shapes. */
enum { CONTEXT_FEATURES = 1 + NUM_FEATURES + 4 + 8 + 3 + 2 };

struct context {
    int size[TAG_COLUMNS], outputs; /* tags of each column, of all */
    struct feature_index rows;
    float *scale;    /* (rows) */
    int8_t *weights; /* (rows, outputs) times the scale of the row */
};

/* Allocates weights and scales of all rows, as zeros. ST_NOMEM. */
enum status context_room(struct context *c, struct err *e);

/* Writes the keys, none 0, of the features of word k; returns how many. */
int context_keys(uint32_t keys[CONTEXT_FEATURES], const struct context_words *w,
                 const int32_t *types, int length, int k);

#endif

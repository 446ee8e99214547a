/* context_impl.h - the inside of a context model, for context*.c alone. */
#ifndef CORE_TAGGING_CONTEXT_IMPL_H
#define CORE_TAGGING_CONTEXT_IMPL_H

#include "core/tagging/context.h"
#include "core/text/feature_index.h"

/* Features of a place: it is there, the word's own, forms around it, looks of those beside it, pairs of
 * forms and of shapes. */
enum { CONTEXT_FEATURES = 1 + NUM_FEATURES + 4 + 8 + 3 + 2 };

struct context {
    int size[TAG_COLUMNS], outputs; /* tags of each column, of all */
    struct feature_index rows;
    float *scale;    /* (rows) */
    int8_t *weights; /* (rows, outputs) times the scale of the row */
};

/* Room for the weights of the rows that there are; zeros. ST_NOMEM. */
enum status context_room(struct context *c, struct err *e);

/* The features of word k as keys that are not 0; returns how many. */
int context_keys(uint32_t keys[CONTEXT_FEATURES], const struct context_words *w,
                 const int32_t *types, int length, int k);

#endif

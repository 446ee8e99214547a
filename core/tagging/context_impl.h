/* context_impl.h - the inside of a context model, for context*.c alone. Private to tagging/. */
#ifndef CORE_TAGGING_CONTEXT_IMPL_H
#define CORE_TAGGING_CONTEXT_IMPL_H

#include "core/tagging/features.h"
#include "core/text/feature_index.h"

struct context {
    int size[TAG_COLUMNS], outputs; /* tags of each column, of all */
    struct feature_index rows;
    float *scale;    /* (rows) */
    int8_t *weights; /* (rows, outputs) times the scale of the row */
};

/* Allocates weights and scales of all rows, as zeros. ST_NOMEM. */
enum status context_room(struct context *c, struct err *e);

#endif

/* tagger_warm_start.h - a fit that begins where another model ended: its vocabulary and tags come first, and what
 * they weigh is where the nets start. */
#ifndef CORE_TAGGING_TAGGER_WARM_START_H
#define CORE_TAGGING_TAGGER_WARM_START_H

#include "core/tagging/tagger_model.h"

/* The tagger of a model file, which must be built as p says: ST_INVALID names what differs, at
 * "/warm_start_from"; ST_CORRUPT, ST_NOMEM. tagger_free() it. */
enum status warm_load(struct tagger **out, const uint8_t *bytes, size_t len, const struct params *p,
                      struct err *e);
/* Puts the rows and tags of from into the empty lists of t. ST_NOMEM. */
enum status warm_lists(struct tagger *t, const struct tagger *from, struct err *e);
/* Over the initial weights of index number `index` of t: those of that index of from. What is new
 * in t keeps its own. ST_NOMEM. */
enum status warm_weights(struct net *n, const struct tagger *t, const struct tagger *from,
                         int index, struct err *e);

#endif

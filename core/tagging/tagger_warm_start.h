/* tagger_warm_start.h - starts a fit from another model: its vocabulary and tags come first, and
 * the nets start from its weights. */
#ifndef CORE_TAGGING_TAGGER_WARM_START_H
#define CORE_TAGGING_TAGGER_WARM_START_H

#include "core/tagging/tagger_model.h"

/* Loads the tagger of a model file; tagger_free() it. ST_INVALID at "/warm_start_from" names the
 * first parameter that shapes the net and differs from p; ST_CORRUPT, ST_NOMEM. */
enum status warm_load(struct tagger **out, const uint8_t *bytes, size_t len, const struct params *p,
                      struct err *e);
/* Copies the vocabulary and the tags of `from` into the empty ones of t. ST_NOMEM. */
enum status warm_lists(struct tagger *t, const struct tagger *from, struct err *e);
/* Overwrites the initial weights of n, net number `index` of t, with those of the same net of
 * `from`. Words and tags that are new in t keep their initial weights. ST_NOMEM. */
enum status warm_weights(struct net *n, const struct tagger *t, const struct tagger *from,
                         int index, struct err *e);

#endif

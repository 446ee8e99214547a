/* morphology.h - what a tagger finds out about words after their tags: features and lemmas. */
#ifndef CORE_TAGGING_MORPHOLOGY_H
#define CORE_TAGGING_MORPHOLOGY_H

#include "core/tagging/lemmas.h"

struct morphology {
    struct feats feats;   /* no bundles: the tagger has no FEATS */
    struct lemmas lemmas; /* no rules: it has no lemmas */
    struct tag_hashes hashes;
};
void morphology_free(struct morphology *m);
size_t morphology_bytes(const struct morphology *m); /* 0 for NULL */

/* Fits t->morphology to the first `count` sentences, as t->params.feats and lemmas want it. tags:
 * the numbers of their tags. Starts from the model `from`, which may be NULL. Deterministic.
 * ST_NOMEM, ST_CANCELLED. */
enum status morphology_fit(struct tagger *t, const struct sentence_view *sentences, int count,
                           const struct tag_numbers *tags, const struct morphology *from,
                           const struct stop_flag *stop, struct err *e);
/* As tagger_analyse(), but ST_CANCELLED when stop (may be NULL) stops it. */
enum status morphology_analyse(struct word_analysis *out, const struct tagger *t,
                               const struct sentence_view *sentences, int n,
                               const struct tag_output tags[TAG_COLUMNS],
                               const struct stop_flag *stop, struct err *e);

enum status morphology_save(struct checkpoint *to, const struct morphology *m, struct err *e);
/* Loads t->morphology as t->params.feats and lemmas want it. ST_CORRUPT, ST_NOMEM. */
enum status morphology_load(struct tagger *t, const struct checkpoint *from, struct err *e);
/* Whether this is the name of a tensor of it. */
bool morphology_owns(const char *tensor);

#endif

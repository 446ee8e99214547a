/* feats.h - the morphological features (FEATS) of words, given their tags.
 *
 * A word gets one of the bundles ("Number=Plur|Person=3") that the training part has with its tag,
 * so that both agree; a word that occurs often enough with its tags gets one of those that it had.
 * Where there is a choice, a perceptron decides by the word, its neighbours, their tags, and the
 * bundles of the word before and of the last noun or pronoun. The tags of the net see the whole
 * sentence, and leave only one bundle for most words; so this takes a tenth of the time of tagging,
 * thousands of bundles are no burden, and the tags are what they would be without it. */
#ifndef CORE_TAGGING_FEATS_H
#define CORE_TAGGING_FEATS_H

#include "core/tagging/perceptron.h"
#include "core/tagging/word_hashes.h"

enum { FEATS_MAX = 4096 }; /* bundles; later ones are not learnt */

struct feats {
    struct vocabulary bundles;     /* the first is "_": none */
    uint64_t *hash;                /* (bundles) */
    struct sparse by_word, by_tag; /* bundles of a word with its tags, of a tag */
    struct sparse weights;
};
void feats_release(struct feats *f);
size_t feats_bytes(const struct feats *f);

/* Training sentences. */
struct feats_corpus {
    const struct sentence_view *sentences; /* (count) */
    int count;
    const struct word_hashes *words;
    const struct tag_hashes *hashes;
    struct tag_numbers tags;
    uint64_t seed;
    const struct stop_flag *stop; /* or NULL */
};
/* out: zeroed; feats_release() it also on failure. from: a model whose weights the fit starts from,
 * or NULL. Deterministic. ST_NOMEM, ST_CANCELLED. */
enum status feats_fit(struct feats *out, const struct feats_corpus *c, const struct feats *from,
                      struct err *e);
/* Writes the bundles that the words have; -1: not known, or not among those of f. */
void feats_numbers(int *out, const struct feats *f, const struct sentence_view *sentences,
                   int count);
/* Writes the bundles of the words [from, from + length), one sentence, to best. */
void feats_predict(int *best, const struct feats *f, struct perceptron_work *w,
                   const struct word_hashes *words, const struct tag_hashes *hashes,
                   const struct tag_numbers *tags, size_t from, int length);

/* Metadata "feats" and tensors feats.*; nothing when there are no bundles. */
enum status feats_save(struct checkpoint *to, const struct feats *f, struct err *e);
/* out: zeroed, with the bundles of the file. ST_CORRUPT, ST_NOMEM. */
enum status feats_load(struct feats *out, const struct checkpoint *from, struct err *e);

/* Writes the bundle as Universal Dependencies wants it: sorted by the names of the features,
 * without regard to case, and each once. False when it has more than TOKEN_BYTES_MAX bytes, control
 * characters, or none at all: it is not learnt. */
bool feats_canonical(char out[TOKEN_BYTES_MAX + 1], const char *bundle);

#endif

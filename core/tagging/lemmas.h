/* lemmas.h - the lemmas of words, given their tags and features.
 *
 * A word that the training part has with the same tags gets the lemma that it had there. Any other
 * word gets one by a rule (edit_script.h) that words with its ending and tags had: a perceptron
 * chooses among those that fit (Mueller et al. 2015, "Joint Lemmatization and Morphological Tagging
 * with Lemming"). A rule of one word alone is kept for this word. */
#ifndef CORE_TAGGING_LEMMAS_H
#define CORE_TAGGING_LEMMAS_H

#include "core/tagging/edit_script.h"
#include "core/tagging/feats.h"

enum { LEMMA_RULES_MAX = 1 << 14 }; /* later ones are not learnt */

struct lemmas {
    struct vocabulary rules;    /* texts of edit_script.h */
    struct edit_script *parsed; /* (rules) */
    struct sparse seen;         /* the rule of a form with its tags */
    struct sparse endings;      /* the rules of an ending with its tags */
    struct sparse weights;
};
void lemmas_release(struct lemmas *l);
size_t lemmas_bytes(const struct lemmas *l);

/* What is known about the words of a text. */
struct lemma_text {
    const struct word_hashes *words;
    const struct tag_hashes *hashes;
    struct tag_numbers tags;
    const struct feats *feats; /* or NULL */
    const int *bundles;        /* (tokens) of feats; -1: not known */
};

/* out: zeroed; lemmas_release() it also on failure. from: an earlier model, or NULL. Deterministic.
 * ST_NOMEM, ST_CANCELLED. */
enum status lemmas_fit(struct lemmas *out, const struct sentence_view *sentences, int count,
                       const struct lemma_text *text, uint64_t seed, const struct lemmas *from,
                       const struct stop_flag *stop, struct err *e);
/* Whether a lemma can be learnt: not empty, not too long, without control characters. */
bool lemma_is_learnable(const char *lemma);

/* A hash of all that the lemma depends on besides the form. */
uint64_t lemma_tags(const struct lemma_text *text, size_t token);
/* Writes the lemma of a token. */
void lemma_of(char out[EDITED_MAX + 1], const struct lemmas *l, struct perceptron_work *w,
              const struct lemma_text *text, size_t token);

/* Metadata "lemma.rules" and tensors lemma.*; nothing when there are no rules. */
enum status lemmas_save(struct checkpoint *to, const struct lemmas *l, struct err *e);
/* out: zeroed, with the rules of the file. ST_CORRUPT, ST_NOMEM. */
enum status lemmas_load(struct lemmas *out, const struct checkpoint *from, struct err *e);

#endif

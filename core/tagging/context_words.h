/* context_words.h - the features of words and of places in a sentence, as keys of 32 bits. Private
 * to tagging/. */
#ifndef CORE_TAGGING_CONTEXT_WORDS_H
#define CORE_TAGGING_CONTEXT_WORDS_H

#include "core/tagging/features.h"

/* A place is a word with the CONTEXT_REACH words before and after it. It has CONTEXT_PLACE_KEYS
 * keys besides those of its words: a constant, three pairs of forms, two pairs of shapes. */
enum { CONTEXT_REACH = 2, CONTEXT_SPAN = 2 * CONTEXT_REACH + 1, CONTEXT_PLACE_KEYS = 6 };

/* Features of a word at its place: a constant, its own, the forms around it, features of its two
 * neighbours, pairs of forms, pairs of shapes. */
enum { CONTEXT_FEATURES = 1 + NUM_FEATURES + 4 + 8 + 3 + 2 };

/* The features of the words of a text, once for each different form. */
struct context_words {
    uint64_t (*hash)[NUM_FEATURES]; /* (forms) 0: none of this kind */
    float *sums; /* scores that each form adds to itself and its neighbours; NULL before
                  * context_words_sum() */
};
/* forms: (count) tokens with or without a mark. out: zeroed; context_words_release() it also on
 * failure. ST_NOMEM. */
enum status context_words_init(struct context_words *out, const char *const *forms, int count,
                               struct err *e);
void context_words_release(struct context_words *w);

/* The number of the form at place k of a sentence, -1 outside of it. */
int32_t context_form_at(const int32_t *types, int length, int k);
/* (NUM_FEATURES) hashes of a form, or for -1 those of a place outside the sentence. Borrowed. */
const uint64_t *context_hashes(const struct context_words *w, int32_t type);
/* Writes the keys, none 0, that a word adds to the word d places before it. Returns their number.
 * hash: (NUM_FEATURES). */
int context_word_keys(uint32_t keys[CONTEXT_FEATURES], const uint64_t *hash, int d);
/* The keys of the place itself, from the hashes of its words. */
void context_place_keys(uint32_t keys[CONTEXT_PLACE_KEYS], const uint64_t *const at[CONTEXT_SPAN]);
/* Writes the keys, none 0, of all features of word k. Returns their number. */
int context_keys(uint32_t keys[CONTEXT_FEATURES], const struct context_words *w,
                 const int32_t *types, int length, int k);

#endif

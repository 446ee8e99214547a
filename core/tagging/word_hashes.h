/* word_hashes.h - sentences as hashes of words, of their parts and of their tags, for the models of
 * FEATS and lemmas. */
#ifndef CORE_TAGGING_WORD_HASHES_H
#define CORE_TAGGING_WORD_HASHES_H

#include "core/tagging/tagger_model.h"
#include "core/text/feature_index.h"

enum { WORD_SUFFIXES = 6, WORD_PREFIXES = 3 };

/* Of a form, in lower case except `exact`. A part that is as long as the word or longer is 0. */
struct word_hash {
    uint64_t exact, word, shape;
    uint64_t suffix[WORD_SUFFIXES], prefix[WORD_PREFIXES]; /* of 1, 2, ... code points */
    int length;                                            /* code points */
};
struct word_hashes {
    struct vocabulary forms; /* the different plain forms (plain_token.h) */
    int32_t *types;          /* (tokens) */
    struct word_hash *hash;  /* (forms) */
};
/* out: zeroed; word_hashes_release() it also on failure. ST_NOMEM, ST_CANCELLED. */
enum status word_hashes_init(struct word_hashes *out, const struct sentence_view *sentences,
                             int count, const struct stop_flag *stop, struct err *e);
void word_hashes_release(struct word_hashes *w);
void word_hash_of(struct word_hash *out, const char *form);

/* The tags of a tagger: those of its main column, and of its second one. */
struct tag_hashes {
    uint64_t *tag, *other; /* by number; other NULL: there is no second column */
    bool *nominal;         /* by number of the main column: NOUN, PROPN, PRON */
};
enum status tag_hashes_init(struct tag_hashes *out, const struct tagger *t, struct err *e);
void tag_hashes_release(struct tag_hashes *h);

/* The tags of a text by number; -1: not known. */
struct tag_numbers {
    const int *tag, *other; /* (tokens); other NULL: there is no second column */
};
/* The hash of the tag of a token, and of both its tags. */
uint64_t tag_hash(const struct tag_hashes *h, const struct tag_numbers *n, size_t token);
uint64_t both_hash(const struct tag_hashes *h, const struct tag_numbers *n, size_t token);

uint64_t hash_text(const char *s);
/* A key of 32 bits for two hashes that belong together; kinds keep keys of different use apart. */
static inline uint32_t pair_key(uint64_t kind, uint64_t a, uint64_t b)
{
    return (uint32_t)(mix64(mix64(kind + 1 + a * UINT64_C(0x9E3779B97F4A7C15)) + b) >> 32);
}

#endif

/* sentences.h - corpora for the tests of tagging, written as text. */
#ifndef TESTS_UNIT_CORE_TAGGING_SENTENCES_H
#define TESTS_UNIT_CORE_TAGGING_SENTENCES_H

#include <lstm/tagger.h>

/* Sentences as in "The/DET dog/NN|Everybody/NN read/V": '|' separates sentences and a blank
 * separates tokens; the tag is after the last '/', and without a '/' it is not known. Owns its
 * text; a failure ends the test. */
struct sentences {
    struct corpus corpus;
    struct sentence_view *views;
    const char **words; /* tokens and tags, pointers into text */
    const char **xpos;  /* tags that sentences_add_xpos() added, or NULL */
    const char **feats; /* and the features and lemmas of sentences_add_words() */
    char *text, *lemmas;
};
void sentences_init(struct sentences *s, const char *text);
void sentences_release(struct sentences *s);

extern const char tutorial_text[]; /* the two sentences of the tutorial */

/* Adds a second column: every tag in small letters; words that begin with 'w' get "-rare" at its
 * end. The strings are static. */
void sentences_add_xpos(struct sentences *s);

/* Adds features (of verbs in the wrong order) and lemmas: "ate" is "eat", the verb "saw" "see"; of
 * a verb in -ed and of a plural in -s that is removed; others are their own, in lower case. The
 * strings of features are static. */
void sentences_add_words(struct sentences *s);

/* Makes count random sentences of a small grammar with some rare words; equal seeds give equal
 * ones. */
void sentences_random(struct sentences *s, int count, unsigned seed);

/* tagger_predict() for the column UPOS only. */
enum status predict_upos(int *best, float *score, float *log_probs, const struct tagger *t,
                         const struct sentence_view *sentences, int n, struct err *e);

/* A tagger of s with few units, trained for an epoch on all of it. Features and lemmas are learnt
 * with the tags of s, so they do not depend on what the net has learnt. */
struct tagger *tagger_of_words(const struct sentences *s, const struct fit_hooks *hooks);
/* tagger_analyse() for sentences with their own tags in place of predicted ones; those that the
 * tagger does not have are its first. */
struct word_analysis analyse_tagged(const struct tagger *t, const struct sentences *s);

/* Bytes of a model file whose tags are known by hand: words <unk> good bad, tags A B. "good" and
 * unknown words get A, "bad" gets B, both with the score tagger_by_hand_score. free() them. */
void tagger_by_hand(uint8_t **bytes, size_t *len);
extern const double tagger_by_hand_score;

#endif

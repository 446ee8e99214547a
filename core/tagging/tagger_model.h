/* tagger_model.h - the members of a tagger, shared by the files of this folder. */
#ifndef CORE_TAGGING_TAGGER_MODEL_H
#define CORE_TAGGING_TAGGER_MODEL_H

#include "core/nn/work_pool.h"
#include "core/tagging/context.h"
#include "core/text/truecase.h"
#include "core/text/vocabulary.h"
#include <lstm/cpu.h>
#include <lstm/tagger.h>

/* Largest batch of a pooled workspace: about 2 MB with the default recipe. */
enum { POOL_TOKENS = 64, POOL_SENTENCES = 4 };

struct tagger {
    struct params params; /* resolved */
    /* The arithmetic (<lstm/cpu.h>) of the fit; "" when the model's file names none. */
    char arithmetic[ARITHMETIC_LEN_MAX + 1];
    struct net *net;
    struct vocabulary words; /* the rows of the embedding; words.words[0] is WORD_UNKNOWN */
    struct vocabulary tags[TAG_COLUMNS]; /* empty: the tagger does not have this column */
    struct context *context;             /* its scores are added to the net's; or NULL */
    struct morphology *morphology;       /* FEATS and lemmas (morphology.h); or NULL */
    int num_words;                       /* rows that stand for a word */
    struct tagger_evaluation evaluation;
    bool evaluated;
    struct work_pool *pool; /* for short texts; NULL until the net is complete */
};

/* Makes t->pool. t->net must have its final shape. ST_NOMEM. */
enum status tagger_make_pool(struct tagger *t, struct err *e);
/* The configuration of t->net, given its parameters, vocabulary and tags. */
struct net_config tagger_net_config(const struct tagger *t);
/* The configuration of each net that t->net is joined from. */
struct net_config tagger_one_config(const struct tagger *t);
/* Whether the tags of this column are learnt with p. */
bool tagging_wants(const struct params *p, enum tag_column c);
/* Number of embedding rows of a token, which a net reads at each step. */
int tagger_num_features(const struct tagger *t);
/* Whether models with these parameters read the words of a checked sentence as written in one case
 * (letter_case.h). */
bool tagging_is_uniform(const struct params *p, const struct sentence_view *s);
/* The form of word k of a checked sentence for models with these parameters: the token, or in space
 * its plain (plain_token.h) or marked (truecase.h) form. uniform: tagging_is_uniform(). */
const char *tagging_form(char space[FORM_BYTES_MAX + 1], const struct params *p,
                         const struct sentence_view *s, bool uniform, int k);
/* rows (tagger_num_features(t)): those of a form. ST_NOMEM. */
enum status tagger_rows(int32_t *rows, const struct tagger *t, const char *form, struct err *e);
/* *out: whether a checked token has a row as a word, inside a sentence or elsewhere. ST_NOMEM. */
enum status tagger_knows(bool *out, const struct tagger *t, const char *token, struct err *e);
/* Sets num_words, once all rows are there. */
void tagger_count_words(struct tagger *t);

/* As tagger_predict(), but ST_CANCELLED when stop (may be NULL) stops it. */
enum status tagging_predict(const struct tag_output out[TAG_COLUMNS], const struct tagger *t,
                            const struct sentence_view *sentences, int n,
                            const struct stop_flag *stop, struct err *e);
/* As tagger_resolve(), but ST_CANCELLED when stop (may be NULL) stops it. */
enum status tagging_resolve(struct params *p, const struct corpus *c, const struct stop_flag *stop,
                            struct err *e);
/* Sets the error of a training that was cancelled; returns ST_CANCELLED. */
enum status tagging_given_up(struct err *e);

/* Loads a list of distinct, printable texts of at most TOKEN_BYTES_MAX bytes, at least one and at
 * most max. ST_CORRUPT, ST_NOMEM. */
enum status tagging_load_list(struct vocabulary *l, const struct checkpoint *c, const char *key,
                              int max, struct err *e);

/* ST_INVALID with the place when a token or tag is empty, too long, not UTF-8, or has control
 * characters. what: "token" or "tag"; sentence and position count from 0. */
enum status tagging_check_text(const char *s, const char *what, int sentence, int position,
                               struct err *e);
/* Checks the length and all tokens of a sentence. */
enum status tagging_check_sentence(const struct sentence_view *s, int sentence, struct err *e);

#endif

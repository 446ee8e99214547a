/* tagger.h - fit an LSTM that gives every token of a sentence its tag.
 *
 * A tagger is immutable once fitted or loaded and may be shared by threads. Tokens and tags are
 * UTF-8 strings without control characters. */
#ifndef LSTM_TAGGER_H
#define LSTM_TAGGER_H

#include <lstm/params.h>
#include <lstm/trainer.h>

enum { SENTENCE_TOKENS_MAX = 10000, TOKEN_BYTES_MAX = 1024, TAGS_MAX = 4096 };

struct sentence_view {
    const char *const *tokens; /* (length) borrowed */
    const char *const *tags;   /* (length) borrowed; an entry may be NULL: not known, not trained on */
    int length;
};
struct corpus {
    const struct sentence_view *sentences;
    int count;
};

enum status tagger_resolve(struct params *p, const struct corpus *c, struct err *e);

struct tagger;

enum status tagger_fit(struct tagger **out, const struct corpus *c, const struct params *p,
                       const struct fit_hooks *hooks, struct err *e);
void tagger_free(struct tagger *t);
const struct params *tagger_params(const struct tagger *t);
const struct net *tagger_net(const struct tagger *t);
int64_t tagger_num_params(const struct tagger *t);
int tagger_num_tags(const struct tagger *t);
const char *tagger_tag(const struct tagger *t, int i); /* borrowed */
int tagger_num_words(const struct tagger *t);
size_t tagger_bytes(const struct tagger *t);

/* Tags n sentences at once. best, score: one per token, sentences one after the other; score is
 * the softmax probability of the chosen tag. log_probs (tokens, num_tags) may be NULL. Arrays are the
 * caller's. Sentences of length 0 are fine. ST_INVALID, ST_NOMEM. */
enum status tagger_predict(int *best, float *score, float *log_probs, const struct tagger *t,
                           const struct sentence_view *sentences, int n, struct err *e);

struct tag_score {
    int64_t support, predicted, correct;
    double precision, recall, f1; /* 0..1; 0 when the denominator is */
};
struct tagger_evaluation {
    int64_t tokens, correct, unknown, unknown_correct, sentences, sentences_correct;
    double accuracy, unknown_accuracy; /* 0..1; NaN when there are none */
    int num_tags;
    struct tag_score *tags;      /* (num_tags) in the order of tagger_tag() */
    double loss_before, loss_after; /* mean training NLL of the initial and the final weights; NaN when loaded */
    double last_batch_loss;
    /* Log-probabilities of the first training sentence (length, num_tags) before and after training,
     * as the tutorial shows them; NULL when loaded. */
    int first_length;
    float *first_before, *first_after;
    bool held_out; /* measured on held-out sentences; false: on the training sentences (none held out) */
};
/* Of a fitted tagger; borrowed; NULL for one that was loaded. */
const struct tagger_evaluation *tagger_evaluation(const struct tagger *t);
/* Of any tagger on any corpus; out is released by tagger_evaluation_release(). */
enum status tagger_evaluate(struct tagger_evaluation *out, const struct tagger *t, const struct corpus *c,
                            struct err *e);
void tagger_evaluation_release(struct tagger_evaluation *ev);

enum status tagger_save(const struct tagger *t, const char *const *extra, uint8_t **bytes, size_t *len,
                        struct err *e);
enum status tagger_load(struct tagger **out, const uint8_t *bytes, size_t len, struct err *e);

#endif

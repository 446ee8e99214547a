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
    const char *const
        *tags; /* (length) borrowed; an entry may be NULL: not known, not trained on */
    int length;
};
struct corpus {
    const struct sentence_view *sentences;
    int count;
};

/* Replaces test_size = -1 by its effective value (a tenth of the sentences from 50 on, else 0) and checks
 * corpus and p against each other: no or empty sentences, no tag in the part to train on, tokens and
 * tags that are empty, too long, no UTF-8 or have control characters, sizes that leave nothing to
 * train on. ST_INVALID with the place where there is one; ST_TOO_LARGE. Linear in the corpus. */
enum status tagger_resolve(struct params *p, const struct corpus *c, struct err *e);

struct tagger;

/* Trains on the first sentences (all that are not held out, or train_size of them). Vocabulary and tags
 * are theirs, in the order they come; words that occur once are trained as the unknown word with
 * chance unknown_rate. The last test_size sentences are held out: the weights with the best loss on
 * them are kept, patience counts by it, and the evaluation is of them (so it flatters a little). A word
 * that was not seen is looked up in ASCII lower case; then it is the unknown word. Deterministic in
 * (corpus, p). ST_INVALID also when the training diverges, ST_TOO_LARGE (more than TAGS_MAX tags, a
 * workspace of gigabytes), ST_CANCELLED when a hook said so, ST_CORRUPT when hooks->resume is not a
 * snapshot of this fit, ST_NOMEM. */
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
 * caller's. Sentences of length 0 are fine. ST_INVALID naming the sentence, ST_NOMEM,
 * ST_CORRUPT when the weights are so large that scores overflow. */
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
    struct tag_score *tags; /* (num_tags) in the order of tagger_tag() */
    double loss_before,
        loss_after; /* mean training NLL of the initial and the final weights; NaN when loaded */
    double last_batch_loss;
    /* Log-probabilities of the first training sentence (length, num_tags) before and after training,
     * as the tutorial shows them; NULL when loaded. */
    int first_length;
    float *first_before, *first_after;
    bool
        held_out; /* measured on held-out sentences; false: on the training sentences (none held out) */
};
/* Of a fitted tagger; borrowed; NULL for one that was loaded. */
const struct tagger_evaluation *tagger_evaluation(const struct tagger *t);
/* Of any tagger on any corpus; out is released by tagger_evaluation_release(). */
enum status tagger_evaluate(struct tagger_evaluation *out, const struct tagger *t,
                            const struct corpus *c, struct err *e);
void tagger_evaluation_release(struct tagger_evaluation *ev);

/* A model file: the net's tensors under their state_dict names (embedding.weight (V,E), lstm.*,
 * linear.weight, linear.bias) and in the metadata
 *   lstmd.task   "tag"
 *   vocabulary   V different words, one a line; the first is "<unk>", for words that are not there
 *   tags         the O different tags in the order of linear's rows, one a line
 *   hidden_size, num_layers, bidirectional, embedding_dim, column, ...  as in the table of params.h
 * A file written by PyTorch is read when it has these; parameters that are left out have the values
 * of the default recipe, and those that shape the net are checked against the tensors.
 * extra: metadata pairs of the caller (key, value, ..., NULL), or NULL; not the keys above: ST_INVALID.
 * *bytes is new, free() it. Loading and saving again with the same extra gives the same bytes. */
enum status tagger_save(const struct tagger *t, const char *const *extra, uint8_t **bytes,
                        size_t *len, struct err *e);
/* bytes are borrowed for the call. ST_CORRUPT, ST_NOMEM; *out is untouched on error. */
enum status tagger_load(struct tagger **out, const uint8_t *bytes, size_t len, struct err *e);

#endif

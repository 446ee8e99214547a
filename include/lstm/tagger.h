/* tagger.h - fit an LSTM that gives every token of a sentence its tags.
 *
 * A sentence has up to two columns of tags, as CoNLL-U has: universal ones (UPOS) and those of the
 * language (XPOS). A tagger knows one of them or both; both share everything but the last layer,
 * which makes each better (params.column).
 *
 * A tagger is immutable once fitted or loaded and may be shared by threads. Tokens and tags are
 * UTF-8 strings without control characters. */
#ifndef LSTM_TAGGER_H
#define LSTM_TAGGER_H

#include <lstm/params.h>
#include <lstm/trainer.h>

/* A model reads only the beginning and the end, TOKEN_BYTES_MAX / 2 bytes each, of a token that is
 * longer than TOKEN_BYTES_MAX. A tag may not be longer than that. */
enum {
    SENTENCE_TOKENS_MAX = 10000,
    TOKEN_BYTES_MAX = 1024,
    TOKEN_LENGTH_MAX = 1 << 26,
    TAGS_MAX = 4096
};

enum tag_column { TAG_UPOS, TAG_XPOS, TAG_COLUMNS };
const char *tag_column_name(enum tag_column c); /* "upos", "xpos"; static */

struct sentence_view {
    const char *const *tokens; /* (length) borrowed */
    /* Each (length), borrowed, or NULL; an entry may be NULL: not known, not trained on. */
    const char *const *tags[TAG_COLUMNS];
    int length;
};
struct corpus {
    const struct sentence_view *sentences;
    int count;
};

/* Replaces test_size = -1 by its effective value (a tenth of the sentences from 50 on, else 0),
 * epochs = 0 likewise (enough for 1800 steps, 20 to 300), and column = both by the one that there
 * is when the part to train on has no tag in the other; checks corpus and p against each other: no
 * or empty sentences, no tag in the part to train on, tokens and tags that are empty, too long, no
 * UTF-8 or have control characters, sizes that leave nothing to train on. ST_INVALID with the place
 * where there is one; ST_TOO_LARGE. Linear in the corpus. */
enum status tagger_resolve(struct params *p, const struct corpus *c, struct err *e);

/* Bytes that training takes at most beside the corpus, for limits; p is resolved. With features =
 * word the table of words is left out: how many there are is not known before. SIZE_MAX: more than
 * can be counted. */
size_t tagger_training_bytes(const struct params *p, const struct corpus *c);

struct tagger;

/* Trains on the first sentences (all that are not held out, or train_size of them). Vocabulary and
 * tags are theirs, in the order they come; a word that occurs n times is trained as the unknown
 * word with chance r / (r + n (1 - r)), r being unknown_rate. The last test_size sentences are held
 * out: the weights with the best loss on them are kept, patience counts by it, and the evaluation
 * is of them (so it flatters a little). With features = word a word that was not seen is looked up
 * in ASCII lower case; then it is the unknown word. With features = affixes a word is the sum of
 * the vectors of its case-folded form, its beginnings, endings and shape, as far as the training
 * part has them often enough (core/tagging/features.h); with capitals a capitalised word that
 * stands inside a sentence has other vectors for form and shape than elsewhere
 * (core/text/truecase.h). With context a log-linear model of a word and its neighbours learns the
 * same tags, and its scores come to the net's (core/tagging/context.h); the losses that are
 * reported are the net's. Deterministic in (corpus, p), whatever p->threads. ST_INVALID also when
 * the training diverges, ST_TOO_LARGE (more than TAGS_MAX tags, a workspace of gigabytes),
 * ST_CANCELLED when a hook stopped it, ST_CORRUPT when hooks->resume is not a snapshot of this fit,
 * ST_NOMEM. */
enum status tagger_fit(struct tagger **out, const struct corpus *c, const struct params *p,
                       const struct fit_hooks *hooks, struct err *e);
void tagger_free(struct tagger *t);
const struct params *tagger_params(const struct tagger *t);
/* The name of the arithmetic (<lstm/cpu.h>) of the fit; "" when its file has none. Borrowed. */
const char *tagger_arithmetic(const struct tagger *t);
const struct net *tagger_net(const struct tagger *t);
int64_t tagger_num_params(const struct tagger *t);
bool tagger_has(const struct tagger *t, enum tag_column c);
/* The column that it has; UPOS when it has both. */
enum tag_column tagger_main_column(const struct tagger *t);
int tagger_num_tags(const struct tagger *t, enum tag_column c); /* 0: it does not have the column */
const char *tagger_tag(const struct tagger *t, enum tag_column c, int i); /* borrowed */
int tagger_num_words(const struct tagger *t);                             /* with the unknown one */
size_t tagger_bytes(const struct tagger *t);

/* Where the tags of one column go; the arrays are the caller's, each may be NULL. One entry per
 * token, sentences one after the other. */
struct tag_output {
    int *best;        /* (tokens) the tag's number */
    float *score;     /* (tokens) its softmax probability */
    float *log_probs; /* (tokens, num_tags) */
};

/* Tags n sentences at once, without reading the tags that they have. out: one for each column; the
 * arrays of a column that the tagger does not have stay as they are. The tags of a sentence do not
 * depend on the other sentences. Sentences of length 0 are fine. ST_INVALID naming the sentence,
 * ST_NOMEM, ST_CORRUPT when the weights are so large that scores overflow. */
enum status tagger_predict(const struct tag_output out[TAG_COLUMNS], const struct tagger *t,
                           const struct sentence_view *sentences, int n, struct err *e);

struct tag_score {
    int64_t support, predicted, correct;
    double precision, recall, f1; /* 0..1; 0 when the denominator is */
};
/* Over the tokens whose tag is known. A word is unknown when it was not in the vocabulary. */
struct column_evaluation {
    int64_t tokens, correct, unknown, unknown_correct, sentences, sentences_correct;
    double accuracy, unknown_accuracy; /* 0..1; NaN when there are none */
    int num_tags;                      /* 0: the tagger does not have this column */
    struct tag_score *tags;            /* (num_tags) in the order of tagger_tag() */
    int64_t *confusion; /* (num_tags, num_tags) tokens by true tag and given tag; tokens whose true
                         * tag the model does not have are in no row */
};
struct tagger_evaluation {
    struct column_evaluation column[TAG_COLUMNS];
    /* Mean training NLL of the initial and the final weights; NaN when loaded. */
    double loss_before, loss_after;
    double last_batch_loss;
    /* Log-probabilities of the first training sentence (length, num_tags) before and after training
     * in the main column, as the tutorial shows them; NULL when loaded. */
    int first_length;
    float *first_before, *first_after;
    bool held_out; /* measured on held-out sentences; false: none held out, on the training ones */
};
/* Of a fitted tagger; borrowed; NULL for one that was loaded. */
const struct tagger_evaluation *tagger_evaluation(const struct tagger *t);
/* Of any tagger on any corpus; out is released by tagger_evaluation_release(). ST_CANCELLED when
 * stop (NULL: never) asks for it. */
enum status tagger_evaluate(struct tagger_evaluation *out, const struct tagger *t,
                            const struct corpus *c, const struct stop_flag *stop, struct err *e);
void tagger_evaluation_release(struct tagger_evaluation *ev);

/* A model file: the net's tensors under their state_dict names (embedding.weight (V,E), lstm.*,
 * linear.weight, linear.bias) and in the metadata
 *   lstmd.task   "tag"
 *   vocabulary   the V rows of embedding.weight, one a line, all different; the first is "<unk>",
 *                for unknown words. The others are words, or with features = affixes or capitals
 *                the names of core/tagging/features.h: "w:dog", "s2:og" ...
 *   tags         the different tags in the order of linear's rows, one a line; of the main column
 *   xpos_tags    with column = both: those of XPOS, whose rows come after them
 *   lstmd.arithmetic  the arithmetic of the fit (<lstm/cpu.h>); may be missing
 *   hidden_size, num_layers, bidirectional, embedding_dim, column, ...  as in the table of params.h
 * and with context = true the tensors context.keys, context.scale, context.weight
 * (core/tagging/context.h), without which the net is alone.
 *
 * A file written by PyTorch is read when it has these. Parameters that it leaves out have the
 * values of the default recipe, except features (word), column (upos) and context (false). Those
 * that shape the net are checked against the tensors. Tensors and metadata of a tokenizer
 * (<lstm/tokenizer.h>) may lie beside them.
 *
 * extra: metadata pairs of the caller (key, value, ..., NULL), or NULL; the keys above are
 * ST_INVALID. *bytes is new, free() it. Loading and saving again with the same extra gives the same
 * bytes. */
enum status tagger_save(const struct tagger *t, const char *const *extra, uint8_t **bytes,
                        size_t *len, struct err *e);
/* bytes are borrowed for the call. ST_CORRUPT, ST_NOMEM; *out is untouched on error. */
enum status tagger_load(struct tagger **out, const uint8_t *bytes, size_t len, struct err *e);

#endif

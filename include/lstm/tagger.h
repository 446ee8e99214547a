/* tagger.h - fit an LSTM that assigns tags to every token of a sentence.
 *
 * A sentence has up to two columns of tags, as in CoNLL-U: universal ones (UPOS) and those of the
 * language (XPOS). A tagger learns one of them or both. Both share everything but the last layer,
 * and so improve each other (params.column).
 *
 * A tagger is immutable once fitted or loaded and may be shared by threads. Tokens and tags are
 * UTF-8 strings without control characters. */
#ifndef LSTM_TAGGER_H
#define LSTM_TAGGER_H

#include <lstm/params.h>
#include <lstm/trainer.h>

/* A token has at most TOKEN_LENGTH_MAX bytes, a tag at most TOKEN_BYTES_MAX. Of a token with more
 * than TOKEN_BYTES_MAX, a model reads only the beginning and the end, TOKEN_BYTES_MAX / 2 bytes
 * each. */
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
    /* Each (length), borrowed, or NULL. An entry may be NULL: unknown, not trained on. */
    const char *const *tags[TAG_COLUMNS];
    int length;
    /* Morphological features (FEATS: "Number=Plur|Person=3", "_" for none) and lemmas, the same
     * way. Those that are too long, or have control characters, are not learnt. */
    const char *const *feats, *const *lemmas;
};
struct corpus {
    const struct sentence_view *sentences;
    int count;
};

/* Replaces automatic values by effective ones: test_size = -1 by a tenth of the sentences from 50
 * on, else 0; epochs = 0 by the number, from 20 to 300, that gives 1800 steps; members = 0 (1 to 3)
 * and hidden_size = 0 by the size of the training part; column = both by a single one when the
 * training part has no tag in the other; feats and lemmas = true by false when it has none. Then
 * checks corpus and p against each other. It refuses:
 * no or empty sentences; a training part without tags; tokens and tags that are empty, too long,
 * not UTF-8, or have control characters; sizes that leave nothing to train on. ST_INVALID with the
 * place where there is one; ST_TOO_LARGE. Linear in the corpus. */
enum status tagger_resolve(struct params *p, const struct corpus *c, struct err *e);

/* The most bytes that training takes besides the corpus, for limits. p is resolved. With features =
 * word the table of words is not counted, since its size is not known before. SIZE_MAX when the
 * number does not fit. */
size_t tagger_training_bytes(const struct params *p, const struct corpus *c);

struct tagger;

/* Trains on the first sentences (all that are not held out, or train_size of them). They give the
 * vocabulary and the tags, in the order in which they occur. A word that occurs n times is trained
 * as the unknown word with probability r / (r + n (1 - r)), where r is unknown_rate. The last
 * test_size sentences are held out. The weights that are best on them are kept: those with the
 * fewest wrong tags, or, with one column and no label smoothing, those with the smallest loss.
 * patience counts by the same measure. They also give the evaluation, which is therefore slightly
 * optimistic.
 *
 * features = word: a word that is not in the vocabulary is looked up in ASCII lower case, then
 * taken as the unknown word. features = affixes: a word is the sum of the vectors of its
 * case-folded form, prefixes, suffixes and shape, if these are frequent enough in the training part
 * (core/tagging/features.h). features = capitals: a capitalised word inside a sentence also has
 * vectors of its own for form and shape (core/text/truecase.h). features = cases: the same; and in
 * a sentence that is written in one case (core/text/letter_case.h) a word has the vectors that it
 * has in small letters and as a capitalised word, and one for its shape there. A fifth of the
 * sentences, drawn anew in each epoch, is learnt in Title Case, capitals or small letters. context:
 * a log-linear model of a word and its neighbours learns the same tags, and its scores are added to
 * the net's (core/tagging/context.h); reported losses are the net's.
 *
 * Deterministic in (corpus, p), with any p->threads. ST_INVALID also when the training diverges,
 * ST_TOO_LARGE (more than TAGS_MAX tags, a workspace of gigabytes), ST_CANCELLED when a hook
 * stopped it, ST_CORRUPT when hooks->resume is not a snapshot of this fit, ST_NOMEM. */
enum status tagger_fit(struct tagger **out, const struct corpus *c, const struct params *p,
                       const struct fit_hooks *hooks, struct err *e);
void tagger_free(struct tagger *t);
const struct params *tagger_params(const struct tagger *t);
/* The arithmetic (<lstm/cpu.h>) of the fit; "" when the model's file names none. Borrowed. */
const char *tagger_arithmetic(const struct tagger *t);
const struct net *tagger_net(const struct tagger *t);
int64_t tagger_num_params(const struct tagger *t);
bool tagger_has(const struct tagger *t, enum tag_column c);
/* The tagger's column; UPOS when it has both. */
enum tag_column tagger_main_column(const struct tagger *t);
int tagger_num_tags(const struct tagger *t, enum tag_column c); /* 0: it does not have the column */
const char *tagger_tag(const struct tagger *t, enum tag_column c, int i); /* borrowed */
int tagger_num_words(const struct tagger *t); /* of the vocabulary, with the unknown one */
/* The name of row i of the embedding, 0..vocab_size-1 of tagger_net(): a word, or the name of a
 * feature (core/tagging/features.h); row 0 is "<unk>". Borrowed. */
const char *tagger_row(const struct tagger *t, int i);
/* Whether the scores of a log-linear context model are added to the net's. */
bool tagger_has_context(const struct tagger *t);
size_t tagger_bytes(const struct tagger *t);

/* Receives the tags of one column. The arrays belong to the caller, and each may be NULL. One entry
 * for each token, sentences one after the other. */
struct tag_output {
    int *best;        /* (tokens) number of the tag */
    float *score;     /* (tokens) its softmax probability */
    float *log_probs; /* (tokens, num_tags) */
};

/* Tags n sentences at once. Tags that the sentences have are ignored. out: one for each column; the
 * arrays of a column that the tagger does not have are not written. The tags of a sentence do not
 * depend on the other sentences. A sentence may have length 0. ST_INVALID naming the sentence,
 * ST_NOMEM, ST_CORRUPT when the weights are so large that scores overflow. */
enum status tagger_predict(const struct tag_output out[TAG_COLUMNS], const struct tagger *t,
                           const struct sentence_view *sentences, int n, struct err *e);

/* What a tagger finds out about words after their tags. A list is NULL when it does not have it. */
struct word_analysis {
    const char **feats;           /* (tokens) sorted, "_" for none; strings of the tagger */
    const char **lemmas;          /* (tokens) strings of texts or of the sentences */
    struct analysis_texts *texts; /* owned */
};
bool tagger_has_feats(const struct tagger *t);
bool tagger_has_lemmas(const struct tagger *t);
/* Finds features and lemmas of sentences that tagger_predict() has tagged: tags[].best of each
 * column of the tagger. A word whose tag has features in the training part gets some that it has
 * there. ST_NOMEM; *out is then untouched. */
enum status tagger_analyse(struct word_analysis *out, const struct tagger *t,
                           const struct sentence_view *sentences, int n,
                           const struct tag_output tags[TAG_COLUMNS], struct err *e);
void word_analysis_release(struct word_analysis *a);

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
    int64_t *confusion; /* (num_tags, num_tags) tokens by true tag and given tag; a token whose true
                         * tag the model does not have is not counted */
};
/* Of FEATS (all features of a word are right) or lemmas, over the words that have them. */
struct word_evaluation {
    int64_t tokens, correct, unknown, unknown_correct;
    double accuracy, unknown_accuracy; /* 0..1; NaN when there are none */
};
struct tagger_evaluation {
    struct column_evaluation column[TAG_COLUMNS];
    struct word_evaluation feats, lemmas; /* tokens 0: the tagger or the corpus has none */
    /* Mean training NLL of the initial and the final weights; NaN when loaded. */
    double loss_before, loss_after;
    double last_batch_loss;
    /* Log-probabilities of the first training sentence (length, num_tags) in the main column,
     * before and after training, as the tutorial shows them; NULL when loaded. */
    int first_length;
    float *first_before, *first_after;
    bool held_out; /* true: measured on held-out sentences; false: on the training sentences */
};
/* Of a fitted tagger; borrowed; NULL for one that was loaded. */
const struct tagger_evaluation *tagger_evaluation(const struct tagger *t);
/* Evaluates any tagger on any corpus. Release out by tagger_evaluation_release(). ST_CANCELLED when
 * stop (may be NULL) is set. */
enum status tagger_evaluate(struct tagger_evaluation *out, const struct tagger *t,
                            const struct corpus *c, const struct stop_flag *stop, struct err *e);
void tagger_evaluation_release(struct tagger_evaluation *ev);

/* A model file: the net's tensors under their state_dict names (embedding.weight (V,E), lstm.*,
 * linear.weight, linear.bias) and in the metadata
 *   lstmd.task   "tag"
 *   vocabulary   the V rows of embedding.weight, one a line, all different. The first is "<unk>",
 *                for unknown words. The others are words, or with features = affixes, capitals
 *                or cases the names of core/tagging/features.h: "w:dog", "s2:og" ...
 *   tags         the distinct tags of the main column, in the order of linear's rows, one a line
 *   xpos_tags    with column = both: the tags of XPOS, whose rows of linear follow
 *   lstmd.arithmetic   the arithmetic of the fit (<lstm/cpu.h>); may be missing
 *   hidden_size, num_layers, bidirectional, embedding_dim, column ...   as in params_table()
 * With feats = true the metadata feats.bundles and the tensors feats.* follow, with lemmas = true
 * lemma.rules and lemma.* (core/tagging/feats.h, core/tagging/lemmas.h). With context = true the
 * tensors context.keys, context.scale and context.weight follow (core/tagging/context.h). A file
 * without them has no context model.
 *
 * A file written by PyTorch is read when it has these. Parameters that it leaves out have the
 * values of the default recipe, except features (word), column (upos), and context, feats and
 * lemmas (false). Those that shape the net are checked against the tensors. Tensors and metadata of
 * a tokenizer (<lstm/tokenizer.h>) may be in the same file.
 *
 * extra: metadata pairs of the caller (key, value, ..., NULL), or NULL; the keys above are
 * ST_INVALID. *bytes is new, free() it. Loading and saving again with the same extra gives the same
 * bytes. */
enum status tagger_save(const struct tagger *t, const char *const *extra, uint8_t **bytes,
                        size_t *len, struct err *e);
/* bytes are borrowed for the call. ST_CORRUPT, ST_NOMEM; *out is untouched on error. */
enum status tagger_load(struct tagger **out, const uint8_t *bytes, size_t len, struct err *e);

#endif

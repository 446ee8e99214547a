/* tokenizer.h - learn from a treebank where its words and sentences end, and split text as it does.
 *
 * The text is cut into pieces that hardly any word boundary falls into (runs of letters or of
 * digits, and single characters else, after the Word_Break property of Unicode Standard Annex #29;
 * runs that the treebank splits, such as "cannot", where it does so), and a bidirectional LSTM
 * labels each piece with what ends there: nothing, a word inside of a multi-word token, a token, a
 * sentence. White space is no piece but a feature of those beside it, so words may have spaces
 * inside (Vietnamese) or none between them (Chinese). A blank line always ends a sentence, and
 * nothing is carried over it.
 *
 * Words are those of Universal Dependencies: a multi-word token ("don't") is a surface token of
 * several words ("do", "n't"), which are found where they lie side by side in the token.
 *
 * A tokenizer is immutable once fitted or loaded and may be shared by threads. */
#ifndef LSTM_TOKENIZER_H
#define LSTM_TOKENIZER_H

#include <lstm/trainer.h>

enum { TOKENIZER_TEXT_MAX = 1 << 30 };

/* A word where it stands in a text. */
struct text_word {
    size_t start, end;  /* bytes [start, end) */
    size_t first, last; /* the same in code points; not read by tokenizer_fit() */
    bool space_after;   /* white space follows, or the text ends; not read by tokenizer_fit() */
    bool token_end;     /* false: the token goes on with the next word */
    bool sentence_end;  /* the last word of its sentence */
};

/* A document and where its words are; borrowed. */
struct text_view {
    const char *text; /* (length) UTF-8 */
    size_t length;
    const struct text_word *words; /* (count) in order, not overlapping, none empty */
    size_t count;
};

struct tokenizer_params {
    int hidden_size, embedding_dim, num_layers;
    double input_dropout, output_dropout;
    /* Chance that a pretoken is trained with its look and white space alone, as unknown ones
     * are. */
    double unknown_rate;
    int batch_size, epochs; /* epochs 0: by the size of the data */
    double learning_rate, weight_decay, gradient_clip;
    int64_t seed;
};
/* The default parameters. */
void tokenizer_defaults(struct tokenizer_params *out);

struct tokenizer;

/* Trains on documents; deterministic in (documents, p), whatever the number of threads. parallel:
 * threads to share the work with, or NULL. ST_INVALID: a text that is not UTF-8 or longer than
 * TOKENIZER_TEXT_MAX, words out of order or outside of it, no word at all, a parameter out of
 * range, a training that diverges; ST_CANCELLED when a hook stopped it, ST_CORRUPT when
 * hooks->resume is no snapshot of this fit, ST_NOMEM. All arguments are borrowed for the call. */
enum status tokenizer_fit(struct tokenizer **out, const struct text_view *documents, int count,
                          const struct tokenizer_params *p, const struct parallel *parallel,
                          const struct fit_hooks *hooks, struct err *e);
void tokenizer_free(struct tokenizer *t);
int64_t tokenizer_num_params(const struct tokenizer *t);
size_t tokenizer_bytes(const struct tokenizer *t); /* memory it holds */

/* Splits a text: *words is new (free() it), *count of them in order. Every character that is not
 * white space is in exactly one word; the last word of each line before a blank one, and of the
 * text, ends a sentence, and that of each line when lines is true. Linear in the text; beside the
 * words memory does not grow with it. ST_MALFORMED when the text is not UTF-8 (with the line),
 * ST_TOO_LARGE, ST_NOMEM. Thread-safe. */
enum status tokenize(struct text_word **words, size_t *count, const struct tokenizer *t,
                     const char *text, size_t length, bool lines, struct err *e);

/* The same, but ST_CANCELLED when stop asks to give up; stop may be NULL. */
enum status tokenize_until(struct text_word **words, size_t *count, const struct tokenizer *t,
                           const char *text, size_t length, bool lines,
                           const struct stop_flag *stop, struct err *e);

/* The same without a tokenizer: words by the word boundaries of Unicode Standard Annex #29 (as GNU
 * libunistring finds them), each a token of its own. Sentences end at blank lines and at line ends
 * when lines is true, and behind closing punctuation: where a ".", "!", "?", their likes in other
 * scripts (the Sentence_Terminal property), or closing quotes and brackets right after one, is
 * followed by white space and then by anything but a lower-case letter, or where an ideographic one
 * stands at all. A "." after a single letter, or between digits, ends nothing. */
enum status rule_tokenize(struct text_word **words, size_t *count, const char *text, size_t length,
                          bool lines, struct err *e);

/* Agreement of the words found with those of a gold standard for the same text, as in the CoNLL
 * 2018 shared task (Zeman et al. 2018): a word is correct when its span, counted in characters that
 * are not white space, is also a span of the gold standard. */
struct span_score {
    int64_t gold, found, correct;
    double precision, recall, f1; /* 0..1; 0 when the denominator is */
};
struct tokenizer_score {
    struct span_score tokens, words, sentences;
};
void tokenizer_evaluate(struct tokenizer_score *out, const char *text, const struct text_word *gold,
                        size_t num_gold, const struct text_word *found, size_t num_found);

struct checkpoint;
/* Tensors and metadata under "tokenizer.", beside whatever else c holds. */
enum status tokenizer_save(const struct tokenizer *t, struct checkpoint *c, struct err *e);
/* *out is NULL with ST_OK when c holds no tokenizer. ST_CORRUPT, ST_NOMEM. */
enum status tokenizer_load(struct tokenizer **out, const struct checkpoint *c, struct err *e);
/* Whether this is a tensor or a metadata key of tokenizer_save(), for readers that refuse unknown
 * ones. */
bool tokenizer_owns(const char *name);

#endif

/* tokenizer.h - learns from a treebank where words and sentences end, and splits text in the same
 * way.
 *
 * The text is cut into pretokens, pieces that hardly ever have a word boundary inside: runs of
 * letters or of digits, and other single characters, after the Word_Break property of Unicode
 * Standard Annex #29. Runs that the treebank splits, such as "cannot", are cut where it splits
 * them. A bidirectional LSTM labels each pretoken with what ends there: nothing, a word within a
 * multi-word token, a token, or a sentence. White space is not a pretoken but a feature of those
 * beside it. So words may have spaces inside (Vietnamese) or none between them (Chinese). A blank
 * line always ends a sentence, and the paragraphs on both sides of it are independent.
 *
 * Words are those of Universal Dependencies. A multi-word token ("don't") is a surface token of
 * several words ("do", "n't"), which are found if they lie side by side in the token.
 *
 * A tokenizer is immutable once fitted or loaded and may be shared by threads. */
#ifndef LSTM_TOKENIZER_H
#define LSTM_TOKENIZER_H

#include <lstm/trainer.h>

enum { TOKENIZER_TEXT_MAX = 1 << 30 };

/* A word and its place in a text. */
struct text_word {
    size_t start, end;  /* bytes [start, end) */
    size_t first, last; /* the same in code points; not read by tokenizer_fit() */
    bool space_after;   /* white space follows, or the text ends; not read by tokenizer_fit() */
    bool token_end;     /* false: the token continues with the next word */
    bool sentence_end;  /* the last word of its sentence */
};

/* A document and the places of its words; borrowed. */
struct text_view {
    const char *text; /* (length) UTF-8 */
    size_t length;
    const struct text_word *words; /* (count) in order, not overlapping, none empty */
    size_t count;
};

struct tokenizer_params {
    int hidden_size, embedding_dim, num_layers;
    double input_dropout, output_dropout;
    /* Probability that a pretoken is trained with only its look and white space, like an unknown
     * one. */
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

/* Splits a text. *words is new (free() it), with *count words in order. Every character that is not
 * white space is in exactly one word. The last word before a blank line and that of the text end a
 * sentence; when lines is true, so does the last word of each line. Linear in the text; only the
 * memory for the words grows with it. ST_MALFORMED with the line when the text is not UTF-8,
 * ST_TOO_LARGE, ST_NOMEM. Thread-safe. */
enum status tokenize(struct text_word **words, size_t *count, const struct tokenizer *t,
                     const char *text, size_t length, bool lines, struct err *e);

/* The same, but ST_CANCELLED when stop (may be NULL) is set. */
enum status tokenize_until(struct text_word **words, size_t *count, const struct tokenizer *t,
                           const char *text, size_t length, bool lines,
                           const struct stop_flag *stop, struct err *e);

/* The same without a tokenizer. Words are those of Unicode Standard Annex #29, as GNU libunistring
 * finds them; each is a token of its own. Sentences end at blank lines, at line ends when lines is
 * true, and after closing punctuation. That is a ".", "!", "?" or its like in another script (the
 * Sentence_Terminal property), with closing quotes and brackets after it, which white space and
 * then anything but a lower-case letter follow. An ideographic one ends a sentence in any case. A
 * "." after a single letter, or between digits, ends nothing. */
enum status rule_tokenize(struct text_word **words, size_t *count, const char *text, size_t length,
                          bool lines, struct err *e);

/* Compares the words found in a text with those of a gold standard, as in the CoNLL 2018 shared
 * task (Zeman et al. 2018). A word is correct when the gold standard has the same span, counted in
 * characters that are not white space. */
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
/* Tensors and metadata have names that begin with "tokenizer."; c may hold other things. */
enum status tokenizer_save(const struct tokenizer *t, struct checkpoint *c, struct err *e);
/* *out is NULL with ST_OK when c holds no tokenizer. ST_CORRUPT, ST_NOMEM. */
enum status tokenizer_load(struct tokenizer **out, const struct checkpoint *c, struct err *e);
/* Whether tokenizer_save() writes a tensor or metadata key of this name; for readers that refuse
 * unknown ones. */
bool tokenizer_owns(const char *name);

#endif

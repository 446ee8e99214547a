/* words.h - splits plain text into sentences and words. */
#ifndef SERVER_FORMATS_WORDS_H
#define SERVER_FORMATS_WORDS_H

#include "server/data/data.h"

#include <lstm/tokenizer.h>

/* How far a text is split already. */
enum text_input {
    INPUT_TEXT,      /* not at all */
    INPUT_SENTENCES, /* into sentences, one on each line; not into words */
    INPUT_WORDS,     /* completely: one sentence on each line, white space between words */
    /* completely: one word on each line, which may contain spaces; blank lines end sentences */
    INPUT_VERTICAL
};
/* "text", "sentences", "words", "vertical", NULL: the values of parameters, in the order above.
 * Static. */
extern const char *const text_inputs[];

/* Splits by t, or if that is NULL by rule_tokenize(), with a sentence end at every line end. Text
 * that is split already is not split further. Words get places, except with INPUT_VERTICAL and
 * INPUT_WORDS; each white space inside a word becomes a space. text (len bytes) is checked:
 * ST_MALFORMED (not UTF-8, NUL), ST_INVALID (control characters), ST_TOO_LARGE (limits->max_tokens,
 * long words, long sentences), all with the line. A text without a word has no sentence. On error
 * out is empty. */
enum status words_split(struct tagged_set *out, const char *text, size_t len, enum text_input input,
                        const struct tokenizer *t, const struct data_limits *limits, struct err *e);

#endif

/* words.h - plain text into sentences and words. */
#ifndef SERVER_FORMATS_WORDS_H
#define SERVER_FORMATS_WORDS_H

#include "server/data/data.h"

#include <lstm/tokenizer.h>

/* What of the splitting is still to be done. */
enum text_input {
    INPUT_TEXT,      /* all of it */
    INPUT_SENTENCES, /* words: a line is a sentence */
    INPUT_WORDS,     /* none: a line is a sentence, its words stand between white space */
    /* none: a line is a word, which may have spaces inside; blank lines end sentences */
    INPUT_VERTICAL
};
/* "text", "sentences", "words", "vertical", NULL: for input parameters, in the order above.
 * Static. */
extern const char *const text_inputs[];

/* Splits by t, or, where that is NULL, by rule_tokenize() with a sentence ending at every line end.
 * What is split already is taken as it is. Words get places, but for INPUT_VERTICAL and
 * INPUT_WORDS; white space inside of a word becomes one space each. text (len bytes) is checked:
 * ST_MALFORMED (not UTF-8, NUL), ST_INVALID (control characters), ST_TOO_LARGE (limits->max_tokens,
 * long words, long sentences), all with the line. A text without a word has no sentence. On error
 * out is empty. */
enum status words_split(struct tagged_set *out, const char *text, size_t len, enum text_input input,
                        const struct tokenizer *t, const struct data_limits *limits, struct err *e);

#endif

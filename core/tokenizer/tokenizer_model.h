/* tokenizer_model.h - the members of a tokenizer. Private to core/tokenizer. */
#ifndef CORE_TOKENIZER_TOKENIZER_MODEL_H
#define CORE_TOKENIZER_TOKENIZER_MODEL_H

#include "core/text/vocabulary.h"
#include "core/tokenizer/token_features.h"
#include <lstm/tokenizer.h>

/* The largest unit of text that ends with a step; this is the label of the step. */
enum step_end { END_NOTHING, END_WORD, END_TOKEN, END_SENTENCE, NUM_ENDS };

struct tokenizer {
    struct tokenizer_params params;
    struct net *net;
    struct vocabulary rows;   /* names of features, as token_features.h writes them */
    struct vocabulary splits; /* runs in lower case with '|' at each split */
    struct vocabulary runs;   /* the same without '|'; the numbers are those of splits */
    bool rules; /* word_rules.h mends the words; false for files of before there were such rules */
};

struct net_config tokenizer_net_config(const struct tokenizer *t);
/* Adds a split ("can|not"), also to runs. */
enum status tokenizer_add_split(struct tokenizer *t, const char *split, struct err *e);
/* Sets up r to read a text for t. Everything is borrowed. */
void tokenizer_reader(struct token_reader *r, const struct tokenizer *t, const char *text,
                      size_t length);
/* ST_MALFORMED with the line, ST_TOO_LARGE. */
enum status tokenizer_check_text(const char *text, size_t length, struct err *e);

#endif

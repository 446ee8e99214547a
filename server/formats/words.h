/* words.h - plain text into sentences and tokens, for taggers without a tokenizer of their own.
 *
 * A line is a sentence. Words stand between white space (ASCII and the Unicode spaces U+00A0,
 * U+2000-U+200A, U+202F, U+205F, U+3000); ASCII punctuation at a word's beginning and end is split
 * off, one token a character ("(Hi!)" is "(" "Hi" "!" ")"), inside a word it stays ("don't",
 * "3.14", "e-mail"). */
#ifndef FORMATS_WORDS_H
#define FORMATS_WORDS_H

#include "server/formats/data.h"

/* text: UTF-8, checked. ST_MALFORMED (not UTF-8), ST_INVALID (control characters, no word at all),
 * ST_TOO_LARGE (limits->max_tokens). On error out is empty. */
enum status words_split(struct tagged_set *out, const char *text, const struct data_limits *limits,
                        struct err *e);

#endif

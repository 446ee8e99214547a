/* letter_case.h - sentences that are written in one case throughout.
 *
 * In a headline (Title Case), in CAPITALS or in small letters, capital letters do not tell names
 * from other words. A model that knows this does not take such words for names or abbreviations. */
#ifndef CORE_TEXT_LETTER_CASE_H
#define CORE_TEXT_LETTER_CASE_H

#include <lstm/tagger.h>
#include <stdbool.h>

enum letter_case { CASE_TITLE, CASE_LOWER, CASE_UPPER, NUM_CASES };

/* Whether the token has a letter of a script that has two cases. */
bool case_has(const char *token);
/* How many of the n tokens have such a letter, counted up to `most`. */
int case_count(const char *const *tokens, int n, int most);
/* Whether these tokens of a sentence are written in one case: two or more words, without a capital
 * letter, or (nearly) without a small one, or (nearly) all of them with a capital at their
 * beginning. Tokens are valid UTF-8. */
bool case_is_uniform(const char *const *tokens, int n);
/* Writes the token in another case; unchanged if the result has more than TOKEN_BYTES_MAX bytes.
 * token: at most TOKEN_BYTES_MAX bytes. */
void case_change(char out[TOKEN_BYTES_MAX + 1], enum letter_case c, const char *token);

#endif

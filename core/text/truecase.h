/* truecase.h - where a capital letter says something.
 *
 * At the beginning of a sentence, or of what is quoted or listed in it, any word has one. Behind another
 * word only some do, in most languages names. So a capitalised word that stands inside a sentence is told
 * apart from the same word elsewhere (as a truecaser does: Lita et al. 2003, "tRuEcasIng"): its form has a
 * mark in front, a control character, which no token contains. */
#ifndef CORE_TEXT_TRUECASE_H
#define CORE_TEXT_TRUECASE_H

#include <lstm/tagger.h>
#include <stdbool.h>
#include <stdint.h>

enum { FORM_BYTES_MAX = TOKEN_BYTES_MAX + 1 };

/* Whether a code point is a capital or a small letter, by Unicode's properties Uppercase and Lowercase. */
bool truecase_is_upper(uint32_t c);
bool truecase_is_lower(uint32_t c);

/* Has the token a capital letter in front, and no capital letters alone behind it? Those are shouted. */
bool truecase_is_capitalised(const char *token);
/* Is what stands behind this token inside of the sentence? Not behind a quotation mark, a colon, a
 * bracket and the like. */
bool truecase_goes_on(const char *token);

/* The form of a token behind `before`, which is NULL at the beginning: the token, or in space with the mark.
 * Both are valid UTF-8 of at most TOKEN_BYTES_MAX bytes. */
const char *truecase_form(char space[FORM_BYTES_MAX + 1], const char *before, const char *token);
/* The same wherever it stands: marked. */
const char *truecase_mark(char space[FORM_BYTES_MAX + 1], const char *token);
/* The token of a form, within it; *inside says whether there was a mark. */
const char *truecase_token(bool *inside, const char *form);

#endif

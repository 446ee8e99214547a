/* truecase.h - marks words whose capital letter is informative.
 *
 * At the beginning of a sentence, a quotation or a list item every word has a capital letter. After
 * another word only some have, in most languages names. So a capitalised word inside a sentence
 * gets a form of its own, as in truecasing (Lita et al. 2003, "tRuEcasIng"). A mark precedes it: a
 * control character that no token contains. */
#ifndef CORE_TEXT_TRUECASE_H
#define CORE_TEXT_TRUECASE_H

#include <lstm/tagger.h>
#include <stdbool.h>
#include <stdint.h>

enum { FORM_BYTES_MAX = TOKEN_BYTES_MAX + 1 };

enum truecase_mark { MARK_NONE, MARK_INSIDE, MARK_UNIFORM };

/* Whether a code point has Unicode's property Uppercase, or Lowercase. */
bool truecase_is_upper(uint32_t c);
bool truecase_is_lower(uint32_t c);

/* Whether the token begins with a capital letter and is not written in capitals throughout. */
bool truecase_is_capitalised(const char *token);
/* Whether the token after this one is inside the sentence: false after a quotation mark, a colon, a
 * bracket and the like. */
bool truecase_goes_on(const char *token);

/* The form of a token that follows `before` (NULL at the beginning): the token itself, or the
 * marked token, written into space. Both arguments are valid UTF-8 of at most TOKEN_BYTES_MAX
 * bytes. */
const char *truecase_form(char space[FORM_BYTES_MAX + 1], const char *before, const char *token);
/* The marked token, wherever it stands. */
const char *truecase_mark(char space[FORM_BYTES_MAX + 1], const char *token);
/* The token with the mark of a sentence that is written in one case (letter_case.h). */
const char *truecase_mark_uniform(char space[FORM_BYTES_MAX + 1], const char *token);
/* The token within a form, and its mark. */
const char *truecase_token(enum truecase_mark *mark, const char *form);

#endif

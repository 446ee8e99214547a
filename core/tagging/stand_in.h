/* stand_in.h - a known symbol in the place of one that the treebank does not have.
 *
 * Of an unknown word its letters tell much, of an unknown symbol nothing: it has none. But Unicode
 * says of each what it is: a currency sign, an operator, a bracket, a full stop. A known symbol of
 * the same kind stands in for it, so that it gets the tag which the treebank gives to that kind. */
#ifndef CORE_TAGGING_STAND_IN_H
#define CORE_TAGGING_STAND_IN_H

#include "core/text/vocabulary.h"
#include <lstm/tagger.h>

/* The token that stands in for an unknown one in a model that knows the features of v (features.h):
 * a full-width or other compatibility character is what NFKC makes of it. Written into space, or of
 * static storage; NULL: there is none. token: valid UTF-8 of at most TOKEN_BYTES_MAX bytes. */
const char *stand_in(char space[TOKEN_BYTES_MAX + 1], const struct vocabulary *v,
                     const char *token);

#endif

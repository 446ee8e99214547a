/* stand_in.h - finds a known symbol to use in place of one that the treebank does not have.
 *
 * The letters of an unknown word are useful features, but an unknown symbol has no letters. Unicode
 * defines the kind of each symbol: a currency sign, an operator, a bracket, a full stop. A known
 * symbol of the same kind is used in its place, so it gets the tag that the treebank gives to that
 * kind. */
#ifndef CORE_TAGGING_STAND_IN_H
#define CORE_TAGGING_STAND_IN_H

#include "core/text/vocabulary.h"
#include <lstm/tagger.h>

/* Returns the known token to use for an unknown one; v has the known features (features.h). A
 * full-width or other compatibility character becomes its NFKC form. The result is in space or in
 * static storage; NULL: there is none. token: valid UTF-8 of at most TOKEN_BYTES_MAX bytes. */
const char *stand_in(char space[TOKEN_BYTES_MAX + 1], const struct vocabulary *v,
                     const char *token);

#endif

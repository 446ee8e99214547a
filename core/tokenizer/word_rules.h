/* word_rules.h - rules that mend what a tokenizer's net has found.
 *
 * They hold in every treebank, and concern what a treebank has too rarely to be learnt: hashtags,
 * names with an at sign, quotes of other shapes, references to figures and pages. */
#ifndef CORE_TOKENIZER_WORD_RULES_H
#define CORE_TOKENIZER_WORD_RULES_H

#include <lstm/tokenizer.h>

/* Mends the words of a text (length bytes), and returns how many there are then, at most count:
 * - "#StarFest" and "@sam" after white space, a bracket or a quote are one token.
 * - "fig. 3" ends no sentence, and its full stop belongs to the abbreviation.
 * - A closing quote or bracket that touches the end of a sentence belongs to it. */
size_t word_rules_apply(struct text_word *words, size_t count, const char *text, size_t length);

#endif

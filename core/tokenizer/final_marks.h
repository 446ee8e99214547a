/* final_marks.h - separates a final mark from a symbol before it, as in "15%." or "C++!".
 *
 * A treebank has few symbols, and hardly any before a full stop, so the net would leave such tokens
 * whole. This rule holds in every treebank: the marks at the end of a run without white space do
 * not belong to the symbols before them, and a closing bracket or quote does not belong to a full
 * stop. */
#ifndef CORE_TOKENIZER_FINAL_MARKS_H
#define CORE_TOKENIZER_FINAL_MARKS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether by that rule a token ends at byte `at` of text (length bytes of valid UTF-8). `at` is
 * the start of a character. Looks at 20 characters before it and 8 after it, at most. */
bool final_marks_part(const char *text, size_t length, size_t at);

#endif

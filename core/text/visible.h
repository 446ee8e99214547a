/* visible.h - text as a model reads it: without characters that nobody sees, and in normal form.
 *
 * A soft hyphen, a zero-width space, a byte order mark and the other default-ignorable code points
 * of Unicode come with copied text and say nothing of a word. Only joiners between letters that
 * they shape (Persian, the scripts of India) are spelling: RFC 5892, appendix A, has the rule. The
 * same word may be written with composed or with combining characters: NFC makes it one. */
#ifndef CORE_TEXT_VISIBLE_H
#define CORE_TEXT_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a reader sees c behind the character `before` (0: none). */
bool visible_point(uint32_t c, uint32_t before);

/* Writes what is seen of s (n bytes of valid UTF-8) to out (size bytes, more than n) in NFC, with a
 * NUL behind it, and returns its length. Where that has no room the form stays as it is. */
size_t visible_text(char *out, size_t size, const char *s, size_t n);

#endif

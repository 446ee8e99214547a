/* visible.h - text in the form that a model reads: without invisible characters, and in NFC.
 *
 * A soft hyphen, a zero-width space, a byte order mark and the other default-ignorable code points
 * of Unicode occur in copied text and do not belong to a word. Only joiners that change the shape
 * of letters (Persian, the scripts of India) are part of the spelling, by the rule in RFC 5892,
 * appendix A. The same word may be written with composed or with combining characters; NFC makes
 * both forms equal. */
#ifndef CORE_TEXT_VISIBLE_H
#define CORE_TEXT_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether c is visible after the character `before` (0: none). */
bool visible_point(uint32_t c, uint32_t before);

/* Writes the visible characters of s (n bytes of valid UTF-8) in NFC to out (size bytes, more than
 * n), with a NUL after them, and returns their length. If NFC does not fit into out, the form is
 * not changed. */
size_t visible_text(char *out, size_t size, const char *s, size_t n);

/* Whether s is ASCII alone, so that all of it is visible and in every normal form. */
bool visible_is_ascii(const char *s);

#endif

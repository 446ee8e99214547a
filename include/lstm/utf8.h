/* utf8.h - well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above
 * U+10FFFF. */
#ifndef LSTM_UTF8_H
#define LSTM_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Length in bytes of the well-formed character at s, where n > 0 bytes are left; 0 when there is
 * none. NUL is a character of one byte. */
size_t utf8_length(const char *s, size_t n);
/* How many of the n bytes at s come before the first malformed one; n when there is none. */
size_t utf8_valid_prefix(const char *s, size_t n);
bool utf8_valid(const char *s, size_t n);
/* Whether s is well-formed and has no control characters: C0 (with NUL), DEL and C1. */
bool utf8_printable(const char *s, size_t n);
/* Replaces each byte of s that is not part of a well-formed character by '?'. */
void utf8_scrub(char *s);

#endif

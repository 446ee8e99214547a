/* json_number.h - the numbers of a document as doubles. Private to formats/. */
#ifndef SERVER_FORMATS_JSON_NUMBER_H
#define SERVER_FORMATS_JSON_NUMBER_H

#include <stddef.h>

/* The value of a number (n < 64 bytes at s) that follows the grammar, exactly as strtod() returns
 * it; infinite when it is too large. */
double json_number_value(const char *s, size_t n);

/* Reads the number that a text of at least one character begins with, when it is as most are: no
 * exponent, at most 15 digits, and more text after it. Returns its length. Returns 0 for any other
 * text, even a valid number. */
size_t json_short_number(double *out, const char *s, const char *end);

#endif

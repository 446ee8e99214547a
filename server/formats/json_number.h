/* json_number.h - the numbers of a document as doubles. Private to formats/. */
#ifndef SERVER_FORMATS_JSON_NUMBER_H
#define SERVER_FORMATS_JSON_NUMBER_H

#include <stddef.h>

/* A number that has been found to follow the grammar, n < 64 bytes at s: its value, exactly as
 * strtod() gives it; infinite when it is too large. */
double json_number_value(const char *s, size_t n);

/* The number that a text of at least one character begins with, when it is as nearly all are: no
 * exponent, at most 15 digits, and something behind it. Its length, else 0, which says nothing
 * about it. */
size_t json_short_number(double *out, const char *s, const char *end);

#endif

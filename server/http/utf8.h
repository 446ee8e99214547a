/* utf8.h - is it UTF-8? Private to http/, which meets bytes that nobody has looked at yet. */
#ifndef SERVER_HTTP_UTF8_H
#define SERVER_HTTP_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the well-formed character at s (n > 0 bytes are left), 0 when there is none: overlong
 * forms, surrogates and what lies above U+10FFFF are none. Source: RFC 3629. */
size_t http_utf8_length(const char *s, size_t n);
bool http_utf8_valid(const char *s, size_t n);

#endif

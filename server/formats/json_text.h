/* json_text.h - strings of a JSON document whose text is checked already. Private to formats/. */
#ifndef SERVER_FORMATS_JSON_TEXT_H
#define SERVER_FORMATS_JSON_TEXT_H

#include <lstm/buf.h>

#include <stdbool.h>
#include <stddef.h>

/* A member name as it is in the text, with escapes. */
struct json_name {
    const char *at;
    size_t len;
};
bool json_name_is(const struct json_name *n, const char *text);
/* The index of the name in list (NULL-terminated, or NULL), or -1. */
int json_name_among(const struct json_name *n, const char *const *list);
/* Sets to to the name without its escapes. */
void json_name_text(struct buf *to, const struct json_name *n);

/* Names the kind of a value by its first character: "a list", "an object", "a string", "a number",
 * "a boolean", "null". */
const char *json_kind(char first);

/* Address of the closing quote of the string whose text begins at s. */
const char *json_closing_quote(const char *s);
/* Sets to to the string whose text (len bytes) is given, without its escapes. */
void json_decode_into(struct buf *to, const char *text, size_t len);
/* The same into an array with room for len bytes. Returns the length. */
size_t json_decode(char *to, const char *text, size_t len);

#endif

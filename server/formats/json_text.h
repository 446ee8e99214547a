/* json_text.h - strings of a JSON document whose text has been checked. Private to formats/. */
#ifndef SERVER_FORMATS_JSON_TEXT_H
#define SERVER_FORMATS_JSON_TEXT_H

#include <lstm/buf.h>

#include <stdbool.h>
#include <stddef.h>

/* A member name as it is in the text, with its escapes. */
struct json_name {
    const char *at;
    size_t len;
};
bool json_name_is(const struct json_name *n, const char *text);
/* Its number in list (NULL-terminated), or -1. list may be NULL. */
int json_name_among(const struct json_name *n, const char *const *list);
/* The name without its escapes is what to holds. */
void json_name_text(struct buf *to, const struct json_name *n);

/* "a list", "an object", "a string", "a number", "a boolean", "null": by the first character of a
 * value. */
const char *json_kind(char first);

/* The closing quote of the string whose text begins at s. */
const char *json_closing_quote(const char *s);
/* len bytes between quotes, without their escapes, are what to holds. */
void json_decode_into(struct buf *to, const char *text, size_t len);
/* The same into to, which has room for len bytes; the length. */
size_t json_decode(char *to, const char *text, size_t len);

#endif

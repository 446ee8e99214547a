/* json_text.h - walks through a JSON document that json_scan() has accepted, without a tree of it.
 * Private to formats/.
 *
 * A place is the first character of a value. The functions trust the grammar: on other text they run
 * beyond its end.
 *
 *     for (bool more = json_first(&p); more; more = json_more(&p))
 *         ... read or skip one element (of an object: json_name(), then its value) */
#ifndef SERVER_FORMATS_JSON_TEXT_H
#define SERVER_FORMATS_JSON_TEXT_H

#include <lstm/buf.h>

#include <stdbool.h>
#include <stddef.h>

/* The place of the value that a document begins with. */
const char *json_begin(const char *bytes, size_t len);
/* At a list or an object: moves to its first element, or behind it when there is none. */
bool json_first(const char **p);
/* Behind an element: moves to the next one, or behind the end. */
bool json_more(const char **p);

/* A member name as it is in the text, with its escapes. */
struct json_name {
    const char *at;
    size_t len;
};
/* Moves to the member's value. */
struct json_name json_name(const char **p);
bool json_name_is(const struct json_name *n, const char *text);
/* The name without its escapes is what to holds. */
void json_name_text(struct buf *to, const struct json_name *n);

/* "a list", "an object", "a string", "a number", "a boolean", "null". */
const char *json_kind(const char *p);

/* Each moves behind the value. */
void json_string(struct buf *to, const char **p); /* what to holds; at a string */
double json_number(const char **p);               /* at a number; NaN at null */
size_t json_count(const char **p);                /* elements; at a list */
/* Bytes that a tree of cJSON nodes would take for the value. */
size_t json_skip(const char **p);

/* The text between the quotes without its escapes into to, which has room for len bytes; the length. */
size_t json_decode(char *to, const char *text, size_t len);

#endif

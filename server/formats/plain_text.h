/* plain_text.h - what a body of type text/plain holds: a table, or a text. */
#ifndef SERVER_FORMATS_PLAIN_TEXT_H
#define SERVER_FORMATS_PLAIN_TEXT_H

#include <stddef.h>

enum plain_kind {
    PLAIN_TEXT,
    PLAIN_TABLE, /* its last line has a number and a separator (, ; tab |), and is no header */
    PLAIN_LINE,  /* its last line has neither letters nor separators: a number, a rule, nothing */
    PLAIN_JSON   /* it begins with { or [ */
};
/* A table comes before JSON, as it always did. */
enum plain_kind plain_text_kind(const char *text, size_t len);

/* Shortens a length of UTF-8 to most bytes at the most, without cutting a character in two. */
size_t plain_text_cut(const char *text, size_t len, size_t most);

#endif

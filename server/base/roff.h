/* roff.h - writes text for manual pages, in the macros of man(7). */
#ifndef SERVER_BASE_ROFF_H
#define SERVER_BASE_ROFF_H

#include <lstm/buf.h>

/* Writes plain text: escapes a backslash, a minus, and a dot or quote at the beginning of a line.
 * Newlines are kept; man fills lines over them as over blanks. text must begin a line. */
void roff_text(struct buf *out, const char *text);
/* Writes the head of a tagged paragraph: the tag in bold, then the argument, or "", in italics. Its
 * text follows. */
void roff_tag(struct buf *out, const char *tag, const char *argument);

#endif

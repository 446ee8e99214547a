/* roff.h - text of manual pages: man(7). */
#ifndef SERVER_BASE_ROFF_H
#define SERVER_BASE_ROFF_H

#include <lstm/buf.h>

/* Text as it stands: a backslash, a minus, and a dot or quote that begins a line are escaped.
 * Newlines stay, and are filled like blanks. text begins a line. */
void roff_text(struct buf *out, const char *text);
/* A tagged paragraph: its tag in bold, argument (or "") in italics behind it. The text follows. */
void roff_tag(struct buf *out, const char *tag, const char *argument);

#endif
